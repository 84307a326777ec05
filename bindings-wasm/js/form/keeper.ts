// Keeps the open report: after every change, one writing at a time, and once more as the page goes.
// Where another tab was faster, what is here becomes a report of its own. Not here: the table
// (store.ts).

import { FORM, Store, type Kept } from "./store.js";

/** How long a writing waits for what is typed meanwhile, in milliseconds. */
const GATHER = 300;

/** The report as it is now. */
export type Current = () => Pick<Kept, "pack" | "title" | "text" | "rules" | "attached">;

/** What a page left: a report, the revision that it has seen, and what it was writing. */
type Left = [kept: Kept, seen: number, underway?: string];

export interface Hearer {
  /** Whether the browser keeps the report: told when that changes. */
  kept: (safe: boolean) => void;
  /** Another tab was faster; what is here has another title now. */
  forked: (title: string) => void;
  /** Another tab changed the report, and nothing was changed here since. */
  elsewhere: (kept: Kept) => void;
}

export class Keeper {
  readonly store: Store;
  id = "";
  /** Whether everything is kept, or will be: false once a writing failed. */
  safe = true;
  #seen = 0;
  #current: Current;
  #hearer: Hearer;
  #suffix: () => string;
  #dirty = false;
  #writing: Promise<void> | undefined;
  /** When what is being written was last changed: it may arrive after the page has gone. */
  #underway: string | undefined;

  constructor(name: string, current: Current, suffix: () => string, hearer: Hearer) {
    this.#current = current;
    this.#suffix = suffix;
    this.#hearer = hearer;
    this.store = new Store(name, ({ id, revision }) => {
      if (id === this.id && revision > this.#seen) void this.#follow();
    });
  }

  /** Where what is not written yet is put, before the id of its report. */
  get #journal(): string {
    return `${this.store.name}:unsaved:`;
  }

  /** Goes on with a report: one that is there, or a new one, with an id that a host chose. */
  take(kept?: Kept, id?: string | null): void {
    this.id = kept?.id ?? id ?? crypto.randomUUID?.() ?? `r${Date.now()}-${Math.random()}`;
    this.#seen = kept?.revision ?? 0;
    this.#dirty = false;
  }

  /** Writes the report, after what is being written. */
  save(): void {
    this.#dirty = true;
    this.#writing ??= this.#write().finally(() => (this.#writing = undefined));
  }

  /** Resolves when everything is written, or cannot be. */
  async settled(): Promise<void> {
    while (this.#writing) await this.#writing;
  }

  #whole(): Kept {
    const updated = new Date().toISOString();
    const revision = this.#seen + 1;
    return { ...this.#current(), id: this.id, form: FORM, updated, revision };
  }

  async #write(): Promise<void> {
    while (this.#dirty) {
      this.#dirty = false;
      const kept = this.#whole();
      this.#underway = kept.updated;
      try {
        if (await this.store.put(kept, this.#seen)) {
          if (this.id === kept.id) this.#seen = kept.revision;
          this.#tell(true);
        } else if (this.id === kept.id) await this.#fork();
      } catch {
        this.#tell(false);
      }
      this.#underway = undefined;
      // Whoever types goes on: what comes meanwhile is written at once.
      if (this.#dirty) await new Promise((done) => setTimeout(done, GATHER));
    }
  }

  /** What is here, beside what another tab wrote. */
  async #fork(): Promise<void> {
    this.take();
    const title = `${this.#current().title}${this.#suffix()}`;
    await this.store.put({ ...this.#whole(), title }, 0);
    this.#seen = 1;
    this.#hearer.forked(title);
  }

  async #follow(): Promise<void> {
    // What is being written here decides for itself.
    await this.settled();
    const id = this.id;
    const kept = await this.store.get(id).catch(() => undefined);
    if (!kept || this.#dirty || this.#writing || id !== this.id) return;
    if (kept.revision <= this.#seen) return;
    this.#seen = kept.revision;
    this.#hearer.elsewhere(kept);
  }

  #tell(safe: boolean): void {
    if (safe === this.safe) return;
    this.safe = safe;
    this.#hearer.kept(safe);
  }

  /** As the page goes: what is not written yet is put where it can be at once. */
  leave(): void {
    if (!this.#writing && !this.#dirty && this.safe) return;
    try {
      const left = JSON.stringify([this.#whole(), this.#seen, this.#underway]);
      localStorage.setItem(this.#journal + this.id, left);
    } catch {
      // The writing that was begun may still end well.
    }
  }

  /** What was left so takes its place; beside the other, where another tab wrote meanwhile. */
  async recover(): Promise<void> {
    try {
      const names = Object.keys(localStorage).filter((name) => name.startsWith(this.#journal));
      for (const name of names) {
        await this.#recover(JSON.parse(localStorage.getItem(name) ?? "null") as Left);
        localStorage.removeItem(name);
      }
    } catch {
      // It stays for the next visit.
    }
  }

  async #recover([kept, before, underway]: Left): Promise<void> {
    const there = await this.store.get(kept.id);
    // What this page was writing as it went is no other tab's.
    const own = there !== undefined && there.updated === underway;
    const seen = own ? there.revision : before;
    // The writing may have ended well after all.
    const content = (each?: Kept): string => 
      JSON.stringify([each?.text, each?.rules, each?.attached]);
    if (content(there) === content(kept)) return;
    if (await this.store.put({ ...kept, revision: seen + 1 }, seen)) return;
    const title = `${kept.title}${this.#suffix()}`;
    const id = `${kept.id}-${kept.revision}`;
    await this.store.put({ ...kept, id, title, revision: 1 }, 0);
  }

  close(): void {
    this.leave();
    this.store.close();
  }
}
