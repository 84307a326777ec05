// Reports between visits, several side by side, in IndexedDB. A report is written over only by
// those who saw what is there: two tabs cannot take from one another. Not here: when to write
// (keeper.ts).

import type { Locale, RuleFiles } from "../guiju.js";
import type { Attached } from "./report.js";

/** How a report is kept. A form that finds a later number leaves it alone. */
export const FORM = 1;

export interface Kept {
  id: string;
  form: number;
  /** The pack that it is a report for. */
  pack: string;
  title: string;
  /** When it was changed last, as ISO 8601. */
  updated: string;
  /** One more with each writing. */
  revision: number;
  /** The root as JSON. */
  text: string;
  /** The rules, where some were changed. */
  rules?: RuleFiles | undefined;
  /** The files that go with it, by name. */
  attached?: readonly Attached[] | undefined;
}

/** What another tab did to a report. */
export interface News {
  id: string;
  revision: number;
}

const TABLE = "reports";

export class Store {
  #open: Promise<IDBDatabase> | undefined;
  #channel: BroadcastChannel | undefined;

  constructor(
    readonly name: string,
    hear: (news: News) => void,
  ) {
    try {
      this.#channel = new BroadcastChannel(name);
      this.#channel.onmessage = ({ data }: MessageEvent<News>) => hear(data);
    } catch {
      // Without it, what other tabs wrote is noticed when this one writes.
    }
  }

  #database(): Promise<IDBDatabase> {
    this.#open ??= new Promise<IDBDatabase>((done, fail) => {
      const request = indexedDB.open(this.name, 1);
      request.onupgradeneeded = () => request.result.createObjectStore(TABLE, { keyPath: "id" });
      request.onsuccess = () => {
        // Another tab with a later form may need it.
        request.result.onversionchange = () => {
          request.result.close();
          this.#open = undefined;
        };
        done(request.result);
      };
      request.onerror = () => fail(request.error ?? new Error("IndexedDB"));
    }).catch((error: unknown) => {
      // The next call may have better luck.
      this.#open = undefined;
      throw error;
    });
    return this.#open;
  }

  async #ask<T>(
    mode: IDBTransactionMode,
    work: (table: IDBObjectStore, give: (value: T) => void) => void,
  ): Promise<T> {
    const database = await this.#database();
    return new Promise<T>((done, fail) => {
      const transaction = database.transaction(TABLE, mode);
      let value: T;
      transaction.oncomplete = () => done(value);
      transaction.onabort = () => fail(transaction.error ?? new Error("IndexedDB"));
      try {
        work(transaction.objectStore(TABLE), (given) => (value = given));
      } catch (error) {
        transaction.onabort = null;
        transaction.abort();
        fail(error as Error);
      }
    });
  }

  /** All reports, those that were changed last first. */
  async list(): Promise<Kept[]> {
    const all = await this.#ask<Kept[]>("readonly", (table, give) => {
      const request = table.getAll();
      request.onsuccess = () => give(request.result as Kept[]);
    });
    return all.sort((a, b) => (a.updated < b.updated ? 1 : -1));
  }

  get(id: string): Promise<Kept | undefined> {
    return this.#ask<Kept | undefined>("readonly", (table, give) => {
      const request = table.get(id);
      request.onsuccess = () => give(request.result as Kept | undefined);
    });
  }

  /**
   * Writes a report over the revision that one has seen (0 for none); false where another one is
   * there now, which stays.
   */
  async put(kept: Kept, seen: number): Promise<boolean> {
    const written = await this.#ask<boolean>("readwrite", (table, give) => {
      const request = table.get(kept.id);
      request.onsuccess = () => {
        const there = request.result as Kept | undefined;
        if ((there?.revision ?? 0) !== seen) return give(false);
        table.put(kept);
        give(true);
      };
    });
    if (written) this.#channel?.postMessage({ id: kept.id, revision: kept.revision });
    return written;
  }

  remove(id: string): Promise<void> {
    return this.#ask<void>("readwrite", (table) => void table.delete(id));
  }

  close(): void {
    this.#channel?.close();
    void this.#open?.then(
      (database) => database.close(),
      () => {},
    );
  }
}

/** Small things that a person chose, by name; a browser that keeps nothing forgets them. */
export interface Choices {
  locale?: Locale;
  unit?: "元" | "仟元";
  /** The report that is open. */
  report?: string;
}

export function choices(name: string): Choices {
  const read = (storage: Storage): Choices =>
    (JSON.parse(storage.getItem(name) ?? "{}") as Choices | null) ?? {};
  try {
    // Each tab goes on with its own report.
    return { ...read(localStorage), ...read(sessionStorage) };
  } catch {
    return {};
  }
}

export function choose(name: string, changed: Choices): void {
  try {
    const text = JSON.stringify({ ...choices(name), ...changed });
    localStorage.setItem(name, text);
    sessionStorage.setItem(name, text);
  } catch {
    // Nothing hangs on it.
  }
}
