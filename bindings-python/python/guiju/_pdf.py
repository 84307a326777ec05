"""Pages as PDF by Typst, an extra (``pip install "guiju[pdf]"``): the source that ``guiju report --format typ`` writes, set in fonts that are known.

Only those fonts are used, so that the same source and fonts give the same pages everywhere. A character that they lack is an error, and never a gap.
Not here: what the pages show.
"""

from __future__ import annotations

import re
import shutil
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from guiju._errors import Error
from guiju._guiju import unset

if TYPE_CHECKING:
    from os import PathLike

    import typst

# Where no font is given, the first of these that the system has: they come with Linux, Windows and macOS.
_FAMILIES = ("Noto Sans CJK TC", "Noto Sans TC", "Microsoft JhengHei", "PingFang TC", "Heiti TC")

_NO_FONT = {
    "zh-TW": "系統裡沒有繁體中文字型：請以 `font=` 指定一個 .otf、.ttf 或 .ttc 檔，例如 Windows 的 C:\\Windows\\Fonts\\mingliu.ttc",
    "en": "the system has no font for traditional Chinese: name a file .otf, .ttf or .ttc with `font=`, such as C:\\Windows\\Fonts\\mingliu.ttc of Windows",
}

# What Typst says of a text that no font has.
_LACKING = re.compile(r'the text `"(.+?)"` could not be displayed')
_ESCAPE = re.compile(r"\\u\{([0-9a-f]+)\}")


def to_pdf(source: bytes, font: str | PathLike[str] | Sequence[str | PathLike[str]] | None, locale: str) -> bytes:
    try:
        import typst
    except ImportError as error:
        raise ImportError('PDF is set by Typst: pip install "guiju[pdf]"') from error
    if private := [c for c in source.decode() if "\ue000" <= c <= "\uf8ff" or c >= "\U000f0000"]:
        raise unset("characters", "".join(private), None, locale)
    if font is None:
        fonts = typst.Fonts(include_embedded_fonts=False)
        families = [family for family in _FAMILIES if family in fonts.families()][:1]
        if not families:
            raise Error(_NO_FONT[locale])
        return _set(source, fonts, families, False, locale)
    files = [font] if isinstance(font, str) or not isinstance(font, Sequence) else font
    # Typst looks for fonts in folders.
    with tempfile.TemporaryDirectory() as folder:
        families = []
        for number, file in enumerate(files):
            place = Path(folder, str(number))
            place.mkdir()
            try:
                shutil.copyfile(file, place / Path(file).name)
            except OSError as error:
                raise unset("font", str(file), error.strerror or str(error), locale) from error
            found = typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[place]).families()
            if not found:
                raise unset("font", str(file), None, locale)
            # A collection for all of East Asia is asked for what it has for here.
            families += sorted(found, key=lambda family: family not in _FAMILIES)
        fonts = typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[folder])
        return _set(source, fonts, families, True, locale)


def _set(source: bytes, fonts: typst.Fonts, families: Sequence[str], others: bool, locale: str) -> bytes:
    """``others`` says whether a character that the families lack may be of another font."""
    import typst

    names = "".join(f'"{family}", ' for family in families)
    chosen = f"#set text(font: ({names}), fallback: {str(others).lower()})\n"
    try:
        made = typst.compile(chosen.encode() + source, format="pdf", font_paths=fonts, pdf_standards=["ua-1", "a-2a"])
    except typst.TypstError as error:
        lacking = "".join(_LACKING.findall(error.diagnostic))
        lacking = _ESCAPE.sub(lambda code: chr(int(code[1], 16)), lacking)
        raise (unset("characters", lacking, None, locale) if lacking else unset("source", "", error.message, locale)) from error
    return made
