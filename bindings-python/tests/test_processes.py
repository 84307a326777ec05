"""Processes that come of one that has judged before: forked or new, with threads or without; none of them hangs.

Not here: partial results of many processes (`test_partial`), and threads of one process (`test_host`).
"""

import multiprocessing
import os
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor

import guiju
import pytest
from conftest import REPOSITORY

SAMPLE = REPOSITORY / "rules/packs/alliance_108/samples/field-revenue"

# More roots and records than one thread judges, so that the pool is really used.
BRANCHES = "\n".join(f"M{n},north,100" for n in range(200))
SHOPS = "\n".join(f"M{n},S{k},{k}" for n in range(200) for k in range(60))

# From Python 3.12 on it is said of every fork beside threads that it may deadlock, which is what is tried here.
pytestmark = [
    pytest.mark.filterwarnings("ignore:.*fork.*:DeprecationWarning"),
    pytest.mark.skipif(not hasattr(os, "fork"), reason="processes do not fork here"),
]


@pytest.fixture(scope="module")
def many(tmp_path_factory: pytest.TempPathFactory) -> str:
    folder = tmp_path_factory.mktemp("many")
    (folder / "market.csv").write_text(f"id,area,grant\n{BRANCHES}\n", encoding="utf-8")
    (folder / "shop.csv").write_text(f"market,name,fee\n{SHOPS}\n", encoding="utf-8")
    return str(folder)


def in_child(work: Callable[[], object], seconds: float = 60) -> int | None:
    """What a forked child ends with: 0 where the work succeeded, nothing where it hangs."""
    child = os.fork()
    if child == 0:
        try:
            work()
        except BaseException:
            os._exit(3)
        os._exit(0)
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        ended, status = os.waitpid(child, os.WNOHANG)
        if ended:
            return os.waitstatus_to_exitcode(status)
        time.sleep(0.01)
    os.kill(child, 9)
    os.waitpid(child, 0)
    return None


def same(pack: guiju.Pack, folder: str, expected: str) -> None:
    assert pack.evaluate_path(folder).to_json() == expected


def judged(given: tuple[guiju.Pack, str]) -> str:
    pack, folder = given
    return pack.evaluate_path(folder).to_json()


def test_a_forked_child_judges_after_its_parent_has(shops: guiju.Pack, many: str) -> None:
    result = shops.evaluate_path(many)
    expected = result.to_json()
    assert in_child(lambda: same(shops, many, expected)) == 0
    assert in_child(lambda: shops.evaluate(result)) == 0
    same(shops, many, expected)


def test_a_child_of_a_child_judges(shops: guiju.Pack, many: str) -> None:
    expected = shops.evaluate_path(many).to_json()

    def work() -> None:
        same(shops, many, expected)
        assert in_child(lambda: same(shops, many, expected)) == 0

    assert in_child(work) == 0


def test_everything_that_judges_works_in_a_forked_child(pack: guiju.Pack) -> None:
    result = pack.evaluate_path(SAMPLE)
    other = pack.with_parameters(collaboration_share="20%")
    assert in_child(lambda: pack.sweep(result, [{"collaboration_share": "20%"}])) == 0
    assert in_child(lambda: guiju.diff(pack, other, SAMPLE)) == 0
    assert in_child(lambda: pack.combine([result.partial()])) == 0
    assert in_child(lambda: result.explain("BM02", "operating_revenue")) == 0


def test_a_child_judges_that_is_forked_while_other_threads_do(shops: guiju.Pack, many: str) -> None:
    expected = shops.evaluate_path(many).to_json()
    with ThreadPoolExecutor(2) as threads:
        running = [threads.submit(shops.evaluate_path, many) for _ in range(6)]
        ended = [in_child(lambda: same(shops, many, expected)) for _ in range(4)]
        assert {result.result().to_json() for result in running} == {expected}
    assert ended == [0] * 4


def test_threads_of_a_forked_child_judge(shops: guiju.Pack, many: str) -> None:
    expected = shops.evaluate_path(many).to_json()

    def work() -> None:
        with ThreadPoolExecutor(4) as threads:
            list(threads.map(lambda _: same(shops, many, expected), range(8)))

    assert in_child(work) == 0


@pytest.mark.parametrize("method", ["fork", "spawn"])
def test_pools_of_processes_judge(shops: guiju.Pack, many: str, method: str) -> None:
    expected = shops.evaluate_path(many).to_json()
    # Not `with`, which waits for ever for workers that hang.
    workers = multiprocessing.get_context(method).Pool(2)
    try:
        assert workers.map_async(judged, [(shops, many)] * 4).get(timeout=120) == [expected] * 4
    finally:
        workers.terminate()


def test_executors_of_processes_judge(shops: guiju.Pack, many: str) -> None:
    expected = shops.evaluate_path(many).to_json()
    context = multiprocessing.get_context("fork")
    with ProcessPoolExecutor(2, mp_context=context) as workers:
        assert list(workers.map(judged, [(shops, many)] * 4, timeout=120)) == [expected] * 4
