"""How much is told when much is wrong: each table by itself, each mistake once, and none of what follows from it."""

from collections import Counter

import guiju
import polars as pl
import pytest
from conftest import REPOSITORY, problems

SAMPLE = REPOSITORY / "rules/packs/alliance_108/samples/field-revenue"


@pytest.fixture
def tables() -> dict[str, pl.DataFrame]:
    return {path.stem: pl.read_csv(path, infer_schema=False) for path in SAMPLE.glob("*.csv")}


def refused(pack: guiju.Pack, tables: dict[str, pl.DataFrame]) -> tuple[guiju.Diagnostic, ...]:
    with pytest.raises(guiju.DataError) as error:
        pack.evaluate(tables)
    return error.value.diagnostics


def test_a_value_that_is_wrong_in_every_row_is_told_once(pack: guiju.Pack, tables: dict[str, pl.DataFrame]) -> None:
    rows = tables["revenue"].height
    tables["revenue"] = tables["revenue"].with_columns(category=pl.lit("Membership"))
    tables["activity"] = tables["activity"].with_columns(kind=pl.lit("zzz"))
    activity, revenue = refused(pack, tables)
    assert [(found.code, found.file, found.row, found.column) for found in (activity, revenue)] == [
        ("G608", "activity", 0, "kind"),
        ("G608", "revenue", 0, "category"),
    ]
    assert revenue.notes == (f"the same in {rows - 1} more rows: 1, 2, 3, 4, 5, 6, 7, 8, …",)


def test_each_table_has_a_cap_of_its_own_which_can_be_raised(pack: guiju.Pack, tables: dict[str, pl.DataFrame]) -> None:
    for name in ("revenue", "activity"):
        tables[name] = tables[name].with_columns(pl.format("{}?", pl.int_range(pl.len())).alias("category" if name == "revenue" else "kind"))
    height = {name: tables[name].height for name in ("revenue", "activity")}
    assert min(height.values()) > 100
    told = refused(pack, tables)
    assert Counter(found.file for found in told if found.code == "G608") == {"revenue": 100, "activity": 100}
    left = {found.file: found.message for found in told if found.code == "G199"}
    assert left == {name: f"{rows - 100} more findings are not shown" for name, rows in height.items()}
    few = refused(guiju.load("alliance_108", locale="en", findings=2), tables)
    assert Counter(found.file for found in few) == {"revenue": 3, "activity": 3}
    all_of_them = refused(guiju.load("alliance_108", locale="en", findings=100_000), tables)
    assert Counter(found.file for found in all_of_them) == height


def test_a_cap_for_rules(tmp_path_factory: pytest.TempPathFactory) -> None:
    path = tmp_path_factory.mktemp("many") / "many.guiju"
    path.write_text("pack many\nentity a { key id: text }\n" + "".join(f"kpi k{n} = u{n}\n" for n in range(30)), encoding="utf-8")
    for cap in (3, 1_000):
        with pytest.raises(guiju.PackError) as error:
            guiju.load(path, locale="en", findings=cap)
        codes = Counter(found.code for found in error.value.diagnostics)
        assert codes["G201"] == min(cap, 30) and codes["G199"] == (1 if cap == 3 else 0)


def test_records_of_a_root_that_is_missing_are_told_once_in_each_table(pack: guiju.Pack, tables: dict[str, pl.DataFrame]) -> None:
    tables["alliance"] = tables["alliance"].filter(pl.col("id") != "BM05")
    told = refused(pack, tables)
    assert {found.code for found in told} == {"G622"}
    own = {name for name, frame in tables.items() if name != "alliance" and "BM05" in frame["alliance"]}
    assert Counter(found.file for found in told) == dict.fromkeys(own, 1)


def test_keys_of_another_type_draw_nothing_after_them(pack: guiju.Pack, shops: guiju.Pack, tables: dict[str, pl.DataFrame]) -> None:
    whole = dict(tables)
    whole["alliance"] = tables["alliance"].with_columns(pl.col("id").str.extract(r"(\d+)").cast(pl.Int64))
    assert [(found.code, found.file, found.column) for found in refused(pack, whole)] == [("G636", "alliance", "id")]
    # Nor do keys that others refer to.
    market = pl.DataFrame({"id": ["M1"], "area": ["north"], "grant": ["1"]})
    shop = pl.DataFrame({"market": ["M1"] * 3, "name": [1, 2, 3], "fee": ["1"] * 3})
    loan = pl.DataFrame({"market": ["M1"] * 2, "id": ["L1", "L2"], "shop": ["1", "2"]})
    with pytest.raises(guiju.DataError) as error:
        shops.evaluate({"market": market, "shop": shop, "loan": loan})
    assert problems(error) == [("G636", "shop", 0, "name")]


def test_moments_with_a_time_of_day_are_told_once_for_their_column(pack: guiju.Pack, tables: dict[str, pl.DataFrame]) -> None:
    moments = pl.col("received").str.to_datetime("%Y-%m-%d", strict=False) + pl.duration(minutes=pl.int_range(1, pl.len() + 1))
    tables["revenue"] = tables["revenue"].with_columns(received=moments)
    assert [(found.code, found.file, found.column) for found in refused(pack, tables)] == [("G634", "revenue", "received")]
