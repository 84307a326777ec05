"""The notebooks run from their first cells to their last, and every cell shows something; in other processes and threads too (`cells`)."""

import os
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest
from conftest import REPOSITORY
from nbclient import NotebookClient

NOTEBOOKS = ["docs/examples/python/alliances.ipynb", "bindings-python/examples/three_years.ipynb"]


@pytest.mark.parametrize("name", NOTEBOOKS)
def test_a_notebook_runs(name: str) -> None:
    path = REPOSITORY / name
    notebook = nbformat.read(path, as_version=4)
    cells = [cell for cell in notebook.cells if cell.cell_type == "code"]
    assert all(not cell.outputs for cell in cells), "notebooks are kept without what they show"
    NotebookClient(notebook, timeout=120, resources={"metadata": {"path": str(path.parent)}}).execute()
    shown = [{kind for output in cell.outputs for kind in output.get("data", {})} for cell in cells]
    assert all(kinds & {"text/html", "application/vnd.vegalite.v6.json", "image/svg+xml"} for kinds in shown), shown


@pytest.mark.parametrize("method", ["fork", "spawn", "threads"])
def test_its_cells_show_the_same_in_other_processes_and_threads(method: str) -> None:
    """After an evaluation in the process that makes them."""
    if method == "fork" and not hasattr(os, "fork"):
        pytest.skip("processes do not fork here")
    command = [sys.executable, "-W", "ignore", str(Path(__file__).with_name("cells.py")), method]
    run = subprocess.run(command, cwd=(REPOSITORY / NOTEBOOKS[0]).parent, capture_output=True, text=True)
    assert run.stdout.split() == ["9", "4" if method == "threads" else "2"], run.stderr
