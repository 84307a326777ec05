// Where records stand: the JSON pointer of a record in the report, `""` for the root itself,
// `/receipt/1/payment/0` for a payment of a receipt. Not here: what stands there (report.ts).

import type { EntityDescription, PackDescription } from "../guiju.js";

/** The JSON pointer of a record. */
export type At = string;

/** The entities whose records stand in those of another, or in the root. */
export function childrenOf(description: PackDescription, name: string): EntityDescription[] {
  return description.entities.filter(({ child, parent }) => child && parent === name);
}

/** What the records of an entity belong to below the root, the farthest first. */
export function above(
  description: PackDescription,
  entity: EntityDescription,
): EntityDescription[] {
  const parent = description.entities.find(({ name }) => name === entity.parent);
  return parent?.child ? [...above(description, parent), parent] : [];
}

/** The pointer of a list of records. */
export const listOf = (of: At, entity: EntityDescription): string => `${of}/${entity.name}`;

/** The pointer of a record in its list; the root's where the entity has no list. */
export const place = (entity: EntityDescription, index: number, of: At = ""): At =>
  entity.child ? `${listOf(of, entity)}/${index}` : "";

/** The record that a record stands in. */
export const owner = (at: At): At => at.split("/").slice(0, -2).join("/");

/** The place of a record in its list. */
export const indexOf = (at: At): number => Number(at.slice(at.lastIndexOf("/") + 1));

/** Whether a place is a record, or within it. */
export const isWithin = (at: At, record: At): boolean =>
  at === record || at.startsWith(`${record}/`);

/** A record on the way to a place, and its entity. */
export interface Stop {
  at: At;
  entity: EntityDescription;
}

/** The records that a place stands in, below the root, the outermost first. */
export function stops(description: PackDescription, path: string): Stop[] {
  const parts = path.split("/").slice(1);
  const found: Stop[] = [];
  let [parent, at] = [description.root, ""];
  for (let n = 0; n + 1 < parts.length; n += 2) {
    const [name, index] = [parts[n], parts[n + 1] ?? ""];
    const entity = childrenOf(description, parent).find((child) => child.name === name);
    if (!entity || !/^\d+$/.test(index)) break;
    at += `/${entity.name}/${index}`;
    found.push({ at, entity });
    parent = entity.name;
  }
  return found;
}

/** The entity of a record, by its pointer. */
export function entityAt(description: PackDescription, at: At): EntityDescription | undefined {
  const found = stops(description, at).at(-1);
  if (at !== "") return found?.at === at ? found.entity : undefined;
  return description.entities.find(({ name }) => name === description.root);
}

/** What elements of a record are called: `receipt-1-payment-0`, and `alliance-0` for the root. */
export const idOf = (description: PackDescription, at: At): string =>
  at === "" ? `${description.root}-0` : at.slice(1).replaceAll("/", "-");

/**
 * What a button of a list or a record is called by its pointer: as it is in a section, with its
 * place where it stands in a record.
 */
export const buttonId = (name: string, path: string): string =>
  path.split("/").length < 4 ? name : `${name}${path.replaceAll("/", "-")}`;
