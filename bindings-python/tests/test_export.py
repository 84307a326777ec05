"""Results as files: pages, CSV, workbooks that other programs read, and charts that are drawn without a network."""

import csv
import io
import subprocess
import sys
from decimal import Decimal
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import guiju
import polars as pl
import pytest
from conftest import REPOSITORY
from test_analysis import MARKETS, markets, shop

SAMPLE = REPOSITORY / "rules/packs/alliance_108/samples/field-revenue"


@pytest.fixture(scope="module")
def result(pack: guiju.Pack) -> guiju.Result:
    return pack.evaluate_path(SAMPLE)


class Page(HTMLParser):
    """What a page loads, and the words in its cells."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.loaded: list[str] = []
        self.cells = 0
        self.rows = 0
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.loaded += [value or "" for name, value in attrs if name in ("src", "href")]
        self.rows += tag == "tr"
        self.cells += tag == "td"


def test_a_page_of_a_result(result: guiju.Result, shops: guiju.Pack, tmp_path: Path) -> None:
    text = result.to_html(tmp_path / "page.html")
    page = Page(text)
    assert (tmp_path / "page.html").read_text(encoding="utf-8") == text and text.startswith("<!doctype html>")
    assert not page.loaded and "<script" not in text
    # Every row of every table, not the first ones.
    assert page.rows > len(result.roots) + len(result.kpis) + len(result.obligations) + len(result.problems)
    hostile = markets(shops, {"id": "<script>alert(1)</script>", "shop": [shop("a", 1)]}).to_html()
    assert "<script" not in hostile and "&lt;script&gt;" in hostile


def test_csv(shops: guiju.Pack, tmp_path: Path) -> None:
    table = markets(shops, {"id": 'a,"b"\n', "shop": [shop("é", "0.10", None, open=True)]}).data("shop")
    text = table.to_csv(tmp_path / "shop.csv")
    (row,) = csv.DictReader(io.StringIO(text))
    assert {key: value for key, value in row.items() if value} == {"market": 'a,"b"\n', "name": "é", "fee": "0.1", "open": "true"}
    assert (tmp_path / "shop.csv").read_bytes().decode("utf-8-sig") == text
    assert len(table.to_csv().splitlines()) == 3


def test_failing_rows_as_a_file_are_data_again(result: guiju.Result, pack: guiju.Pack, tmp_path: Path) -> None:
    result.failing("alliance").to_csv(tmp_path / "failing.csv")
    with (tmp_path / "failing.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [row["id"] for row in rows] == [row["key"] for row in result.problems.to_dicts() if row["table"] == "alliance"]
    assert all(row["problem:message"] for row in rows)
    # Without what is said of them, the rows are read like any others.
    unique = {row["id"]: {key: value for key, value in row.items() if not key.startswith("problem:")} for row in rows}
    again = pack.evaluate({"alliance": pl.DataFrame(list(unique.values()))})
    assert again.roots == tuple(unique)


AMOUNTS: list[dict[str, Any]] = [
    {"id": "M1", "grant": 3, "shop": [shop("=1+1", "1234567890123456.5"), shop("a", 100)]},
    *MARKETS[1:],
]


def expected(result: guiju.Result) -> dict[str, list[list[Any]]]:
    sheets = {name: getattr(result, name) for name in ("kpis", "programme", "obligations", "problems")}
    sheets |= {f"{entity} records": result.records(entity) for entity in result.pack.entities}
    return {name: [list(table.columns), *(list(row.values()) for row in table.to_dicts())] for name, table in sheets.items() if len(table)}


def same(cell: Any, found: Any) -> bool:
    """Whether a cell holds a value: numbers of more than 15 digits are text."""
    if cell is None:
        return found in (None, "")
    if isinstance(cell, Decimal):
        return Decimal(str(found)) == cell and isinstance(found, str) == (len(cell.normalize().as_tuple().digits) > 15)
    return bool(cell == found)


def test_workbooks(shops: guiju.Pack, tmp_path: Path) -> None:
    result = markets(shops, *AMOUNTS)
    data = result.to_excel(tmp_path / "result.xlsx")
    assert (tmp_path / "result.xlsx").read_bytes() == data and data[:2] == b"PK"
    assert result.to_ods(tmp_path / "result.ods")[:2] == b"PK"
    for name, sheets in (("xlsx", excel(tmp_path / "result.xlsx")), ("ods", ods(tmp_path / "result.ods"))):
        wanted = expected(result)
        assert list(sheets) == list(wanted), name
        for sheet, rows in wanted.items():
            assert len(sheets[sheet]) == len(rows)
            for found, row in zip(sheets[sheet], rows, strict=True):
                found += [None] * (len(row) - len(found))
                assert all(same(cell, other) for cell, other in zip(row, found, strict=True)), (name, sheet, row, found)


def excel(path: Path) -> dict[str, list[list[Any]]]:
    """The cells of a workbook, read from its XML."""
    import xml.etree.ElementTree as tree
    import zipfile

    space = {"m": "http://schemas.openxmlformats.org/spreadsheetml/2006/main"}
    with zipfile.ZipFile(path) as book:
        texts = ["".join(node.itertext()) for node in tree.fromstring(book.read("xl/sharedStrings.xml")).findall("m:si", space)]
        names = [sheet.attrib["name"] for sheet in tree.fromstring(book.read("xl/workbook.xml")).iterfind("m:sheets/m:sheet", space)]
        found: dict[str, list[list[Any]]] = {}
        for at, name in enumerate(names, 1):
            rows = []
            for row in tree.fromstring(book.read(f"xl/worksheets/sheet{at}.xml")).iterfind("m:sheetData/m:row", space):
                cells: list[Any] = []
                for cell in row.iterfind("m:c", space):
                    column = 0
                    for letter in cell.attrib["r"].rstrip("0123456789"):
                        column = column * 26 + ord(letter) - 64
                    cells += [None] * (column - 1 - len(cells))
                    value = cell.findtext("m:v", namespaces=space) or ""
                    kind = cell.attrib.get("t")
                    cells.append(texts[int(value)] if kind == "s" else value == "1" if kind == "b" else float(value))
                    assert cell.find("m:f", space) is None, "what begins like a formula is none"
                rows.append(cells)
            found[name] = rows
    return found


def ods(path: Path) -> dict[str, list[list[Any]]]:
    """The cells of an OpenDocument spreadsheet."""
    import xml.etree.ElementTree as tree
    import zipfile

    office, table = "{urn:oasis:names:tc:opendocument:xmlns:office:1.0}", "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
    with zipfile.ZipFile(path) as book:
        root = tree.fromstring(book.read("content.xml"))

    def value(cell: Any) -> Any:
        kind = cell.get(f"{office}value-type")
        if kind == "float":
            return float(cell.get(f"{office}value"))
        if kind == "boolean":
            return cell.get(f"{office}boolean-value") == "true"
        return "".join(cell.itertext()) if kind else None

    return {
        sheet.get(f"{table}name") or "": [[value(cell) for cell in row.iter(f"{table}table-cell")] for row in sheet.iter(f"{table}table-row")]
        for sheet in root.iter(f"{table}table")
    }


def test_charts(result: guiju.Result, pack: guiju.Pack, shops: guiju.Pack, tmp_path: Path) -> None:
    lower = pack.with_parameters(collaboration_share="15%").evaluate(result)
    small = markets(shops)
    tables = {
        "by": result.by("field", "self_sufficiency"),
        "distribution": result.distribution("operating_revenue", by="field"),
        "winners": lower.winners(result, "operating_revenue"),
        "nearest": result.nearest(),
        "refused": result.refused(),
        "quality": result.quality,
        "by where some is open": small.by("area", "fees"),
        "distribution where some is open": small.distribution("fees"),
        "winners where some are open": small.winners(small, "fees"),
        "nearest where some is open": small.nearest(),
    }
    for name, table in tables.items():
        drawn = table.chart().to_dict()
        assert drawn["layer"], name
    page = tmp_path / "chart.html"
    tables["by"].chart().save(str(page), inline=True)
    text = page.read_text(encoding="utf-8")
    # The scripts stand in the page.
    assert len(text) > 300_000 and not [address for address in Page(text).loaded if address]
    heights = {row["name"]: row["value"] for row in tables["by"].chart().to_dict()["data"]["values"]}
    averages = {f"{row['group_label']} ({row['count']})": float(row["average"]) for row in tables["by"].to_dicts()}
    assert heights == averages


def test_what_has_no_chart_says_so(result: guiju.Result, shops: guiju.Pack) -> None:
    small = markets(shops, {"id": "M1", "shop": [shop("a", 1)]})
    cases = [
        (result.kpis, "winners, nearest, refused"),
        (result.by("field"), "one KPI"),
        (small.refused(), "no money is refused"),
        (small.nearest(), "no root has a target"),
        (small.winners(small, "fees"), "the same for every root"),
    ]
    for table, said in cases:
        with pytest.raises(guiju.Error, match=said):
            table.chart()


MISSING = """
import sys
sys.modules.update(dict.fromkeys({modules!r}))
import guiju
result = guiju.load("alliance_108").evaluate({{"alliances": [{{"id": "A1"}}]}})
try:
    result.{call}
except ImportError as error:
    print(error)
"""


@pytest.mark.parametrize(
    ("module", "call", "extra"),
    [
        ("xlsxwriter", "to_excel()", "office"),
        ("odf", "to_ods()", "office"),
        ("altair", "quality.chart()", "plot"),
        ("typst", "report('summary', format='pdf')", "pdf"),
    ],
)
def test_what_is_missing_is_named(module: str, call: str, extra: str) -> None:
    code = MISSING.format(modules=[module], call=call)
    done = subprocess.run([sys.executable, "-c", code], stdout=subprocess.PIPE, check=True, encoding="utf-8")
    assert f'pip install "guiju[{extra}]"' in done.stdout
