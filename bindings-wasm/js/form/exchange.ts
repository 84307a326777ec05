// What comes into the form and goes out of it: files that are chosen or dropped, rows that are
// pasted, keys for going back and forth, reports of this browser. Not here: how files are read
// (read.ts, rows.ts).

import type { EntityDescription, RuleFiles } from "../guiju.js";
import { BookError, opened, saved, WORKBOOKS, type Format } from "./books.js";
import { carryDialog } from "./carry.js";
import { h } from "./dom.js";
import type { Form } from "./form.js";
import { pasteRows } from "./paste.js";
import { rootOf } from "./read.js";
import { emptyReport, everyRecord, isEmpty } from "./report.js";
import { reportsDialog } from "./reports.js";
import { asCsv, withCsv } from "./rows.js";
import { filesOf, withFiles } from "./source.js";
import type { Kept } from "./store.js";

export class Exchange {
  readonly #form: Form;
  readonly #element: Element;

  constructor(form: Form) {
    this.#form = form;
    this.#element = form.root.host;
    window.addEventListener("dragover", this.#over);
    window.addEventListener("drop", this.#drop);
    this.#element.addEventListener("keydown", this.#keys as EventListener);
    form.root.addEventListener("paste", this.#paste as EventListener);
  }

  close(): void {
    window.removeEventListener("dragover", this.#over);
    window.removeEventListener("drop", this.#drop);
    this.#element.removeEventListener("keydown", this.#keys as EventListener);
    this.#form.root.removeEventListener("paste", this.#paste as EventListener);
  }

  /** Lets the person choose files, and takes them in. */
  pick(accept: string): void {
    const input = h("input", { type: "file", accept, multiple: true });
    input.addEventListener("change", () => void this.receive([...(input.files ?? [])]));
    input.click();
  }

  /** Files that were chosen or dropped: rules together, data one by one. */
  async receive(files: File[]): Promise<void> {
    const form = this.#form;
    form.alert("");
    const isRules = (file: File): boolean => file.name.endsWith(".guiju");
    const rules = files.filter(isRules);
    if (rules.length > 0) {
      const texts = await Promise.all(
        rules.map(async (file) => [file.name, await file.text()] as const),
      );
      if (!(await this.#follow(Object.fromEntries(texts)))) return;
    }
    for (const file of files.filter((file) => !isRules(file))) {
      if (!(await this.#openFile(file))) return;
    }
  }

  async #follow(changed: RuleFiles): Promise<boolean> {
    const form = this.#form;
    const current = form.session.files ?? (await filesOf(form.host.source));
    const problems = form.follow(withFiles(current, changed));
    form.complain(problems);
    if (problems.length > 0) return false;
    const names = Object.keys(changed).join("、");
    form.status(`${form.session.words.t("rulesNow")} ${names}`);
    return true;
  }

  /** Opens a file of data; false where it cannot be read. */
  async #openFile(file: File): Promise<boolean> {
    const form = this.#form;
    const { session } = form;
    const { t, said } = session.words;
    const table = file.name.endsWith(".csv");
    // A table takes the place of its own records only.
    const of = session.description.entities.find(({ name }) => `${name}.csv` === file.name);
    const entity = table && of?.child ? of : undefined;
    const there = entity
      ? everyRecord(session.description, session.report, entity).map(({ record }) => record)
      : session.report;
    const question = said(file.name, t(entity ? "replaceTable" : "replace"));
    // A table of nothing that is here takes no place.
    if ((!table || of) && !isEmpty(there) && !window.confirm(question)) return true;
    let more = false;
    try {
      if (table) {
        const bytes = await file.arrayBuffer();
        const { description, report, words } = session;
        form.replace(withCsv(description, report, file.name, bytes, words));
      } else {
        const root = WORKBOOKS.test(file.name)
          ? await opened(session, file)
          : rootOf(session.description, session.words, await file.text());
        more = root.more;
        form.replace(root.report);
      }
    } catch (error) {
      const words = `${file.name} ${t("cannotRead")}`;
      if (error instanceof BookError && error.diagnostics.length > 0) {
        form.complain(error.diagnostics, words);
      } else form.alert(said(words, error instanceof Error ? error.message : ""));
      return false;
    }
    form.status(`${t("opened")} ${file.name}${more ? `（${t("onlyFirst")}）` : ""}`);
    return true;
  }

  /** Data to try. */
  async sample(address: string): Promise<void> {
    const form = this.#form;
    if (!this.#mayReplace()) return;
    const { description, words } = form.session;
    try {
      const text = await (await fetch(new URL(address, document.baseURI))).text();
      form.replace(rootOf(description, words, text).report);
      form.status(words.said(words.t("opened"), String(form.session.report["name"] ?? "")));
    } catch (error) {
      const why = error instanceof Error ? error.message : "";
      form.alert(words.said(`${address} ${words.t("cannotRead")}`, why));
    }
  }

  /** Everything anew, by a step that can be taken back. */
  fresh(): void {
    if (this.#mayReplace()) this.#form.replace(emptyReport());
  }

  /** Whether another report may take the place of this one: who has entered something is asked. */
  #mayReplace(): boolean {
    const { report, words } = this.#form.session;
    return isEmpty(report) || window.confirm(words.t("replace"));
  }

  saveJson(): void {
    const { session } = this.#form;
    const document: unknown = JSON.parse(session.toDocument());
    const name = `${String(session.report["id"] ?? "") || "report"}.json`;
    this.#save(name, `${JSON.stringify(document, null, 2)}\n`, "application/json");
  }

  saveCsv(entity: EntityDescription): void {
    const { description, report } = this.#form.session;
    this.#save(`${entity.name}.csv`, asCsv(description, report, entity), "text/csv");
  }

  /** The whole report as a workbook. */
  async saveBook(format: Format): Promise<void> {
    const { session } = this.#form;
    const { t, said } = session.words;
    const name = `${String(session.report["id"] ?? "") || "report"}.${format}`;
    try {
      this.#save(name, await saved(session, format), "application/octet-stream");
    } catch (error) {
      const why = error instanceof Error ? error.message : "";
      this.#form.alert(said(`${name} ${t("notSaved")}`, why));
    }
  }

  #save(name: string, text: BlobPart, type: string): void {
    const link = h("a", { download: name });
    link.href = URL.createObjectURL(new Blob([text], { type }));
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
    this.#form.status(`${name} ${this.#form.session.words.t("saved")}`);
  }

  /** The reports of this browser. */
  async reports(): Promise<void> {
    const form = this.#form;
    await form.keeper.settled();
    const save = (kept: Kept): void => {
      const { root } = form.session.description;
      // Of another pack, its own root is not known here: the text as it is kept.
      const own = kept.pack === form.base;
      const text = own ? `{"${root}s":[${kept.text}]}` : kept.text;
      this.#save(`${kept.title || kept.id}.json`, `${text}\n`, "application/json");
    };
    reportsDialog(form, form.keeper.store, {
      id: form.keeper.id,
      pack: form.base,
      open: (kept) => void form.takeUp(kept),
      fresh: () => void form.takeUp(),
      save,
    });
  }

  /** What comes in from the year before. */
  carry(): void {
    const { keeper } = this.#form;
    carryDialog(this.#form, async () => {
      const all = await keeper.store.list();
      return all.filter(({ id }) => id !== keeper.id);
    });
  }

  readonly #over = (event: DragEvent): void => event.preventDefault();

  readonly #drop = (event: DragEvent): void => {
    // Where a page has several forms, what is dropped on one is its own.
    const target = event
      .composedPath()
      .find((each) => (each as Element).localName === "guiju-form");
    if (event.defaultPrevented || (target && target !== this.#element)) return;
    event.preventDefault();
    void this.receive([...(event.dataTransfer?.files ?? [])]);
  };

  /** Back and forth through all fields, not only the one with the keys. */
  readonly #keys = (event: KeyboardEvent): void => {
    if (!(event.ctrlKey || event.metaKey) || event.altKey) return;
    const key = event.key.toLowerCase();
    const inDialog = this.#form.root.querySelector("dialog[open]") !== null;
    if (inDialog || (key !== "z" && key !== "y")) return;
    event.preventDefault();
    if (key === "y" || event.shiftKey) this.#form.redo();
    else this.#form.undo();
  };

  /** Rows pasted anywhere in a section with records; in a field, a single cell stays a text. */
  readonly #paste = (event: ClipboardEvent): void => {
    const form = this.#form;
    const text = event.clipboardData?.getData("text/plain") ?? "";
    const { description } = form.session;
    const { section } = form.open;
    // In the list with the keys, or in that of the section.
    const inner = (event.composedPath() as Element[])
      .map((each) => each.getAttribute?.("data-list"))
      .find((each) => each != null);
    const list = inner ?? `/${section}`;
    const end = list.lastIndexOf("/");
    const [of, name] = [list.slice(0, end), list.slice(end + 1)];
    const entity = description.entities.find((each) => each.name === name);
    const rows = /\t/.test(text.trim());
    if (!entity?.child || !rows || form.root.querySelector("dialog[open]")) return;
    event.preventDefault();
    pasteRows(form, entity, of, text);
  };
}
