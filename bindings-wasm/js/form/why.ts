// Why a figure is as it is, and what it still needs, the records nearest to being complete first.
// Not here: when it is asked (figures.ts).

import init, { GuijuError } from "../web.js";
import type { Explanation, MissingField } from "../guiju.js";
import type { Context } from "./context.js";
import { h } from "./dom.js";
import { indexOf, stops } from "./places.js";
import { everyRecord, withField, without, type Report } from "./report.js";
import { placeWords, type Session } from "./session.js";

interface Why {
  rule: { clauses: [string, string][]; because: string | null; place: string | null };
  formula: string | null;
  operands: { name: string; label: string; value: string; clauses: string[] }[];
  statement: { declared: Line; lines: Line[] } | null;
}

interface Line {
  label: string;
  clauses: string[];
  records: number;
  amount: string | null;
  keys: string[];
}

export async function explanation(form: Context, name: string): Promise<HTMLElement[]> {
  const { session } = form;
  const { t } = session.words;
  const why = (await explain(session, name))?.kpi as unknown as Why | undefined;
  const parts = why ? reasons(session, why) : [h("p", { class: "hint" }, t("noReasons"))];
  const { needs = [], more = 0 } = session.progress?.kpis[name] ?? {};
  if (needs.length > 0) {
    const fields = nearest(session, needs).map(({ path }) => {
      const go = (): void => form.goTo(path);
      return h("li", {}, h("button", { type: "button", onclick: go }, placeWords(session, path)));
    });
    const rest = more > 0 && h("li", {}, `${t("more")} ${more}`);
    parts.push(h("p", {}, t("needs")), h("ul", { class: "needs" }, ...fields, rest));
  }
  const wrong = session.issues.some(
    ({ severity, code }) => severity === "error" && code !== "G802",
  );
  if (wrong) parts.push(h("p", { class: "hint" }, t("wrongExcluded")));
  return parts;
}

/** Missing fields, those first whose records miss the least. */
function nearest(session: Session, needs: readonly MissingField[]): MissingField[] {
  const missing = ({ path }: MissingField): number => {
    const at = stops(session.description, path).at(-1)?.at ?? "";
    return session.issuesOf(at).filter(({ severity }) => severity === "error").length;
  };
  const counted = needs.map((need) => [need, missing(need)] as const);
  return counted.sort((a, b) => a[1] - b[1]).map(([need]) => need);
}

function reasons(session: Session, why: Why): HTMLElement[] {
  const { t, said } = session.words;
  const parts: HTMLElement[] = [];
  if (why.formula) parts.push(h("p", {}, said(t("formula"), ""), h("code", {}, why.formula)));
  if (why.operands.length > 0) {
    const pairs = why.operands.flatMap((each) => [
      h("dt", {}, each.label),
      h("dd", {}, each.value),
    ]);
    parts.push(h("dl", {}, ...pairs));
  }
  if (why.statement) {
    const line = (each: Line): HTMLElement => {
      const clauses =
        each.clauses.length > 0 && h("span", { class: "clause" }, each.clauses.join(" "));
      return h(
        "tr",
        {},
        h("th", { scope: "row" }, each.label, clauses),
        h("td", { title: each.keys.join("、") }, `${each.records} ${t("records")}`),
        h("td", {}, each.amount ?? ""),
      );
    };
    const { declared, lines } = why.statement;
    parts.push(h("table", {}, h("tbody", {}, line(declared), ...lines.map(line))));
  }
  const clauses = why.rule.clauses.map(([id, says]) =>
    h("li", {}, h("span", { class: "clause" }, `${id} ${says}`)),
  );
  if (clauses.length === 0) parts.push(h("p", {}, why.rule.because ?? ""));
  else parts.push(h("ul", { class: "clauses", "aria-label": t("clauses") }, ...clauses));
  return parts;
}

/**
 * What the engine says; nothing where the one that gives reasons cannot be had. Fields with errors
 * count as not filled in, as they do in the figures.
 */
async function explain(session: Session, kpi: string): Promise<Explanation | undefined> {
  if (!session.progress) return undefined;
  try {
    // Reasons are fetched by those who ask for one.
    await init({ packs: [], explain: true });
  } catch {
    return undefined;
  }
  const { description } = session;
  let report: Report = session.report;
  const wrong = session.issues.filter(
    ({ severity, code }) => severity === "error" && code !== "G802",
  );
  for (const { path } of wrong) if (path !== "") report = without(report, path);
  for (const entity of description.entities.filter(({ child }) => child)) {
    for (const { at, record } of everyRecord(description, report, entity)) {
      if (record[entity.key]) continue;
      report = withField(report, at, entity.key, `#${indexOf(at) + 1}`);
    }
  }
  const root = description.entities.find(({ name }) => name === description.root);
  const key = root?.key ?? "id";
  report = { ...report, [key]: report[key] || "-" };
  try {
    const data = { [`${description.root}s`]: [report] };
    const locale = session.words.locale;
    return session.pack.explain(data, String(report[key]), { kpi }, { locale });
  } catch (error) {
    if (error instanceof GuijuError) return undefined;
    throw error;
  }
}
