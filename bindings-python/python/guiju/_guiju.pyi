"""The compiled module; use `guiju`."""

from guiju import PACKS as PACKS
from guiju import Diagnostic as Diagnostic
from guiju import Explanation as Explanation
from guiju import Pack as Pack
from guiju import Result as Result
from guiju import Table as Table
from guiju import __version__ as __version__
from guiju import load as load

__all__ = ["PACKS", "Diagnostic", "Explanation", "Pack", "Result", "Table", "__version__", "load"]
