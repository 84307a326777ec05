// What forms and callers hand over, by mistake or because it is still empty: an issue or an error with a code, never an exception of the
// engine, and one answer from every function. Not here: rules.

import assert from "node:assert/strict";
import { test } from "node:test";

import Ajv2020 from "ajv/dist/2020.js";
import { GuijuError, checkPack, loadPack } from "guiju";

import { alliance, member } from "./records.mjs";

const pack = loadPack("alliance_108");
const shape = new Ajv2020({ strict: false }).compile(pack.jsonSchema("alliance"));
/** The fields that data never leaves out, of a root and of the first record of each list. */
const KEYS = pack.describe().entities.map(({ name, child, key }) => (child ? `/${name}/0/${key}` : `/${key}`));
const BLANKS = [null, "", " ", "\u3000\t"];

/** What an error says; nothing where there is none. */
function code(work) {
  try {
    work();
  } catch (error) {
    assert(error instanceof GuijuError, `${error}`);
    return error.code;
  }
}

/** Whether a whole root is taken, by each function that takes one. */
function taken(root) {
  const errors = pack.validate("alliance", root).filter(({ severity }) => severity === "error");
  // What is only not filled in yet is judged all the same.
  const read = errors.every((issue) => issue.code === "G802" && !KEYS.includes(issue.path));
  return {
    validate: errors.length === 0,
    schema: !pack.schema("alliance")["~standard"].validate(root).issues,
    jsonSchema: shape(root),
    ...(read === (code(() => pack.evaluate({ alliances: [root] })) === undefined) ? {} : { evaluate: !read }),
  };
}

test("what says nothing is missing, for every field and every function", () => {
  const whole = () => ({ ...alliance(1, 1), reviewed: [], elsewhere: [] });
  assert.deepEqual(taken(whole()), { validate: true, schema: true, jsonSchema: true });
  const { entities } = pack.describe();
  for (const entity of entities.filter(({ name }) => ["alliance", "member", "revenue"].includes(name))) {
    for (const field of entity.fields) {
      const told = [undefined, ...BLANKS, ...(field.kind === "period" ? [{ start: "", end: null }] : [])].map((blank) => {
        const root = whole();
        const record = entity.child ? root[entity.name][0] : root;
        if (blank === undefined) delete record[field.name];
        else record[field.name] = blank;
        const place = `${entity.name}.${field.name} ${JSON.stringify(blank)}`;
        assert.deepEqual(taken(root), { validate: field.optional, schema: field.optional, jsonSchema: field.optional }, place);
        return [place, pack.validate("alliance", root), pack.progress(root)];
      });
      for (const [place, issues, progress] of told) assert.deepEqual([issues, progress], told[0].slice(1), place);
    }
  }
  for (const blank of BLANKS) {
    assert.deepEqual(taken({ ...whole(), targets: { company_members: blank }, previous: { operating_revenue: blank }, reviewed: [blank] }), { validate: true, schema: true, jsonSchema: true });
  }
});

test("odd values are issues of their field, for every function", () => {
  const odd = {
    fee: ["NaN", "x", -1, "-1", true, [], ["5"], { amount: "x" }, { amount: "5", unit: "尺" }, "5 尺"],
    contract: [{ start: "108/02/01" }, { start: "", end: "108/02/01" }, { start: "x", end: "y" }, "108/02/01", 5],
    kind: ["firm", 5, true, {}],
    registered: ["maybe", 1, "1"],
    name: [5, true, {}, ["x"]],
  };
  for (const [field, values] of Object.entries(odd)) {
    for (const value of values) {
      const root = alliance(1, 1);
      root.member[0][field] = value;
      assert.deepEqual(taken(root), { validate: false, schema: false, jsonSchema: false }, `${field} ${JSON.stringify(value)}`);
      const own = pack.validate("member", member({ [field]: value })).filter(({ severity }) => severity === "error");
      assert(own.length > 0 && own.every(({ path }) => path.startsWith(`/${field}`)), `${field} ${JSON.stringify(value)}`);
    }
  }
});

test("a number that is none is an issue of its field", () => {
  for (const none of [NaN, Infinity, -Infinity]) {
    const { issues } = pack.schema("member")["~standard"].validate({ fee: none });
    const own = issues.filter(({ path }) => path[0] === "fee");
    assert.deepEqual(own.map(({ code, help }) => [code, help]), [["G607", "請只寫數字，單位為元，如 `300000`。"]]);
  }
  const circle = {};
  circle.name = circle;
  assert.deepEqual(pack.schema("member")["~standard"].validate(circle).issues.map(({ code }) => code), ["ARGUMENT"]);
});

test("figures are refused where the root cannot be read, and stay short", () => {
  for (const unreadable of ["not json", "[", [], null, 5, { alliances: [{ id: "A1" }] }, { id: "A1", members: [{}] }, { id: "A1", member: {} }, { id: "A1", member: ["甲"] }]) {
    assert.equal(code(() => pack.progress(unreadable)), "DATA", JSON.stringify(unreadable));
  }
  assert.equal(code(() => pack.progress({ id: "x".repeat(11e6) })), "LIMIT");
  // What is wrong in a field is an issue, and counts as missing.
  assert.equal(pack.progress({ id: "A1", grant: "x", member: [{ fee: NaN }] }).kpis.company_members.high, "1");
  const lengths = [30, 250, 1_000].map((count) => JSON.stringify(pack.progress({ id: "A", member: Array.from({ length: count }, (_, n) => ({ name: `m${n}` })) })).length);
  assert(lengths[2] < lengths[0] * 1.1 && lengths[2] < 64_000, `${lengths}`);
  const { needs, more } = pack.progress({ id: "A", member: Array(250).fill({}) }).kpis.company_members;
  assert(needs.length === 10 && more > 240);
});

test("misuse is told as such", () => {
  const data = { alliances: [] };
  const calls = [
    () => pack.validate(), () => pack.validate("member"), () => pack.validate("member", {}, null), () => pack.validate("member", {}, { locale: "fr" }),
    () => pack.validate("member", {}, { field: 5 }), () => loadPack(null), () => loadPack(5), () => loadPack("alliance_108", { locale: "fr" }),
    () => loadPack("alliance_108", { limits: "none" }), () => loadPack({ "p.guiju": "" }, { library: 5 }), () => checkPack({ "p.guiju": 5 }),
    () => checkPack({ "p.guiju": "" }, { locale: 5 }), () => pack.explain(data, "A", null), () => pack.explain(data, "A", { tally: "x" }), () => pack.explain(data, 5, { kpi: "x" }),
    () => pack.schema(5), () => pack.schema("member", { level: "warn" }), () => pack.schema("member", { locale: "fr" }), () => pack.jsonSchema("member", { locale: "fr" }),
    () => pack.jsonSchema(), () => pack.evaluate(), () => pack.evaluate(data, 5), () => pack.evaluate(data, { locale: "fr" }), () => pack.progress(), () => pack.progress({}, { locale: "fr" }),
    () => pack.evaluate(Symbol("x")),
  ];
  for (const call of calls) assert.equal(code(call), "ARGUMENT", String(call));
});

test("over a limit is LIMIT", () => {
  const data = { alliances: [{ id: "x".repeat(11e6) }] };
  for (const call of [() => pack.evaluate(data), () => pack.explain(data, "A", { kpi: "company_members" }), () => pack.evaluate(JSON.stringify(data), { lines: true })]) {
    assert.equal(code(call), "LIMIT", String(call));
  }
});
