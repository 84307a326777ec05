// Files in and out, all of it in the page: JSON documents, CSV tables, rule files. Amounts stay texts, moved between units by their digits.
// Not here: whether the data is sound, which the engine says of every field once it is open.

import type { EntityDescription, FieldDescription } from "guiju";
import { t } from "./words";
import { emptyReport, records, type Fields, type Report, type State, type Value } from "./state";

const UNITS: Record<string, number> = { 元: 0, 仟元: 3, 千元: 3, 萬元: 4, 億元: 8 };

/** Offers a text as a file. */
export function download(name: string, text: string, type: string): void {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([text], { type }));
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}

export function asJson(state: State): string {
  return `${JSON.stringify({ [`${state.description.root}s`]: [state.report] }, null, 2)}\n`;
}

/** A JSON document; says whether it held more than the one root that was opened. */
export function openJson(state: State, text: string): { more: boolean } {
  // Numbers as they are written: the parser's floats would change long ones.
  const exact = (_key: string, value: unknown, context?: { source?: string }): unknown => (typeof value === "number" ? (context?.source ?? String(value)) : value);
  const document = JSON.parse(text, exact as (key: string, value: unknown) => unknown) as unknown;
  const list = isObject(document) ? document[`${state.description.root}s`] : undefined;
  if (!Array.isArray(list) || list.length === 0) throw new SyntaxError(`${state.description.root}s: ${t("shouldBeList")}`);
  state.report = asReport(state, list[0]);
  return { more: list.length > 1 };
}

const isObject = (value: unknown): value is Record<string, unknown> => value !== null && typeof value === "object" && !Array.isArray(value);

/** A root as the form holds it: lists are lists, and what people call fields and choices is their name. What cannot be shown so is refused. */
export function asReport(state: State, root: unknown): Report {
  const object = (name: string, value: unknown): Record<string, unknown> => {
    if (isObject(value)) return value;
    throw new SyntaxError(`${name}: ${t("shouldBeObject")}`);
  };
  const items = (name: string, value: unknown): unknown[] => {
    if (Array.isArray(value)) return value;
    throw new SyntaxError(`${name}: ${t("shouldBeList")}`);
  };
  const entity = state.description.entities.find(({ name }) => name === state.description.root);
  const given = object(state.description.root, root);
  const report: Report = { ...emptyReport(), ...(entity ? plain(entity, given as Fields) : {}) };
  for (const child of state.description.entities.filter((entity) => entity.child)) {
    const records = items(child.name, given[child.name] ?? []);
    report[child.name] = records.map((record, n) => plain(child, object(`${child.name} ${n + 1}`, record) as Fields));
  }
  for (const list of ["targets", "previous"] as const) {
    report[list] = Object.fromEntries(Object.entries(object(list, given[list] ?? {})).map(([kpi, value]) => [kpi, inYuan(value) as string]));
  }
  for (const list of ["reviewed", "elsewhere"] as const) {
    report[list] = items(list, given[list] ?? []).filter((id) => id !== null).map(String);
  }
  return report;
}

function plain(entity: EntityDescription, record: Fields): Fields {
  const fields = { ...record };
  /** Takes a value from under what people call it; the name of the field itself comes first. */
  const take = (field: FieldDescription, end = ""): Value => {
    const called = [field.name, field.label.zh, field.label.en].map((heading) => heading && fold(heading + end));
    const key = `${field.name}${end}` in fields ? `${field.name}${end}` : Object.keys(fields).find((key) => called.includes(fold(key)));
    if (key === undefined) return undefined;
    const value = fields[key];
    delete fields[key];
    return value;
  };
  for (const field of entity.fields) {
    const value = take(field);
    if (value !== undefined) fields[field.name] = chosen(field, inYuan(value) as Value);
    if (field.kind !== "period" || value !== undefined) continue;
    const [start, end] = [take(field, "_start"), take(field, "_end")];
    if (start !== undefined || end !== undefined) fields[field.name] = { start, end } as Value;
  }
  return fields;
}

/** How names, labels and choices are compared. */
const fold = (text: string): string => text.normalize("NFKC").trim().toLowerCase();

/** Choices, answers and periods as the form holds them, however a file writes them; anything else as it is. */
function chosen(field: FieldDescription, value: Value): Value {
  if (Array.isArray(value)) return field.kind === "list" ? value.filter((each) => each !== null && String(each).trim() !== "").map((each) => named(field, String(each))) : value;
  if (typeof value !== "string") return value;
  switch (field.kind) {
    case "choice":
      return named(field, value);
    case "bool":
      return ({ true: true, yes: true, y: true, 是: true, false: false, no: false, n: false, 否: false } as Record<string, boolean>)[fold(value)] ?? value;
    case "period": {
      const [start, end, ...more] = value.split("..");
      return end === undefined || more.length > 0 ? value : ({ start, end } as Value);
    }
    default:
      return value;
  }
}

/** The name of the choice that a text names, by its name or its label; the text itself where there is none. */
function named(field: FieldDescription, text: string): string {
  const found = field.choices?.find(({ name, label }) => [name, label.zh, label.en].some((each) => each !== null && fold(each) === fold(text)));
  return found?.name ?? text;
}

/** `{ amount, unit }` as the amount in 元; anything else as it is. */
function inYuan(value: unknown): unknown {
  if (value === null || typeof value !== "object" || !("amount" in value)) return value;
  const { amount, unit = "元" } = value as { amount: unknown; unit?: string };
  const places = UNITS[unit];
  const digits = String(amount ?? "").replaceAll(",", "");
  if (places === undefined || !/^\d+(\.\d+)?$/.test(digits)) return value;
  const [whole = "", fraction = ""] = digits.split(".");
  const rest = fraction.slice(places);
  return `${whole}${fraction.slice(0, places).padEnd(places, "0")}`.replace(/^0+(?=\d)/, "") + (rest ? `.${rest}` : "");
}

/** The columns of a table: a period is two, and a child names its root. */
function columns(state: State, entity: EntityDescription): { heading: string; field?: FieldDescription; part?: "start" | "end" }[] {
  const own = entity.fields.flatMap((field) =>
    field.kind === "period" ? (["start", "end"] as const).map((part) => ({ heading: `${field.name}_${part}`, field, part })) : [{ heading: field.name, field }],
  );
  return entity.child ? [{ heading: state.description.root }, ...own] : own;
}

export function asCsv(state: State, entity: EntityDescription): string {
  const shape = columns(state, entity);
  const id = String(state.report["id"] ?? "");
  const rows = records(state, entity).map((record) =>
    shape.map(({ field, part }) => {
      const value = field ? record[field.name] : id;
      if (part) return (value as { start?: string; end?: string } | null | undefined)?.[part] ?? "";
      return Array.isArray(value) ? value.join(";") : value === null || value === undefined ? "" : String(value);
    }),
  );
  const quote = (cell: string): string => (/[",\r\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell);
  // With a mark, so that spreadsheets take it for UTF-8.
  return `\ufeff${[shape.map(({ heading }) => heading), ...rows].map((row) => row.map(quote).join(",")).join("\r\n")}\r\n`;
}

/** A table, called like its entity, in place of the records there are. Headings are names or labels of fields. */
export function openCsv(state: State, name: string, bytes: ArrayBuffer): void {
  const entity = state.description.entities.find((known) => `${known.name}.csv` === name);
  if (!entity) throw new SyntaxError(state.description.entities.map((known) => `${known.name}.csv`).join(", "));
  const [head = [], ...rows] = table(decode(bytes));
  const headings = head.map((heading) => heading.normalize("NFKC").trim());
  const read = headings.map((heading) => columns(state, entity).find((column) => [column.heading, column.field?.label.zh, column.field?.label.en].includes(heading.replace(/\((仟|千|萬|億)?元\)$/, ""))));
  const units = headings.map((heading) => /\(((?:仟|千|萬|億)?元)\)$/.exec(heading)?.[1]);
  const unknown = headings.filter((_, n) => read[n] === undefined);
  if (unknown.length > 0) throw new SyntaxError(unknown.join(", "));
  // A table may hold the records of many roots: those of the open one, or of the first where none has an id yet.
  const owner = read.findIndex((column) => column && !column.field);
  const filled = rows.filter((row) => row.some((cell) => cell !== ""));
  const wanted = String(state.report["id"] ?? "") || filled[0]?.[owner];
  const list = filled.filter((row) => owner < 0 || row[owner] === wanted).map((row) => {
    const record: Fields = {};
    row.forEach((cell, n) => {
      const { field, part } = read[n] ?? {};
      if (!field || cell.trim() === "") return;
      if (part) record[field.name] = { ...(record[field.name] as object), [part]: cell };
      else if (field.kind === "list") record[field.name] = chosen(field, cell.split(/[;；]/));
      else if (["bool", "choice", "period"].includes(field.kind)) record[field.name] = chosen(field, cell);
      else record[field.name] = units[n] ? (inYuan({ amount: cell, unit: units[n] }) as Value) : cell;
    });
    return record;
  });
  if (entity.child) state.report[entity.name] = list;
  else Object.assign(state.report, list.find((record) => record[entity.key] === state.report["id"]) ?? list[0]);
}

/** UTF-8, or Big5 as older spreadsheets save it. */
function decode(bytes: ArrayBuffer): string {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    return new TextDecoder("big5", { fatal: true }).decode(bytes);
  }
}

/** Cells of a CSV text; quotation marks may hold commas, line ends and doubled marks. */
export function table(text: string): string[][] {
  const rows: string[][] = [[]];
  let [cell, quoted] = ["", false];
  const end = (): void => {
    rows.at(-1)?.push(cell);
    cell = "";
  };
  for (let n = 0; n < text.length; n += 1) {
    const char = text[n];
    if (quoted) {
      if (char !== '"') cell += char;
      else if (text[n + 1] === '"') cell += text[(n += 1)];
      else quoted = false;
    } else if (char === '"' && cell === "") quoted = true;
    else if (char === ",") end();
    else if (char === "\n") {
      end();
      rows.push([]);
    } else if (char !== "\r") cell += char;
  }
  if (quoted) throw new SyntaxError('"');
  end();
  return rows;
}
