"""The programme from parts that were judged apart, and packs that travel to where that happens."""

import copy
import json
import pickle
import random
from decimal import Decimal
from pathlib import Path
from typing import Any

import guiju
import polars as pl
import pytest
from conftest import REPOSITORY
from hypothesis import given, settings
from hypothesis import strategies as st

SAMPLE = REPOSITORY / "rules/packs/alliance_108/samples/field-revenue"

# Everything that rules over all roots can read: fields, classes, registers, targets, earlier values, the programme's own record.
RULES = """
pack parts "部分" / "parts"
source guide "指引" / "guide" { 1 "費用" / "fees" }
entity programme "計畫" / "programme" { budget "預算" / "budget": money? }
entity market "市場" / "market" {
  key id "編號" / "id": text
  area "地區" / "area": north | south
  part "占比" / "part": percent?
  seen "訪視日" / "seen": date?
  grant "補助款" / "grant": money
  marks "註記" / "marks": list of old | covered
}
entity shop "商店" / "shop" in market {
  key name "店名" / "name": text
  fee "費用" / "fee": money
  open "營業中" / "open": bool
  proof "佐證" / "proof": text?
}
tally fees "費用" / "fees" from shop { require open else "未營業" / "not open" @ 1  sum fee } @ 1
tally shops "店數" / "shops" in 家 from shop { require open else "未營業" / "not open" @ 1  count } @ 1
kpi share_of_grant "占補助款" / "share of the grant" as % = fees / grant @ 1
kpi growth "成長" / "growth" = fees - previous(fees) @ 1
kpi all_fees "總費用" / "all fees" for programme by area = sum(fees) @ 1
kpi average_share "平均占比" / "average share" for programme by area as % = average(share_of_grant) @ 1
kpi average_part "平均部分" / "average part" for programme by area as % = average(part) @ 1
kpi all_grants "總補助款" / "all grants" for programme = sum(grant) @ 1
kpi most "最多" / "most" for programme = maximum(shops) @ 1
kpi rich "達標" / "rich" for programme by area as % = share(fees >= target(fees)) @ 1
kpi all_growth "總成長" / "all growth" for programme = sum(growth) @ 1
kpi early "早訪" / "early" for programme in 處 = count(seen < 108/06/01 and marks has covered) @ 1
kpi of_budget "占預算" / "of the budget" for programme as % = sum(fees) / programme.budget @ 1
obligation enough "足夠" / "enough" for programme expect all_fees >= 100 元 @ 1
"""
ONCE = """
once proofs "佐證" / "proofs" by proof
  between shops
  within programme by market
  keep none
  else "重複" / "twice"
  @ 1
"""


@pytest.fixture(scope="module")
def parts(tmp_path_factory: pytest.TempPathFactory) -> guiju.Pack:
    return made(tmp_path_factory.mktemp("packs"), RULES)


def made(folder: Path, text: str) -> guiju.Pack:
    (folder / "parts.guiju").write_text(text, encoding="utf-8")
    return guiju.load(folder / "parts.guiju", locale="en")


def programme(document: str) -> str:
    """The programme of a result, to the byte."""
    return json.dumps(json.loads(document)["programme"], ensure_ascii=False, indent=2)


def combined(pack: guiju.Pack, document: dict[str, Any], name: str, split: list[list[int]]) -> guiju.Programme:
    """The programme from parts: for each, the places of its roots."""
    roots = document[name]
    split = [places for places in split if places]
    return pack.combine(pack.evaluate({**document, name: [roots[at] for at in places]}).partial() for places in split)


def reordered(pack: guiju.Pack, document: dict[str, Any], name: str, split: list[list[int]]) -> guiju.Result:
    """All roots at once, in the order of the parts."""
    return pack.evaluate({**document, name: [document[name][at] for places in split for at in places]})


def documents() -> st.SearchStrategy[dict[str, Any]]:
    def or_none(values: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
        return st.one_of(st.none(), values)

    money = st.integers(0, 500)
    shop = st.fixed_dictionaries({"fee": or_none(money), "open": or_none(st.booleans())})
    shops = st.lists(shop, max_size=3).map(lambda list: [{"name": f"S{n}", **shop} for n, shop in enumerate(list)])
    market = st.fixed_dictionaries(
        {
            "area": or_none(st.sampled_from(["north", "south"])),
            "part": or_none(st.sampled_from(["12.5%", "0.333333333333"])),
            "seen": or_none(st.dates().filter(lambda day: 1912 <= day.year)),
            "grant": or_none(st.integers(0, 900)),
            "marks": or_none(st.lists(st.sampled_from(["old", "covered"]), unique=True)),
            "targets": st.one_of(st.just({}), st.fixed_dictionaries({"fees": money})),
            "previous": st.one_of(st.just({}), st.fixed_dictionaries({"fees": money})),
            "shop": shops,
        }
    )
    markets = st.lists(market, min_size=1, max_size=6).map(lambda list: [{"id": f"M{n}", **market} for n, market in enumerate(list)])
    return st.fixed_dictionaries({"programme": st.fixed_dictionaries({"budget": or_none(st.integers(0, 9_000))}), "markets": markets})


@settings(max_examples=80, deadline=None)
@given(document=documents(), seed=st.integers(0, 1_000), count=st.integers(1, 4))
def test_any_split_gives_the_bytes_of_the_whole(parts: guiju.Pack, document: dict[str, Any], seed: int, count: int) -> None:
    split = shuffled(len(document["markets"]), count, seed)
    whole = reordered(parts, document, "markets", split)
    found = combined(parts, document, "markets", split)
    assert programme(found.to_json()) == programme(whole.to_json())
    assert found.kpis.to_dicts() == whole.programme.to_dicts() and found.roots == whole.roots
    assert found.obligations.to_dicts() == [row for row in whole.obligations.to_dicts() if row["market"] is None]


def shuffled(size: int, count: int, seed: int) -> list[list[int]]:
    """All places in some parts, some of which may be empty."""
    draw = random.Random(seed)
    places = list(range(size))
    draw.shuffle(places)
    split: list[list[int]] = [[] for _ in range(count)]
    for place in places:
        draw.choice(split).append(place)
    return split


def sample() -> dict[str, pl.DataFrame]:
    return {path.stem: pl.read_csv(path, infer_schema=False) for path in SAMPLE.glob("*.csv")}


@pytest.mark.parametrize("count", [1, 2, 7, 87])
def test_the_sample_in_parts(pack: guiju.Pack, count: int) -> None:
    tables = sample()
    whole = pack.evaluate(tables)
    size = -(-len(whole.roots) // count)
    found = []
    for start in range(0, len(whole.roots), size):
        keys = whole.roots[start : start + size]
        own = {name: frame.filter(pl.col("id" if name == "alliance" else "alliance").is_in(keys)) for name, frame in tables.items()}
        found.append(pack.evaluate(own).partial())
    assert programme(pack.combine(found).to_json()) == programme(whole.to_json())
    # Parts written one after another are a part.
    assert pack.combine([b"".join(found)]).to_json() == pack.combine(found).to_json()


def test_earlier_results_are_exact_fractions(parts: guiju.Pack, tmp_path: Path) -> None:
    thirds = made(tmp_path, RULES.replace("require open", "require open and fee > 0 元").replace("sum fee }", "sum fee / 3 }"))
    document = {"markets": [{"id": f"M{n}", "shop": [{"name": "S", "fee": 100 + n, "open": True}]} for n in range(3)]}
    earlier = thirds.evaluate(document)
    whole = parts.evaluate(document, previous=earlier)
    each = [parts.evaluate({"markets": [market]}, previous=earlier).partial() for market in document["markets"]]
    assert programme(parts.combine(each).to_json()) == programme(whole.to_json())
    (growth,) = (row for row in whole.programme.to_dicts() if row["kpi"] == "all_growth")
    assert growth["value"] == Decimal(303) * 2 / 3


def test_what_is_no_part_of_the_whole(parts: guiju.Pack, pack: guiju.Pack) -> None:
    document = {"markets": [{"id": "M1"}]}
    one = parts.evaluate(document).partial()
    other = parts.evaluate({"markets": [{"id": "M2"}], "programme": {"budget": 5}}).partial()
    changed = one.replace(b'"M1"', b'"M9"', 1)
    cases: list[tuple[list[bytes], str]] = [
        ([one, one], "M1"),
        ([one, other], "programme"),
        ([pack.evaluate({"alliances": [{"id": "A1"}]}).partial()], "alliance_108"),
        ([b"{}\n"], "line 1"),
        ([one, b"\xff"], "line 3"),
        ([one.split(b"\n", 1)[1]], "line 1"),
        ([changed], "line 2"),
        ([one.replace(b'"fees"', b'"fee"')], "line 2"),
    ]
    for wrong, said in cases:
        with pytest.raises(guiju.DataError, match=said):
            parts.combine(wrong)
    with pytest.raises(TypeError):
        parts.combine([1])  # type: ignore[list-item]
    editions = [("parts", [("parts.guiju", RULES)])]
    chinese = guiju.Pack(editions, [], "zh-TW", False)
    with pytest.raises(guiju.DataError, match="`M1` 出現在兩份部分結果中"):
        chinese.combine([chinese.evaluate(document).partial()] * 2)


def test_parts_that_depend_on_one_another_are_told(tmp_path: Path) -> None:
    pack = made(tmp_path, RULES + ONCE)

    def market(name: str, *proofs: str | None) -> dict[str, Any]:
        return {"id": name, "shop": [{"name": f"S{n}", "fee": 5, "open": True, "proof": proof} for n, proof in enumerate(proofs)]}

    apart = {"markets": [market("M1", "p", "q"), market("M2", "r", None), market("M3", "p")]}
    with pytest.raises(guiju.DataError, match="`p` is claimed by `M1`, `M3`"):
        combined(pack, apart, "markets", [[0], [1], [2]])
    found, whole = combined(pack, apart, "markets", [[0, 2], [1]]), reordered(pack, apart, "markets", [[0, 2], [1]])
    assert programme(found.to_json()) == programme(whole.to_json())
    assert [row["value"] for row in whole.programme.to_dicts() if row["kpi"] == "most"] == [Decimal(2)]


def test_packs_travel(tmp_path: Path, pack: guiju.Pack, shops: guiju.Pack) -> None:
    document: dict[str, Any] = {"alliances": [{"id": "A1", "grant": 100}]}
    changed = pack.with_parameters(collaboration_share="15%").with_parameters(audit_date="108/10/30")
    for each in (pack, changed, guiju.load("gloria_108")):
        for again in (pickle.loads(pickle.dumps(each)), copy.copy(each), copy.deepcopy(each)):
            assert (again.name, again.locale, again.editions) == (each.name, each.locale, each.editions)
            assert again.check() == each.check() and again.sources.to_dicts() == each.sources.to_dicts()
            data: dict[str, Any] = {"alliances": [{"id": "A1"}]} if each.name == "gloria_108" else document
            assert again.evaluate(data).to_json() == each.evaluate(data).to_json()
    # A part that was judged there fits here.
    there = pickle.loads(pickle.dumps(changed))
    assert changed.combine([there.evaluate(document).partial()]).roots == ("A1",)
    with pytest.raises(guiju.DataError, match="other rules"):
        pack.combine([there.evaluate(document).partial()])
    again = pickle.loads(pickle.dumps(changed)).with_parameters(collaboration_share="30%")
    same = again.with_parameters(audit_date="108/10/31").evaluate(document)
    assert same.kpis.to_dicts() == pack.evaluate(document).kpis.to_dicts()
    digests = json.loads(same.to_json())["digests"]
    assert digests["parameters"] == {"collaboration_share": "30%", "audit_date": "108/10/31"}
    # The rules are in the pickle, not where they once were.
    (tmp_path / "away.guiju").write_text(RULES, encoding="utf-8")
    away = guiju.load(tmp_path / "away.guiju", untrusted=True)
    pickled = pickle.dumps(away)
    (tmp_path / "away.guiju").unlink()
    assert pickle.loads(pickled).kpis.to_dicts() == away.kpis.to_dicts()
    with pytest.raises(guiju.PackError):
        guiju.Pack([("x", [("x.guiju", "pack x\nkpi y = z")])], [], "en", False)


def test_parts_are_judged_in_turns_and_pickled_with_what_they_know(tmp_path: Path) -> None:
    rules = """
pack p
source g { 1 }
entity shop { key id: text  fee: money? }
kpi due = fee because "示範"
kpi all_due for programme = sum(due) because "示範"
kpi share as % = due / programme.all_due because "示範"
kpi most for programme as % = maximum(share) because "示範"
"""
    (tmp_path / "p.guiju").write_text(rules, encoding="utf-8")
    pack = guiju.load(tmp_path / "p.guiju", locale="en")
    parts = [{"shops": [{"id": "A", "fee": 3}]}, {"shops": [{"id": "B", "fee": 1}]}]
    programme = pack.combine([])
    for _ in range(pack.turns):
        results = [pack.evaluate(part, part_of=programme) for part in parts]
        before, programme = programme, pack.combine(result.partial() for result in results)
    whole = pack.evaluate({"shops": [shop for part in parts for shop in part["shops"]]})
    assert programme.kpis.to_dicts() == whole.programme.to_dicts()
    assert [row for result in results for row in result.kpis.to_dicts()] == whole.kpis.to_dicts()
    again = pickle.loads(pickle.dumps(results[0]))
    assert again.to_json() == results[0].to_json() and "75.00 %" in str(again.explain("A", "share"))
    with pytest.raises(guiju.DataError, match="in different turns"):
        pack.combine([results[0].partial(), pack.evaluate(parts[1]).partial()])
    with pytest.raises(guiju.DataError, match="`C` is in none of the parts"):
        pack.evaluate({"shops": [{"id": "C"}]}, part_of=before)
