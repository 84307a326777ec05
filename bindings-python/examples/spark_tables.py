"""Judge tables on Spark, by rules that go back from the programme to each alliance.

    python spark_tables.py folder_of_csv_tables/

Needs PySpark 4, which needs Java 17.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

import guiju
import guiju.spark
from pyspark.sql import SparkSession

# Its share of the whole needs the whole first: the parts are judged in two turns.
SHARE = """
kpi part_of_all "占比" / "part of all" as % = operating_revenue / programme.all_revenue because "示範" / "for show"
kpi all_revenue "總額" / "all" for programme = sum(operating_revenue) because "示範" / "for show"
"""


def main(folder: str) -> None:
    pack = guiju.load("alliance_108", locale="en").amended(SHARE)
    # In local mode the workers run the Python that runs this.
    os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
    spark = SparkSession.builder.master("local[2]").config("spark.ui.enabled", "false").getOrCreate()
    try:
        # As text: a reader of CSV would make floats of money and numbers of ids.
        tables = {path.stem: spark.read.csv(str(path), header=True) for path in sorted(Path(folder).glob("*.csv"))}
        judged = guiju.spark.evaluate(pack, tables, partitions=4)
        judged.table("kpis").where("kpi = 'part_of_all' and state = 'known'").orderBy("value", ascending=False).show(5)
        print(judged.programme.to_json())
    finally:
        spark.stop()


if __name__ == "__main__":
    main(sys.argv[1])
