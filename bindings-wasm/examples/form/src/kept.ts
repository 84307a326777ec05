// The report between visits: kept in this browser after every change, and there again after a reload, with the rules that it was judged by.
// Not here: files (files.ts).

import type { Locale, RuleFiles } from "guiju";

export interface Kept {
  /** A root as files have it. */
  report: unknown;
  /** The rules, where some were changed. */
  rules?: RuleFiles | undefined;
  locale: Locale;
}

export const KEY = "guiju-form";

/** Keeps it; false where the browser has no room for it, or keeps nothing for this page. */
export function keep(kept: Kept): boolean {
  try {
    localStorage.setItem(KEY, JSON.stringify(kept));
    return true;
  } catch {
    return false;
  }
}

/** What was kept, if anything. */
export function kept(): Partial<Kept> | undefined {
  try {
    return (JSON.parse(localStorage.getItem(KEY) ?? "null") as Partial<Kept> | null) ?? undefined;
  } catch {
    return undefined;
  }
}

/** Whether nothing was entered: nothing is lost with it. */
export function isEmpty(value: unknown): boolean {
  if (value === null || value === undefined) return true;
  if (typeof value === "string") return value.trim() === "";
  return typeof value === "object" && Object.values(value).every(isEmpty);
}
