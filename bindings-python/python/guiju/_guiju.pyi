"""The compiled module; use `guiju`."""

from collections.abc import Sequence
from os import PathLike

from guiju import PACKS as PACKS
from guiju import Diagnostic as Diagnostic
from guiju import Diff as Diff
from guiju import Explanation as Explanation
from guiju import Pack as Pack
from guiju import Programme as Programme
from guiju import Result as Result
from guiju import Table as Table
from guiju import __version__ as __version__
from guiju import diff as diff
from guiju import load as load
from guiju.types import Signature

__all__ = ["PACKS", "Diagnostic", "Diff", "Explanation", "Pack", "Programme", "Result", "Table", "__version__", "diff", "load", "problems", "verify"]

def problems(diagnostics: Sequence[Diagnostic]) -> Table:
    """Findings as a table; see `guiju.Error.to_table`."""

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
