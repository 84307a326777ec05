"""Looks at PDF files as a reader's tools see them: PDF HTML, the same sheet in both formats.

Holds each to: title, language, tags, the marks of PDF/UA-1 and PDF/A-2a, fonts within, headings of
columns as TH, and every cell of the page in HTML, in its row, when the tags are read in order. Not
here: rules of PDF/UA, which `outloud` checks after this.
"""

import re
import subprocess
import sys
from html.parser import HTMLParser

import pikepdf


class Rows(HTMLParser):
    """The rows of tables, each a list of (kind, text), and the language and title of the page."""

    def __init__(self, text):
        super().__init__()
        self.rows, self.language, self.title, self.inside = [], None, "", None
        self.feed(text)

    def handle_starttag(self, tag, attributes):
        attributes = dict(attributes)
        if tag == "html":
            self.language = {"zh-Hant-TW": "zh-TW"}.get(attributes["lang"], attributes["lang"])
        elif tag == "tr":
            self.rows.append([])
        elif tag in ("td", "th"):
            kind = "TH" if attributes.get("scope") == "col" else "TD"
            self.rows[-1].append((kind, ""))
        self.inside = tag if tag != "br" else self.inside

    def handle_endtag(self, tag):
        self.inside = None

    def handle_data(self, data):
        if self.inside in ("td", "th"):
            kind, text = self.rows[-1][-1]
            self.rows[-1][-1] = (kind, text + plain(data))
        elif self.inside == "title":
            self.title += data


def plain(text):
    """A text without its spaces: where a line breaks, one is lost or gained."""
    return re.sub(r"[\s\u200b]", "", text)


def tagged_rows(path):
    """The rows as the tags give them, and how many headings of the first level there are."""
    read = subprocess.run(["pdfinfo", "-struct-text", path], capture_output=True, check=True)
    rows, headings, cell = [], 0, None
    # The titles of headings stand there in UTF-16, unread.
    for line in read.stdout.decode(errors="replace").split("\n"):
        shown = line.strip()
        if match := re.match(r"(TH|TD|TR|H1|P|Div|Table|THead|TBody)\b", shown):
            kind = match.group(1)
            headings += kind == "H1"
            if kind == "TR":
                rows.append([])
            elif kind in ("TH", "TD"):
                rows[-1].append((kind, ""))
            if kind not in ("P", "Div"):
                cell = rows[-1] if kind in ("TH", "TD") else None
            elif "(block)" in shown or kind == "Div":
                cell = None
        elif cell is not None and len(shown) > 1 and shown[0] == shown[-1] == '"':
            kind, text = cell[-1]
            cell[-1] = (kind, text + plain(shown[1:-1]))
    return rows, headings


def fonts(pdf):
    """Every font of every page, with what it is made of."""
    for page in pdf.pages:
        for font in page.resources.get("/Font", {}).values():
            yield from font.get("/DescendantFonts", [font])


def check(path, page):
    problems = []

    def hold(holds, words):
        if not holds:
            problems.append(words)

    with pikepdf.open(path) as pdf:
        root = pdf.Root
        hold(root.get("/Lang") == page.language, f"language {root.get('/Lang')}")
        hold(root.get("/MarkInfo", {}).get("/Marked") is True, "not marked as tagged")
        hold(root.get("/ViewerPreferences", {}).get("/DisplayDocTitle") is True, "title not shown")
        hold(pdf.docinfo.get("/Title") == page.title, f"title {pdf.docinfo.get('/Title')}")
        with pdf.open_metadata() as facts:
            part = {name: facts.get(name) for name in ("pdfuaid:part", "pdfaid:part")}
            hold(part == {"pdfuaid:part": "1", "pdfaid:part": "2"}, f"standards {part}")
            hold(facts.get("pdfaid:conformance") == "A", "not PDF/A-2a")
        found = list(fonts(pdf))
        hold(found, "no fonts")
        for font in found:
            held = any(key in font.FontDescriptor for key in ("/FontFile2", "/FontFile3"))
            hold(held, f"{font.BaseFont} is not within")
    rows, headings = tagged_rows(path)
    hold(headings > 0, "no heading")
    hold(len(rows) == len(page.rows), f"{len(rows)} rows, and {len(page.rows)} in HTML")
    for number, (row, wanted) in enumerate(zip(rows, page.rows), 1):
        # A short row is filled up with empty cells.
        wanted = wanted + [("TD", "")] * (len(row) - len(wanted))
        hold(row == wanted, f"row {number}: {row}, and {wanted} in HTML")
    return problems


def main(arguments):
    failed = False
    for path, other in zip(arguments[::2], arguments[1::2]):
        with open(other, encoding="utf-8") as file:
            page = Rows(file.read())
        problems = check(path, page)
        cells = sum(bool(text) for row in page.rows for _, text in row)
        print(f"{path}: {len(page.rows)} rows, {cells} cells with text, {len(problems)} problems")
        for problem in problems[:5]:
            print(f"  {problem}")
        failed = failed or bool(problems) or not cells
    return failed


sys.exit(main(sys.argv[1:]))
