"""Sheets to hand in: the bytes of the command, what there is to choose from, and what cannot be made."""

import copy
import datetime as dt
import os
import pickle
import subprocess
from pathlib import Path
from typing import Any, Literal

import guiju
import pytest
from conftest import REPOSITORY, codes

FILED = REPOSITORY / "cli/tests/fixtures/filed"
DATA = REPOSITORY / "cli/tests/fixtures/filed.json"
SUMMARY = REPOSITORY / "rules/packs/alliance_108/samples/summary-sheet.json"
GLORIA = REPOSITORY / "rules/packs/gloria_108/samples/plan.json"


@pytest.fixture(scope="module")
def filed() -> guiju.Result:
    return guiju.load(FILED, locale="en").evaluate_path(DATA)


def command(*arguments: str | Path) -> bytes:
    """What the command of the same source writes."""
    run = [os.environ.get("CARGO", "cargo"), "run", "--quiet", "--locked", "--package", "guiju-cli", "--"]
    return subprocess.run([*run, *arguments], cwd=REPOSITORY, stdout=subprocess.PIPE, check=True).stdout


# Pack, data, sheet, window, root.
SHEETS = [
    (FILED, DATA, "summary", None, None),
    (FILED, DATA, "expected", None, "M2"),
    (FILED, DATA, "window", "spring", None),
    (FILED, DATA, "records", None, None),
    ("alliance_108", SUMMARY, "cumulative", "first", None),
    ("alliance_108", SUMMARY, "overview", None, None),
    ("gloria_108", GLORIA, "summary", None, None),
]


@pytest.mark.parametrize("locale", ["zh-TW", "en"])
@pytest.mark.parametrize(("pack", "data", "sheet", "window", "root"), SHEETS, ids=lambda value: str(value and Path(value).name))
def test_the_bytes_are_those_of_the_command(pack: str | Path, data: Path, sheet: str, window: str | None, root: str | None, locale: str) -> None:
    # The language of a sheet need not be that of the pack.
    result = guiju.load(pack, locale="en").evaluate_path(data)
    formats: list[Literal["ods", "xlsx", "html", "typ"]] = ["ods", "xlsx", "html", "typ"]
    for format in formats:
        said: list[str | Path] = ["report", pack, data, "--sheet", sheet, "--format", format, "--locale", locale]
        said += ["--window", window] if window else []
        said += ["--alliance", root] if root else []
        assert result.report(sheet, window=window, root=root, format=format, locale=locale) == command(*said), format


def test_one_table_is_csv(filed: guiju.Result) -> None:
    said = command("report", FILED, DATA, "--sheet", "summary", "--format", "csv", "--alliance", "M1", "--locale", "en")
    assert filed.report("summary", root="M1", format="csv") == said
    with pytest.raises(guiju.Error, match="a CSV file has one table, and these are 2"):
        filed.report("summary", format="csv")


def test_the_name_of_a_file_says_its_format(filed: guiju.Result, tmp_path: Path) -> None:
    for name, format in (("a.ods", "ods"), ("a.XLSX", "xlsx"), ("a.html", "html"), ("a", "ods")):
        made = filed.report("summary", tmp_path / name)
        assert (tmp_path / name).read_bytes() == made == filed.report("summary", format=format)  # type: ignore[arg-type]
    assert filed.report("summary", tmp_path / "b.ods", format="html").startswith(b"<!doctype html>")
    with pytest.raises(guiju.Error, match="no format \"other\""):
        filed.report("summary", tmp_path / "a.other")
    assert not (tmp_path / "a.other").exists()


def test_sheets_and_windows_are_listed(filed: guiju.Result, shops: guiju.Pack) -> None:
    sheets = filed.pack.sheets.to_dicts()
    assert [(row["sheet"], row["scope"], row["window"]) for row in sheets] == [
        ("expected", "market", "none"),
        ("old_shops", "market", "none"),
        ("overview", "programme", "none"),
        ("records", "market", "possible"),
        ("summary", "market", "none"),
        ("window", "market", "needed"),
    ]
    assert (sheets[4]["label"], sheets[4]["clauses"]) == ("Summary", "rules:1;rules:3")
    windows = {row["window"]: (row["first"], row["last"], row["label"]) for row in filed.pack.windows.to_dicts()}
    assert windows["spring"] == (dt.date(2019, 2, 1), dt.date(2019, 4, 30), "spring")
    assert windows["earlier"] == (None, dt.date(2019, 1, 31), "earlier")
    assert len(shops.sheets) == len(shops.windows) == 0
    for name in guiju.PACKS:
        pack = guiju.load(name)
        assert len(pack.sheets) and (name == "gloria_108" or len(pack.windows)), name


def test_every_sheet_that_is_listed_can_be_made() -> None:
    result = guiju.load("alliance_108").evaluate_path(SUMMARY)
    windows = [row["window"] for row in result.pack.windows.to_dicts()]
    for row in result.pack.sheets.to_dicts():
        if row["window"] != "needed":
            assert result.report(row["sheet"], format="html")
        for window in windows if row["window"] != "none" else ():
            assert result.report(row["sheet"], window=window, format="html")


WRONG: list[tuple[dict[str, Any], str, str, str]] = [
    ({"sheet": "sumary"}, "G911", "expected, old_shops, overview, records, summary, window", "可用的報表"),
    ({"sheet": "window"}, "G913", "name one with `window=`: autumn, earlier, spring, year", "請以 `window=` 指定期間"),
    ({"sheet": "window", "window": "summer"}, "G912", "autumn, earlier, spring, year", "可用的期間"),
    ({"sheet": "summary", "window": "spring"}, "G914", "leave out `window=`", "請拿掉 `window=`"),
    ({"sheet": "summary", "root": "M9"}, "G915", "M1, M2", "資料裡有的是"),
    ({"sheet": "overview", "root": "M1"}, "G917", "leave out `root=`", "請拿掉 `root=`"),
]


@pytest.mark.parametrize(("asked", "code", "english", "chinese"), WRONG, ids=[code for _, code, _, _ in WRONG])
def test_what_there_is_not_is_told_with_what_there_is(asked: dict[str, Any], code: str, english: str, chinese: str) -> None:
    for locale, words in (("en", english), ("zh-TW", chinese)):
        result = guiju.load(FILED, locale=locale).evaluate_path(DATA)
        with pytest.raises(guiju.Error) as error:
            result.report(**asked)
        (found,) = error.value.diagnostics
        assert found.code == code and found.help and words in found.help and words in str(error.value)
        assert found.to_dict()["help"] == found.help and "`--" not in str(error.value)


def test_what_is_no_format_or_language(filed: guiju.Result, shops: guiju.Pack, tmp_path: Path) -> None:
    with pytest.raises(guiju.Error, match=r'no format "docx"; there are ods, xlsx, html, csv, typ, pdf'):
        filed.report("summary", format="docx")  # type: ignore[arg-type]
    with pytest.raises(guiju.Error, match="fr"):
        filed.report("summary", locale="fr")
    with pytest.raises(TypeError, match="font= is for PDF"):
        filed.report("summary", font="a.ttf")
    with pytest.raises(guiju.Error, match="G910"):
        shops.evaluate({"markets": []}).report("summary")
    with pytest.raises(FileNotFoundError, match="a.ods"):
        filed.report("summary", tmp_path / "no" / "such" / "a.ods")


def test_a_text_that_is_too_long_for_its_cell(filed: guiju.Result) -> None:
    market = {"id": "M1", "name": "a", "area": "north", "budget": "1", "remarks": "x" * 32_768}
    with pytest.raises(guiju.DataError) as error:
        filed.pack.evaluate({"markets": [market]}).report("summary")
    assert [code for code, *_ in codes(error.value)] == ["G916"]


def test_copies_and_variations_have_the_sheets(filed: guiju.Result) -> None:
    expected = filed.report("summary")
    for same in (copy.copy(filed), pickle.loads(pickle.dumps(filed))):
        assert same.report("summary") == expected
        assert same.pack.sheets.to_dicts() == filed.pack.sheets.to_dicts()
    varied = filed.pack.with_parameters(spring_ends="108/05/31")
    assert {row["window"]: row["last"] for row in varied.windows.to_dicts()}["spring"] == dt.date(2019, 5, 31)
    assert varied.evaluate(filed).report("window", window="spring") != filed.report("window", window="spring")
    amended = filed.pack.amended('kpi twice "兩倍" / "twice" in 元 = rent * 2 @ 3')
    assert b"Summary" in amended.evaluate_path(DATA).report("summary", format="html")
    # Of an edition that has no figure any more that a sheet shows.
    with pytest.raises(guiju.PackError) as error:
        filed.pack.amended("drop kpi coverage @ 3").evaluate_path(DATA).report("expected")
    assert {found.code for found in error.value.diagnostics} == {"G902"}
    assert "drop.sheets" in str(error.value)
    # The others are there.
    amended = filed.pack.amended("drop kpi coverage @ 3")
    assert {row["sheet"] for row in amended.sheets.to_dicts()} == {"records", "old_shops"}
    assert amended.evaluate_path(DATA).report("records")


def test_sheets_that_are_described_wrongly_are_no_hindrance_to_judging(tmp_path: Path) -> None:
    folder = tmp_path / "filed"
    folder.mkdir()
    (folder / "filed.guiju").write_bytes((FILED / "filed.guiju").read_bytes())
    (folder / "sheets.toml").write_text('[sheets.a]\ntitle = "a"\ncolumns = [{ shows = "target" }]\n\n[[sheets.a.section]]\ntitle = "a"\nrows = [{ figure = "rnt" }]\n', encoding="utf-8")
    result = guiju.load(folder, locale="en").evaluate_path(DATA)
    assert len(result.kpis)
    for ask in (lambda: result.pack.sheets, lambda: result.pack.windows, lambda: result.report("a")):
        with pytest.raises(guiju.PackError) as error:
            ask()
        (found,) = error.value.diagnostics
        assert (found.code, found.line, Path(found.file or "").name) == ("G902", 7, "sheets.toml")


def test_empty_workbooks(filed: guiju.Result, tmp_path: Path) -> None:
    pack = filed.pack
    formats: list[Literal["ods", "xlsx"]] = ["ods", "xlsx"]
    for format in formats:
        for locale in ("zh-TW", "en"):
            path = tmp_path / f"{locale}.{format}"
            assert pack.template(path, locale=locale) == path.read_bytes() == command("template", FILED, "--format", format, "--locale", locale)
            assert pack.template(format=format, locale=locale) == path.read_bytes()
            assert pack.evaluate_path(path).roots == ()
    filled = tmp_path / "filled.ods"
    filled.write_bytes(b"by hand")
    with pytest.raises(FileExistsError, match="filled.ods"):
        pack.template(filled)
    assert filled.read_bytes() == b"by hand"
    with pytest.raises(guiju.Error, match=r'no format "pdf"; there are ods, xlsx'):
        pack.template(format="pdf")  # type: ignore[arg-type]


def test_a_file_is_replaced_whole_or_stays(filed: guiju.Result, tmp_path: Path) -> None:
    path, link = tmp_path / "a.ods", tmp_path / "link.ods"
    path.write_bytes(b"old")
    link.symlink_to(path)
    lock = tmp_path / ".~lock.a.ods#"
    lock.touch()
    with pytest.raises(guiju.Error, match="G931"):
        filed.report("summary", path)
    assert path.read_bytes() == b"old"
    lock.unlink()
    assert filed.report("summary", link) == path.read_bytes() and link.is_symlink()
    assert sorted(entry.name for entry in tmp_path.iterdir()) == ["a.ods", "link.ods"]
    with pytest.raises(guiju.Error, match=r'no format "docx"'):
        filed.report("summary", tmp_path / "a.docx")
    with pytest.raises(guiju.Error, match=r'no format "csv"; there are ods, xlsx'):
        filed.pack.template(tmp_path / "a.csv")
