"""Tables of Spark judged on its workers, and the programme put together on the driver (``pip install "guiju[spark]"``).

    judged = guiju.spark.evaluate(pack, {"alliance": spark.table("alliance"), "revenue": spark.table("revenue")})
    judged.table("kpis").where("state = 'known'").show()
    print(judged.programme.to_json())

All records of a root are brought into one partition, which has to fit into the memory of a worker. Not here: judging a part, which is
`guiju.Pack.evaluate`, and putting parts together, which is `guiju.Pack.combine`.
"""

from __future__ import annotations

from functools import reduce
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from guiju._errors import DataError
from guiju._tables import BESIDE, empty, keyed, plain, table_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping
    from os import PathLike

    from pyspark.sql import DataFrame

    from guiju import Pack, Programme, Result

__all__ = ["Judged", "evaluate"]

# The root of a row, and what a partition says to the programme: names that no table has.
_ROOT, _PARTIAL = "guiju root", "guiju partial"


class Judged:
    """Data that was judged. Its tables are kept by Spark until `unpersist`."""

    def __init__(self, programme: Programme, rows: DataFrame, kept: list[DataFrame]) -> None:
        self._programme, self._rows, self._kept = programme, rows, kept

    @property
    def programme(self) -> Programme:
        """What was found over all roots."""
        return self._programme

    def table(self, name: str) -> DataFrame:
        """A table that was asked for, over all roots; its columns are those of a result."""
        from pyspark.sql import functions as F

        there = [column for column in self._rows.columns if column != _PARTIAL]
        if name not in there:
            raise DataError(f"there is no table {name} here; there are {', '.join(there)}: ask for others by `tables=`")
        return self._rows.where(F.col(_quoted(name)).isNotNull()).select(f"{_quoted(name)}.*")

    def unpersist(self) -> None:
        """Lets Spark forget the tables."""
        for frame in self._kept:
            frame.unpersist()


def evaluate(
    pack: Pack,
    tables: Mapping[str, DataFrame],
    *,
    partitions: int | None = None,
    kept: Iterable[str] = ("kpis", "obligations"),
    floats: str | None = None,
    previous: Result | str | PathLike[str] | None = None,
) -> Judged:
    """Judges frames by the names of their tables: those of the pack's entities, and targets, previous, reviewed, elsewhere.

    ``partitions`` is how many parts there are, or as many as Spark makes of a shuffle. ``kept`` names the tables to be had afterwards: ``kpis``,
    ``obligations``, ``awards``, ``issues``, ``problems``, ``records:revenue``. The rest as in `guiju.Pack.evaluate`; a path of ``previous`` has to
    be there on every worker. Rules that go back from the programme to its roots are judged in `guiju.Pack.turns`.

    Raises `guiju.DataError` where there is no table of the roots, where a table has no column that says whose a row is, and where a rule of
    non-duplication within the programme finds one key claimed in two partitions. What is wrong with the data in a partition is the cause of the
    exception that Spark raises.
    """
    from pyspark.sql import functions as F
    from pyspark.sql.pandas.types import from_arrow_schema

    if pack.root not in tables:
        raise DataError(f"there is no table {pack.root}")
    known = {*pack.entities, *BESIDE}
    if strange := [name for name in tables if name not in known]:
        raise DataError(f"the pack knows no table {strange[0]}; it knows {', '.join(sorted(known))}")
    rows, shared = _by_root(pack, tables, partitions)
    rows = rows.persist()
    given = {"floats": floats, "previous": previous}
    names = list(kept)
    schema = pa.schema([*((name, pa.struct(list(_schema(pack, name)))) for name in names), (_PARTIAL, pa.binary())])
    declared = from_arrow_schema(schema)
    held, programme, judged = [rows], pack.combine([]), rows
    for _ in range(pack.turns):
        work = _judge(pack, shared, {**given, "part_of": programme}, names, schema)
        judged = rows.mapInArrow(work, declared).persist()
        held.append(judged)
        partials = judged.where(F.col(_quoted(_PARTIAL)).isNotNull()).select(_quoted(_PARTIAL)).collect()
        programme = pack.combine(bytes(row[0]) for row in partials)
    return Judged(programme, judged, held)


def _by_root(pack: Pack, tables: Mapping[str, DataFrame], partitions: int | None) -> tuple[DataFrame, dict[str, pa.Table]]:
    """All tables as one, in which a row has one of them, and all rows of a root are in one partition; and the rows that are of no root."""
    from pyspark.sql import functions as F

    own: list[DataFrame] = []
    shared: dict[str, pa.Table] = {}
    for name, frame in tables.items():
        if name == "programme" or name in pack._shared:
            shared[name] = frame.toArrow()
            continue
        key = F.col(_quoted(keyed(pack, name, frame.columns))).cast("string")
        is_own = key.isNotNull() & (key != "")
        of_none = frame.where(~is_own).toArrow()
        if len(of_none):
            shared[name] = of_none
        own.append(frame.where(is_own).select(key.alias(_ROOT), F.struct(*map(_quoted, frame.columns)).alias(name)))
    whole = reduce(lambda a, b: a.unionByName(b, allowMissingColumns=True), own)
    return (whole.repartition(_ROOT) if partitions is None else whole.repartition(partitions, _ROOT)), shared


def _judge(
    pack: Pack, shared: dict[str, pa.Table], given: dict[str, Any], kept: list[str], schema: pa.Schema
) -> Callable[[Iterable[pa.RecordBatch]], Iterator[pa.RecordBatch]]:
    """A function for `mapInArrow`. Spark pickles it, and the pack with it."""

    def partition(batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        pieces: dict[str, list[pa.RecordBatch]] = {}
        for batch in batches:
            for name in batch.schema.names[1:]:
                column = batch.column(name)
                if column.null_count < len(column):
                    pieces.setdefault(name, []).append(pa.RecordBatch.from_struct_array(column.drop_null()))
        if not pieces:
            return
        tables = {name: pa.Table.from_batches(found) for name, found in pieces.items()}
        for name, rows in shared.items():
            tables[name] = pa.concat_tables([rows, tables[name]], promote_options="permissive") if name in tables else rows
        result = pack.evaluate(tables, **given)
        for name in kept:
            for batch in plain(table_of(result, name)).to_batches():
                column = batch.to_struct_array().cast(schema.field(name).type)
                yield _row(schema, name, column)
        yield _row(schema, _PARTIAL, pa.array([result.partial()], pa.binary()))

    return partition


def _row(schema: pa.Schema, name: str, column: pa.Array) -> pa.RecordBatch:
    """Rows that have one of the columns."""
    columns = [column if field.name == name else pa.nulls(len(column), field.type) for field in schema]
    return pa.RecordBatch.from_arrays(columns, schema=schema)


def _schema(pack: Pack, name: str) -> pa.Schema:
    """The columns of a table as Spark has them."""
    from pyspark.sql.pandas.types import from_arrow_schema, to_arrow_schema

    return to_arrow_schema(from_arrow_schema(plain(empty(pack, name)).schema))


def _quoted(name: str) -> str:
    """A column by its name, which may have blanks and dots."""
    return "`" + name.replace("`", "``") + "`"
