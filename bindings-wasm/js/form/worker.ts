// Judges whole reports beside the page, so that typing never waits for them. It has the engine
// without what the page's face adds: nothing of it is fetched in pieces, so that every bundler can
// make it. Not here: when it is asked (judge.ts).

import type { Issue, Locale, Progress } from "../guiju.js";
// @ts-expect-error the glue of the engine has no types
import start, { Rules as Engine, __wbg_reset_state as restart } from "../engine/runtime.js";

export interface Question {
  id: number;
  /** The entity that is judged. */
  root: string;
  /** The report, as JSON. */
  text: string;
  locale: Locale;
}

export interface Answer {
  id: number;
  issues: Issue[];
  progress: Progress | undefined;
  unread: string;
  /** The engine stopped: the page has to look for itself. */
  failed?: boolean;
}

interface Rules {
  validate: (entity: string, record: string, locale: string) => string;
  progress: (root: string, locale: string) => string;
}

const host = globalThis as unknown as {
  onmessage: (event: MessageEvent<Uint8Array | Question>) => void;
  postMessage: (answer: Answer) => void;
};
let compiled: Uint8Array | undefined;
let rules: Rules | undefined;
let ready: Promise<void> | undefined;

host.onmessage = ({ data }) => {
  if (data instanceof Uint8Array) {
    compiled = data;
    rules = undefined;
    ready ??= (start as () => Promise<unknown>)().then(() => undefined);
    // What cannot be fetched is told as an error of the worker, which the page hears.
    ready.catch((error: unknown) =>
      setTimeout(() => {
        throw error;
      }),
    );
  } else void ready?.then(() => host.postMessage(answer(data)));
};

function answer({ id, root, text, locale }: Question): Answer {
  try {
    rules ??= new Engine(compiled, false, "zh-TW") as Rules;
    const issues = JSON.parse(rules.validate(root, text, locale)) as Issue[];
    const progress = JSON.parse(rules.progress(text, locale)) as Progress;
    return { id, issues, progress, unread: "" };
  } catch (error) {
    // What is told of data is worded by the page; after anything else the engine is started anew.
    if (typeof error !== "string") {
      (restart as () => void)();
      rules = undefined;
    }
    return { id, issues: [], progress: undefined, unread: "", failed: true };
  }
}
