"""The workload in polars and DuckDB: verdicts of every record, sums, and flags, from tables already in memory.

Every answer is compared with that of the loop written by hand before it is timed. Amounts are whole cents in 64 bits, which is exact
and the fastest either can do; in DECIMAL both are slower. Usage: rivals.py FOLDER THREADS
"""

import os
import sys
import time

folder, threads = sys.argv[1], sys.argv[2]
os.environ["POLARS_MAX_THREADS"] = threads

import duckdb  # noqa: E402
import polars as pl  # noqa: E402

YEAR_START, YEAR_END, AUDIT = 19_754, 20_119, 20_027
TABLES = {name: pl.read_csv(f"{folder}/{name}.csv") for name in ("alliance", "member", "revenue")}
EXPECTED = pl.read_csv(f"{folder}/expected.csv").sort("alliance")
RECORDS = TABLES["member"].height + TABLES["revenue"].height


def polars() -> pl.DataFrame:
    member = TABLES["member"].lazy().with_columns(
        verdict=pl.when(
            ~((pl.col("kind") <= 1) & ((pl.col("origin") == 1) | ((pl.col("origin") == 0) & pl.col("registered"))))
        )
        .then(0)
        .when((pl.col("start") > AUDIT) | (pl.col("end") < AUDIT))
        .then(2)
        .when(~pl.col("sealed"))
        .then(3)
        .otherwise(1)
        .cast(pl.UInt8)
    )
    category = pl.col("category")
    revenue = TABLES["revenue"].lazy().with_columns(
        own=pl.when((category != 2) & (category != 3) & (pl.col("source") != 0))
        .then(2)
        .when(~pl.col("stamped"))
        .then(3)
        .when((category <= 1) & ~(pl.col("labelled") | pl.col("explained")))
        .then(4)
        .when((category == 3) & (pl.col("amount") < 100_000))
        .then(5)
        .when((pl.col("received") < YEAR_START) | (pl.col("received") > YEAR_END))
        .then(6)
        .otherwise(1)
        .cast(pl.UInt8)
    )
    claimed = (
        revenue.filter(pl.col("own") == 1)
        .group_by("alliance", "evidence")
        .agg(least=category.min(), most=category.max())
        .filter(pl.col("least") != pl.col("most"))
        .select("alliance", "evidence", twice=pl.lit(True))
    )
    revenue = revenue.join(claimed, on=["alliance", "evidence"], how="left").with_columns(
        verdict=pl.when((pl.col("own") == 1) & pl.col("twice").fill_null(False)).then(pl.lit(9, pl.UInt8)).otherwise(pl.col("own"))
    )
    verdicts = pl.collect_all([member.select("alliance", "verdict"), revenue.select("alliance", "category", "amount", "verdict")])
    members = verdicts[0].lazy().group_by("alliance").agg(members=(pl.col("verdict") == 1).sum())
    counted = pl.col("verdict") == 1
    sums = [pl.col("amount").filter(counted & (category == at)).sum().alias(f"sum{at}") for at in range(5)]
    figures = verdicts[1].lazy().group_by("alliance").agg(*sums, services=(counted & (category == 1)).sum())
    total = 10 * (pl.col("sum0") + pl.col("sum1") + pl.col("sum2") + pl.col("sum4")) + 3 * pl.col("sum3")
    return (
        TABLES["alliance"].lazy().join(members, on="alliance", how="left").join(figures, on="alliance", how="left")
        .with_columns(revenue=total)
        .with_columns(above=pl.col("revenue") > 10 * pl.col("grant"), enough=pl.col("members") >= 10)
        .sort("alliance")
        .collect()
    )


connection = duckdb.connect()
connection.execute(f"SET threads = {threads}")
for name, table in TABLES.items():
    connection.register("frame", table.to_arrow())
    connection.execute(f"CREATE TABLE {name} AS SELECT * FROM frame")

SQL = f"""
WITH judged AS (
  SELECT alliance, CASE
      WHEN NOT (kind <= 1 AND (origin = 1 OR (origin = 0 AND registered))) THEN 0
      WHEN "start" > {AUDIT} OR "end" < {AUDIT} THEN 2
      WHEN NOT sealed THEN 3 ELSE 1 END AS verdict
  FROM member),
own AS (
  SELECT alliance, category, amount, evidence, CASE
      WHEN category NOT IN (2, 3) AND source <> 0 THEN 2
      WHEN NOT stamped THEN 3
      WHEN category <= 1 AND NOT (labelled OR explained) THEN 4
      WHEN category = 3 AND amount < 100000 THEN 5
      WHEN received < {YEAR_START} OR received > {YEAR_END} THEN 6 ELSE 1 END AS own
  FROM revenue),
twice AS (
  SELECT alliance, evidence FROM own WHERE own = 1
  GROUP BY alliance, evidence HAVING min(category) <> max(category)),
final AS (
  SELECT own.alliance, own.category, own.amount,
      CASE WHEN own.own = 1 AND twice.evidence IS NOT NULL THEN 9 ELSE own.own END AS verdict
  FROM own LEFT JOIN twice ON own.alliance = twice.alliance AND own.evidence = twice.evidence),
members AS (SELECT alliance, count(*) FILTER (verdict = 1) AS members FROM judged GROUP BY alliance),
sums AS (
  SELECT alliance, {", ".join(f"coalesce(sum(amount) FILTER (verdict = 1 AND category = {at}), 0)::BIGINT AS sum{at}" for at in range(5))},
      count(*) FILTER (verdict = 1 AND category = 1) AS services
  FROM final GROUP BY alliance)
SELECT a.alliance, a."grant", m.members, {", ".join(f"s.sum{at}" for at in range(5))}, s.services,
    10 * (sum0 + sum1 + sum2 + sum4) + 3 * sum3 AS revenue,
    10 * (sum0 + sum1 + sum2 + sum4) + 3 * sum3 > 10 * a."grant" AS above, m.members >= 10 AS enough
FROM alliance a LEFT JOIN members m USING (alliance) LEFT JOIN sums s USING (alliance) ORDER BY alliance
"""


def duck() -> pl.DataFrame:
    return pl.from_arrow(connection.execute(SQL).to_arrow_table())


for name, run in (("polars " + pl.__version__, polars), ("DuckDB " + duckdb.__version__, duck)):
    found = run().select(EXPECTED.columns)
    for column in EXPECTED.columns:
        if found[column].cast(EXPECTED[column].dtype).to_list() != EXPECTED[column].to_list():
            sys.exit(f"{name}: {column} is not what the loop found")
    times = []
    started = time.perf_counter()
    while len(times) < 5 or time.perf_counter() - started < 3:
        begin = time.perf_counter()
        run()
        times.append(time.perf_counter() - begin)
    times.sort()
    print(f"{name}\t{times[len(times) // 2] * 1e9 / RECORDS:.2f}")
