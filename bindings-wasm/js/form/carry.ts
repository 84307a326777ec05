// What comes in from the year before: its figures as previous values, its records, its evidence;
// from a file of data or a result, or from another report of this browser. Not here: reading data
// (read.ts).

import type { EntityDescription } from "../guiju.js";
import type { Context } from "./context.js";
import { openDialog } from "./dialog.js";
import { h, refill } from "./dom.js";
import { asReport, parsed, rootOf } from "./read.js";
import { above, owner, stops, type At } from "./places.js";
import { compared } from "./references.js";
import {
  everyRecord,
  isEmpty,
  isObject,
  recordAt,
  records,
  shownValue,
  withRecords,
  type Fields,
  type Report,
} from "./report.js";
import type { Session } from "./session.js";
import type { Kept } from "./store.js";

/** What a year before has to give. */
interface Earlier {
  report?: Report;
  previous: Record<string, string>;
  reviewed: string[];
}

export function carryDialog(form: Context, others: () => Promise<Kept[]>): void {
  const { session } = form;
  const { t, said, label } = session.words;
  const what = h("div", { class: "carry" });
  const told = h("p", { class: "unread", role: "status" });
  openDialog(form, "carry-in", t("carry").replace("…", ""), (close) => {
    const offer = (earlier: Earlier): void => {
      refill(told);
      refill(what, ...offers(form, earlier, close));
    };
    const read = (name: string, work: () => Earlier): void => {
      try {
        offer(work());
      } catch (error) {
        refill(what);
        refill(
          told,
          said(`${name} ${t("cannotRead")}`, error instanceof Error ? error.message : ""),
        );
      }
    };
    const pick = (): void => {
      const input = h("input", { type: "file", accept: ".json" });
      input.addEventListener("change", () => {
        const [file] = input.files ?? [];
        if (file) void file.text().then((text) => read(file.name, () => earlierIn(form, text)));
      });
      input.click();
    };
    const list = h("ul", { class: "kept" });
    void others()
      .then((all) => {
        const rows = all.map((kept) => {
          const name = kept.title || t("untitled");
          const use = (): void =>
            read(name, () =>
              ofReport(asReport(session.description, session.words, parsed(kept.text))),
            );
          return h("li", {}, h("button", { type: "button", onclick: use }, name));
        });
        if (rows.length > 0) refill(list, h("li", {}, t("carryFrom")), ...rows);
      })
      .catch(() => undefined);
    const file = { type: "button", class: "primary", id: "carry-file", onclick: pick } as const;
    const hint = h("p", { class: "hint" }, t("carryHint"));
    return [
      hint,
      h("p", { class: "actions" }, h("button", file, t("carryFile"))),
      list,
      told,
      what,
    ];
  });

  /** One box for each thing that there is, and what they all do. */
  function offers(form: Context, earlier: Earlier, close: () => void): HTMLElement[] {
    const steps: { words: string; on: boolean; apply: (report: Report) => Report }[] = [];
    const add = (words: string, on: boolean, apply: (report: Report) => Report): void =>
      void steps.push({ words, on, apply });
    const figures = Object.keys(earlier.previous).length;
    if (figures > 0) {
      add(`${t("carryPrevious")}（${figures}）`, true, (report) => ({
        ...report,
        previous: { ...report.previous, ...earlier.previous },
      }));
    }
    if (earlier.reviewed.length > 0) {
      add(`${t("carryReviewed")}（${earlier.reviewed.length}）`, true, (report) => ({
        ...report,
        reviewed: [...new Set([...report.reviewed, ...earlier.reviewed])],
      }));
    }
    const { report: before } = earlier;
    const { entities } = session.description;
    const whole = entities.find(({ name }) => name === session.description.root);
    if (before && whole) {
      add(t("carryRoot"), true, (report) => {
        const blank = whole.fields.filter(
          ({ name }) => isEmpty(report[name]) && !isEmpty(before[name]),
        );
        return { ...report, ...Object.fromEntries(blank.map(({ name }) => [name, before[name]])) };
      });
      for (const entity of entities.filter(({ child }) => child)) {
        const fresh = unknown(session, form.session.report, before, entity);
        if (fresh.length === 0) continue;
        // Those that others refer to last, and lists; what happened in a year does not.
        const referred = entities.some(({ fields }) => fields.some(({ of }) => of === entity.name));
        const isList =
          entity.parent === whole.name &&
          entity.fields.length === 1 &&
          entity.fields[0]?.kind === "text";
        const words = `${label(entity.label)}（${fresh.length}）`;
        add(words, referred || isList, (report) =>
          unknown(session, report, before, entity).reduce((next, { of, record }) => {
            return withRecords(next, entity, [...records(next, entity, of), record], of);
          }, report),
        );
      }
    }
    if (steps.length === 0) return [h("p", {}, t("carryNothing"))];
    const boxes = steps.map(({ words, on }, n) => {
      const input = h("input", { type: "checkbox", id: `carry-${n}`, checked: on });
      return { input, element: h("label", { class: "check" }, input, h("span", {}, words)) };
    });
    const apply = (): void => {
      const chosen = steps.filter((_, n) => boxes[n]?.input.checked);
      close();
      form.change(chosen.reduce((report, step) => step.apply(report), form.session.report));
      form.status(`${t("taken")}：${chosen.map(({ words }) => words).join("、")}`);
    };
    const take = { type: "button", class: "primary", id: "carry-take", onclick: apply } as const;
    return [
      h("fieldset", {}, h("legend", {}, t("carryWhat")), ...boxes.map(({ element }) => element)),
      h("p", { class: "actions" }, h("button", take, t("take"))),
    ];
  }
}

/**
 * Records of the year before whose key is not there yet, and the record that they belong to now.
 * Those in a record that is not there either come with it.
 */
function unknown(
  { description }: Session,
  report: Report,
  before: Report,
  entity: EntityDescription,
): { of: At; record: Fields }[] {
  const called = (from: Report, at: At): string => {
    const keys = stops(description, at).map((stop) =>
      compared(shownValue(recordAt(from, stop.at)?.[stop.entity.key])),
    );
    return JSON.stringify(keys);
  };
  const at = (each: { at: At }): [string, At] => [called(report, each.at), each.at];
  const parent = above(description, entity).at(-1);
  const owners = new Map(parent ? everyRecord(description, report, parent).map(at) : [["[]", ""]]);
  const known = new Map(everyRecord(description, report, entity).map(at));
  return everyRecord(description, before, entity).flatMap(({ at, record }) => {
    const of = owners.get(called(before, owner(at)));
    return of === undefined || known.has(called(before, at)) ? [] : [{ of, record }];
  });
}

const ofReport = (report: Report): Earlier => ({
  report,
  previous: {},
  reviewed: [...report.reviewed],
});

/** A document of data; or a result, of the root that the report is of, or the only one. */
function earlierIn(form: Context, text: string): Earlier {
  const { description, report, words } = form.session;
  const document = parsed(text);
  const list = isObject(document) ? document[`${description.root}s`] : undefined;
  const roots = Array.isArray(list) ? list.filter(isObject) : [];
  const only = roots.length === 1 ? roots[0] : undefined;
  const root = roots.find(({ id }) => id === report["id"]) ?? only;
  if (!root || !isObject(root["kpis"])) return ofReport(rootOf(description, words, text).report);
  const known = new Set(description.kpis.map(({ name }) => name));
  const previous = Object.entries(root["kpis"]).flatMap(([name, kpi]) => {
    const value = isObject(kpi) && kpi["state"] === "known" ? kpi["value"] : undefined;
    return known.has(name) && typeof value === "string" ? [[name, value] as const] : [];
  });
  return { previous: Object.fromEntries(previous), reviewed: [] };
}
