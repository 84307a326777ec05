// Beside the form: running totals against targets, each with its reasons, what is still to do, and
// how long there is. Not here: how they are computed, and why a figure is as it is (why.ts).

import type { Issue, KpiProgress, ObligationProgress } from "../guiju.js";
import { daysUntil, grouped, type Unit } from "./amounts.js";
import type { Context, View } from "./context.js";
import { h, mark, refill, say } from "./dom.js";
import { summary } from "./fields.js";
import { placeWords } from "./session.js";
import { explanation } from "./why.js";
import type { Word, Words } from "./words.js";

/** How much of the list of what is to do is drawn before someone asks for the rest. */
const SHOWN_AT_FIRST = 40;

export function figuresView(form: Context, aside: HTMLElement): View {
  const { session } = form;
  const { t, label } = session.words;
  const kpis = session.description.kpis.filter((kpi) => !kpi.programme);
  const rows = kpis.map((kpi) => figure(form, kpi.name, label(kpi.label)));
  const targeted = h("ul", { class: "figures", part: "figures" });
  const others = h("ul", { class: "figures" });
  const unread = h("p", { class: "unread", role: "status" });
  const box = (id: string, ...children: HTMLElement[]): HTMLDetailsElement => {
    const toggle = (): void =>
      void (details.open ? form.unfolded.add(id) : form.unfolded.delete(id));
    const open = form.unfolded.has(id);
    const details: HTMLDetailsElement = h("details", { id, open, ontoggle: toggle }, ...children);
    return details;
  };
  const obligations = h("ul", { class: "obligations" });
  const todo = h("ul", { class: "todo", part: "todo" });
  const count = h("span", { class: "count" });
  const unfinished = box("todo", h("summary", {}, t("toFix"), " ", count), todo);
  aside.replaceChildren(
    h("h2", {}, t("figures")),
    h("p", { class: "hint" }, t("figuresHint")),
    ...deadline(form),
    unread,
    targeted,
    box("others", h("summary", {}, t("others")), others),
    h("h3", {}, t("obligations")),
    obligations,
    unfinished,
  );
  const parts = new Set(kpis.filter((kpi) => kpi.form === "part").map((kpi) => kpi.name));
  let order = "";
  let drawn: unknown = null;
  const refresh = (): void => {
    if (unfinished.open) todoList(form, todo, count);
    else say(count, String(session.issues.filter(isToDo).length));
    if (drawn === session.progress) return rows.find(({ name }) => name === form.figure)?.refresh();
    drawn = session.progress;
    const progress = session.progress?.kpis ?? {};
    say(unread, session.progress || session.pending ? "" : t("noFigures") + session.unread);
    const anyTarget = Object.values(progress).some((kpi) => kpi.target !== null);
    // Until targets are given, whole figures are on top, and parts of them below.
    const above = (name: string): boolean =>
      anyTarget ? progress[name]?.target != null : !parts.has(name);
    const now = rows.map((row) => (above(row.name) ? "1" : "0")).join("");
    if (now !== order) {
      order = now;
      targeted.replaceChildren(...rows.filter((row) => above(row.name)).map((row) => row.element));
      others.replaceChildren(...rows.filter((row) => !above(row.name)).map((row) => row.element));
    }
    for (const row of rows) row.refresh();
    const open = (session.progress?.obligations ?? []).filter(
      ({ status }) => status !== "not_applicable",
    );
    replaceWhereChanged(obligations, open, (each) => obligation(form, each));
  };
  unfinished.addEventListener("toggle", () => unfinished.open && todoList(form, todo, count));
  refresh();
  return { refresh };
}

/** How long there is until the day that a host named. */
export function deadline(form: Context): HTMLElement[] {
  const left = form.deadline === null ? undefined : daysUntil(form.deadline, new Date());
  if (left === undefined) return [];
  const { t, said } = form.session.words;
  const days = Math.abs(left);
  const words = left === 0 ? t("dueToday") : `${days} ${t(left > 0 ? "daysLeft" : "overdue")}`;
  const text = `${said(t("due"), form.deadline ?? "")}（${words}）`;
  return [
    h("p", { class: "deadline", "data-left": left < 0 ? "over" : left < 8 ? "soon" : null }, text),
  ];
}

/** Everything that is to do, by label; each goes to its place. */
export function todoList(form: Context, todo: HTMLElement, count: HTMLElement): void {
  const { session } = form;
  const { t } = session.words;
  const open = session.issues.filter(isToDo);
  say(count, String(open.length));
  const all = form.unfolded.has("todo-all");
  const shown = all ? open : open.slice(0, SHOWN_AT_FIRST);
  const items = shown.map((issue) => ({ ...issue, words: placeWords(session, issue.path) }));
  const rest = open.length - shown.length;
  const showAll = (): void => {
    form.unfolded.add("todo-all");
    todoList(form, todo, count);
  };
  const now = JSON.stringify([
    items.map(({ path, words, message }) => [path, words, message]),
    rest,
  ]);
  if (todo.dataset["shown"] === now) return;
  todo.dataset["shown"] = now;
  const lines = items.map(({ severity, path, words, message }) => {
    const go = (): void => form.goTo(path);
    const button = h("button", { type: "button", onclick: go }, h("small", {}, words), message);
    return h("li", { class: severity }, button);
  });
  const words = `${t("showAll")}（${open.length}）`;
  const more = h("button", { type: "button", id: "todo-all", onclick: showAll }, words);
  if (open.length === 0) refill(todo, h("li", { class: "fine" }, t("fine")));
  else refill(todo, ...lines, rest > 0 && h("li", {}, more));
}

const isToDo = ({ severity }: Issue): boolean => severity !== "advice";

function replaceWhereChanged<T>(
  list: HTMLElement,
  items: T[],
  draw: (item: T) => HTMLElement,
): void {
  const now = JSON.stringify(items);
  if (list.dataset["shown"] === now) return;
  list.dataset["shown"] = now;
  refill(list, ...items.map(draw));
}

interface Figure {
  name: string;
  element: HTMLElement;
  refresh: () => void;
}

function figure(form: Context, name: string, words: string): Figure {
  const [value, beside] = [h("span", { class: "value" }), h("span", { class: "beside" })];
  const certain = h("span", { class: "certain" });
  const possible = h("span", { class: "possible" });
  const bar = h("span", { class: "bar", "aria-hidden": "true" }, possible, certain);
  const isOpen = (): boolean => form.figure === name;
  const why = h("div", { class: "why", id: `why-${name}`, hidden: !isOpen() });
  const button = h(
    "button",
    {
      type: "button",
      id: `kpi-${name}`,
      "aria-expanded": String(isOpen()),
      "aria-controls": `why-${name}`,
    },
    h("span", { class: "name" }, words),
    value,
    beside,
    bar,
  );
  const element = h("li", {}, button, why);
  let drawn = "";
  let due: ReturnType<typeof setTimeout> | undefined;
  const reasons = (): void => {
    if (why.hidden) return;
    clearTimeout(due);
    // Reasons follow when typing pauses; the figures themselves follow at once.
    const wait = drawn === "" ? 0 : 150;
    due = setTimeout(() => {
      void explanation(form, name).then((parts) => refill(why, ...parts));
    }, wait);
  };
  button.addEventListener("click", () => {
    const opening = why.hidden;
    // One at a time.
    for (const other of form.root.querySelectorAll<HTMLElement>(".why:not([hidden])")) {
      other.hidden = true;
      other.previousElementSibling?.setAttribute("aria-expanded", "false");
    }
    why.hidden = !opening;
    form.figure = opening ? name : undefined;
    mark(button, "aria-expanded", String(opening));
    reasons();
  });
  const refresh = (): void => {
    const kpi = form.session.progress?.kpis[name];
    const now = JSON.stringify([kpi ?? null, form.session.unit]);
    if (now !== drawn) {
      const { unit, words } = form.session;
      say(value, kpi ? shown(words, kpi, unit) : "—");
      say(beside, kpi ? against(words, kpi, unit) : "");
      mark(element, "data-state", kpi?.state ?? null);
      mark(element, "data-reached", kpi?.target == null ? null : String(kpi.gap === null));
      bar.hidden = kpi?.target == null;
      if (kpi) {
        const unbounded = kpi.state === "undetermined" && kpi.high === null;
        certain.style.setProperty("inline-size", part(kpi.value ?? kpi.low, kpi.target));
        const most = unbounded ? "100%" : part(kpi.value ?? kpi.high, kpi.target);
        possible.style.setProperty("inline-size", most);
      }
    }
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

/** A figure's value, or its bounds. */
export function shown({ t }: Words, kpi: KpiProgress, unit: Unit): string {
  if (kpi.state === "known") return grouped(kpi.value ?? "", kpi.unit, unit);
  if (kpi.state !== "undetermined") return t(kpi.state as Word);
  const low = kpi.low === null ? "…" : grouped(kpi.low, kpi.unit, unit);
  if (kpi.high === null) return `${low} ${t("nothingBounds")}`;
  // The sign of the unit stands once.
  return `${low.replace(/ \S+$/, "")}–${grouped(kpi.high, kpi.unit, unit)}`;
}

/** What it is compared with. */
export function against({ t }: Words, kpi: KpiProgress, unit: Unit): string {
  const in_ = (value: string): string => grouped(value, kpi.unit, unit);
  const target = kpi.target === null ? [] : [`${t("target")} ${in_(kpi.target)}`];
  const gap = kpi.gap === null ? [] : [`${t("missingToTarget")} ${in_(kpi.gap)}`];
  const previous = kpi.previous === null ? [] : [`${t("previous")} ${in_(kpi.previous)}`];
  return [...target, ...gap, ...previous].join("・");
}

/** An obligation, whether it is met, and the clause behind it. */
export function obligation(form: Context, each: ObligationProgress): HTMLElement {
  const { t, said } = form.session.words;
  const missing = each.gap === null ? "" : grouped(each.gap, each.unit, form.session.unit);
  const gap = missing === "" ? "" : `・${t("missingToTarget")} ${missing}`;
  const kpi = each.kpi === null ? null : (form.session.progress?.kpis[each.kpi]?.label ?? each.kpi);
  const clause = each.clause && `${each.clause} ${summary(form, each.clause) ?? ""}`;
  return h(
    "li",
    { "data-status": each.status },
    h("span", { class: "name" }, kpi === null ? each.label : said(each.label, kpi)),
    h("span", { class: "status" }, t(each.status as Word) + gap),
    clause && h("span", { class: "clause" }, clause),
  );
}
