// The code in docs/browser.md, docs/form.md and their Chinese twins: what is said to be a file of a recipe is that file, both have the same, and name what there is. Not here: whether the
// recipes run (recipes/).

import assert from "node:assert/strict";
import { readFileSync, readdirSync } from "node:fs";
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

test("the documents of the form name all that it has", async () => {
  const { GuijuForm } = await import("guiju/form");
  const sources = readdirSync(new URL("../js/form/", import.meta.url)).filter((name) => name.endsWith(".ts"));
  const code = sources.map((name) => read(`../js/form/${name}`)).join("\n");
  const all = (pattern) => [...new Set([...code.matchAll(pattern)].map(([, name]) => name))].sort();
  const attributes = [...GuijuForm.observedAttributes].sort();
  const events = all(/"(guiju-[a-z-]+)": CustomEvent/g);
  const properties = all(/var\((--guiju-[a-z-]+)/g);
  const parts = all(/part: "([a-z]+)"/g);
  const typed = read("../types/documented-form.ts").replace(/^\/\/ .*\n\n/, "");
  for (const document of ["form.md", "form.zh-TW.md"]) {
    const text = read(`../../docs/${document}`);
    const rows = [...text.matchAll(/^\| `([a-z-]+)` \|/gm)].map(([, name]) => name).sort();
    assert.deepEqual(rows, [...attributes, ...events].sort(), document);
    const named = (pattern) => [...new Set([...text.matchAll(pattern)].map(([, name]) => name))].sort();
    assert.deepEqual(named(/`(--guiju-[a-z-]+)`/g), properties, document);
    const [line] = /^(?:Parts: |部分（part）：).*/m.exec(text);
    assert.deepEqual([...line.matchAll(/`([a-z]+)`/g)].map(([, name]) => name).sort(), parts, document);
    assert.equal(/^```ts\n(.*?)^```$/ms.exec(text)[1], typed, document);
  }
});

test("what the documents say of types is compiled", () => {
  const typed = (document) => /^```ts\n(.*?)^```$/ms.exec(read(`../../docs/${document}`))[1].replace(/@ts-expect-error .*/, "@ts-expect-error");
  const compiled = read("../types/documented.ts").replace(/^\/\/ (?!@).*\n\n/, "").replace(/@ts-expect-error .*/, "@ts-expect-error");
  for (const document of ["browser.md", "browser.zh-TW.md"]) assert.equal(typed(document), compiled);
});
