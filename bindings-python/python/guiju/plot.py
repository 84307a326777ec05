"""Charts of a result, drawn with Altair (``pip install "guiju[plot]"``): ``result.plot.attainment("A1")``, ``result.nearest().chart()``.

Figures become floats here, at the very end, because a chart is looked at. Not here: any figure itself.
"""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

from guiju._errors import Error

if TYPE_CHECKING:
    from collections.abc import Callable

    from guiju import Result, Table

# Legible on light and on dark pages, and told apart without seeing colours: states are written too.
_INK = "#8a8f98"
_KNOWN, _OPEN, _LOST = "#3b8bba", "#d6a13a", "#b3b7bd"


def _altair() -> Any:
    try:
        import altair
    except ImportError as error:
        raise ImportError('charts are drawn with Altair: pip install "guiju[plot]"') from error
    return altair


def _finish(chart: Any, title: str) -> Any:
    font = "'Noto Sans TC', 'Noto Sans CJK TC', system-ui, sans-serif"
    return (
        chart.properties(title=title, background="transparent", width=420)
        .configure(font=font)
        .configure_axis(labelColor=_INK, titleColor=_INK, gridOpacity=0.25, domainColor=_INK, tickColor=_INK, labelLimit=280)
        .configure_title(color=_INK, anchor="start")
        .configure_legend(labelColor=_INK, titleColor=_INK)
        .configure_view(stroke=None)
    )


def _room(alt: Any, most: float) -> Any:
    """An axis from zero with room for words beside the longest bar."""
    return alt.Scale(domain=[0, (most or 1) * 1.2], nice=False)


class Plot:
    """The charts of a result."""

    def __init__(self, result: Result) -> None:
        self._result = result

    def __repr__(self) -> str:
        return "<charts: attainment(root), waterfall(root, kpi), groups(kpi)>"

    def attainment(self, root: str) -> Any:
        """How far a root has come towards each of its targets; where missing data leaves a value open, from its lower bound on."""
        alt = _altair()
        roots = self._result.roots
        if root not in roots:
            raise Error(f"the data has no {root}; it has: {', '.join(roots[:8])}{' …' if len(roots) > 8 else ''}")
        rows = []
        for row in self._result.kpis.to_dicts():
            target = row["target"]
            if next(iter(row.values())) != root or not target:
                continue
            known = row["value"] is not None
            reached = row["attainment"] if known else (row["low"] or Decimal(0)) / target
            most = None if known or row["high"] is None else float(row["high"] / target)
            rows.append({"kpi": row["label"], "reached": float(reached), "most": most, "state": row["state"]})
        if not rows:
            raise Error(f"{root} has no targets")
        base = alt.Chart(alt.Data(values=rows)).encode(y=alt.Y("kpi:N", sort=None, title=None))
        colours = {"known": _KNOWN, "undetermined": _OPEN, "not_applicable": _LOST, "invalid": _LOST}
        states = [state for state in colours if any(row["state"] == state for row in rows)]
        scale = alt.Scale(domain=states, range=[colours[state] for state in states])
        room = _room(alt, max((max(row["reached"], row["most"] or 1) for row in rows), default=1))
        bars = base.mark_bar(height=12).encode(
            x=alt.X("reached:Q", title=None, axis=alt.Axis(format="%"), scale=room),
            color=alt.Color("state:N", scale=scale, title=None, legend=alt.Legend(orient="bottom")),
        )
        words = base.mark_text(align="left", dx=4, color=_INK).encode(x="reached:Q", text=alt.Text("reached:Q", format=".0%"))
        bounds = base.transform_filter("datum.most != null").mark_rule(color=_OPEN, strokeDash=[2, 2]).encode(x="reached:Q", x2="most:Q")
        goal = alt.Chart(alt.Data(values=[{"goal": 1}])).mark_rule(color=_INK).encode(x="goal:Q")
        return _finish(bars + bounds + words + goal, root)

    def waterfall(self, root: str, kpi: str) -> Any:
        """From what was declared for a KPI to what counts: a step for each reason. Records that are declared for another KPI are in none."""
        alt = _altair()
        explained = self._result.explain(root, kpi).to_dict()["kpi"]
        statement = explained["statement"]
        if statement is None:
            raise Error(f"{kpi} is computed from other KPIs: only what counts records has declared ones")
        counts = statement["declared"]["value"] is None
        unit = "" if counts else statement["declared"]["amount"].partition(" ")[2]
        chinese = self._result.pack.locale == "zh-TW"

        def size(line: dict[str, Any]) -> Decimal:
            return Decimal(line["records"] if counts else line["value"])

        def bar(line: dict[str, Any], low: Decimal, high: Decimal, kind: str) -> dict[str, Any]:
            shown = f"{high - low:,f} {unit}".rstrip()
            if line["without_amount"]:
                shown += f"（另 {line['without_amount']} 筆金額未知）" if chinese else f" and {line['without_amount']} without an amount"
            return {"step": line["label"], "low": float(low), "high": float(high), "shown": shown, "clauses": ", ".join(line["clauses"]), "is": kind}

        lines = statement["lines"]
        own = [line for line in lines if line["kind"] != "out_of_scope"]
        left = sum((size(line) for line in own), Decimal(0))
        unknown = sum(line["without_amount"] for line in own)
        declared = {"label": "本項申報" if chinese else "declared for it", "clauses": [], "without_amount": unknown}
        rows = [bar(declared, Decimal(0), left, "declared")]
        kinds = {"refused": "left out", "elsewhere": "left out", "undetermined": "open"}
        for line in own:
            if line["kind"] in kinds and (size(line) or line["without_amount"]):
                rows.append(bar(line, left - size(line), left, kinds[line["kind"]]))
                left -= size(line)
        rows.append(bar(own[-1], Decimal(0), left, "counted"))
        base = alt.Chart(alt.Data(values=rows)).encode(y=alt.Y("step:N", sort=None, title=None))
        scale = alt.Scale(domain=["declared", "left out", "open", "counted"], range=[_INK, _LOST, _OPEN, _KNOWN])
        bars = base.mark_bar(height=16).encode(
            x=alt.X("low:Q", title=None, axis=alt.Axis(format="~s"), scale=_room(alt, rows[0]["high"])),
            x2="high:Q",
            color=alt.Color("is:N", scale=scale, legend=None),
            tooltip=["step:N", "shown:N", "clauses:N"],
        )
        words = base.mark_text(align="left", dx=4, color=_INK).encode(x="high:Q", text="shown:N")
        return _finish(bars + words, f"{root} {explained['label']}")

    def groups(self, kpi: str) -> Any:
        """A KPI of the programme by group, beside that of the whole: self-sufficiency by field."""
        alt = _altair()
        found = [row for row in self._result.programme.to_dicts() if row["kpi"] == kpi and row["value"] is not None]
        grouped = [row for row in found if row["group"] is not None]
        if not grouped:
            known = dict.fromkeys(row["kpi"] for row in self._result.programme.to_dicts() if row["group"] is not None)
            raise Error(f"{kpi} has no value in any group; KPIs of the programme by group: {', '.join(known) or 'none'}")
        share = grouped[0]["unit"] == "%"
        rows = [{"group": row["group_label"], "value": float(row["value"])} for row in grouped]
        whole = [{"value": float(row["value"])} for row in found if row["group"] is None]
        style = ".1%" if share else ",.0f"
        base = alt.Chart(alt.Data(values=rows)).encode(y=alt.Y("group:N", sort="-x", title=None))
        axis = alt.Axis(format="%" if share else "~s")
        room = _room(alt, max(row["value"] for row in rows))
        unit = None if share else grouped[0]["unit"]
        bars = base.mark_bar(height=14, color=_KNOWN).encode(x=alt.X("value:Q", title=unit, axis=axis, scale=room))
        words = base.mark_text(align="left", dx=4, color=_INK).encode(x="value:Q", text=alt.Text("value:Q", format=style))
        average = alt.Chart(alt.Data(values=whole)).mark_rule(color=_INK, strokeDash=[4, 3]).encode(x="value:Q")
        return _finish(bars + words + average, grouped[0]["label"])


# Bars of a chart that can still be read one by one.
_BARS = 30


def _one(rows: list[dict[str, Any]], how: str) -> dict[str, Any]:
    """The first row, where all are of one KPI."""
    if not rows:
        raise Error("the table is empty: there is nothing to draw")
    if len({row["kpi"] for row in rows}) > 1:
        raise Error(f"a chart shows one KPI: {how}")
    return rows[0]


def _axis(alt: Any, unit: str | None) -> Any:
    return alt.Axis(format="%" if unit == "%" else "~s")


def _float(value: Decimal | None) -> float | None:
    return None if value is None else float(value)


def _shown(row: dict[str, Any], unit: str | None) -> str:
    value = row["value"]
    return "" if value is None else f"{value:.1%}" if unit == "%" else f"{value:,.2f}".rstrip("0").rstrip(".")


def _bars(rows: list[dict[str, Any]], unit: str | None, title: str, colours: dict[str, str], left_out: int = 0) -> Any:
    """A bar for each row of ``name``, ``value`` and ``state``; from ``low`` to ``high`` a dashed line where the value is open.

    ``left_out`` is how many more there are.
    """
    alt = _altair()
    # Words stand beside the bar where it ends, or beside the axis where it ends before that.
    rows = [{**row, "shown": _shown(row, unit), "edge": max(row["value"] or 0, 0)} for row in rows]
    ends = [0, *(row[end] for row in rows for end in ("value", "high") if row[end] is not None)]
    least, greatest = min(0, *ends, *(row["low"] for row in rows if row["low"] is not None)), max(ends)
    room = alt.Scale(domain=[least, greatest + ((greatest - least) or 1) * 0.2], nice=False)
    present = [state for state in colours if any(row["state"] == state for row in rows)]
    scale = alt.Scale(domain=present, range=[colours[state] for state in present])
    base = alt.Chart(alt.Data(values=rows)).encode(y=alt.Y("name:N", sort=None, title=None))
    legend = alt.Legend(orient="bottom") if len(present) > 1 else None
    bars = base.mark_bar(height=12).encode(
        x=alt.X("value:Q", title=None if unit == "%" else unit, axis=_axis(alt, unit), scale=room),
        color=alt.Color("state:N", scale=scale, title=None, legend=legend),
        tooltip=["name:N", "shown:N", "state:N"],
    )
    words = base.mark_text(align="left", dx=4, color=_INK).encode(x="edge:Q", text="shown:N")
    bounds = base.transform_filter("datum.low != null && datum.high != null")
    bounds = bounds.mark_rule(color=_OPEN, strokeDash=[3, 3], strokeWidth=2).encode(x="low:Q", x2="high:Q")
    return _finish(bars + bounds + words, f"{title} (+{left_out})" if left_out else title)


def _winners(rows: list[dict[str, Any]]) -> Any:
    first = _one(rows, "result.winners(before, kpi)")
    drawn = [
        {"name": next(iter(row.values())), "value": _float(row["difference"]), "low": _float(row["low"]), "high": _float(row["high"]), "state": row["moved"]}
        for row in rows
    ]
    # The ends of the order are what it is about.
    moved = [row for row in drawn if row["value"]]
    ends = moved if len(moved) <= _BARS else moved[: _BARS // 2] + moved[-_BARS // 2 :]
    rest = [row for row in drawn if row["state"] == "open"]
    if not ends + rest:
        raise Error(f"{first['label']} is the same for every root in both results")
    shown = ends + rest[:_BARS]
    return _bars(shown, first["unit"], first["label"], {"up": _KNOWN, "down": _LOST, "open": _OPEN}, len(moved + rest) - len(shown))


def _nearest(rows: list[dict[str, Any]]) -> Any:
    several = len({row["kpi"] for row in rows}) > 1
    drawn = []
    for row in rows:
        if row["attainment"] is None and row["high"] is None:
            continue
        root = next(iter(row.values()))
        high = None if row["high"] is None or not row["target"] else float(row["high"] / row["target"])
        attained = _float(row["attainment"])
        drawn.append(
            {"name": f"{root} {row['label']}" if several else root, "value": attained, "low": attained, "high": high, "state": row["status"]}
        )
    if not drawn:
        raise Error("no root has a target for these KPIs")
    title = "" if several else rows[0]["label"]
    return _bars(drawn[:_BARS], "%", title, {"short": _KNOWN, "open": _OPEN, "reached": _LOST}, len(drawn) - len(drawn[:_BARS]))


def _refused(rows: list[dict[str, Any]]) -> Any:
    money = [row for row in rows if row["unit"] == "元" and row["amount"] is not None]
    if not money:
        raise Error("no money is refused: there is nothing to draw")
    sums: dict[tuple[str, str], Decimal] = {}
    for row in money:
        key = (row["clause"] or row["verdict"], row["verdict"])
        sums[key] = sums.get(key, Decimal(0)) + row["amount"]
    largest = sorted(sums.items(), key=lambda entry: -entry[1])
    drawn = [{"name": name, "value": float(total), "low": None, "high": None, "state": state} for (name, state), total in largest]
    return _bars(drawn[:_BARS], "元", "", {"refused": _LOST, "undetermined": _OPEN}, len(drawn) - len(drawn[:_BARS]))


def _by(rows: list[dict[str, Any]]) -> Any:
    first = _one(rows, 'result.by("field", kpi)')
    drawn = [
        {
            "name": f"{row['group_label'] or '—'} ({row['count']})",
            "value": _float(row["average"]),
            "low": _float(row["average_low"]),
            "high": _float(row["average_high"]),
            "state": "known" if row["undetermined"] == 0 else "undetermined",
        }
        for row in rows
    ]
    return _bars(drawn, first["unit"], first["label"], {"known": _KNOWN, "undetermined": _OPEN})


def _distribution(rows: list[dict[str, Any]]) -> Any:
    alt = _altair()
    first = _one(rows, 'result.distribution(kpi, by="field")')
    names = ("min", "lower_quartile", "median", "upper_quartile", "max")
    drawn = []
    for row in rows:
        # Where values are open it is drawn from their lower bounds, in another colour.
        ends = {name: _float(row[name] if row[name] is not None else row[f"{name}_low"]) for name in names}
        drawn.append({"name": f"{row['group_label'] or first['label']} ({row['count']})", **ends, "open": row["undetermined"] > 0})
    base = alt.Chart(alt.Data(values=drawn)).encode(y=alt.Y("name:N", sort=None, title=None))
    unit = first["unit"]
    colour = alt.condition("datum.open", alt.value(_OPEN), alt.value(_KNOWN))
    range_ = base.mark_rule(color=_INK).encode(x=alt.X("min:Q", title=None if unit == "%" else unit, axis=_axis(alt, unit)), x2="max:Q")
    boxes = base.mark_bar(height=14).encode(x="lower_quartile:Q", x2="upper_quartile:Q", color=colour, tooltip=["name:N", *(f"{name}:Q" for name in names)])
    middle = base.mark_tick(color="white", thickness=2, size=14).encode(x="median:Q")
    return _finish(range_ + boxes + middle, first["label"])


def _quality(rows: list[dict[str, Any]]) -> Any:
    drawn: list[dict[str, Any]] = []
    for row in rows:
        if row["cells"] and all(known["name"] != row["table"] for known in drawn):
            drawn.append({"name": row["table"], "value": float(1 - Decimal(row["missing"]) / row["cells"]), "low": None, "high": None, "state": "filled"})
    if not drawn:
        raise Error("the table is empty: there is nothing to draw")
    return _bars(drawn, "%", "", {"filled": _KNOWN})


_CHARTS: dict[str, Callable[[list[dict[str, Any]]], Any]] = {
    "winners": _winners,
    "nearest": _nearest,
    "refused": _refused,
    "by": _by,
    "distribution": _distribution,
    "quality": _quality,
}


def chart(table: Table) -> Any:
    """The chart of a table of a result, where there is one for its kind."""
    draw = _CHARTS.get(table.name)
    if draw is None:
        raise Error(f"there is no chart of `{table.name}`; there is one of {', '.join(_CHARTS)}, and see `result.plot`")
    _altair()
    return draw(table.to_dicts())
