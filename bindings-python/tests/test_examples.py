"""The examples run as they stand; those for Spark and Ray are tried with these (`test_clusters`)."""

import subprocess
import sys
from pathlib import Path

from conftest import REPOSITORY
from test_partial import SAMPLE

EXAMPLES = REPOSITORY / "bindings-python/examples"


def run(name: str, data: Path) -> str:
    command = [sys.executable, str(EXAMPLES / name), str(data)]
    return subprocess.run(command, stdout=subprocess.PIPE, check=True, encoding="utf-8", timeout=600).stdout


def test_duckdb() -> None:
    shown = run("duckdb_tables.py", SAMPLE)
    assert "above_grant" in shown and "ict" in shown
