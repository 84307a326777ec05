// What a page downloads to use one pack, gzipped: the engine, the wrapper, the pack with those it amends. The last line is the sum.

import { readFileSync } from "node:fs";
import { gzipSync } from "node:zlib";

const dist = new URL("../dist/", import.meta.url);
const parts = {
  engine: ["engine/guiju_wasm_bg.wasm"],
  wrapper: ["web.js", "face.js", "schema.js", "engine/guiju_wasm.js"],
  "alliance_108 with its bases": ["packs/alliance_104.js", "packs/alliance_107.js", "packs/alliance_108.js"],
};
let sum = 0;
for (const [name, files] of Object.entries(parts)) {
  const bytes = files.map((file) => gzipSync(readFileSync(new URL(file, dist)), { level: 9 }).length).reduce((a, b) => a + b);
  console.log(`${bytes} bytes gzipped: ${name}`);
  sum += bytes;
}
console.log(`${sum} bytes gzipped in all`);
