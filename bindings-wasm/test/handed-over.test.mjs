// What forms and callers hand over by mistake: an issue or an error with a code, never an exception of the engine. Not here: rules.

import assert from "node:assert/strict";
import { test } from "node:test";

import { loadPack } from "guiju";

const pack = loadPack("alliance_108");

test("a number that is none is an issue of its field", () => {
  const { issues } = pack.schema("member")["~standard"].validate({ fee: NaN });
  assert(issues.some(({ path, code }) => path[0] === "fee" && code === "G607"));
  const circle = {};
  circle.name = circle;
  assert.deepEqual(pack.schema("member")["~standard"].validate(circle).issues.map(({ code }) => code), ["ARGUMENT"]);
});

test("misuse is told as such", () => {
  const calls = [() => pack.validate(), () => pack.validate("member", {}, null), () => loadPack(null), () => pack.explain({ alliances: [] }, "A", null), () => pack.schema(5)];
  for (const call of calls) assert.throws(call, { code: "ARGUMENT" }, String(call));
});
