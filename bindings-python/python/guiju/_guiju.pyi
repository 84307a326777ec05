"""The compiled module; use `guiju`."""

from collections.abc import Sequence

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

__all__ = ["PACKS", "Diagnostic", "Diff", "Explanation", "Pack", "Programme", "Result", "Table", "__version__", "diff", "load", "problems"]

def problems(diagnostics: Sequence[Diagnostic]) -> Table:
    """Findings as a table; see `guiju.Error.to_table`."""
