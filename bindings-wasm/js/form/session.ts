// One report being filled in by one pack: the report, the way back and forth through its changes,
// and what the engine says now. Not here: how the engine is asked (judge.ts), where reports are
// kept (store.ts), the page.

import type {
  Issue,
  Locale,
  Pack,
  PackDescription,
  Progress,
  RuleFiles,
} from "../guiju.js";
import { grouped, type Unit } from "./amounts.js";
import { FRAME, Judge, MOMENT, type Judgement } from "./judge.js";
import { entityAt, indexOf, isWithin, stops, type At } from "./places.js";
import { followed, isOnlyOne, referencesTo, type Reference } from "./references.js";
import { asText, emptyReport, recordAt, withField, type Report, type Value } from "./report.js";
import { wordsIn, type Words } from "./words.js";

/** Where in the form something is: a section, and the record that is open in it, if any. */
export interface Spot {
  section: string;
  record: At;
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
  /** Without what belongs to the programme, which is no part of a report. */
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
  #byPlace: Places | undefined;
  /** Who refers to the record whose key is being typed. */
  #renaming: { merge: string; references: Reference[] } | undefined;

  constructor(
    readonly pack: Pack,
    locale: Locale,
    listener: Listener,
    /** The rules in use, where some were changed. */
    readonly files?: RuleFiles,
  ) {
    const { entities, ...rest } = pack.describe();
    const own = entities.filter(({ child, name }) => child || name === rest.root);
    this.description = { ...rest, entities: own };
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
  setField(at: At, field: string, value: Value): number {
    const entity = entityAt(this.description, at);
    const merge = `${at}/${field}`;
    let followers: Reference[] = [];
    if (entity && field === entity.key && typeof value === "string") {
      if (this.#renaming?.merge !== merge) {
        this.#renaming = { merge, references: this.#followers(at) };
      }
      followers = this.#renaming.references;
    }
    const changed = withField(this.#report, at, field, value);
    const next =
      followers.length > 0 ? followed(this.description, changed, followers) : changed;
    this.change(next, { section: this.sectionOf(at), record: at }, merge);
    return followers.length;
  }

  /** The section that a place in the report stands in. */
  sectionOf(path: string): string {
    const [, first = ""] = path.split("/");
    if (["targets", "previous", "reviewed", "elsewhere"].includes(first)) return "goals";
    const { root, entities } = this.description;
    const own = entities.some((each) => each.child && each.parent === root && each.name === first);
    return own ? first : root;
  }

  /** Fields that are written anew as the key of a record changes: none where others have it too. */
  #followers(at: At): Reference[] {
    if (!isOnlyOne(this.description, this.#report, at)) return [];
    const all = referencesTo(this.description, this.#report, at);
    return all.filter(({ target, whole }) => whole || target === at);
  }

  /** Fields elsewhere that would be wrong without a record. */
  referencesTo(at: At): Reference[] {
    const all = referencesTo(this.description, this.#report, at);
    const lost = isOnlyOne(this.description, this.#report, at);
    return all.filter((each) => !isWithin(each.at, at) && (lost || each.whole));
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
    const entity = spot && entityAt(this.description, spot.record);
    const changed = entity && { entity, at: spot.record };
    const now = this.#judge.ask(this.#report, this.words.locale, patience, changed);
    if (now.whole) return this.#take(now.whole);
    this.pending = true;
    if (!now.record || !changed) return;
    // What hangs on other records is said again once the whole was looked at.
    const before = new Set(this.issuesWithin(changed.at));
    this.issues = [...this.issues.filter((issue) => !before.has(issue)), ...now.record];
    this.#byPlace?.replace(changed.at, before, now.record);
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
  issuesOf(at: At): Issue[] {
    return this.#places.own.get(at) ?? NOTHING;
  }

  /** The same with those of all records that stand in it. */
  issuesWithin(at: At): Issue[] {
    return this.#places.within.get(at) ?? NOTHING;
  }

  get #places(): Places {
    return (this.#byPlace ??= new Places(this.description, this.issues));
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

/** Issues by the records that they are of: their own, and those that stand in them. */
class Places {
  readonly own = new Map<At, Issue[]>();
  readonly within = new Map<At, Issue[]>();
  readonly #description: PackDescription;

  constructor(description: PackDescription, issues: readonly Issue[]) {
    this.#description = description;
    for (const issue of issues) this.#add(issue, "");
  }

  /** Adds an issue to the records on its way, from one of them on. */
  #add(issue: Issue, from: At): void {
    const way = stops(this.#description, issue.path).filter(({ at }) => isWithin(at, from));
    for (const { at } of way) put(this.within, at, issue);
    put(this.own, way.at(-1)?.at ?? from, issue);
  }

  /** Others in the place of those of a record and of what stands in it. */
  replace(record: At, before: ReadonlySet<Issue>, now: readonly Issue[]): void {
    for (const { at } of stops(this.#description, record)) {
      if (at === record) continue;
      const others = this.within.get(at)?.filter((issue) => !before.has(issue)) ?? [];
      this.within.set(at, [...others, ...now]);
    }
    for (const { path } of before) {
      for (const { at } of stops(this.#description, path).filter((stop) =>
        isWithin(stop.at, record),
      )) {
        this.own.delete(at);
        this.within.delete(at);
      }
    }
    for (const issue of now) this.#add(issue, record);
  }
}

function put(map: Map<At, Issue[]>, at: At, issue: Issue): void {
  const own = map.get(at);
  if (own) own.push(issue);
  else map.set(at, [issue]);
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
  const { description, report } = session;
  const { kpis } = description;
  const way = stops(description, path);
  const at = way.at(-1)?.at ?? "";
  const [first = "", index = ""] = path.slice(at.length + 1).split("/");
  const words = way.map(({ at, entity }) => {
    const key = recordAt(report, at)?.[entity.key];
    const known = typeof key === "string" && key !== "" ? `「${key}」` : "";
    return `${label(entity.label)} ${indexOf(at) + 1}${known}`;
  });
  const entity = entityAt(description, at);
  if (way.length === 0 && (first === "targets" || first === "previous")) {
    const kpi = kpis.find((each) => each.name === index);
    words.push(t(first === "targets" ? "target" : "previous"), kpi ? label(kpi.label) : index);
  } else if (way.length === 0 && (first === "reviewed" || first === "elsewhere")) {
    words.push(t(first));
  } else if (first !== "") {
    const own = first.replace(/_(start|end)$/, "");
    const fields = entity?.fields ?? [];
    const found =
      fields.find(({ name }) => name === first) ??
      fields.find(({ name }) => name === own) ??
      description.entities.find(({ child, name }) => child && name === first);
    words.push(found ? label(found.label) : first);
  } else if (way.length === 0) words.push(label(description.label));
  return words.filter((part) => part !== "").join("・");
}
