"""The types of the package, and its documentation."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from os import PathLike
from typing import Any, Literal, Protocol, TypeAlias, final

from typing_extensions import Self

import pandas as pd
import polars as pl
import pyarrow as pa

from guiju._errors import DataError as DataError
from guiju._errors import Error as Error
from guiju._errors import LimitExceeded as LimitExceeded
from guiju._errors import PackError as PackError
from guiju._guiju import Diff as Diff
from guiju._parquet import evaluate_parquet as evaluate_parquet
from guiju._verify import Verification as Verification
from guiju._verify import verify as verify
from guiju.plot import Plot
from guiju.types import PackName, Severity, SheetFormat

__all__ = [
    "PACKS",
    "DataError",
    "Diagnostic",
    "Diff",
    "Error",
    "Explanation",
    "LimitExceeded",
    "Pack",
    "PackError",
    "Programme",
    "Result",
    "Table",
    "Verification",
    "__version__",
    "diff",
    "evaluate_parquet",
    "load",
    "verify",
]

class _ArrowStream(Protocol):
    """A frame: polars, pandas, pyarrow, DuckDB relations, and any other that speaks Arrow's PyCapsule interface."""

    def __arrow_c_stream__(self, requested_schema: object | None = None) -> object: ...

_Progress: TypeAlias = Callable[[int, int], object]
"""Called with the steps taken and all there will be, from nought to all; what it raises ends the work, and comes out of the call."""

__version__: str

PACKS: tuple[PackName, ...]
"""The names of the built-in packs."""

def load(name_or_path: PackName | str | PathLike[str], *, locale: str = "zh-TW", untrusted: bool = False, findings: int | None = None) -> Pack:
    """A pack by its built-in name, or by the path of a folder of ``.guiju`` files.

    ``locale`` is the language of labels, messages and explanations, ``zh-TW`` or ``en``. With ``untrusted`` the limits are those for
    rules and data from strangers. ``findings`` is how many problems are told of the rules, and of each table of data; what is wrong in the
    same way with many rows of a column is one. Without it, 100 (20 for strangers).

    Raises `PackError`, with every problem of the rules.
    """

def diff(
    before: Pack | Result,
    after: Pack | Result,
    data: Mapping[str, _ArrowStream] | Mapping[str, Any] | Result | str | PathLike[str] | None = None,
    *,
    root: str | None = None,
    floats: str | None = None,
    progress: _Progress | None = None,
) -> Diff:
    """What changed from one pack to another, clause by clause; with data, also what each change does to its figures.

    The data is judged by both packs, and may have the entities and fields of either: frames or plain objects as for `Pack.evaluate`, a
    result where both packs have its data model, or the path of a folder or a file. ``root`` judges the changes for one root (alliance) only. Words are in the language of ``after``.

    A result in the place of a pack stands for its pack and gives its data, which is not read again. Two results have to be of the same data;
    how figures moved between results of different data is `Result.winners`.

    Raises `PackError` where the packs do not describe the same data, `DataError`, `LimitExceeded`.
    """

@final
class Diagnostic:
    """One finding: what is wrong, where, and the way out. ``str()`` is what the command prints.

    The place is that in the data; for a finding about rules, ``file`` and ``line`` say where the rule is. ``row`` counts the rows of a
    frame from 0, ``line`` those of a file from 1; ``cell`` is one of a workbook, such as ``member!C7``.
    """

    def __new__(cls, words: tuple[Any, ...], place: tuple[Any, ...]) -> Self:
        """For pickles: made from the parts of another."""

    def __copy__(self) -> Self: ...
    def __deepcopy__(self, _memo: object) -> Self: ...
    @property
    def code(self) -> str: ...
    @property
    def severity(self) -> Severity: ...
    @property
    def message(self) -> str: ...
    @property
    def help(self) -> str | None: ...
    @property
    def file(self) -> str | None: ...
    @property
    def line(self) -> int | None: ...
    @property
    def row(self) -> int | None: ...
    @property
    def cell(self) -> str | None: ...
    @property
    def column(self) -> str | None: ...
    @property
    def pointer(self) -> str | None: ...
    @property
    def notes(self) -> tuple[str, ...]: ...
    def to_dict(self) -> dict[str, Any]:
        """Everything that is known of it, as ``guiju check --format json`` writes it."""

    def __hash__(self) -> int: ...

@final
class Pack:
    """Rules that compile. Immutable; may be shared between threads, and pickled: it is then compiled again from its files."""

    def __new__(
        cls,
        editions: Sequence[tuple[str, Sequence[tuple[str, str]]]],
        parameters: Sequence[tuple[str, str]],
        locale: str,
        untrusted: bool,
        findings: int | None = None,
        sheets: Sequence[tuple[str, str, str]] | None = None,
    ) -> Self:
        """For pickles: made from the parts of another. See `load`."""

    def __copy__(self) -> Self: ...
    def __deepcopy__(self, _memo: object) -> Self: ...
    @property
    def name(self) -> str:
        """Its name, such as ``alliance_108``."""

    @property
    def label(self) -> str:
        """What people call it."""

    @property
    def locale(self) -> str:
        """The language of what it says."""

    @property
    def editions(self) -> tuple[str, ...]:
        """The packs that its rules come from: those it amends, the oldest first, then itself."""

    @property
    def entities(self) -> tuple[str, ...]:
        """The names of its kinds of records, which are the names of tables."""

    @property
    def root(self) -> str:
        """The kind of record that KPIs are of and that others belong to, such as ``alliance``."""

    @property
    def turns(self) -> int:
        """How often parts of a programme are judged and put together until all is known: once, and once more for each time that rules go back from
        the programme to its roots. See `combine`."""

    @property
    def _shared(self) -> tuple[str, ...]: ...
    @property
    def schema(self) -> Table:
        """The fields of every entity: entity, field, type, key, optional, choices, label."""

    @property
    def kpis(self) -> Table:
        """Every KPI: kpi, label, unit, form, scope, by."""

    @property
    def period(self) -> tuple[date, date] | None:
        """The first and the last day that it is about, where it says so."""

    @property
    def parameters(self) -> Table:
        """Every named constant (``let``): parameter, value (written as in rules), unit, changed (by `with_parameters`), clause, label."""

    @property
    def sources(self) -> Table:
        """Every clause of the documents that rules come from: document, clause, summary, state, why, dated, label."""

    @property
    def sheets(self) -> Table:
        """The sheets that `Result.report` writes: sheet, scope, window (``needed``, ``possible``, ``none``), clauses, label.

        Raises `PackError` where the file that describes them (``sheets.toml``) is wrong; nothing else needs it.
        """

    @property
    def windows(self) -> Table:
        """The days that results are reported of: window, first, last, label. Where a day is missing, it has always been open, or is still."""

    def template(
        self, path: str | PathLike[str] | None = None, *, format: Literal["ods", "xlsx"] | None = None, locale: str | None = None
    ) -> bytes:
        """An empty workbook to fill in, which `evaluate_path` reads; the very bytes of ``guiju template``.

        Written to a file where ``path`` is given, whose ending says the format. A file that is there is left alone: `FileExistsError`.
        """

    def check(self) -> tuple[Diagnostic, ...]:
        """What was found in the rules though they compile: warnings and advice."""

    def with_parameters(self, **values: str | int | Decimal | date) -> Pack:
        """The pack with other values for its named constants (``let``), written as in rules: ``collaboration_share="25%"``.

        Raises `PackError` where a name is no constant, or a value is of another kind than the one it replaces.
        """

    def amended(self, rules: str, *, name: str | None = None) -> Pack:
        """The pack with rules laid over it, as an edition of its own: ``drop``, ``extend`` and new rules, as files of a pack have them.

        The edition is called ``name``, or after this pack. Rules may also begin with a ``pack … amends …`` of their own. Constants that were
        given other values keep them.

        Raises `PackError`, with every problem of the rules; lines count those of ``rules``.
        """

    def sweep(
        self,
        data: Result | Mapping[str, Any],
        variations: Iterable[Mapping[str, str | int | Decimal | date]],
        *,
        kpis: Sequence[str] | None = None,
        progress: _Progress | None = None,
    ) -> Table:
        """Judges data by many variations of the pack: ``variation``, the values of its constants, the columns of `Result.kpis`, ``by``, ``group``.

        The data is read once, or not at all where it is that of a result. ``kpis`` names the KPIs to keep, those of the programme too, which
        have no root and are followed by their groups; without it all KPIs of the roots are kept. ``progress`` is called with
        the variations judged and all of them. Each variation is checked like the pack itself; its files are read once for all.
        """

    def combine(self, partials: Iterable[bytes]) -> Programme:
        """The programme from what `Result.partial` gave for parts of the roots, wherever they were judged.

        KPIs, groups and obligations are, byte for byte, those of judging all roots at once in the order of the parts. Parts written one
        after another are a part again.

        Where rules go back from the programme to its roots (their share of a sum, the mean of their group), parts are judged in `turns`, each
        with what was put together in the turn before, and of nothing in the first::

            programme = pack.combine([])
            for _ in range(pack.turns):
                results = [pack.evaluate(part, part_of=programme) for part in parts]
                programme = pack.combine(result.partial() for result in results)

        What is not known yet is undetermined, and says that it needs the programme. What a figure of the programme lacks is told with that figure,
        and not again with what its parts made of it.

        Raises `DataError` where the parts are not of one whole: of other rules or of another version of this package, with different
        records of the programme, with the same root twice; and where a rule of non-duplication within the programme finds one key
        claimed in two parts, which then have to be judged together.
        """

    def evaluate(
        self,
        data: Mapping[str, _ArrowStream] | Mapping[str, Any] | Result,
        *,
        floats: str | None = None,
        previous: Result | str | PathLike[str] | None = None,
        part_of: Programme | None = None,
        progress: _Progress | None = None,
    ) -> Result:
        """Judges frames by table name, or plain objects shaped like the JSON document.

        A result gives its data, which is not read again: for another pack of the same data model, such as one with other parameters.

        Tables are called like entities, and ``targets``, ``previous``, ``reviewed``, ``elsewhere``; columns like fields or their labels.
        A float is refused where money or a share is wanted; ``floats="shortest"`` takes the shortest spelling of each instead.

        ``previous`` is the result of an earlier year, or the file of one. ``part_of`` says that these are some of the roots of a programme, of
        which so much is known: see `combine`. ``progress`` is called with the
        steps taken and all there will be, while data is read and while it is judged.

        Raises `DataError` with every problem in the data, `LimitExceeded`.
        """

    def evaluate_json(
        self,
        text: str | bytes,
        *,
        previous: Result | str | PathLike[str] | None = None,
        part_of: Programme | None = None,
        progress: _Progress | None = None,
    ) -> Result:
        """Judges a JSON document."""

    def evaluate_path(
        self,
        path: str | PathLike[str],
        *,
        previous: Result | str | PathLike[str] | None = None,
        part_of: Programme | None = None,
        progress: _Progress | None = None,
    ) -> Result:
        """Judges a folder of CSV tables, a workbook (``.xlsx``, ``.ods``), or a ``.json`` or ``.jsonl`` file."""

    def _repr_html_(self) -> str: ...

@final
class Result:
    """What an evaluation found. Immutable; may be shared between threads, and pickled: its data is then judged again.

    Its tables are built when they are first asked for, and kept.
    """

    def __new__(cls, pack: Pack, data: bytes, warnings: Sequence[Diagnostic], part_of: Programme | None = None) -> Self:
        """For pickles: made from the parts of another. See `Pack.evaluate`."""

    def __copy__(self) -> Self: ...
    def __deepcopy__(self, _memo: object) -> Self: ...
    @property
    def pack(self) -> Pack:
        """The pack that judged."""

    @property
    def roots(self) -> tuple[str, ...]:
        """The keys of the roots (alliances), as in the data."""

    @property
    def warnings(self) -> tuple[Diagnostic, ...]:
        """What was to be said about the data though nothing was wrong."""

    @property
    def kpis(self) -> Table:
        """Every KPI of every root: its key, kpi, state, value, low, high, unit, target, attainment, previous, exact, label, why."""

    @property
    def programme(self) -> Table:
        """Every KPI of the programme, over all roots and then ``by`` a field for each ``group``; the other columns are those of `kpis`, and ``group_label``."""

    @property
    def obligations(self) -> Table:
        """Every obligation: key of the root, obligation, severity, status, gap, equal, unit, exact, clause, label, message.

        ``gap`` is how much is missing, and ``exact`` its fraction. Where more is required and both sides are the same, nothing is: ``equal``
        says so then.
        """

    @property
    def awards(self) -> Table:
        """What each award made of every root or record: key of the root, award, key, verdict, rank, amount, reserve, unit, exact, reason, rule, clause, label.

        ``key`` is that of the record, and missing where the award is among roots. Beside ``rank``, ``amount`` and ``reserve`` stand their bounds, as
        ``rank_low`` and ``rank_high``, where they are open. A place on the waiting list may turn out to be none.
        """

    @property
    def issues(self) -> Table:
        """What is to be said about single records: key of the root, path, code, severity, message, clause."""

    @property
    def problems(self) -> Table:
        """`warnings` and `issues` in one form, which exceptions have too (`Error.to_table`).

        code, severity, table, row (from 0; of an issue that in `data`), field, message, clause, root, key, help, file, line, cell, pointer."""

    @property
    def quality(self) -> Table:
        """How good each table of data is: table, rows, cells, missing, and for each kind of problem code, severity, problems, failing_rows.

        A table without problems has one row, without a code."""

    @property
    def plot(self) -> Plot:
        """Charts, where Altair is installed: ``attainment(root)``, ``waterfall(root, kpi)``, ``groups(kpi)``."""

    def records(self, entity: str) -> Table:
        """What every tally says of every record in its scope: key of the root, key, tally, verdict, reason, rule, clause, amount, counted, unit, label.

        ``amount`` is what the record brings to the KPI that the tally is named for, 1 where records are counted; ``counted`` is what of it
        counts: nothing of what is refused, and missing as long as that is not known.
        """

    def data(self, table: str) -> Table:
        """The data as it was read: the records of an entity, or ``targets``, ``previous``, ``reviewed``, ``elsewhere``.

        Columns have the types of their fields: decimals, dates, booleans, texts; a period has two, a list is text with ``;``. Numbers keep all
        their decimals, but for previous values that are no decimals. Given to `Pack.evaluate`, these tables are the same data.
        """

    def failing(self, entity: str) -> Table:
        """The rows of `data` that `issues` are about, and ``problem:code``, ``problem:severity``, ``problem:field``, ``problem:message``."""

    def wide(self, kpis: str | Sequence[str] | None = None, *, bounds: bool = False) -> Table:
        """A row for each root, and for each KPI its value in a column of its name, and its state in ``kpi:state``.

        What missing data leaves open is null there and says ``undetermined``; with ``bounds`` it stands between ``kpi:low`` and ``kpi:high``.
        """

    def by(self, field: str, kpis: str | Sequence[str] | None = None) -> Table:
        """Any KPIs of the root by any of its fields: group, kpi, count, known, undetermined, not_applicable, invalid, sum, average, min, max.

        ``count`` is all roots of the group. Roots to which the KPI does not apply, or for which it is invalid, take no part in the figures. A
        figure that an undetermined root leaves open is null, and its bounds stand in ``sum_low``, ``sum_high`` and so on. Roots without a
        value in the field are a group of their own, without a name. Then unit, average_exact (the fraction), group_label, label.
        """

    def distribution(self, kpis: str | Sequence[str], by: str | None = None) -> Table:
        """How the values of KPIs are spread, over all roots or by a field: min, lower_quartile, median, upper_quartile, max.

        The other columns, and what is open, are as in `by`. Between two values a quartile lies in proportion.
        """

    def winners(self, before: Result, kpi: str) -> Table:
        """How a KPI of each root moved since another result, the greatest gain first: key of the root, kpi, moved, before, after, difference.

        Roots are the same where their keys are. What is open stands at the end: ``moved`` says ``up`` or ``down`` where the bounds of the
        difference (``low``, ``high``) settle it. Roots that only one result has are ``new`` or ``gone``. Then unit, before_state,
        after_state, exact (the fraction of the difference), label.
        """

    def nearest(self, kpis: str | Sequence[str] | None = None) -> Table:
        """How far every root is from its targets: those that miss one by the least first, then what is open, what is reached, what has no value.

        key of the root, kpi, status (``short``, ``open``, ``reached``, or the state), value, low, high, target, gap (what is missing),
        attainment (of an open value, that of its lower bound), unit, exact (the fraction of the gap), label.
        """

    def refused(self, entity: str | None = None) -> Table:
        """What is refused, and what is still open, by tally, rule and clause, the most money first.

        entity, tally, verdict, clause, reason, records, the number of roots, amount, amount_unknown (records without one), unit, rule, label.
        """

    def to_html(self, path: str | PathLike[str] | None = None) -> str:
        """A page that needs nothing beside it: the overview, and the tables in full. Written to a file where ``path`` is given.

        Sheets to hand in are `report`.
        """

    def to_excel(self, path: str | PathLike[str] | None = None) -> bytes:
        """A workbook with a sheet for each table (``pip install "guiju[office]"``). A number of more than 15 digits is text."""

    def to_ods(self, path: str | PathLike[str] | None = None) -> bytes:
        """The same as an OpenDocument spreadsheet."""

    def report(
        self,
        sheet: str,
        path: str | PathLike[str] | None = None,
        *,
        window: str | None = None,
        root: str | None = None,
        format: SheetFormat | None = None,
        locale: str | None = None,
        font: str | PathLike[str] | Sequence[str | PathLike[str]] | None = None,
    ) -> bytes:
        """A sheet to hand in, of all roots or of one; the very bytes of ``guiju report``, but for PDF.

        `Pack.sheets` lists the sheets, `Pack.windows` the windows. Written to a file where ``path`` is given, whose ending says the format; without
        either it is ``ods``. CSV has one table: name a ``root``. ``locale`` is the language of the sheet, without it that of the pack.

        PDF (PDF/UA-1, PDF/A-2a) is set by Typst (``pip install "guiju[pdf]"``) in the fonts of the files that ``font`` names, or in one for
        traditional Chinese that the system has. A character that they lack is an error.

        Raises `Error`, with what there is to choose from; `PackError` where the sheets are described wrongly; `DataError` where a text is too
        long for its cell.
        """

    def partial(self) -> bytes:
        """What the programme needs of these roots, for `Pack.combine`: to judge parts of the roots in different processes."""

    def explain(
        self, root: str | None = None, kpi: str | None = None, *, record: str | None = None, obligation: str | None = None
    ) -> Explanation:
        """Why a KPI, a record (``record="revenue/R-0007"``) or an obligation of a root came out as it did.

        Of a root alone, everything: every KPI and obligation, and the records that do not count, or may not. Without a root, the programme as a
        whole, or its KPI or obligation: what every root has in it.
        """

    def hangs_on(
        self, root: str | None, name: str, *, record: str | None = None, progress: _Progress | None = None
    ) -> Explanation:
        """What the verdict of an obligation hangs on, or the decision of an award on a root or on one of its records (``record="bid/3"``).

        Each single record whose leaving turns it, and each single value that does by not being given or by being another; every one is tried.
        ``root`` is ``None`` for an obligation of the programme. Where the limits end it early, ``to_dict()["tried"]`` says so.
        """

    def to_json(self, *, records: bool = False, root: str | None = None) -> str:
        """The one JSON form, byte for byte that of ``guiju evaluate --format json`` without the line end."""

    def _repr_html_(self) -> str: ...

@final
class Table:
    """Rows that any frame library takes: ``polars.DataFrame(table)``, ``pyarrow.table(table)``, DuckDB by name.

    The types of its columns do not depend on the data: numbers are decimals of 38 digits, six of them after the point. A word that many rows have
    is kept once; a consumer that requests a dictionary for its column gets it as it is kept, others get texts.
    """

    def __new__(
        cls, name: str, locale: str, rows: int, columns: Sequence[tuple[str, str, bytes | None, Sequence[bytes]]]
    ) -> Self:
        """For pickles: made from the parts of another."""

    def __copy__(self) -> Self: ...
    def __deepcopy__(self, _memo: object) -> Self: ...
    @property
    def name(self) -> str:
        """What it is a table of, such as ``kpis``."""

    @property
    def columns(self) -> tuple[str, ...]:
        """The names of its columns."""

    def __len__(self) -> int: ...
    def __arrow_c_stream__(self, requested_schema: object | None = None) -> object: ...
    def __arrow_c_schema__(self) -> object: ...
    def to_polars(self) -> pl.DataFrame:
        """The rows as a polars frame."""

    def to_pandas(self) -> pd.DataFrame:
        """The rows as a pandas frame (through pyarrow); decimals stay ``Decimal``."""

    def to_arrow(self) -> pa.Table:
        """The rows as a pyarrow table."""

    def to_dicts(self) -> list[dict[str, Any]]:
        """The rows as dicts, without any frame library."""

    def to_csv(self, path: str | PathLike[str] | None = None) -> str:
        """The rows as CSV. Written to a file, in UTF-8 that spreadsheets recognise, where ``path`` is given."""

    def chart(self) -> Any:
        """A chart of Altair (``pip install "guiju[plot]"``): of `Result.by`, ``distribution``, ``winners``, ``nearest``, ``refused``, ``quality``.

        ``chart().save("page.html", inline=True)`` writes a page that is drawn without a network.
        """

    def _repr_html_(self) -> str: ...

@final
class Explanation:
    """Why something came out as it did; ``str()`` is the text."""

    def __new__(cls, text: str, json: str, locale: str) -> Self:
        """For pickles: made from the parts of another. See `Result.explain`."""

    def __copy__(self) -> Self: ...
    def __deepcopy__(self, _memo: object) -> Self: ...
    def to_dict(self) -> dict[str, Any]:
        """The explanation as data."""

    def _repr_html_(self) -> str: ...

@final
class Programme:
    """What was found over all roots, put together from partial results. Immutable; may be shared between threads, and pickled."""

    def __copy__(self) -> Self: ...
    def __deepcopy__(self, _memo: object) -> Self: ...
    @property
    def pack(self) -> Pack:
        """The pack that judged."""

    @property
    def roots(self) -> tuple[str, ...]:
        """The keys of the roots, in the order of the parts."""

    @property
    def kpis(self) -> Table:
        """As `Result.programme`."""

    @property
    def obligations(self) -> Table:
        """As `Result.obligations`, those of the programme."""

    @property
    def awards(self) -> Table:
        """As `Result.awards`, those among roots."""

    def to_json(self) -> str:
        """The one JSON form; the list of roots is empty, ``programme`` has the bytes of a result of all."""

    def _repr_html_(self) -> str: ...
