// Tables: CSV files, and rows copied from a spreadsheet, between columns and fields. Not here:
// whether a cell is sound, which the engine says.

import type { EntityDescription, FieldDescription, PackDescription } from "../guiju.js";
import { plainAmount } from "./amounts.js";
import { chosen, fold } from "./read.js";
import { above, stops, type At } from "./places.js";
import { compared } from "./references.js";
import {
  everyRecord,
  recordAt,
  shownValue,
  withRecords,
  type Fields,
  type Report,
  type Value,
} from "./report.js";
import type { Words } from "./words.js";

/**
 * What a column holds: a field, an end of a period, a record that a row belongs to, or with none of
 * these the root that it is of.
 */
export interface Column {
  heading: string;
  field?: FieldDescription;
  part?: "start" | "end";
  of?: EntityDescription;
}

/** A column of a table, and the unit that its heading names. */
export interface Read {
  column: Column | undefined;
  unit: string | undefined;
}

/** The columns of a table: a period is two, and a child names its root and what it belongs to. */
export function columns(description: PackDescription, entity: EntityDescription): Column[] {
  const own = entity.fields.flatMap((field): Column[] =>
    field.kind === "period"
      ? (["start", "end"] as const).map((part) => ({
          heading: `${field.name}_${part}`,
          field,
          part,
        }))
      : [{ heading: field.name, field }],
  );
  const owners = above(description, entity).map((of) => ({ heading: of.name, of }));
  return entity.child ? [{ heading: description.root }, ...owners, ...own] : own;
}

/** How headings say which end of a period they are of, behind its name or label. */
const ENDS = {
  start: ["_start", "開始", "開始日", "(起)", "起", " start", " from"],
  end: ["_end", "結束", "結束日", "(迄)", "迄", " end", " to"],
};

/** What a heading calls, by the name or a label of a field; with `(仟元)` behind it, in that unit. */
export function called(all: readonly Column[], heading: string): Read {
  const bare = heading.normalize("NFKC").trim();
  const unit = /\(((?:仟|千|萬|億)?元)\)$/.exec(bare)?.[1];
  const name = fold(unit ? bare.slice(0, -unit.length - 2) : bare);
  const names = ({ field, of, heading }: Column): string[] => {
    const called = field ?? of;
    return called ? [called.name, called.label.zh, called.label.en ?? called.name] : [heading];
  };
  const column = all.find((each) => {
    const endings = each.part ? ENDS[each.part] : [""];
    return names(each).some((own) => endings.some((ending) => fold(own + ending) === name));
  });
  if (column) return { column, unit };
  // A period may stand in one column, as start..end.
  const { field } = all.find((each) => names(each).some((own) => fold(own) === name)) ?? {};
  return { column: field && { heading: field.name, field }, unit };
}

/** A row as a record; blank cells say nothing. */
export function recordOf(read: readonly Read[], row: readonly string[]): Fields {
  const record: Record<string, Value> = {};
  row.forEach((cell, n) => {
    const { column, unit } = read[n] ?? {};
    const field = column?.field;
    if (!field || cell.trim() === "") return;
    if (column.part) {
      record[field.name] = { ...(record[field.name] as object | undefined), [column.part]: cell };
    } else if (field.kind === "list") record[field.name] = chosen(field, cell.split(/[;；]/));
    else if (["bool", "choice", "period"].includes(field.kind)) {
      record[field.name] = chosen(field, cell.trim());
    } else if (unit) record[field.name] = plainAmount({ amount: cell, unit }) as Value;
    else record[field.name] = cell.trim();
  });
  return record;
}

/** The rows of an entity's table, without headings. */
export function rowsOf(
  description: PackDescription,
  report: Report,
  entity: EntityDescription,
): string[][] {
  const shape = columns(description, entity);
  const id = String(report["id"] ?? "");
  return everyRecord(description, report, entity).map(({ at, record }) => {
    const way = stops(description, at);
    return shape.map(({ field, part, of }) => {
      const owner = of && way.find(({ entity }) => entity === of);
      if (of) return shownValue(owner && recordAt(report, owner.at)?.[of.key]);
      const value = field ? record[field.name] : id;
      if (part) {
        // What is no period stands in its first half, as it is.
        if (value === null || typeof value !== "object")
          return part === "start" ? String(value ?? "") : "";
        return (value as { start?: string; end?: string })[part] ?? "";
      }
      if (Array.isArray(value)) return value.join(";");
      return value === null || value === undefined ? "" : String(value);
    });
  });
}

/** The table of an entity as CSV. */
export function asCsv(
  description: PackDescription,
  report: Report,
  entity: EntityDescription,
): string {
  const headings = columns(description, entity).map(({ heading }) => heading);
  const quote = (cell: string): string =>
    /[",\r\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell;
  const rows = [headings, ...rowsOf(description, report, entity)];
  const lines = rows.map((row) => row.map(quote).join(","));
  // With a mark, so that spreadsheets take it for UTF-8.
  return `\ufeff${lines.join("\r\n")}\r\n`;
}

/** The record that a row names as what it belongs to; nothing where it names none, or several. */
export function ownerOf(
  description: PackDescription,
  report: Report,
  entity: EntityDescription,
  read: readonly Read[],
  row: readonly string[],
): At | undefined {
  const keys = new Map<EntityDescription, string>();
  read.forEach(({ column }, n) => {
    const key = compared(row[n] ?? "");
    if (column?.of && key !== "") keys.set(column.of, key);
  });
  const parent = above(description, entity).at(-1);
  if (!parent || !keys.has(parent)) return undefined;
  const found = everyRecord(description, report, parent).filter(({ at }) =>
    stops(description, at).every(({ at, entity: each }) => {
      const key = keys.get(each);
      return key === undefined || compared(shownValue(recordAt(report, at)?.[each.key])) === key;
    }),
  );
  return found.length === 1 ? found[0]?.at : undefined;
}

/** The report with a CSV table, called like its entity, in place of the records there are. */
export function withCsv(
  description: PackDescription,
  report: Report,
  name: string,
  bytes: ArrayBuffer,
  words: Words,
): Report {
  const entity = description.entities.find((known) => `${known.name}.csv` === name);
  if (!entity) {
    throw new SyntaxError(description.entities.map((known) => `${known.name}.csv`).join(", "));
  }
  const [head = [], ...rows] = cells(decode(bytes), ",");
  const all = columns(description, entity);
  const read = head.map((heading) => called(all, heading));
  const unknown = head.filter((_, n) => read[n]?.column === undefined);
  if (unknown.length > 0) throw new SyntaxError(unknown.join(", "));
  // A table may hold the records of many roots: those of the open one, or of the first where none
  // has an id yet.
  const owner = read.findIndex(({ column }) => column && !column.field && !column.of);
  const filled = rows.filter((row) => row.some((cell) => cell.trim() !== ""));
  const wanted = String(report["id"] ?? "") || filled[0]?.[owner];
  const own = filled.filter((row) => owner < 0 || row[owner] === wanted);
  const list = own.map((row) => recordOf(read, row));
  if (entity.child && above(description, entity).length > 0) {
    const lists = new Map<At, Fields[]>();
    own.forEach((row, n) => {
      const of = ownerOf(description, report, entity, read, row);
      if (of === undefined) {
        const at = `${words.t("row")} ${rows.indexOf(row) + 2}`;
        throw new SyntaxError(words.said(at, words.t("noOwner")));
      }
      lists.set(of, [...(lists.get(of) ?? []), list[n] ?? {}]);
    });
    const parent = above(description, entity).at(-1) ?? entity;
    let next = report;
    for (const { at } of everyRecord(description, report, parent)) {
      next = withRecords(next, entity, lists.get(at) ?? [], at);
    }
    return next;
  }
  if (entity.child) return { ...report, [entity.name]: list };
  const root = list.find((record) => record[entity.key] === report["id"]) ?? list[0];
  return { ...report, ...root } as Report;
}

/** UTF-8, or Big5 as older spreadsheets save it. */
export function decode(bytes: ArrayBuffer): string {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    return new TextDecoder("big5", { fatal: true }).decode(bytes);
  }
}

/** Cells of a text; quotation marks may hold separators, line ends and doubled marks. */
export function cells(text: string, separator: "," | "\t"): string[][] {
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
    else if (char === separator) end();
    else if (char === "\n") {
      end();
      rows.push([]);
    } else if (char !== "\r") cell += char;
  }
  if (quoted) throw new SyntaxError('"');
  end();
  return rows;
}

/**
 * Copied rows, without those that are blank. Spreadsheets separate by tabs, and quote only cells
 * with line ends or quotation marks in them; where nothing ends a quotation, it is a character.
 */
export function pastedRows(text: string): string[][] {
  const separator = text.includes("\t") || !text.includes(",") ? "\t" : ",";
  let all: string[][];
  try {
    all = cells(text, separator);
  } catch {
    all = text.split(/\r?\n/).map((line) => line.split(separator));
  }
  return all.filter((row) => row.some((cell) => cell.trim() !== ""));
}

/** Which column is which: by the first row where it has headings, otherwise in their order. */
export function mapped(
  all: readonly Column[],
  rows: readonly (readonly string[])[],
): { read: Read[]; heading: boolean } {
  const [first = []] = rows;
  const width = Math.max(0, ...rows.map((row) => row.length));
  const named = first.map((cell) => called(all, cell));
  const filled = first.filter((cell) => cell.trim() !== "").length;
  const known = named.filter(({ column }) => column !== undefined).length;
  if (known > 0 && known * 2 >= filled) {
    const rest = Array.from({ length: width - named.length }, none);
    return { read: [...named, ...rest], heading: true };
  }
  const own = all.filter(({ field }) => field !== undefined);
  const read = Array.from({ length: width }, (_, n) => ({ column: own[n], unit: undefined }));
  return { read, heading: false };
}

const none = (): Read => ({ column: undefined, unit: undefined });
