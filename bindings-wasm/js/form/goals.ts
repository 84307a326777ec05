// What the figures are compared with, and the evidence that counts no more. Not here: the figures
// themselves (figures.ts).

import { fromYuan, inYuan } from "./amounts.js";
import type { Context, View } from "./context.js";
import { h, mark, refill } from "./dom.js";
import { message, sameIssues } from "./fields.js";
import { withFigure } from "./report.js";
import { issuesAt } from "./session.js";
import type { Issue } from "../guiju.js";

interface Cell {
  path: string;
  input: HTMLElement;
  told: HTMLElement;
  shown: Issue[];
}

export function goalsView(form: Context, main: HTMLElement): View {
  const { session } = form;
  const { t, label, said } = session.words;
  const cells: Cell[] = [];
  const cell = (list: "targets" | "previous", kpi: string, name: string, sign: string) => {
    const id = `${list}-${kpi}`;
    const unit = sign === "元" ? session.unit : "元";
    const told = h("ul", { class: "messages", id: `${id}-messages` });
    const input = h("input", {
      id,
      type: "text",
      inputmode: "decimal",
      autocomplete: "off",
      part: "input",
      "aria-label": said(name, t(list === "targets" ? "target" : "previous")),
      "aria-describedby": `${id}-messages`,
    });
    input.value = fromYuan(String(session.report[list][kpi] ?? ""), unit);
    input.addEventListener("input", () => {
      form.typed(
        withFigure(session.report, list, kpi, inYuan(input.value, unit)),
        `/${list}/${kpi}`,
      );
    });
    cells.push({ path: `/${list}/${kpi}`, input, told, shown: [] });
    return h("td", {}, input, told);
  };
  const kpis = session.description.kpis.filter((kpi) => !kpi.programme);
  const rows = kpis.map(({ name, label: words, unit }) => {
    const called = label(words);
    const sign = unit === "元" ? session.unit : unit;
    return h(
      "tr",
      {},
      h("th", { scope: "row" }, called, h("small", {}, ` ${sign}`)),
      cell("targets", name, called, unit),
      cell("previous", name, called, unit),
    );
  });
  const head = [t("kpi"), t("target"), t("previous")];
  main.replaceChildren(
    h("h2", { id: "section", tabindex: -1 }, t("goals")),
    h(
      "table",
      { class: "goals" },
      h("thead", {}, h("tr", {}, ...head.map((words) => h("th", { scope: "col" }, words)))),
      h("tbody", {}, ...rows),
    ),
    h("div", { class: "fields" }, register(form, "reviewed"), register(form, "elsewhere")),
  );
  main.addEventListener("focusout", () => session.settle());
  const refresh = (): void => {
    const all = session.issuesOf("");
    for (const cell of cells) {
      const issues = issuesAt(all, cell.path);
      if (sameIssues(issues, cell.shown)) continue;
      cell.shown = issues;
      mark(cell.input, "aria-invalid", issues.length > 0 ? "true" : null);
      refill(cell.told, ...issues.map((issue) => message(form, issue)));
    }
  };
  refresh();
  return { refresh };
}

/** Ids of evidence, one a line. */
function register(form: Context, list: "reviewed" | "elsewhere"): HTMLElement {
  const { session } = form;
  const { t } = session.words;
  const area = h("textarea", {
    id: list,
    rows: 3,
    part: "input",
    "aria-describedby": `${list}-hint`,
  });
  area.value = session.report[list].join("\n");
  area.addEventListener("input", () => {
    const ids = area.value.split("\n").map((line) => line.trim());
    const filled = ids.filter((line) => line !== "");
    form.typed({ ...session.report, [list]: filled }, `/${list}`);
  });
  return h(
    "div",
    { class: "field" },
    h("label", { for: list }, t(list)),
    area,
    h("small", { class: "hint", id: `${list}-hint` }, t("onePerLine")),
  );
}
