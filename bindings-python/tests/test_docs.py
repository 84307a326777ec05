"""The examples of the documents run in order, and print what stands below them."""

import contextlib
import io
import re
from typing import Any

import guiju
import pytest
from conftest import REPOSITORY

BLOCK = re.compile(r"```python\n(.*?)```\n(?:\n```text\n(.*?)```\n)?", re.DOTALL)


@pytest.mark.parametrize("name", ["python.md", "python.zh-TW.md"])
def test_examples(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(REPOSITORY)
    text = (REPOSITORY / "docs" / name).read_text(encoding="utf-8")
    names: dict[str, Any] = {}
    blocks = BLOCK.findall(text)
    assert len(blocks) > 5
    for code, expected in blocks:
        printed = io.StringIO()
        with contextlib.redirect_stdout(printed):
            exec(compile(code, name, "exec"), names)
        assert printed.getvalue() == expected, code


def test_the_example_of_the_package() -> None:
    import doctest

    assert doctest.testmod(guiju).failed == 0 and doctest.testmod(guiju).attempted > 2
