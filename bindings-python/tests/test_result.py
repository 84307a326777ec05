"""Results: tables, JSON, explanations, their looks, and what is said when something is wrong."""

import copy
import datetime as dt
import json
import pickle
import re
from collections.abc import Callable
from decimal import Decimal
from html.parser import HTMLParser
from pathlib import Path

import duckdb
import guiju
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
from conftest import REPOSITORY

SAMPLE = REPOSITORY / "rules/packs/alliance_108/samples/field-revenue"


@pytest.fixture(scope="module")
def result(pack: guiju.Pack) -> guiju.Result:
    return pack.evaluate_path(SAMPLE)


@pytest.mark.parametrize("case", ["awards_known", "awards_budget", "awards_of_records"])
def test_the_table_of_awards_says_what_the_json_says(case: str) -> None:
    folder = REPOSITORY / "rules/conformance/constructs" / case
    result = guiju.load(folder / "pack").evaluate_path(folder / "data.json")
    document = json.loads(result.to_json())
    roots = next(value for value in document.values() if isinstance(value, list))
    rows = iter(result.awards.to_dicts())
    for root in roots:
        for award, found in root["awards"].items():
            for standing in found.get("records", [found]):
                row = next(rows)
                assert list(row.values())[:4] == [root["id"], award, standing.get("key"), standing["verdict"]]
                for figure in ("rank", "amount", "reserve"):
                    told = standing.get(figure, {})
                    bounds = [row[figure], row[f"{figure}_low"], row[f"{figure}_high"]]
                    wanted = [told.get("value"), told.get("low"), told.get("high")]
                    assert bounds == [None if number is None else Decimal(number) for number in wanted]
                assert [row[name] for name in ("reason", "rule", "clause")] == [standing.get(name) for name in ("reason", "rule", "clause")]
    assert next(rows, None) is None


def test_tables_say_what_the_json_says(result: guiju.Result) -> None:
    document = json.loads(result.to_json(records=True))
    kpis = iter(result.kpis.to_dicts())
    for root in document["alliances"]:
        for name, kpi in root["kpis"].items():
            row = next(kpis)
            assert (row["alliance"], row["kpi"], row["state"], row["unit"]) == (root["id"], name, kpi["state"], kpi["unit"])
            for figure in ("value", "low", "high", "target", "attainment", "previous"):
                expected = kpi.get(figure)
                assert row[figure] == (None if expected is None else Decimal(expected)), (root["id"], name, figure)
            assert (row["exact"], row["why"]) == (kpi.get("exact"), kpi.get("why"))
    assert next(kpis, None) is None
    obligations = [row for row in result.obligations.to_dicts() if row["alliance"] is not None]
    expected = [(root["id"], found) for root in document["alliances"] for found in root["obligations"]]
    assert len(obligations) == len(expected)
    for row, (root, found) in zip(obligations, expected, strict=True):
        assert (row["alliance"], row["obligation"], row["severity"], row["status"], row["clause"]) == (
            root,
            found["id"],
            found["severity"],
            found["status"],
            found.get("clause"),
        )
        gap = Decimal(found["gap"]) if "gap" in found else None
        assert (row["gap"], row["equal"]) == (gap or None, gap == 0)
    issues = [(root["id"], *issue.values()) for root in document["alliances"] for issue in root["issues"]]
    assert [tuple(value for value in row.values() if value is not None) for row in result.issues.to_dicts()] == issues
    records = [
        (root["id"], record["key"], tally, verdict["verdict"], verdict.get("reason"), verdict.get("rule"), verdict.get("clause"))
        for root in document["alliances"]
        for record in root["records"]["revenue"]
        for tally, verdict in record["verdicts"].items()
    ]
    assert [tuple(row.values())[:7] for row in result.records("revenue").to_dicts()] == records
    programme = [(None, None, name) for name in document["programme"]["kpis"]]
    for field, groups in document["programme"]["groups"].items():
        programme += [(field, group, name) for group, found in groups.items() for name in found["kpis"]]
    assert [(row["by"], row["group"], row["kpi"]) for row in result.programme.to_dicts()] == programme


def test_frames_out(result: guiju.Result) -> None:
    table = result.kpis
    frame = table.to_polars()
    assert isinstance(frame.schema["value"], pl.Decimal) and frame.height == len(table) > 1_000
    pandas = table.to_pandas()
    assert isinstance(pandas, pd.DataFrame) and isinstance(pandas["value"].dropna().iloc[0], Decimal)
    arrow = table.to_arrow()
    assert pa.types.is_decimal128(arrow.schema.field("value").type) and arrow.column_names == list(table.columns)
    assert pa.schema(table) == arrow.schema
    assert frame.to_dicts() == table.to_dicts() == arrow.to_pylist()
    kpis = result.kpis
    (total,), *_ = duckdb.execute("select sum(value) from kpis where kpi = 'operating_revenue'").fetchall()
    assert len(kpis) == len(table)
    assert total == Decimal("170294000") == sum(row["value"] for row in table.to_dicts() if row["kpi"] == "operating_revenue")


def test_what_a_pack_says_of_itself(pack: guiju.Pack) -> None:
    assert (pack.name, pack.locale, pack.editions) == ("alliance_108", "en", ("alliance_104", "alliance_107", "alliance_108"))
    assert pack.check() == () and "member" in pack.entities
    fields = [row for row in pack.schema.to_dicts() if row["entity"] == "transfer"]
    assert {"field": "counterpart", "type": "member", "key": False, "label": "counterpart"}.items() <= {
        field["field"]: field for field in fields
    }["counterpart"].items()
    kpis = {row["kpi"]: row for row in pack.kpis.to_dicts()}
    assert kpis["self_sufficiency"]["unit"] == "%" and kpis["company_members.north"]["form"] == "part"
    clauses = pack.sources.to_dicts()
    assert {row["state"] for row in clauses} <= {"cited", "not_computable", "uncited"}
    assert any(isinstance(row["dated"], dt.date) for row in clauses)
    assert set(guiju.PACKS) == {"alliance_104", "alliance_107", "alliance_108", "alliance_115", "gloria_108"}


def test_explanations(result: guiju.Result) -> None:
    kpi = result.explain("BM02", "technical_service")
    assert str(kpi).startswith("BM02 ") and kpi.to_dict()["kpi"]["id"] == "technical_service"
    assert "R25" in str(result.explain("BM02", record="revenue/R25"))
    assert "exceed_grant" in str(result.explain("BM02", obligation="exceed_grant"))
    cases: list[tuple[Callable[[], object], str]] = [
        (lambda: result.explain("BM99", "technical_service"), "BM01"),
        (lambda: result.explain("BM02", "technical_servic"), "technical_service"),
        (lambda: result.explain("BM02", record="R25"), "entity/key"),
        (lambda: result.explain("BM02", record="revenue/R9999"), "R9999"),
        (lambda: result.records("income"), "revenue"),
    ]
    for wrong, said in cases:
        with pytest.raises(guiju.Error, match=said):
            wrong()
    whole = result.explain("BM02")
    records = {record["key"] for record in whole.to_dict()["whole"]["records"]}
    assert "R25" in records and str(result.explain("BM02", "technical_service")) in str(whole)
    roots = result.explain(kpi="programme_revenue").to_dict()["kpi"]["aggregates"][0]["roots"]
    assert sorted(root["root"] for root in roots) == sorted(result.roots)
    assert str(result.explain("BM01", "programme_revenue")) == str(result.explain(kpi="programme_revenue"))
    assert str(result.explain(kpi="programme_revenue")) in str(result.explain())
    with pytest.raises(guiju.Error, match="technical_service"):
        result.explain(kpi="technical_service")
    with pytest.raises(TypeError):
        result.explain("BM02", "technical_service", obligation="exceed_grant")


def test_what_a_verdict_hangs_on(result: guiju.Result) -> None:
    told: list[tuple[int, int]] = []
    found = result.hangs_on("BM02", "reach_target_seminars", progress=lambda done, all: told.append((done, all)))
    changes = found.to_dict()["changes"]
    left_out = {change["record"]: change["without"] for change in changes if change["field"] is None}
    assert left_out == {"activity/A03": "not_met", "activity/A12": "not_met"}
    assert told[0] == (0, told[0][1]) and told[-1][0] == told[-1][1]
    assert found.to_dict()["tried"]["all"] and str(found).startswith("BM02 ")
    cases: list[tuple[Callable[[], object], str]] = [
        (lambda: result.hangs_on("BM99", "reach_target_seminars"), "BM01"),
        (lambda: result.hangs_on("BM02", "reach_target_seminar"), "reach_target_seminars"),
        (lambda: result.hangs_on(None, "member_growth"), "member_growth"),
        (lambda: result.hangs_on("BM02", "member_growth", record="R25"), "entity/key"),
    ]
    for wrong, said in cases:
        with pytest.raises(guiju.Error, match=said):
            wrong()


class Outline(HTMLParser):
    """Whether what was opened is closed, and the text of it."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.text = ""

    def handle_starttag(self, tag: str, attrs: object) -> None:
        self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text += data


def test_looks_are_well_formed_and_harmless(shops: guiju.Pack) -> None:
    name = "<b onclick=x>&\"'"
    result = shops.evaluate({"markets": [{"id": name, "area": "north", "grant": 1, "shop": [{"name": name, "fee": 3, "opened": None}]}]})
    shown = [shops, shops.schema, shops.sources, result, result.kpis, result.records("shop"), result.explain(name, "fees")]
    for each in shown:
        outline = Outline()
        html = each._repr_html_()  # type: ignore[attr-defined]
        outline.feed(html)
        assert outline.open == [] and "<b onclick" not in html
        assert not re.search(r"#[0-9a-f]{3,6}\b|rgb\(", html), "a colour that does not follow the page"
    assert name in outline.text


def test_errors_are_told_in_full(tmp_path: Path) -> None:
    (tmp_path / "wrong.guiju").write_text("pack wrong\nentity a { key id: text }\nkpi x = y\nkpi z = 1 +", encoding="utf-8")
    with pytest.raises(guiju.PackError) as error:
        guiju.load(tmp_path, locale="en")
    assert isinstance(error.value, guiju.Error) and isinstance(error.value, ValueError)
    found = {diagnostic.code: diagnostic for diagnostic in error.value.diagnostics}
    assert found["G201"].line == 3 and found["G201"].file and "unknown name" in found["G201"].message
    assert "kpi x = y" in str(error.value) and str(found["G201"]) in str(error.value)
    assert found["G201"].to_dict()["labels"][0]["start"]["line"] == 3
    with pytest.raises(AttributeError):
        found["G201"].code = "G0"  # type: ignore[misc]
    again = pickle.loads(pickle.dumps(error.value))
    assert again.diagnostics == error.value.diagnostics and str(again) == str(error.value)
    assert copy.copy(found["G201"]) == found["G201"] and len({found["G201"], again.diagnostics[0]}) >= 1
    with pytest.raises(guiju.PackError, match="alliance_108"):
        guiju.load("alliance_109")
    with pytest.raises(guiju.Error, match="fr"):
        guiju.load("alliance_108", locale="fr")


def test_results_of_an_earlier_year(tmp_path: Path) -> None:
    rules = 'pack shops_{0}\nsource g {{ 1 }}\nperiod {0}/01/01 .. {0}/12/31\nentity shop {{ key id: text  fee: money }}\nkpi due = fee * 2 @ 1\nkpi growth = due - previous(due) @ 1\n'
    packs = []
    for year in (107, 108):
        (tmp_path / f"shops_{year}.guiju").write_text(rules.format(year), encoding="utf-8")
        packs.append(guiju.load(tmp_path / f"shops_{year}.guiju"))
    first = packs[0].evaluate({"shops": [{"id": "S1", "fee": 5}, {"id": "S2", "fee": 1}]})
    data = {"shops": [{"id": "S1", "fee": 8}]}
    second = packs[1].evaluate(data, previous=first)
    assert {row["kpi"]: row["value"] for row in second.kpis.to_dicts()} == {"due": Decimal(16), "growth": Decimal(6)}
    assert [found.severity for found in second.warnings] and all(found.severity == "advice" for found in second.warnings)
    (tmp_path / "earlier.json").write_text(first.to_json(), encoding="utf-8")
    assert packs[1].evaluate(data, previous=tmp_path / "earlier.json").to_json() == second.to_json()
    with pytest.raises(guiju.DataError, match="G642"):
        packs[0].evaluate(data, previous=first)
