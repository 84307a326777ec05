// The page: what is where, what the keys and buttons do. The engine judges in state.ts; sections and figures draw themselves.

import init from "guiju";
import type { Diagnostic } from "guiju";
import sampleUrl from "../../../../rules/packs/alliance_108/samples/summary-sheet.json?url";
import { h, mark, say } from "./dom";
import { asCsv, asJson, download, openCsv, openJson } from "./files";
import { figuresView } from "./figures";
import { sectionView, type Open, type View } from "./sections";
import { BUILT_IN, changeRules, emptyReport, judge, start, type State } from "./state";
import { currentLocale, label, said, switchLocale, t } from "./words";

const app = document.querySelector<HTMLElement>("#app") ?? document.body;
const open: Open = { section: "", record: -1 };
let state: State;
let section: View;
let figures: View;
let badges: { name: string; element: HTMLElement }[] = [];
const status = h("p", { class: "status-line", role: "status" });
const trouble = h("div", { class: "trouble", role: "alert" });

/** After every change of a value: ask the engine, bring up to date what changed. */
function changed(): void {
  judge(state);
  section.refresh();
  figures.refresh();
  count();
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
  const name = child ? field : first;
  const id = open.section === "goals" ? `${first}-${index}` : `${open.section}-${child ? index : 0}-${name.replace(/_(start|end)$/, "")}`;
  const target = document.getElementById(id);
  (target?.matches("input, select, textarea") ? target : target?.querySelector<HTMLElement>("input, select"))?.focus();
  (target ?? document.getElementById("section"))?.scrollIntoView({ block: "center" });
}

/** Draws the page anew: after a change of language, rules, section or records. */
function draw(): void {
  document.documentElement.lang = currentLocale();
  document.title = `${t("title")}｜${label(state.description.label)}`;
  judge(state);
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
      document.getElementById(`tab-${name}`)?.focus();
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
    document.getElementById("language")?.focus();
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
      button("save-json", t("saveJson"), () => save(`${String(state.report["id"] ?? "") || "report"}.json`, asJson(state), "application/json")),
      entity ? button("save-csv", t("saveCsv"), () => save(`${entity.name}.csv`, asCsv(state, entity), "text/csv")) : null,
      button("rules", t("rules"), () => pick(".guiju")),
      button("fresh", t("fresh"), () => {
        state.report = emptyReport();
        open.record = -1;
        draw();
      }),
      language,
    ),
  );
}

function footer(): HTMLElement {
  return h("footer", {}, h("p", {}, t("privacy")), h("p", {}, t("dropHint")));
}

function save(name: string, text: string, type: string): void {
  download(name, text, type);
  say(status, `${name} ${t("saved")}`);
}

async function loadSample(): Promise<void> {
  openJson(state, await (await fetch(sampleUrl)).text());
  open.record = -1;
  draw();
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
    try {
      if (file.name.endsWith(".csv")) openCsv(state, file.name, await file.arrayBuffer());
      else ({ more } = openJson(state, await file.text()));
    } catch (error) {
      trouble.replaceChildren(h("p", {}, said(`${file.name} ${t("cannotRead")}`, error instanceof Error ? error.message : "")));
      return;
    }
    open.record = -1;
    draw();
    say(status, `${t("opened")} ${file.name}${more ? `（${t("onlyFirst")}）` : ""}`);
  }
}

function complain(problems: Diagnostic[]): void {
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

await init({ packs: [BUILT_IN] });
state = start();
open.section = state.description.root;
draw();
