// What a page downloads, gzipped, after a bundler has made it: at its start, to judge by one built-in pack; and what it may fetch later.
// The last line is the sum of the first.

import { readFileSync } from "node:fs";
import { gzipSync } from "node:zlib";
import { build } from "vite";

const PAGE = `import init, { loadPack } from "guiju";
await init({ packs: ["alliance_108"] });
const pack = loadPack("alliance_108");
globalThis.judge = (root) => [pack.validate("alliance", root), pack.progress(root), pack.evaluate({ alliances: [root] })];`;

const dist = new URL("../dist/", import.meta.url);
const page = {
  name: "page",
  resolveId: (id) => (id === "page" ? "\0page.js" : undefined),
  load: (id) => (id === "\0page.js" ? PAGE : undefined),
};
const { output } = await build({
  configFile: false,
  root: new URL("..", import.meta.url).pathname,
  logLevel: "error",
  plugins: [page],
  build: { write: false, target: "es2023", rollupOptions: { input: "page" } },
});
const chunks = new Map(output.filter(({ type }) => type === "chunk").map((chunk) => [chunk.fileName, chunk]));

/** The chunks that come with one: those that it imports before it runs. */
function withImports(chunk, found = new Set()) {
  if (!found.has(chunk)) {
    found.add(chunk);
    for (const name of chunk.imports) withImports(chunks.get(name), found);
  }
  return found;
}

const zipped = (content) => gzipSync(content, { level: 9 }).length;
const sum = (sizes) => sizes.reduce((a, b) => a + b, 0);
const entry = withImports([...chunks.values()].find(({ isEntry }) => isEntry));
/** The code that a module of the package adds to the entry. */
const added = (path) => {
  const chunk = [...chunks.values()].find(({ facadeModuleId }) => facadeModuleId?.endsWith(`/${path}`));
  return sum([...withImports(chunk)].filter((each) => !entry.has(each)).map(({ code }) => zipped(code)));
};
const file = (path) => zipped(readFileSync(new URL(path, dist)));
const module = (name) => file(`engine/${name}_bg.wasm`) + added(`engine/${name}.js`);
const texts = ["alliance_104", "alliance_107", "alliance_108"].map((name) => added(`packs/${name}.js`));

const start = {
  "the engine that judges": file("engine/runtime_bg.wasm"),
  "the wrapper": sum([...entry].map(({ code }) => zipped(code))) + added("engine/runtime.js"),
  "alliance_108, compiled": file("packs/alliance_108.pack"),
};
const later = {
  "the engine that gives reasons too, in its place": module("explainer"),
  "workbooks, where one is opened or saved in the form": file("engine/books_bg.wasm"),
  "the compiler and the texts of alliance_108 and its bases": module("compiler") + sum(texts),
};
for (const [name, size] of Object.entries(later)) console.log(`${size} bytes gzipped, only where wanted: ${name}`);
for (const [name, size] of Object.entries(start)) console.log(`${size} bytes gzipped: ${name}`);
console.log(`${sum(Object.values(start))} bytes gzipped in all`);
