// The page to look at before a report is handed in, which is also what is printed: the whole in
// figures, obligations, numbers of records, and everything that is still to do. Not here: sending
// it, which is the host's business.

import type { Context, View } from "./context.js";
import { h, refill, say } from "./dom.js";
import { against, deadline, obligation, shown, todoList } from "./figures.js";
import { ATTACHED, everyRecord, shownValue, type Attached } from "./report.js";
import { grouped } from "./amounts.js";

export function reviewView(form: Context, main: HTMLElement): View {
  const { session } = form;
  const { t, label } = session.words;
  const { entities, root, label: pack } = session.description;
  const whole = entities.find(({ name }) => name === root);
  const verdict = h("p", { class: "verdict", role: "status" });
  const figures = h("tbody", {});
  const sizes = h("tbody", {});
  const obligations = h("ul", { class: "obligations" });
  const todo = h("ul", { class: "todo" });
  const count = h("span", { class: "count" });
  const button = (id: string, words: string, click: () => void, kind = "quiet"): HTMLElement =>
    h("button", { type: "button", class: kind, id, part: "button", onclick: click }, words);
  const head = (words: string[]): HTMLElement =>
    h("thead", {}, h("tr", {}, ...words.map((each) => h("th", { scope: "col" }, each))));
  const own = (whole?.fields ?? []).flatMap((field) => {
    const value = session.report[field.name];
    if (value === undefined || value === null || value === "") return [];
    const choice = field.choices?.find(({ name }) => name === value);
    const money = field.kind === "money" && typeof value === "string";
    const words = choice ? label(choice.label) : money ? session.amount(value) : plain(value, t);
    return [h("dt", {}, label(field.label)), h("dd", {}, words)];
  });
  main.replaceChildren(
    h("h2", { id: "section", tabindex: -1 }, t("review")),
    h("p", { class: "sheet-title" }, label(pack)),
    ...deadline(form),
    verdict,
    h(
      "p",
      { class: "actions" },
      button("print", t("print"), () => form.print()),
      form.handsIn && button("hand-in", t("handIn"), () => form.handIn(), "primary"),
    ),
    h("dl", { class: "own" }, ...own),
    h("h3", {}, t("figures")),
    h(
      "table",
      { class: "goals sheet" },
      head([t("kpi"), t("value"), `${t("target")}・${t("previous")}`]),
      figures,
    ),
    h("h3", {}, t("obligations")),
    obligations,
    h("h3", {}, t("sections")),
    h(
      "table",
      { class: "goals sheet counts" },
      head([t("sections"), t("count"), t("open_")]),
      sizes,
    ),
    ...attachments(form),
    h("h3", {}, t("toFix"), " ", count),
    todo,
  );
  let drawn: unknown;
  const refresh = (): void => {
    if (drawn === session.issues) return;
    drawn = session.issues;
    const errors = session.issues.some(({ severity }) => severity === "error");
    say(verdict, t(errors ? "notReady" : "readyToSend"));
    const kpis = session.description.kpis.filter((kpi) => !kpi.programme);
    const rows = kpis.map(({ name, label: words }) => {
      const kpi = session.progress?.kpis[name];
      const { unit } = session;
      return h(
        "tr",
        { "data-state": kpi?.state },
        h("th", { scope: "row" }, label(words)),
        h("td", {}, kpi ? shown(session.words, kpi, unit) : "—"),
        h("td", {}, kpi ? against(session.words, kpi, unit) : ""),
      );
    });
    figures.replaceChildren(...rows);
    const open = (session.progress?.obligations ?? []).filter(
      ({ status }) => status !== "not_applicable",
    );
    refill(obligations, ...open.map((each) => obligation(form, each)));
    const lines = entities
      .filter(({ child }) => child)
      .map((entity) => {
        const all = everyRecord(session.description, session.report, entity);
        const incomplete = all.filter(({ at }) =>
          session.issuesOf(at).some(({ severity }) => severity === "error"),
        );
        return h(
          "tr",
          {},
          h("th", { scope: "row" }, label(entity.label)),
          h("td", {}, grouped(String(all.length), "")),
          h("td", {}, grouped(String(incomplete.length), "")),
        );
      });
    sizes.replaceChildren(...lines);
    todoList(form, todo, count);
  };
  refresh();
  return { refresh };
}

/** The files that go with the report, by name. */
function attachments(form: Context): HTMLElement[] {
  const { t, said } = form.session.words;
  const { report } = form.session;
  const attached = report[ATTACHED] ?? [];
  const now = (list: readonly Attached[]): void => form.change({ ...report, [ATTACHED]: list });
  const pick = (): void => {
    const input = h("input", { type: "file", multiple: true });
    input.addEventListener("change", () => {
      const files = [...(input.files ?? [])].map(({ name, size }) => ({ name, size }));
      const names = new Set(files.map(({ name }) => name));
      now([...attached.filter(({ name }) => !names.has(name)), ...files]);
    });
    input.click();
  };
  const lines = attached.map(({ name, size }, n) => {
    const remove = (): void => {
      now(attached.toSpliced(n, 1));
      form.root.getElementById("attach")?.focus();
    };
    const props = { type: "button", class: "quiet", "aria-label": said(name, t("remove")) } as const;
    const bytes = h("small", {}, ` ${grouped(String(Math.ceil(size / 1024)), "KB")}`);
    return h("li", {}, name, bytes, h("button", { ...props, onclick: remove }, t("remove")));
  });
  const add = { type: "button", class: "quiet", id: "attach", part: "button", onclick: pick } as const;
  return [
    h("h3", {}, t("attached")),
    ...(lines.length > 0 ? [h("ul", { class: "attached" }, ...lines)] : []),
    h("p", { class: "hint" }, t("attachedHint")),
    h("p", { class: "actions" }, h("button", add, t("attach"))),
  ];
}

/** A value in words, where it is a plain one. */
function plain(value: unknown, t: (word: "yes" | "no") => string): string {
  if (typeof value === "boolean") return t(value ? "yes" : "no");
  return Array.isArray(value) ? value.join("、") : shownValue(value as string);
}
