// Asks the engine about a report. While the whole of it takes less than a frame, the whole is asked
// at once. Beyond that the changed record is asked at once, and the whole in a worker, or where
// there is none, once typing pauses: the answer is the same, a moment later. Not here: what is
// shown of it.

import { GuijuError } from "../web.js";
import type {
  Issue,
  Locale,
  Pack,
  PackDescription,
  Progress,
} from "../guiju.js";
import type { Stop } from "./places.js";
import { asText, recordAt, type Report } from "./report.js";
import type { Answer, Question } from "./worker.js";

export interface Judgement {
  issues: Issue[];
  progress: Progress | undefined;
  unread: string;
}

/** What is known at once: of the whole, or of the record that was changed. */
interface Now {
  whole?: Judgement;
  record?: Issue[];
}

/** How long the whole may take while someone types, in milliseconds. */
export const FRAME = 12;

/** How long it may take after anything else, which nobody does many times a second. */
export const MOMENT = 100;

/** Texts so short are looked at as a whole at once, whatever it takes. */
const SHORT = 4096;

/** Texts so long are looked at later, while nobody knows how long that takes. */
const LONG = 100_000;

/** How long a pause in typing is, where no worker can be had, in milliseconds. */
const PAUSE = 250;

/** How long a worker may take before it counts as lost, in milliseconds: browsers end some. */
const LOST = 8_000;

export class Judge {
  #pack: Pack;
  #root: string;
  #answer: (judgement: Judgement) => void;
  /** Milliseconds for each unit of text, on this page; unknown at first. */
  #pace: number | undefined;
  #worker: Worker | undefined | null;
  #id = 0;
  /** The last question that was put off. */
  #latest: Question | undefined;
  /** Whether the worker has one that it did not answer yet, and the one that waits for it. */
  #busy = false;
  #next: Question | undefined;
  #due: ReturnType<typeof setTimeout> | undefined;
  #lost: ReturnType<typeof setTimeout> | undefined;

  constructor(pack: Pack, description: PackDescription, answer: (judgement: Judgement) => void) {
    this.#pack = pack;
    this.#root = description.root;
    this.#answer = answer;
  }

  /** Asks about a report, which may take so long; a record may be all that was changed of it. */
  ask(
    report: Report,
    locale: Locale,
    patience: number,
    changed?: Stop,
  ): Now {
    const text = asText(report);
    this.#id += 1;
    const unknown = text.length < LONG ? 0 : Infinity;
    const known = this.#pace === undefined ? unknown : this.#pace * text.length;
    const takes = text.length < SHORT ? 0 : known;
    if (takes <= patience) return { whole: this.#whole(text, locale) };
    this.#later({ id: this.#id, root: this.#root, text, locale });
    const record = changed?.entity.child && recordAt(report, changed.at);
    if (!changed || !record) return {};
    const { at, entity } = changed;
    const one = asText(record);
    // One in which much stands is no quicker than the whole.
    if (one.length >= LONG) return {};
    const told = orElse(
      () => this.#pack.validate(entity.name, one, { locale }),
      () => undefined,
    );
    return told ? { record: told.map((issue) => ({ ...issue, path: at + issue.path })) } : {};
  }

  #whole(text: string, locale: Locale): Judgement {
    clearTimeout(this.#due);
    this.#next = undefined;
    const timed = (text: string): [Judgement, number] => {
      const start = performance.now();
      const judgement = judged(
        () => this.#pack.validate(this.#root, text, { locale }),
        () => this.#pack.progress(text, { locale }),
      );
      return [judgement, performance.now() - start];
    };
    let [judgement, took] = timed(text);
    const first = this.#pace === undefined && text.length >= SHORT;
    // The first time is slower than those that follow. With a blank, it is another text.
    if (first && took > FRAME && took < 8 * FRAME) took = timed(`${text} `)[1];
    if (text.length >= SHORT) this.#pace = Math.min(this.#pace ?? Infinity, took / text.length);
    return judgement;
  }

  #later(question: Question): void {
    this.#latest = this.#next = question;
    if (this.#worker === undefined) this.#start();
    if (this.#worker !== null) return this.#send();
    clearTimeout(this.#due);
    this.#due = setTimeout(() => this.#catchUp(), PAUSE);
  }

  /** Looks at the whole on this page. */
  #catchUp(): void {
    const question = this.#latest;
    if (question?.id === this.#id) this.#answer(this.#whole(question.text, question.locale));
  }

  /** One question at a time: those that are overtaken meanwhile are never asked. */
  #send(): void {
    if (this.#busy || !this.#next) return;
    this.#worker?.postMessage(this.#next);
    this.#next = undefined;
    this.#busy = true;
    this.#lost = setTimeout(() => this.#alone(), LOST);
  }

  /** From here on, the page does the work by itself. */
  #alone(): void {
    clearTimeout(this.#lost);
    this.#worker?.terminate();
    this.#worker = null;
    this.#catchUp();
  }

  #start(): void {
    let worker: Worker;
    try {
      // Written out, since that is how bundlers find it.
      worker = new Worker(new URL("./worker.js", import.meta.url), { type: "module" });
    } catch {
      this.#worker = null;
      return;
    }
    this.#worker = worker;
    worker.postMessage(this.#pack.compiled());
    worker.onmessage = ({ data }: MessageEvent<Answer>) => {
      this.#busy = false;
      clearTimeout(this.#lost);
      this.#send();
      if (data.id !== this.#id) return;
      if (data.failed) this.#catchUp();
      else this.#answer(data);
    };
    // Bundlers may not know it, and policies may forbid it: then the page does its work.
    worker.onerror = (event) => {
      event.preventDefault();
      this.#alone();
    };
  }

  close(): void {
    clearTimeout(this.#due);
    clearTimeout(this.#lost);
    this.#worker?.terminate();
    this.#worker = null;
    this.#latest = undefined;
  }
}

/** Both answers, or why there are none: what cannot be read, or is too much. */
function judged(validate: () => Issue[], progress: () => Progress): Judgement {
  let unread = "";
  const issues = orElse(validate, (message): Issue[] => [
    { path: "", code: "LIMIT", severity: "error", message, clause: null },
  ]);
  const figures = orElse(progress, (message) => {
    unread = message;
    return undefined;
  });
  return { issues, progress: figures, unread };
}

/** An answer, or what stands for it where the data cannot be read or is too much. */
function orElse<T, U>(ask: () => T, otherwise: (message: string) => U): T | U {
  try {
    return ask();
  } catch (error) {
    const known = error instanceof GuijuError && ["DATA", "LIMIT"].includes(error.code);
    if (known) return otherwise(error.message);
    throw error;
  }
}
