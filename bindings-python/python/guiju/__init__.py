"""Judge the records of a programme by its rules: exactly, and with a reason for every record.

    >>> import guiju
    >>> pack = guiju.load("alliance_108")
    >>> result = pack.evaluate_json('{"alliances": [{"id": "A1", "grant": "2400000"}]}')
    >>> result.roots
    ('A1',)

Frames go in and come out: whatever has ``__arrow_c_stream__`` (polars, pandas, pyarrow, DuckDB).
"""

from guiju._errors import DataError, Error, LimitExceeded, PackError
from guiju._guiju import PACKS, Diagnostic, Diff, Explanation, Pack, Programme, Result, Table, __version__, diff, load
from guiju._parquet import evaluate_parquet
from guiju._verify import Verification, verify

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
