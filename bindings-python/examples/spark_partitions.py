"""Judge alliances on Spark, a partition at a time, and put the programme together exactly.

    python spark_partitions.py alliances.jsonl

The data is one alliance a line, with its records in it, as in `docs/data.md`. Frames of Spark become such lines by `collect_list` and
`to_json`. Needs PySpark 4, which needs Java 17.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterable, Iterator

import guiju
import pyarrow as pa
from pyspark.sql import SparkSession

# Numbers get the scale that the frame of Spark declares; a value that does not fit is an error, never a rounded number.
SCHEMA = pa.schema({"alliance": pa.string(), "kpi": pa.string(), "state": pa.string(), "value": pa.decimal128(38, 6), "partial": pa.binary()})
DECLARED = "alliance string, kpi string, state string, value decimal(38,6), partial binary"


def judge(pack: guiju.Pack) -> Callable[[Iterable[pa.RecordBatch]], Iterator[pa.RecordBatch]]:
    """A function for `mapInArrow`. Spark pickles it, and the pack with it."""

    def partition(batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        lines = [line for batch in batches for line in batch.column("value").to_pylist()]
        if not lines:
            return
        result = pack.evaluate_json('{"alliances": [' + ",".join(lines) + "]}")
        kpis = result.kpis.to_arrow().select(["alliance", "kpi", "state", "value"])
        kpis = kpis.append_column("partial", pa.nulls(len(kpis), pa.binary()))
        yield from kpis.cast(SCHEMA).to_batches()
        # The last row of a partition is what the programme needs of it.
        yield pa.RecordBatch.from_pylist([{"partial": result.partial()}], SCHEMA)

    return partition


def main(path: str) -> None:
    pack = guiju.load("alliance_108", locale="en")
    # In local mode the workers run the Python that runs this.
    os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
    spark = SparkSession.builder.master("local[2]").config("spark.ui.enabled", "false").getOrCreate()
    try:
        judged = spark.read.text(path).repartition(4).mapInArrow(judge(pack), DECLARED).cache()
        known = judged.where("kpi = 'operating_revenue' and state = 'known'")
        print(f"{known.count()} alliances, {known.agg({'value': 'sum'}).first()[0]} 元")
        programme = pack.combine(row.partial for row in judged.where("partial is not null").select("partial").collect())
    finally:
        spark.stop()
    print(programme.to_json())


if __name__ == "__main__":
    main(sys.argv[1])
