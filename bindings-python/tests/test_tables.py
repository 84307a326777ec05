"""Tables of results: the same columns of the same types whatever the data, so that those of many results can be put together.

Not here: what is in them (`test_result`).
"""

from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

import duckdb
import guiju
import polars as pl
import pyarrow as pa
import pytest
from conftest import REPOSITORY

SAMPLE = REPOSITORY / "rules/packs/alliance_108/samples/field-revenue"
NUMBER = pa.decimal128(38, 6)


def tables(result: guiju.Result) -> dict[str, guiju.Table]:
    """Every table of a result."""
    found = {name: getattr(result, name) for name in ("kpis", "programme", "obligations", "issues")}
    return found | {f"records of {entity}": result.records(entity) for entity in result.pack.entities}


def one_root_each(pack: guiju.Pack) -> list[guiju.Result]:
    """The sample judged one alliance at a time, as a task queue would."""
    frames = {path.stem: pl.read_csv(path, infer_schema=False) for path in SAMPLE.glob("*.csv")}
    results = []
    for key in frames["alliance"]["id"][:12]:
        own = {name: frame.filter(pl.col("id" if name == "alliance" else "alliance") == key) for name, frame in frames.items()}
        results.append(pack.evaluate(own))
    return results


def test_tables_of_single_roots_are_put_together(pack: guiju.Pack, tmp_path: Path) -> None:
    results = one_root_each(pack)
    for name in tables(results[0]):
        parts = [tables(result)[name].to_polars() for result in results]
        whole = pl.concat(parts)
        arrow = pa.concat_tables([tables(result)[name].to_arrow() for result in results])
        assert whole.height == arrow.num_rows == sum(part.height for part in parts)
        folder = tmp_path / name
        folder.mkdir()
        for n, part in enumerate(parts):
            part.write_parquet(folder / f"{n:02}.parquet")
        assert pl.read_parquet(folder / "*.parquet").equals(whole)
        for column, kind in whole.schema.items():
            if kind.is_decimal():
                (total,) = duckdb.execute(f'select sum("{column}") from \'{folder}/*.parquet\'').fetchall()[0]
                assert (total or 0) == (whole[column].sum() or 0), (name, column)


@pytest.mark.parametrize(
    "data",
    [
        '{"alliances": []}',
        '{"alliances": [{"id": "A1"}]}',
        '{"alliances": [{"id": "A1", "grant": "100.123456", "targets": {"operating_revenue": "0.000001"}, "previous": {"operating_revenue": "7"}}]}',
    ],
)
def test_types_do_not_depend_on_the_data(pack: guiju.Pack, data: str) -> None:
    expected = {name: table.to_arrow().schema for name, table in tables(pack.evaluate_path(SAMPLE)).items()}
    result = pack.evaluate_json(data)
    assert {name: table.to_arrow().schema for name, table in tables(result).items()} == expected
    for schema in expected.values():
        assert not any(pa.types.is_null(field.type) for field in schema)
        assert all(field.type == NUMBER for field in schema if pa.types.is_decimal(field.type))
    parts = [pack.combine([pack.evaluate_path(SAMPLE).partial()]), pack.combine([result.partial()])]
    assert parts[0].kpis.to_arrow().schema == parts[1].kpis.to_arrow().schema
    assert parts[0].obligations.to_arrow().schema == parts[1].obligations.to_arrow().schema


def test_types_of_differences_do_not_depend_on_the_data(pack: guiju.Pack) -> None:
    other = pack.with_parameters(collaboration_share="15%")
    names = ("kpis", "programme", "totals", "effects", "records", "obligations", "changes", "clauses")
    found = [guiju.diff(pack, other, SAMPLE), guiju.diff(pack, other, {"alliances": []})]
    for name in names:
        full, empty = (getattr(each, name).to_arrow() for each in found)
        assert full.schema == empty.schema, name


def test_types_of_sweeps_do_not_depend_on_the_data(pack: guiju.Pack) -> None:
    variations = [{"collaboration_share": "15%"}, {"collaboration_share": "30%"}]
    swept = [pack.sweep(data, variations) for data in (pack.evaluate_path(SAMPLE), pack.evaluate({"alliances": []}))]
    assert len({str(table.to_arrow().schema) for table in swept}) == 1


def market(pack: guiju.Pack, *fees: object, grant: object = "3") -> guiju.Result:
    shops: list[dict[str, Any]] = [{"name": str(n), "fee": fee, "opened": "108/01/01"} for n, fee in enumerate(fees)]
    return pack.evaluate({"markets": [{"id": "M1", "area": "north", "grant": grant, "shop": shops}]})


def test_more_than_six_decimals_stand_as_a_fraction(shops: guiju.Pack) -> None:
    rows = {row["kpi"]: row for row in market(shops, "0.1234567", "1").kpis.to_dicts()}
    assert (rows["fees"]["value"], rows["fees"]["exact"]) == (Decimal("1.123457"), "11234567/10000000")
    assert Fraction(rows["share_of_grant"]["exact"]) == Fraction("1.1234567") / 3
    few = {row["kpi"]: row for row in market(shops, "0.123456", "1").kpis.to_dicts()}
    assert (few["fees"]["value"], few["fees"]["exact"]) == (Decimal("1.123456"), None)


@pytest.fixture(scope="module")
def strict(tmp_path_factory: pytest.TempPathFactory) -> guiju.Pack:
    rules = """
pack strict
source g { 1 }
entity shop { key id: text  fee: money }
kpi due = fee * 1 @ 1
kpi part as % = fee / 400 元 @ 1
obligation more expect due > 100 元 @ 1
obligation less expect due < 100 元 @ 1
obligation enough expect due >= 100 元 @ 1
obligation half expect part > 33.5% @ 1
"""
    path = tmp_path_factory.mktemp("strict") / "strict.guiju"
    path.write_text(rules, encoding="utf-8")
    return guiju.load(path, locale="en")


def test_equal_where_more_is_asked_is_no_gap_of_zero(strict: guiju.Pack) -> None:
    def rows(fee: str) -> dict[str, tuple[object, ...]]:
        result = strict.evaluate({"shops": [{"id": "S1", "fee": fee}]})
        return {row["obligation"]: tuple(row[name] for name in ("status", "gap", "equal", "unit", "exact")) for row in result.obligations.to_dicts()}

    assert rows("100") == {
        "more": ("not_met", None, True, "元", None),
        "less": ("not_met", None, True, "元", None),
        "enough": ("met", None, False, None, None),
        "half": ("not_met", Decimal("0.085"), False, "%", "17/200"),
    }
    assert rows("99")["more"] == ("not_met", Decimal(1), False, "元", None)


def test_a_second_look_builds_nothing(pack: guiju.Pack) -> None:
    result = pack.evaluate_path(SAMPLE)
    first, second = tables(result), tables(result)
    assert all(first[name] is second[name] for name in first)
    assert pack.schema is pack.schema and pack.kpis is pack.kpis and pack.sources is pack.sources
    whole = pack.combine([result.partial()])
    assert whole.kpis is whole.kpis and whole.obligations is whole.obligations
    change = guiju.diff(pack, pack.with_parameters(collaboration_share="15%"), SAMPLE)
    for name in ("changes", "clauses", "kpis", "programme", "totals", "effects", "records", "obligations"):
        assert getattr(change, name) is getattr(change, name) is not None


SWEPT = """
pack swept
source s { 1 }
let share = 50% @ 1
entity shop { key id: text  fee: money?  seats: int? }
kpi part "分攤" / "part" = fee * share @ 1
kpi half "分攤" / "part" = fee / 2 @ 1
kpi large = fee when seats > 2 @ 1
kpi each = fee / seats @ 1
kpi ratio as % = seats / 7 @ 1
"""


def shop(at: int) -> dict[str, Any]:
    """A shop of which, by its number, something is missing, does not apply or has no value."""
    own: dict[str, Any] = {"id": f"S{at}"}
    if at % 5:
        own["fee"] = f"{at * 7}.{at % 100:02}"
    if at % 11 != 3:
        own["seats"] = 0 if at > 1000 and at % 13 == 0 else at % 4 + 1
    if at % 3 == 0:
        own["targets"] = {"part": f"{at}.5", "ratio": "0.3"} | ({"each": "0"} if at % 2 else {})
    if at % 4 == 1:
        own["previous"] = {"large": f"{at}.125"}
    return own


def test_figures_filled_in_threads_are_those_made_one_by_one(tmp_path: Path, pack: guiju.Pack) -> None:
    """Sweeps make a row at a time what `kpis` fills in by columns; roots are more than one thread takes at once."""
    folder = tmp_path / "swept"
    folder.mkdir()
    (folder / "swept.guiju").write_text(SWEPT, encoding="utf-8")
    swept = guiju.load(folder)
    judged = [
        (swept.evaluate({"shops": [shop(at) for at in range(count)]}), {"share": "50%"}) for count in (1, 2, 511, 512, 513, 1500)
    ]
    judged.append((pack.evaluate_path(SAMPLE), {"collaboration_share": "30%"}))
    for result, parameters in judged:
        by_row = result.pack.sweep(result, [parameters])
        names = result.kpis.columns
        assert result.kpis.to_polars().equals(by_row.to_polars().select(names))
        found, expected = result.kpis.to_arrow(), by_row.to_arrow().select(names)
        found.validate(full=True)
        assert found.equals(expected)
        assert result.kpis.to_dicts() == [{name: row[name] for name in names} for row in by_row.to_dicts()]
    states = judged[-2][0].kpis.to_polars()["state"].unique(maintain_order=True).to_list()
    assert states == ["undetermined", "not_applicable", "known", "invalid"]


def test_the_first_number_that_does_not_fit_is_told(tmp_path: Path) -> None:
    folder = tmp_path / "swept"
    folder.mkdir()
    (folder / "swept.guiju").write_text(SWEPT.replace("fee * share", "fee * 10_000_000_000_000 * share"), encoding="utf-8")
    shops = [shop(at) for at in range(1, 600)]
    shops[598]["fee"], shops[540]["fee"] = "9" * 20, "8" * 20
    result = guiju.load(folder).evaluate({"shops": shops})
    with pytest.raises(guiju.LimitExceeded, match="4444444444"):
        _ = result.kpis
