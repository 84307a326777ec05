// What hosts see of the form: the events that it sends. Not here: the element (element.ts).

import type { Issue, Progress } from "../guiju.js";

/** The report that is filled in, as a document that `evaluate` and the command take. */
export interface GuijuFormDocument {
  [roots: string]: Record<string, unknown>[];
}

/** Events of the form by their names. None of them can be cancelled; all of them bubble. */
export interface GuijuFormEvents {
  /** The pack is there, and the form is drawn. */
  "guiju-ready": CustomEvent<{ pack: string }>;
  /** The report was changed, by whatever hand; it is the element's `data`. */
  "guiju-change": CustomEvent<Record<string, never>>;
  /** There is something new to say of it; without `progress`, some of it cannot be read. */
  "guiju-judged": CustomEvent<{ issues: Issue[]; progress: Progress | undefined }>;
  /** The browser keeps the report again, or cannot. */
  "guiju-kept": CustomEvent<{ kept: boolean }>;
  /** The person hands the report in; what becomes of it is the host's business. */
  "guiju-hand-in": CustomEvent<{
    document: GuijuFormDocument;
    issues: Issue[];
    progress: Progress | undefined;
    /** The files that go with it, by name; the form has none of them. */
    attached: { readonly name: string; readonly size: number }[];
  }>;
  /** The pack cannot be had. */
  "guiju-error": CustomEvent<{ error: unknown }>;
}
