"""Spark and Ray, where these are installed, which the tests' list does not ask for: whatever the parts are, what comes out is that of the whole."""

import importlib.util
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import guiju
import polars as pl
import pytest
from conftest import REPOSITORY

SAMPLE = REPOSITORY / "rules/packs/alliance_108/samples/field-revenue"
TABLES = {path.stem: pl.read_csv(path, infer_schema=False) for path in SAMPLE.glob("*.csv")}
EXAMPLES = REPOSITORY / "bindings-python/examples"
# Two turns: a share of the whole.
SHARE = """
kpi part_of_all "占比" / "part of all" as % = operating_revenue / programme.all_revenue because "示範" / "for show"
kpi all_revenue "總額" / "all" for programme = sum(operating_revenue) because "示範" / "for show"
"""
# Awards, a rule within the programme, and records below records.
LOTS = """
pack lots
source g { 1 }
entity programme { seats: int }
entity call { key id: text  score: int? }
entity lot in call { key no: text }
entity bid in lot { key no: text  price: money?  receipt: text? }
tally bids in 件 from bid { require price > 0 元 else "free" @ 1  count  sum price as paid } @ 1
once single by receipt among bids within programme keep none else "twice" @ 1
award won for programme from call { order highest score  places programme.seats } @ 1
kpi all_paid for programme = sum(paid) @ 1
"""


# Spark's bridge to Java leaves sockets to the collector.
pytestmark = [
    pytest.mark.filterwarnings("ignore::ResourceWarning"),
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
]


@pytest.fixture(scope="module")
def spark() -> Iterator[Any]:
    if importlib.util.find_spec("pyspark") is None:
        pytest.skip("not installed")
    from pyspark.sql import SparkSession

    os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
    session = SparkSession.builder.master("local[2]").config("spark.ui.enabled", "false").config("spark.sql.shuffle.partitions", "3").getOrCreate()
    yield session
    session.stop()


@pytest.fixture(scope="module")
def ray() -> Iterator[Any]:
    if importlib.util.find_spec("ray") is None:
        pytest.skip("not installed")
    import ray

    ray.init(num_cpus=2, include_dashboard=False, log_to_driver=False)
    yield ray
    ray.shutdown()


def rows(table: Any) -> list[dict[str, Any]]:
    return sorted(pl.DataFrame(table).to_dicts(), key=str)


def in_order(value: Any) -> Any:
    """Without the order of what is needed: it is listed in the order of the parts."""
    if isinstance(value, dict):
        return {name: sorted(map(str, inner)) if name == "needs" else in_order(inner) for name, inner in value.items()}
    return [in_order(inner) for inner in value] if isinstance(value, list) else value


def programme(text: str) -> Any:
    return in_order(json.loads(text)["programme"])


def parts(tables: dict[str, pl.DataFrame], root: str, count: int) -> list[dict[str, pl.DataFrame]]:
    keys = tables[root]["id"].to_list()
    owned = [keys[start::count] for start in range(count)]
    return [
        {name: frame if name == "programme" else frame.filter(pl.col("id" if name == root else root).is_in(own)) for name, frame in tables.items()}
        for own in owned
    ]


def lots() -> dict[str, pl.DataFrame]:
    calls = [f"C{at}" for at in range(12)]
    return {
        "programme": pl.DataFrame({"seats": [5]}),
        "call": pl.DataFrame({"id": calls, "score": [None if at == 3 else at * 7 % 10 for at in range(12)]}),
        "lot": pl.DataFrame({"call": calls, "no": ["L"] * 12}),
        "bid": pl.DataFrame({"call": calls, "lot": ["L"] * 12, "no": ["B"] * 12, "price": list(range(12)), "receipt": [f"R{at}" for at in range(12)]}),
    }


@pytest.mark.parametrize("partitions", [1, 4, None])
def test_spark_is_as_the_whole(spark: Any, pack: guiju.Pack, partitions: int | None) -> None:
    import guiju.spark

    shares = pack.amended(SHARE)
    whole = shares.evaluate(TABLES)
    frames = {name: spark.createDataFrame(frame.to_arrow()) for name, frame in TABLES.items()}
    judged = guiju.spark.evaluate(shares, frames, partitions=partitions, kept=["kpis", "obligations", "records:revenue"])
    assert programme(judged.programme.to_json()) == programme(whole.to_json())
    for name, table in (("kpis", whole.kpis), ("obligations", whole.obligations), ("records:revenue", whole.records("revenue"))):
        # What is of the programme stands there.
        own = [row for row in rows(table) if row["alliance"] is not None]
        assert rows(judged.table(name).toArrow()) == own, name
    with pytest.raises(guiju.DataError, match="there is no table awards here; there are kpis, obligations, records:revenue"):
        judged.table("awards")
    judged.unpersist()


def test_spark_refuses_what_it_cannot_judge(spark: Any, tmp_path: Path) -> None:
    import guiju.spark

    (tmp_path / "lots.guiju").write_text(LOTS, encoding="utf-8")
    own = guiju.load(tmp_path, locale="en")
    frames = {name: spark.createDataFrame(frame.to_arrow()) for name, frame in lots().items()}
    judged = guiju.spark.evaluate(own, frames, partitions=3, kept=["kpis"])
    assert programme(judged.programme.to_json()) == programme(own.evaluate(lots()).to_json())
    with pytest.raises(guiju.DataError, match="there is no table call"):
        guiju.spark.evaluate(own, {"bid": frames["bid"]})
    with pytest.raises(guiju.DataError, match="the pack knows no table bidd"):
        guiju.spark.evaluate(own, {**frames, "bidd": frames["bid"]})
    with pytest.raises(guiju.DataError, match="bid has no column call"):
        guiju.spark.evaluate(own, {**frames, "bid": frames["bid"].drop("call")})
    twice = {**lots(), "bid": lots()["bid"].with_columns(receipt=pl.lit("R1"))}
    frames = {name: spark.createDataFrame(frame.to_arrow()) for name, frame in twice.items()}
    with pytest.raises(guiju.DataError, match="R1"):
        guiju.spark.evaluate(own, frames, partitions=3)


def test_ray_is_as_the_whole(ray: Any, pack: guiju.Pack) -> None:
    import guiju.ray

    shares = pack.amended(SHARE)
    whole = shares.evaluate(TABLES)
    split = parts(TABLES, "alliance", 4)
    judged = guiju.ray.evaluate(shares, [ray.put(split[0]), *split[1:]], kept=["kpis", "records:revenue"])
    assert programme(judged.programme.to_json()) == programme(whole.to_json())
    for name, table in (("kpis", whole.kpis), ("records:revenue", whole.records("revenue"))):
        assert rows(pl.concat(pl.DataFrame(part) for part in ray.get(judged.tables(name)))) == rows(table), name
    assert programme(guiju.ray.evaluate(shares, split, kept=[]).programme.to_json()) == programme(whole.to_json())
    with pytest.raises(guiju.DataError, match="there is no table awards here"):
        judged.tables("awards")
    with pytest.raises(guiju.DataError):
        guiju.ray.evaluate(shares, [split[0], split[0]])


@pytest.mark.parametrize(("example", "needs"), [("spark_tables.py", "pyspark"), ("ray_tables.py", "ray")])
def test_the_example_runs(example: str, needs: str, pack: guiju.Pack) -> None:
    if importlib.util.find_spec(needs) is None:
        pytest.skip("not installed")
    command = [sys.executable, str(EXAMPLES / example), str(SAMPLE)]
    shown = subprocess.run(command, stdout=subprocess.PIPE, check=True, encoding="utf-8", timeout=600).stdout
    found = shown[shown.index("{\n") :] if "{\n" in shown else shown[shown.index('{"') :]
    assert programme(found) == programme(pack.amended(SHARE).evaluate(TABLES).to_json())
