// Workbooks, by the engine's own reader and writer, which are fetched by whoever opens or saves
// one. Not here: which files are workbooks to open (exchange.ts), CSV (rows.ts).

import type { Diagnostic, EntityDescription, Pack } from "../guiju.js";
import { fold, parsed, rootsOf } from "./read.js";
import type { Report } from "./report.js";
import { columns, rowsOf, type Column } from "./rows.js";
import type { Session } from "./session.js";
import type { Words } from "./words.js";

/** Endings of files that the reader knows, or knows what to say of. */
export const WORKBOOKS = /\.(xlsx|xlsm|ods|xls|xlsb|numbers|fods|et)$/i;

export type Format = "xlsx" | "ods";

/** The longest name of a sheet, and what may not stand in one. */
const LONGEST_NAME = 31;
const FORBIDDEN = /[[\]:*?/\\']/;

interface Books {
  open: (name: string, bytes: Uint8Array, locale: string) => string;
  save: (tables: string, format: string, locale: string) => Uint8Array<ArrayBuffer>;
  free: () => void;
}

/** What the module is, as its glue has it. */
interface Glue {
  default: () => Promise<unknown>;
  Books: new (compiled: Uint8Array, trusted: boolean, locale: string) => Books;
  __wbg_reset_state: () => void;
}

/** What is wrong with a file, with every problem that was found. */
export class BookError extends Error {
  constructor(
    message: string,
    readonly diagnostics: readonly Diagnostic[],
  ) {
    super(message);
  }
}

/** Lets the reader and writer of a pack work, and puts it away. */
async function withBooks<T>(pack: Pack, words: Words, work: (books: Books) => T): Promise<T> {
  // @ts-expect-error the glue of the engine has no types
  const glue = (await import("../engine/books.js")) as Glue;
  await glue.default();
  try {
    const books = new glue.Books(pack.compiled(), false, words.locale);
    const result = work(books);
    books.free();
    return result;
  } catch (error) {
    if (typeof error === "string") {
      const { message, diagnostics } = JSON.parse(error) as BookError;
      throw new BookError(message, diagnostics);
    }
    // Whatever a file made it stop by, the next file gets a new one.
    glue.__wbg_reset_state();
    throw error;
  }
}

/** The first root of a workbook, and whether there are more. */
export async function opened(
  { pack, description, words }: Session,
  file: File,
): Promise<{ report: Report; more: boolean }> {
  const bytes = new Uint8Array(await file.arrayBuffer());
  const read = (books: Books): string => books.open(file.name, bytes, words.locale);
  const roots = JSON.parse(await withBooks(pack, words, read)) as string[];
  return rootsOf(description, words, roots.map(parsed));
}

/** A cell: a text, or the digits of a number. */
type Cell = string | { number: string };

interface Table {
  name: string;
  headings: string[];
  rows: Cell[][];
}

/** The report as a workbook: a sheet for each entity that has records, and what figures go by. */
export async function saved(session: Session, format: Format): Promise<Uint8Array<ArrayBuffer>> {
  const { pack, words } = session;
  const text = JSON.stringify(tables(session));
  return withBooks(pack, words, (books) => books.save(text, format, words.locale));
}

/** The digits that a number in a workbook keeps: one with more stays a text. */
const DIGITS = 15;

const NUMBERS = ["money", "signed_money", "int", "range", "number"];

function tables({ description, report, words }: Session): Table[] {
  const { entities, root } = description;
  const labels = entities.map(({ label }) => fold(words.label(label)));
  const nameOf = ({ name, label }: EntityDescription): string => {
    const text = words.label(label);
    const alone = labels.filter((other) => other === fold(text)).length === 1;
    const clear = alone && !entities.some((other) => other.name === text && other.name !== name);
    return clear && text.length <= LONGEST_NAME && !FORBIDDEN.test(text) ? text : name;
  };
  const id = String(report["id"] ?? "");
  const own = entities
    .map((entity) => {
      const shape = columns(description, entity);
      const rows = rowsOf(description, report, entity).map((row) =>
        shape.map((column, n) => cellOf(words, column, row[n] ?? "")),
      );
      return { name: nameOf(entity), headings: shape.map(headingIn(words, shape)), rows };
    })
    .filter(({ rows }) => rows.length > 0);
  const figures = (["targets", "previous"] as const).map((name) => ({
    name,
    headings: [root, "kpi", "value"],
    rows: Object.entries(report[name]).map(([kpi, value]) => [id, kpi, value]),
  }));
  const evidence = (["reviewed", "elsewhere"] as const).map((name) => ({
    name,
    headings: [root, "evidence"],
    rows: report[name].map((each) => [id, each]),
  }));
  return [...own, ...[...figures, ...evidence].filter(({ rows }) => rows.length > 0)];
}

/** Headings that people read; the name of a field where another column is called so too. */
function headingIn(words: Words, shape: readonly Column[]): (column: Column) => string {
  const labelled = ({ field, of, part, heading }: Column): string => {
    const called = field ?? of;
    return called ? words.label(called.label) + (part ? `_${part}` : "") : heading;
  };
  const is = (text: string, label: string): boolean => fold(text) === fold(label);
  return (column) => {
    const label = labelled(column);
    const taken = shape.some(
      (other) => other !== column && (is(labelled(other), label) || is(other.heading, label)),
    );
    return taken ? column.heading : label;
  };
}

/**
 * Amounts and numbers are numbers, where they are any; choices and answers are called as people
 * call them; all else stays as it was typed.
 */
function cellOf(words: Words, { field }: Column, text: string): Cell {
  const named = (name: string): string => {
    const choice = field?.choices?.find((each) => each.name === name);
    return choice ? words.label(choice.label) : name;
  };
  if (field?.kind === "choice") return named(text);
  if (field?.kind === "list") return text.split(";").map(named).join(";");
  if (field?.kind === "bool") {
    return text === "true" ? words.t("yes") : text === "false" ? words.t("no") : text;
  }
  const digits = text.replaceAll(",", "").trim();
  const number = NUMBERS.includes(field?.kind ?? "") && /^-?\d+(\.\d+)?$/.test(digits);
  return number && digits.replace(/\D/g, "").length <= DIGITS ? { number: digits } : text;
}
