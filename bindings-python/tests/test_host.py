"""A good guest of the interpreter: others run on, interrupts arrive, limits hold, importing is quick."""

import _thread
import signal
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import guiju
import polars as pl
import pytest
from conftest import REPOSITORY

SAMPLE = REPOSITORY / "rules/packs/alliance_108/samples/field-revenue"


def frames(times: int) -> dict[str, pl.DataFrame]:
    """The sample, several times over, with keys of its own each time."""
    made = {}
    for path in sorted(SAMPLE.glob("*.csv")):
        frame = pl.read_csv(path, infer_schema=False)
        key = "id" if path.stem == "alliance" else "alliance"
        made[path.stem] = pl.concat([frame.with_columns(pl.col(key) + f"-{n}") for n in range(times)])
    return made


def test_progress_adds_up_to_all_records(pack: guiju.Pack) -> None:
    data = frames(3)
    told: list[int] = []
    result = pack.evaluate(data, progress=told.append)
    records = sum(data[name].height for name in pack.entities if name in data)
    assert sum(told) == records and len(told) > 3 and min(told) > 0
    assert result.to_json() == pack.evaluate(data).to_json()


def test_what_progress_raises_comes_out_as_itself(pack: guiju.Pack) -> None:
    class Enough(Exception):
        pass

    def stop(records: int) -> None:
        raise Enough

    with pytest.raises(Enough):
        pack.evaluate(frames(2), progress=stop)


def test_what_the_last_progress_raises_is_not_lost(pack: guiju.Pack) -> None:
    class Enough(Exception):
        pass

    data = frames(2)
    left = sum(data[name].height for name in pack.entities if name in data)

    def stop(records: int) -> None:
        nonlocal left
        left -= records
        if left == 0:
            raise Enough

    with pytest.raises(Enough):
        pack.evaluate(data, progress=stop)


def test_an_interrupt_stops_the_evaluation(pack: guiju.Pack) -> None:
    data = frames(20)
    interrupted = False

    def once(records: int) -> None:
        nonlocal interrupted
        if not interrupted:
            interrupted = True
            _thread.interrupt_main()

    # A shell has its background jobs ignore interrupts.
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        with pytest.raises(KeyboardInterrupt):
            pack.evaluate(data, progress=once)
    finally:
        signal.signal(signal.SIGINT, before)


def test_other_threads_run_meanwhile(pack: guiju.Pack) -> None:
    data = frames(10)
    ticks, done = 0, threading.Event()

    def tick() -> None:
        nonlocal ticks
        while not done.is_set():
            ticks += 1
            time.sleep(0.001)

    thread = threading.Thread(target=tick)
    thread.start()
    pack.evaluate(data)
    during = ticks
    done.set()
    thread.join()
    assert during > 5


def test_packs_and_results_are_shared_by_threads(pack: guiju.Pack) -> None:
    data = frames(1)
    expected = pack.evaluate(data).to_json(records=True)
    with ThreadPoolExecutor(4) as threads:
        results = list(threads.map(lambda _: pack.evaluate(data), range(8)))
        assert set(threads.map(lambda result: result.to_json(records=True), results)) == {expected}
    with pytest.raises(AttributeError):
        pack.name = "other"  # type: ignore[misc]


def test_limits_hold() -> None:
    pack = guiju.load("alliance_108", untrusted=True)
    with pytest.raises(guiju.DataError, match="G627"):
        pack.evaluate(frames(20))
    with pytest.raises(guiju.DataError, match="G627"):
        pack.evaluate_json(" " * (11 << 20))


def test_too_much_work_is_refused(tmp_path_factory: pytest.TempPathFactory) -> None:
    sums = " + ".join(["fee"] * 16)
    conditions = "\n".join(f"  require {' + '.join([f'({sums})'] * 8)} >= 0 元 else \"{n}\" @ 1" for n in range(20))
    rules = f"pack heavy\nsource g {{ 1 }}\nentity a {{ key id: text }}\nentity b in a {{ key id: text  fee: money }}\ntally t from b {{\n{conditions}\n  count\n}} @ 1\n"
    path = tmp_path_factory.mktemp("heavy") / "heavy.guiju"
    path.write_text(rules, encoding="utf-8")
    pack = guiju.load(path, untrusted=True)
    rows = [{"id": str(n), "fee": 1} for n in range(40_000)]
    with pytest.raises(guiju.LimitExceeded) as error:
        pack.evaluate({"as": [{"id": "A", "b": rows}]})
    assert error.value.diagnostics == ()


def test_importing_takes_less_than_a_moment() -> None:
    """Not asserted to the millisecond: what would make it slow are imports of other packages, and those are."""
    heavy = ("numpy", "pandas", "polars", "pyarrow", "altair", "asyncio")
    code = f"import guiju, sys; print([name for name in {heavy} if name in sys.modules])"
    said = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert said.strip() == "[]"
