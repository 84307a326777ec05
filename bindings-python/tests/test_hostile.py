"""Objects that are not what they seem: an exception of this package, or Python's own; never a crash."""

import ctypes
import datetime as dt
import json
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import guiju
import pandas as pd
import pyarrow as pa
import pytest
from conftest import SHOPS, problems

MARKET = pa.table({"id": ["M1"], "area": ["north"], "grant": [5]})


class Stream:
    """Gives whatever it is told to as its stream."""

    def __init__(self, give: Callable[[], object]) -> None:
        self.give = give

    def __arrow_c_stream__(self, requested_schema: object = None) -> object:
        return self.give()


def fail() -> object:
    raise RuntimeError("no stream today")


@pytest.mark.parametrize("give", [lambda: None, lambda: 7, lambda: MARKET.schema.__arrow_c_schema__()])
def test_what_is_no_stream(shops: guiju.Pack, give: Callable[[], object]) -> None:
    with pytest.raises(TypeError, match="__arrow_c_stream__"):
        shops.evaluate({"market": Stream(give)})


def test_an_exception_of_the_producer_comes_out_as_itself(shops: guiju.Pack) -> None:
    with pytest.raises(RuntimeError, match="today"):
        shops.evaluate({"market": Stream(fail)})


def test_a_stream_that_was_read_before(shops: guiju.Pack) -> None:
    capsule = MARKET.__arrow_c_stream__()
    shops.evaluate({"market": Stream(lambda: capsule)})
    with pytest.raises(guiju.DataError, match="G637"):
        shops.evaluate({"market": Stream(lambda: capsule)})


def test_a_producer_that_fails_in_the_middle(shops: guiju.Pack) -> None:
    def batches() -> Any:
        yield MARKET.to_batches()[0]
        raise RuntimeError("the disk is gone")

    reader = pa.RecordBatchReader.from_batches(MARKET.schema, batches())
    with pytest.raises(guiju.DataError, match="the disk is gone"):
        shops.evaluate({"market": reader})


def test_batches_that_are_not_what_the_schema_says(shops: guiju.Pack) -> None:
    class Array(ctypes.Structure):
        _fields_ = [(name, ctypes.c_int64) for name in ("length", "null_count", "offset", "n_buffers", "n_children")]

    class Reader(ctypes.Structure):
        """A stream in C, whose functions are replaced."""

        _fields_ = [("get_schema", ctypes.c_void_p), ("get_next", ctypes.c_void_p)]

    pointer = ctypes.pythonapi.PyCapsule_GetPointer
    pointer.restype, pointer.argtypes = ctypes.c_void_p, [ctypes.py_object, ctypes.c_char_p]
    Function = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_void_p, ctypes.c_void_p)

    def opened(table: pa.Table) -> tuple[object, Reader]:
        capsule = table.__arrow_c_stream__()
        return capsule, Reader.from_address(pointer(capsule, b"arrow_array_stream"))

    def refused(capsule: object) -> None:
        with pytest.raises(guiju.DataError, match="G637"):
            shops.evaluate({"market": Stream(lambda: capsule)})

    # Fewer columns than the schema has, more rows than the columns have, rows beyond their end.
    for change in [("n_children", 2), ("length", 3), ("offset", 1), ("offset", 2**62)]:
        capsule, stream = opened(MARKET)
        honest = Function(stream.get_next)

        def lying(at: int, out: int) -> int:
            status: int = honest(at, out)
            setattr(Array.from_address(out), *change)
            return status

        kept = Function(lying)
        stream.get_next = ctypes.cast(kept, ctypes.c_void_p).value
        refused(capsule)
    # The schema of another table.
    others = [
        MARKET.set_column(0, "id", pa.array([1])),
        MARKET.set_column(0, "id", pa.array(["M1"]).dictionary_encode()),
        MARKET.set_column(0, "id", pa.array([["M1"]])),
        MARKET.set_column(2, "grant", pa.array(["5"])),
        MARKET.set_column(2, "grant", pa.array(["5"], pa.string_view())),
        MARKET.select(["id"]),
    ]
    for other in others:
        capsule, stream = opened(MARKET)
        keep, foreign = opened(other)
        at = ctypes.addressof(foreign)
        others_schema = Function(foreign.get_schema)
        kept = Function(lambda _, out: others_schema(at, out))
        stream.get_schema = ctypes.cast(kept, ctypes.c_void_p).value
        refused(capsule)


def test_texts_that_are_none(shops: guiju.Pack) -> None:
    broken = pa.Array.from_buffers(pa.string(), 1, [None, pa.py_buffer(b"\0\0\0\0\2\0\0\0"), pa.py_buffer(b"\xff\xfe")])
    with pytest.raises(guiju.DataError, match="G637"):
        shops.evaluate({"market": MARKET.set_column(0, "id", pa.chunked_array([broken]))})
    keys = pa.DictionaryArray.from_arrays(pa.array([9]), pa.array(["north"]), safe=False)
    with pytest.raises(guiju.DataError, match="G637"):
        shops.evaluate({"market": MARKET.set_column(1, "area", pa.chunked_array([keys]))})


@pytest.mark.parametrize(
    ("values", "row"),
    [
        ([1, 2, 10**40], 2),
        ([1, "2"], 1),
        ([None, object(), 1], 1),
        ([dt.datetime(2019, 1, 1, tzinfo=dt.timezone.utc), "108/10/31"], 1),
    ],
    ids=lambda value: str(value)[:20],
)
@pytest.mark.parametrize("locale", ["en", "zh-TW"])
def test_frames_that_refuse_to_become_columns(tmp_path: Path, values: list[object], row: int, locale: str) -> None:
    (tmp_path / "shops.guiju").write_text(SHOPS, encoding="utf-8")
    pack = guiju.load(tmp_path / "shops.guiju", locale=locale)
    frame = pd.DataFrame({"id": [f"M{n}" for n in range(len(values))], "area": "north", "grant": pd.Series(values, dtype=object)})
    with pytest.raises(guiju.DataError) as error:
        pack.evaluate({"market": frame})
    assert problems(error) == [("G637", "market", row, "grant")]
    assert ("cannot be read" if locale == "en" else "無法讀取") in str(error.value)


def test_frames_and_other_things_are_not_mixed(shops: guiju.Pack) -> None:
    with pytest.raises(guiju.DataError) as error:
        shops.evaluate({"market": MARKET, "shop": [{"name": "甲"}]})
    assert problems(error) == [("G637", "shop", None, None)]
    for wrong in (MARKET, [MARKET], "{}", None, 5):
        with pytest.raises(TypeError):
            shops.evaluate(wrong)  # type: ignore[arg-type]
    with pytest.raises(TypeError):
        shops.evaluate({7: MARKET})  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("value", "code"),
    [
        (0.5, "G632"),
        (float("nan"), "G633"),
        (Decimal("NaN"), "G633"),
        (Decimal("Infinity"), "G633"),
        (Decimal("1e90"), "G611"),
        (10**40, "G611"),
        (10**5000, "G611"),
        (-1, "G610"),
        (True, "G607"),
        ("一百", "G607"),
        (object(), "G607"),
        ({1, 2}, "G607"),
        (b"5", "G607"),
        ({"amount": "5", "unit": "斤"}, "G626"),
        ([1], "G602"),
    ],
    ids=lambda value: type(value).__name__,
)
def test_values_of_objects(shops: guiju.Pack, value: object, code: str) -> None:
    with pytest.raises(guiju.DataError) as error:
        shops.evaluate({"markets": [{"id": "M0"}, {"id": "M1", "grant": value}]})
    assert [(found.code, found.pointer) for found in error.value.diagnostics] == [(code, "/markets/1/grant")]


@pytest.mark.parametrize(
    ("value", "code"),
    [
        (dt.datetime(2019, 1, 1, 8), "G634"),
        (dt.datetime(2019, 1, 1, tzinfo=dt.timezone.utc), "G635"),
        (dt.datetime(2019, 1, 1, tzinfo=dt.timezone(dt.timedelta(hours=8))), "G635"),
        ("2019-02-30", "G609"),
    ],
)
def test_days_of_objects(shops: guiju.Pack, value: object, code: str) -> None:
    with pytest.raises(guiju.DataError) as error:
        shops.evaluate({"markets": [{"id": "M1", "shop": [{"name": "甲", "opened": value}]}]})
    assert [(found.code, found.pointer) for found in error.value.diagnostics] == [(code, "/markets/0/shop/0/opened")]


def test_a_circle_of_objects_ends(shops: guiju.Pack) -> None:
    circle: list[Any] = []
    circle.append(circle)
    with pytest.raises(RecursionError):
        shops.evaluate({"markets": circle})


def test_texts_that_are_no_documents(shops: guiju.Pack) -> None:
    for text in ("", "nonsense", "[]", b"\xff", "{" * 100_000, json.dumps({"markets": [{"id": "\u202e"}]})):
        with pytest.raises(guiju.DataError):
            shops.evaluate_json(text)
    with pytest.raises(ValueError):
        shops.evaluate_json("\ud800")
    with pytest.raises(guiju.DataError, match="nowhere"):
        shops.evaluate_path("nowhere")
