"""What can go wrong, and what is said of it: plain objects, without the engine.

Not here: finding anything wrong, which the engine does.
"""

import json
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Diagnostic:
    """One finding: what is wrong, where, and the way out.

    The place is that in the data; for a finding about rules, ``file`` and ``line`` say where the rule is. ``row`` counts the rows of a
    frame from 0, ``line`` those of a file from 1.
    """

    code: str
    severity: str
    message: str
    help: str | None
    file: str | None
    line: int | None
    row: int | None
    column: str | None
    pointer: str | None
    notes: tuple[str, ...]
    text: str = field(repr=False, compare=False)
    _json: str = field(repr=False)

    def __str__(self) -> str:
        return self.text

    def to_dict(self) -> dict[str, Any]:
        """Everything that is known of it, as ``guiju check --format json`` writes it."""
        found: dict[str, Any] = json.loads(self._json)
        return found


class Error(ValueError):
    """What this package raises; ``diagnostics`` has the findings, where there are any."""

    diagnostics: tuple[Diagnostic, ...]

    def __init__(self, message: str, diagnostics: tuple[Diagnostic, ...] = ()) -> None:
        super().__init__(message)
        self.diagnostics = tuple(diagnostics)


class PackError(Error):
    """A pack that is not there, or whose rules are wrong."""


class DataError(Error):
    """Data that is not there, or that is wrong; every problem is in ``diagnostics``."""


class LimitExceeded(Error):
    """More work than the limits allow."""
