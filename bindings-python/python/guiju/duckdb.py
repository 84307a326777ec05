"""Tables of DuckDB judged where they are, and results as views beside them (``pip install duckdb pyarrow``).

    result = guiju.duckdb.evaluate(connection, pack)
    guiju.duckdb.register(connection, result)
    connection.sql("select kpi, sum(value) from kpis group by kpi")

Not here: what tables mean, which is `guiju.Pack.evaluate`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from guiju._errors import DataError
from guiju._tables import BESIDE, compact

if TYPE_CHECKING:
    from collections.abc import Callable
    from os import PathLike

    import duckdb

    from guiju import Pack, Result

__all__ = ["evaluate", "register", "relations"]


def relations(connection: duckdb.DuckDBPyConnection, pack: Pack, *, prefix: str = "") -> dict[str, duckdb.DuckDBPyRelation]:
    """The tables and views that the pack knows, by its names for them: its entities, and targets, previous, reviewed, elsewhere.

    Their names in the database begin with ``prefix``, such as ``year_108.`` for those of a schema.
    """
    schema, _, begin = prefix.rpartition(".")
    found = connection.execute(
        "select table_name from information_schema.tables where table_schema = coalesce(nullif(?, ''), current_schema())", [schema]
    ).fetchall()
    there = {name for (name,) in found}
    return {name: connection.table(prefix + name) for name in (*pack.entities, *BESIDE) if begin + name in there}


def evaluate(
    connection: duckdb.DuckDBPyConnection,
    pack: Pack,
    *,
    prefix: str = "",
    floats: str | None = None,
    previous: Result | str | PathLike[str] | None = None,
    progress: Callable[[int, int], object] | None = None,
) -> Result:
    """Judges the tables that `relations` finds; the rest as in `guiju.Pack.evaluate`.

    Raises `guiju.DataError` where there is no table of the roots: a name that is misspelt is not taken for a table without rows.
    """
    tables: dict[str, Any] = dict(relations(connection, pack, prefix=prefix))
    if pack.root not in tables:
        raise DataError(f"there is no table {prefix}{pack.root}")
    return pack.evaluate(tables, floats=floats, previous=previous, progress=progress)


def register(connection: duckdb.DuckDBPyConnection, result: Result, *, prefix: str = "", records: bool = False) -> tuple[str, ...]:
    """Makes the tables of a result views of the connection, and gives their names, each after ``prefix``.

    These are kpis, obligations, programme, awards and problems; with ``records`` also ``records_ENTITY`` for every entity.
    """
    tables = {name: getattr(result, name) for name in ("kpis", "obligations", "programme", "awards", "problems")}
    if records:
        tables |= {f"records_{entity}": result.records(entity) for entity in result.pack.entities}
    for name, table in tables.items():
        connection.register(prefix + name, compact(table))
    return tuple(prefix + name for name in tables)
