"""The workload in DuckDB: cents as 64-bit integers, which is exact; `DECIMAL` is slower, and its quotients are floats."""

import duckdb
from workload import AUDIT, CODES, COLUMNS, NAMES, THREADS, YEAR_END, YEAR_START, often, seconds, serve, write

SUMS = ", ".join(f"coalesce(sum(amount) FILTER (verdict = 1 AND category = {at}), 0)::BIGINT AS sum{at}" for at in range(5))
TOTAL = "10 * (sum0 + sum1 + sum2 + sum4) + 3 * sum3"


def statements(prefix: str) -> list[str]:
    """Two tables of verdicts, and the figures of alliances from them."""
    member = f"""
CREATE OR REPLACE TEMP TABLE {prefix}member_verdict AS
SELECT record, alliance, CASE
    WHEN NOT (kind <= 1 AND (origin = 1 OR (origin = 0 AND registered))) THEN 0
    WHEN "start" > {AUDIT} OR "end" < {AUDIT} THEN 2
    WHEN NOT sealed THEN 3 ELSE 1 END::UTINYINT AS verdict
FROM {prefix}member"""
    revenue = f"""
CREATE OR REPLACE TEMP TABLE {prefix}revenue_verdict AS
WITH judged AS (
  SELECT record, alliance, category, amount, evidence, CASE
      WHEN category NOT IN (2, 3) AND source <> 0 THEN 2
      WHEN NOT stamped THEN 3
      WHEN category <= 1 AND NOT (labelled OR explained) THEN 4
      WHEN category = 3 AND amount < 100000 THEN 5
      WHEN received < {YEAR_START} OR received > {YEAR_END} THEN 6 ELSE 1 END::UTINYINT AS own
  FROM {prefix}revenue),
twice AS (
  SELECT alliance, evidence FROM judged WHERE own = 1
  GROUP BY alliance, evidence HAVING min(category) <> max(category))
SELECT record, judged.alliance, category, amount,
    CASE WHEN own = 1 AND twice.evidence IS NOT NULL THEN 9 ELSE own END::UTINYINT AS verdict
FROM judged LEFT JOIN twice ON judged.alliance = twice.alliance AND judged.evidence = twice.evidence"""
    figures = f"""
WITH members AS (SELECT alliance, count(*) FILTER (verdict = 1) AS members FROM {prefix}member_verdict GROUP BY alliance),
sums AS (
  SELECT alliance, {SUMS}, count(*) FILTER (verdict = 1 AND category = 1) AS services FROM {prefix}revenue_verdict GROUP BY alliance)
SELECT a.alliance, members, sum0, sum1, sum2, sum3, sum4, services, {TOTAL} AS revenue,
    {TOTAL} > 10 * a."grant" AS above, members >= 10 AS enough
FROM {prefix}alliance a LEFT JOIN members USING (alliance) LEFT JOIN sums USING (alliance) ORDER BY alliance"""
    return [member, revenue, figures]


def judge(prefix: str):
    *verdicts, figures = statements(prefix)
    for statement in verdicts:
        connection.execute(statement)
    return connection.sql(figures).to_arrow_table()


def answer() -> None:
    rows = judge("").select(list(COLUMNS)).to_pylist()
    verdicts = b"".join(
        bytes(connection.execute(f"SELECT verdict FROM {name}_verdict ORDER BY record").fetchnumpy()["verdict"])
        for name in ("member", "revenue")
    )
    write([tuple(row.values()) for row in rows], verdicts)


connection = duckdb.connect()
connection.execute(f"SET threads = {THREADS}")
for name in NAMES:
    connection.execute(f"CREATE TABLE {name} AS SELECT * FROM read_csv('{CODES / name}.csv')")
    connection.execute(f"CREATE TABLE one_{name} AS SELECT * FROM {name} WHERE alliance = 0")
serve(
    f"DuckDB {duckdb.__version__}",
    {"run": lambda: seconds(lambda: judge("")), "one": lambda: often(lambda: judge("one_")), "answer": answer},
)
