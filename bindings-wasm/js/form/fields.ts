// One field as a control, by its kind: label, control, hint, and the messages wired to it. Not
// here: what the messages are (session.ts), how amounts and days are written (amounts.ts).

import type { EntityDescription, FieldDescription, Issue } from "../guiju.js";
import { fromYuan, inYuan } from "./amounts.js";
import type { Context } from "./context.js";
import { day, period } from "./dayfield.js";
import { h, mark, refill } from "./dom.js";
import { idOf, type At } from "./places.js";
import { choicesOf } from "./references.js";
import { recordAt, shownValue, type Value } from "./report.js";

export interface FieldView {
  field: FieldDescription;
  element: HTMLElement;
  /** Shows what there is to say about the field. */
  tell: (issues: Issue[]) => void;
}

export type Change = (value: Value) => void;

/** What a value is typed or chosen in. */
export interface Control {
  control: HTMLElement;
  /** What carries the state of being wrong, and the description. */
  targets: HTMLElement[];
  grouped?: boolean;
}

/** A field of a record, whose controls are called by the record and the field. */
export function fieldView(
  form: Context,
  entity: EntityDescription,
  at: At,
  field: FieldDescription,
): FieldView {
  const { t, label } = form.session.words;
  const id = `${idOf(form.session.description, at)}-${field.name}`;
  const hint = hintOf(form, field);
  const hintId = `${id}-hint`;
  const messages = h("ul", { class: "messages", id: `${id}-messages`, part: "messages" });
  const describedBy = `${id}-messages${hint ? ` ${hintId}` : ""}`;
  const change: Change = (value) => form.set(at, field.name, value);
  const value = recordAt(form.session.report, at)?.[field.name];
  const { control, targets, grouped } = controlOf(form, entity, at, field, value, id, change);
  for (const target of targets) mark(target, "aria-describedby", describedBy);
  const optional = field.optional && h("small", { class: "optional" }, t("optional"));
  const name = [label(field.label), optional];
  const hints = hint && h("small", { class: "hint", id: hintId }, hint);
  const element = grouped
    ? h(
        "fieldset",
        { class: `field ${field.kind}`, part: "field" },
        h("legend", {}, ...name),
        control,
        hints,
        messages,
      )
    : h(
        "div",
        { class: `field ${field.kind}`, part: "field" },
        h("label", { for: id }, ...name),
        control,
        hints,
        messages,
      );
  // Leaving a field ends the step that typing in it is.
  element.addEventListener("focusout", () => form.session.settle());
  let shown: Issue[] = [];
  const tell = (issues: Issue[]): void => {
    if (sameIssues(issues, shown)) return;
    shown = issues;
    const first = issues[0]?.severity ?? null;
    const worst = issues.some(({ severity }) => severity === "error") ? "error" : first;
    // A field that is only empty so far is not called wrong before anything was entered.
    const untouched = issues.length > 0 && issues.every((issue) => issue.code === "G802");
    mark(element, "data-worst", untouched ? "untouched" : worst);
    const wrong = worst === "error" || worst === "warning" ? "true" : null;
    for (const target of targets) mark(target, "aria-invalid", wrong);
    refill(messages, ...issues.map((issue) => message(form, issue)));
  };
  return { field, element, tell };
}

/** Whether the same is said. */
export function sameIssues(a: readonly Issue[], b: readonly Issue[]): boolean {
  return (
    a.length === b.length &&
    a.every((issue, n) => {
      const other = b[n];
      return issue === other || JSON.stringify(issue) === JSON.stringify(other);
    })
  );
}

/** What there is to say; `drop` takes away what no field of the form can show. */
export function message(form: Context, issue: Issue, drop?: () => void): HTMLElement {
  const clause = issue.clause && summary(form, issue.clause);
  const { t } = form.session.words;
  return h(
    "li",
    { class: issue.severity, "data-code": issue.code },
    issue.message,
    issue.help ? h("span", { class: "help" }, issue.help) : null,
    issue.clause
      ? h("span", { class: "clause" }, `${issue.clause}${clause ? ` ${clause}` : ""}`)
      : null,
    drop ? h("button", { type: "button", class: "quiet", onclick: drop }, t("drop")) : null,
  );
}

/** What a clause says in short. */
export function summary(form: Context, clause: string): string | undefined {
  const at = clause.indexOf(":");
  const [name, id] = [clause.slice(0, at), clause.slice(at + 1)];
  const document = form.session.description.documents.find((each) => each.name === name);
  const found = document?.clauses.find((known) => known.id === id);
  return found && form.session.words.label(found.summary);
}

function hintOf(form: Context, field: FieldDescription): string | null {
  if (field.kind === "date" || field.kind === "period") return form.session.words.t("dateHint");
  if (field.low !== undefined) return `${field.low}–${field.high}`;
  return null;
}

function controlOf(
  form: Context,
  entity: EntityDescription,
  at: At,
  field: FieldDescription,
  value: Value,
  id: string,
  change: Change,
): Control {
  const { session } = form;
  const { label } = session.words;
  const others = (values: string[]): [string, string][] => withOthers(form, field, values);
  switch (field.kind) {
    case "bool":
      return radios(form, id, label(field.label), value, change);
    case "choice":
      return select(form, id, others([shownValue(value)]), shownValue(value), change);
    case "reference": {
      const target = session.description.entities.find((known) => known.name === field.of);
      // What all reports share is not in one: its key is typed.
      if (!target) return line(entity, field, id, shownValue(value), change);
      const own = shownValue(value);
      const all = choicesOf(session.description, session.report, at, field);
      // What is there none of is shown as it is, and told.
      const listed = own === "" || all.some(([name]) => name === own);
      return select(form, id, listed ? all : [[own, own], ...all], own, change);
    }
    case "list": {
      const single = shownValue(value) === "" ? [] : [shownValue(value)];
      const list = Array.isArray(value) ? (value as string[]) : single;
      return checks(id, others(list), list, change);
    }
    case "period":
      return period(form, id, value, change);
    case "date":
      return day(form, id, shownValue(value), label(field.label), change);
    case "money":
    case "signed_money":
      return money(form, id, shownValue(value), change);
    default:
      return line(entity, field, id, shownValue(value), change);
  }
}

function line(
  entity: EntityDescription,
  field: FieldDescription,
  id: string,
  value: string,
  change: Change,
): Control {
  const long = field.kind === "text" && field.optional && !entity.child;
  const decimal = field.kind === "percent" || field.kind === "number";
  const mode = decimal ? "decimal" : field.kind === "text" ? null : "numeric";
  const input = long
    ? h("textarea", { id, rows: 2, part: "input" })
    : h("input", { id, type: "text", inputmode: mode, autocomplete: "off", part: "input" });
  input.value = value;
  input.addEventListener("input", () => change(input.value));
  return { control: field.unit ? withUnit(input, field.unit) : input, targets: [input] };
}

const withUnit = (input: HTMLElement, unit: string): HTMLElement =>
  h(
    "span",
    { class: "with-unit" },
    input,
    h("span", { class: "unit", "aria-hidden": "true" }, unit),
  );

/** An amount in the unit that the person chose; what is kept is in 元. */
function money(form: Context, id: string, value: string, change: Change): Control {
  const { unit } = form.session;
  const props = { id, type: "text", inputmode: "decimal", autocomplete: "off", part: "input" };
  const input = h("input", props);
  input.value = fromYuan(value, unit);
  input.addEventListener("input", () => change(inYuan(input.value, unit)));
  return { control: withUnit(input, unit), targets: [input] };
}

/** The choices of a field, and what a file has in it that is none: shown as it is, and told. */
function withOthers(form: Context, field: FieldDescription, values: string[]): [string, string][] {
  const { label } = form.session.words;
  const known = (field.choices ?? []).map(({ name, label: words }): [string, string] => [
    name,
    label(words),
  ]);
  const others = values.filter((value) => value !== "" && !known.some(([name]) => name === value));
  return [...known, ...others.map((value): [string, string] => [value, value])];
}

function select(
  form: Context,
  id: string,
  choices: [string, string][],
  value: string,
  change: Change,
): Control {
  const options = choices.map(([name, words]) => h("option", { value: name }, words));
  const none = h("option", { value: "" }, form.session.words.t("choose"));
  const element = h("select", { id, part: "input" }, none, ...options);
  element.value = value;
  element.addEventListener("change", () => change(element.value || null));
  return { control: element, targets: [element] };
}

/** Yes, no, and not yet: what is not known must not look like a no. */
function radios(form: Context, id: string, name: string, value: Value, change: Change): Control {
  const { t } = form.session.words;
  const now = typeof value === "boolean" ? value : undefined;
  const option = (answer: boolean | undefined, words: string): HTMLElement => {
    const own = `${id}-${answer ?? "none"}`;
    const input = h("input", { type: "radio", name: id, id: own, checked: answer === now });
    input.addEventListener("change", () => change(answer ?? null));
    return h("label", {}, input, h("span", {}, words));
  };
  const group = h(
    "div",
    { class: "segments", role: "radiogroup", id, "aria-label": name },
    option(true, t("yes")),
    option(false, t("no")),
    option(undefined, t("notYet")),
  );
  return { control: group, targets: [group], grouped: true };
}

function checks(id: string, all: [string, string][], value: string[], change: Change): Control {
  const chosen = new Set(value);
  const boxes = all.map(([name, words]) => {
    const own = `${id}-${name}`;
    const input = h("input", { type: "checkbox", id: own, checked: chosen.has(name) });
    input.addEventListener("change", () => {
      if (input.checked) chosen.add(name);
      else chosen.delete(name);
      change([...chosen]);
    });
    return { input, element: h("label", {}, input, h("span", {}, words)) };
  });
  const control = h("div", { class: "checks", id }, ...boxes.map((box) => box.element));
  return { control, targets: boxes.map((box) => box.input), grouped: true };
}
