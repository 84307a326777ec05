// The records of an entity as lines, one of which is open: filtered, sorted, and with as many lines
// in the page as can be seen. Not here: the open record (record.ts).

import type { EntityDescription, Issue } from "../guiju.js";
import type { Context, Look, View } from "./context.js";
import { h, mark, say } from "./dom.js";
import { shifted } from "./amounts.js";
import { place, records, shownValue, withRecords, type Fields } from "./report.js";
import { recordActions, recordForm, title, type RecordForm } from "./record.js";
import { pasteRows } from "./paste.js";
import { fold } from "./read.js";

/** How many lines are all in the page, and beyond that how many above and below what is seen. */
const ALL = 120;
const BEYOND = 15;

/** The height of a line in pixels, as the style has it. */
const LINE = 40;

interface Line {
  element: HTMLElement;
  name: HTMLElement;
  badge: HTMLElement;
  /** What was told of it. */
  record?: Fields;
  issues?: readonly Issue[];
  unread?: boolean;
}

export function listView(form: Context, entity: EntityDescription, main: HTMLElement): View {
  const { session } = form;
  const { t, label } = session.words;
  const all = records(session.report, entity);
  form.open.record = Math.min(form.open.record, all.length - 1);
  const look = lookAt(form, entity);
  let order = ordered(form, entity, look);
  const lines = new Map<number, Line>();
  let opened: RecordForm | undefined;
  const list = h("ol", { class: "records", part: "records" });

  const lineOf = (index: number): Line => {
    const known = lines.get(index);
    if (known) return known;
    const name = h("span", { class: "name" });
    const badge = h("span", { class: "badge" });
    const isOpen = index === form.open.record;
    const toggle = (): void => {
      form.open.record = isOpen ? -1 : index;
      form.draw();
    };
    const button = h(
      "button",
      {
        type: "button",
        class: "line",
        id: `record-${entity.name}-${index}`,
        "aria-expanded": String(isOpen),
        onclick: toggle,
      },
      h("span", { class: "number" }, String(index + 1)),
      name,
      badge,
    );
    const element = h("li", { class: isOpen ? "open" : null }, button);
    if (isOpen) {
      opened = recordForm(form, entity, index);
      element.append(opened.element, recordActions(form, entity, index));
    }
    const line: Line = { element, name, badge };
    lines.set(index, line);
    tell(index, line);
    return line;
  };

  const tell = (index: number, line: Line): void => {
    const record = records(session.report, entity)[index] ?? {};
    const own = session.issuesOf(place(entity, index));
    // Where something is wrong with the whole, a record of which nothing is said may not be read.
    const unread = own.length === 0 && session.issuesOf("").some(({ path }) => path === "");
    if (line.record === record && line.issues === own && line.unread === unread) return;
    Object.assign(line, { record, issues: own, unread });
    const { name, badge } = line;
    say(name, title(form, entity, record));
    const [words, worst] = unread ? ["", null] : verdict(form, own);
    say(badge, words);
    mark(badge, "data-worst", worst);
  };

  /** Puts the lines in the page that can be seen, the open one, and gaps for the others. */
  const fill = (): void => {
    const [from, to] = seen(list, order, form.open.record);
    const shown = order
      .map((index, at) => [index, at] as const)
      .filter(([index, at]) => (at >= from && at < to) || index === form.open.record);
    const children: HTMLElement[] = [];
    let next = 0;
    for (const [index, at] of shown) {
      if (at > next) children.push(gap(at - next));
      const { element } = lineOf(index);
      mark(element, "aria-setsize", String(order.length));
      mark(element, "aria-posinset", String(at + 1));
      children.push(element);
      next = at + 1;
    }
    if (order.length > next) children.push(gap(order.length - next));
    arrange(list, children);
  };

  const amountField = entity.fields.some(({ kind }) => kind === "money");
  const tools = h(
    "div",
    { class: "list-tools" },
    ...lookTools(form, look, amountField, () => {
      order = ordered(form, entity, look);
      say(found, look.filter === "" ? "" : `${order.length} ${t("found")}`);
      fill();
    }),
  );
  const found = h("span", { class: "found", role: "status" });
  if (look.filter !== "") say(found, `${order.length} ${t("found")}`);
  tools.append(found);

  const addAt = (index: number): void => {
    form.open.record = index;
    look.filter = "";
    form.change(withRecords(session.report, entity, all.toSpliced(index, 0, {})));
    const first = ".open .fields :is(input, select, textarea)";
    form.root.querySelector<HTMLElement>(first)?.focus();
  };
  const restore = (): void => {
    const index = form.removed?.index ?? -1;
    form.undo();
    form.root.getElementById(`record-${entity.name}-${index}`)?.focus();
  };
  const button = (id: string, words: string, click: () => void, kind = "quiet"): HTMLElement =>
    h("button", { type: "button", class: kind, id, part: "button", onclick: click }, words);
  const size = h("small", {}, ` ${all.length} ${t("records")}`);
  main.replaceChildren(
    h("h2", { id: "section", tabindex: -1 }, label(entity.label), size),
    h(
      "p",
      { class: "actions" },
      all.length > 0 && button("add-top", t("addTop"), () => addAt(0)),
      button("paste-rows", t("pasteRows"), () => pasteRows(form, entity, "")),
    ),
    ...(all.length > 1 ? [tools] : []),
    all.length === 0 ? h("p", { class: "empty" }, t("empty")) : list,
    h(
      "p",
      { class: "actions" },
      button("add", `＋ ${t("add")}`, () => addAt(all.length), "primary"),
      form.removed?.entity === entity.name && button("undo", t("undo"), restore),
    ),
  );
  const refresh = (): void => {
    for (const [index, line] of lines) tell(index, line);
    opened?.tell();
  };
  fill();
  opened?.tell();
  if (order.length > ALL) {
    const follow = (): void => {
      if (list.isConnected) fill();
      else document.removeEventListener("scroll", follow, { capture: true });
    };
    document.addEventListener("scroll", follow, { capture: true, passive: true });
  }
  list.addEventListener("keydown", (event) => step(form, entity, order, event));
  return { refresh };
}

/** The lines between two places of the order that can be seen, and some beyond. */
function seen(list: HTMLElement, order: readonly number[], open: number): [number, number] {
  if (order.length <= ALL) return [0, order.length];
  if (!list.isConnected) return [0, BEYOND * 3];
  const { top } = list.getBoundingClientRect();
  const at = order.indexOf(open);
  const extra =
    at < 0 ? 0 : (list.querySelector<HTMLElement>(".open")?.offsetHeight ?? LINE) - LINE;
  /** The line at a distance from the top of the list. */
  const lineAt = (y: number): number => {
    if (at < 0 || y <= (at + 1) * LINE) return Math.floor(y / LINE);
    return Math.max(at, Math.floor((y - extra) / LINE));
  };
  const first = lineAt(Math.max(0, -top));
  const last = lineAt(Math.max(0, window.innerHeight - top));
  return [Math.max(0, first - BEYOND), Math.min(order.length, last + BEYOND)];
}

/** Room for lines that are not in the page. */
const gap = (lines: number): HTMLElement => {
  const element = h("li", { class: "gap", "aria-hidden": "true" });
  element.style.setProperty("block-size", `${lines * LINE}px`);
  return element;
};

/** Puts children in place and leaves alone those that are there: the focus stays in them. */
function arrange(list: HTMLElement, children: readonly HTMLElement[]): void {
  const wanted = new Set<Element>(children);
  for (const child of [...list.children]) if (!wanted.has(child)) child.remove();
  children.forEach((child, n) => {
    if (list.children[n] !== child) list.insertBefore(child, list.children[n] ?? null);
  });
}

/** Arrow keys go from line to line. */
function step(
  form: Context,
  entity: EntityDescription,
  order: readonly number[],
  event: KeyboardEvent,
): void {
  const by = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  const line = (event.target as Element).closest?.(".line");
  if (by === undefined || !line) return;
  event.preventDefault();
  const index = Number(line.id.slice(`record-${entity.name}-`.length));
  const next = order[order.indexOf(index) + by];
  form.root.getElementById(`record-${entity.name}-${next}`)?.focus();
}

function lookAt(form: Context, entity: EntityDescription): Look {
  let look = form.looks.get(entity.name);
  if (!look) form.looks.set(entity.name, (look = { filter: "", sort: "entered" }));
  return look;
}

function lookTools(
  form: Context,
  look: Look,
  amounts: boolean,
  changed: () => void,
): HTMLElement[] {
  const { t } = form.session.words;
  const filter = h("input", { id: "filter", type: "search", autocomplete: "off", part: "input" });
  filter.value = look.filter;
  filter.addEventListener("input", () => {
    look.filter = filter.value;
    changed();
  });
  const sorts = [
    ["entered", t("asEntered")],
    ["name", t("byName")],
    ...(amounts ? [["amount", t("byAmount")]] : []),
    ["open", t("byOpen")],
  ] as [Look["sort"], string][];
  const options = sorts.map(([value, words]) => h("option", { value }, words));
  const sort = h("select", { id: "sort", part: "input" }, ...options);
  sort.value = look.sort;
  sort.addEventListener("change", () => {
    look.sort = sort.value as Look["sort"];
    changed();
  });
  return [
    h("label", {}, h("span", {}, t("filter")), filter),
    h("label", {}, h("span", {}, t("sort")), sort),
  ];
}

/** The indices of the records that are looked for, in the order that is asked for. */
function ordered(form: Context, entity: EntityDescription, look: Look): number[] {
  const { session } = form;
  const all = records(session.report, entity);
  const wanted = fold(look.filter);
  const text = (record: Fields): string =>
    fold(`${title(form, entity, record)} ${Object.values(record).map(shownValue).join(" ")}`);
  const indices = all.map((_, index) => index);
  const found =
    wanted === "" ? indices : indices.filter((n) => text(all[n] ?? {}).includes(wanted));
  if (look.sort === "entered") return found;
  const money = entity.fields.find(({ kind }) => kind === "money")?.name ?? "";
  const names = new Intl.Collator(session.words.locale, { numeric: true });
  const name = (n: number): string => shownValue(all[n]?.[entity.key]);
  const open = (n: number): number =>
    session.issuesOf(place(entity, n)).filter(({ severity }) => severity !== "advice").length;
  const compare = {
    name: (a: number, b: number) => names.compare(name(a), name(b)),
    amount: (a: number, b: number) =>
      moreFirst(shownValue(all[a]?.[money]), shownValue(all[b]?.[money])),
    open: (a: number, b: number) => open(b) - open(a),
  }[look.sort];
  return found.sort((a, b) => compare(a, b) || a - b);
}

/** Amounts by their digits, the largest first; what is no amount comes last. */
function moreFirst(a: string, b: string): number {
  const whole = (text: string): bigint => {
    const digits = shifted(text, 6);
    return /^\d+$/.test(digits) ? BigInt(digits) : -1n;
  };
  const [left, right] = [whole(a), whole(b)];
  return left === right ? 0 : left > right ? -1 : 1;
}

function verdict(form: Context, issues: readonly Issue[]): [string, string] {
  const { t } = form.session.words;
  const count = (severity: string): number =>
    issues.filter((issue) => issue.severity === severity).length;
  const [errors, warnings] = [count("error"), count("warning")];
  if (errors > 0) return [`${errors} ${t("errors")}`, "error"];
  return warnings > 0 ? [`${warnings} ${t("warnings")}`, "warning"] : [t("ok"), "ok"];
}
