// What a page downloads to use one built-in pack, gzipped: what judges, the wrapper, the compiled pack; and beside it, what compiles rules.
// The last line is the sum of the first.

import { readFileSync } from "node:fs";
import { gzipSync } from "node:zlib";

const dist = new URL("../dist/", import.meta.url);
const size = (files) => files.map((file) => gzipSync(readFileSync(new URL(file, dist)), { level: 9 }).length).reduce((a, b) => a + b);
const say = (name, files) => console.log(`${size(files)} bytes gzipped: ${name}`);
const parts = {
  engine: ["engine/runtime_bg.wasm"],
  wrapper: ["web.js", "face.js", "schema.js", "engine/runtime.js"],
  "alliance_108, compiled": ["packs/alliance_108.pack"],
};
say("compiler and texts of alliance_108 and its bases, for rules as text only", [
  "engine/compiler_bg.wasm", "engine/compiler.js", "packs/alliance_104.js", "packs/alliance_107.js", "packs/alliance_108.js",
]);
for (const [name, files] of Object.entries(parts)) say(name, files);
console.log(`${size(Object.values(parts).flat())} bytes gzipped in all`);
