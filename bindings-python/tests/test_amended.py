"""Packs with rules laid over them as text, their constants as rules write them, and the period they are about."""

import copy
import datetime as dt
import json
import pickle

import guiju
import pytest
from conftest import REPOSITORY, codes

SAMPLE = REPOSITORY / "rules/packs/alliance_108/samples/field-revenue"
TWICE = 'kpi twice "兩倍" / "twice" in 元 = fees * 2 @ 1\n'


def test_rules_are_laid_over_a_pack(shops: guiju.Pack) -> None:
    amended = shops.amended(TWICE)
    assert (amended.name, amended.label, amended.editions) == ("shops_amended", "shops, amended", ("shops", "shops_amended"))
    result = amended.evaluate({"markets": [{"id": "M1", "shop": [{"name": "a", "fee": 7, "opened": "2019-05-01"}]}]})
    assert {row["kpi"]: row["value"] for row in result.kpis.to_dicts()}["twice"] == 14
    again = amended.amended("drop kpi twice @ 1").amended(TWICE.replace("2 @", "3 @"), name="thrice")
    assert again.editions == ("shops", "shops_amended", "shops_amended_2", "thrice")
    for same in (copy.copy(again), pickle.loads(pickle.dumps(again))):
        assert same.evaluate(result).kpis.to_dicts()[-1]["value"] == 21
    chinese = guiju.load("alliance_108").amended("drop obligation exceed_grant @ briefing_108:108-11")
    assert chinese.label == "產學小聯盟 108 年度績效考核（修訂）" and chinese.locale == "zh-TW"
    (change,) = guiju.diff(guiju.load("alliance_108"), chinese).changes.to_dicts()
    assert (change["item"], change["kind"]) == ("obligation", "removed")


@pytest.mark.parametrize("head", ["pack own amends shops\n", "-- what for\n\n  規則包 own 修正 shops\n"])
def test_rules_may_name_their_pack_themselves(shops: guiju.Pack, head: str) -> None:
    assert shops.amended(head + TWICE).editions == ("shops", "own")


def test_errors_count_the_lines_of_the_rules(shops: guiju.Pack) -> None:
    with pytest.raises(guiju.PackError) as error:
        shops.amended("\n\nkpi x in 元 = feees @ 1", name="own")
    assert [(found.code, found.file, found.line) for found in error.value.diagnostics] == [("G201", "own.guiju", 3)]
    for rules in ("", "kpi", "\x00", "pack a amends b", "pack shops amends shops", "drop kpi nothing @ 1"):
        if rules:
            with pytest.raises(guiju.PackError) as error:
                shops.amended(rules)
            assert codes(error.value)
        else:
            assert shops.amended(rules).kpis.to_dicts() == shops.kpis.to_dicts()
    for name in ("two words", "shops", '"', "", "x amends shops --"):
        with pytest.raises(guiju.PackError):
            shops.amended(TWICE, name=name)


def test_constants_keep_the_values_they_were_given(pack: guiju.Pack) -> None:
    lower = pack.with_parameters(collaboration_share="15%")
    amended = lower.amended("drop obligation exceed_grant @ briefing_108:108-11")
    changed = {row["parameter"]: row["value"] for row in amended.parameters.to_dicts() if row["changed"]}
    assert changed == {"collaboration_share": "15%"}
    result = pack.evaluate_path(SAMPLE)
    assert amended.evaluate(result).kpis.to_dicts() == lower.evaluate(result).kpis.to_dicts() != result.kpis.to_dicts()


@pytest.mark.parametrize("name", guiju.PACKS)
def test_constants_are_written_as_in_rules(name: str) -> None:
    pack = guiju.load(name)
    rows = pack.parameters.to_dicts()
    assert rows and not any(row["changed"] for row in rows)
    again = pack.with_parameters(**{row["parameter"]: row["value"] for row in rows})
    assert [row | {"changed": False} for row in again.parameters.to_dicts()] == rows
    if name.startswith("alliance_10"):
        results = [json.loads(each.evaluate_path(SAMPLE).to_json()) for each in (again, pack)]
        # The one names the values that it was given.
        digests = [result.pop("digests") for result in results]
        assert results[0] == results[1] and digests[0].pop("parameters") and digests[0] == digests[1]


def test_constants_of_every_kind(shops: guiju.Pack) -> None:
    kinds = {
        "a_share": "12.5%",
        "a_third": "1 / 3",
        "money": "30000 元",
        "below": "-5 元",
        "houses": "3 家",
        "plain": "0.25",
        "each": "500 元 / 1 家",
        "day": "2019-10-31",
        "days": "2019-02-01 .. 2020-01-31",
        "word": '"a \\"b\\" \\\\"',
        "truth": "true",
        "months": "36 個月",
    }
    rules = "".join(f"let {name} = {value} @ 1\n" for name, value in kinds.items())
    tally = 'tally houses_open "家數" / "houses" in 家 from shop { count } @ 1\n'
    rows = {row["parameter"]: row for row in shops.amended(tally + rules).parameters.to_dicts()}
    assert {name: row["value"] for name, row in rows.items()} == kinds
    assert (rows["money"]["unit"], rows["a_share"]["unit"], rows["day"]["unit"], rows["money"]["clause"]) == ("元", "%", None, "guide:1")


def test_periods(pack: guiju.Pack, shops: guiju.Pack) -> None:
    assert pack.period == (dt.date(2019, 2, 1), dt.date(2020, 1, 31)) and shops.period is None
