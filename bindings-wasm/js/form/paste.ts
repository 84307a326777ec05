// Rows copied from a spreadsheet: which column is which, what is wrong in which cell, and only then
// the records. Not here: how a row is read (rows.ts).

import type { EntityDescription, Issue } from "../guiju.js";
import type { Context } from "./context.js";
import { openDialog } from "./dialog.js";
import { h, refill, say } from "./dom.js";
import { above, place, stops, type At } from "./places.js";
import { records, withRecords, type Fields, type Report } from "./report.js";
import { columns, mapped, ownerOf, pastedRows, recordOf, type Column, type Read } from "./rows.js";

/** How many rows the preview has, and how many errors are told one by one. */
const PREVIEW = 40;
const TOLD = 100;

/**
 * What is said of fields that are not, or not wholly, filled in: told once they are in the form.
 */
const MISSING = ["G802", "G615"];

interface Pasted {
  rows: string[][];
  read: Read[];
  heading: boolean;
}

/**
 * Opens the window for the records in a record, or in the root; with a text, as if it had been
 * pasted there. Rows that name what they belong to go there.
 */
export function pasteRows(form: Context, entity: EntityDescription, of: At, text: string): void {
  const { t, label } = form.session.words;
  const all = columns(form.session.description, entity);
  let pasted: Pasted = { rows: [], read: [], heading: false };
  const area = h("textarea", {
    id: "pasted",
    rows: 4,
    part: "input",
    "aria-describedby": "pasted-hint",
  });
  const preview = h("div", { class: "preview" });
  const count = h("p", { id: "pasted-count", role: "status" });
  const told = h("ul", { class: "messages", id: "pasted-errors" });
  const update = h("input", { type: "checkbox", id: "pasted-update", checked: true });
  const take = h(
    "button",
    { type: "button", class: "primary", id: "pasted-take", disabled: true },
    t("take"),
  );

  const look = (): void => {
    const { list, wrong, lost } = judgedRows(form, entity, of, pasted);
    const cells = new Set(wrong.map(({ row, column }) => `${row} ${column}`));
    const size = `${list.length} ${t("rows")}`;
    const words = wrong.length === 0 ? t("noCellErrors") : `${cells.size} ${t("cellErrors")}`;
    say(count, list.length === 0 ? "" : `${size}・${words}`);
    // What belongs nowhere cannot be taken.
    take.toggleAttribute("disabled", list.length === 0 || lost);
    say(take, list.length === 0 ? t("take") : `${t("take")}（${size}）`);
    const offset = pasted.heading ? 2 : 1;
    const lines = wrong.slice(0, TOLD).map(({ row, column, issue }) => {
      const own = pasted.read[column]?.column?.field ?? pasted.read[column]?.column?.of;
      const at = `${t("row")} ${row + offset}${own ? `・${label(own.label)}` : ""}`;
      return h("li", { class: "error" }, h("small", {}, at), ` ${issue.message}`);
    });
    const more = wrong.length > TOLD && h("li", {}, `${t("more")} ${wrong.length - TOLD}`);
    refill(told, ...lines, more);
    refill(preview, ...(list.length === 0 ? [] : [table(form, all, pasted, wrong, look)]));
  };
  const read = (): void => {
    const rows = pastedRows(area.value);
    const { read, heading } = mapped(all, rows);
    pasted = { rows: heading ? rows.slice(1) : rows, read, heading };
    look();
  };
  area.value = text;
  area.addEventListener("input", read);

  openDialog(
    form,
    "paste",
    `${t("pasteRows").replace("…", "")}・${label(entity.label)}`,
    (close) => {
      take.addEventListener("click", () => {
        const { report } = form.session;
        const rows = byOwner(form, entity, of, pasted);
        close();
        let next = report;
        for (const [at, list] of rows) {
          const known = records(report, entity, at);
          const own = list.map(({ record }) => record);
          next = withRecords(next, entity, merged(known, own, entity.key, update.checked), at);
        }
        form.change(next);
        form.status(`${t("taken")}：${pasted.rows.length} ${t("rows")}`);
      });
      return [
        h(
          "div",
          { class: "field" },
          h("label", { for: "pasted" }, t("pasted")),
          area,
          h("small", { class: "hint", id: "pasted-hint" }, t("pasteHint")),
        ),
        count,
        told,
        preview,
        h("label", { class: "check" }, update, h("span", {}, t("update"))),
        h("p", { class: "actions" }, take),
      ];
    },
  );
  area.focus();
  if (text !== "") read();
}

/** What is wrong with a cell; with the whole, where it has no column. */
interface Wrong {
  row: number;
  column: number;
  issue: Issue;
}

/** The rows as records, by the record that they belong to; those that name none are left out. */
function byOwner(
  form: Context,
  entity: EntityDescription,
  of: At,
  { rows, read }: Pasted,
): Map<At, { row: number; record: Fields }[]> {
  const { description, report } = form.session;
  const named = read.some(({ column }) => column?.of);
  const lists = new Map<At, { row: number; record: Fields }[]>();
  rows.forEach((cells, row) => {
    const at = named ? ownerOf(description, report, entity, read, cells) : of;
    if (at === undefined) return;
    const list = lists.get(at) ?? [];
    list.push({ row, record: recordOf(read, cells) });
    lists.set(at, list);
  });
  return lists;
}

/**
 * The rows as records, what of their cells cannot be read, and whether some belong nowhere. What is
 * missing is told later.
 */
function judgedRows(
  form: Context,
  entity: EntityDescription,
  of: At,
  pasted: Pasted,
): { list: Fields[]; wrong: Wrong[]; lost: boolean } {
  const { session } = form;
  const { rows, read } = pasted;
  const { description, report } = session;
  const lists = byOwner(form, entity, of, pasted);
  const placed = [...lists].flatMap(([at, own]) =>
    own.map((each, n) => ({ ...each, at: place(entity, n, at) })),
  );
  const rowAt = new Map(placed.map(({ at, row }) => [at, row]));
  const list = rows.map((row) => recordOf(read, row));
  const filled = list.length > 0;
  let root: Report | Record<string, unknown> = {};
  if (above(description, entity).length > 0) {
    root = report;
    for (const [at, own] of lists) {
      const records = own.map(({ record }) => record);
      root = withRecords(root as Report, entity, records, at);
    }
  } else {
    // With the records that they may refer to, and none of the others, which are not asked about.
    const referred = new Set(entity.fields.map(({ of }) => of).filter((of) => of !== entity.name));
    const others = description.entities.filter(({ name }) => referred.has(name));
    const around = others.map((other) => {
      const top = above(description, other)[0] ?? other;
      return [top.name, records(report, top)];
    });
    root = { ...Object.fromEntries(around), [entity.name]: list };
  }
  const locale = session.words.locale;
  let issues: Issue[] = [];
  try {
    if (filled) issues = session.pack.validate(session.description.root, root, { locale });
  } catch (error) {
    // Too much of it: that is said of the whole.
    const message = error instanceof Error ? error.message : String(error);
    const issue: Issue = { path: "", code: "LIMIT", severity: "error", message, clause: null };
    return { list, wrong: [{ row: 0, column: -1, issue }], lost: false };
  }
  const wrong = issues
    .filter(({ severity, code }) => severity === "error" && !MISSING.includes(code))
    .flatMap((issue): Wrong[] => {
      const at = stops(description, issue.path).at(-1)?.at ?? "";
      const found = rowAt.get(at);
      if (found === undefined) return [];
      const [path = ""] = issue.path.slice(at.length + 1).split("/");
      const row = rows[found] ?? [];
      const name = path.replace(/_(start|end)$/, "");
      const own = read.flatMap(({ column }, n) => {
        const field = column?.field?.name;
        const filled = (row[n] ?? "").trim() !== "";
        return filled && (field === path || field === name) ? [n] : [];
      });
      // Of a period, the end that is quoted.
      const column = own.find((n) => issue.message.includes(`\`${row[n]?.trim()}\``)) ?? own[0];
      return column === undefined ? [] : [{ row: found, column, issue }];
    });
  const known = new Set(rowAt.values());
  const column = read.findIndex(({ column }) => column?.of);
  const message = session.words.t("noOwner");
  const lost = rows.flatMap((_, row): Wrong[] => {
    const issue: Issue = { path: "", code: "ROW", severity: "error", message, clause: null };
    return known.has(row) ? [] : [{ row, column, issue }];
  });
  return { list, wrong: [...lost, ...wrong], lost: lost.length > 0 };
}

/** The rows with errors first, and above each column what it is taken for. */
function table(
  form: Context,
  all: readonly Column[],
  pasted: Pasted,
  wrong: readonly Wrong[],
  changed: () => void,
): HTMLElement {
  const { t, label } = form.session.words;
  const first = [...new Set(wrong.map(({ row }) => row))];
  const others = pasted.rows.map((_, row) => row).slice(0, PREVIEW);
  const shown = [...new Set([...first, ...others])].slice(0, PREVIEW);
  const offset = pasted.heading ? 2 : 1;
  const nameOf = ({ field, part, of, heading }: Column): string => {
    const called = field ?? of;
    return called ? `${label(called.label)}${part ? ` ${t(part)}` : ""}` : heading;
  };
  const heads = pasted.read.map((read, n) => {
    const options = all.map((column, at) => h("option", { value: at }, nameOf(column)));
    const props = { id: `pasted-column-${n}`, "aria-label": `${t("column")} ${n + 1}` };
    const choose = h("select", props, h("option", { value: "" }, t("ignore")), ...options);
    const heading = read.column?.heading;
    const known = all.findIndex((column) => column.heading === heading);
    if (known < 0 && read.column) {
      // A whole period in one column.
      options.push(h("option", { value: "whole" }, nameOf(read.column)));
      choose.append(options.at(-1) ?? "");
    }
    choose.value = known >= 0 ? String(known) : read.column ? "whole" : "";
    choose.addEventListener("change", () => {
      pasted.read[n] = { column: all[Number(choose.value || -1)], unit: read.unit };
      changed();
      form.root.getElementById(props.id)?.focus();
    });
    return h("th", { scope: "col" }, choose);
  });
  const body = shown.map((row) => {
    const own = wrong.filter((each) => each.row === row);
    const cellsOf = pasted.read.map((_, n) => {
      const issue = own.find(({ column }) => column === n)?.issue;
      const props = { "data-wrong": issue ? "true" : null, title: issue?.message ?? null };
      return h("td", props, pasted.rows[row]?.[n] ?? "");
    });
    return h("tr", {}, h("th", { scope: "row" }, String(row + offset)), ...cellsOf);
  });
  return h(
    "div",
    { class: "scroll", tabindex: 0, role: "region", "aria-label": t("shownRows") },
    h(
      "table",
      {},
      h("caption", {}, t("shownRows")),
      h("thead", {}, h("tr", {}, h("td", {}), ...heads)),
      h("tbody", {}, ...body),
    ),
  );
}

/** The records with the rows behind them; or, where the key is known, in them. */
function merged(
  list: readonly Fields[],
  rows: readonly Fields[],
  key: string,
  update: boolean,
): Fields[] {
  const result = [...list];
  const at = new Map<unknown, number>();
  if (update) {
    list.forEach((record, n) => {
      if (record[key] && !at.has(record[key])) at.set(record[key], n);
    });
  }
  for (const row of rows) {
    const known = at.get(row[key]);
    if (known === undefined) result.push(row);
    else result[known] = { ...result[known], ...row };
  }
  return result;
}
