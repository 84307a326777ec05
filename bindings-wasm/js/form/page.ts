// The page: header, sections, the section that is open, figures beside it, what there is to say to
// a person. Not here: what stands in a section (list.ts, goals.ts, review.ts) or beside it
// (figures.ts).

import type { Diagnostic, EntityDescription } from "../guiju.js";
import type { View } from "./context.js";
import { h, mark, refill, say } from "./dom.js";
import { figuresView } from "./figures.js";
import type { Form } from "./form.js";
import { goalsView } from "./goals.js";
import { listView } from "./list.js";
import { above, idOf, listOf, owner, stops } from "./places.js";
import { recordForm } from "./record.js";
import { records } from "./report.js";
import { reviewView } from "./review.js";

export class Page {
  readonly #form: Form;
  readonly #status = h("p", { class: "status-line", role: "status", part: "status" });
  readonly #trouble = h("div", { class: "trouble", role: "alert" });
  #section: View | undefined;
  #figures: View | undefined;
  #badges: { name: string; element: HTMLElement }[] = [];
  #tools: { undo: HTMLElement; redo: HTMLElement } | undefined;

  constructor(form: Form) {
    this.#form = form;
  }

  status(words: string): void {
    say(this.#status, words);
  }

  /** Something that has to be known, until it is closed; nothing takes it away. */
  alert(words: string): void {
    if (words === "") return this.#trouble.replaceChildren();
    refill(this.#trouble, h("p", {}, words), this.#close());
  }

  /** What is wrong with rules, or with what the words say, with places. */
  complain(
    problems: readonly Diagnostic[],
    words = this.#form.session.words.t("rulesFail"),
  ): void {
    if (problems.length === 0) return;
    const line = (problem: Diagnostic): HTMLElement => {
      const at = problem.labels.find((place) => place.primary) ?? problem.labels[0];
      const { file, line, cell, pointer, column } = problem.place ?? {};
      const own = line === undefined ? file : `${file}:${line}`;
      const place = at?.file
        ? `${at.file}:${at.start?.line ?? ""}:${at.start?.column ?? ""}`
        : [own, cell, pointer, column].filter((part) => part !== undefined).join(" ");
      const help = problem.help ? h("span", { class: "help" }, problem.help) : null;
      return h("li", {}, h("code", {}, `${place} ${problem.code}`), ` ${problem.message}`, help);
    };
    refill(this.#trouble, h("p", {}, words), h("ul", {}, ...problems.map(line)), this.#close());
  }

  #close(): HTMLElement {
    const close = (): void => this.#trouble.replaceChildren();
    return h("button", { type: "button", onclick: close }, this.#form.session.words.t("close"));
  }

  /** Brings up to date what a change of a value may have changed. */
  refresh(): void {
    this.#section?.refresh();
    this.#figures?.refresh();
    this.#count();
  }

  /** Draws everything anew: after a change of language, rules, section or records. */
  draw(): void {
    const form = this.#form;
    const { root, session } = form;
    const { t, label, locale } = session.words;
    const host = root.host as HTMLElement;
    // What has the focus is drawn anew too: whoever works with the keyboard goes on where they
    // were.
    const focused = root.activeElement?.id;
    const { description } = session;
    // What stands in records is drawn in them.
    const entities = description.entities.filter(
      ({ child, parent }) => !child || parent === description.root,
    );
    this.#badges = [];
    const tabs = entities.map((entity) => {
      const size = entity.child ? records(session.report, entity).length : null;
      return this.#tab(entity.name, label(entity.label), size);
    });
    tabs.push(this.#tab("goals", t("goals"), null), this.#tab("review", t("review"), null));
    const nav = h("nav", { "aria-label": t("sections"), part: "sections" }, h("ul", {}, ...tabs));
    const main = h("main", { id: "main", part: "main" });
    const aside = h("aside", { class: "side", "aria-label": t("figures"), part: "side" });
    const columns = h("div", { class: "columns" }, nav, main, aside);
    const notes = [h("p", {}, t("privacy")), h("p", {}, t("dropHint"))];
    const body = h(
      "div",
      { class: "form", lang: locale, "data-section": form.open.section },
      this.#header(),
      this.#status,
      this.#trouble,
      columns,
      h("footer", {}, ...notes),
    );
    const dialogs = [...root.querySelectorAll("dialog[open]")];
    const [x, y] = [window.scrollX, window.scrollY];
    root.replaceChildren(body, ...dialogs);
    mark(host, "lang", locale);
    this.#section = this.#sectionView(main, entities);
    this.#figures = figuresView(form, aside);
    this.#count();
    if (focused) {
      const again = root.getElementById(focused) ?? root.getElementById("section");
      again?.focus({ preventScroll: true });
    }
    // Where the sections stand in one line, the one that is open is in it.
    const current = nav.querySelector<HTMLElement>("[aria-current]")?.parentElement;
    if (current)
      (nav.firstElementChild as Element).scrollLeft = current.offsetLeft - nav.offsetLeft;
    window.scrollTo(x, y);
  }

  #sectionView(main: HTMLElement, entities: readonly EntityDescription[]): View {
    const form = this.#form;
    const { section } = form.open;
    if (section === "goals") return goalsView(form, main);
    if (section === "review") return reviewView(form, main);
    const entity =
      entities.find(({ name }) => name === section) ?? entities.find(({ child }) => !child);
    if (!entity) return { refresh: () => undefined };
    if (entity.child) return listView(form, entity, main);
    const { element, tell } = recordForm(form, entity, "");
    const title = form.session.words.label(entity.label);
    main.replaceChildren(h("h2", { id: "section", tabindex: -1 }, title), element);
    tell();
    return { refresh: tell };
  }

  #tab(name: string, words: string, size: number | null): HTMLElement {
    const { open } = this.#form;
    const badge = h("span", { class: "badge" });
    this.#badges.push({ name, element: badge });
    const choose = (): void => {
      [open.section, open.record] = [name, ""];
      this.draw();
    };
    const props = {
      type: "button",
      id: `tab-${name}`,
      "aria-current": open.section === name ? "page" : null,
      onclick: choose,
    };
    const number = size === null ? null : h("small", {}, String(size));
    return h("li", {}, h("button", props, h("span", { class: "name" }, words), number, badge));
  }

  #header(): HTMLElement {
    const form = this.#form;
    const { session, exchange } = form;
    const { t, label, locale, said } = session.words;
    const button = (id: string, words: string, click: () => void): HTMLElement =>
      h("button", { type: "button", id, part: "button", onclick: click }, words);
    const { entities } = session.description;
    // The table of the section, and those of what stands in its records.
    const tables = entities.filter(
      (each) =>
        each.name === form.open.section ||
        above(session.description, each)[0]?.name === form.open.section,
    );
    const depth = (each: EntityDescription): number => above(session.description, each).length;
    tables.sort((a, b) => depth(a) - depth(b));
    const other = locale === "en" ? "zh-TW" : "en";
    const undo = button("undo-step", t("undoStep"), () => form.undo());
    const redo = button("redo-step", t("redoStep"), () => form.redo());
    this.#tools = { undo, redo };
    const money = session.description.entities.some(({ fields }) =>
      fields.some(({ kind }) => kind === "money" || kind === "signed_money"),
    );
    const units = (["元", "仟元"] as const).map((unit) => h("option", { value: unit }, unit));
    const unit = h("select", { id: "unit", "aria-label": t("unit"), part: "input" }, ...units);
    unit.value = session.unit;
    unit.addEventListener("change", () => form.countIn(unit.value === "仟元" ? "仟元" : "元"));
    const language = button("language", t("language"), () => form.speak(other));
    mark(language, "lang", other);
    const { sample } = form.host;
    const title = h("p", {}, label(session.description.label));
    return h(
      "header",
      { part: "header" },
      h("div", { class: "title" }, h("h1", {}, t("title")), title),
      h(
        "div",
        { class: "tools", part: "tools" },
        undo,
        redo,
        button("reports", t("reports"), () => void exchange.reports()),
        sample !== null && button("sample", t("sample"), () => void exchange.sample(sample)),
        button("open", t("open"), () => exchange.pick(".json,.csv,.xlsx,.xlsm,.ods")),
        button("carry", t("carry"), () => exchange.carry()),
        button("save-json", t("saveJson"), () => exchange.saveJson()),
        button("save-xlsx", t("saveXlsx"), () => void exchange.saveBook("xlsx")),
        button("save-ods", t("saveOds"), () => void exchange.saveBook("ods")),
        ...tables.map((each) => {
          const own = each.name === form.open.section;
          const words = own ? t("saveCsv") : said(label(each.label), t("saveCsv"));
          const id = own ? "save-csv" : `save-csv-${each.name}`;
          return button(id, words, () => exchange.saveCsv(each));
        }),
        button("rules", t("rules"), () => exchange.pick(".guiju")),
        button("fresh", t("fresh"), () => exchange.fresh()),
        money && unit,
        language,
      ),
    );
  }

  #count(): void {
    const { session } = this.#form;
    const [counts, errors] = [new Map<string, number>(), new Set<string>()];
    for (const { path, severity } of session.issues) {
      if (severity === "advice") continue;
      const name = session.sectionOf(path);
      counts.set(name, (counts.get(name) ?? 0) + 1);
      if (severity === "error") errors.add(name);
    }
    for (const { name, element } of this.#badges) {
      say(element, String(counts.get(name) ?? ""));
      mark(element, "data-worst", errors.has(name) ? "error" : "warning");
    }
    // A button that has the keys stays one: it says that there is nothing more by itself.
    mark(this.#tools?.undo ?? this.#status, "aria-disabled", session.canUndo ? null : "true");
    mark(this.#tools?.redo ?? this.#status, "aria-disabled", session.canRedo ? null : "true");
  }

  /** Opens the place of a JSON pointer, and puts the keys there. */
  goTo(path: string): void {
    const { open, session, root, looks } = this.#form;
    const { description } = session;
    open.section = session.sectionOf(path);
    const way = stops(description, path);
    const at = way.at(-1)?.at ?? "";
    open.record = at;
    // What is filtered away cannot be gone to.
    for (const stop of way) looks.delete(listOf(owner(stop.at), stop.entity));
    this.draw();
    const [first = "", index = ""] = path.slice(at.length + 1).split("/");
    const name = first.replace(/_(start|end)$/, "");
    const goal = first === "targets" || first === "previous" ? `${first}-${index}` : first;
    const id = idOf(description, at);
    const own = [`${id}-${name}`, `record-${id}`];
    const ids = [...(open.section === "goals" ? [goal] : own), "section"];
    const target = ids.map((id) => root.getElementById(id)).find((found) => found !== null);
    const inner = target?.matches("div, fieldset")
      ? target.querySelector<HTMLElement>("input, select, textarea")
      : null;
    (inner ?? target)?.focus();
    target?.scrollIntoView({ block: "center" });
  }
}
