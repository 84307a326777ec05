"""Tables as files: CSV, and workbooks by XlsxWriter and odfpy, which are extras (``pip install "guiju[office]"``).

Numbers stay exact: a workbook holds 15 digits of a number, so that one with more is written as text. Not here: what is in a table.
"""

from __future__ import annotations

import csv
import io
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

from guiju._errors import Error

if TYPE_CHECKING:
    from collections.abc import Iterator
    from os import PathLike

    from guiju import Result, Table

_DIGITS = 15
# The rows that a sheet has in every office program.
_ROWS = 1_048_576


def _plain(number: Decimal) -> str:
    """Without an exponent and without zeros at the end."""
    text = f"{number:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def _written(data: bytes, path: str | PathLike[str] | None) -> bytes:
    if path is not None:
        Path(path).write_bytes(data)
    return data


def to_csv(table: Table, path: str | PathLike[str] | None = None) -> str:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(table.columns)
    for row in table.to_dicts():
        writer.writerow(_plain(cell) if isinstance(cell, Decimal) else str(cell).lower() if isinstance(cell, bool) else cell for cell in row.values())
    found = text.getvalue()
    if path is not None:
        # With a mark that tells spreadsheets the encoding.
        Path(path).write_text(found, encoding="utf-8-sig", newline="")
    return found


def _sheets(result: Result) -> Iterator[tuple[str, Table]]:
    for name in ("kpis", "programme", "obligations", "problems"):
        table = getattr(result, name)
        if len(table):
            yield name, table
    for entity in result.pack.entities:
        table = result.records(entity)
        if len(table):
            # As many characters as the name of a sheet may have.
            yield f"{entity[:23]} records", table


def _fits(name: str, table: Table) -> None:
    if len(table) >= _ROWS:
        raise Error(f"`{name}` has {len(table)} rows, and a sheet holds {_ROWS - 1} below its heading: write it by `to_csv` or a frame")


def _number(cell: Decimal) -> float | None:
    """The number, where a workbook can hold all of its digits."""
    digits = _plain(abs(cell)).replace(".", "").strip("0")
    return float(cell) if len(digits) <= _DIGITS else None


def to_excel(result: Result, path: str | PathLike[str] | None = None) -> bytes:
    try:
        import xlsxwriter
    except ImportError as error:
        raise ImportError('workbooks are written by XlsxWriter: pip install "guiju[office]"') from error
    held = io.BytesIO()
    # What begins like a formula or an address stays the text that it is.
    book = xlsxwriter.Workbook(held, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    head, day = book.add_format({"bold": True}), book.add_format({"num_format": "yyyy-mm-dd"})
    for name, table in _sheets(result):
        _fits(name, table)
        sheet = book.add_worksheet(name)
        sheet.freeze_panes(1, 0)
        sheet.write_row(0, 0, table.columns, head)
        for at, row in enumerate(table.to_dicts(), 1):
            for column, cell in enumerate(row.values()):
                if isinstance(cell, bool):
                    sheet.write_boolean(at, column, cell)
                elif isinstance(cell, Decimal):
                    number = _number(cell)
                    sheet.write_string(at, column, _plain(cell)) if number is None else sheet.write_number(at, column, number)
                elif isinstance(cell, int):
                    sheet.write_number(at, column, cell)
                elif isinstance(cell, date):
                    sheet.write_datetime(at, column, cell, day)
                elif cell is not None:
                    sheet.write_string(at, column, str(cell))
        sheet.autofilter(0, 0, len(table), len(table.columns) - 1)
    book.close()
    return _written(held.getvalue(), path)


def to_ods(result: Result, path: str | PathLike[str] | None = None) -> bytes:
    try:
        from odf import opendocument, table as parts, text
    except ImportError as error:
        raise ImportError('OpenDocument spreadsheets are written by odfpy: pip install "guiju[office]"') from error

    def cell_of(value: Any) -> Any:
        if value is None:
            return parts.TableCell()
        if isinstance(value, bool):
            shown, cell = str(value).lower(), parts.TableCell(valuetype="boolean", booleanvalue=str(value).lower())
        elif isinstance(value, date):
            shown, cell = value.isoformat(), parts.TableCell(valuetype="date", datevalue=value.isoformat())
        elif isinstance(value, int) or (isinstance(value, Decimal) and _number(value) is not None):
            shown = _plain(Decimal(value))
            cell = parts.TableCell(valuetype="float", value=shown)
        else:
            shown, cell = _plain(value) if isinstance(value, Decimal) else str(value), parts.TableCell(valuetype="string")
        cell.addElement(text.P(text=shown))
        return cell

    book = opendocument.OpenDocumentSpreadsheet()
    for name, table in _sheets(result):
        _fits(name, table)
        sheet = parts.Table(name=name)
        for cells in (table.columns, *(row.values() for row in table.to_dicts())):
            row = parts.TableRow()
            for value in cells:
                row.addElement(cell_of(value))
            sheet.addElement(row)
        book.spreadsheet.addElement(sheet)
    held = io.BytesIO()
    book.write(held)
    return _written(held.getvalue(), path)
