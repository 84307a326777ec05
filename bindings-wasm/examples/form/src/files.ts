// Files in and out, all of it in the page: JSON documents, CSV tables, rule files. Amounts stay texts, moved between units by their digits.
// Not here: whether the data is sound, which the engine says of every field once it is open.

import type { EntityDescription, FieldDescription } from "guiju";
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
  const list = (document as Record<string, unknown> | null)?.[`${state.description.root}s`];
  const root: unknown = Array.isArray(list) ? list[0] : undefined;
  if (root === null || typeof root !== "object") throw new SyntaxError(`${state.description.root}s`);
  const given = root as Record<string, unknown>;
  const report: Report = { ...emptyReport(), ...given };
  for (const entity of state.description.entities) {
    if (entity.child && Array.isArray(given[entity.name])) report[entity.name] = (given[entity.name] as Fields[]).map((record) => plain(entity, record));
    else if (!entity.child) Object.assign(report, plain(entity, given as Fields));
  }
  for (const list of ["targets", "previous"] as const) {
    report[list] = Object.fromEntries(Object.entries((given[list] ?? {}) as Record<string, unknown>).map(([kpi, value]) => [kpi, inYuan(value) as string]));
  }
  state.report = report;
  return { more: (list as unknown[]).length > 1 };
}

function plain(entity: EntityDescription, record: Fields): Fields {
  const fields = { ...record };
  for (const field of entity.fields) {
    if (fields[field.name] !== undefined) fields[field.name] = inYuan(fields[field.name]) as Value;
    const [start, end] = [`${field.name}_start`, `${field.name}_end`];
    if (field.kind === "period" && (start in fields || end in fields)) {
      fields[field.name] = { start: fields[start], end: fields[end] } as Value;
      delete fields[start];
      delete fields[end];
    }
  }
  return fields;
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
      if (!field || cell === "") return;
      if (part) record[field.name] = { ...(record[field.name] as object), [part]: cell };
      else if (field.kind === "bool") record[field.name] = { true: true, false: false, 是: true, 否: false }[cell.toLowerCase()] ?? cell;
      else if (field.kind === "list") record[field.name] = cell.split(";");
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
