// The report being filled in, as a value that never changes: each change makes a new one that
// shares what stayed, so that the way back is a list of reports. Not here: what the engine says of
// it (session.ts), how files write it (read.ts, rows.ts), which record refers to which
// (references.ts).

import type { EntityDescription, PackDescription } from "../guiju.js";
import { listOf, place, type At } from "./places.js";

/** What a field holds: texts as they were typed, which the engine reads. */
export type Value =
  | string
  | boolean
  | readonly string[]
  | { readonly start?: string | undefined; readonly end?: string | undefined }
  | null
  | undefined;

/** A record by the names of its fields; lists of records that stand in it are called like them. */
export type Fields = { readonly [field: string]: Value };

/** A file that goes with the report: it is named, and stays where it is. */
export interface Attached {
  readonly name: string;
  /** Its bytes. */
  readonly size: number;
}

/** Where a report has what goes with it, which is no part of its document. */
export const ATTACHED = Symbol("attached");

/** A root: its own fields, its records by entity, and what its figures are compared with. */
export interface Report {
  readonly [name: string]: unknown;
  readonly [ATTACHED]?: readonly Attached[];
  readonly targets: Readonly<Record<string, string>>;
  readonly previous: Readonly<Record<string, string>>;
  readonly reviewed: readonly string[];
  readonly elsewhere: readonly string[];
}

export const emptyReport = (): Report => ({
  targets: {},
  previous: {},
  reviewed: [],
  elsewhere: [],
});

/** What stands at a JSON pointer of the report. */
function found(report: Report, path: string): unknown {
  let value: unknown = report;
  for (const part of path.split("/").slice(1)) {
    const there = value !== null && typeof value === "object" && Object.hasOwn(value, part);
    value = there ? (value as Record<string, unknown>)[part] : undefined;
  }
  return value;
}

/** A record by its pointer, if it is there. */
export const recordAt = (report: Report, at: At): Fields | undefined => {
  const value = found(report, at);
  return isObject(value) ? (value as Fields) : undefined;
};

/** The records of an entity that stand in a record: those of its list, or the root itself. */
export function records(report: Report, entity: EntityDescription, of: At = ""): readonly Fields[] {
  if (!entity.child) return [report as unknown as Fields];
  return (found(report, listOf(of, entity)) ?? []) as readonly Fields[];
}

/** Every record of an entity, in whatever record it stands. */
export function everyRecord(
  description: PackDescription,
  report: Report,
  entity: EntityDescription,
): { at: At; record: Fields }[] {
  const parent = description.entities.find(({ name }) => name === entity.parent);
  const owners =
    entity.child && parent?.child
      ? everyRecord(description, report, parent).map(({ at }) => at)
      : [""];
  return owners.flatMap((of) =>
    records(report, entity, of).map((record, n) => ({ at: place(entity, n, of), record })),
  );
}

/** The report with a value at a pointer through records; what lies beside it is shared. */
function replaced(value: unknown, [first, ...rest]: readonly string[], now: unknown): unknown {
  if (first === undefined) return now;
  if (!Array.isArray(value)) {
    const fields = value as Record<string, unknown>;
    return { ...fields, [first]: replaced(fields[first], rest, now) };
  }
  return value.with(Number(first), replaced(value[Number(first)], rest, now));
}

const replacedAt = (report: Report, path: string, now: unknown): Report =>
  replaced(report, path.split("/").slice(1), now) as Report;

export function withRecords(
  report: Report,
  entity: EntityDescription,
  list: readonly Fields[],
  of: At = "",
): Report {
  if (!entity.child) return { ...report, ...list[0] } as Report;
  return replacedAt(report, listOf(of, entity), list);
}

export function withField(report: Report, at: At, field: string, value: Value): Report {
  return replacedAt(report, at, { ...recordAt(report, at), [field]: value });
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

/** Whether nothing was entered: nothing is lost with it. */
export function isEmpty(value: unknown): boolean {
  if (value === null || value === undefined) return true;
  if (typeof value === "string") return value.trim() === "";
  return typeof value === "object" && Object.values(value).every(isEmpty);
}

const texts = new WeakMap<object, string>();

/**
 * The report as JSON. Records keep their text: a keystroke writes the one that it changed, and
 * those that it stands in.
 */
export function asText(report: Report | Fields): string {
  let text = texts.get(report);
  if (text === undefined) texts.set(report, (text = written(report)));
  return text;
}

function written(record: object): string {
  const parts = Object.entries(record).flatMap(([name, value]: [string, unknown]) => {
    if (value === undefined) return [];
    const list = Array.isArray(value) && value.every((each) => isObject(each));
    const text = list
      ? `[${value.map((each) => asText(each as Fields)).join(",")}]`
      : JSON.stringify(value);
    return [`${JSON.stringify(name)}:${text}`];
  });
  return `{${parts.join(",")}}`;
}

export const isObject = (value: unknown): value is Record<string, unknown> =>
  value !== null && typeof value === "object" && !Array.isArray(value);

/** A value as it is shown; what is no text, as the file has it. */
export function shownValue(value: Value): string {
  if (value === null || value === undefined) return "";
  return typeof value === "object" ? JSON.stringify(value) : String(value);
}
