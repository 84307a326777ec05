// `<guiju-form>`: what a host sets and hears. A plain custom element: what a keystroke changes is
// brought up to date by hand, which a library for elements would only stand beside. Not here: the
// form at work (form.ts).

import type { Locale } from "../guiju.js";
import { Form, type Host } from "./form.js";
import { h } from "./dom.js";
import { isEmpty } from "./report.js";
import { rootOf } from "./read.js";
import { packFrom, type PackSource } from "./source.js";
import { sheet } from "./style.js";
import type { GuijuFormDocument, GuijuFormEvents } from "./types.js";

/** What elements are made of; in Node, where there are none, the class can still be imported. */
const Base = (globalThis.HTMLElement ?? class {}) as typeof HTMLElement;

export interface GuijuForm {
  addEventListener<K extends keyof GuijuFormEvents>(
    type: K,
    listener: (this: GuijuForm, event: GuijuFormEvents[K]) => unknown,
    options?: boolean | AddEventListenerOptions,
  ): void;
  addEventListener(
    type: string,
    listener: EventListenerOrEventListenerObject,
    options?: boolean | AddEventListenerOptions,
  ): void;
}

/**
 * The form of a pack: `<guiju-form pack="alliance_108">`. Attributes: `pack`, a built-in pack or
 * the address of a compiled one; `locale`, `zh-TW` or `en`, until a person chooses; `report`, the
 * id of the report to open; `sample`, the address of data to try; `deadline`, the last day; and
 * `hand-in`, with which the page to review has a button that sends `guiju-hand-in`.
 */
export class GuijuForm extends Base {
  static readonly observedAttributes = [
    "pack",
    "locale",
    "report",
    "sample",
    "deadline",
    "hand-in",
  ];

  #source: PackSource | undefined;
  #form: Form | undefined;
  #ready!: PromiseWithResolvers<void>;
  #settled = false;
  /** Counts starts: one that was overtaken stops. */
  #starts = 0;
  #root: ShadowRoot;

  constructor() {
    super();
    this.#root = this.attachShadow({ mode: "open" });
    this.#renew();
  }

  #renew(): void {
    this.#settled = false;
    this.#ready = Promise.withResolvers();
    // Whoever does not wait for it hears `guiju-error`.
    this.#ready.promise.catch(() => undefined);
  }

  /** Resolves once the form of the present pack is drawn; fails where the pack cannot be had. */
  get ready(): Promise<void> {
    return this.#ready.promise;
  }

  /**
   * The pack: a built-in one by its name, a compiled one by its address or bytes, or rule files.
   */
  get pack(): PackSource | null {
    return this.#source ?? this.getAttribute("pack");
  }

  set pack(source: PackSource | null) {
    this.#source = source ?? undefined;
    if (this.isConnected) void this.#start();
  }

  /** The language of the form. */
  get locale(): Locale {
    return this.#form?.session.words.locale ?? this.#given;
  }

  set locale(locale: Locale) {
    this.setAttribute("locale", locale);
  }

  get #given(): Locale {
    return this.getAttribute("locale") === "en" ? "en" : "zh-TW";
  }

  /**
   * The report as a document, as `evaluate` and the command take it; nothing before it is
   * `ready`.
   */
  get data(): GuijuFormDocument | undefined {
    const form = this.#form;
    return form && (JSON.parse(form.session.toDocument()) as GuijuFormDocument);
  }

  /**
   * Opens a document in the place of the report, by a step that can be taken back; once `ready`.
   * @throws SyntaxError where it is no document of the pack.
   */
  open(document: GuijuFormDocument | string): void {
    const { session } = this.#working;
    const text = typeof document === "string" ? document : JSON.stringify(document);
    this.#working.replace(rootOf(session.description, session.words, text).report);
  }

  /** Takes back the last step, and shows where it was made. */
  undo(): void {
    this.#working.undo();
  }

  /** Makes the step again that was taken back last. */
  redo(): void {
    this.#working.redo();
  }

  /** Shows the place of a JSON pointer, such as `/member/3/contract`, and puts the keys there. */
  goTo(path: string): void {
    this.#working.goTo(path);
  }

  /** Prints the summary of the report. */
  print(): void {
    this.#working.print();
  }

  get #working(): Form {
    if (!this.#form) throw new Error("<guiju-form>: await `ready` first");
    return this.#form;
  }

  connectedCallback(): void {
    this.#root.adoptedStyleSheets = [sheet()];
    window.addEventListener("pagehide", this.#leave);
    window.addEventListener("beforeunload", this.#hold);
    void this.#start();
  }

  disconnectedCallback(): void {
    window.removeEventListener("pagehide", this.#leave);
    window.removeEventListener("beforeunload", this.#hold);
    this.#starts += 1;
    this.#end();
  }

  attributeChangedCallback(name: string, before: string | null, now: string | null): void {
    if (before === now || !this.isConnected) return;
    if (name === "pack") this.#source = undefined;
    if (name === "pack" || name === "report") void this.#start();
    else if (name === "locale") this.#form?.speak(this.#given);
    else this.#form?.draw();
  }

  async #start(): Promise<void> {
    const start = (this.#starts += 1);
    this.#end();
    const source = this.pack;
    if (source === null) return;
    if (this.#settled) this.#renew();
    try {
      const pack = await packFrom(source, this.#given);
      if (start !== this.#starts) return pack.dispose();
      const form = new Form(this.#host(source), pack, this.#given);
      this.#form = form;
      await form.start();
      if (start !== this.#starts) return;
      this.#settled = true;
      this.#ready.resolve();
      this.#send("guiju-ready", { pack: form.base });
    } catch (error) {
      if (start !== this.#starts) return;
      const words = error instanceof Error ? error.message : String(error);
      this.#root.replaceChildren(h("p", { class: "trouble", role: "alert" }, words));
      this.#settled = true;
      this.#ready.reject(error);
      this.#send("guiju-error", { error });
    }
  }

  #end(): void {
    this.#form?.close();
    this.#form = undefined;
  }

  #host(source: PackSource): Host {
    const attribute = (name: string): string | null => this.getAttribute(name);
    return {
      root: this.#root,
      source,
      get deadline() {
        return attribute("deadline");
      },
      get handsIn() {
        return attribute("hand-in") !== null;
      },
      get sample() {
        return attribute("sample");
      },
      report: attribute("report"),
      send: (type, detail) => this.#send(type, detail),
    };
  }

  #send<K extends keyof GuijuFormEvents>(type: K, detail: GuijuFormEvents[K]["detail"]): void {
    this.dispatchEvent(new CustomEvent(type, { detail, bubbles: true }));
  }

  readonly #leave = (): void => this.#form?.keeper.leave();

  readonly #hold = (event: BeforeUnloadEvent): void => {
    const form = this.#form;
    if (form && !form.keeper.safe && !isEmpty(form.session.report)) event.preventDefault();
  };
}
