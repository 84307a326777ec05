// The middle of the page: one section at a time, a section's records as lines of which one is open. Not here: the figures (figures.ts).

import type { EntityDescription, Issue } from "guiju";
import { h, mark, refill, say } from "./dom";
import { fieldView, message, type FieldView } from "./fields";
import { cut, issuesAt, place, records, type Fields, type State, type Value } from "./state";
import { label, said, t } from "./words";

export interface Open {
  /** The entity's name, or `goals`. */
  section: string;
  /** The record of it. */
  record: number;
}

/** What a keystroke has to bring up to date. */
export interface View {
  refresh: () => void;
}

/** A section; `changed` is called after every change of a value, `redraw` after one of the records themselves. */
export function sectionView(state: State, open: Open, main: HTMLElement, changed: () => void, redraw: () => void): View {
  if (open.section === "goals") return goals(state, main, changed);
  const entity = state.description.entities.find(({ name }) => name === open.section);
  if (!entity) return { refresh: () => {} };
  return entity.child ? list(state, entity, open, main, changed, redraw) : whole(state, entity, main, changed);
}

function whole(state: State, entity: EntityDescription, main: HTMLElement, changed: () => void): View {
  const { element, views, own } = recordForm(state, entity, 0, changed);
  main.replaceChildren(h("h2", { id: "section", tabindex: -1 }, label(entity.label)), element);
  const refresh = (): void => tellAll(state, entity, 0, views, own, changed);
  refresh();
  return { refresh };
}

function list(state: State, entity: EntityDescription, open: Open, main: HTMLElement, changed: () => void, redraw: () => void): View {
  const all = records(state, entity);
  open.record = Math.min(open.record, all.length - 1);
  const lines: { index: number; button: HTMLButtonElement; name: HTMLElement; badge: HTMLElement }[] = [];
  let form: ReturnType<typeof recordForm> | undefined;
  const items = all.map((_, index) => {
    const name = h("span", { class: "name" });
    const badge = h("span", { class: "badge" });
    const isOpen = index === open.record;
    const toggle = (): void => {
      open.record = isOpen ? -1 : index;
      redraw();
    };
    const button = h("button", { type: "button", class: "line", id: `record-${entity.name}-${index}`, "aria-expanded": String(isOpen), onclick: toggle }, h("span", { class: "number" }, String(index + 1)), name, badge);
    lines.push({ index, button, name, badge });
    if (!isOpen) return h("li", {}, button);
    form = recordForm(state, entity, index, changed);
    const remove = (): void => {
      const [record] = all.splice(index, 1);
      state.removed = record && { entity: entity.name, index, record };
      open.record = Math.min(index, all.length - 1);
      redraw();
      // Whoever removed one by mistake has the way back under the keys.
      document.getElementById("undo")?.focus();
    };
    return h("li", { class: "open" }, button, form.element, h("p", { class: "actions" }, h("button", { type: "button", class: "quiet", id: "remove", onclick: remove }, t("remove"))));
  });
  const add = (): void => {
    all.push({});
    open.record = all.length - 1;
    redraw();
    document.querySelector<HTMLElement>(".open .fields :is(input, select, textarea)")?.focus();
  };
  const restore = (): void => {
    if (state.removed) all.splice(state.removed.index, 0, state.removed.record);
    open.record = state.removed?.index ?? -1;
    state.removed = undefined;
    redraw();
    document.getElementById(`record-${entity.name}-${open.record}`)?.focus();
  };
  const undo = state.removed?.entity === entity.name && h("button", { type: "button", class: "quiet", id: "undo", onclick: restore }, t("undo"));
  main.replaceChildren(
    h("h2", { id: "section", tabindex: -1 }, label(entity.label), h("small", {}, ` ${all.length} ${t("records")}`)),
    all.length === 0 ? h("p", { class: "empty" }, t("empty")) : h("ol", { class: "records" }, ...items),
    h("p", { class: "actions" }, h("button", { type: "button", class: "primary", id: "add", onclick: add }, `＋ ${t("add")}`), undo),
  );
  const refresh = (): void => {
    const by = new Map<string, Issue[]>();
    for (const issue of state.issues) {
      const [, name, index] = issue.path.split("/");
      if (name === entity.name && index !== undefined) by.set(index, [...(by.get(index) ?? []), issue]);
    }
    for (const { index, name, badge } of lines) {
      say(name, title(entity, all[index] ?? {}));
      const own = by.get(String(index)) ?? [];
      // Where something is wrong with the whole, a record of which nothing is said may not have been read.
      const [words, worst] = own.length === 0 && state.issues.some(({ path }) => path === "") ? ["", null] : verdict(own);
      say(badge, words);
      mark(badge, "data-worst", worst);
    }
    if (form) tellAll(state, entity, open.record, form.views, form.own, changed);
  };
  refresh();
  return { refresh };
}

/** A record in a few words: its key, then its first choices. */
function title(entity: EntityDescription, record: Fields): string {
  const key = record[entity.key];
  const parts = entity.fields.flatMap((field) => {
    const value = record[field.name];
    const choice = field.kind === "choice" && field.choices?.find(({ name }) => name === value);
    if (choice) return [label(choice.label)];
    const amount = field.name !== entity.key && field.kind === "money" && typeof value === "string" && value !== "";
    return amount ? [`${value} 元`] : field.kind === "reference" && typeof value === "string" ? [value] : [];
  });
  return [typeof key === "string" && key !== "" ? key : t("unnamed"), ...parts.slice(0, 3)].join("・");
}

function verdict(issues: Issue[]): [string, string] {
  const count = (severity: string): number => issues.filter((issue) => issue.severity === severity).length;
  const [errors, warnings] = [count("error"), count("warning")];
  if (errors > 0) return [`${errors} ${t("errors")}`, "error"];
  return warnings > 0 ? [`${warnings} ${t("warnings")}`, "warning"] : [t("ok"), "ok"];
}

function recordForm(state: State, entity: EntityDescription, index: number, changed: () => void) {
  const record = records(state, entity)[index] ?? {};
  const views = entity.fields.map((field) =>
    fieldView(state, entity, field, record, `${entity.name}-${index}-${field.name}`, (value: Value) => {
      record[field.name] = value;
      changed();
    }),
  );
  const own = h("ul", { class: "messages own" });
  return { element: h("div", { class: "fields" }, own, ...views.map((view) => view.element)), views, own };
}

function tellAll(state: State, entity: EntityDescription, index: number, views: FieldView[], own: HTMLElement, changed: () => void): void {
  const at = place(entity, index);
  for (const view of views) view.tell(issuesAt(state, `${at}/${view.field.name}`));
  const names = new Set(entity.fields.map((field) => field.name));
  const others = issuesAt(state, at).filter((issue) => {
    const [name = "", child] = issue.path.slice(at.length + 1).split("/");
    return !names.has(name.replace(/_(start|end)$/, "")) && (entity.child || child === undefined);
  });
  const now = JSON.stringify(others);
  if (own.dataset["shown"] === now) return;
  own.dataset["shown"] = now;
  const drop = (issue: Issue) => (issue.code === "G603" ? () => (cut(state.report, issue.path), changed()) : undefined);
  refill(own, ...others.map((issue) => message(state, issue, drop(issue))));
}

/** What the figures are compared with, and the evidence that counts no more. */
function goals(state: State, main: HTMLElement, changed: () => void): View {
  const { report } = state;
  const cells: { path: string; input: HTMLElement; told: HTMLElement }[] = [];
  const cell = (list: "targets" | "previous", kpi: string, name: string): HTMLElement => {
    const id = `${list}-${kpi}`;
    const told = h("ul", { class: "messages", id: `${id}-messages` });
    const input = h("input", { id, type: "text", inputmode: "decimal", autocomplete: "off", "aria-label": said(name, t(list === "targets" ? "target" : "previous")), "aria-describedby": `${id}-messages` });
    input.value = report[list][kpi] ?? "";
    input.addEventListener("input", () => {
      if (input.value.trim() === "") delete report[list][kpi];
      else report[list][kpi] = input.value;
      changed();
    });
    cells.push({ path: `/${list}/${kpi}`, input, told });
    return h("td", {}, input, told);
  };
  const rows = state.description.kpis.filter((kpi) => !kpi.programme).map((kpi) => {
    const name = label(kpi.label);
    return h("tr", {}, h("th", { scope: "row" }, name, h("small", {}, ` ${kpi.unit}`)), cell("targets", kpi.name, name), cell("previous", kpi.name, name));
  });
  const register = (list: "reviewed" | "elsewhere"): HTMLElement => {
    const area = h("textarea", { id: list, rows: 3, "aria-describedby": `${list}-hint` });
    area.value = report[list].join("\n");
    area.addEventListener("input", () => {
      report[list] = area.value.split("\n").map((line) => line.trim()).filter((line) => line !== "");
      changed();
    });
    return h("div", { class: "field" }, h("label", { for: list }, t(list)), area, h("small", { class: "hint", id: `${list}-hint` }, t("onePerLine")));
  };
  main.replaceChildren(
    h("h2", { id: "section", tabindex: -1 }, t("goals")),
    h("table", { class: "goals" }, h("thead", {}, h("tr", {}, h("th", { scope: "col" }, t("kpi")), h("th", { scope: "col" }, t("target")), h("th", { scope: "col" }, t("previous")))), h("tbody", {}, ...rows)),
    h("div", { class: "fields" }, register("reviewed"), register("elsewhere")),
  );
  const refresh = (): void => {
    for (const { path, input, told } of cells) {
      const issues = issuesAt(state, path);
      mark(input, "aria-invalid", issues.length > 0 ? "true" : null);
      if (issues.length > 0 || told.childElementCount > 0) refill(told, ...issues.map((issue) => message(state, issue)));
    }
  };
  refresh();
  return { refresh };
}
