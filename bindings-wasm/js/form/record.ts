// The form of one record: its fields with what there is to say of them, and what can be done with
// the whole record. Not here: the list that it stands in (list.ts).

import type { EntityDescription, Issue } from "../guiju.js";
import type { Context } from "./context.js";
import { h, refill } from "./dom.js";
import { fieldView, message, sameIssues } from "./fields.js";
import { place, records, withRecords, without, type Fields } from "./report.js";
import { issuesAt, placeWords } from "./session.js";

export interface RecordForm {
  element: HTMLElement;
  /** Shows what there is to say of the record and its fields. */
  tell: () => void;
}

export function recordForm(form: Context, entity: EntityDescription, index: number): RecordForm {
  const views = entity.fields.map((field) => fieldView(form, entity, index, field));
  const own = h("ul", { class: "messages own" });
  const element = h("div", { class: "fields" }, own, ...views.map((view) => view.element));
  const names = new Set(entity.fields.map((field) => field.name));
  const at = place(entity, index);
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
  index: number,
): HTMLElement {
  const { t } = form.session.words;
  const button = (id: string, words: string, click: () => void): HTMLElement =>
    h("button", { type: "button", class: "quiet", id, part: "button", onclick: click }, words);
  return h(
    "p",
    { class: "actions" },
    button("copy", t("copy"), () => copy(form, entity, index)),
    button("remove", t("remove"), () => remove(form, entity, index)),
  );
}

/** The same record once more, below it, without its key. */
function copy(form: Context, entity: EntityDescription, index: number): void {
  const list = records(form.session.report, entity);
  const { [entity.key]: _, ...others } = list[index] ?? {};
  form.open.record = index + 1;
  form.change(withRecords(form.session.report, entity, list.toSpliced(index + 1, 0, others)));
  form.root.getElementById(`${entity.name}-${index + 1}-${entity.key}`)?.focus();
}

/** Removes a record; first asks whether it may be, where others refer to it. */
function remove(form: Context, entity: EntityDescription, index: number): void {
  const { session } = form;
  const list = records(session.report, entity);
  const references = session.referencesTo(entity, list[index] ?? {});
  if (references.length > 0) {
    const lines = references
      .slice(0, 8)
      .map(({ entity: of, index: at, field }) => placeWords(session, `${place(of, at)}/${field}`));
    const more =
      references.length > 8 ? [`${session.words.t("more")} ${references.length - 8}`] : [];
    const question = [session.words.t("removeReferred"), ...lines, ...more].join("\n");
    if (!window.confirm(question)) return;
  }
  form.removed = { entity: entity.name, index };
  form.open.record = Math.min(index, list.length - 2);
  form.change(withRecords(session.report, entity, list.toSpliced(index, 1)));
  // Whoever removed one by mistake has the way back under the keys.
  form.root.getElementById("undo")?.focus();
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
