// What the parts of the form ask of the whole. Not here: any of it (element.ts).

import type { At } from "./places.js";
import type { Report, Value } from "./report.js";
import type { Session, Spot } from "./session.js";

/** How a list of records is looked at. */
export interface Look {
  filter: string;
  sort: "entered" | "name" | "amount" | "open";
}

export interface Context {
  readonly session: Session;
  /** Where elements are found by their id. */
  readonly root: ShadowRoot;
  /** The section and the record that are open. */
  readonly open: Spot;
  /** How lists are looked at, by their pointers. */
  readonly looks: Map<string, Look>;
  /** A record that was removed just now, so that there is a way back at its place. */
  removed: At | undefined;
  /**
   * The figure whose reasons are shown, and what is unfolded; both stay so when all is drawn
   * anew.
   */
  figure: string | undefined;
  readonly unfolded: Set<string>;
  /** What a host said is the last day. */
  readonly deadline: string | null;
  /** Whether a host takes reports. */
  readonly handsIn: boolean;
  /** Sets a field of a record. */
  set: (record: At, field: string, value: Value) => void;
  /** Another report by one step, and everything drawn anew; a record may be removed by it. */
  change: (next: Report, removed?: At) => void;
  /** The same where what is drawn stays: typing goes on. */
  typed: (next: Report, merge: string) => void;
  /** Takes back the last step, or makes it again. */
  undo: () => void;
  redo: () => void;
  /** Draws everything anew. */
  draw: () => void;
  /** Opens the place of a JSON pointer. */
  goTo: (path: string) => void;
  /** Says what happened. */
  status: (words: string) => void;
  print: () => void;
  handIn: () => void;
}

/** What a keystroke has to bring up to date. */
export interface View {
  refresh: () => void;
}
