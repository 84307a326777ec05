// Documents of data in and out, as the form holds them: lists are lists, and what people call
// fields and choices is their name. Amounts stay texts. Not here: whether the data is sound, which
// the engine says of every field once it is open; tables (rows.ts).

import type { EntityDescription, FieldDescription, PackDescription } from "../guiju.js";
import { plainAmount } from "./amounts.js";
import { childrenOf } from "./places.js";
import { ATTACHED, emptyReport, isObject, type Fields, type Report, type Value } from "./report.js";
import type { Kept } from "./store.js";
import type { Words } from "./words.js";

/** Numbers as they are written: the parser's floats would change long ones. */
export function parsed(text: string): unknown {
  const exact = (_key: string, value: unknown, context?: { source?: string }): unknown =>
    typeof value === "number" ? (context?.source ?? String(value)) : value;
  return JSON.parse(text, exact as (key: string, value: unknown) => unknown) as unknown;
}

/** The first root of a JSON document, and whether there are more. */
export function rootOf(
  description: PackDescription,
  words: Words,
  text: string,
): { report: Report; more: boolean } {
  const document = parsed(text);
  const wanted = `${description.root}s`;
  const list = isObject(document) ? document[wanted] : undefined;
  if (isObject(document) && list === undefined) {
    const has = Object.keys(document).join(", ");
    const needed = words.said(words.t("otherPackFile"), wanted);
    throw new SyntaxError(`${needed}; ${words.said(words.t("itHas"), has)}`);
  }
  if (!Array.isArray(list) || list.length === 0) {
    throw new SyntaxError(`${wanted}: ${words.t("shouldBeList")}`);
  }
  return rootsOf(description, words, list);
}

/** The first of some roots, and whether there are more. */
export function rootsOf(
  description: PackDescription,
  words: Words,
  [first, ...others]: readonly unknown[],
): { report: Report; more: boolean } {
  return { report: asReport(description, words, first), more: others.length > 0 };
}

/** A root as the form holds it. What cannot be shown so is refused. */
export function asReport(description: PackDescription, words: Words, root: unknown): Report {
  const object = (name: string, value: unknown): Record<string, unknown> => {
    if (isObject(value)) return value;
    throw new SyntaxError(`${name}: ${words.t("shouldBeObject")}`);
  };
  const items = (name: string, value: unknown): unknown[] => {
    if (Array.isArray(value)) return value;
    throw new SyntaxError(`${name}: ${words.t("shouldBeList")}`);
  };
  const entity = description.entities.find(({ name }) => name === description.root);
  const given = object(description.root, root);
  const own = entity ? plain(entity, given as Fields) : {};
  const report: Record<string, unknown> = { ...emptyReport(), ...own };
  const lists = (parent: string, record: Record<string, unknown>): Record<string, unknown> =>
    Object.fromEntries(
      childrenOf(description, parent)
        .filter(({ name }) => parent === description.root || record[name] !== undefined)
        .map((child) => {
          const given = items(child.name, record[child.name] ?? []);
          const all = given.map((each, n) => {
            const own = object(`${child.name} ${n + 1}`, each);
            return { ...plain(child, own as Fields), ...lists(child.name, own) };
          });
          return [child.name, all];
        }),
    );
  Object.assign(report, lists(description.root, given));
  for (const list of ["targets", "previous"] as const) {
    const figures = Object.entries(object(list, given[list] ?? {}));
    const filled = figures.filter(([, value]) => value !== null);
    report[list] = Object.fromEntries(
      filled.map(([kpi, value]) => [kpi, plainAmount(value) as string]),
    );
  }
  for (const list of ["reviewed", "elsewhere"] as const) {
    report[list] = items(list, given[list] ?? [])
      .filter((id) => id !== null)
      .map(String);
  }
  return report as unknown as Report;
}

/** A report as this browser keeps it, with the files that go with it. */
export function keptReport(
  description: PackDescription,
  words: Words,
  { text, attached }: Kept,
): Report {
  const report = asReport(description, words, parsed(text));
  return attached ? { ...report, [ATTACHED]: attached } : report;
}

function plain(entity: EntityDescription, record: Fields): Fields {
  const fields: Record<string, Value> = { ...record };
  /** Takes a value from under what people call it; the name of the field itself comes first. */
  const take = (field: FieldDescription, end = ""): Value => {
    const called = [field.name, field.label.zh, field.label.en];
    const folded = called.map((heading) => heading && fold(heading + end));
    const own = `${field.name}${end}`;
    const key = own in fields ? own : Object.keys(fields).find((key) => folded.includes(fold(key)));
    if (key === undefined) return undefined;
    const value = fields[key];
    delete fields[key];
    return value;
  };
  for (const field of entity.fields) {
    const value = take(field);
    if (value !== undefined) fields[field.name] = chosen(field, plainAmount(value) as Value);
    if (field.kind !== "period" || value !== undefined) continue;
    const [start, end] = [take(field, "_start"), take(field, "_end")];
    if (start === undefined && end === undefined) continue;
    fields[field.name] = { start, end } as Value;
  }
  return fields;
}

/** How names, labels and choices are compared. */
export const fold = (text: string): string => text.normalize("NFKC").trim().toLowerCase();

const ANSWERS: Record<string, boolean> = {
  true: true,
  yes: true,
  y: true,
  是: true,
  false: false,
  no: false,
  n: false,
  否: false,
};

/** Choices, answers and periods as the form holds them, however a file writes them. */
export function chosen(field: FieldDescription, value: Value): Value {
  if (Array.isArray(value)) {
    if (field.kind !== "list") return value;
    const filled = value.filter((each) => each !== null && String(each).trim() !== "");
    return filled.map((each) => named(field, String(each)));
  }
  if (typeof value !== "string") return value;
  switch (field.kind) {
    case "choice":
      return named(field, value);
    case "bool":
      return ANSWERS[fold(value)] ?? value;
    case "period": {
      const [start, end, ...more] = value.split("..");
      return end === undefined || more.length > 0 ? value : { start, end };
    }
    default:
      return value;
  }
}

/** The name of the choice that a text names, by its name or its label; or the text itself. */
function named(field: FieldDescription, text: string): string {
  const found = field.choices?.find(({ name, label }) =>
    [name, label.zh, label.en].some((each) => each !== null && fold(each) === fold(text)),
  );
  return found?.name ?? text;
}
