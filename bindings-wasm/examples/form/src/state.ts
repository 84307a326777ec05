// The report being filled in, and what the pack says of it now. Texts stay as they were typed: the engine reads them. Not here: the page.

import init, { GuijuError, loadPack, packFiles } from "guiju";
import type { Diagnostic, EntityDescription, Explanation, Issue, Pack, PackDescription, Progress, RuleFiles } from "guiju";
import { currentLocale, label, t } from "./words";

export type Value = string | boolean | string[] | { start?: string; end?: string } | null | undefined;
export type Fields = Record<string, Value>;
export interface Report extends Record<string, unknown> {
  targets: Record<string, string>;
  previous: Record<string, string>;
  reviewed: string[];
  elsewhere: string[];
}

export interface State {
  pack: Pack;
  /** The rules in use, once some were changed. */
  files?: RuleFiles;
  description: PackDescription;
  report: Report;
  issues: Issue[];
  /** The figures; none where the report, or a part of it, cannot be read. */
  progress: Progress | undefined;
  /** Why there are none. */
  unread: string;
  /** What a record of a section was, so that removing it can be taken back. */
  removed?: { entity: string; index: number; record: Fields } | undefined;
}

export const BUILT_IN = "alliance_108";

export function emptyReport(): Report {
  return { targets: {}, previous: {}, reviewed: [], elsewhere: [] };
}

export function start(): State {
  const pack: Pack = loadPack(BUILT_IN);
  const state = { pack, description: pack.describe(), report: emptyReport() } as State;
  judge(state);
  return state;
}

/** The records of an entity: those of the list, or the root itself. */
export function records(state: State, entity: EntityDescription): Fields[] {
  if (!entity.child) return [state.report as unknown as Fields];
  return (state.report[entity.name] ??= []) as Fields[];
}

/** Asks the engine again: once for the issues, once for the figures, of the same text. */
export function judge(state: State): void {
  const text = JSON.stringify(state.report);
  const locale = currentLocale();
  state.unread = "";
  const whole = (message: string): Issue[] => [{ path: "", code: "LIMIT", severity: "error", message, clause: null }];
  state.issues = told(() => state.pack.validate(state.description.root, text, { locale }), whole);
  state.progress = told(() => state.pack.progress(text, { locale }), (message) => ((state.unread = message), undefined));
}

/** An answer, or what stands for it where the report cannot be read or is too much. */
function told<T, U>(ask: () => T, otherwise: (message: string) => U): T | U {
  try {
    return ask();
  } catch (error) {
    if (error instanceof GuijuError && (error.code === "DATA" || error.code === "LIMIT")) return otherwise(error.message);
    throw error;
  }
}

/**
 * Why a figure is as it is; nothing where the engine that gives reasons cannot be had. Fields with errors count as not filled in, as they do
 * in the figures.
 */
export async function explain(state: State, kpi: string): Promise<Explanation | undefined> {
  if (!state.progress) return undefined;
  try {
    // Reasons are fetched by those who ask for one.
    await init({ packs: [BUILT_IN], explain: true });
  } catch {
    return undefined;
  }
  const report = structuredClone(state.report);
  report["id"] ||= "-";
  for (const issue of state.issues.filter(({ severity, code }) => severity === "error" && code !== "G802")) cut(report, issue.path);
  for (const entity of state.description.entities.filter((entity) => entity.child)) {
    const list = report[entity.name];
    if (Array.isArray(list)) list.forEach((record: Fields, n) => (record[entity.key] ||= `#${n + 1}`));
  }
  try {
    return state.pack.explain({ [`${state.description.root}s`]: [report] }, String(report["id"]), { kpi }, { locale: currentLocale() });
  } catch (error) {
    if (error instanceof GuijuError) return undefined;
    throw error;
  }
}

/** Takes the value at a JSON pointer away; of a period the whole, as half of one is none. */
export function cut(report: Report, path: string): void {
  const parts = path.split("/").slice(1).map((part) => part.replaceAll("~1", "/").replaceAll("~0", "~"));
  const last = parts.at(-1);
  if (last === "start" || last === "end") parts.pop();
  let at: unknown = report;
  for (const part of parts.slice(0, -1)) at = (at as Record<string, unknown> | undefined)?.[part];
  if (at && !Array.isArray(at)) delete (at as Record<string, unknown>)[parts.at(-1) ?? ""];
}

/**
 * The rules with some files changed: those of the same name take the place of the ones in use; files that declare a pack of their own are
 * a pack of their own. The state is as before where they do not compile.
 */
export async function changeRules(state: State, changed: RuleFiles): Promise<Diagnostic[]> {
  // What compiles rules is fetched by those who change some.
  await init({ packs: [BUILT_IN], compiler: true });
  const current = state.files ?? packFiles(BUILT_IN);
  const names = Object.keys(current);
  const replaced = Object.entries(changed).map(([name, text]) => [names.find((known) => known.endsWith(`/${name}`)) ?? name, text] as const);
  const own = replaced.some(([name, text]) => !names.includes(name) && /^\s*pack\s/m.test(text));
  const files = own ? changed : { ...current, ...Object.fromEntries(replaced) };
  try {
    const pack = loadPack(files, { locale: currentLocale() });
    state.pack.dispose();
    Object.assign(state, { pack, files, description: pack.describe() });
    judge(state);
    return [];
  } catch (error) {
    if (error instanceof GuijuError && error.code === "PACK") return error.diagnostics;
    throw error;
  }
}

/** The issues of a record, or of one of its fields. */
export function issuesAt(state: State, path: string): Issue[] {
  return state.issues.filter((issue) => issue.path === path || issue.path.startsWith(`${path}/`) || issue.path === `${path}_start` || issue.path === `${path}_end`);
}

/** A place in the report as people see it: labels, records counted from one, the ids that were typed. */
export function placeWords(state: State, path: string): string {
  const [, first = "", index = "", name = ""] = path.split("/");
  const { entities, kpis, root } = state.description;
  const field = (entity: EntityDescription | undefined, name: string): string => {
    const own = name.replace(/_(start|end)$/, "");
    const found = entity?.fields.find((each) => each.name === name) ?? entity?.fields.find((each) => each.name === own);
    return found ? label(found.label) : name;
  };
  const child = entities.find((entity) => entity.child && entity.name === first);
  if (child && index !== "") {
    const key = records(state, child)[Number(index)]?.[child.key];
    const record = `${label(child.label)} ${Number(index) + 1}${typeof key === "string" && key !== "" ? `「${key}」` : ""}`;
    return [record, ...(name === "" ? [] : [field(child, name)])].join("・");
  }
  if (first === "targets" || first === "previous") {
    const kpi = kpis.find((each) => each.name === index);
    return [t(first === "targets" ? "target" : "previous"), kpi ? label(kpi.label) : index].filter((part) => part !== "").join("・");
  }
  if (first === "reviewed" || first === "elsewhere") return t(first);
  if (child) return label(child.label);
  return first === "" ? label(state.description.label) : field(entities.find((entity) => entity.name === root), first);
}

/** Where a record stands in the report. */
export const place = (entity: EntityDescription, index: number): string => (entity.child ? `/${entity.name}/${index}` : "");
