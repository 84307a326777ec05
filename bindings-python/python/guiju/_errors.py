"""What can go wrong, as exceptions.

Importing this costs next to nothing: it needs no other module. Not here: the findings themselves, which the engine makes.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from guiju import Diagnostic, Table


class Error(ValueError):
    """What this package raises; ``diagnostics`` has the findings, where there are any."""

    diagnostics: tuple[Diagnostic, ...]

    def __init__(self, message: str, diagnostics: tuple[Diagnostic, ...] = ()) -> None:
        super().__init__(message)
        self.diagnostics = tuple(diagnostics)

    def to_table(self) -> Table:
        """The findings as a table, with the columns of `Result.problems`."""
        from guiju._guiju import problems

        return problems(self.diagnostics)


class PackError(Error):
    """A pack that is not there, or whose rules are wrong."""


class DataError(Error):
    """Data that is not there, or that is wrong; every problem is in ``diagnostics``."""


class LimitExceeded(Error):
    """More work than the limits allow."""
