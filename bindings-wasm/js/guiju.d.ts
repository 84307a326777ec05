/// <reference lib="esnext.disposable" />
/**
 * Rules judged in the page or in Node, with the same answers as the command `guiju`.
 *
 * Figures are decimal strings, never floats. In a page or a worker, `await init()` once; in Node there is nothing to wait for.
 */

import type { Alliance104 } from "./packs/alliance_104.js";
import type { Alliance107 } from "./packs/alliance_107.js";
import type { Alliance108 } from "./packs/alliance_108.js";
import type { Alliance115 } from "./packs/alliance_115.js";
import type { Gloria108 } from "./packs/gloria_108.js";

export type { Alliance104, Alliance107, Alliance108, Alliance115, Gloria108 };

export type Locale = "zh-TW" | "en";
export type Severity = "error" | "warning" | "advice";

/** A text in Traditional Chinese and, where its author wrote one, in English. */
export interface Localized {
  zh: string;
  en: string | null;
}

export interface LocaleOptions {
  /** The language of messages; that of the pack unless told otherwise. */
  locale?: Locale;
}

/** The types of the built-in packs, by their names. */
export interface BuiltInPacks {
  alliance_104: Alliance104;
  alliance_107: Alliance107;
  alliance_108: Alliance108;
  alliance_115: Alliance115;
  gloria_108: Gloria108;
}

export type BuiltInPack = keyof BuiltInPacks;

/** Where a module of the engine is: an address, a response, bytes or a compiled module. */
export type Wasm = string | URL | Request | Response | Promise<Response> | BufferSource | WebAssembly.Module;

/** Where a compiled pack is: an address, a response, or its bytes. */
export type Place = string | URL | Request | Response | Promise<Response> | BufferSource;

/** What to fetch. Where neither packs nor parts are named, everything. */
export interface InitOptions {
  /** The built-in packs to fetch; by name with where they are, for bundlers and hosts that keep them elsewhere. Where only parts are named: all of them at first, and no more of them later. */
  packs?: BuiltInPack[] | Partial<Record<BuiltInPack, Place>>;
  /** Where the engine is that judges only, for hosts that keep it elsewhere. */
  wasm?: Wasm;
  /** Whether reasons ({@link Pack.explain}) and results of earlier years will be wanted: fetches a larger engine (or says where it is) in the place of the other. */
  explain?: boolean | Wasm;
  /** Whether rules will be given as text: fetches what compiles them (or says where it is) and the texts of the packs they may amend. */
  compiler?: boolean | Wasm;
}

/** Starts the engine in a page or a worker. May be called again, for more: packs that are loaded go on. Does nothing in Node. */
export default function init(options?: InitOptions): Promise<void>;

/** The built-in packs that are there. */
export function packNames(): string[];

/** Rule files by name, read in the order given. */
export type RuleFiles = Record<string, string>;

/** The rules of a built-in pack itself, without those it amends: to read, or to change and load. In a page, `init` fetches them with the compiler. */
export function packFiles(name: BuiltInPack | (string & {})): RuleFiles;

export interface PackOptions extends LocaleOptions {
  /** Packs that the files may amend, beside the built-in ones. */
  library?: Record<string, RuleFiles>;
  /** How much may be handed over: as strangers do (unless told otherwise), or as one does oneself. */
  limits?: "untrusted" | "own";
}

/** Where a pack compiled by `guiju compile` is, for {@link loadPack}; in Node, `file:` addresses are read too. */
export interface PackAddress {
  url: string | URL;
}

/** A built-in pack. */
export function loadPack<N extends BuiltInPack>(source: N, options?: PackOptions): Pack<BuiltInPacks[N]>;
/**
 * A pack that `guiju compile` wrote, from its address, a response or a file. It needs no compiler: `await init({ packs: [] })` is enough. The promise fails with {@link GuijuError}
 * `FETCH` where nothing came, `PACK_VERSION` where another version of guiju wrote it, and `PACK_DAMAGED` where it is no compiled pack.
 */
export function loadPack<T extends PackTypes = AnyPack>(source: PackAddress | Response | Blob | Promise<Response | BufferSource>, options?: PackOptions): Promise<Pack<T>>;
/**
 * A pack from the bytes that `guiju compile` wrote, with the same errors; or one made of rule files, for which a page needs `init({ compiler: true })`,
 * with `PACK` and every diagnostic where it does not compile; or a built-in one whose name is known when the code runs.
 */
export function loadPack<T extends PackTypes = AnyPack>(source: BufferSource | RuleFiles | (string & {}), options?: PackOptions): Pack<T>;

/** Everything there is to say about rules, warnings too. */
export function checkPack(source: BuiltInPack | (string & {}) | RuleFiles, options?: PackOptions): Diagnostic[];

/**
 * `PACK` the rules do not compile, `PACK_VERSION` another version of guiju compiled the pack, `PACK_DAMAGED` it is no compiled pack or not a whole one, `FETCH` a pack did not
 * arrive, `DATA` the data has errors (as `PACK`, with diagnostics), `LIMIT` too much was handed over, `QUESTION` and
 * `ENTITY` nothing of that name is there, `ARGUMENT` not what the function takes, `UNKNOWN_PACK`, `NOT_READY`, `DISPOSED`, and `TRAP` the
 * engine stopped in the middle and was started anew: the next call works.
 */
export type ErrorCode =
  | "PACK" | "PACK_VERSION" | "PACK_DAMAGED" | "FETCH" | "DATA" | "LIMIT" | "QUESTION" | "ENTITY" | "ARGUMENT" | "UNKNOWN_PACK" | "NOT_READY" | "DISPOSED" | "TRAP";

export class GuijuError extends Error {
  constructor(code: string, message: string, diagnostics?: Diagnostic[], options?: ErrorOptions);
  readonly code: ErrorCode;
  readonly diagnostics: Diagnostic[];
}

export interface Position {
  /** From 1. */
  line: number;
  /** Characters of the line, from 1. */
  column: number;
  /** UTF-16 units of the line, from 0, as editors and strings of JavaScript count. */
  utf16: number;
}

export interface DiagnosticLabel {
  file: string | null;
  bytes: [number, number];
  start: Position | null;
  end: Position | null;
  text: string;
  /** Whether this is the place to change. */
  primary: boolean;
}

export interface Diagnostic {
  code: string;
  severity: Severity;
  message: string;
  help: string | null;
  /** The place in data; `cell` is the sheet and the cell of a workbook. */
  place: { file?: string; line?: number; cell?: string; column?: string; pointer?: string } | null;
  /** The places in rules. */
  labels: DiagnosticLabel[];
  notes: string[];
  fix: unknown;
}

/** What to say about a record in the making. */
export interface Issue {
  /** JSON pointer from the record, such as `/contract` or `/member/3/contract`; empty for the record itself. */
  path: string;
  /** The code of a diagnostic, the name of a check, or the rule that refuses the record, as results name it. */
  code: string;
  /** An error has to be corrected or filled in; a warning costs something; advice may not concern this record. */
  severity: Severity;
  message: string;
  /** The way out. */
  help?: string;
  /** The clause behind it, as `document:clause`. */
  clause: string | null;
}

export interface ValidateOptions<F extends string = string> extends LocaleOptions {
  /** Only what is said of this field. */
  field?: F;
}

export interface SchemaOptions extends LocaleOptions {
  /** The least that makes a value invalid: errors, unless told otherwise; `"warning"` refuses what would not be counted too. */
  level?: Severity;
}

/** Yes or no. */
export type YesNo = boolean | "true" | "false" | "yes" | "no" | "y" | "n" | "是" | "否";
/** A day: `2019-10-31`, `108/10/31`, `1081031`. */
export type Day = string | number;
/** A span of days, both included. */
export type Span = { start: Day; end: Day } | `${string}..${string}`;
/** A number, exact as a text or a `BigInt`; numbers of JavaScript are taken as they print. */
export type Amount = string | number | bigint;
/** An amount of money, in 元 where it has no unit. */
export type Money = Amount | { amount: Amount; unit?: "元" | "仟元" | "千元" | "萬元" | "億元" | "" | null };
/** A share: `0.2`, `"20%"`. */
export type Share = Amount | { amount: Amount; unit?: "%" | "" | null };
/** A whole number. */
export type Whole = Amount;
/** One of some whole numbers, or its text. */
export type Among<N extends number> = N | `${N}`;
/** A number with decimals, in its unit where it has one. */
export type Quantity<U extends string = ""> = Amount | { amount: Amount; unit?: U | "" | null };
/** What is given for KPIs: targets, or values of the year before. */
export type Given<K> = { [N in keyof K]?: Amount | { amount: Amount; unit?: string | null } | null } | null;
/** Pieces of evidence by their ids. */
export type Register = readonly (string | number | null)[] | null;

/** What `guiju types` writes of a pack, and what takes it: `loadPack<MyRules>({ url })`. */
export interface PackTypes {
  name: string;
  /** The entity that is judged. */
  root: string;
  /** A document of data, complete. */
  document: unknown;
  /** A complete record of each entity; of the root with its children. */
  records: object;
  /** KPIs of a root, each with its unit. */
  kpis: object;
  programmeKpis: object;
  /** Obligations of a root, each with its severity. */
  obligations: object;
  programmeObligations: object;
  /** For each entity the tallies that judge its records. */
  tallies: object;
  /** The fields of the root by which KPIs of the programme are grouped. */
  groups: object;
}

/** A pack of which no types were written: any names. */
export interface AnyPack extends PackTypes {
  root: "alliance";
  document: any;
  records: Record<string, any>;
  kpis: Record<string, string>;
  programmeKpis: Record<string, string>;
  obligations: Record<string, Severity>;
  programmeObligations: Record<string, Severity>;
  tallies: Record<string, Record<string, true>>;
  groups: Record<string, string>;
}

/** The names that something has, as a union. */
export type NamesOf<M> = Extract<keyof M, string>;
/** A complete record of an entity: `RecordOf<Alliance108, "member">`. */
export type RecordOf<T extends PackTypes, E extends NamesOf<T["records"]>> = T["records"][E];

/** A record of which anything may be missing, its children too; what is there is what the pack takes. */
export type Incomplete<R> = unknown extends R ? any : { [F in keyof R]?: NonNullable<R[F]> extends readonly (infer C extends object)[] ? readonly Incomplete<C>[] | null : R[F] | null };
/** A record in the making: its fields and no others, with anything in them. */
export type Draft<R> = unknown extends R ? unknown : { [F in keyof R]?: NonNullable<R[F]> extends readonly (infer C extends object)[] ? readonly Draft<C>[] | null : unknown };
/** Data as a document that may have gaps, or as text. */
export type DataOf<T extends PackTypes> =
  | string
  | (unknown extends T["document"]
      ? object
      : { [K in keyof T["document"]]: NonNullable<T["document"][K]> extends readonly (infer C extends object)[] ? readonly Incomplete<C>[] : Incomplete<NonNullable<T["document"][K]>> | null });

/** JSON, or what can be written as JSON. `null` and an absent field both mean missing. */
export type Data = DataOf<AnyPack>;

export interface EvaluateOptions extends LocaleOptions {
  /** The verdicts on every record too. */
  records?: boolean;
  /** The text has one root a line. */
  lines?: boolean;
  /** The name of the data in messages. */
  file?: string;
  /** The result of an earlier year, whose values are the previous ones, and its name in messages. A page needs `init({ explain: true })`. */
  previous?: { pack: string; engine: string; programme: object } | string;
  previousFile?: string;
}

export interface Need {
  of?: string;
  record: string;
  field: string;
}

export interface Kpi<U = string> {
  state: "known" | "undetermined" | "not_applicable" | "invalid";
  value?: string;
  exact?: string;
  low?: string | null;
  high?: string | null;
  why?: string;
  unit: U;
  needs?: Need[];
  /** How many more there are than `needs` lists, which has 1,000 at most. */
  more?: number;
  target?: string;
  attainment?: string;
  previous?: string;
}

export interface Obligation<Id = string> {
  id: Id;
  severity: Severity;
  status: "met" | "not_met" | "undetermined" | "not_applicable";
  gap?: string;
  /** The gap as a fraction, where its decimals are rounded or its unit is `%`. */
  exact?: string;
  /** Both sides are equal, and more or less is asked. */
  equal?: true;
  unit?: string;
  clause?: string;
  needs?: Need[];
  /** How many more there are than `needs` lists, which has 1,000 at most. */
  more?: number;
}

export interface Verdict {
  verdict: "counted" | "refused" | "undetermined";
  reason?: string;
  rule?: string;
  clause?: string;
  also?: { reason: string; rule: string; clause?: string }[];
  needs?: Need[];
  /** How many more there are than `needs` lists, which has 1,000 at most. */
  more?: number;
}

/** A rank, an amount or a place on the waiting list; bounds where it is open. */
export interface AwardFigure {
  state: Kpi["state"];
  value?: string;
  exact?: string;
  low?: string | null;
  high?: string | null;
  why?: string;
  unit: string;
}

/** What an award made of a root or of a record. */
export interface Standing {
  verdict: "counted" | "refused" | "undetermined";
  /** 1 for the first; equals share one. Missing where there is none. */
  rank?: AwardFigure;
  /** What is given; missing where places are. */
  amount?: AwardFigure;
  /** The place on the waiting list. It may turn out to be none where it is open. */
  reserve?: AwardFigure;
  /** Bounds may be wider than what can come out. */
  bounds?: "outer";
  reason?: string;
  rule: string;
  clause?: string;
  needs?: Need[];
  /** How many more there are than `needs` lists, which has 1,000 at most. */
  more?: number;
}

/** Those who share one limit of an award. */
export interface Contest {
  limit: AwardFigure;
  given: AwardFigure;
  bounds?: "outer";
  /** How many of the list stand above the line of the cut. */
  line: number;
  /** Keys, the first first. */
  list: string[];
}

/** An award among the records of a root: with one list, or with one for each record that they belong to below the root, by its key. */
export interface RecordAward extends Partial<Contest> {
  lists?: Record<string, Contest>;
  records: ({ key: string } & Standing)[];
}

/** KPIs by their names, each with its unit. */
export type Kpis<K> = { [N in keyof K]: Kpi<K[N]> };

/** A record and what the tallies of its entity say of it; those that it is no record of are left out. */
export interface JudgedRecord<Tallies = Record<string, true>> {
  key: string;
  verdicts: { [N in keyof Tallies]?: Verdict };
}

/** A key that a record counted under: its first part, and further ones under the names of their fields. */
export interface CountedEvidence {
  tally: string;
  document: string;
  /** The record's own day, where the rule has one. */
  day?: string;
  /** Of the year that counted it. */
  period?: { start: string; end: string };
  [part: string]: string | { start: string; end: string } | undefined;
}

export interface Root<T extends PackTypes = AnyPack> {
  id: string;
  kpis: Kpis<T["kpis"]>;
  /** By the id of the award; only where the pack has awards. */
  awards?: Record<string, Standing | RecordAward>;
  obligations: Obligation<NamesOf<T["obligations"]>>[];
  issues: { path: string; code: string; severity: Severity; message: string; clause?: string }[];
  /** Where the pack has rules across years: what counts no more in later ones. */
  counted_evidence?: CountedEvidence[];
  /** Where records were asked for. */
  records?: { [E in keyof T["tallies"]]: JudgedRecord<T["tallies"][E]>[] };
}

/** KPIs of the programme for one value of a field of the root: those that are grouped by it. */
export interface KpiGroup<K = Record<string, string>> {
  kpis: { [N in keyof K]?: Kpi<K[N]> };
}

/** `JSON.stringify(result, null, 2)` is what `guiju evaluate … --format json` prints, byte for byte. The roots stand under the plural of the root entity's name, `alliances`. */
export type Result<T extends PackTypes = AnyPack> = {
  pack: T["name"];
  engine: string;
  /** What the result was computed from, by SHA-256: each edition of the rules, constants with other values, the data, and earlier results. */
  digests: { rules: Record<string, string>; parameters?: Record<string, string>; data: string; previous?: string[] };
  period?: { start: string; end: string };
  programme: {
    kpis: Kpis<T["programmeKpis"]>;
    obligations?: Obligation<NamesOf<T["programmeObligations"]>>[];
    /** By the id of the award, and by group where it has groups; only where the pack has awards among roots. */
    awards?: Record<string, Contest | Record<string, Contest>>;
    /** By the fields that they are grouped by, and their values that some root has. */
    groups: { [F in keyof T["groups"]]: { [V in Extract<T["groups"][F], string>]?: KpiGroup<T["programmeKpis"]> } };
  };
  /** What there was to say about the data though nothing was wrong; no part of the JSON. */
  readonly warnings: Diagnostic[];
} & { [K in `${T["root"]}s`]: Root<T>[] };

/** A KPI by its id, a record as `member/甲公司`, or an obligation by its id. */
export type Question<T extends PackTypes = AnyPack> =
  | { kpi: NamesOf<T["kpis"]> | NamesOf<T["programmeKpis"]> }
  | { record: `${NamesOf<T["records"]>}/${string}` }
  | { obligation: NamesOf<T["obligations"]> | NamesOf<T["programmeObligations"]> };

export interface Explanation {
  /** The explanation in words. */
  text: string;
  kpi?: Record<string, unknown>;
  record?: Record<string, unknown>;
  obligation?: Record<string, unknown>;
  whole?: Record<string, unknown>;
}

export interface MissingField {
  /** JSON pointer from the root. */
  path: string;
  record: string;
  label: string;
}

export interface KpiProgress<U = string> {
  label: string;
  state: Kpi["state"];
  value: string | null;
  low: string | null;
  high: string | null;
  why: string | null;
  unit: U;
  target: string | null;
  attainment: string | null;
  /** How much is missing to the target for certain. */
  gap: string | null;
  previous: string | null;
  /** Missing fields that leave the value open, those first that leave the most open; the first ten. */
  needs: MissingField[];
  /** How many more there are. */
  more: number;
}

export interface ObligationProgress<Id = string> {
  id: Id;
  label: string;
  kpi: string | null;
  severity: Severity;
  status: Obligation["status"];
  gap: string | null;
  unit: string;
  clause: string | null;
}

/** What can be said of an award; one among roots needs all of them, and never counts one by itself. */
export interface AwardProgress {
  id: string;
  label: string;
  /** As `entity/key`, where the award is among records. */
  record: string | null;
  verdict: Standing["verdict"];
  reason: string | null;
  clause: string | null;
}

export interface Progress<T extends PackTypes = AnyPack> {
  kpis: { [N in keyof T["kpis"]]: KpiProgress<T["kpis"][N]> };
  obligations: ObligationProgress<NamesOf<T["obligations"]>>[];
  awards: AwardProgress[];
}

export interface ChoiceDescription {
  name: string;
  label: Localized;
}

export interface FieldDescription {
  name: string;
  label: Localized;
  optional: boolean;
  kind: "text" | "bool" | "date" | "period" | "money" | "int" | "percent" | "range" | "number" | "signed_money" | "choice" | "list" | "reference";
  /** The bounds of a range; of a `number` as exact decimals. */
  low?: number | string;
  high?: number | string;
  /** What a `number` is measured in. */
  unit?: string;
  /** The values of a choice or a list. */
  choices?: ChoiceDescription[];
  /** The entity that a reference names. */
  of?: string;
}

export interface EntityDescription {
  name: string;
  label: Localized;
  /** Whether its records belong to those of the root, directly or not. */
  child: boolean;
  /** The entity whose records they stand in, or `programme` for what all roots share; none for the root and the programme. */
  parent: string | null;
  /** Whether it is the one record over all roots. */
  programme: boolean;
  key: string;
  fields: FieldDescription[];
}

export interface PackDescription {
  name: string;
  label: Localized;
  /** The packs its rules come from, the oldest first. */
  editions: string[];
  period: { start: string; end: string } | null;
  root: string;
  entities: EntityDescription[];
  kpis: { name: string; label: Localized; unit: string; form: "measure" | "part" | "formula"; programme: boolean }[];
  documents: { name: string; label: Localized; clauses: { id: string; summary: Localized }[] }[];
}

/**
 * As `@standard-schema/spec` 1.1 has it, with the whole {@link Issue} in each of its issues. `Values` is what the form holds: a complete record of
 * the pack's types, unless you say otherwise.
 */
export interface StandardSchema<Values = any> {
  readonly "~standard": {
    readonly version: 1;
    readonly vendor: "guiju";
    /** For inference only; never there when the code runs. */
    readonly types?: { readonly input: Values; readonly output: Values } | undefined;
    readonly validate: (value: unknown) => { readonly value: Values; readonly issues?: undefined } | { readonly issues: readonly StandardIssue[] };
    readonly jsonSchema: {
      readonly input: (options: { readonly target: string }) => Record<string, unknown>;
      readonly output: (options: { readonly target: string }) => Record<string, unknown>;
    };
  };
}

/** Segments that are numbers are places in lists. */
export interface StandardIssue extends Omit<Issue, "path"> {
  readonly path: readonly (string | number)[];
}

/** Rules that compile. */
export interface Pack<T extends PackTypes = AnyPack> {
  /** For inference only; never there when the code runs. First, so that a typed pack may stand where any will do: members are compared from here on. */
  readonly "~types"?: { [K in keyof T]-?: T[K] };
  readonly name: T["name"];
  /** The data model, the KPIs and the documents: all that a form needs. */
  describe(): PackDescription;
  /** Judges data; throws {@link GuijuError} `DATA` with every diagnostic where it has errors. */
  evaluate(data: DataOf<T>, options?: EvaluateOptions): Result<T>;
  /** Why a KPI, a record or an obligation of a root is as it is, or without a question the root as a whole; with `null` for the root, the same of the programme. A page needs `init({ explain: true })`; {@link GuijuError} `NOT_READY` says so. */
  explain(data: DataOf<T>, id: string | null, question?: Question<T>, options?: EvaluateOptions): Explanation;
  /** What is wrong, what is missing, and what is already certain: of a record by itself, or of a root with its children. What is wrong with data is an issue, `NaN` too; only what cannot be written as JSON, or is too much, throws `ARGUMENT` or `LIMIT`. */
  validate<E extends NamesOf<T["records"]>>(entity: E, record: Draft<T["records"][E]> | string, options?: ValidateOptions<NamesOf<T["records"][E]>>): Issue[];
  /**
   * The figures of a root as far as it is filled in. A field that is wrong counts as missing; where the root or some of its records cannot be
   * read at all, it throws {@link GuijuError} `DATA`, as figures without them would mislead, or `LIMIT` where they are too many.
   */
  progress(root: Draft<T["records"][T["root"] & keyof T["records"]]> | string, options?: LocaleOptions): Progress<T>;
  /** An entity for form libraries; its `validate` never throws for data. */
  schema<Values = never, E extends NamesOf<T["records"]> = NamesOf<T["records"]>>(entity: E, options?: SchemaOptions): StandardSchema<[Values] extends [never] ? T["records"][E] : Values>;
  /** An entity as JSON Schema 2020-12: the shape alone, without the rules. */
  jsonSchema(entity: NamesOf<T["records"]>, options?: LocaleOptions): Record<string, unknown>;
  /** The pack as bytes, as `guiju compile` writes it: for a worker, which takes them by `loadPack(bytes)`. */
  compiled(): Uint8Array<ArrayBuffer>;
  /** Frees its memory at once; otherwise it is freed when nothing refers to the pack any more. `using pack = loadPack(…)` does it by itself. */
  dispose(): void;
  [Symbol.dispose](): void;
}
