"""The notebooks run from their first cells to their last, and every cell shows something."""

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
