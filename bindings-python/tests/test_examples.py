"""The examples run as they stand. Those for Spark and Ray run where these are installed, which the tests' list does not ask for."""

import csv
import importlib.util
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import guiju
import pytest
from conftest import REPOSITORY
from test_partial import SAMPLE, programme

EXAMPLES = REPOSITORY / "bindings-python/examples"


def run(name: str, data: Path) -> str:
    command = [sys.executable, str(EXAMPLES / name), str(data)]
    return subprocess.run(command, stdout=subprocess.PIPE, check=True, encoding="utf-8", timeout=600).stdout


def alliances(pack: guiju.Pack) -> list[dict[str, Any]]:
    """The sample as JSON, one alliance with its records each."""
    lists = {(row["entity"], row["field"]) for row in pack.schema.to_dicts() if row["type"] == "list"}

    def rows(entity: str) -> list[dict[str, Any]]:
        path = SAMPLE / f"{entity}.csv"
        if not path.exists():
            return []
        with path.open(encoding="utf-8", newline="") as file:
            return [dict(value(entity, *cell) for cell in row.items() if cell[1]) for row in csv.DictReader(file)]

    def value(entity: str, name: str, text: str) -> tuple[str, Any]:
        if name.endswith(")"):
            field, unit = name[:-1].split("(")
            return field, {"amount": text, "unit": unit}
        return name, text.split(";") if (entity, name) in lists else text

    roots: dict[str, dict[str, Any]] = {row["id"]: row for row in rows("alliance")}
    for entity in pack.entities[1:]:
        for row in rows(entity):
            roots[row.pop("alliance")].setdefault(entity, []).append(row)
    for given in ("targets", "previous"):
        for row in rows(given):
            roots[row["alliance"]].setdefault(given, {})[row["kpi"]] = row["value"]
    for register in ("reviewed", "elsewhere"):
        for row in rows(register):
            roots[row["alliance"]].setdefault(register, []).append(row["evidence"])
    return list(roots.values())


def test_duckdb() -> None:
    shown = run("duckdb_tables.py", SAMPLE)
    assert "above_grant" in shown and "ict" in shown


@pytest.mark.parametrize("example", ["spark_partitions.py", "ray_tasks.py"])
def test_partitions(example: str, pack: guiju.Pack, tmp_path: Path) -> None:
    if importlib.util.find_spec({"spark_partitions.py": "pyspark", "ray_tasks.py": "ray"}[example]) is None:
        pytest.skip("not installed")
    document = alliances(pack)
    path = tmp_path / "alliances.jsonl"
    path.write_text("".join(json.dumps(root, ensure_ascii=False) + "\n" for root in document), encoding="utf-8")
    whole = pack.evaluate_path(SAMPLE)
    assert pack.evaluate({"alliances": document}).to_json() == whole.to_json()
    head, found = run(example, path).split("\n", 1)
    assert head == f"{len(document)} alliances, 170294000.000000 元"
    # What is left open is needed of the same alliances, listed in the order of the parts.
    told, expected = (in_order(json.loads(programme(text))) for text in (found, whole.to_json()))
    assert told == expected


def in_order(value: Any) -> Any:
    """Without the order of what is needed."""
    if isinstance(value, dict):
        return {name: sorted(map(str, inner)) if name == "needs" else in_order(inner) for name, inner in value.items()}
    return [in_order(inner) for inner in value] if isinstance(value, list) else value
