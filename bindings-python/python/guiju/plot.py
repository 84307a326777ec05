"""Charts of a result, drawn with Altair (``pip install altair``): ``result.plot.attainment("A1")``.

Figures become floats here, at the very end, because a chart is looked at. Not here: any figure itself.
"""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

from guiju._errors import Error

if TYPE_CHECKING:
    from guiju import Result

# Legible on light and on dark pages, and told apart without seeing colours: states are written too.
_INK = "#8a8f98"
_KNOWN, _OPEN, _LOST = "#3b8bba", "#d6a13a", "#b3b7bd"


def _altair() -> Any:
    try:
        import altair
    except ImportError as error:
        raise ImportError("charts are drawn with Altair: pip install altair") from error
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
