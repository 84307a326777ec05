// The form at work: one report, its page, its keeping, and what is done with all three at once. Not
// here: what a host sets and hears (element.ts), how the page is made (page.ts).

import type { Diagnostic, Locale, Pack, RuleFiles } from "../guiju.js";
import type { Unit } from "./amounts.js";
import type { Context, Look } from "./context.js";
import { Exchange } from "./exchange.js";
import { Keeper } from "./keeper.js";
import { Page } from "./page.js";
import type { At } from "./places.js";
import { keptReport } from "./read.js";
import { asText, ATTACHED, emptyReport, type Report, type Value } from "./report.js";
import { Session, type Spot } from "./session.js";
import { compiledFrom, compilerReady, packFrom, type PackSource } from "./source.js";
import { choices, choose, FORM, type Kept } from "./store.js";
import type { GuijuFormEvents } from "./types.js";
import { wordsIn, type Word } from "./words.js";

/** What the host of a form says, and hears. */
export interface Host {
  readonly root: ShadowRoot;
  readonly source: PackSource;
  readonly deadline: string | null;
  readonly handsIn: boolean;
  /** The address of data to try. */
  readonly sample: string | null;
  /** The id of the report to open. */
  readonly report: string | null;
  send: <K extends keyof GuijuFormEvents>(type: K, detail: GuijuFormEvents[K]["detail"]) => void;
}

/** The name of the table of reports, and of what a person chose. */
const STORE = "guiju-form";

export class Form implements Context {
  session: Session;
  readonly open: Spot;
  readonly looks = new Map<string, Look>();
  readonly unfolded = new Set<string>();
  removed: At | undefined;
  figure: string | undefined;
  readonly keeper: Keeper;
  readonly exchange: Exchange;
  readonly #page: Page;
  /** The pack that reports are kept for, whatever rules are changed of it. */
  readonly base: string;
  /** What is drawn stays as it is: typing goes on. */
  #typing = false;
  /** What is shown is as it is kept. */
  #loading = false;

  constructor(
    readonly host: Host,
    pack: Pack,
    given: Locale,
  ) {
    const chosen = choices(STORE);
    this.session = this.#sessionOf(pack, chosen.locale ?? given);
    this.session.unit = chosen.unit ?? "元";
    this.base = this.session.description.name;
    this.open = { section: this.session.description.root, record: "" };
    this.keeper = this.#keeperOf();
    this.exchange = new Exchange(this);
    this.#page = new Page(this);
  }

  get root(): ShadowRoot {
    return this.host.root;
  }

  get deadline(): string | null {
    return this.host.deadline;
  }

  get handsIn(): boolean {
    return this.host.handsIn;
  }

  /** Opens the report that the host names, or that was open last; draws the form. */
  async start(): Promise<void> {
    await this.keeper.recover();
    const named = this.host.report;
    const id = named ?? choices(this.#choices).report ?? "";
    const kept = id === "" ? undefined : await this.keeper.store.get(id).catch(() => undefined);
    const usable = kept && kept.pack === this.base && kept.form <= FORM;
    await this.takeUp(usable ? kept : undefined, kept ? undefined : named);
    if (!kept || usable) return;
    const { t, said } = this.session.words;
    const why = kept.form > FORM ? t("newerForm") : said(t("otherPack"), kept.pack);
    this.#page.alert(said(`${kept.title} ${t("cannotRead")}`, why));
  }

  get #choices(): string {
    return `${STORE}:${this.base}`;
  }

  /** Goes on with a report that is kept, or with a new one. */
  async takeUp(kept?: Kept, id?: string | null): Promise<void> {
    await this.keeper.settled();
    try {
      const problems = await this.#judgeBy(kept?.rules);
      const { description, words } = this.session;
      const report = kept ? keptReport(description, words, kept) : emptyReport();
      this.#begin(kept, id);
      this.#load(report);
      this.#page.complain(problems);
    } catch (error) {
      // It stays as it was kept; what is filled in now is another one.
      this.#begin();
      this.#load(emptyReport());
      const { t, said } = this.session.words;
      const why = error instanceof Error ? error.message : "";
      this.#page.alert(said(`${kept?.title ?? ""} ${t("cannotRead")}`, why));
    }
  }

  #begin(kept?: Kept, id?: string | null): void {
    this.keeper.take(kept, id);
    choose(this.#choices, { report: this.keeper.id });
    this.removed = undefined;
    Object.assign(this.open, { section: this.session.description.root, record: "" });
  }

  /** Goes on by the rules that a report was judged by: changed ones, or those of the pack. */
  async #judgeBy(rules: RuleFiles | undefined): Promise<Diagnostic[]> {
    if (rules) {
      await compilerReady();
      return this.#follow(rules);
    }
    if (this.session.files) {
      this.#swap(await packFrom(this.host.source, this.session.words.locale));
    }
    return [];
  }

  #load(report: Report): void {
    this.#loading = true;
    this.session.open(report);
    this.#loading = false;
  }

  undo(): void {
    this.#went(this.session.undo(), "undone");
  }

  redo(): void {
    this.#went(this.session.redo(), "redone");
  }

  #went(spot: Spot | undefined, word: Word): void {
    if (!spot) return;
    this.removed = undefined;
    Object.assign(this.open, spot);
    this.draw();
    this.status(this.session.words.t(word));
  }

  print(): void {
    this.open.section = "review";
    this.draw();
    window.print();
  }

  set(record: At, field: string, value: Value): void {
    const words = this.session.words;
    const followed = this.#while(() => this.session.setField(record, field, value));
    if (followed > 0) this.status(`${words.t("renamed")}${followed}`);
  }

  typed(next: Report, merge: string): void {
    this.#while(() => this.session.change(next, { ...this.open }, merge));
  }

  #while<T>(work: () => T): T {
    this.#typing = true;
    try {
      return work();
    } finally {
      this.#typing = false;
    }
  }

  change(next: Report, removed?: At): void {
    this.removed = removed;
    this.session.settle();
    this.session.change(next, { ...this.open });
  }

  /** Another report in the place of this one, by one step. */
  replace(report: Report): void {
    this.open.record = "";
    this.change(report);
  }

  draw(): void {
    this.#page.draw();
  }

  goTo(path: string): void {
    this.#page.goTo(path);
  }

  /** Says what a person has to know. */
  alert(words: string): void {
    this.#page.alert(words);
  }

  /** Shows what is wrong with rules, or with a file of data. */
  complain(problems: readonly Diagnostic[], words?: string): void {
    this.#page.complain(problems, words);
  }

  status(words: string): void {
    this.#page.status(words);
  }

  handIn(): void {
    const { issues, progress } = this.session;
    const document = JSON.parse(this.session.toDocument());
    const attached = [...(this.session.report[ATTACHED] ?? [])];
    this.host.send("guiju-hand-in", { document, issues, progress, attached });
  }

  /** Goes on in another language. */
  speak(locale: Locale): void {
    choose(STORE, { locale });
    this.session.words = wordsIn(locale);
    this.session.judge(undefined, Infinity);
    this.status("");
    this.draw();
    this.#told();
  }

  /** Shows amounts in another unit. */
  countIn(unit: Unit): void {
    choose(STORE, { unit });
    this.session.unit = unit;
    this.draw();
  }

  /** Goes on by other rules, or tells what is wrong with them. */
  follow(files: RuleFiles): Diagnostic[] {
    const { report } = this.session;
    const problems = this.#follow(files);
    if (problems.length === 0) this.session.open(report);
    return problems;
  }

  #follow(files: RuleFiles): Diagnostic[] {
    const pack = compiledFrom(files, this.session.words.locale);
    if (Array.isArray(pack)) return pack;
    this.#swap(pack, files);
    return [];
  }

  #swap(pack: Pack, files?: RuleFiles): void {
    const { unit, words } = this.session;
    this.session.close();
    this.session = this.#sessionOf(pack, words.locale, files);
    this.session.unit = unit;
  }

  #sessionOf(pack: Pack, locale: Locale, files?: RuleFiles): Session {
    const listener = { changed: () => this.#changed(), judged: () => this.#judged() };
    return new Session(pack, locale, listener, files);
  }

  #changed(): void {
    if (!this.#loading) this.keeper.save();
    if (this.#typing) this.#page.refresh();
    else this.draw();
    if (!this.#loading) this.host.send("guiju-change", {});
    this.#told();
  }

  #judged(): void {
    this.#page.refresh();
    this.#told();
  }

  #told(): void {
    const { issues, progress, pending } = this.session;
    if (!pending) this.host.send("guiju-judged", { issues, progress });
  }

  #keeperOf(): Keeper {
    const current = (): ReturnType<ConstructorParameters<typeof Keeper>[1]> => {
      const { report, description, files: rules } = this.session;
      const named = [report["name"], report["id"]].find((text) => typeof text === "string" && text);
      const title = String(named ?? description.label.zh);
      const attached = report[ATTACHED];
      return { pack: this.base, title, text: asText(report), rules, attached };
    };
    return new Keeper(STORE, current, () => this.session.words.t("copyOf"), {
      kept: (kept) => {
        this.status(this.session.words.t(kept ? "keptAgain" : "notKept"));
        this.host.send("guiju-kept", { kept });
      },
      forked: (title) => {
        choose(this.#choices, { report: this.keeper.id });
        this.#page.alert(this.session.words.t("forked") + title);
      },
      elsewhere: (kept) => {
        const { description, words } = this.session;
        // A step as others are, but for being kept already.
        this.#loading = true;
        this.change(keptReport(description, words, kept));
        this.#loading = false;
        this.status(words.t("fromOtherTab"));
      },
    });
  }

  close(): void {
    this.exchange.close();
    this.keeper.close();
    this.session.close();
  }
}
