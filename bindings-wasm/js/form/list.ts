// The records of an entity that stand in a record, or in the root, as lines, one of which is open,
// with the lists that stand in it: filtered, sorted, and with as many lines in the page as can be
// seen. Not here: the fields of the open record (record.ts).

import type { EntityDescription, Issue } from "../guiju.js";
import type { Context, Look, View } from "./context.js";
import { h, mark, say } from "./dom.js";
import { shifted } from "./amounts.js";
import { buttonId, childrenOf, idOf, indexOf, isWithin, listOf, place, type At } from "./places.js";
import { records, shownValue, withRecords, type Fields } from "./report.js";
import { moved, recordActions, recordForm, title } from "./record.js";
import { pasteRows } from "./paste.js";
import { fold } from "./read.js";

/** How many lines are all in the page, and beyond that how many above and below what is seen. */
const ALL = 120;
const BEYOND = 15;

/** The height of a line in pixels, as the style has it. */
const LINE = 40;

/** So many records within a record are looked through without a filter. */
const FEW = 8;

interface Line {
  element: HTMLElement;
  name: HTMLElement;
  badge: HTMLElement;
  /** What was told of it. */
  record?: Fields;
  issues?: readonly Issue[];
  unread?: boolean;
}

/** The list of an entity in a section, or in the record that it stands in. */
export function listView(
  form: Context,
  entity: EntityDescription,
  main: HTMLElement,
  of: At = "",
): View {
  const { session } = form;
  const { t, label } = session.words;
  const all = records(session.report, entity, of);
  const own = listOf(of, entity);
  const look = lookAt(form, own);
  let order = ordered(form, entity, of, look);
  const lines = new Map<number, Line>();
  /** The record of the list that is open, or that has an open one in it. */
  const openIndex = all.findIndex((_, n) => isWithin(form.open.record, place(entity, n, of)));
  const opened: View[] = [];
  const list = h("ol", { class: "records", part: "records" });

  const lineOf = (index: number): Line => {
    const known = lines.get(index);
    if (known) return known;
    const name = h("span", { class: "name" });
    const badge = h("span", { class: "badge" });
    const at = place(entity, index, of);
    const isOpen = index === openIndex;
    const toggle = (): void => {
      form.open.record = isOpen ? of : at;
      form.draw();
    };
    const button = h(
      "button",
      {
        type: "button",
        class: "line",
        id: `record-${idOf(session.description, at)}`,
        "aria-expanded": String(isOpen),
        onclick: toggle,
      },
      h("span", { class: "number" }, String(index + 1)),
      name,
      badge,
    );
    const element = h("li", { class: isOpen ? "open" : null }, button);
    if (isOpen) {
      const { element: fields, tell } = recordForm(form, entity, at);
      const within = childrenOf(session.description, entity.name).map((child) => {
        const inner = h("section", {
          class: "within",
          "aria-label": label(child.label),
          "data-list": listOf(at, child),
        });
        opened.push(listView(form, child, inner, at));
        return inner;
      });
      opened.push({ refresh: tell });
      element.append(fields, ...within, recordActions(form, entity, at));
    }
    const line: Line = { element, name, badge };
    lines.set(index, line);
    tell(index, line);
    return line;
  };

  const tell = (index: number, line: Line): void => {
    const record = records(session.report, entity, of)[index] ?? {};
    const own = session.issuesWithin(place(entity, index, of));
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
    const [from, to] = seen(list, order, openIndex);
    const shown = order
      .map((index, at) => [index, at] as const)
      .filter(([index, at]) => (at >= from && at < to) || index === openIndex);
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

  const id = (name: string): string => buttonId(name, own);
  const amountField = entity.fields.some(({ kind }) => kind === "money");
  const found = h("span", { class: "found", role: "status" });
  const tools = h(
    "div",
    { class: "list-tools" },
    ...lookTools(form, look, amountField, id, () => {
      order = ordered(form, entity, of, look);
      say(found, look.filter === "" ? "" : `${order.length} ${t("found")}`);
      fill();
    }),
    found,
  );
  if (look.filter !== "") say(found, `${order.length} ${t("found")}`);

  const addAt = (index: number): void => {
    const at = place(entity, index, of);
    moved(form, own);
    form.open.record = at;
    look.filter = "";
    form.change(withRecords(session.report, entity, all.toSpliced(index, 0, {}), of));
    const fields = form.root.getElementById(`fields-${idOf(session.description, at)}`);
    fields?.querySelector<HTMLElement>("input, select, textarea")?.focus();
  };
  const { removed } = form;
  const wasOwn = removed !== undefined && removed === place(entity, indexOf(removed), of);
  const restore = (at: At): void => {
    form.undo();
    form.root.getElementById(`record-${idOf(session.description, at)}`)?.focus();
  };
  const button = (name: string, words: string, click: () => void, kind = "quiet"): HTMLElement =>
    h(
      "button",
      { type: "button", class: kind, id: id(name), part: "button", onclick: click },
      words,
    );
  const size = h("small", {}, ` ${all.length} ${t("records")}`);
  const what = of === "" ? "" : `・${label(entity.label)}`;
  const heading =
    of === ""
      ? h("h2", { id: "section", tabindex: -1 }, label(entity.label), size)
      : h("h3", { id: id("section"), tabindex: -1 }, label(entity.label), size);
  main.replaceChildren(
    heading,
    h(
      "p",
      { class: "actions" },
      all.length > 0 && button("add-top", t("addTop"), () => addAt(0)),
      button("paste-rows", t("pasteRows"), () => pasteRows(form, entity, of, "")),
    ),
    ...(all.length > (of === "" ? 1 : FEW) ? [tools] : []),
    all.length === 0 ? h("p", { class: "empty" }, t("empty")) : list,
    h(
      "p",
      { class: "actions" },
      button("add", `＋ ${t("add")}${what}`, () => addAt(all.length), "primary"),
      wasOwn && button("undo", t("undo"), () => restore(removed)),
    ),
  );
  const refresh = (): void => {
    for (const [index, line] of lines) tell(index, line);
    for (const view of opened) view.refresh();
  };
  fill();
  for (const view of opened) view.refresh();
  if (order.length > ALL) {
    const follow = (): void => {
      if (list.isConnected) fill();
      else document.removeEventListener("scroll", follow, { capture: true });
    };
    document.addEventListener("scroll", follow, { capture: true, passive: true });
  }
  list.addEventListener("keydown", (event) => {
    const by = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    const line = (event.target as Element).closest?.(".line");
    // What is pressed in a list within it is that one's.
    if (by === undefined || line?.closest(".records") !== list) return;
    event.preventDefault();
    const index = Number(line.id.slice(line.id.lastIndexOf("-") + 1));
    const next = place(entity, order[order.indexOf(index) + by] ?? -1, of);
    form.root.getElementById(`record-${idOf(session.description, next)}`)?.focus();
  });
  return { refresh };
}

/** The lines between two places of the order that can be seen, and some beyond. */
function seen(list: HTMLElement, order: readonly number[], open: number): [number, number] {
  if (order.length <= ALL) return [0, order.length];
  if (!list.isConnected) return [0, BEYOND * 3];
  const { top } = list.getBoundingClientRect();
  const at = order.indexOf(open);
  const extra =
    at < 0 ? 0 : (list.querySelector<HTMLElement>(":scope > .open")?.offsetHeight ?? LINE) - LINE;
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

function lookAt(form: Context, list: string): Look {
  let look = form.looks.get(list);
  if (!look) form.looks.set(list, (look = { filter: "", sort: "entered" }));
  return look;
}

function lookTools(
  form: Context,
  look: Look,
  amounts: boolean,
  id: (name: string) => string,
  changed: () => void,
): HTMLElement[] {
  const { t } = form.session.words;
  const filter = h("input", {
    id: id("filter"),
    type: "search",
    autocomplete: "off",
    part: "input",
  });
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
  const sort = h("select", { id: id("sort"), part: "input" }, ...options);
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
function ordered(form: Context, entity: EntityDescription, of: At, look: Look): number[] {
  const { session } = form;
  const all = records(session.report, entity, of);
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
  const toDo = ({ severity }: Issue): boolean => severity !== "advice";
  const open = (n: number): number =>
    session.issuesWithin(place(entity, n, of)).filter(toDo).length;
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
