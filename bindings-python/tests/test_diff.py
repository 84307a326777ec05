"""Differences between packs: the bytes of the command's JSON, the tables, and how they look."""

import json
import re
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import guiju
import polars as pl
import pytest
from conftest import REPOSITORY
from test_result import Outline

SAMPLE = REPOSITORY / "rules/packs/alliance_108/samples/field-revenue"


@pytest.fixture(scope="module")
def before() -> guiju.Pack:
    return guiju.load("alliance_107", locale="en")


@pytest.fixture(scope="module")
def found(before: guiju.Pack, pack: guiju.Pack) -> guiju.Diff:
    return guiju.diff(before, pack, SAMPLE)


def rows(table: guiju.Table | None) -> list[dict[str, object]]:
    assert table is not None
    return table.to_dicts()


def number(written: dict[str, str] | None) -> Decimal | None:
    return None if written is None or "value" not in written else Decimal(written["value"])


def test_rules_alone(before: guiju.Pack, pack: guiju.Pack) -> None:
    rules = guiju.diff(before, pack)
    document = json.loads(rules.to_json())
    assert (rules.before, rules.after) == (document["before"]["name"], document["after"]["name"]) == ("alliance_107", "alliance_108")
    assert rules.kpis is rules.programme is rules.totals is rules.effects is rules.records is rules.obligations is None
    assert "data" not in document
    for row, change in zip(rules.changes.to_dicts(), document["changes"], strict=True):
        assert (row["change"], row["label"], row["kind"]) == (change["id"], change["title"], change["kind"])
        assert row["aspects"] == ";".join(change["aspects"]) and row["clauses"] == ";".join(change["clauses"])
        for side in ("before", "after"):
            written = change[side] or {"text": None, "place": None}
            assert (row[side], row[f"{side}_place"]) == (written["text"], written["place"])
    listed = [(group["clause"], change) for group in document["clauses"] for change in group["changes"] + group["also"]]
    assert [(row["clause"], row["change"]) for row in rules.clauses.to_dicts()] == listed
    assert "alliance_107" in str(rules).splitlines()[0] and "changed" in repr(rules)
    assert rules.changes.to_dicts()[0]["label"] in str(rules)
    assert len(guiju.diff(pack, pack).changes) == 0


def test_tables_say_what_the_json_says(found: guiju.Diff) -> None:
    data = json.loads(found.to_json())["data"]
    kpis = [(root["id"], kpi) for root in data["roots"] for kpi in root["kpis"]]
    assert kpis
    for row, (root, kpi) in zip(rows(found.kpis), kpis, strict=True):
        assert (row["alliance"], row["kpi"], row["unit"]) == (root, kpi["id"], kpi["unit"])
        for side in ("before", "after"):
            assert row[f"{side}_state"] == kpi[side]["state"] and row[side] == number(kpi[side])
        assert row["difference"] == number(kpi["difference"])
    totals = [(total["id"], number(total["before"]), number(total["after"]), total["changed"]) for total in data["totals"]]
    assert [(row["kpi"], row["before"], row["after"], row["changed"]) for row in rows(found.totals)] == totals
    effects = [("total", None, total) for total in data["totals"]]
    effects += [("alliance", root, kpi) for root, kpi in kpis]
    parts = [
        (of, root, kpi["id"], ";".join(effect["changes"]) or None, number(effect["amount"]), effect["amount"].get("exact"))
        for of, root, kpi in effects
        for effect in kpi["effects"] or []
    ]
    assert [tuple(row[name] for name in ("of", "alliance", "kpi", "changes", "amount", "exact")) for row in rows(found.effects)] == parts
    records = [(root["id"], verdict) for root in data["roots"] for verdict in root["verdicts"]]
    for row, (root, verdict) in zip(rows(found.records), records, strict=True):
        assert (row["alliance"], f"{row['entity']}/{row['key']}", row["tally"]) == (root, verdict["record"], verdict["tally"])
        for side in ("before", "after"):
            said = (row[side], row[f"{side}_reason"], row[f"{side}_clause"])
            assert said == tuple(verdict[side][name] for name in ("verdict", "reason", "clause"))
    statuses = [(root["id"], status) for root in data["roots"] for status in root["obligations"]]
    statuses += [(None, status) for status in data["programme"]["obligations"]]
    expected = [(root, status["id"], status["before"], status["after"]) for root, status in statuses]
    assert [tuple(row[name] for name in ("alliance", "obligation", "before", "after")) for row in rows(found.obligations)] == expected


def test_the_programme_and_values_that_were_given(pack: guiju.Pack) -> None:
    lower = guiju.diff(pack, pack.with_parameters(collaboration_share="15%"), SAMPLE)
    (change,) = lower.changes.to_dicts()
    assert (change["change"], change["aspects"]) == ("let:collaboration_share", "parameter") and "15%" in change["after"]
    data = json.loads(lower.to_json())["data"]
    figures = [(kpi["id"], number(kpi["difference"])) for kpi in data["programme"]["kpis"]]
    assert [(row["kpi"], row["difference"]) for row in rows(lower.programme)] == figures and figures
    parts = [row for row in rows(lower.effects) if row["of"] == "programme"]
    assert {(row["kpi"], row["changes"], row["amount"]) for row in parts} == {(kpi, change["change"], much) for kpi, much in figures}
    assert "The programme" in lower._repr_html_()


def test_effects_add_up_to_the_difference(found: guiju.Diff) -> None:
    parts: dict[object, Fraction] = {}
    for row in rows(found.effects):
        if row["of"] == "total":
            parts[row["kpi"]] = parts.get(row["kpi"], Fraction()) + Fraction(str(row["exact"] or row["amount"]))
    whole = {row["kpi"]: Fraction(str(row["difference"])) for row in rows(found.totals)}
    assert parts == whole and any(whole.values())


def test_data_may_be_frames_or_objects_and_one_root_alone(before: guiju.Pack, pack: guiju.Pack, found: guiju.Diff) -> None:
    tables = {path.stem: pl.read_csv(path, infer_schema=False) for path in SAMPLE.glob("*.csv")}
    told: list[tuple[int, int]] = []
    again = guiju.diff(before, pack, tables, progress=lambda done, total: told.append((done, total)))
    assert again.to_json() == found.to_json() and told[0] == (0, told[-1][1]) and len(set(told[-1])) == 1
    alone = guiju.diff(before, pack, SAMPLE, root="BM02")
    every = [row for row in rows(found.kpis) if row["alliance"] == "BM02"]
    assert rows(alone.kpis) == every and every and not rows(alone.programme)
    with pytest.raises(guiju.Error, match="BM01"):
        guiju.diff(before, pack, SAMPLE, root="BM99")
    with pytest.raises(guiju.DataError, match="G632"):
        guiju.diff(before, pack, {"alliances": [{"id": "A1", "grant": 0.5}]})
    with pytest.raises(TypeError):
        guiju.diff("alliance_107", pack)  # type: ignore[arg-type]


def test_packs_of_other_data_are_not_compared(tmp_path: Path, pack: guiju.Pack) -> None:
    (tmp_path / "one.guiju").write_text("pack one\nentity shop { key id: text }\n", encoding="utf-8")
    one = guiju.load(tmp_path / "one.guiju", locale="en")
    with pytest.raises(guiju.PackError, match="G214"):
        guiju.diff(one, pack, {"shops": []})


def test_looks_are_well_formed_and_follow_the_page(before: guiju.Pack, pack: guiju.Pack, found: guiju.Diff) -> None:
    for each in (found, guiju.diff(before, pack), guiju.diff(pack, pack)):
        outline = Outline()
        html = each._repr_html_()
        outline.feed(html)
        assert outline.open == [] and not re.search(r"#[0-9a-f]{3,6}\b|rgb\(", html)
    assert "Sums over all" in found._repr_html_() and "<details>" in found._repr_html_()


def test_sums_say_what_is_not_in_them(pack: guiju.Pack) -> None:
    tables = {path.stem: pl.read_csv(path, infer_schema=False) for path in SAMPLE.glob("*.csv")}
    lost = (pl.col("alliance") == "BM02") & (pl.col("id") == "R29")
    tables["revenue"] = tables["revenue"].with_columns(pl.when(~lost).then("amount").alias("amount"))
    whole, open_ = (guiju.diff(pack, pack.with_parameters(collaboration_share="20%"), data) for data in (SAMPLE, tables))
    (total,), programme = rows(open_.totals), {row["kpi"]: row for row in rows(open_.programme)}
    # The sum is below the least that the programme can be: one alliance is not in it.
    assert total["left_out"] == 1 and total["before"] < programme["programme_revenue"]["before_low"]  # type: ignore[operator]
    words = "without 1 × alliance, whose value is not known"
    assert words in open_._repr_html_() and words not in whole._repr_html_()
    chinese = guiju.load("alliance_108")
    assert "不含 1 個數值未定的聯盟" in guiju.diff(chinese, chinese.with_parameters(collaboration_share="20%"), tables)._repr_html_()
