// Which record a field refers to, as the engine finds it: by its key; of several with that key in
// different records, the one that belongs to what the field's own record does too, or the one whose
// key stands behind those of what it belongs to. Not here: what is wrong with a reference, which
// the engine says.

import type { EntityDescription, FieldDescription, PackDescription } from "../guiju.js";
import { above, entityAt, isWithin, owner, stops, type At } from "./places.js";
import { everyRecord, recordAt, records, shownValue, withField, type Report } from "./report.js";

/** A field of a record that refers to another. */
export interface Reference {
  /** The record that has the field. */
  at: At;
  field: string;
  /** The record that it refers to. */
  target: At;
  /** Whether it names what that belongs to as well. */
  whole: boolean;
}

/** A record by its keys: its own, behind those of what it belongs to below the root. */
interface Named {
  at: At;
  keys: readonly string[];
}

/** The form by which keys are compared. */
export const compared = (key: string): string =>
  key
    .replace(/[！-～]/g, (char) => String.fromCodePoint((char.codePointAt(0) ?? 0) - 0xfee0))
    .replaceAll("　", " ")
    .normalize("NFC")
    .trim();

const escaped = (key: string): string => key.replaceAll("~", "~0").replaceAll("/", "~1");
const unescaped = (part: string): string => part.replaceAll("~1", "/").replaceAll("~0", "~");

/** The records of an entity, for whoever refers to one of them. */
class Targets {
  readonly all: readonly Named[];
  readonly #byKey = new Map<string, Named[]>();
  readonly #description: PackDescription;
  /** What they belong to, the nearest first. */
  readonly #above: readonly EntityDescription[];

  constructor(description: PackDescription, report: Report, entity: EntityDescription) {
    this.#description = description;
    this.#above = above(description, entity).reverse();
    this.all = everyRecord(description, report, entity).map(({ at }) => {
      const way = stops(description, at);
      const keys = way.map((stop) => shownValue(recordAt(report, stop.at)?.[stop.entity.key]));
      return { at, keys };
    });
    for (const named of this.all) {
      const key = compared(named.keys.at(-1) ?? "");
      const same = this.#byKey.get(key);
      if (same) same.push(named);
      else this.#byKey.set(key, [named]);
    }
  }

  /** The record that a text refers to, written in a record. */
  find(from: At, text: string): At | undefined {
    let found = this.#byKey.get(compared(text)) ?? [];
    if (owners(found) > 1) {
      const way = stops(this.#description, from);
      const shared = this.#above
        .map(({ name }) => way.find(({ entity }) => entity.name === name))
        .find((stop) => stop !== undefined);
      if (shared) found = found.filter(({ at }) => isWithin(at, shared.at));
    }
    if (owners(found) === 1) return found.at(-1)?.at;
    const parts = text.split("/").map((part) => compared(unescaped(part)));
    if (this.#above.length === 0 || parts.length !== this.#above.length + 1) return undefined;
    const whole = (this.#byKey.get(parts.at(-1) ?? "") ?? []).filter(({ keys }) =>
      keys.every((key, n) => compared(key) === parts[n]),
    );
    return owners(whole) === 1 ? whole.at(-1)?.at : undefined;
  }

  /** How a record is written in another: by its key where that is clear, or by all of them. */
  written(from: At, { at, keys }: Named, whole = false): string {
    const own = keys.at(-1) ?? "";
    const clear = this.#above.length === 0 || (!whole && this.find(from, own) === at);
    return clear ? own : keys.map(escaped).join("/");
  }
}

/** Whether no other record beside it has the key of a record. */
export function isOnlyOne(description: PackDescription, report: Report, at: At): boolean {
  const entity = entityAt(description, at);
  const key = compared(shownValue(recordAt(report, at)?.[entity?.key ?? ""]));
  if (!entity?.child || key === "") return false;
  const beside = records(report, entity, owner(at));
  return beside.filter((other) => compared(shownValue(other[entity.key])) === key).length === 1;
}

/** In how many records they stand: those in one with the same key are told as such. */
const owners = (found: readonly Named[]): number => new Set(found.map(({ at }) => owner(at))).size;

/** The choices of a field that refers to records: what is written, and what is shown. */
export function choicesOf(
  description: PackDescription,
  report: Report,
  from: At,
  { of }: FieldDescription,
): [string, string][] {
  const entity = description.entities.find(({ name }) => name === of);
  if (!entity) return [];
  const targets = new Targets(description, report, entity);
  const filled = targets.all.filter(({ keys }) => (keys.at(-1) ?? "") !== "");
  const choices = filled.map((named): [string, string] => {
    const text = targets.written(from, named);
    return [text, text === named.keys.at(-1) ? text : named.keys.join("／")];
  });
  return [...new Map(choices)];
}

/** Every field that refers to a record, or to one within it. */
export function referencesTo(
  description: PackDescription,
  report: Report,
  record: At,
): Reference[] {
  const entity = entityAt(description, record);
  if (!entity?.child) return [];
  const within = description.entities.filter(
    (each) => each === entity || above(description, each).includes(entity),
  );
  return within.flatMap((target) => {
    const fields = description.entities.flatMap((of) =>
      of.fields
        .filter((field) => field.kind === "reference" && field.of === target.name)
        .map(({ name }) => ({ of, name })),
    );
    if (fields.length === 0) return [];
    const targets = new Targets(description, report, target);
    return fields.flatMap(({ of, name }) =>
      everyRecord(description, report, of).flatMap(({ at, record: fields }): Reference[] => {
        const text = fields[name];
        if (typeof text !== "string" || text.trim() === "") return [];
        const found = targets.find(at, text);
        if (found === undefined || !isWithin(found, record)) return [];
        const own = recordAt(report, found)?.[target.key];
        const whole = compared(text) !== compared(shownValue(own));
        return [{ at, field: name, target: found, whole }];
      }),
    );
  });
}

/** The report with references written as their records are called now. */
export function followed(
  description: PackDescription,
  report: Report,
  references: readonly Reference[],
): Report {
  const known = new Map<EntityDescription, Targets>();
  let next = report;
  for (const { at, field, target, whole } of references) {
    const entity = entityAt(description, target);
    if (!entity) continue;
    const targets = known.get(entity) ?? new Targets(description, report, entity);
    known.set(entity, targets);
    const named = targets.all.find((each) => each.at === target);
    if (named) next = withField(next, at, field, targets.written(at, named, whole));
  }
  return next;
}
