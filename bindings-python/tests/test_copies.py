"""Everything that the package hands out is copied and pickled, and says the same afterwards, also in another process."""

import copy
import multiprocessing
import pickle
from collections.abc import Callable
from pathlib import Path
from typing import Any

import guiju
import polars as pl
import pytest
from conftest import REPOSITORY

SAMPLE = REPOSITORY / "rules/packs/alliance_108/samples/field-revenue"
TABLES = ("changes", "clauses", "kpis", "programme", "totals", "effects", "records", "obligations")


@pytest.fixture(scope="module")
def result(pack: guiju.Pack) -> guiju.Result:
    return pack.evaluate_path(SAMPLE)


def of_pack(pack: guiju.Pack) -> list[object]:
    return [repr(pack), pack.locale, pack.schema.to_dicts(), pack.kpis.to_dicts(), pack.sources.to_dicts(), pack.check()]


def of_result(result: guiju.Result) -> list[object]:
    tables = [result.kpis, result.programme, result.obligations, result.issues, *map(result.records, result.pack.entities)]
    rows = [table.to_dicts() for table in tables]
    why = str(result.explain(result.roots[0], "operating_revenue"))
    return [repr(result), result.roots, result.warnings, rows, why, result.to_json(records=True), result.partial(), result._repr_html_()]


def of_diff(diff: guiju.Diff) -> list[object]:
    tables = [getattr(diff, name) for name in TABLES]
    rows = [table if table is None else table.to_dicts() for table in tables]
    return [repr(diff), str(diff), diff.before, diff.after, rows, diff.to_json(), diff._repr_html_()]


def of_table(table: guiju.Table) -> list[object]:
    return [repr(table), table.columns, table.to_dicts(), table.to_arrow().schema, table._repr_html_()]


def of_explanation(why: guiju.Explanation) -> list[object]:
    return [repr(why), str(why), why.to_dict(), why._repr_html_()]


def of_programme(whole: guiju.Programme) -> list[object]:
    return [repr(whole), whole.roots, whole.kpis.to_dicts(), whole.obligations.to_dicts(), whole.to_json(), whole._repr_html_()]


CASES: dict[str, tuple[Callable[[guiju.Pack, guiju.Result], Any], Callable[[Any], list[object]]]] = {
    "pack": (lambda pack, result: pack, of_pack),
    "varied pack": (lambda pack, result: pack.with_parameters(collaboration_share="15%"), of_pack),
    "untrusted pack": (lambda pack, result: guiju.load("alliance_104", untrusted=True), of_pack),
    "result": (lambda pack, result: result, of_result),
    "result with an earlier one": (lambda pack, result: pack.evaluate({"alliances": [{"id": "A1"}]}, previous=earlier()), of_result),
    "programme": (lambda pack, result: pack.combine([result.partial()]), of_programme),
    "table": (lambda pack, result: result.kpis, of_table),
    "table with days": (lambda pack, result: pack.sources, of_table),
    "table with truths": (lambda pack, result: pack.schema, of_table),
    "empty table": (lambda pack, result: pack.evaluate({"alliances": []}).obligations, of_table),
    "explanation": (lambda pack, result: result.explain("BM02", "technical_service"), of_explanation),
    "rules compared": (lambda pack, result: guiju.diff(guiju.load("alliance_107", locale="en"), pack), of_diff),
    "data compared": (lambda pack, result: guiju.diff(pack, pack.with_parameters(collaboration_share="15%"), SAMPLE), of_diff),
}


def earlier() -> guiju.Result:
    return guiju.load("alliance_107").evaluate({"alliances": [{"id": "A1", "grant": 100}]})


@pytest.mark.parametrize("case", CASES)
def test_copies_and_pickles_say_the_same(pack: guiju.Pack, result: guiju.Result, case: str) -> None:
    make, said = CASES[case]
    thing = make(pack, result)
    expected = said(thing)
    # What cannot change need not be made twice.
    assert copy.copy(thing) is thing and copy.deepcopy(thing) is thing and copy.deepcopy([thing])[0] is thing
    for protocol in range(2, pickle.HIGHEST_PROTOCOL + 1):
        again = pickle.loads(pickle.dumps(thing, protocol))
        assert type(again) is type(thing) and said(again) == expected
        assert said(pickle.loads(pickle.dumps(again, protocol))) == expected


def test_results_come_back_from_other_processes(pack: guiju.Pack, result: guiju.Result) -> None:
    with multiprocessing.get_context("spawn").Pool(1) as workers:
        (again,) = workers.map(pack.evaluate_path, [SAMPLE])
    assert of_result(again) == of_result(result)
    # It is a result like any: its data is judged by other packs, and it is the earlier year of another.
    lower = result.pack.with_parameters(collaboration_share="15%")
    assert lower.evaluate(again).to_json() == lower.evaluate(result).to_json()


def test_warnings_come_along(tmp_path: Path) -> None:
    rules = "pack shops_{0}\nsource g {{ 1 }}\nperiod {0}/01/01 .. {0}/12/31\nentity shop {{ key id: text  fee: money }}\nkpi due = fee * 2 @ 1\nkpi growth = due - previous(due) @ 1\n"
    packs = []
    for year in (107, 108):
        (tmp_path / f"shops_{year}.guiju").write_text(rules.format(year), encoding="utf-8")
        packs.append(guiju.load(tmp_path / f"shops_{year}.guiju"))
    first = packs[0].evaluate({"shops": [{"id": "S1", "fee": 5}, {"id": "S2", "fee": 1}]})
    result = packs[1].evaluate({"shops": [{"id": "S1", "fee": 8}]}, previous=first)
    assert result.warnings and pickle.loads(pickle.dumps(result)).warnings == result.warnings


def test_what_was_tampered_with_is_refused(result: guiju.Result) -> None:
    pack, data, warnings, _part_of = result.__getnewargs__()  # type: ignore[attr-defined]
    for wrong in (b"", data[:-1], data + b"\0", data.replace(b"BM01", b"\xff\xff\xff\xff", 1)):
        with pytest.raises(guiju.DataError, match="damaged"):
            guiju.Result(pack, wrong, warnings)
    with pytest.raises(guiju.DataError, match="damaged"):
        guiju.Result(guiju.load("gloria_108"), data, warnings)
    name, locale, rows, columns = result.kpis.__getnewargs__()  # type: ignore[attr-defined]
    for wrong_rows in (rows + 1_000, 2**62):
        with pytest.raises(ValueError):
            guiju.Table(name, locale, wrong_rows, columns)
    text = next(column for column in columns if column[1] == "text")
    for changed in ((*text[:1], "texts", *text[2:]), (*text[:3], []), (*text[:3], [text[3][0], b""]), (*text[:3], [text[3][0], b"\xff" * 10_000_000])):
        with pytest.raises(ValueError):
            guiju.Table(name, locale, rows, [changed])


def test_plots_are_pickled_with_their_result(result: guiju.Result) -> None:
    again = pickle.loads(pickle.dumps(result.plot))
    assert again.attainment("BM02").to_dict() == result.plot.attainment("BM02").to_dict()


def test_frames_of_a_pickled_table(result: guiju.Result) -> None:
    again: guiju.Table = pickle.loads(pickle.dumps(result.kpis))
    assert pl.DataFrame(again).equals(pl.DataFrame(result.kpis))
