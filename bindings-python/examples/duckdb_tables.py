"""Judge tables of DuckDB, and ask the result in SQL.

    python duckdb_tables.py folder_of_csv_tables/

DuckDB has no table functions written in Python. It does not need one here: relations go in as they are, and a table of a result is
found in SQL by the name of its variable, or by the name it is registered under.
"""

from __future__ import annotations

import sys
from pathlib import Path

import duckdb
import guiju


def judged(connection: duckdb.DuckDBPyConnection, pack: guiju.Pack, tables: list[str]) -> guiju.Result:
    """Judges tables of a database; afterwards `kpis`, `obligations` and `programme` are views of it."""
    result = pack.evaluate({name: connection.table(name) for name in tables})
    for name in ("kpis", "obligations", "programme"):
        connection.register(name, getattr(result, name).to_arrow())
    return result


def main(folder: str) -> None:
    connection = duckdb.connect()
    tables = []
    for path in sorted(Path(folder).glob("*.csv")):
        # As text: a sniffer would make floats of money and numbers of ids.
        connection.execute(f"create table {path.stem} as from read_csv('{path}', all_varchar = true, header = true)")
        tables.append(path.stem)
    judged(connection, guiju.load("alliance_108", locale="en"), tables)
    print(
        connection.sql("""
            select a.field, count(*) as alliances, sum(k.value) as revenue,
                   count(*) filter (o.status = 'met') as above_grant
            from alliance a
            join kpis k on k.alliance = a.id and k.kpi = 'operating_revenue'
            join obligations o on o.alliance = a.id and o.obligation = 'exceed_grant'
            group by a.field order by revenue desc
        """)
    )


if __name__ == "__main__":
    main(sys.argv[1])
