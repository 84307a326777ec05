// Packs compiled elsewhere: from bytes, responses, files and addresses; of another version; damaged. Not here: what a page fetches (browser/).

import assert from "node:assert/strict";
import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { test } from "node:test";

import { GuijuError, loadPack } from "guiju";

import { compile } from "./compile.mjs";
import { sample } from "./records.mjs";

const bytes = new Uint8Array(readFileSync(new URL("../dist/packs/alliance_108.pack", import.meta.url)));
const expected = JSON.stringify(loadPack("alliance_108").evaluate(sample()));

/** What an error says; nothing where there is none. */
async function told(work) {
  try {
    await work();
  } catch (error) {
    assert(error instanceof GuijuError, `${error}`);
    return error;
  }
}

/** The same bytes, said to be of another version. */
function ofVersion(version) {
  const end = bytes.indexOf(0, 1);
  return new Uint8Array([...bytes.slice(0, 6), ...new TextEncoder().encode(version), ...bytes.slice(end)]);
}

test("a pack of one's own judges from its bytes, whatever holds them", () => {
  const rules = 'pack p "p"\nentity a { key id: text }\nentity b in a { key name: text  fee: money }\ntally fees from b { sum fee } because "p"';
  const own = compile(rules);
  const data = { as: [{ id: "1", b: [{ name: "x", fee: 5 }] }] };
  const text = loadPack({ "p.guiju": rules });
  const around = new Uint8Array([9, ...own, 9]);
  for (const holder of [own, own.slice().buffer, Buffer.from(own), new DataView(own.slice().buffer), around.subarray(1, -1)]) {
    const pack = loadPack(holder);
    assert.deepEqual([pack.name, pack.describe(), pack.evaluate(data)], [text.name, text.describe(), text.evaluate(data)]);
    assert.deepEqual(pack.explain(data, "1", { kpi: "fees" }), text.explain(data, "1", { kpi: "fees" }));
  }
});

test("what becomes of the bytes afterwards is no matter", () => {
  const mine = bytes.slice();
  const pack = loadPack(mine);
  mine.fill(0);
  // Loaded anew after a trap, it is the same still.
  assert.equal(JSON.stringify(pack.evaluate(sample())), expected);
});

test("responses, files and addresses bring packs", async () => {
  const server = createServer((request, response) => {
    const known = { "/a.gjc": [200, bytes], "/page.gjc": [200, "<!doctype html>"] }[request.url] ?? [404, ""];
    response.writeHead(known[0]).end(known[1]);
  });
  await new Promise((done) => server.listen(0, "127.0.0.1", done));
  const site = `http://127.0.0.1:${server.address().port}`;
  const file = new URL("./compiled.gjc", import.meta.url);
  writeFileSync(file, bytes);
  try {
    const sources = [{ url: `${site}/a.gjc` }, { url: new URL("/a.gjc", site) }, fetch(`${site}/a.gjc`), await fetch(`${site}/a.gjc`), { url: file }, { url: String(file) }, new Blob([bytes]), Promise.resolve(bytes)];
    for (const source of sources) assert.equal(JSON.stringify((await loadPack(source)).evaluate(sample())), expected);
    const missing = await told(() => loadPack({ url: `${site}/none.gjc` }));
    assert.deepEqual([missing.code, missing.message.includes("/none.gjc"), missing.message.includes("404")], ["FETCH", true, true]);
    assert.equal((await told(async () => loadPack(await fetch(`${site}/none.gjc`)))).code, "FETCH");
    assert.equal((await told(() => loadPack({ url: new URL("./none.gjc", import.meta.url) }))).code, "FETCH");
    assert.equal((await told(() => loadPack({ url: "no address" }))).code, "FETCH");
    // A site that answers everything with its page.
    const page = await told(() => loadPack({ url: `${site}/page.gjc` }, { locale: "en" }));
    assert.equal(page.code, "PACK_DAMAGED");
    assert.match(page.message, /page\.gjc: this is no compiled pack/);
  } finally {
    rmSync(file);
    server.closeAllConnections();
    server.close();
  }
});

test("another version is told with both, and the command that makes it anew", async () => {
  for (const [locale, words] of [["zh-TW", /0\.0\.9\/3.*0\.1\.0\/\d+.*guiju compile PACK -o FILE\.gjc/], ["en", /of version 0\.0\.9\/3, the engine of version 0\.1\.0\/\d+; compile the pack again with guiju 0\.1\.0: `guiju compile/]]) {
    const error = await told(() => loadPack(ofVersion("0.0.9/3"), { locale }));
    assert.equal(error.code, "PACK_VERSION");
    assert.match(error.message, words);
  }
});

test("damaged bytes are refused or judge, and never trap", async () => {
  let seed = 7;
  const random = (below) => (seed = (seed * 48_271) % 2_147_483_647) % below;
  const codes = new Map();
  const tried = [new Uint8Array(), bytes.slice(0, 6), new TextEncoder().encode("pack p"), new Uint8Array(1_000_000)];
  for (let n = 0; n < 300; n += 1) {
    const damaged = bytes.slice(0, n % 3 ? undefined : random(bytes.length));
    for (let changes = 1 + random(3); changes > 0; changes -= 1) damaged[random(damaged.length || 1)] = random(256);
    tried.push(damaged);
  }
  for (const damaged of tried) {
    const error = await told(() => {
      const pack = loadPack(damaged);
      pack.evaluate(sample());
      pack.validate("alliance", sample().alliances[0]);
      pack.dispose();
    });
    codes.set(error?.code, (codes.get(error?.code) ?? 0) + 1);
  }
  for (const code of codes.keys()) assert([undefined, "PACK_DAMAGED", "PACK_VERSION", "DATA", "LIMIT", "ENTITY"].includes(code), code);
  assert(codes.get("PACK_DAMAGED") > 100, JSON.stringify([...codes]));
  assert.equal((await told(() => loadPack(new Uint8Array((16 << 20) + 1)))).code, "LIMIT");
});

test("what is no pack is told as such", async () => {
  const calls = [
    () => loadPack(undefined), () => loadPack([]), () => loadPack({ url: 5 }), () => loadPack({ url: null }), () => loadPack(Promise.resolve(5)), () => loadPack(Promise.resolve(undefined)),
    () => loadPack(bytes, { locale: "fr" }), () => loadPack({ url: "http://localhost/" }, { limits: "none" }),
  ];
  for (const call of calls) assert.equal((await told(call))?.code, "ARGUMENT", String(call));
});
