"""The words that tables use, as types: what a checker completes, and what it finds misspelt.

Not here: the tables themselves.
"""

from __future__ import annotations

from typing import Literal

__all__ = ["CheckStatus", "KpiState", "Moved", "PackName", "Severity", "SheetFormat", "SheetWindow", "Signature", "Status", "TargetStatus", "Verdict"]

PackName = Literal["alliance_104", "alliance_107", "alliance_108", "alliance_115", "gloria_108"]
"""The built-in packs, as `guiju.PACKS` lists them."""

KpiState = Literal["known", "undetermined", "not_applicable", "invalid"]
"""The column ``state`` of KPIs."""

Verdict = Literal["counted", "refused", "undetermined"]
"""The column ``verdict`` of records."""

Status = Literal["met", "not_met", "undetermined", "not_applicable"]
"""The column ``status`` of obligations."""

Severity = Literal["advice", "warning", "error"]
"""The column ``severity`` of problems and obligations."""

Moved = Literal["up", "down", "same", "open", "no_value", "new", "gone"]
"""The column ``moved`` of `Result.winners`."""

TargetStatus = Literal["short", "open", "reached", "not_applicable", "invalid"]
"""The column ``status`` of `Result.nearest`."""

Signature = Literal["right", "wrong", "absent"]
"""`Verification.signature`."""

CheckStatus = Literal["same", "changed", "missing", "added", "right", "wrong", "absent"]
"""The column ``status`` of `Verification.checks`."""

SheetFormat = Literal["ods", "xlsx", "html", "csv", "typ", "pdf"]
"""The forms of `Result.report`."""

SheetWindow = Literal["needed", "possible", "none"]
"""The column ``window`` of `Pack.sheets`."""
