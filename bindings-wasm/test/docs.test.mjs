// The code in docs/browser.md and its Chinese twin: what is said to be a file of a recipe is that file, and both have the same. Not here: whether the
// recipes run (recipes/).

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";

import { STRICT } from "./recipes/policy.mjs";

const read = (path) => readFileSync(new URL(path, import.meta.url), "utf8");
/** The blocks of a document that are files: their name and text. */
const files = (document) => [...read(`../../docs/${document}`).matchAll(/^```\w+ file (\S+)\n(.*?)^```$/gms)].map(([, name, text]) => [name, text]);

test("recipes stand in the documents as they are run", () => {
  const [english, chinese] = ["browser.md", "browser.zh-TW.md"].map(files);
  assert.deepEqual(english, chinese);
  assert(english.length > 8);
  for (const [name, text] of english) assert.equal(text, name === "policy" ? `${STRICT}\n` : read(`../recipes/${name}`), name);
});

test("what the documents say of types is compiled", () => {
  const typed = (document) => /^```ts\n(.*?)^```$/ms.exec(read(`../../docs/${document}`))[1].replace(/@ts-expect-error .*/, "@ts-expect-error");
  const compiled = read("../types/documented.ts").replace(/^\/\/ (?!@).*\n\n/, "").replace(/@ts-expect-error .*/, "@ts-expect-error");
  for (const document of ["browser.md", "browser.zh-TW.md"]) assert.equal(typed(document), compiled);
});
