"""What modules for other engines share: the names of tables, and tables in the forms of these engines.

Not here: how tables are made.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from guiju._errors import DataError

if TYPE_CHECKING:
    from collections.abc import Collection

    from guiju import Pack, Result, Table

BESIDE = ("targets", "previous", "reviewed", "elsewhere")
"""The tables of what is given beside records."""


def compact(table: Table) -> Any:
    """As a table of pyarrow in which a word that many rows have stands once."""
    import pyarrow as pa

    plain = pa.schema(table)
    words = pa.dictionary(pa.int32(), pa.large_string())
    wanted = pa.schema([field.with_type(words) if field.type == pa.large_string() else field for field in plain])
    return pa.RecordBatchReader.from_stream(table, wanted).read_all()


def plain(table: Table) -> Any:
    """As a table of pyarrow."""
    import pyarrow as pa

    return pa.table(table)


def keyed(pack: Pack, name: str, there: Collection[str]) -> str:
    """The column of a table that says which root a row belongs to, of those that are there."""
    wanted = [pack.root]
    if name == pack.root:
        key = next(row for row in pack.schema.to_dicts() if row["entity"] == name and row["key"])
        wanted = [key["field"], key["label"]]
    for column in wanted:
        if column in there:
            return column
    raise DataError(f"{name} has no column {wanted[0]}, which says where a row belongs; it has {', '.join(there)}")


def table_of(result: Result, name: str) -> Table:
    """A table by its name; ``records:revenue`` are those of an entity."""
    kind, _, entity = name.partition(":")
    found = result.records(entity) if kind == "records" else getattr(result, kind)
    return found  # type: ignore[no-any-return]


def empty(pack: Pack, name: str) -> Table:
    """That table of no roots: the types of its columns do not depend on the data."""
    return table_of(pack.evaluate({f"{pack.root}s": []}), name)
