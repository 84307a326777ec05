"""A good guest of the interpreter: others run on, interrupts arrive, limits hold, importing is quick."""

import json
import os
import pickle
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor

import guiju
import polars as pl
import pyarrow as pa
import pytest
from conftest import REPOSITORY

REQUIRED = ("name", "host", "field", "phase", "phase_year", "grant", "website_since", "website_updated", "website_names_ministry", "highlights", "banner_format", "banner_width", "banner_height")
MARKET = pl.DataFrame({"id": ["M1"]})
SAMPLE = REPOSITORY / "rules/packs/alliance_108/samples/field-revenue"


def frames(times: int) -> dict[str, pl.DataFrame]:
    """The sample, several times over, with keys of its own each time."""
    made = {}
    for path in sorted(SAMPLE.glob("*.csv")):
        frame = pl.read_csv(path, infer_schema=False)
        key = "id" if path.stem == "alliance" else "alliance"
        made[path.stem] = pl.concat([frame.with_columns(pl.col(key) + f"-{n}") for n in range(times)])
    return made


Evaluate = Callable[[Callable[[int, int], object] | None], object]

STALLS = """
pack stalls
source g { 1 }
let share = 30%  @ 1
entity market { key id: text }
entity stall in market { key id: text  fee: money  opened: date }
tally fees from stall { require opened >= 108/01/01 else "早" / "early" @ 1  sum fee * share } @ 1
kpi all_fees for programme = sum(fees) @ 1
"""


@pytest.fixture(scope="module")
def evaluations(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Evaluate]:
    """Everything that takes long, over data that does."""
    folder = tmp_path_factory.mktemp("stalls")
    (folder / "stalls.guiju").write_text(STALLS, encoding="utf-8")
    pack = guiju.load(folder / "stalls.guiju", locale="en")
    lower = pack.with_parameters(share="15%")
    stall = {"id": "S{}", "fee": "5", "opened": "108/05/01"}
    roots = [{"id": f"M{n}", "stall": [stall | {"id": f"S{k}"} for k in range(150)]} for n in range(300)]
    document = {"markets": roots}
    data = {
        "market": pl.DataFrame({"id": [root["id"] for root in roots]}),
        "stall": pl.DataFrame([{"market": root["id"], **row} for root in roots for row in root["stall"]]),  # type: ignore[dict-item]
    }
    tables = folder / "tables"
    tables.mkdir()
    for name, frame in data.items():
        frame.write_csv(tables / f"{name}.csv")
    text = json.dumps(document)
    (folder / "data.json").write_text(text, encoding="utf-8")
    (folder / "data.jsonl").write_text("\n".join(map(json.dumps, roots)), encoding="utf-8")
    result = pack.evaluate(data)
    return {
        "frames": lambda progress: pack.evaluate(data, progress=progress),
        "objects": lambda progress: pack.evaluate(document, progress=progress),
        "text": lambda progress: pack.evaluate_json(text, progress=progress),
        "folder": lambda progress: pack.evaluate_path(tables, progress=progress),
        "json file": lambda progress: pack.evaluate_path(folder / "data.json", progress=progress),
        "lines file": lambda progress: pack.evaluate_path(folder / "data.jsonl", progress=progress),
        "result": lambda progress: lower.evaluate(result, progress=progress),
        "diff": lambda progress: guiju.diff(pack, lower, data, progress=progress),
        "diff of a result": lambda progress: guiju.diff(pack, lower, result, progress=progress),
        "sweep": lambda progress: pack.sweep(result, [{"share": f"{n}%"} for n in range(9)], progress=progress),
    }


WAYS = ["frames", "objects", "text", "folder", "json file", "lines file", "result", "diff", "diff of a result", "sweep"]


@pytest.mark.parametrize("way", WAYS)
def test_progress_is_told_from_the_start_to_a_total_that_stays(evaluations: dict[str, Evaluate], way: str) -> None:
    told: list[tuple[int, int]] = []
    evaluations[way](lambda done, total: told.append((done, total)))
    done, totals = [step for step, _ in told], {total for _, total in told}
    (total,) = totals
    assert done[0] == 0 and done[-1] == total and done == sorted(set(done))
    if way not in ("result", "diff of a result", "sweep"):
        # Reading is part of it.
        assert sum(1 for step in done if 0 < step <= total // 2) > 5


def test_progress_changes_nothing(pack: guiju.Pack) -> None:
    data = frames(3)
    assert pack.evaluate(data, progress=lambda done, total: None).to_json() == pack.evaluate(data).to_json()


@pytest.mark.parametrize("at", [0, 1, 10, 400, 600, 1_000])
def test_what_progress_raises_comes_out_as_itself(pack: guiju.Pack, at: int) -> None:
    class Enough(Exception):
        pass

    def stop(done: int, total: int) -> None:
        if done >= at:
            raise Enough

    with pytest.raises(Enough):
        pack.evaluate(frames(2), progress=stop)


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("share", [0.0, 0.1, 0.3, 0.8])
def test_an_interrupt_is_answered_at_once(evaluations: dict[str, Evaluate], way: str, share: float) -> None:
    sent = 0.0

    def once(done: int, total: int) -> None:
        nonlocal sent
        if not sent and done >= share * total:
            sent = time.monotonic()
            # It arrives while the engine works, not while this function runs.
            threading.Timer(0.01, interrupt).start()

    def interrupt() -> None:
        nonlocal sent
        sent = time.monotonic()
        os.kill(os.getpid(), signal.SIGINT)

    # A shell has its background jobs ignore interrupts.
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        with pytest.raises(KeyboardInterrupt):
            evaluations[way](once)
            # Where the work was done before it arrived.
            time.sleep(1)
        # Generous, because the machine of a test may be busy; without an answer it would be as long as the work.
        assert time.monotonic() - sent < 0.5
    finally:
        signal.signal(signal.SIGINT, before)


@pytest.fixture(scope="module")
def large(pack: guiju.Pack) -> guiju.Result:
    return pack.evaluate(frames(12))


@pytest.mark.parametrize("way", ["to_json", "to_html", "report", "records", "data", "partial", "dumps"])
def test_an_interrupt_of_what_is_handed_out_is_answered_at_once(large: guiju.Result, way: str) -> None:
    """Tables, texts and pickles of much data; what is asked for again afterwards is there."""
    ask: dict[str, Callable[[], object]] = {
        "to_json": lambda: large.to_json(records=True),
        "to_html": large.to_html,
        "report": lambda: large.report("summary"),
        "records": lambda: large.records("revenue"),
        "data": lambda: large.data("revenue"),
        "partial": large.partial,
        "dumps": lambda: pickle.dumps(large),
    }
    sent = 0.0

    def interrupt() -> None:
        nonlocal sent
        sent = time.monotonic()
        os.kill(os.getpid(), signal.SIGINT)

    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    threading.Timer(0.02, interrupt).start()
    try:
        with pytest.raises(KeyboardInterrupt):
            ask[way]()
            # Where it was done before the interrupt arrived.
            time.sleep(1)
        assert time.monotonic() - sent < 0.5
    finally:
        signal.signal(signal.SIGINT, before)
    assert ask[way]()


def test_a_frame_that_is_long_in_coming_is_interrupted(pack: guiju.Pack) -> None:
    schema = pa.schema([("id", pa.string()), ("grant", pa.string())])

    def slow() -> Iterator[pa.RecordBatch]:
        yield pa.record_batch({"id": ["A1"], "grant": ["1"]}, schema)
        time.sleep(3)
        yield pa.record_batch({"id": ["A2"], "grant": ["1"]}, schema)

    sent = 0.0

    def interrupt() -> None:
        nonlocal sent
        sent = time.monotonic()
        os.kill(os.getpid(), signal.SIGINT)

    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    threading.Timer(0.2, interrupt).start()
    try:
        with pytest.raises(KeyboardInterrupt):
            pack.evaluate({"alliance": pa.RecordBatchReader.from_batches(schema, slow())})
        assert time.monotonic() - sent < 0.5
    finally:
        signal.signal(signal.SIGINT, before)
    # What was left behind is no hindrance to what follows.
    assert pack.evaluate({"alliance": pl.DataFrame({"id": ["A1"]}).with_columns(pl.lit(None).alias(name) for name in REQUIRED)}).roots == ("A1",)


def test_an_interrupt_while_it_is_looked_for_what_is_wrong(shops: guiju.Pack) -> None:
    """A frame of two columns that cannot be converted; the second is being tried when the interrupt comes."""

    class Frame:
        def __init__(self, columns: list[str]) -> None:
            self.columns = columns

        def __getitem__(self, columns: list[str]) -> "Frame":
            return Frame(columns)

        def __arrow_c_stream__(self, requested_schema: object | None = None) -> object:
            if self.columns == ["id"]:
                return MARKET.__arrow_c_stream__()
            if self.columns == ["area"]:
                raise KeyboardInterrupt
            raise TypeError("cannot be converted")

    with pytest.raises(KeyboardInterrupt):
        shops.evaluate({"market": Frame(["id", "area"])})


LEFT_BEHIND = """
import os, signal, threading, time
import guiju, pyarrow as pa

def busy():
    yield pa.record_batch({"id": ["A1"]})
    threading.Timer(0.1, os.kill, (os.getpid(), signal.SIGINT)).start()
    until = time.monotonic() + 1
    while time.monotonic() < until:
        pass
    print("to its end", flush=True)
    yield pa.record_batch({"id": ["A2"]})
    print("too far", flush=True)

signal.signal(signal.SIGINT, signal.default_int_handler)
schema = pa.schema([("id", pa.string())])
pack = guiju.load("alliance_108")
try:
    pack.evaluate({"alliance": pa.RecordBatchReader.from_batches(schema, busy())})
except KeyboardInterrupt:
    print("interrupted", flush=True)
"""


def test_the_interpreter_ends_after_what_an_interrupt_left_behind() -> None:
    """A frame that Python makes is made on, and asks for an interpreter that must still be there."""
    run = subprocess.run([sys.executable, "-c", LEFT_BEHIND], capture_output=True, text=True)
    assert (run.returncode, run.stdout.split("\n")) == (0, ["interrupted", "to its end", ""]), run.stderr


def test_a_frame_may_judge_others_while_it_arrives(shops: guiju.Pack) -> None:
    """More of them than there are threads, each waiting for the next."""
    schema = pa.schema([("id", pa.string()), ("area", pa.string()), ("grant", pa.string())])
    deepest = 2 * (os.cpu_count() or 1)

    def market(depth: int) -> Iterator[pa.RecordBatch]:
        if depth < deepest:
            judged(depth + 1)
        yield pa.record_batch({"id": ["M1"], "area": ["north"], "grant": ["5"]}, schema)

    def judged(depth: int) -> tuple[str, ...]:
        return shops.evaluate({"market": pa.RecordBatchReader.from_batches(schema, market(depth))}).roots

    assert judged(0) == ("M1",)


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
