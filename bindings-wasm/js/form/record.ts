// The form of one record: its fields with what there is to say of them, and what can be done with
// the whole record. Not here: the list that it stands in (list.ts).

import type { EntityDescription, Issue } from "../guiju.js";
import type { Context } from "./context.js";
import { h, refill } from "./dom.js";
import { fieldView, message, sameIssues } from "./fields.js";
import { buttonId, idOf, indexOf, listOf, owner, place, type At } from "./places.js";
import { records, withRecords, without, type Fields } from "./report.js";
import { issuesAt, placeWords } from "./session.js";

export interface RecordForm {
  element: HTMLElement;
  /** Shows what there is to say of the record and its fields. */
  tell: () => void;
}

export function recordForm(form: Context, entity: EntityDescription, at: At): RecordForm {
  const views = entity.fields.map((field) => fieldView(form, entity, at, field));
  const own = h("ul", { class: "messages own" });
  const id = `fields-${idOf(form.session.description, at)}`;
  const element = h("div", { class: "fields", id }, own, ...views.map((view) => view.element));
  const names = new Set(entity.fields.map((field) => field.name));
  let shown: Issue[] = [];
  const tell = (): void => {
    const issues = form.session.issuesOf(at);
    for (const view of views) view.tell(issuesAt(issues, `${at}/${view.field.name}`));
    const others = issues.filter((issue) => {
      const [name = ""] = issue.path.slice(at.length + 1).split("/");
      const goal = ["targets", "previous", "reviewed", "elsewhere"].includes(name);
      return !names.has(name.replace(/_(start|end)$/, "")) && !(goal && !entity.child);
    });
    if (sameIssues(others, shown)) return;
    shown = others;
    // A field that the rules do not know cannot be corrected: it can be taken away.
    const drop = (issue: Issue): (() => void) | undefined =>
      issue.code === "G603"
        ? () => form.change(without(form.session.report, issue.path))
        : undefined;
    refill(own, ...others.map((issue) => message(form, issue, drop(issue))));
  };
  return { element, tell };
}

/** Copies or removes the record that is open. */
export function recordActions(
  form: Context,
  entity: EntityDescription,
  at: At,
): HTMLElement {
  const { t, label } = form.session.words;
  // In a record that stands in another, it is said which of them is meant.
  const what = owner(at) === "" ? "" : `・${label(entity.label)}`;
  const button = (name: "copy" | "remove", click: () => void): HTMLElement => {
    const id = buttonId(name, at);
    const props = { type: "button", class: "quiet", id, part: "button", onclick: click } as const;
    return h("button", props, t(name) + what);
  };
  return h(
    "p",
    { class: "actions" },
    button("copy", () => copy(form, entity, at)),
    button("remove", () => remove(form, entity, at)),
  );
}

/** The same record once more, below it, with all that stands in it, but without its key. */
function copy(form: Context, entity: EntityDescription, at: At): void {
  const [of, index] = [owner(at), indexOf(at)];
  const list = records(form.session.report, entity, of);
  const { [entity.key]: _, ...others } = list[index] ?? {};
  const next = list.toSpliced(index + 1, 0, others);
  const copied = place(entity, index + 1, of);
  moved(form, listOf(of, entity));
  form.open.record = copied;
  form.change(withRecords(form.session.report, entity, next, of));
  form.root.getElementById(`${idOf(form.session.description, copied)}-${entity.key}`)?.focus();
}

/** Removes a record; first asks whether it may be, where others refer to it or to what is in it. */
function remove(form: Context, entity: EntityDescription, at: At): void {
  const { session } = form;
  const [of, index] = [owner(at), indexOf(at)];
  const list = records(session.report, entity, of);
  const references = session.referencesTo(at);
  if (references.length > 0) {
    const lines = references
      .slice(0, 8)
      .map(({ at, field }) => placeWords(session, `${at}/${field}`));
    const more =
      references.length > 8 ? [`${session.words.t("more")} ${references.length - 8}`] : [];
    const question = [session.words.t("removeReferred"), ...lines, ...more].join("\n");
    if (!window.confirm(question)) return;
  }
  moved(form, listOf(of, entity));
  form.open.record = list.length > 1 ? place(entity, Math.min(index, list.length - 2), of) : of;
  form.change(withRecords(session.report, entity, list.toSpliced(index, 1), of), at);
  // Whoever removed one by mistake has the way back under the keys.
  form.root.getElementById(buttonId("undo", listOf(of, entity)))?.focus();
}

/** Forgets how lists within the records of a list are looked at: these stand elsewhere now. */
export function moved(form: Context, list: string): void {
  for (const known of form.looks.keys()) {
    if (known.startsWith(`${list}/`)) form.looks.delete(known);
  }
}

/** A record in a few words: its key, then its first choices. */
export function title(form: Context, entity: EntityDescription, record: Fields): string {
  const { t, label } = form.session.words;
  const key = record[entity.key];
  const parts = entity.fields.flatMap((field) => {
    const value = record[field.name];
    const choice = field.kind === "choice" && field.choices?.find(({ name }) => name === value);
    if (choice) return [label(choice.label)];
    if (field.name === entity.key || typeof value !== "string" || value === "") return [];
    if (field.kind === "money") return [form.session.amount(value)];
    return field.kind === "reference" ? [value] : [];
  });
  const name = typeof key === "string" && key !== "" ? key : t("unnamed");
  return [name, ...parts.slice(0, 3)].join("・");
}
