// The page: what is where, what the keys and buttons do. The engine judges in state.ts; sections and figures draw themselves.

import init from "guiju";
import type { Diagnostic } from "guiju";
import sampleUrl from "../../../../rules/packs/alliance_108/samples/summary-sheet.json?url";
import { h, mark, refill, say } from "./dom";
import { asCsv, asJson, asReport, download, openCsv, openJson } from "./files";
import { figuresView } from "./figures";
import { isEmpty, KEY, keep, kept } from "./kept";
import { sectionView, type Open, type View } from "./sections";
import { BUILT_IN, changeRules, emptyReport, judge, start, type State } from "./state";
import { currentLocale, label, said, switchLocale, t } from "./words";

const app = document.querySelector<HTMLElement>("#app") ?? document.body;
const open: Open = { section: "", record: -1 };
let state: State;
let section: View;
let figures: View;
/** Whether the browser keeps the report. */
let safe = true;
let badges: { name: string; element: HTMLElement }[] = [];
const status = h("p", { class: "status-line", role: "status" });
const trouble = h("div", { class: "trouble", role: "alert" });

/** After every change of a value: ask the engine, bring up to date what changed. */
function changed(): void {
  judge(state);
  save();
  section.refresh();
  figures.refresh();
  count();
}

/** Keeps the report in the browser, so that a reload loses nothing. */
function save(): void {
  safe = keep({ report: state.report, rules: state.files, locale: currentLocale() });
  if (!safe) say(status, t("notKept"));
}

/** Whether another report may take the place of this one: whoever has entered something is asked. */
const mayReplace = (): boolean => isEmpty(state.report) || window.confirm(t("replace"));

/** Another report: nothing of the one before stays, not even what could be taken back. */
function replaceBy(work: () => void): void {
  work();
  state.removed = undefined;
  open.record = -1;
  draw();
}

function count(): void {
  for (const { name, element } of badges) {
    const own = state.issues.filter((issue) => issue.severity !== "advice" && within(issue.path) === name);
    say(element, own.length > 0 ? String(own.length) : "");
    mark(element, "data-worst", own.some((issue) => issue.severity === "error") ? "error" : "warning");
  }
}

/** The section that a place in the report belongs to. */
function within(path: string): string {
  const first = path.split("/")[1] ?? "";
  if (["targets", "previous", "reviewed", "elsewhere"].includes(first)) return "goals";
  const child = state.description.entities.find((entity) => entity.child && entity.name === first);
  return child?.name ?? state.description.root;
}

function goTo(path: string): void {
  const [, first = "", index = "", field = ""] = path.split("/");
  open.section = within(path);
  const child = state.description.entities.some((entity) => entity.child && entity.name === open.section);
  open.record = child ? Number(index) : 0;
  draw();
  const name = (child ? field : first).replace(/_(start|end)$/, "");
  const list = first === "targets" || first === "previous";
  const ids = open.section === "goals" ? [list ? `${first}-${index}` : first] : [`${open.section}-${child ? index : 0}-${name}`, `record-${open.section}-${index}`];
  const target = [...ids, "section"].map((id) => document.getElementById(id)).find((found) => found !== null);
  const inner = target?.matches("div, fieldset") ? target.querySelector<HTMLElement>("input, select, textarea") : null;
  (inner ?? target)?.focus();
  target?.scrollIntoView({ block: "center" });
}

/** Draws the page anew: after a change of language, rules, section or records. */
function draw(): void {
  document.documentElement.lang = currentLocale();
  document.title = `${t("title")}｜${label(state.description.label)}`;
  judge(state);
  save();
  // What has the focus is drawn anew too: whoever works with the keyboard goes on where they were.
  const focused = document.activeElement === document.body ? undefined : document.activeElement?.id;
  const main = h("main", { id: "main" });
  const aside = h("aside", { class: "side", "aria-label": t("figures") });
  const entities = state.description.entities.filter((entity) => !entity.programme);
  badges = [];
  const tab = (name: string, words: string, size: number | null): HTMLElement => {
    const badge = h("span", { class: "badge" });
    badges.push({ name, element: badge });
    const choose = (): void => {
      [open.section, open.record] = [name, -1];
      draw();
    };
    return h("li", {}, h("button", { type: "button", id: `tab-${name}`, "aria-current": open.section === name ? "page" : null, onclick: choose }, h("span", { class: "name" }, words), size === null ? null : h("small", {}, String(size)), badge));
  };
  const tabs = entities.map((entity) => tab(entity.name, label(entity.label), entity.child ? ((state.report[entity.name] as unknown[] | undefined)?.length ?? 0) : null));
  const nav = h("nav", { "aria-label": t("sections") }, h("ul", {}, ...tabs, tab("goals", t("goals"), null)));
  const scroll = window.scrollY;
  app.replaceChildren(header(), status, trouble, h("div", { class: "columns" }, nav, main, aside), footer());
  section = sectionView(state, open, main, changed, draw);
  figures = figuresView(state, aside, goTo);
  count();
  if (focused !== undefined) (document.getElementById(focused) ?? document.getElementById("section"))?.focus({ preventScroll: true });
  window.scrollTo(0, scroll);
}

function header(): HTMLElement {
  const button = (id: string, words: string, click: () => void): HTMLElement => h("button", { type: "button", id, onclick: click }, words);
  const entity = state.description.entities.find(({ name }) => name === open.section);
  const other = currentLocale() === "en" ? "zh-TW" : "en";
  const language = h("button", { type: "button", id: "language", lang: other, onclick: () => {
    switchLocale(other);
    say(status, "");
    draw();
  } }, t("language"));
  return h(
    "header",
    {},
    h("div", { class: "title" }, h("h1", {}, t("title")), h("p", {}, label(state.description.label))),
    h(
      "div",
      { class: "tools" },
      button("sample", t("sample"), () => void loadSample()),
      button("open", t("open"), () => pick(".json,.csv")),
      button("save-json", t("saveJson"), () => saveFile(`${String(state.report["id"] ?? "") || "report"}.json`, asJson(state), "application/json")),
      entity ? button("save-csv", t("saveCsv"), () => saveFile(`${entity.name}.csv`, asCsv(state, entity), "text/csv")) : null,
      button("rules", t("rules"), () => pick(".guiju")),
      button("fresh", t("fresh"), () => {
        if (mayReplace()) replaceBy(() => (state.report = emptyReport()));
      }),
      language,
    ),
  );
}

function footer(): HTMLElement {
  return h("footer", {}, h("p", {}, t("privacy")), h("p", {}, t("dropHint")));
}

function saveFile(name: string, text: string, type: string): void {
  download(name, text, type);
  say(status, `${name} ${t("saved")}`);
}

async function loadSample(): Promise<void> {
  if (!mayReplace()) return;
  const text = await (await fetch(sampleUrl)).text();
  replaceBy(() => openJson(state, text));
  say(status, said(t("opened"), String(state.report["name"] ?? "")));
}

function pick(accept: string): void {
  const input = h("input", { type: "file", accept, multiple: true });
  input.addEventListener("change", () => void receive([...(input.files ?? [])]));
  input.click();
}

/** Files that were chosen or dropped: rules together, data one by one. */
async function receive(files: File[]): Promise<void> {
  trouble.replaceChildren();
  const rules = files.filter((file) => file.name.endsWith(".guiju"));
  if (rules.length > 0) {
    const texts = await Promise.all(rules.map(async (file) => [file.name, await file.text()] as const));
    const problems = await changeRules(state, Object.fromEntries(texts));
    draw();
    if (problems.length > 0) return complain(problems);
    say(status, `${t("rulesNow")} ${rules.map((file) => file.name).join("、")}`);
  }
  for (const file of files.filter((file) => !file.name.endsWith(".guiju"))) {
    let more = false;
    const table = file.name.endsWith(".csv");
    // A table takes the place of its own records only.
    const entity = state.description.entities.find(({ name, child }) => table && child && `${name}.csv` === file.name);
    if (!isEmpty(entity ? state.report[entity.name] : state.report) && !window.confirm(said(file.name, t(entity ? "replaceTable" : "replace")))) continue;
    try {
      const [bytes, text] = [await file.arrayBuffer(), await file.text()];
      replaceBy(() => {
        if (table) openCsv(state, file.name, bytes);
        else ({ more } = openJson(state, text));
      });
    } catch (error) {
      trouble.replaceChildren(h("p", {}, said(`${file.name} ${t("cannotRead")}`, error instanceof Error ? error.message : "")));
      return;
    }
    say(status, `${t("opened")} ${file.name}${more ? `（${t("onlyFirst")}）` : ""}`);
  }
}

function complain(problems: Diagnostic[]): void {
  if (problems.length === 0) return;
  const line = (problem: Diagnostic): HTMLElement => {
    const at = problem.labels.find((place) => place.primary) ?? problem.labels[0];
    const place = at?.file ? `${at.file}:${at.start?.line ?? ""}:${at.start?.column ?? ""}` : "";
    return h("li", {}, h("code", {}, `${place} ${problem.code}`), ` ${problem.message}`, problem.help ? h("span", { class: "help" }, problem.help) : null);
  };
  const close = (): void => trouble.replaceChildren();
  trouble.replaceChildren(h("p", {}, t("rulesFail")), h("ul", {}, ...problems.map(line)), h("button", { type: "button", onclick: close }, t("close")));
}

window.addEventListener("dragover", (event) => event.preventDefault());
window.addEventListener("drop", (event) => {
  event.preventDefault();
  void receive([...(event.dataTransfer?.files ?? [])]);
});

window.addEventListener("storage", ({ key }) => {
  if (key === KEY) refill(trouble, h("p", {}, t("otherTab")));
});
window.addEventListener("beforeunload", (event) => {
  if (!safe && !isEmpty(state.report)) event.preventDefault();
});

await init({ packs: [BUILT_IN] });
state = start();
await restore();
open.section = state.description.root;
draw();

/** What was filled in before a reload, and the rules that it was judged by. */
async function restore(): Promise<void> {
  const before = kept();
  if (!before) return;
  if (before.locale) switchLocale(before.locale);
  try {
    if (before.rules) complain(await changeRules(state, before.rules));
    state.report = asReport(state, before.report);
  } catch (error) {
    refill(trouble, h("p", {}, said(t("cannotRead"), error instanceof Error ? error.message : "")));
  }
}
