// One field as a control, by its kind: label, control, hint, and the messages wired to it. Not here: what the messages are (state.ts).

import type { EntityDescription, FieldDescription, Issue } from "guiju";
import { h, mark, refill } from "./dom";
import { records, type Fields, type State, type Value } from "./state";
import { label, t } from "./words";

export interface FieldView {
  field: FieldDescription;
  element: HTMLElement;
  /** Shows what there is to say about the field. */
  tell: (issues: Issue[]) => void;
}

type Change = (value: Value) => void;

export function fieldView(state: State, entity: EntityDescription, field: FieldDescription, record: Fields, id: string, change: Change): FieldView {
  const hint = hintOf(field);
  const hintId = `${id}-hint`;
  const messages = h("ul", { class: "messages", id: `${id}-messages` });
  const describedBy = `${id}-messages${hint ? ` ${hintId}` : ""}`;
  const { control, targets, grouped } = controlOf(state, entity, field, record, id, change);
  for (const target of targets) mark(target, "aria-describedby", describedBy);
  const name = [label(field.label), field.optional && h("small", { class: "optional" }, t("optional"))];
  const hintElement = hint && h("small", { class: "hint", id: hintId }, hint);
  const element = grouped
    ? h("fieldset", { class: `field ${field.kind}` }, h("legend", {}, ...name), control, hintElement, messages)
    : h("div", { class: `field ${field.kind}` }, h("label", { for: id }, ...name), control, hintElement, messages);
  let shown = "";
  const tell = (issues: Issue[]): void => {
    const now = JSON.stringify(issues);
    if (now === shown) return;
    shown = now;
    const worst = issues.some((issue) => issue.severity === "error") ? "error" : issues.length > 0 ? (issues[0]?.severity ?? null) : null;
    // A field that is only empty so far is not called wrong before anything was entered.
    const untouched = issues.length > 0 && issues.every((issue) => issue.code === "G802");
    mark(element, "data-worst", untouched ? "untouched" : worst);
    for (const target of targets) mark(target, "aria-invalid", worst === "error" || worst === "warning" ? "true" : null);
    refill(messages, ...issues.map((issue) => message(state, issue)));
  };
  return { field, element, tell };
}

/** What there is to say; `drop` takes away what no field of the form can show. */
export function message(state: State, issue: Issue, drop?: () => void): HTMLElement {
  const clause = issue.clause && summary(state, issue.clause);
  return h(
    "li",
    { class: issue.severity, "data-code": issue.code },
    issue.message,
    issue.help ? h("span", { class: "help" }, issue.help) : null,
    issue.clause ? h("span", { class: "clause" }, `${issue.clause}${clause ? ` ${clause}` : ""}`) : null,
    drop ? h("button", { type: "button", class: "quiet", onclick: drop }, t("drop")) : null,
  );
}

/** What a clause says in short. */
export function summary(state: State, clause: string): string | undefined {
  const [document, id] = [clause.slice(0, clause.indexOf(":")), clause.slice(clause.indexOf(":") + 1)];
  const found = state.description.documents.find(({ name }) => name === document)?.clauses.find((known) => known.id === id);
  return found && label(found.summary);
}

function hintOf(field: FieldDescription): string | null {
  if (field.kind === "date" || field.kind === "period") return t("dateHint");
  if (field.low !== undefined) return `${field.low}–${field.high}`;
  return null;
}

interface Control {
  control: HTMLElement;
  /** What carries the state of being wrong, and the description. */
  targets: HTMLElement[];
  grouped?: boolean;
}

function controlOf(state: State, entity: EntityDescription, field: FieldDescription, record: Fields, id: string, change: Change): Control {
  const value = record[field.name];
  switch (field.kind) {
    case "bool":
      return radios(id, label(field.label), typeof value === "boolean" ? value : undefined, change);
    case "choice":
      return select(id, withOthers(field, [text(value)]), text(value), change);
    case "reference": {
      const target = state.description.entities.find((known) => known.name === field.of);
      const names = target ? records(state, target).map((other) => text(other[target.key])).filter((name) => name !== "") : [];
      const known = text(value) && !names.includes(text(value)) ? [text(value), ...names] : names;
      return select(id, known.map((name) => [name, name]), text(value), change);
    }
    case "list":
      return checks(id, field, Array.isArray(value) ? value : text(value) === "" ? [] : [text(value)], change);
    case "period":
      return period(id, value, change);
    default: {
      const long = field.kind === "text" && field.optional && !entity.child;
      const mode = ["money", "signed_money", "percent", "number"].includes(field.kind) ? "decimal" : field.kind === "text" ? null : "numeric";
      const input = long ? h("textarea", { id, rows: 2 }) : h("input", { id, type: "text", inputmode: mode, autocomplete: "off" });
      input.value = text(value);
      input.addEventListener("input", () => change(input.value));
      const unit = field.kind === "money" || field.kind === "signed_money" ? "元" : (field.unit ?? null);
      return { control: unit ? h("span", { class: "with-unit" }, input, h("span", { class: "unit", "aria-hidden": "true" }, unit)) : input, targets: [input] };
    }
  }
}

/** The choices of a field, and what a file has in it that is none: it is shown as it is, and told. */
function withOthers(field: FieldDescription, values: string[]): [string, string][] {
  const known = (field.choices ?? []).map((choice): [string, string] => [choice.name, label(choice.label)]);
  const others = values.filter((value) => value !== "" && !known.some(([name]) => name === value));
  return [...known, ...others.map((value): [string, string] => [value, value])];
}

function select(id: string, choices: [string, string][], value: string, change: Change): Control {
  const options = choices.map(([name, words]) => h("option", { value: name, selected: name === value }, words));
  const element = h("select", { id }, h("option", { value: "" }, t("choose")), ...options);
  element.value = value;
  element.addEventListener("change", () => change(element.value || null));
  return { control: element, targets: [element] };
}

/** Yes, no, and not yet: what is not known must not look like a no. */
function radios(id: string, name: string, value: boolean | undefined, change: Change): Control {
  const option = (answer: boolean | undefined, words: string): HTMLElement => {
    const input = h("input", { type: "radio", name: id, id: `${id}-${answer ?? "none"}`, checked: answer === value });
    input.addEventListener("change", () => change(answer ?? null));
    return h("label", {}, input, h("span", {}, words));
  };
  const group = h("div", { class: "segments", role: "radiogroup", id, "aria-label": name }, option(true, t("yes")), option(false, t("no")), option(undefined, t("notYet")));
  return { control: group, targets: [group], grouped: true };
}

function checks(id: string, field: FieldDescription, value: string[], change: Change): Control {
  const chosen = new Set(value);
  const boxes = withOthers(field, value).map(([name, words]) => {
    const input = h("input", { type: "checkbox", id: `${id}-${name}`, checked: chosen.has(name) });
    input.addEventListener("change", () => {
      if (input.checked) chosen.add(name);
      else chosen.delete(name);
      change([...chosen]);
    });
    return { input, element: h("label", {}, input, h("span", {}, words)) };
  });
  return { control: h("div", { class: "checks", id }, ...boxes.map((box) => box.element)), targets: boxes.map((box) => box.input), grouped: true };
}

function period(id: string, value: Value, change: Change): Control {
  const ends: { start?: string; end?: string } = value && typeof value === "object" && !Array.isArray(value) ? { ...value } : { start: text(value) };
  const input = (end: "start" | "end"): HTMLInputElement => {
    const element = h("input", { id: `${id}-${end}`, type: "text", inputmode: "numeric", autocomplete: "off", "aria-label": t(end), placeholder: t(end) });
    element.value = text(ends[end]);
    element.addEventListener("input", () => {
      ends[end] = element.value;
      change(ends.start || ends.end ? { start: ends.start || undefined, end: ends.end || undefined } as Value : null);
    });
    return element;
  };
  const [start, end] = [input("start"), input("end")];
  return { control: h("div", { class: "ends", id }, start, h("span", { "aria-hidden": "true" }, "–"), end), targets: [start, end], grouped: true };
}

/** A value as it is shown; what is no text, as the file has it. */
function text(value: Value): string {
  if (value === null || value === undefined) return "";
  return typeof value === "object" ? JSON.stringify(value) : String(value);
}
