// The package goes on: after bad input, after a trap of the engine, after ten thousand evaluations.

import assert from "node:assert/strict";
import { test } from "node:test";

import { GuijuError, checkPack, loadPack } from "guiju";
// The engine's own glue, to make it fail as a fault of its own would.
import { Rules } from "../dist/engine/explainer.js";
import { compiler, engine, judgeBy } from "../dist/face.js";
import { member, sample } from "./records.mjs";

const RULES = 'pack p "p"\nentity a { key id: text }\nentity b in a { key name: text  fee: money }\ntally bs from b { require fee > 0 元 else "免費" because "p"  count } because "p"';

test("errors carry a code, and diagnostics of rules say where in UTF-16", () => {
  const broken = { "規則.guiju": 'pack p "𠮷"\ntally x "𠮷𠮷" from member { count' };
  const error = caught(() => loadPack(broken));
  assert.equal(error.code, "PACK");
  const [{ code, labels }] = error.diagnostics;
  assert.equal(code, "G103");
  const [closes, opens] = labels;
  const line = broken["規則.guiju"].split("\n")[opens.start.line - 1];
  assert.equal(closes.start.utf16, line.length);
  assert.equal(line[opens.start.utf16], "{");
  assert.match(caught(() => loadPack(broken, { locale: "en" })).message, /not closed/);
  assert.equal(caught(() => loadPack("alliance_999")).code, "UNKNOWN_PACK");
  const pack = loadPack({ "p.guiju": RULES });
  assert.equal(caught(() => pack.evaluate("{")).code, "DATA");
  assert.equal(caught(() => pack.evaluate({ as: [{ id: "1", b: [{ name: "x", fee: NaN }] }] })).code, "ARGUMENT");
  assert.equal(caught(() => pack.evaluate({ as: [] }, { locale: "fr" })).code, "ARGUMENT");
  assert.equal(caught(() => pack.explain({ as: [{ id: "1" }] }, "1", { kpi: "y" })).code, "QUESTION");
  assert.equal(caught(() => pack.explain({ as: [{ id: "1" }] }, "2", { kpi: "bs" })).code, "QUESTION");
  assert.equal(caught(() => pack.validate("c", {})).code, "ENTITY");
  assert.equal(caught(() => pack.schema("c")).code, "ENTITY");
  const circle = {};
  circle.as = circle;
  assert.equal(caught(() => pack.evaluate(circle)).code, "ARGUMENT");
  assert.equal(caught(() => pack.evaluate({ as: [] }, { file: 5 })).code, "ARGUMENT");
  assert.equal(caught(() => pack.evaluate({ as: [] }, { previous: "{}", previousFile: 5 })).code, "ARGUMENT");
  assert.match(pack.explain({ as: [{ id: "1" }] }, "1").text, /1/);
  assert.equal(caught(() => pack.explain({ as: [{ id: "1" }] }, null, { kpi: "bs" })).code, "QUESTION");
  for (const question of [{}, { tally: "bs" }, { kpi: 5 }, { kpi: "bs", record: "b/x" }]) {
    assert.equal(caught(() => pack.explain({ as: [{ id: "1" }] }, "1", question)).code, "ARGUMENT");
  }
  pack.dispose();
  assert.equal(caught(() => pack.evaluate({ as: [] })).code, "DISPOSED");
});

test("numbers pass through as they are, big ones too", () => {
  const pack = loadPack({ "p.guiju": 'pack p "p"\nentity a { key id: text }\nentity b in a { key name: text  fee: money }\ntally fees from b { sum fee } because "p"' });
  const fees = (list) => pack.evaluate({ as: [{ id: "1", b: list.map((fee, n) => ({ name: `${n}`, fee })) }] }).as[0].kpis.fees.value;
  assert.equal(fees([0.1, 0.2]), "0.3");
  assert.equal(fees(["9007199254740993"]), "9007199254740993");
  assert.equal(fees([9007199254740993n]), "9007199254740993");
});

test("ten megabytes are refused with a code, and so is more", () => {
  const pack = loadPack("alliance_108");
  const long = "x".repeat(10 << 20);
  const crowd = JSON.stringify({ alliances: [{ id: "A", member: Array(200_000).fill({}) }] });
  // The first is no JSON from its first character on; the others are too much.
  for (const [data, code] of [[long, "DATA"], [`{"alliances": [{"id": "${long}"}]}`, "LIMIT"], [crowd, "LIMIT"]]) {
    const error = caught(() => pack.evaluate(data));
    assert.equal(error.code, code);
    assert(error.diagnostics.length > 0);
  }
  assert.equal(pack.evaluate(sample()).alliances.length, 1);
});

test("a thousand bad inputs in a row leave it usable", () => {
  const pack = loadPack("alliance_108");
  const good = JSON.stringify(sample());
  const expected = JSON.stringify(pack.evaluate(good));
  // The same thousand each time: cut, doubled, swapped and foreign characters.
  let seed = 42;
  const random = (below) => (seed = (seed * 48_271) % 2_147_483_647) % below;
  let refused = 0;
  for (let n = 0; n < 1_000; n += 1) {
    const at = random(good.length);
    const foreign = ["", '"', "{", "]", "\u0000", "\ud800", "NaN", "1e999", "-1", "[".repeat(500), "\u202e"][random(11)];
    const bad = good.slice(0, at) + foreign + good.slice(at + random(40));
    const work = [
      () => pack.evaluate(bad), () => pack.validate("alliance", bad), () => pack.progress(bad), () => pack.explain(bad, "A1", { kpi: "company_members" }),
      () => loadPack({ "p.guiju": RULES.slice(0, at % RULES.length) + foreign }), () => checkPack({ "p.guiju": foreign.repeat(50) }),
    ][n % 6];
    try {
      work();
    } catch (error) {
      assert(error instanceof GuijuError, `${error}`);
      assert.notEqual(error.code, "TRAP", bad);
      refused += 1;
    }
  }
  assert(refused > 300, `${refused}`);
  assert.equal(JSON.stringify(pack.evaluate(good)), expected);
});

test("after a trap a new engine takes over, for every pack", () => {
  const [first, second] = [loadPack("alliance_108"), loadPack({ "p.guiju": RULES })];
  const expected = JSON.stringify(first.evaluate(sample()));
  const { evaluate } = Rules.prototype;
  for (const fault of [new WebAssembly.RuntimeError("unreachable"), new RangeError("Maximum call stack size exceeded")]) {
    Rules.prototype.evaluate = () => {
      throw fault;
    };
    const error = caught(() => first.evaluate(sample()));
    Rules.prototype.evaluate = evaluate;
    assert.equal(error.code, "TRAP");
    assert.equal(error.cause, fault);
    assert.equal(JSON.stringify(first.evaluate(sample())), expected);
    assert.equal(second.validate("b", { name: "x", fee: 0 }).length, 1);
    const { compile } = compiler.current;
    compiler.current.compile = () => {
      throw fault;
    };
    assert.equal(caught(() => loadPack({ "p.guiju": RULES })).code, "TRAP");
    compiler.current.compile = compile;
    assert.equal(loadPack({ "p.guiju": RULES }).validate("b", { name: "x", fee: 0 }).length, 1);
  }
  second.dispose();
  first.dispose();
  // A new engine does not bring back what was disposed of.
  judgeBy(engine.current);
  assert.equal(caught(() => second.validate("b", {})).code, "DISPOSED");
});

test("memory does not grow over ten thousand evaluations", () => {
  const pack = loadPack({ "p.guiju": RULES });
  const data = { as: [{ id: "1", b: Array.from({ length: 50 }, (_, n) => ({ name: `${n}`, fee: `${n}` })) }] };
  const work = (times) => {
    for (let n = 0; n < times; n += 1) {
      pack.evaluate(data, { records: true });
      pack.validate("b", { name: "x" });
      if (n % 100 === 0) loadPack({ "p.guiju": RULES }).dispose();
    }
    globalThis.gc();
    const { heapUsed, arrayBuffers, external } = process.memoryUsage();
    return { heapUsed, engine: arrayBuffers + external };
  };
  const before = work(1_000);
  const after = work(10_000);
  // The engine's memory is one buffer that never shrinks: not a page more.
  assert(after.engine <= before.engine + 65_536, `${before.engine} → ${after.engine}`);
  assert(after.heapUsed <= before.heapUsed + (4 << 20), `${before.heapUsed} → ${after.heapUsed}`);
});

function caught(work) {
  try {
    work();
  } catch (error) {
    assert(error instanceof GuijuError, `${error}`);
    return error;
  }
  assert.fail("no error");
}

test("records are checked as they are entered", () => {
  const pack = loadPack("alliance_108");
  assert.deepEqual(pack.validate("member", member()), []);
});
