"""What every rival in Python shares: the commands it answers, the clock, and the form of an answer.

Usage of each: with_NAME.py FOLDER THREADS. The program that starts it asks for `answer` and compares it before it asks for times.
"""

import sys
import time
from collections.abc import Callable
from pathlib import Path

FOLDER, THREADS = Path(sys.argv[1]), int(sys.argv[2])
CODES = FOLDER / "codes"
NAMES = ("alliance", "member", "revenue")
COLUMNS = ("alliance", "members", "sum0", "sum1", "sum2", "sum3", "sum4", "services", "revenue", "above", "enough")
# The first and the last day of the year, and the day of the audit, since 1970.
YEAR_START, YEAR_END, AUDIT = 19_754, 20_119, 20_027


def seconds(work: Callable[[], object]) -> float:
    """What the work takes; its result is dropped after the clock has stopped."""
    begin = time.perf_counter()
    result = work()
    elapsed = time.perf_counter() - begin
    del result
    return elapsed


def often(work: Callable[[], object]) -> float:
    """The median of what something takes that is over in no time."""
    times = []
    started = time.perf_counter()
    while len(times) < 5 or time.perf_counter() - started < 0.3:
        times.append(seconds(work))
    return sorted(times)[len(times) // 2]


def write(rows: list[tuple], verdicts: bytes) -> None:
    """An answer: a row for each alliance, and a byte for each member and after them for each revenue."""
    lines = [",".join(str(value).lower() for value in row) for row in rows]
    (FOLDER / "answer.csv").write_text("\n".join([",".join(COLUMNS), *lines]) + "\n")
    (FOLDER / "answer.verdicts").write_bytes(verdicts)


def serve(name: str, commands: dict[str, Callable[[], float | None]]) -> None:
    """Answers commands until there are no more."""
    print(f"ready {name}", flush=True)
    for line in sys.stdin:
        print(commands[line.strip()]() or 0.0, flush=True)
