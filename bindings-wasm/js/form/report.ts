// The report being filled in, as a value that never changes: each change makes a new one that
// shares what stayed, so that the way back is a list of reports. Not here: what the engine says of
// it (session.ts), how files write it (files.ts).

import type { EntityDescription, PackDescription } from "../guiju.js";

/** What a field holds: texts as they were typed, which the engine reads. */
export type Value =
  | string
  | boolean
  | readonly string[]
  | { readonly start?: string | undefined; readonly end?: string | undefined }
  | null
  | undefined;

/** A record by the names of its fields. */
export type Fields = { readonly [field: string]: Value };

/** A root: its own fields, its records by entity, and what its figures are compared with. */
export interface Report {
  readonly [name: string]: unknown;
  readonly targets: Readonly<Record<string, string>>;
  readonly previous: Readonly<Record<string, string>>;
  readonly reviewed: readonly string[];
  readonly elsewhere: readonly string[];
}

/** A field of a record that names another. */
export interface Reference {
  entity: EntityDescription;
  index: number;
  field: string;
}

export const emptyReport = (): Report => ({
  targets: {},
  previous: {},
  reviewed: [],
  elsewhere: [],
});

/** The records of an entity: those of its list, or the root itself. */
export function records(report: Report, entity: EntityDescription): readonly Fields[] {
  if (!entity.child) return [report as unknown as Fields];
  return (report[entity.name] ?? []) as readonly Fields[];
}

export function withRecords(
  report: Report,
  entity: EntityDescription,
  list: readonly Fields[],
): Report {
  return entity.child ? { ...report, [entity.name]: list } : ({ ...report, ...list[0] } as Report);
}

export function withField(
  report: Report,
  entity: EntityDescription,
  index: number,
  field: string,
  value: Value,
): Report {
  const list = records(report, entity).slice();
  list[index] = { ...list[index], [field]: value };
  return withRecords(report, entity, list);
}

/** A target or a value of last year; an empty text takes it away. */
export function withFigure(
  report: Report,
  list: "targets" | "previous",
  kpi: string,
  value: string,
): Report {
  const { [kpi]: _, ...others } = report[list];
  return { ...report, [list]: value.trim() === "" ? others : { ...others, [kpi]: value } };
}

/** Without the value at a JSON pointer; of a period without the whole, as half of one is none. */
export function without(report: Report, path: string): Report {
  const parts = path.split("/").slice(1).map(unescaped);
  if (parts.length > 1 && ["start", "end"].includes(parts.at(-1) ?? "")) parts.pop();
  const take = (value: unknown, [first, ...rest]: string[]): unknown => {
    if (value === null || typeof value !== "object" || first === undefined) return value;
    if (Array.isArray(value)) {
      const at = Number(first);
      if (rest.length === 0) return value.filter((_, n) => n !== at);
      return value.map((each: unknown, n) => (n === at ? take(each, rest) : each));
    }
    const { [first]: old, ...others } = value as Record<string, unknown>;
    if (rest.length === 0) return others;
    return { ...value, [first]: take(old, rest) };
  };
  return take(report, parts) as Report;
}

const unescaped = (part: string): string => part.replaceAll("~1", "/").replaceAll("~0", "~");

/** Every field that refers to a record by its key. */
export function referencesTo(
  description: PackDescription,
  report: Report,
  entity: EntityDescription,
  key: string,
): Reference[] {
  if (key === "") return [];
  return description.entities.flatMap((other) => {
    const fields = other.fields.filter(
      ({ kind, of }) => kind === "reference" && of === entity.name,
    );
    if (fields.length === 0) return [];
    return records(report, other).flatMap((record, index) =>
      fields
        .filter(({ name }) => record[name] === key)
        .map(({ name }) => ({ entity: other, index, field: name })),
    );
  });
}

/** The report with other values in fields that refer to a record. */
export function referring(report: Report, references: readonly Reference[], key: string): Report {
  let next = report;
  for (const entity of new Set(references.map((each) => each.entity))) {
    const list = records(next, entity).slice();
    for (const { index, field } of references.filter((each) => each.entity === entity)) {
      list[index] = { ...list[index], [field]: key };
    }
    next = withRecords(next, entity, list);
  }
  return next;
}

/** Whether nothing was entered: nothing is lost with it. */
export function isEmpty(value: unknown): boolean {
  if (value === null || value === undefined) return true;
  if (typeof value === "string") return value.trim() === "";
  return typeof value === "object" && Object.values(value).every(isEmpty);
}

const texts = new WeakMap<object, string>();

/** The report as JSON. Records keep their text: a keystroke writes the one that it changed. */
export function asText(report: Report): string {
  let text = texts.get(report);
  if (text === undefined) texts.set(report, (text = written(report)));
  return text;
}

function written(report: Report): string {
  const parts = Object.entries(report).map(([name, value]) => {
    const list = Array.isArray(value) && value.every((each) => isObject(each));
    const text = list ? `[${value.map(recordText).join(",")}]` : JSON.stringify(value ?? null);
    return `${JSON.stringify(name)}:${text}`;
  });
  return `{${parts.join(",")}}`;
}

function recordText(record: object): string {
  let text = texts.get(record);
  if (text === undefined) texts.set(record, (text = JSON.stringify(record)));
  return text;
}

export const isObject = (value: unknown): value is Record<string, unknown> =>
  value !== null && typeof value === "object" && !Array.isArray(value);

/** A value as it is shown; what is no text, as the file has it. */
export function shownValue(value: Value): string {
  if (value === null || value === undefined) return "";
  return typeof value === "object" ? JSON.stringify(value) : String(value);
}

/** Where a record stands in the report. */
export const place = (entity: EntityDescription, index: number): string =>
  entity.child ? `/${entity.name}/${index}` : "";
