"""The characters of the font: one line of text, in the order of their code points.

Big5 as Windows has it (13,068 Han, both of its levels), which is what offices write names in,
two more that are frequent in names, and the signs of Western texts, units and drawings.
"""

import sys

SIGNS = [
    (0x0020, 0x007E),  # ASCII
    (0x00A0, 0x024F),  # Latin with accents
    (0x0370, 0x03FF),  # Greek
    (0x2000, 0x206F),  # punctuation
    (0x20A0, 0x20CF),  # currencies
    (0x2100, 0x2BFF),  # letterlike, numerals, arrows, mathematics, boxes, shapes
    (0x3000, 0x33FF),  # CJK punctuation, kana, bopomofo, units
    (0xFE30, 0xFE4F),  # vertical forms
    (0xFF00, 0xFFEF),  # full width
]
# In names and in no level of Big5.
NAMES = "堃喆"


def big5():
    """Every character that has two bytes; those of the private area are nobody's."""
    for lead in range(0xA1, 0xFA):
        for trail in [*range(0x40, 0x7F), *range(0xA1, 0xFF)]:
            yield from bytes([lead, trail]).decode("cp950", errors="ignore")


found = {chr(code) for first, last in SIGNS for code in range(first, last + 1)}
found.update(NAMES, (c for c in big5() if not "\ue000" <= c <= "\uf8ff"))
sys.stdout.reconfigure(encoding="utf-8")
sys.stdout.write("".join(sorted(found)))
