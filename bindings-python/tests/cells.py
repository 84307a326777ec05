"""The cells of the first notebook, run where a process has judged before: `python cells.py fork|spawn|threads`.

A program of its own, because polars must not have started its threads before a fork. Not here: what the cells show in a notebook (`test_notebook`).
"""

import ast
import json
import multiprocessing
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import guiju

NOTEBOOK = Path(__file__).resolve().parents[2] / "docs/examples/python/alliances.ipynb"
SAMPLE = NOTEBOOK.parents[3] / "rules/packs/alliance_108/samples/field-revenue"


def shown(value: object) -> str:
    """What a cell shows, as text."""
    for way in ("_repr_html_", "to_dict"):
        if hasattr(value, way):
            return str(getattr(value, way)())
    return repr(value)


def run(_: int = 0) -> list[str]:
    """Every cell in turn, in names of their own."""
    names: dict[str, object] = {"__name__": "notebook"}
    results = []
    for cell in json.loads(NOTEBOOK.read_text(encoding="utf-8"))["cells"]:
        if cell["cell_type"] != "code":
            continue
        *before, last = ast.parse("".join(cell["source"])).body
        assert isinstance(last, ast.Expr), "every cell shows something"
        exec(compile(ast.Module(before, []), "cell", "exec"), names)
        results.append(shown(eval(compile(ast.Expression(last.value), "cell", "eval"), names)))
    return results


def main(method: str) -> None:
    guiju.load("alliance_108").evaluate_path(SAMPLE)
    if method == "threads":
        with ThreadPoolExecutor(4) as threads:
            found = list(threads.map(run, range(4)))
    else:
        # Not `with`, which waits for ever for workers that hang.
        workers = multiprocessing.get_context(method).Pool(2)
        found = workers.map_async(run, range(2)).get(timeout=120)
        workers.terminate()
    expected = run()
    print(len(expected), sum(results == expected for results in found))


if __name__ == "__main__":
    main(sys.argv[1])
