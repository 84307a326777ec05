"""The tutorial notebook runs from its first cell to its last, and every cell shows something."""

import nbformat
from conftest import REPOSITORY
from nbclient import NotebookClient

NOTEBOOK = REPOSITORY / "docs/examples/python/alliances.ipynb"


def test_the_tutorial_runs() -> None:
    notebook = nbformat.read(NOTEBOOK, as_version=4)
    cells = [cell for cell in notebook.cells if cell.cell_type == "code"]
    assert all(not cell.outputs for cell in cells), "notebooks are kept without what they show"
    NotebookClient(notebook, timeout=120, resources={"metadata": {"path": str(NOTEBOOK.parent)}}).execute()
    shown = [{kind for output in cell.outputs for kind in output.get("data", {})} for cell in cells]
    assert all(kinds & {"text/html", "application/vnd.vegalite.v6.json"} for kinds in shown), shown
