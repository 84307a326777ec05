"""Frames that are none, or not as they should be: one clear error that names the table and the column, what was found, and the way out.

Not here: streams that break the rules of Arrow (`test_hostile`), and single values (`test_frames`).
"""

import subprocess
import sys
import types
from collections.abc import Callable
from pathlib import Path
from typing import Any

import guiju
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
from pyarrow import dataset
from conftest import SHOPS, problems

MARKET = pl.DataFrame({"id": ["M1"], "area": ["north"], "grant": ["5"]})
SHOP = pl.DataFrame({"market": ["M1", "M1"], "name": ["甲", "乙"], "fee": ["1", "2"]})


def old(library: str, name: str, version: str, monkeypatch: pytest.MonkeyPatch) -> object:
    """A frame of a library so old that it hands over nothing."""
    module = types.ModuleType(library)
    module.__version__ = version  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, library, module)
    return type(name, (), {"__module__": f"{library}.core.frame", "columns": ["id"]})()


def elsewhere(module: str) -> object:
    """A frame of a library that hands over nothing."""
    return type("DataFrame", (), {"__module__": module})()


@pytest.mark.parametrize(
    ("library", "name", "version", "since"),
    [("pandas", "DataFrame", "1.5.3", "pandas 2.2"), ("polars", "DataFrame", "0.20.31", "polars 1.3"), ("pyarrow", "Table", "12.0.1", "pyarrow 14")],
)
def test_frames_of_old_libraries(shops: guiju.Pack, monkeypatch: pytest.MonkeyPatch, library: str, name: str, version: str, since: str) -> None:
    frame: Any = old(library, name, version, monkeypatch)
    with pytest.raises(guiju.DataError) as error:
        shops.evaluate({"market": frame, "shop": frame})
    (found,) = error.value.diagnostics
    assert (found.code, found.file) == ("G637", "market")
    assert f"a {name} of {library} {version}" in found.message and found.notes == ("the same of `shop`",)
    assert found.help and since in found.help


@pytest.mark.parametrize(
    ("give", "what", "way"),
    [
        (lambda: SHOP.lazy(), "a LazyFrame of polars", ".collect()"),
        (lambda: SHOP["name"], "a Series of polars", ".to_frame()"),
        (lambda: SHOP.to_pandas()["name"], "a Series of pandas", ".to_frame()"),
        (lambda: pa.chunked_array([["甲"]]), "a ChunkedArray of pyarrow", "the table that it is of"),
        (lambda: dataset.dataset(SHOP.to_arrow()), "an InMemoryDataset of pyarrow", ".to_table()"),
        (lambda: elsewhere("pyspark.sql.dataframe"), "a DataFrame of pyspark", ".toArrow()"),
        (lambda: elsewhere("dask.dataframe.core"), "a DataFrame of dask", ".compute()"),
        (lambda: elsewhere("frames.eager"), "a DataFrame of frames", "__arrow_c_stream__"),
        (lambda: None, "None", "leave the table out"),
        (lambda: SHOP.to_dicts(), "a list", "polars.DataFrame"),
        (lambda: {"name": ["甲"]}, "a dict", "polars.DataFrame"),
        (lambda: "shop.csv", "a str", "__arrow_c_stream__"),
        (lambda: 7, "an int", "__arrow_c_stream__"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_is_no_table(shops: guiju.Pack, give: Callable[[], Any], what: str, way: str) -> None:
    with pytest.raises(guiju.DataError) as error:
        shops.evaluate({"market": MARKET, "shop": give()})
    (found,) = error.value.diagnostics
    assert (found.code, found.file, found.column) == ("G637", "shop", None)
    assert found.message == f"this table cannot be read: it is {what}" and found.help and way in found.help


def test_lazy_frames_are_one_mistake(shops: guiju.Pack, tmp_path: Path) -> None:
    with pytest.raises(guiju.DataError) as error:
        shops.evaluate({"market": MARKET.lazy(), "shop": SHOP.lazy(), "loan": SHOP.lazy()})
    (found,) = error.value.diagnostics
    assert (found.file, found.notes) == ("market", ("the same of `shop`, `loan`",))
    (tmp_path / "shops.guiju").write_text(SHOPS, encoding="utf-8")
    with pytest.raises(guiju.DataError, match="它是 polars 的 LazyFrame"):
        guiju.load(tmp_path / "shops.guiju").evaluate({"market": MARKET.lazy(), "shop": SHOP})


@pytest.mark.parametrize(
    ("data", "way"),
    [
        (MARKET, "name of its table"),
        (MARKET.lazy(), "name of its table"),
        ("data.xlsx", "evaluate_path"),
        (Path("data"), "evaluate_path"),
        ('{"markets": []}', "evaluate_json"),
        (b"{}", "evaluate_json"),
        ([{"id": "M1"}], "shaped like the JSON document"),
        (elsewhere("pyspark.sql.dataframe"), "name of its table"),
        (None, "the data is None: give a dict"),
        (5, "the data is an int: give a dict"),
    ],
    ids=lambda value: type(value).__name__,
)
def test_data_that_is_no_mapping(shops: guiju.Pack, data: Any, way: str) -> None:
    with pytest.raises(TypeError, match=way):
        shops.evaluate(data)


def test_lists_by_table(shops: guiju.Pack) -> None:
    with pytest.raises(guiju.DataError) as error:
        shops.evaluate({"market": MARKET.to_dicts(), "shop": SHOP.to_dicts()})
    (found,) = error.value.diagnostics
    assert (found.code, found.file) == ("G637", "market") and "`markets`" in str(found) and "polars.DataFrame(rows)" in str(found)


def test_pandas_without_pyarrow() -> None:
    """In a process of its own, where pyarrow cannot be imported."""
    code = f"""
import pathlib, sys, tempfile
sys.modules["pyarrow"] = None
import guiju, pandas as pd
path = pathlib.Path(tempfile.mkdtemp()) / "shops.guiju"
path.write_text({SHOPS!r}, encoding="utf-8")
try:
    guiju.load(path, locale="en").evaluate({{"market": pd.DataFrame({{"id": ["M1"]}})}})
except guiju.DataError as error:
    (found,) = error.diagnostics
    print(found.code, found.file, found.message, found.help)
"""
    run = subprocess.run([sys.executable, "-W", "ignore", "-c", code], capture_output=True, text=True)
    assert run.stdout.startswith("G637 market ") and "pip install pyarrow" in run.stdout, run.stderr


@pytest.mark.parametrize(
    ("values", "kinds"),
    [([1, "2"], ("int", "str")), (["1", None, 2], ("str", "int")), ([1.5, float("nan"), "x"], ("float", "str"))],
    ids=str,
)
def test_columns_of_several_types(shops: guiju.Pack, values: list[object], kinds: tuple[str, str]) -> None:
    frame = pd.DataFrame({"id": [f"M{n}" for n in range(len(values))], "area": "north", "grant": pd.Series(values, dtype=object)})
    with pytest.raises(guiju.DataError) as error:
        shops.evaluate({"market": frame})
    (found,) = error.value.diagnostics
    assert (found.code, found.file, found.row, found.column) == ("G637", "market", len(values) - 1, "grant")
    assert found.message.endswith(f"the column holds `{kinds[0]}`, and `{kinds[1]}` in this row")
    assert found.help == 'give all values of a column one type, such as text: `frame["grant"].astype("string")`'


def test_columns_that_come_twice(shops: guiju.Pack) -> None:
    frame = MARKET.to_pandas()
    frames = [pd.concat([frame, frame[["grant"]]], axis=1), pa.table([["M1"], ["north"], ["5"], ["5"]], names=["id", "area", "grant", "grant"])]
    for twice in frames:
        with pytest.raises(guiju.DataError) as error:
            shops.evaluate({"market": twice})
        assert problems(error) == [("G619", "market", None, "grant")]
    # Also under another name of the same field.
    with pytest.raises(guiju.DataError) as error:
        shops.evaluate({"market": MARKET.with_columns(pl.col("grant").alias("補助款"))})
    (found,) = error.value.diagnostics
    assert (found.code, found.file, found.column) == ("G619", "market", "補助款") and "grant" in str(found)


@pytest.mark.parametrize(
    ("column", "values", "code"),
    [
        ("lease", [{"start": "2019-01-01", "end": "2019-12-31"}], "G636"),
        ("fee", [[1]], "G636"),
        ("fee", [{"amount": 1}], "G636"),
        ("kind", [["food"]], "G607"),
        ("opened", [[1, 2]], "G636"),
        ("proofs", [[["photo"]]], "G636"),
        ("open", [{"a": True}], "G636"),
    ],
)
@pytest.mark.parametrize("library", ["polars", "pyarrow", "pandas"])
def test_nested_columns(shops: guiju.Pack, library: str, column: str, values: list[object], code: str) -> None:
    shop = {"market": ["M1"], "name": ["甲"], "fee": ["1"], column: values}
    frame = {"polars": pl.DataFrame, "pyarrow": pa.table, "pandas": pd.DataFrame}[library](shop)
    with pytest.raises(guiju.DataError) as error:
        shops.evaluate({"market": MARKET, "shop": frame})
    (found,) = [found for found in error.value.diagnostics if found.column == column]
    assert (found.code, found.file, found.row) == (code, "shop", 0) and found.help
    assert found.notes[0].startswith("the column is nested: ")


def test_an_index_that_is_a_column_too_many(shops: guiju.Pack) -> None:
    frame = MARKET.to_pandas()
    frame.index = pd.Index([7], name="row")
    with pytest.raises(guiju.DataError) as error:
        shops.evaluate({"market": frame})
    (found,) = error.value.diagnostics
    assert (found.code, found.column, found.notes) == ("G603", "row", ("it is the index of the frame, which `reset_index(drop=True)` leaves out",))
    assert shops.evaluate({"market": frame.reset_index(drop=True)}).roots == ("M1",)


def test_an_index_without_a_name_that_has_the_keys(shops: guiju.Pack) -> None:
    frame = MARKET.to_pandas().set_index("id").rename_axis(None)
    with pytest.raises(guiju.DataError) as error:
        shops.evaluate({"market": frame})
    (found,) = error.value.diagnostics
    assert found.code == "G618" and 'frame.index.name = "id"' in found.notes[0]
    assert shops.evaluate({"market": frame.rename_axis("id")}).roots == ("M1",)
    # A column that is missing otherwise has nothing to do with an index.
    with pytest.raises(guiju.DataError) as error:
        shops.evaluate({"market": MARKET.to_pandas().drop(columns="grant"), "shop": SHOP})
    assert [found.notes for found in error.value.diagnostics] == [()]


def test_previous_and_floats_that_are_none(shops: guiju.Pack) -> None:
    with pytest.raises(TypeError, match="previous is the Result of an earlier year or the path of its file, not .*Pack"):
        shops.evaluate({"market": MARKET}, previous=shops)  # type: ignore[arg-type]
    with pytest.raises(guiju.Error, match="shortest"):
        shops.evaluate({"market": MARKET}, floats="short")


def test_results_of_another_data_model_are_not_compared(pack: guiju.Pack, shops: guiju.Pack) -> None:
    result = shops.evaluate({"market": MARKET})
    assert len(guiju.diff(shops, shops, result).changes) == 0
    with pytest.raises(guiju.Error, match="another pack"):
        guiju.diff(pack, pack, result)
