"""Folders of Parquet tables, judged part by part in bounded memory (``pip install "guiju[parquet]"``).

A part has all records of some roots. Tables are sorted by root, so that a part is a run of rows in each of them. What is written is whole or not
there, and a run that was stopped goes on with the parts that are missing. Not here: judging a part, and putting the programme together.
"""

from __future__ import annotations

import bisect
import hashlib
import json
import os
import pickle
import threading
from concurrent.futures import FIRST_COMPLETED, ThreadPoolExecutor, wait
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

from guiju._errors import DataError, Error
from guiju._guiju import Pack, Programme, Result, __version__
from guiju._tables import keyed

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from os import PathLike

# What says which data and rules the parts in a folder are of.
_HEAD = "guiju.json"
# Partial results of finished parts; each is written after all else of its part.
_PARTIAL = "partial"
# Rows of a key column that are looked at together.
_BATCH = 1 << 17


def evaluate_parquet(
    in_dir: str | PathLike[str],
    out_dir: str | PathLike[str],
    pack: Pack,
    *,
    previous: Result | str | PathLike[str] | None = None,
    floats: str | None = None,
    records: bool = False,
    rows: int = 1_000_000,
    workers: int = 2,
    progress: Callable[[int, int], object] | None = None,
) -> Programme:
    """Judges a folder of Parquet tables part by part, in bounded memory (``pip install "guiju[parquet]"``); gives the programme, combined exactly.

    A table is a file ``NAME.parquet`` or a folder ``NAME`` of such files, sorted by the key of the root, or partitioned by it
    (``revenue/alliance=BM01/…``). A part has all records of some roots, about ``rows`` of them, and ``workers`` parts are judged at a time: the
    memory is that of so many records, or of the largest root.

    ``out_dir`` gets folders ``kpis``, ``obligations``, ``problems``, and ``records`` where these are wanted, with a file for each part, and
    ``programme.parquet``. Each file is whole or not there; where a run was stopped, the same call goes on with the parts that are missing.
    ``progress`` is called with the parts that are done and all there are.

    Where rules go back from the programme to its roots, the parts are judged in `Pack.turns`, and ``progress`` counts each of them.

    Raises `DataError` where a table is not sorted, where data is wrong, and where a rule of non-duplication within the programme finds one key
    claimed in two parts; `Error` where ``out_dir`` has parts of something else.
    """
    try:
        import pyarrow.parquet
    except ImportError as error:
        raise ImportError('Parquet is read by pyarrow: pip install "guiju[parquet]"') from error
    del pyarrow
    if rows < 1 or workers < 1:
        raise ValueError("rows and workers are at least 1")
    source, target = Path(in_dir), Path(out_dir)
    tables = [_Table.scanned(name, files, pack) for name, files in _found(source)]
    if all(table.name != pack.root for table in tables):
        raise DataError(f"{source} has no table {pack.root}: a file {pack.root}.parquet, or a folder of that name with Parquet files")
    cuts = _cuts(tables, rows)
    _begun(target, _identity(source, tables, pack, (previous, floats, records, rows)), len(cuts) - 1)
    programme = pack.combine([])
    for turn in range(pack.turns):
        job = _Job(pack, tables, cuts, target, {"previous": previous, "floats": floats, "part_of": programme}, records, turn)
        job.run(workers, progress)
        programme = pack.combine(job.partial(at).read_bytes() for at in range(len(cuts) - 1))
    for name, table in (("programme", programme.kpis), ("programme_obligations", programme.obligations), ("programme_awards", programme.awards)):
        if len(table):
            _written(target / f"{name}.parquet", table)
    return programme


def _found(folder: Path) -> list[tuple[str, list[Path]]]:
    """The tables of a folder: files, or folders of files, which may be partitioned."""
    if not folder.is_dir():
        raise DataError(f"{folder} is no folder")
    tables: dict[str, list[Path]] = {}
    for entry in sorted(folder.iterdir()):
        if entry.name.startswith((".", "_")):
            continue
        files = sorted(path for path in entry.rglob("*.parquet") if not path.name.startswith((".", "_"))) if entry.is_dir() else [entry]
        if files and files[0].suffix == ".parquet":
            name = entry.name if entry.is_dir() else entry.stem
            if name in tables:
                raise DataError(f"{folder} has both a file and a folder {name}")
            tables[name] = files
    return list(tables.items())


@dataclass
class _File:
    """A file of a table, and the runs of rows of one root in it."""

    path: Path
    # Rows of each row group.
    groups: list[int]
    # The value of the key column, where the name of a folder says it.
    constant: str | None
    # The root of each run, and the row after its last.
    keys: Any
    ends: Any

    @property
    def rows(self) -> int:
        return sum(self.groups)


@dataclass
class _Table:
    """A table, and which of its rows belong to which root."""

    name: str
    column: str | None
    files: list[_File]
    # The roots in order, and for each its first row and the row after its last.
    keys: Any = ()
    starts: Any = ()
    ends: Any = ()
    # Runs of rows that belong to no root: those of the programme and of what all roots share.
    shared: list[tuple[int, int]] = field(default_factory=list)

    @classmethod
    def scanned(cls, name: str, paths: list[Path], pack: Pack) -> _Table:
        import pyarrow as pa
        import pyarrow.compute as pc

        if name == "programme" or name in pack._shared:
            files = [_scan(path, None) for path in paths]
            return cls(name, None, files, shared=[(0, sum(file.rows for file in files))])
        column = _key_column(name, paths[0], pack)
        files = [_scan(path, column) for path in paths]
        # Files of a folder come in any order; each of them is sorted.
        files.sort(key=lambda file: file.keys[0].as_py() or "" if len(file.keys) else "")
        keys, ends, before = [], [], 0
        for file in files:
            keys.append(file.keys)
            ends.append(pc.add(file.ends, before))
            before += file.rows
        merged, last = _merged(pa.chunked_array(keys, pa.string()), pa.chunked_array(ends, pa.int64()))
        table = cls(name, column, files)
        starts = pa.concat_arrays([pa.array([0], pa.int64()), last[:-1]]) if len(last) else last
        of_none = pc.or_kleene(pc.is_null(merged), pc.fill_null(pc.equal(merged, ""), True))
        table.shared = list(zip(starts.filter(of_none).to_pylist(), last.filter(of_none).to_pylist(), strict=True))
        own = pc.invert(of_none)
        table.keys, table.starts, table.ends = merged.filter(own), starts.filter(own), last.filter(own)
        table._ascending()
        return table

    def _ascending(self) -> None:
        import pyarrow.compute as pc

        wrong = pc.index(pc.less(self.keys[:-1], self.keys[1:]), False).as_py() if len(self.keys) > 1 else -1
        if wrong >= 0:
            before, after = self.keys[wrong].as_py(), self.keys[wrong + 1].as_py()
            raise DataError(
                f"{self.name}: row {self.ends[wrong].as_py()} has {self.column} `{after}` after `{before}`: tables that are judged part by part have to be "
                f"sorted by it (in polars: `.sort({self.column!r})`)"
            )
        if any(start > self.starts[0].as_py() and end < self.ends[-1].as_py() for start, end in self.shared if len(self.keys)):
            raise DataError(f"{self.name}: rows without {self.column} stand between others: sort the table by it")

    def rows_of(self, first: str | None, after: str | None) -> tuple[int, int]:
        """The rows of the roots from one to before another."""
        low = 0 if first is None else self._place(first)
        high = len(self.keys) if after is None else self._place(after)
        return (self.starts[low].as_py(), self.ends[high - 1].as_py()) if low < high else (0, 0)

    def _place(self, key: str) -> int:
        return bisect.bisect_left(self.keys, key, key=lambda found: found.as_py())

    def read(self, start: int, end: int) -> Any:
        """Some of its rows, and those of the programme."""
        import pyarrow as pa

        found = [piece for run in [*self.shared, (start, end)] for piece in self._pieces(*run)]
        return pa.concat_tables(found or [self._empty()], promote_options="permissive")

    def _pieces(self, start: int, end: int) -> Iterator[Any]:
        import pyarrow.parquet as pq

        before = 0
        for file in self.files:
            if before < end and before + file.rows > start:
                with pq.ParquetFile(file.path) as opened:
                    at = before
                    for group, size in enumerate(file.groups):
                        low, high = max(start, at), min(end, at + size)
                        if low < high:
                            yield self._with_key(file, opened.read_row_group(group).slice(low - at, high - low))
                        at += size
            before += file.rows

    def _empty(self) -> Any:
        import pyarrow.parquet as pq

        return self._with_key(self.files[0], pq.read_schema(self.files[0].path).empty_table())

    def _with_key(self, file: _File, rows: Any) -> Any:
        import pyarrow as pa

        if file.constant is None:
            return rows
        return rows.append_column(self.column, pa.array([file.constant] * len(rows), pa.string()))


def _key_column(name: str, path: Path, pack: Pack) -> str:
    """The column that says which root a row belongs to."""
    import pyarrow.parquet as pq

    return keyed(pack, name, [*pq.read_schema(path).names, *_folders(path)])


def _folders(path: Path) -> dict[str, str]:
    """What the names of folders say of all rows in them: ``alliance=BM01``."""
    return {name: unquote(value) for name, equal, value in (part.partition("=") for part in path.parts[:-1]) if equal}


def _scan(path: Path, column: str | None) -> _File:
    import pyarrow as pa
    import pyarrow.compute as pc
    import pyarrow.parquet as pq

    with pq.ParquetFile(path) as opened:
        groups = [opened.metadata.row_group(at).num_rows for at in range(opened.num_row_groups)]
        if column is None or column not in opened.schema_arrow.names:
            constant = None if column is None else _folders(path).get(column)
            if column is not None and constant is None:
                raise DataError(f"{path} has no column {column}")
            runs = 1 if column is not None and sum(groups) else 0
            return _File(path, groups, constant, pa.array([constant] * runs, pa.string()), pa.array([sum(groups)] * runs, pa.int64()))
        keys, ends, before = [], [], 0
        for batch in opened.iter_batches(_BATCH, columns=[column]):
            encoded = pc.run_end_encode(pc.cast(_plain(batch.column(0)), pa.string()), run_end_type=pa.int64())
            keys.append(encoded.values)
            ends.append(pc.add(encoded.run_ends, before))
            before += len(batch)
    merged = _merged(pa.chunked_array(keys, pa.string()), pa.chunked_array(ends, pa.int64()))
    return _File(path, groups, None, *merged)


def _plain(column: Any) -> Any:
    import pyarrow as pa

    return column.dictionary_decode() if pa.types.is_dictionary(column.type) else column


def _merged(keys: Any, ends: Any) -> tuple[Any, Any]:
    """Runs of which neighbours may be of the same root, as runs of different ones."""
    import pyarrow as pa
    import pyarrow.compute as pc

    keys, ends = keys.combine_chunks(), ends.combine_chunks()
    if not len(keys):
        return keys, ends
    encoded = pc.run_end_encode(keys, run_end_type=pa.int64())
    return encoded.values, ends.take(pc.subtract(encoded.run_ends, 1))


def _cuts(tables: list[_Table], rows: int) -> list[str | None]:
    """The first root of each part, and nothing after the last: parts have about so many records."""
    import pyarrow as pa
    import pyarrow.compute as pc

    counted = []
    for table in tables:
        if len(table.keys):
            counted.append(pa.table({"key": table.keys, "rows": pc.subtract(table.ends, table.starts)}))
    if not counted:
        return [None]
    sums = pa.concat_tables(counted).group_by("key").aggregate([("rows", "sum")]).sort_by("key")
    reached = pc.cumulative_sum(sums["rows_sum"].combine_chunks())
    before = pc.subtract(reached, sums["rows_sum"].combine_chunks())
    parts = pc.run_end_encode(pc.divide(before, rows), run_end_type=pa.int64())
    starts = [0, *parts.run_ends.to_pylist()[:-1]]
    return [*sums["key"].combine_chunks().take(pa.array(starts, pa.int64())).to_pylist(), None]


def _identity(source: Path, tables: list[_Table], pack: Pack, settings: tuple[Any, ...]) -> str:
    """What tells parts of other data, rules or settings from these."""
    digest = hashlib.sha256(repr((__version__, pickle.dumps(pack.__reduce_ex__(2)[1]), settings[1:])).encode())
    previous = settings[0]
    if isinstance(previous, Result):
        digest.update(previous.to_json().encode())
    paths = [file.path for table in tables for file in table.files]
    if previous is not None and not isinstance(previous, Result):
        paths.append(Path(previous))
    for path in paths:
        known = path.stat()
        digest.update(repr((os.path.relpath(path, source), known.st_size, known.st_mtime_ns)).encode())
    return digest.hexdigest()


def _begun(target: Path, identity: str, parts: int) -> None:
    """Makes the folder, or finds in it what an earlier run of the same left."""
    target.mkdir(parents=True, exist_ok=True)
    head = target / _HEAD
    if head.exists():
        if json.loads(head.read_text(encoding="utf-8")).get("of") != identity:
            raise Error(f"{target} has parts of other data, rules or settings: name another folder, or remove this one")
        for left in target.rglob(".guiju-*"):
            left.unlink()
        return
    if any(target.iterdir()):
        raise Error(f"{target} is not empty, and no earlier run of the same: name another folder")
    _whole(head, json.dumps({"of": identity, "parts": parts}).encode())


def _whole(path: Path, data: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    new = path.with_name(f".guiju-{path.name}")
    with open(new, "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    os.replace(new, path)


def _of_roots(table: Any) -> Any:
    """Without the rows of the programme: a part knows only its own roots."""
    import pyarrow as pa
    import pyarrow.compute as pc

    rows = pa.table(table)
    return rows.filter(pc.is_valid(rows.column(0)))


def _written(path: Path, table: Any) -> None:
    import pyarrow as pa
    import pyarrow.parquet as pq

    path.parent.mkdir(parents=True, exist_ok=True)
    new = path.with_name(f".guiju-{path.name}")
    pq.write_table(pa.table(table), new)
    os.replace(new, path)


@dataclass
class _Job:
    pack: Pack
    tables: list[_Table]
    cuts: list[str | None]
    target: Path
    given: dict[str, Any]
    records: bool
    # How often the parts were put together before.
    turn: int
    stopped: threading.Event = field(default_factory=threading.Event)

    def partial(self, part: int) -> Path:
        return self.target / _PARTIAL / f"turn-{self.turn + 1}" / f"part-{part:05d}.jsonl"

    def run(self, workers: int, progress: Callable[[int, int], object] | None) -> None:
        parts = len(self.cuts) - 1
        missing = [part for part in range(parts) if not self.partial(part).exists()]
        total = parts * self.pack.turns
        done = parts * self.turn + parts - len(missing)
        told = progress or (lambda _done, _total: None)
        told(done, total)
        with ThreadPoolExecutor(workers, thread_name_prefix="guiju-parquet") as pool:
            left = {pool.submit(self.judge, part) for part in missing}
            try:
                while left:
                    finished, left = wait(left, return_when=FIRST_COMPLETED)
                    for one in finished:
                        one.result()
                        done += 1
                        told(done, total)
            except BaseException:
                self.stopped.set()
                for one in left:
                    one.cancel()
                raise

    def judge(self, part: int) -> None:
        if self.stopped.is_set():
            return
        first, after = self.cuts[part], self.cuts[part + 1]
        frames, starts = {}, {}
        for table in self.tables:
            start, end = table.rows_of(first, after)
            frames[table.name], starts[table.name] = table.read(start, end), start
        try:
            result = self.pack.evaluate(frames, **self.given)
        except DataError as error:
            where = ", ".join(f"{name} {start}" for name, start in starts.items() if start)
            words = f"part {part + 1} of {len(self.cuts) - 1}" + (f", whose rows are counted from: {where}" if where else "")
            raise DataError(f"{words}\n{error}", error.diagnostics) from error
        if self.turn + 1 < self.pack.turns:
            _whole(self.partial(part), result.partial())
            return
        name = f"part-{part:05d}.parquet"
        _written(self.target / "kpis" / name, result.kpis)
        _written(self.target / "obligations" / name, _of_roots(result.obligations))
        _written(self.target / "problems" / name, result.problems)
        # What all roots share is in every part, and told with the first.
        told = [entity for entity in self.pack.entities if part == 0 or entity not in self.pack._shared]
        for entity in told if self.records else ():
            _written(self.target / "records" / entity / name, result.records(entity))
        _whole(self.partial(part), result.partial())
