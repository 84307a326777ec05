"""Receipts checked: what `guiju.verify` gives. Not here: the comparison, which the engine makes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from guiju import _guiju

if TYPE_CHECKING:
    from os import PathLike

    from guiju import Pack, Table
    from guiju.types import Signature


@dataclass(frozen=True)
class Verification:
    """What was found of a receipt.

    ``verified`` says whether everything is as the receipt states. ``signature`` is ``right``, ``wrong``, or ``absent`` where nobody signed it:
    then anybody could have written it. ``checks`` has a row for everything that was compared: check, edition, name, status, stated, found, place.
    """

    verified: bool
    signature: Signature
    checks: Table


def verify(
    receipt: str | PathLike[str],
    pack: Pack,
    data: str | PathLike[str],
    *,
    key: str | PathLike[str] | None = None,
    previous: str | PathLike[str] | None = None,
    result: str | PathLike[str] | None = None,
) -> Verification:
    """Judges data again and compares everything with the receipt of a result, as ``guiju verify`` does; without a network.

    ``data`` is the path that was judged, ``key`` the file of the public key that you trust (PEM), ``previous`` the file of the earlier result where
    there was one, ``result`` a copy of the result, in which the first value that differs is named. A signed receipt is not taken without a key.
    """
    verified, signature, checks = _guiju.verify(receipt, pack, data, key=key, previous=previous, result=result)
    return Verification(verified, signature, checks)
