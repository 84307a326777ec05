// What a page fetches, and when: the engine that judges, the one that gives reasons too, packs, the compiler.

import assert from "node:assert/strict";
import { test } from "node:test";

import { site } from "./page.mjs";

const here = site();

/** A page of its own, and the modules and packs that it has fetched since it was last asked. */
async function opened() {
  const page = await here.browser.newPage();
  let names = [];
  page.on("request", (request) => names.push(new URL(request.url()).pathname.split("/").at(-1)));
  await page.goto(`${here.server.address}careful.html`);
  const fetched = () => {
    const now = names.filter((name) => /\.(wasm|pack)$/.test(name)).sort();
    names = [];
    return now;
  };
  return { page, fetched };
}

const start = (page, options) => page.evaluate(async (options) => (await import("/dist/web.js")).default(options), options);

/** What comes of calls of a page's pack: their value, or the code and the message of their error. */
const ask = (page, calls) =>
  page.evaluate(async (calls) => {
    const { loadPack } = await import("/dist/web.js");
    globalThis.pack ??= loadPack("alliance_108");
    return calls.map(([name, ...rest]) => {
      try {
        return globalThis.pack[name](...rest);
      } catch ({ code, message }) {
        return { code, message };
      }
    });
  }, calls);

const DATA = { alliances: [{ id: "A1", member: [{ name: "甲公司" }] }] };
const WHY = ["explain", DATA, "A1", { kpi: "company_members" }];
const BEFORE = { pack: "alliance_107", engine: "0.1.0", alliances: [], programme: { kpis: {}, groups: {} } };

test("one pack needs the small engine; reasons are fetched later, and the pack goes on", async () => {
  const { page, fetched } = await opened();
  await start(page, { packs: ["alliance_108"] });
  assert.deepEqual(fetched(), ["alliance_108.pack", "runtime_bg.wasm"]);
  const judging = [["evaluate", DATA], ["validate", "member", { name: "甲公司" }], ["progress", DATA.alliances[0]], ["describe"]];
  const small = await ask(page, judging);
  assert.equal(small[0].alliances[0].id, "A1");
  for (const refused of await ask(page, [WHY, ["evaluate", DATA, { previous: BEFORE }]])) {
    assert.equal(refused.code, "NOT_READY");
    assert.match(refused.message, /要說明原因.*`await init\(\{ explain: true \}\)`.*for reasons/);
  }
  await start(page, { explain: true });
  assert.deepEqual(fetched(), ["explainer_bg.wasm"]);
  assert.deepEqual(await ask(page, judging), small);
  const [why, after] = await ask(page, [WHY, ["evaluate", DATA, { previous: BEFORE }]]);
  assert.equal(why.kpi.id, "company_members");
  assert.equal(after.alliances[0].id, "A1");
  await start(page, { packs: ["alliance_108"], explain: true });
  assert.deepEqual(fetched(), []);
});

test("whoever asks for reasons at once gets no second engine", async () => {
  const { page, fetched } = await opened();
  await start(page, { packs: ["alliance_108"], explain: true });
  assert.deepEqual(fetched(), ["alliance_108.pack", "explainer_bg.wasm"]);
  assert.equal((await ask(page, [WHY]))[0].kpi.id, "company_members");
});

test("both may be asked for before the first is there", async () => {
  const { page, fetched } = await opened();
  await page.evaluate(async () => {
    const { default: init } = await import("/dist/web.js");
    await Promise.all([init({ packs: ["alliance_108"] }), init({ explain: true })]);
  });
  assert.deepEqual(fetched(), ["alliance_108.pack", "explainer_bg.wasm", "runtime_bg.wasm"]);
  assert.equal((await ask(page, [WHY]))[0].kpi.id, "company_members");
});

test("everything is one engine, the compiler and all packs", async () => {
  const { page, fetched } = await opened();
  await start(page);
  const packs = ["alliance_104.pack", "alliance_107.pack", "alliance_108.pack", "alliance_115.pack", "gloria_108.pack"];
  assert.deepEqual(fetched(), [...packs, "compiler_bg.wasm", "explainer_bg.wasm"].sort());
});
