"""Other constants over the same data, and charts of what comes out."""

import datetime as dt
import json
from decimal import Decimal

import guiju
import pytest
from conftest import REPOSITORY

SAMPLE = REPOSITORY / "rules/packs/alliance_108/samples/field-revenue"


@pytest.fixture(scope="module")
def result(pack: guiju.Pack) -> guiju.Result:
    return pack.evaluate_path(SAMPLE)


def figures(result: guiju.Result, kpi: str) -> list[Decimal]:
    return [row["value"] for row in result.kpis.to_dicts() if row["kpi"] == kpi]


def test_other_constants_over_the_same_data(pack: guiju.Pack, result: guiju.Result) -> None:
    none = pack.with_parameters(collaboration_share="0%")
    lower = none.evaluate(result)
    assert figures(lower, "operating_revenue") == none.evaluate_path(SAMPLE).kpis.to_polars().filter(kpi="operating_revenue")["value"].to_list()
    assert sum(figures(lower, "operating_revenue")) < sum(figures(result, "operating_revenue"))
    assert pack.evaluate(result).to_json() == result.to_json()
    assert figures(none.with_parameters(collaboration_share="30%").evaluate(result), "operating_revenue") == figures(result, "operating_revenue")
    day = pack.with_parameters(audit_date=dt.date(2019, 10, 30), yearly_member_growth="4 家")
    assert len(day.evaluate(result).kpis) == len(result.kpis)


def test_parameters_are_checked_like_rules(pack: guiju.Pack) -> None:
    cases: list[tuple[str, str | Decimal, str]] = [
        ("collaboration_shar", "25%", "G201"),
        ("collaboration_share", "25 元", "G304"),
        ("audit_date", "25%", "G301"),
        ("collaboration_share", Decimal("0.25"), "G301"),
        ("collaboration_share", "25% because", "G110"),
        ("audit_date", "108/02/30", "G113"),
    ]
    for name, value, code in cases:
        with pytest.raises(guiju.PackError) as error:
            pack.with_parameters(**{name: value})
        assert code in {found.code for found in error.value.diagnostics}, str(error.value)
    with pytest.raises(guiju.PackError, match="collaboration_share"):
        pack.with_parameters(collaboration_shar="25%")
    for wrong in (0.25, True):
        with pytest.raises(TypeError):
            pack.with_parameters(collaboration_share=wrong)  # type: ignore[arg-type]


def test_a_sweep_is_one_evaluation_after_another(pack: guiju.Pack, result: guiju.Result) -> None:
    shares = ["0%", "15%", "30%"]
    told: list[tuple[int, int]] = []
    variations = [{"collaboration_share": share} for share in shares] + [{"yearly_member_growth": "5 家"}]
    swept = pack.sweep(result, variations, kpis=["operating_revenue"], progress=lambda done, total: told.append((done, total))).to_dicts()
    assert told == [(done, 4) for done in range(5)]
    for n, share in enumerate(shares):
        alone = pack.with_parameters(collaboration_share=share).evaluate(result)
        rows = [row for row in swept if row["variation"] == n]
        assert [row["value"] for row in rows] == figures(alone, "operating_revenue")
        assert {row["collaboration_share"] for row in rows} == {share} and {row["yearly_member_growth"] for row in rows} == {None}
    assert [row["value"] for row in swept if row["variation"] == 3] == figures(result, "operating_revenue")
    assert len(pack.sweep(result, [], kpis=[])) == 0
    with pytest.raises(guiju.Error, match="revenu"):
        pack.sweep(result, variations, kpis=["revenu"])
    with pytest.raises(guiju.PackError):
        pack.sweep(result, [{"nothing": "1"}])
    with pytest.raises(TypeError):
        pack.sweep(result, ["30%"])  # type: ignore[list-item]


def test_charts_show_the_figures(result: guiju.Result) -> None:
    statement = result.explain("BM02", "technical_service").to_dict()["kpi"]["statement"]
    steps = data(result.plot.waterfall("BM02", "technical_service"))
    # Income of other kinds is no technical service that was declared.
    outside, *own = statement["lines"]
    assert outside["kind"] == "out_of_scope" and [line["kind"] for line in own] == ["refused", "refused", "counted"]
    assert [step["shown"] for step in steps] == ["1,039,020 元", *(line["amount"] for line in own)]
    assert steps[-2]["low"] == steps[-1]["high"] and steps[0]["high"] == steps[1]["high"]
    groups = data(result.plot.groups("programme_self_sufficiency"))
    found = [row for row in result.programme.to_dicts() if row["kpi"] == "programme_self_sufficiency" and row["group"]]
    assert {(group["group"], group["value"]) for group in groups} == {(row["group_label"], float(row["value"])) for row in found}
    reached = data(result.plot.attainment("BM02"))
    rows = [row for row in result.kpis.to_dicts() if row["alliance"] == "BM02" and row["target"]]
    assert [bar["kpi"] for bar in reached] == [row["label"] for row in rows]
    with pytest.raises(guiju.Error):
        result.plot.waterfall("BM02", "self_sufficiency")
    with pytest.raises(guiju.Error, match="programme_self_sufficiency"):
        result.plot.groups("self_sufficiency")
    with pytest.raises(guiju.Error, match="BM01"):
        result.plot.attainment("BM99")


@pytest.mark.parametrize("kpi", ["membership_fee", "company_members", "company_members.north", "seminar_participants", "other_income"])
def test_every_waterfall_adds_up(result: guiju.Result, kpi: str) -> None:
    values = {(row["alliance"], row["kpi"]): row["value"] for row in result.kpis.to_dicts()}
    for root in result.roots[:20]:
        first, *steps, last = data(result.plot.waterfall(root, kpi))
        left = first["high"]
        for step in steps:
            assert step["high"] == left and step["is"] in ("left out", "open")
            left = step["low"]
        assert left == last["high"] and last["low"] == first["low"] == 0
        if values[root, kpi] is not None:
            assert last["high"] == float(values[root, kpi])


def test_a_waterfall_shows_what_is_open(shops: guiju.Pack) -> None:
    shop = [
        {"name": "甲", "fee": 5, "opened": "108/01/01"},
        {"name": "乙", "fee": 7},
        {"name": "丙", "opened": "108/01/01"},
        {"name": "丁", "fee": 11, "opened": "107/01/01"},
    ]
    result = shops.evaluate({"markets": [{"id": "M1", "shop": shop}]})
    steps = data(result.plot.waterfall("M1", "fees"))
    assert [(step["step"], step["shown"], step["is"]) for step in steps] == [
        ("declared for it", "23 元 and 1 without an amount", "declared"),
        ("too early", "11 元", "left out"),
        ("undetermined", "7 元", "open"),
        ("counted", "5 元 and 1 without an amount", "counted"),
    ]


def data(chart: object) -> list[dict[str, object]]:
    """What the first layer of a chart shows."""
    drawn = json.loads(chart.to_json())  # type: ignore[attr-defined]
    rows: list[dict[str, object]] = next(found["data"]["values"] for found in (drawn, drawn["layer"][0]) if "data" in found)
    return rows
