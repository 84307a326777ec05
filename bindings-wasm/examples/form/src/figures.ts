// Beside the form: running totals against targets, each with its reasons, and what is still to do. Not here: how they are computed.

import type { KpiProgress, ObligationProgress } from "guiju";
import { h, mark, refill, say } from "./dom";
import { summary } from "./fields";
import { explain, placeWords, type State } from "./state";
import { label, said, t, type Word } from "./words";
import type { View } from "./sections";

/** The figure whose reasons are shown; it stays open while the page is drawn anew. */
let opened: string | undefined;

/** What is unfolded; it stays so while the page is drawn anew. */
const unfolded = new Set<string>();

export function figuresView(state: State, aside: HTMLElement, goTo: (path: string) => void): View {
  const rows = state.description.kpis.filter((kpi) => !kpi.programme).map((kpi) => figure(state, kpi.name, label(kpi.label), goTo));
  const targeted = h("ul", { class: "figures" });
  const others = h("ul", { class: "figures" });
  const unread = h("p", { class: "unread", role: "status" });
  const box = (id: string, ...children: HTMLElement[]): HTMLElement => {
    const details: HTMLDetailsElement = h("details", { id, open: unfolded.has(id), ontoggle: () => void (details.open ? unfolded.add(id) : unfolded.delete(id)) }, ...children);
    return details;
  };
  const obligations = h("ul", { class: "obligations" });
  const todo = h("ul", { class: "todo" });
  const count = h("span", { class: "count" });
  aside.replaceChildren(
    h("h2", {}, t("figures")),
    h("p", { class: "hint" }, t("figuresHint")),
    unread,
    targeted,
    box("others", h("summary", {}, t("others")), others),
    h("h3", {}, t("obligations")),
    obligations,
    box("todo", h("summary", {}, t("toFix"), " ", count), todo),
  );
  const parts = new Set(state.description.kpis.filter((kpi) => kpi.form === "part").map((kpi) => kpi.name));
  let order = "";
  const refresh = (): void => {
    const kpis = state.progress?.kpis ?? {};
    say(unread, state.progress ? "" : t("noFigures") + state.unread);
    const anyTarget = Object.values(kpis).some((kpi) => kpi.target !== null);
    // Until targets are given, whole figures are on top, and parts of them below.
    const withTarget = (name: string): boolean => (anyTarget ? kpis[name]?.target != null : !parts.has(name));
    const now = rows.map((row) => (withTarget(row.name) ? "1" : "0")).join("");
    if (now !== order) {
      order = now;
      targeted.replaceChildren(...rows.filter((row) => withTarget(row.name)).map((row) => row.element));
      others.replaceChildren(...rows.filter((row) => !withTarget(row.name)).map((row) => row.element));
    }
    for (const row of rows) row.refresh();
    replaceWhereChanged(obligations, (state.progress?.obligations ?? []).filter((each) => each.status !== "not_applicable"), (each) => obligation(state, each));
    const open = state.issues.filter((issue) => issue.severity !== "advice");
    say(count, String(open.length));
    replaceWhereChanged(todo, open.slice(0, 40), (issue) => h("li", { class: issue.severity }, h("button", { type: "button", onclick: () => goTo(issue.path) }, h("small", {}, placeWords(state, issue.path)), issue.message)));
    if (open.length === 0) say(todo, t("fine"));
  };
  refresh();
  return { refresh };
}


function replaceWhereChanged<T>(list: HTMLElement, items: T[], draw: (item: T) => HTMLElement): void {
  const now = JSON.stringify(items);
  if (list.dataset["shown"] === now) return;
  list.dataset["shown"] = now;
  refill(list, ...items.map(draw));
}

function figure(state: State, name: string, words: string, goTo: (path: string) => void) {
  const [value, beside] = [h("span", { class: "value" }), h("span", { class: "beside" })];
  const [certain, possible] = [h("span", { class: "certain" }), h("span", { class: "possible" })];
  const bar = h("span", { class: "bar", "aria-hidden": "true" }, possible, certain);
  const why = h("div", { class: "why", id: `why-${name}`, hidden: name !== opened });
  const button = h("button", { type: "button", id: `kpi-${name}`, "aria-expanded": String(name === opened), "aria-controls": `why-${name}` }, h("span", { class: "name" }, words), value, beside, bar);
  const element = h("li", {}, button, why);
  let drawn = "";
  let due = 0;
  const reasons = (): void => {
    if (why.hidden) return;
    clearTimeout(due);
    // Reasons follow when typing pauses; the figures themselves follow at once.
    due = window.setTimeout(() => void explanation(state, name, goTo).then((parts) => refill(why, ...parts)), drawn === "" ? 0 : 150);
  };
  button.addEventListener("click", () => {
    why.hidden = !why.hidden;
    opened = why.hidden ? undefined : name;
    mark(button, "aria-expanded", String(!why.hidden));
    for (const other of document.querySelectorAll<HTMLElement>(".why:not([hidden])")) {
      if (other !== why) other.previousElementSibling?.dispatchEvent(new MouseEvent("click"));
    }
    opened = why.hidden ? opened : name;
    reasons();
  });
  const refresh = (): void => {
    const kpi = state.progress?.kpis[name];
    const now = JSON.stringify(kpi ?? null);
    if (now === drawn) return reasons();
    say(value, kpi ? shown(kpi) : "—");
    say(beside, kpi ? against(kpi) : "");
    mark(element, "data-state", kpi?.state ?? null);
    mark(element, "data-reached", !kpi || kpi.target === null ? null : String(kpi.gap === null));
    bar.hidden = !kpi || kpi.target === null;
    if (!kpi) {
      reasons();
      drawn = now;
      return;
    }
    certain.style.setProperty("inline-size", part(kpi.value ?? kpi.low, kpi.target));
    possible.style.setProperty("inline-size", kpi.state === "undetermined" && kpi.high === null ? "100%" : part(kpi.value ?? kpi.high, kpi.target));
    reasons();
    drawn = now;
  };
  return { name, element, refresh };
}

/** For the width of a bar only: nothing is decided by it. */
function part(value: string | null, target: string | null): string {
  const share = Number(value ?? 0) / Number(target ?? 1);
  return `${Math.max(0, Math.min(1, Number.isFinite(share) ? share : 0)) * 100}%`;
}

/** Digits in groups of three, as text: figures are never floats. */
export function grouped(value: string, unit: string): string {
  if (unit === "%") return `${shift(value)} %`;
  const [whole = "", fraction] = value.split(".");
  return `${whole.replace(/\B(?=(\d{3})+$)/g, ",")}${fraction ? `.${fraction}` : ""}${unit ? ` ${unit}` : ""}`;
}

/** A share with six decimals as percent with two, cut and not rounded: 99.999 % is not 100 %. */
function shift(share: string): string {
  const [whole = "0", fraction = ""] = share.split(".");
  const digits = `${whole}${fraction.padEnd(4, "0").slice(0, 2)}`.replace(/^(-?)0+(?=\d)/, "$1");
  return `${digits}.${fraction.padEnd(4, "0").slice(2, 4)}`;
}

function shown(kpi: KpiProgress): string {
  if (kpi.state === "known") return grouped(kpi.value ?? "", kpi.unit);
  if (kpi.state !== "undetermined") return t(kpi.state);
  const [low, high] = [kpi.low ?? "…", kpi.high];
  const start = grouped(low, kpi.unit === "%" ? "%" : "");
  return high === null ? `${start} ${kpi.unit === "%" ? "" : kpi.unit} ${t("nothingBounds")}` : `${start}–${grouped(high, kpi.unit)}`;
}

function against(kpi: KpiProgress): string {
  const target = kpi.target === null ? [] : [`${t("target")} ${grouped(kpi.target, kpi.unit)}`];
  const gap = kpi.gap === null ? [] : [`${t("missingToTarget")} ${grouped(kpi.gap, kpi.unit)}`];
  const previous = kpi.previous === null ? [] : [`${t("previous")} ${grouped(kpi.previous, kpi.unit)}`];
  return [...target, ...gap, ...previous].join("・");
}

function obligation(state: State, each: ObligationProgress): HTMLElement {
  const gap = each.gap === null ? "" : `・${t("missingToTarget")} ${grouped(each.gap, each.unit)}`;
  const words = each.kpi === null ? each.label : said(each.label, state.progress?.kpis[each.kpi]?.label ?? each.kpi);
  return h("li", { "data-status": each.status }, h("span", { class: "name" }, words), h("span", { class: "status" }, t(each.status as Word) + gap), each.clause && h("span", { class: "clause" }, `${each.clause} ${summary(state, each.clause) ?? ""}`));
}

interface Why {
  rule: { clauses: [string, string][]; because: string | null; place: string | null };
  formula: string | null;
  operands: { name: string; label: string; value: string; clauses: string[] }[];
  statement: { declared: Line; lines: Line[] } | null;
}
interface Line {
  label: string;
  clauses: string[];
  records: number;
  amount: string | null;
  keys: string[];
}

async function explanation(state: State, name: string, goTo: (path: string) => void): Promise<HTMLElement[]> {
  const why = (await explain(state, name))?.kpi as unknown as Why | undefined;
  const { needs = [], more = 0 } = state.progress?.kpis[name] ?? {};
  const parts: (HTMLElement | null)[] = [];
  if (why) {
    if (why.formula) parts.push(h("p", {}, said(t("formula"), ""), h("code", {}, why.formula)));
    if (why.operands.length > 0) parts.push(h("dl", {}, ...why.operands.flatMap((each) => [h("dt", {}, each.label), h("dd", {}, each.value)])));
    if (why.statement) {
      const line = (each: Line): HTMLElement => h("tr", {}, h("th", { scope: "row" }, each.label, each.clauses.length > 0 && h("span", { class: "clause" }, each.clauses.join(" "))), h("td", { title: each.keys.join("、") }, `${each.records} ${t("records")}`), h("td", {}, each.amount ?? ""));
      parts.push(h("table", {}, h("tbody", {}, line(why.statement.declared), ...why.statement.lines.map(line))));
    }
    const clauses = why.rule.clauses.map(([id, says]) => h("li", {}, h("span", { class: "clause" }, `${id} ${says}`)));
    parts.push(clauses.length > 0 ? h("ul", { class: "clauses", "aria-label": t("clauses") }, ...clauses) : h("p", {}, why.rule.because ?? ""));
  } else {
    parts.push(h("p", { class: "hint" }, t("noReasons")));
  }
  if (needs.length > 0) {
    const fields = needs.map((need) => h("li", {}, h("button", { type: "button", onclick: () => goTo(need.path) }, placeWords(state, need.path))));
    parts.push(h("p", {}, t("needs")), h("ul", { class: "needs" }, ...fields, more > 0 && h("li", {}, `${t("more")} ${more}`)));
  }
  if (state.issues.some((issue) => issue.severity === "error" && issue.code !== "G802")) parts.push(h("p", { class: "hint" }, t("wrongExcluded")));
  return parts.filter((part) => part !== null);
}
