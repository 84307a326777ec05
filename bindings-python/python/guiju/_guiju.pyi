"""The compiled module; use `guiju`."""

from collections.abc import Sequence
from os import PathLike
from typing import final

from typing_extensions import Self

from guiju import PACKS as PACKS
from guiju import Diagnostic as Diagnostic
from guiju import Error
from guiju import Explanation as Explanation
from guiju import Pack as Pack
from guiju import Programme as Programme
from guiju import Result as Result
from guiju import Table as Table
from guiju import __version__ as __version__
from guiju import diff as diff
from guiju import load as load
from guiju.types import Signature

__all__ = ["PACKS", "Diagnostic", "Diff", "Explanation", "Pack", "Programme", "Result", "Table", "__version__", "diff", "load", "problems", "unset", "verify"]

def problems(diagnostics: Sequence[Diagnostic]) -> Table:
    """Findings as a table; see `guiju.Error.to_table`."""

def unset(kind: str, about: str, why: str | None, locale: str) -> Error:
    """What `guiju._pdf` raises where a ``font``, ``characters`` or the ``source`` cannot be set."""

def verify(
    receipt: str | PathLike[str],
    pack: Pack,
    data: str | PathLike[str],
    *,
    key: str | PathLike[str] | None = None,
    previous: str | PathLike[str] | None = None,
    result: str | PathLike[str] | None = None,
) -> tuple[bool, Signature, Table]:
    """See `guiju.verify`."""

@final
class Diff:
    """What changed from one pack to another; ``str()`` is the text, clause by clause. Immutable; may be shared between threads, and pickled.

    The tables about figures, records and obligations are ``None`` where no data was given.
    """

    def __new__(cls, locale: str, texts: Sequence[str], tables: Sequence[Table | None]) -> Self:
        """For pickles: made from the parts of another. See `diff`."""

    def __copy__(self) -> Self: ...
    def __deepcopy__(self, _memo: object) -> Self: ...
    @property
    def before(self) -> str:
        """The name of the earlier pack."""

    @property
    def after(self) -> str:
        """The name of the later pack."""

    @property
    def changes(self) -> Table:
        """Every change: change (its id), item, name, kind, aspects, clauses, before, after, before_place, after_place, label."""

    @property
    def clauses(self) -> Table:
        """The changes under each clause: clause, summary, change, told_here (or under another of its clauses)."""

    @property
    def kpis(self) -> Table | None:
        """The KPIs of roots that are not what they were: key of the root, kpi, before, after, difference, unit, the states and bounds of
        both, exact (fraction of the difference), label."""

    @property
    def programme(self) -> Table | None:
        """The KPIs of the programme that are not what they were; the columns of `kpis` without the root."""

    @property
    def totals(self) -> Table | None:
        """The sums over all roots: kpi, before, after, difference, unit, changed, left_out, label."""

    @property
    def effects(self) -> Table | None:
        """The part of each change in each difference: of (``total``, ``programme`` or the name of the root entity), key of the root, kpi,
        changes (ids; missing for what several did only together), amount, unit, exact, label. They add up to the difference."""

    @property
    def records(self) -> Table | None:
        """The records judged otherwise: key of the root, entity, key, tally, verdict, reason and clause before and after, label."""

    @property
    def obligations(self) -> Table | None:
        """The obligations with another status: key of the root (missing for the programme), obligation, before, after, label."""

    def to_json(self) -> str:
        """Everything, byte for byte that of ``guiju diff --format json`` without the line end."""

    def _repr_html_(self) -> str: ...
