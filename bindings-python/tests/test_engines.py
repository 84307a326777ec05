"""Engines that people run: tables in and results out, the same as frames."""

import json

import duckdb
import guiju
import guiju.duckdb
import guiju.polars
import polars as pl
import pyarrow as pa
import pytest
from conftest import REPOSITORY

SAMPLE = REPOSITORY / "rules/packs/alliance_108/samples/field-revenue"
TABLES = {path.stem: pl.read_csv(path, infer_schema=False) for path in SAMPLE.glob("*.csv")}


@pytest.fixture(scope="module")
def result(pack: guiju.Pack) -> guiju.Result:
    return pack.evaluate(TABLES)


def connection(prefix: str = "") -> duckdb.DuckDBPyConnection:
    made = duckdb.connect()
    if "." in prefix:
        made.execute(f"create schema {prefix.partition('.')[0]}")
    for name, frame in TABLES.items():
        made.register("frame", frame.to_arrow())
        made.execute(f"create table {prefix}{name} as from frame")
        made.unregister("frame")
    return made


@pytest.mark.parametrize("prefix", ["", "year_108.", "y108_"])
def test_tables_of_duckdb(pack: guiju.Pack, result: guiju.Result, prefix: str) -> None:
    made = connection(prefix)
    made.execute("create table notes as select 1 as one")
    assert set(guiju.duckdb.relations(made, pack, prefix=prefix)) == set(TABLES)
    judged = guiju.duckdb.evaluate(made, pack, prefix=prefix)
    assert judged.to_json() == result.to_json()
    names = guiju.duckdb.register(made, judged, prefix="r_", records=True)
    assert names[0] == "r_kpis" and "r_records_revenue" in names
    sums = made.execute("select kpi, sum(value) from r_kpis group by kpi order by kpi").fetchall()
    expected = result.kpis.to_polars().group_by("kpi").agg(pl.col("value").sum()).sort("kpi")
    assert [(kpi, total or 0) for kpi, total in sums] == expected.rows()
    joined = made.execute(f"select count(*) from r_kpis join {prefix}alliance a on a.id = r_kpis.alliance").fetchone()
    assert joined == (len(result.kpis),)


def test_a_misspelt_table_of_roots_is_an_error(pack: guiju.Pack) -> None:
    made = duckdb.connect()
    made.execute("create table aliance as select 'A1' as id")
    with pytest.raises(guiju.DataError, match="there is no table alliance"):
        guiju.duckdb.evaluate(made, pack)


def test_lazy_frames_of_polars(pack: guiju.Pack, result: guiju.Result) -> None:
    calls: list[int] = []
    lazy = {name: frame.lazy() for name, frame in TABLES.items()}

    def counted(frame: pl.DataFrame) -> pl.DataFrame:
        calls.append(1)
        return frame

    lazy["alliance"] = lazy["alliance"].map_batches(counted)
    judged = guiju.polars.scan(pack, lazy)
    assert not calls
    kpis = judged.table("kpis")
    assert kpis.collect_schema() == result.kpis.to_polars().schema and not calls
    assert kpis.collect().to_dicts() == result.kpis.to_dicts()
    asked = kpis.filter(pl.col("kpi") == "operating_revenue").select("value", "alliance").head(3)
    assert asked.collect().to_dicts() == result.kpis.to_polars().filter(kpi="operating_revenue").select("value", "alliance").head(3).to_dicts()
    assert judged.table("records:revenue").collect().to_dicts() == result.records("revenue").to_dicts()
    assert len(calls) == 1


def test_words_stand_once_for_whoever_asks(result: guiju.Result) -> None:
    table = result.kpis
    plain, words = pa.schema(table), pa.dictionary(pa.int32(), pa.large_string())
    assert plain.field("kpi").type == pa.large_string() == pa.table(table).schema.field("kpi").type
    asked = pa.schema([field.with_type(words) if field.name in ("kpi", "label") else field for field in plain])
    found = pa.RecordBatchReader.from_stream(table, asked).read_all()
    assert found.schema.field("kpi").type == words and found.schema.field("state").type == pa.large_string()
    assert found.cast(plain).equals(pa.table(table))
    assert sorted(found["kpi"].combine_chunks().dictionary.to_pylist()) == sorted({row["kpi"] for row in table.to_dicts()})


def test_many_rows_leave_in_pieces(shops: guiju.Pack) -> None:
    markets = [{"id": f"M{at}", "area": "north", "grant": at} for at in range(140_000)]
    table = shops.evaluate_json(json.dumps({"markets": markets})).kpis
    stream = pa.RecordBatchReader.from_stream(table)
    batches = list(stream)
    assert len(table) == 280_000 == sum(len(batch) for batch in batches) and len(batches) > 1
    frame = table.to_polars()
    assert frame["market"].n_unique() == 140_000 and frame["market"][-1] == "M139999"
    assert pa.Table.from_batches(batches)["market"].to_pylist() == frame["market"].to_list()
