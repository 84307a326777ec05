"""Lazy frames in, lazy frames out: a source of polars that judges when something is collected (``pip install polars``).

    judged = guiju.polars.scan(pack, {"alliance": pl.scan_parquet("alliance.parquet"), …})
    judged.table("kpis").filter(kpi="operating_revenue").collect()

Not here: frames that are there already, which `guiju.Pack.evaluate` takes.
"""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any

import polars as pl
from polars.io.plugins import register_io_source

from guiju._tables import empty, table_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from os import PathLike

    from guiju import Pack, Result

__all__ = ["Scan", "scan"]


class Scan:
    """Data that is judged once, when a table of it is first collected."""

    def __init__(self, pack: Pack, tables: Mapping[str, Any], given: dict[str, Any]) -> None:
        self._pack, self._tables, self._given = pack, tables, given
        self._lock, self._result = threading.Lock(), None  # type: tuple[threading.Lock, Result | None]

    def result(self) -> Result:
        """The whole result; judges now if nobody asked before."""
        with self._lock:
            if self._result is None:
                names = list(self._tables)
                lazy = [name for name in names if isinstance(self._tables[name], pl.LazyFrame)]
                # Together, so that what they have in common is computed once.
                collected = dict(zip(lazy, pl.collect_all([self._tables[name] for name in lazy]), strict=True))
                self._result = self._pack.evaluate({**self._tables, **collected}, **self._given)
            return self._result

    def table(self, name: str) -> pl.LazyFrame:
        """A table of the result by its name: ``kpis``, ``obligations``, ``programme``, ``awards``, ``issues``, ``problems``, or ``records:revenue``."""
        schema = empty(self._pack, name).to_polars().schema

        def source(columns: list[str] | None, predicate: pl.Expr | None, rows: int | None, size: int | None) -> Iterator[pl.DataFrame]:
            frame = table_of(self.result(), name).to_polars()
            if predicate is not None:
                frame = frame.filter(predicate)
            if columns is not None:
                frame = frame.select(columns)
            if rows is not None:
                frame = frame.head(rows)
            yield from frame.iter_slices(size or 1 << 18)

        return register_io_source(source, schema=schema)


def scan(
    pack: Pack, tables: Mapping[str, Any], *, floats: str | None = None, previous: Result | str | PathLike[str] | None = None
) -> Scan:
    """Frames of any kind by the names of their tables, lazy ones among them; nothing is read yet. The rest as in `guiju.Pack.evaluate`."""
    return Scan(pack, dict(tables), {"floats": floats, "previous": previous})
