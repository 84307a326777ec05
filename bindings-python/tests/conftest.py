"""What tests share: the repository, the packs, and a small data set that is sound."""

from pathlib import Path
from typing import Any

import guiju
import pytest

REPOSITORY = Path(__file__).resolve().parents[2]


def pytest_report_header() -> str:
    return f"guiju {guiju.__version__} from {Path(guiju.__file__).parent}"


@pytest.fixture(scope="session")
def pack() -> guiju.Pack:
    return guiju.load("alliance_108", locale="en")


SHOPS = """
pack shops "商店" / "shops"
source guide "指引" / "guide" { 1 "費用" / "fees"  2 "開幕" / "opening" }
entity market "市場" / "market" { key id "編號" / "id": text  area "地區" / "area": north | south  grant "補助款" / "grant": money }
entity shop "商店" / "shop" in market {
  key name "店名" / "name": text
  fee "費用" / "fee": money
  share "占比" / "share": percent?
  seats "座位" / "seats": int?
  level "等級" / "level": 1..3?
  opened "開幕日" / "opened": date?
  open "營業中" / "open": bool?
  lease "租約" / "lease": period?
  kind "類型" / "kind": food "餐飲" / "food" | books "書店" / "books"?
  proofs "佐證" / "proofs": list of photo | poster?
}
entity loan "借用" / "loan" in market { key id "編號" / "id": text  shop "商店" / "shop": shop }
tally fees "費用" / "fees" from shop {
  require opened >= 108/01/01 else "太早" / "too early" @ 2
  sum fee
} @ 1
kpi share_of_grant "占補助款" / "share of the grant" as % = fees / grant @ 1
kpi all_fees "總費用" / "all fees" for programme by area = sum(fees) @ 1
obligation enough "足夠" / "enough" expect fees >= 100 元 @ 1
"""


@pytest.fixture(scope="session")
def shops(tmp_path_factory: pytest.TempPathFactory) -> guiju.Pack:
    folder = tmp_path_factory.mktemp("packs") / "shops"
    folder.mkdir()
    (folder / "shops.guiju").write_text(SHOPS, encoding="utf-8")
    return guiju.load(folder, locale="en")


def codes(error: guiju.Error) -> list[tuple[str, str | None, int | None, str | None]]:
    """The code and the place of every finding."""
    return [(found.code, found.file, found.row, found.column) for found in error.diagnostics]


def problems(error: Any) -> list[tuple[str, str | None, int | None, str | None]]:
    """The findings of what `pytest.raises` caught."""
    return codes(error.value)
