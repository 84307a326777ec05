"""Frames in: every library and every column type they send gives the very result that the same data as JSON gives."""

import datetime as dt
import json
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import duckdb
import guiju
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
from conftest import problems
from hypothesis import given, settings
from hypothesis import strategies as st

MARKETS: list[dict[str, Any]] = [
    {"id": "M1", "area": "north", "grant": Decimal("1000.50")},
    {"id": "M2", "area": "south", "grant": Decimal("20")},
]
SHOPS: list[dict[str, Any]] = [
    {"market": "M1", "name": "甲", "fee": Decimal("60.25"), "opened": dt.date(2019, 3, 1), "open": True, "kind": "food", "seats": 3},
    {"market": "M2", "name": "乙", "fee": Decimal("0.75"), "opened": dt.date(2018, 3, 1), "open": None, "kind": None, "seats": None},
    {"market": "M1", "name": "丙", "fee": None, "opened": None, "open": False, "kind": "books", "seats": 40},
]


def as_json(pack: guiju.Pack) -> str:
    """The result of the same data as a JSON document."""
    roots = [dict(market, shop=[shop for shop in SHOPS if shop["market"] == market["id"]]) for market in MARKETS]
    for root in roots:
        root["shop"] = [{key: value for key, value in shop.items() if key != "market"} for shop in root["shop"]]
    text = json.dumps({"markets": roots}, default=str, ensure_ascii=False)
    return pack.evaluate_json(text).to_json(records=True)


def arrow(types: dict[str, pa.DataType] | None = None) -> dict[str, pa.Table]:
    """The data as pyarrow tables, some columns of another type."""
    tables = {"market": pa.Table.from_pylist(MARKETS), "shop": pa.Table.from_pylist(SHOPS)}
    for name, table in tables.items():
        for column, kind in (types or {}).items():
            if column in table.column_names:
                at = table.column_names.index(column)
                table = table.set_column(at, column, table.column(column).cast(kind))
        tables[name] = table
    return tables


LIBRARIES: dict[str, Callable[[pa.Table], Any]] = {
    "pyarrow": lambda table: table,
    "batches": lambda table: pa.Table.from_batches(table.to_batches(max_chunksize=1)),
    "reader": lambda table: pa.RecordBatchReader.from_batches(table.schema, table.to_batches()),
    "polars": lambda table: pl.DataFrame(table),
    "polars_rechunked": lambda table: pl.concat([pl.DataFrame(table.slice(n, 1)) for n in range(table.num_rows)], rechunk=False),
    "pandas": lambda table: table.to_pandas(),
    "duckdb": lambda given: duckdb.sql("select * from given"),
}


@pytest.mark.parametrize("library", LIBRARIES)
def test_every_library_gives_the_same_result(shops: guiju.Pack, library: str) -> None:
    tables = {name: LIBRARIES[library](table) for name, table in arrow().items()}
    assert shops.evaluate(tables).to_json(records=True) == as_json(shops)


@pytest.mark.parametrize(
    "types",
    [
        {"name": pa.large_string(), "market": pa.string_view(), "kind": pa.dictionary(pa.int8(), pa.string())},
        {"name": pa.string_view(), "area": pa.dictionary(pa.uint32(), pa.large_string()), "id": pa.large_string()},
        {"fee": pa.decimal32(9, 4), "grant": pa.decimal64(18, 2)},
        {"fee": pa.decimal128(38, 12), "grant": pa.decimal256(76, 40)},
        {"fee": pa.string(), "grant": pa.string(), "opened": pa.string()},
        {"seats": pa.uint8()},
        {"seats": pa.float64()},
        {"seats": pa.float32()},
        {"seats": pa.decimal128(30, 3)},
        {"opened": pa.date64()},
        {"opened": pa.timestamp("ns")},
        {"opened": pa.timestamp("s")},
    ],
    ids=str,
)
def test_every_column_type_gives_the_same_result(shops: guiju.Pack, types: dict[str, pa.DataType]) -> None:
    assert shops.evaluate(arrow(types)).to_json(records=True) == as_json(shops)


def test_slices_and_nulls(shops: guiju.Pack) -> None:
    padded = {name: pa.concat_tables([table.slice(1, 1), table, table.slice(0, 1)]).combine_chunks() for name, table in arrow().items()}
    cut = {name: table.slice(1, table.num_rows - 2) for name, table in padded.items()}
    assert shops.evaluate(cut).to_json(records=True) == as_json(shops)
    nothing = arrow()["shop"].append_column("level", pa.nulls(3))
    assert shops.evaluate({**arrow(), "shop": nothing}).to_json(records=True) == as_json(shops)


def test_labels_and_units_as_headings(shops: guiju.Pack) -> None:
    tables = arrow({"fee": pa.decimal128(20, 6)})
    thousands = pa.array([None if fee is None else fee / 1000 for fee in tables["shop"]["fee"].to_pylist()], pa.decimal128(20, 9))
    shop = tables["shop"].set_column(2, "費用(仟元)", thousands).rename_columns({"name": "店名", "market": "市場", "opened": "Opened"})
    assert shops.evaluate({**tables, "shop": shop}).to_json(records=True) == as_json(shops)


def test_periods_lists_references_and_what_stands_beside(shops: guiju.Pack) -> None:
    day = dt.date
    shop = pl.DataFrame(
        {
            "market": ["M1", "M2"],
            "name": ["甲", "乙"],
            "fee": ["1", "2"],
            "lease_start": [day(2019, 1, 1), None],
            "lease_end": [day(2019, 12, 31), None],
            "proofs": [["photo", "poster"], []],
            "share": ["20%", None],
        }
    )
    tables = {
        "market": pl.DataFrame(MARKETS),
        "shop": shop,
        "loan": pl.DataFrame({"market": ["M1"], "id": ["L1"], "shop": ["甲"]}),
        "targets": pl.DataFrame({"market": ["M1", None], "kpi": ["fees", "all_fees"], "value": [5, 9]}),
        "previous": pl.DataFrame({"market": ["M2"], "kpi": ["fees"], "value": [Decimal("1.5")]}),
        "reviewed": pl.DataFrame({"market": ["M1"], "evidence": ["E1"]}),
    }
    roots = [
        {
            **MARKETS[0],
            "shop": [{"name": "甲", "fee": 1, "lease": {"start": day(2019, 1, 1), "end": day(2019, 12, 31)}, "proofs": ["photo", "poster"], "share": "20%"}],
            "loan": [{"id": "L1", "shop": "甲"}],
            "targets": {"fees": 5},
            "reviewed": ["E1"],
        },
        {**MARKETS[1], "shop": [{"name": "乙", "fee": 2, "proofs": []}], "previous": {"fees": Decimal("1.5")}},
    ]
    expected = shops.evaluate({"markets": roots, "programme": {"targets": {"all_fees": 9}}})
    assert shops.evaluate(tables).to_json(records=True) == expected.to_json(records=True)
    wrong = {**tables, "loan": pl.DataFrame({"market": ["M1"], "id": ["L1"], "shop": ["乙"]})}
    with pytest.raises(guiju.DataError) as error:
        shops.evaluate(wrong)
    assert problems(error) == [("G616", "loan", 0, "shop")]


def one(pack: guiju.Pack, **columns: Any) -> list[tuple[str, str | None, int | None, str | None]]:
    """What is wrong with some columns of one shop after another."""
    rows = max(len(column) for column in columns.values())
    base = {"market": ["M1"] * rows, "name": [str(n) for n in range(rows)], "fee": ["1"] * rows, "opened": ["108/01/01"] * rows}
    base["open"] = ["true"] * rows
    made = {name: column if isinstance(column, pa.Array) else pa.array(column) for name, column in {**base, **columns}.items()}
    with pytest.raises(guiju.DataError) as error:
        pack.evaluate({"market": pa.Table.from_pylist(MARKETS), "shop": pa.table(made)})
    return problems(error)


def test_what_is_refused_names_its_column_and_row(shops: guiju.Pack) -> None:
    at = ("shop", 1)
    assert one(shops, fee=[None, 0.5, 0.5]) == [("G632", *at, "fee")]
    assert one(shops, share=[None, float("nan")]) == [("G633", *at, "share")]
    assert one(shops, seats=[1.0, float("inf")]) == [("G633", *at, "seats")]
    assert one(shops, seats=[1.0, 2.5]) == [("G632", *at, "seats")]
    assert one(shops, seats=[1, -1]) == [("G610", *at, "seats")]
    assert one(shops, level=[3, 4]) == [("G613", *at, "level")]
    assert one(shops, fee=pa.array([Decimal(1), Decimal(10**28)], pa.decimal128(38, 0))) == [("G611", *at, "fee")]
    assert one(shops, fee=pa.array([Decimal(1), Decimal(10**70)], pa.decimal256(76, 0))) == [("G611", *at, "fee")]
    assert one(shops, fee=pa.array([Decimal(1), Decimal("1e-13")], pa.decimal128(38, 13))) == [("G611", *at, "fee")]
    assert one(shops, opened=[dt.datetime(2019, 1, 1), dt.datetime(2019, 1, 1, 8)]) == [("G634", *at, "opened")]
    zoned = pa.array([None, dt.datetime(2019, 1, 1)], pa.timestamp("us", "Asia/Taipei"))
    assert one(shops, opened=zoned) == [("G635", *at, "opened")]
    assert one(shops, opened=pa.array([0, 10**7], pa.int32()).cast(pa.date32())) == [("G609", *at, "opened")]
    assert one(shops, name=[7, 8]) == [("G636", "shop", 0, "name")]
    assert one(shops, market=[7, 8]) == [("G636", "shop", 0, "market")]
    assert one(shops, open=[1, 0]) == [("G636", "shop", 0, "open")]
    assert one(shops, kind=[b"food", b"food"]) == [("G636", "shop", 0, "kind")]
    assert one(shops, lease=[{"start": "a", "end": "b"}]) == [("G636", "shop", 0, "lease")]
    assert one(shops, proofs=[["photo"], ["phto"]]) == [("G608", *at, "proofs")]
    assert one(shops, proofs=[["photo"], [None]]) == [("G636", *at, "proofs")]
    assert one(shops, kind=["food", "fodo"]) == [("G608", *at, "kind")]
    assert one(shops, name=["甲", "甲"]) == [("G606", *at, "name")]
    assert one(shops, market=["M1", "M9"]) == [("G622", *at, "market")]
    assert one(shops, colour=["red"]) == [("G603", "shop", None, "colour")]


def test_missing_and_unknown_tables_and_columns(shops: guiju.Pack) -> None:
    with pytest.raises(guiju.DataError) as error:
        shops.evaluate({"shop": pa.Table.from_pylist(SHOPS), "shops": pa.Table.from_pylist(SHOPS)})
    assert {code for code, *_ in problems(error)} == {"G624", "G625"}
    with pytest.raises(guiju.DataError) as error:
        shops.evaluate({"market": pl.DataFrame(MARKETS).drop("grant"), "shop": pl.DataFrame(SHOPS).drop("market")})
    assert problems(error) == [("G618", "market", None, None), ("G618", "shop", None, None)]


def test_floats_by_their_shortest_spelling(shops: guiju.Pack) -> None:
    tables = arrow({"fee": pa.float64(), "grant": pa.float64()})
    with pytest.raises(guiju.DataError, match="shortest"):
        shops.evaluate(tables)
    assert shops.evaluate(tables, floats="shortest").to_json(records=True) == as_json(shops)
    single = {**tables, "shop": arrow({"fee": pa.float32()})["shop"]}
    assert shops.evaluate(single, floats="shortest").to_json(records=True) == as_json(shops)
    with pytest.raises(guiju.Error, match="nearest"):
        shops.evaluate(tables, floats="nearest")


def test_an_index_of_pandas_is_no_column(shops: guiju.Pack) -> None:
    frames = {name: table.to_pandas() for name, table in arrow().items()}
    frames["shop"] = pd.concat([frames["shop"].iloc[[1]], frames["shop"]])[lambda frame: [False, True, True, True]]
    frames["shop"].index = pd.Index([7, 3, 5])
    frames["market"] = frames["market"].set_index("id")
    assert shops.evaluate(frames).to_json(records=True) == as_json(shops)


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.tuples(
            st.decimals(min_value=0, max_value=10**12, places=3, allow_nan=False),
            st.one_of(st.none(), st.dates(dt.date(1912, 1, 1), dt.date(2200, 1, 1))),
            st.text(st.characters(codec="utf-8", exclude_categories=["C", "Z"]), min_size=1, max_size=8),
        ),
        max_size=12,
    )
)
def test_any_frame_gives_what_its_json_gives(shops: guiju.Pack, rows: list[tuple[Decimal, dt.date | None, str]]) -> None:
    records = [{"name": f"{n}{text}", "fee": fee, "opened": day, "open": None} for n, (fee, day, text) in enumerate(rows)]
    frame = pl.DataFrame(
        [{"market": "M1", **record} for record in records],
        schema={"market": pl.Categorical, "name": pl.String, "fee": pl.Decimal(38, 3), "opened": pl.Date, "open": pl.Boolean},
    )
    market = {"id": "M1", "area": "north", "grant": 5}
    expected = shops.evaluate({"markets": [{**market, "shop": records}]})
    found = shops.evaluate({"market": pl.DataFrame([market]), "shop": frame})
    assert found.to_json(records=True) == expected.to_json(records=True)


# Columns in which nothing is known, of every library that has a type for them, and of those that give them another.
EMPTY: dict[str, Callable[[pa.Table, str], Any]] = {
    "pyarrow": lambda table, name: table.set_column(table.column_names.index(name), name, pa.nulls(table.num_rows)),
    "polars": lambda table, name: pl.DataFrame(table).with_columns(pl.lit(None).alias(name)),
    "polars_series": lambda table, name: pl.DataFrame(table).with_columns(pl.Series(name, [None] * table.num_rows)),
    "polars_batches": lambda table, name: pl.concat(
        [pl.DataFrame(table.slice(n, 1)).with_columns(pl.lit(None).alias(name)) for n in range(table.num_rows)], rechunk=False
    ),
    "polars_slice": lambda table, name: pl.concat([pl.DataFrame(table)] * 2).with_columns(pl.lit(None).alias(name))[table.num_rows :],
    "pandas_objects": lambda table, name: table.to_pandas().assign(**{name: None}),
    "pandas_nan": lambda table, name: table.to_pandas().assign(**{name: float("nan")}),
    "pandas_na": lambda table, name: table.to_pandas().assign(**{name: pd.NA}),
    "duckdb": lambda given, name: duckdb.sql(f"select * replace (null as {name}) from given"),
}


@pytest.mark.parametrize("column", ["fee", "opened", "open", "kind", "seats"])
@pytest.mark.parametrize("library", EMPTY)
def test_a_column_without_values_is_one_whose_cells_are_missing(shops: guiju.Pack, library: str, column: str) -> None:
    market, shop = pa.Table.from_pylist(MARKETS), pa.Table.from_pylist(SHOPS)
    at = shop.column_names.index(column)
    typed = shop.set_column(at, column, pa.nulls(shop.num_rows, shop.column(column).type))
    expected = shops.evaluate({"market": market, "shop": typed}).to_json(records=True)
    assert shops.evaluate({"market": market, "shop": EMPTY[library](shop, column)}).to_json(records=True) == expected


def test_lists_without_items_may_come_without_a_type_of_items(shops: guiju.Pack) -> None:
    market, shop = pl.DataFrame(MARKETS), pl.DataFrame(SHOPS)
    expected = shops.evaluate({"market": market, "shop": shop.with_columns(proofs=pl.lit([], pl.List(pl.String)))}).to_json(records=True)
    empty = shop.with_columns(pl.Series("proofs", [[]] * shop.height, pl.List(pl.Null)))
    assert shops.evaluate({"market": market, "shop": empty}).to_json(records=True) == expected
