"""Tables for analysts: what they say is computed again here, from the JSON of results and plain fractions.

Not here: files and charts of them (`test_export`), and packs with rules laid over them (`test_amended`).
"""

import itertools
import json
import pickle
from collections import Counter, defaultdict
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any, get_args

import guiju
import polars as pl
import pytest
from conftest import REPOSITORY, codes
from guiju import types

SAMPLE = REPOSITORY / "rules/packs/alliance_108/samples/field-revenue"
GLORIA = REPOSITORY / "rules/packs/gloria_108/samples/plan.json"


def six(value: Fraction) -> Decimal:
    return (Decimal(value.numerator) / Decimal(value.denominator)).quantize(Decimal("0.000001"), ROUND_HALF_UP)


@pytest.fixture(scope="module")
def result(pack: guiju.Pack) -> guiju.Result:
    return pack.evaluate_path(SAMPLE)


def shop(name: str, fee: object, opened: object = "2019-05-01", **more: object) -> dict[str, object]:
    return {"name": name, "fee": fee, "opened": opened} | more


MARKETS: list[dict[str, Any]] = [
    {"id": "M1", "area": "north", "grant": 300, "shop": [shop("a", 100), shop("b", 50, "2018-05-01")], "targets": {"fees": 120}},
    # Whether `c` counts is not known: fees are between 40 and 70.
    {"id": "M2", "area": "north", "grant": 90, "shop": [shop("c", 30, None), shop("d", 40)], "targets": {"fees": 60}},
    {"id": "M3", "area": "south", "grant": 7, "shop": [shop("e", 10)], "targets": {"fees": 10}},
    # Without a grant there is no share of it.
    {"id": "M4", "area": None, "grant": 0, "shop": [shop("f", 5)]},
]


def markets(shops: guiju.Pack, *roots: dict[str, Any]) -> guiju.Result:
    return shops.evaluate({"markets": list(roots or MARKETS)})


@pytest.mark.parametrize(
    ("name", "sample"),
    [("alliance_104", SAMPLE), ("alliance_108", SAMPLE), ("alliance_108", SAMPLE.parent / "summary-sheet.json"), ("gloria_108", GLORIA)],
)
def test_data_is_read_back_as_it_was(name: str, sample: Path) -> None:
    pack = guiju.load(name)
    result = pack.evaluate_path(sample)
    tables = {table: result.data(table) for table in (*pack.entities, "targets", "previous", "reviewed", "elsewhere")}
    assert pack.evaluate(tables).to_json(records=True) == result.to_json(records=True)
    frames = {key: table.to_polars() for key, table in tables.items()}
    assert pack.evaluate(frames).to_json() == result.to_json() and any(frame.height for frame in frames.values())


def test_data_has_the_types_of_its_fields(shops: guiju.Pack) -> None:
    full = shop(
        "a", "0.1", share="12.3456789%", seats=4, level=2, open=True, lease="2019-01-01..2019-12-31", kind="books", proofs=["poster", "photo"]
    )
    document = {"id": "M1", "area": "north", "grant": 1, "shop": [full], "loan": [{"id": "L1", "shop": "a"}], "reviewed": ["ＡＢ 1"]}
    result = markets(shops, document, {"id": "M2", "shop": [shop("b", 2, None)]})
    a, b = result.data("shop").to_dicts()
    assert {key: str(value) for key, value in a.items()} == {
        "market": "M1",
        "name": "a",
        "fee": "0.100000",
        "share": "0.123456789",
        "seats": "4.000000",
        "level": "2.000000",
        "opened": "2019-05-01",
        "open": "True",
        "lease_start": "2019-01-01",
        "lease_end": "2019-12-31",
        "kind": "books",
        "proofs": "photo;poster",
    }
    assert {key for key, value in b.items() if value is not None} == {"market", "name", "fee"}
    assert result.data("loan").to_dicts() == [{"market": "M1", "id": "L1", "shop": "a"}]
    assert [row["evidence"] for row in result.data("reviewed").to_dicts()] == ["AB 1"]
    table = result.data("shop")
    assert pickle.loads(pickle.dumps(table)).to_dicts() == table.to_dicts() == table.to_polars().to_dicts()
    assert result.data("shop") is table
    with pytest.raises(guiju.Error, match="shop, loan, targets, previous, reviewed, elsewhere"):
        result.data("shops")


def test_numbers_of_many_digits_come_back_whole(shops: guiju.Pack) -> None:
    large, small = "1234567890123456789012345678", "0.00000000001"
    for fee in (large, small, f"{large[:20]}.12345678"):
        (row,) = markets(shops, {"id": "M1", "shop": [shop("a", fee)]}).data("shop").to_dicts()
        assert row["fee"] == Decimal(fee)


def test_records_carry_their_amounts(shops: guiju.Pack, result: guiju.Result) -> None:
    rows = {row["key"]: row for row in markets(shops).records("shop").to_dicts()}
    assert {key: (row["verdict"], row["amount"], row["counted"], row["unit"]) for key, row in rows.items() if key in "abc"} == {
        "a": ("counted", 100, 100, "元"),
        "b": ("refused", 50, 0, "元"),
        "c": ("undetermined", 30, None, "元"),
    }
    # What counts of the records is the KPI; a tally that counts records brings one of each.
    kpis = {(row["alliance"], row["kpi"]): row for row in result.kpis.to_dicts()}
    for entity in ("revenue", "member", "transfer", "staff"):
        sums: dict[tuple[str, str], Decimal] = defaultdict(Decimal)
        whole = set()
        for row in result.records(entity).to_dicts():
            key = (row["alliance"], row["tally"])
            if row["counted"] is None:
                whole.add(key)
            else:
                sums[key] += row["counted"]
        assert sums
        for key, total in sums.items():
            if kpis[key]["state"] == "known" and key not in whole:
                assert total == kpis[key]["value"], key


def test_a_row_for_each_root(shops: guiju.Pack, result: guiju.Result) -> None:
    wide = markets(shops).wide(bounds=True).to_dicts()
    assert wide[1] == {
        "market": "M2",
        "fees": None,
        "fees:state": "undetermined",
        "fees:low": 40,
        "fees:high": 70,
        "share_of_grant": None,
        "share_of_grant:state": "undetermined",
        "share_of_grant:low": six(Fraction(40, 90)),
        "share_of_grant:high": six(Fraction(70, 90)),
    }
    assert wide[3]["share_of_grant:state"] == "invalid"
    table = result.wide()
    assert len(table) == len(result.roots) and not any(name.endswith(":low") for name in table.columns)
    kpis = iter(result.kpis.to_dicts())
    for row in table.to_dicts():
        for name in table.columns[1::2]:
            kpi = next(kpis)
            assert (row["alliance"], name, row[name], row[f"{name}:state"]) == (kpi["alliance"], kpi["kpi"], kpi["value"], kpi["state"])
    assert result.wide("operating_revenue").columns == ("alliance", "operating_revenue", "operating_revenue:state")
    for wrong, said in (("revenu", "no KPI `revenu`"), ("programme_revenue", "of the programme")):
        with pytest.raises(guiju.Error, match=said):
            result.wide([wrong])


def test_figures_by_a_field_leave_open_what_is_open(shops: guiju.Pack) -> None:
    north, south, none = markets(shops).by("area", "fees").to_dicts()
    assert {key: north[key] for key in ("group", "count", "known", "undetermined", "sum", "sum_low", "sum_high", "average_low", "max", "min")} == {
        "group": "north",
        "count": 2,
        "known": 1,
        "undetermined": 1,
        "sum": None,
        "sum_low": 140,
        "sum_high": 170,
        "average_low": 70,
        "max": None,
        "min": None,
    }
    assert (north["max_low"], north["max_high"], north["min_low"], north["min_high"]) == (100, 100, 40, 70)
    assert (south["group"], south["sum"], south["average"], south["sum_low"]) == ("south", 10, 10, None)
    assert (none["group"], none["count"], none["sum"]) == (None, 1, 5)
    shares = markets(shops).by("area", "share_of_grant").to_dicts()
    assert [(row["count"], row["known"], row["undetermined"], row["invalid"]) for row in shares] == [(2, 1, 1, 0), (1, 1, 0, 0), (1, 0, 0, 1)]
    assert shares[1]["average_exact"] == "10/7" and (shares[2]["sum"], shares[2]["average"]) == (None, None)


@pytest.mark.parametrize("field", ["field", "phase", "id", "grant"])
def test_figures_by_any_field(result: guiju.Result, field: str) -> None:
    groups = {row["id"]: row[field] for row in result.data("alliance").to_dicts()}
    values: dict[tuple[Any, str], list[Fraction | None]] = defaultdict(list)
    for root in json.loads(result.to_json())["alliances"]:
        for name, kpi in root["kpis"].items():
            known = kpi["state"] == "known"
            values[groups[root["id"]], name].append(Fraction(kpi.get("exact") or kpi["value"]) if known else None)
    rows = result.by(field).to_dicts()
    assert sum(row["count"] for row in rows) == len(result.kpis) and len(rows) == len(values)
    order = [row["group"] for row in rows if row["kpi"] == rows[0]["kpi"]]
    if field == "grant":
        assert [Decimal(group) for group in order] == sorted(set(groups.values()))
    for row in rows:
        key = next(group for group in values if group[1] == row["kpi"] and (str(group[0]) == row["group"] or group[0] == as_number(row["group"])))
        found = values[key]
        assert row["count"] == len(found) == row["known"] + row["undetermined"] + row["not_applicable"] + row["invalid"]
        known = [value for value in found if value is not None]
        assert row["known"] == len(known)
        if not row["undetermined"] and known:
            expected = (sum(known), sum(known) / len(known), min(known), max(known))
            assert tuple(row[name] for name in ("sum", "average", "min", "max")) == tuple(six(Fraction(value)) for value in expected)
        else:
            assert row["sum"] is None and row["average"] is None


def as_number(text: str | None) -> Decimal | None:
    return Decimal(text) if text and text.replace(".", "").isdigit() else None


def test_programme_aggregates_agree_with_figures_by_field(shops: guiju.Pack) -> None:
    result = markets(shops, *MARKETS[:3])
    for group in result.programme.to_dicts():
        if group["by"] is None:
            continue
        (own,) = [row for row in result.by("area", "fees").to_dicts() if row["group"] == group["group"]]
        assert (own["sum"], own["sum_low"], own["sum_high"]) == (group["value"], group["low"], group["high"])


def test_bounds_of_quartiles_hold_whatever_is_missing(shops: guiju.Pack) -> None:
    names = ("min", "lower_quartile", "median", "upper_quartile", "max")
    (open_,) = markets(shops, *MARKETS[:3]).distribution("fees").to_dicts()
    for day in ("2019-05-01", "2018-05-01"):
        filled = json.loads(json.dumps(MARKETS[:3]))
        filled[1]["shop"][0]["opened"] = day
        (row,) = markets(shops, *filled).distribution("fees").to_dicts()
        for name in names:
            assert open_[f"{name}_low"] <= row[name] <= open_[f"{name}_high"]
        counted = 70 if day.startswith("2019") else 40
        ordered = sorted([100, counted, 10])
        between = [Fraction(ordered[at // 4]) + Fraction(at % 4, 4) * (ordered[min(at // 4 + 1, 2)] - ordered[at // 4]) for at in (0, 2, 4, 6, 8)]
        assert [row[name] for name in names] == [six(value) for value in between]


def test_winners_and_losers(shops: guiju.Pack) -> None:
    later = json.loads(json.dumps(MARKETS))
    later[0]["shop"][0]["fee"] = 90
    # At least 110, from at most 70.
    later[1]["shop"][1]["fee"] = 110
    later[2]["id"] = "Ｍ3 "
    del later[3]
    later.append({"id": "M5", "shop": [shop("z", 1)]})
    rows = markets(shops, *later).winners(markets(shops), "fees").to_dicts()
    found = {row["market"]: (row["moved"], row["before"], row["after"], row["difference"], row["low"], row["high"]) for row in rows}
    assert found == {
        "Ｍ3 ": ("same", 10, 10, 0, None, None),
        "M1": ("down", 100, 90, -10, None, None),
        "M2": ("up", None, None, None, 40, 100),
        "M5": ("new", None, 1, None, None, None),
        "M4": ("gone", 5, None, None, None, None),
    }
    assert [row["market"] for row in rows] == ["Ｍ3 ", "M1", "M2", "M5", "M4"]
    same = {row["market"]: row["moved"] for row in markets(shops).winners(markets(shops), "fees").to_dicts()}
    assert same == {"M1": "same", "M2": "open", "M3": "same", "M4": "same"}
    shares = {row["market"]: row["moved"] for row in markets(shops).winners(markets(shops), "share_of_grant").to_dicts()}
    assert shares["M4"] == "no_value" and set(shares.values()) | set(same.values()) <= set(get_args(types.Moved))


def test_nearest_to_a_target(shops: guiju.Pack, result: guiju.Result) -> None:
    rows = markets(shops).nearest().to_dicts()
    assert [(row["market"], row["status"], row["gap"]) for row in rows] == [("M1", "short", 20), ("M2", "open", None), ("M3", "reached", None)]
    assert rows[1]["attainment"] == six(Fraction(40, 60)) and (rows[1]["low"], rows[1]["high"]) == (40, 70)
    whole = result.nearest().to_dicts()
    assert len(whole) == len([row for row in result.kpis.to_dicts() if row["target"] is not None])
    assert {row["status"] for row in whole} <= set(get_args(types.TargetStatus))
    short = [row for row in whole if row["status"] == "short"]
    assert short == sorted(short, key=lambda row: -row["attainment"]) and all(row["gap"] is None or row["gap"] > 0 for row in short)


def test_what_is_refused_by_clause(shops: guiju.Pack, result: guiju.Result) -> None:
    refused, open_ = markets(shops).refused().to_dicts()
    assert (refused["verdict"], refused["clause"], refused["reason"], refused["records"], refused["amount"]) == ("refused", "guide:2", "too early", 1, 50)
    assert (open_["verdict"], open_["clause"], open_["records"], open_["amount"], open_["markets"]) == ("undetermined", None, 1, 30, 1)
    for entity in result.pack.entities:
        expected: Counter[tuple[str, str, str | None]] = Counter()
        amounts: dict[tuple[str, str, str | None], Decimal] = defaultdict(Decimal)
        for row in result.records(entity).to_dicts():
            if row["verdict"] != "counted":
                expected[row["tally"], row["verdict"], row["rule"]] += 1
                amounts[row["tally"], row["verdict"], row["rule"]] += row["amount"] or 0
        rows = result.refused(entity).to_dicts()
        assert {(row["tally"], row["verdict"], row["rule"]): row["records"] for row in rows} == expected
        assert all((row["amount"] or 0) == amounts[row["tally"], row["verdict"], row["rule"]] for row in rows)
    money = [row["unit"] == "元" for row in result.refused().to_dicts()]
    assert money == sorted(money, reverse=True) and len(money) == sum(len(result.refused(entity)) for entity in result.pack.entities)


PROBLEMS = ("code", "severity", "table", "row", "field", "message", "clause")


def test_problems_have_one_form_wherever_they_come_from(pack: guiju.Pack, result: guiju.Result, tmp_path: Path) -> None:
    frames = {path.stem: pl.read_csv(path, infer_schema=False) for path in SAMPLE.glob("*.csv")}
    frames["revenue"] = frames["revenue"].with_columns(category=pl.when(pl.int_range(pl.len()) == 5).then(pl.lit("zzz")).otherwise("category"))
    with pytest.raises(guiju.DataError) as frame:
        pack.evaluate(frames)
    for name, table in frames.items():
        table.write_csv(tmp_path / f"{name}.csv")
    with pytest.raises(guiju.DataError) as folder:
        pack.evaluate_path(tmp_path)
    document = {"alliances": [{"id": "A1"}, {"id": "A2", "revenue": [{"id": "R1"}, {"id": "R2", "category": "zzz"}]}]}
    with pytest.raises(guiju.DataError) as written:
        pack.evaluate(document)
    with pytest.raises(guiju.PackError) as rules:
        pack.amended("kpi x = yy @ 1")
    places = [[(row["code"], row["table"], row["row"], row["field"]) for row in error.value.to_table().to_dicts()] for error in (frame, folder, written)]
    assert places == [[("G608", "revenue", 5, "category")], [("G608", "revenue", None, "category")], [("G608", "revenue", 1, "category")]]
    assert folder.value.to_table().to_dicts()[0]["line"] == 7
    for error in (frame.value, folder.value, written.value, rules.value):
        found = error.to_table()
        assert found.columns[: len(PROBLEMS)] == PROBLEMS and found.columns == result.problems.columns
        assert [row["code"] for row in found.to_dicts()] == [code for code, *_ in codes(error)]
    assert len(guiju.Error("without findings").to_table()) == 0


def test_problems_of_a_result(result: guiju.Result) -> None:
    issues = result.issues.to_dicts()
    rows = result.problems.to_dicts()[len(result.warnings) :]
    assert [(row["code"], row["root"], row["pointer"], row["message"], row["clause"]) for row in rows] == [
        (row["code"], row["alliance"], row["path"], row["message"], row["clause"]) for row in issues
    ]
    for row in rows:
        record = result.data(row["table"]).to_dicts()[row["row"]]
        assert record["id" if "id" in record else "name"] == row["key"]
    quality = result.quality.to_dicts()
    assert {row["table"] for row in quality} == set(result.pack.entities)
    assert sum(row["problems"] for row in quality) == len(rows)
    for table, entries in itertools.groupby(quality, key=lambda row: row["table"]):
        data = result.data(table).to_polars()
        fields = [row["field"] for row in result.pack.schema.to_dicts() if row["entity"] == table]
        missing = sum(data[name if name in data.columns else f"{name}_start"].null_count() for name in fields)
        first = next(entries)
        assert (first["rows"], first["cells"], first["missing"]) == (data.height, data.height * len(fields), missing)
    failing = result.failing("outcome").to_dicts()
    assert [row["problem:code"] for row in failing] == [row["code"] for row in rows if row["table"] == "outcome"]
    assert failing[0]["id"] == next(row["key"] for row in rows if row["table"] == "outcome") and len(result.failing("revenue")) == 0


def test_two_results_are_compared_without_reading_again(pack: guiju.Pack, result: guiju.Result) -> None:
    lower = pack.with_parameters(collaboration_share="15%")
    judged = lower.evaluate(result)
    expected = guiju.diff(pack, lower, result).to_json()
    assert guiju.diff(result, judged).to_json() == guiju.diff(result, lower).to_json() == expected
    # Read on its own, the data is the same too.
    assert guiju.diff(pack.evaluate_path(SAMPLE), judged).to_json() == expected
    older = guiju.load("alliance_107", locale="en").evaluate_path(SAMPLE)
    assert guiju.diff(older, result).to_json() == guiju.diff(older.pack, pack, SAMPLE).to_json()
    other = pack.evaluate({"alliances": [{"id": "A1"}]})
    with pytest.raises(guiju.Error, match="winners"):
        guiju.diff(other, result)
    moved = judged.winners(result, "operating_revenue").to_dicts()
    figures = guiju.diff(result, judged).kpis
    assert figures is not None
    changed = {row["alliance"]: row["difference"] for row in figures.to_dicts() if row["kpi"] == "operating_revenue" and row["difference"] is not None}
    assert changed and {row["alliance"]: row["difference"] for row in moved if row["difference"]} == changed


def test_sweeps_have_figures_of_the_programme(pack: guiju.Pack, result: guiju.Result) -> None:
    shares = ["0%", "30%"]
    swept = pack.sweep(result, [{"collaboration_share": share} for share in shares], kpis=["programme_self_sufficiency", "self_sufficiency"]).to_dicts()
    assert len([row for row in swept if row["alliance"] is not None]) == 2 * len(result.roots)
    for at, share in enumerate(shares):
        judged = pack.with_parameters(collaboration_share=share).evaluate(result)
        expected = [row for row in judged.programme.to_dicts() if row["kpi"] == "programme_self_sufficiency"]
        found = [row for row in swept if row["variation"] == at and row["kpi"] == "programme_self_sufficiency"]
        assert [(row["by"], row["group"], row["value"], row["exact"]) for row in found] == [
            (row["by"], row["group"], row["value"], row["exact"]) for row in expected
        ]
        assert len(expected) > 2
    alone = pack.sweep(result, [{"collaboration_share": "0%"}]).to_dicts()
    assert all(row["alliance"] is not None for row in alone)


def test_the_words_of_types_are_those_of_tables(result: guiju.Result) -> None:
    assert get_args(types.PackName) == guiju.PACKS
    words: list[tuple[guiju.Table, str, Any]] = [
        (result.kpis, "state", types.KpiState),
        (result.obligations, "status", types.Status),
        (result.obligations, "severity", types.Severity),
        (result.records("revenue"), "verdict", types.Verdict),
    ]
    for table, column, known in words:
        assert {row[column] for row in table.to_dicts()} <= set(get_args(known))
