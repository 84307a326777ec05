"""Sheets as PDF, set by Typst: tagged, the same every time, in fonts that are known, and without a gap."""

import shutil
import subprocess
import sys
from pathlib import Path

import guiju
import pytest
from conftest import REPOSITORY
from guiju import _pdf

FONT = REPOSITORY / "pdf/fonts/NotoSansCJKtc-Big5.otf"
# It has 𠮷, and the name of the other one.
OTHER = REPOSITORY / "pdf/tests/fonts/one.otf"


def result(name: str, locale: str = "en") -> guiju.Result:
    market = {"id": "M1", "name": name, "area": "north", "budget": "1"}
    return guiju.load(REPOSITORY / "cli/tests/fixtures/filed", locale=locale).evaluate({"markets": [market]})


def test_a_pdf_is_tagged_and_the_same_every_time(tmp_path: Path) -> None:
    made = result("市集").report("summary", tmp_path / "a.pdf", font=FONT)
    assert made == (tmp_path / "a.pdf").read_bytes() and made.startswith(b"%PDF-1.7")
    for mark in (b"<pdfuaid:part>1<", b"<pdfaid:part>2<", b"<pdfaid:conformance>A<", b"1980-01-01T"):
        assert mark in made
    assert made == result("市集").report("summary", format="pdf", font=[FONT])
    assert made != result("市場").report("summary", format="pdf", font=FONT)


def refused(name: str, *font: str | Path, locale: str = "en") -> tuple[str, str]:
    with pytest.raises(guiju.Error) as error:
        result(name, locale).report("summary", format="pdf", font=font)
    (found,) = error.value.diagnostics
    assert found.help and "`--" not in found.help
    return found.code, found.message


def test_characters_that_no_font_has_are_named() -> None:
    name = '𠮷野 ٣ 𠮷 "`" ก้'
    assert refused(name, FONT) == ("G943", "the fonts lack these characters: ٣ U+0663, ก U+0E01, \u0e49 U+0E49, 𠮷 U+20BB7")
    assert refused("𠮷٣", FONT, locale="zh-TW") == ("G943", "字型沒有這些字元：٣ U+0663、𠮷 U+20BB7")
    # Another font has one of them.
    assert refused("𠮷٣", FONT, OTHER) == ("G943", "the fonts lack these characters: ٣ U+0663")
    made = [result(name).report("summary", format="pdf", font=[FONT, OTHER]) for name in ("𠮷野", "野")]
    assert made[0] != made[1]
    assert refused("王\ue001明", FONT) == ("G944", "characters of the private area cannot stand in PDF/A: U+E001")


def test_a_font_that_cannot_be_used_is_told(tmp_path: Path) -> None:
    code, said = refused("a", REPOSITORY / "Cargo.toml")
    assert code == "G942" and said.endswith("cannot be used: it is no font")
    assert refused("a", "none.otf") == ("G942", "font none.otf cannot be used: No such file or directory")
    assert refused("a", tmp_path)[0] == "G942"
    assert refused("a", "none.otf", locale="zh-TW")[1].startswith("字型 none.otf 不能使用：")


def test_without_a_font_that_of_the_system_is_taken(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    fonts = tmp_path / ".fonts"
    fonts.mkdir()
    shutil.copy(FONT, fonts)
    code = f"""
import guiju
pack = guiju.load({str(REPOSITORY / "cli/tests/fixtures/filed")!r})
made = pack.evaluate({{"markets": [{{"id": "M1", "name": "市集", "area": "north", "budget": "1"}}]}}).report("summary", format="pdf")
print(made.startswith(b"%PDF"))
"""
    run = subprocess.run([sys.executable, "-c", code], env={"HOME": str(tmp_path)}, capture_output=True, text=True)
    assert run.stdout == "True\n", run.stderr
    monkeypatch.setattr(_pdf, "_FAMILIES", ())
    for locale, words in (("en", "no font for traditional Chinese: name a file"), ("zh-TW", "系統裡沒有繁體中文字型：請以 `font=`")):
        with pytest.raises(guiju.Error, match=words):
            result("a", locale).report("summary", format="pdf")


def test_what_is_no_source_of_pages_is_told() -> None:
    with pytest.raises(guiju.Error, match="G941.*unclosed") as error:
        _pdf.to_pdf(b"#text(", FONT, "en")
    assert error.value.diagnostics
