// One report being filled in by one pack: the report, the way back and forth through its changes,
// and what the engine says now. Not here: how the engine is asked (judge.ts), where reports are
// kept (store.ts), the page.

import type {
  EntityDescription,
  Issue,
  Locale,
  Pack,
  PackDescription,
  Progress,
  RuleFiles,
} from "../guiju.js";
import { grouped, type Unit } from "./amounts.js";
import { FRAME, Judge, MOMENT, type Judgement } from "./judge.js";
import {
  asText,
  emptyReport,
  place,
  records,
  referencesTo,
  referring,
  withField,
  type Fields,
  type Reference,
  type Report,
  type Value,
} from "./report.js";
import { wordsIn, type Words } from "./words.js";

/** Where in the form something is: a section, and a record of it. */
export interface Spot {
  section: string;
  record: number;
}

/** A report that one can go back to, and where its change was made. */
interface Step {
  before: Report;
  after: Report;
  spot: Spot;
  /** Changes with the same name, one after the other, are one step. */
  merge: string | undefined;
}

/** The most steps that can be taken back; they share what they have in common. */
const STEPS = 500;

/** No issues, always the same. */
const NOTHING: Issue[] = [];

export interface Listener {
  /** The report is another one: by a person's hand, or by going back and forth. */
  changed: () => void;
  /** There is something new to say about it. */
  judged: () => void;
}

export class Session {
  readonly description: PackDescription;
  words: Words;
  unit: Unit = "元";
  issues: Issue[] = [];
  /** The figures; none where the report, or a part of it, cannot be read. */
  progress: Progress | undefined;
  /** Why there are none. */
  unread = "";
  /** What was said is of an earlier state of the report; the rest follows in a moment. */
  pending = false;
  #report: Report = emptyReport();
  #back: Step[] = [];
  #forth: Step[] = [];
  #judge: Judge;
  #listener: Listener;
  #byPlace: Map<string, Issue[]> | undefined;
  /** Who refers to the record whose key is being typed. */
  #renaming: { merge: string; references: Reference[] } | undefined;

  constructor(
    readonly pack: Pack,
    locale: Locale,
    listener: Listener,
    /** The rules in use, where some were changed. */
    readonly files?: RuleFiles,
  ) {
    this.description = pack.describe();
    this.words = wordsIn(locale);
    this.#listener = listener;
    this.#judge = new Judge(pack, this.description, (judgement) => {
      this.#take(judgement);
      listener.judged();
    });
  }

  get report(): Report {
    return this.#report;
  }

  get canUndo(): boolean {
    return this.#back.length > 0;
  }

  get canRedo(): boolean {
    return this.#forth.length > 0;
  }

  /** Puts another report in the place of this one: there is no way back to what was before. */
  open(report: Report): void {
    [this.#back, this.#forth] = [[], []];
    this.#renaming = undefined;
    this.#set(report);
  }

  /** Another report by one step, which can be taken back. */
  change(next: Report, spot: Spot, merge?: string): void {
    const last = this.#back.at(-1);
    this.#forth = [];
    // Who referred to what may stand elsewhere now.
    if (this.#renaming?.merge !== merge) this.#renaming = undefined;
    if (merge !== undefined && last?.merge === merge) last.after = next;
    else {
      this.#back.push({ before: this.#report, after: next, spot, merge });
      if (this.#back.length > STEPS) this.#back.shift();
    }
    this.#set(next, merge === undefined ? undefined : spot);
  }

  /** From here on, typing in the same field is a step of its own. */
  settle(): void {
    const last = this.#back.at(-1);
    if (last) last.merge = undefined;
    this.#renaming = undefined;
  }

  /** Takes back the last step; gives where it was made. */
  undo(): Spot | undefined {
    return this.#move(this.#back, this.#forth, "before");
  }

  redo(): Spot | undefined {
    return this.#move(this.#forth, this.#back, "after");
  }

  #move(from: Step[], to: Step[], side: "before" | "after"): Spot | undefined {
    this.settle();
    const step = from.pop();
    if (!step) return undefined;
    to.push(step);
    this.#set(step[side]);
    return step.spot;
  }

  /**
   * Sets a field. With a key, the fields that refer to its record follow: to the record, whatever
   * other records are called while it is typed. Gives how many did.
   */
  setField(entity: EntityDescription, index: number, field: string, value: Value): number {
    const merge = `${entity.name}/${index}/${field}`;
    let followers: Reference[] = [];
    if (field === entity.key && typeof value === "string") {
      if (this.#renaming?.merge !== merge) {
        this.#renaming = { merge, references: this.#referencesTo(entity, index) };
      }
      followers = this.#renaming.references;
    }
    const next = withField(this.#report, entity, index, field, value);
    const followed = followers.length > 0 ? referring(next, followers, String(value)) : next;
    this.change(followed, { section: entity.name, record: index }, merge);
    return followers.length;
  }

  /** Fields that refer to a record, and to no other by the same key. */
  #referencesTo(entity: EntityDescription, index: number): Reference[] {
    const list = records(this.#report, entity);
    const key = list[index]?.[entity.key];
    if (typeof key !== "string" || key.trim() === "") return [];
    if (list.filter((other) => other[entity.key] === key).length > 1) return [];
    return referencesTo(this.description, this.#report, entity, key);
  }

  /** Fields that would be wrong without a record. */
  referencesTo(entity: EntityDescription, record: Fields): Reference[] {
    const key = record[entity.key];
    const others = records(this.#report, entity).filter((other) => other[entity.key] === key);
    if (typeof key !== "string" || others.length > 1) return [];
    return referencesTo(this.description, this.#report, entity, key);
  }

  #set(report: Report, spot?: Spot): void {
    this.#report = report;
    this.judge(spot);
    this.#listener.changed();
  }

  /**
   * Asks the engine: at once where that is quick, and otherwise of the record only that someone
   * types in. In another language, everything is said anew at once.
   */
  judge(spot?: Spot, patience = spot ? FRAME : MOMENT): void {
    const entity = this.description.entities.find(({ name }) => name === spot?.section);
    const changed = entity && spot && { entity, index: spot.record };
    const now = this.#judge.ask(this.#report, this.words.locale, patience, changed);
    if (now.whole) return this.#take(now.whole);
    this.pending = true;
    if (!now.record || !changed) return;
    // What hangs on other records is said again once the whole was looked at.
    const at = place(changed.entity, changed.index);
    const before = new Set(this.issuesOf(at));
    this.issues = [...this.issues.filter((issue) => !before.has(issue)), ...now.record];
    this.#byPlace?.set(at, now.record);
  }

  #take({ issues, progress, unread }: Judgement): void {
    this.pending = false;
    [this.progress, this.unread] = [progress, unread];
    this.#say(issues);
  }

  #say(issues: Issue[]): void {
    this.issues = issues;
    this.#byPlace = undefined;
  }

  /** The issues of a record and of its fields; with an empty place, those of no record. */
  issuesOf(at: string): Issue[] {
    if (!this.#byPlace) {
      this.#byPlace = new Map();
      const children = new Set(
        this.description.entities.filter(({ child }) => child).map(({ name }) => name),
      );
      for (const issue of this.issues) {
        const [, first = "", index] = issue.path.split("/");
        const key = children.has(first) && index !== undefined ? `/${first}/${index}` : "";
        const own = this.#byPlace.get(key);
        if (own) own.push(issue);
        else this.#byPlace.set(key, [issue]);
      }
    }
    return this.#byPlace.get(at) ?? NOTHING;
  }

  /** An amount in 元, in the unit that the person chose. */
  amount(value: string): string {
    return grouped(value, "元", this.unit);
  }

  /** The report as a document that other hosts take. */
  toDocument(): string {
    return `{"${this.description.root}s":[${asText(this.#report)}]}`;
  }

  close(): void {
    this.#judge.close();
    this.pack.dispose();
  }
}

/** The issues of a field; of a period, those of its ends too. */
export function issuesAt(issues: readonly Issue[], path: string): Issue[] {
  return issues.filter(
    (issue) =>
      issue.path === path ||
      issue.path.startsWith(`${path}/`) ||
      issue.path === `${path}_start` ||
      issue.path === `${path}_end`,
  );
}

/** A place in the report as people see it: labels, records counted from one, their keys. */
export function placeWords(session: Session, path: string): string {
  const { t, label } = session.words;
  const [, first = "", index = "", name = ""] = path.split("/");
  const { entities, kpis, root } = session.description;
  const field = (entity: EntityDescription | undefined, name: string): string => {
    const own = name.replace(/_(start|end)$/, "");
    const found =
      entity?.fields.find((each) => each.name === name) ??
      entity?.fields.find((each) => each.name === own);
    return found ? label(found.label) : name;
  };
  const child = entities.find((entity) => entity.child && entity.name === first);
  if (child && index !== "") {
    const key = records(session.report, child)[Number(index)]?.[child.key];
    const known = typeof key === "string" && key !== "" ? `「${key}」` : "";
    const record = `${label(child.label)} ${Number(index) + 1}${known}`;
    return [record, ...(name === "" ? [] : [field(child, name)])].join("・");
  }
  if (first === "targets" || first === "previous") {
    const kpi = kpis.find((each) => each.name === index);
    const words = [t(first === "targets" ? "target" : "previous"), kpi ? label(kpi.label) : index];
    return words.filter((part) => part !== "").join("・");
  }
  if (first === "reviewed" || first === "elsewhere") return t(first);
  if (child) return label(child.label);
  const whole = entities.find((entity) => entity.name === root);
  return first === "" ? label(session.description.label) : field(whole, first);
}
