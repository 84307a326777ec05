// Entities as schemas of others, and the ten lines that bind them to two form libraries.

import assert from "node:assert/strict";
import { test } from "node:test";

import { loadPack } from "guiju";
import { createElement } from "react";
import { renderToString } from "react-dom/server";
import { nextTick, watch } from "vue";

import { useRecord as useReactRecord } from "../examples/adapters/react-hook-form.mjs";
import { useRecord as useVueRecord } from "../examples/adapters/vue.mjs";
import { alliance, member } from "./records.mjs";

const pack = loadPack("alliance_108");
const EARLY = { contract: { start: "2019-02-01", end: "2019-10-30" } };

test("a standard schema answers at once, with numbers for places in lists", () => {
  const { "~standard": schema } = pack.schema("alliance");
  assert.deepEqual([schema.version, schema.vendor], [1, "guiju"]);
  const whole = alliance(2, 1);
  assert.deepEqual(schema.validate(whole), { value: whole });
  whole.member[1].fee = "-1";
  whole.targets.company_members = "x";
  const { issues } = schema.validate(whole);
  const told = Object.fromEntries(issues.map((issue) => [issue.code, issue.path]));
  assert.deepEqual(told, { G607: ["targets", "company_members"], G610: ["member", 1, "fee"] });
  assert(issues.every((issue) => issue.message.length > 0));
});

test("what would not count is an issue where that is asked for", () => {
  const early = member(EARLY);
  assert.deepEqual(pack.schema("member")["~standard"].validate(early), { value: early });
  const { issues } = pack.schema("member", { level: "warning", locale: "en" })["~standard"].validate(early);
  assert.deepEqual(issues.map((issue) => [issue.path, issue.clause]), [[["contract"], "briefing_108:108-3"]]);
  assert.match(issues[0].message, /does not span 2019-10-31/);
});

test("fields that are missing say so, in both languages, and one field can be asked for", () => {
  const empty = pack.validate("member", {});
  const required = pack.describe().entities.find((entity) => entity.name === "member").fields.filter((field) => !field.optional);
  assert.deepEqual(empty.filter((issue) => issue.code === "G802").map((issue) => issue.path), required.map((field) => `/${field.name}`));
  assert.match(pack.validate("member", {}, { field: "fee" })[0].message, /會費/);
  assert.match(pack.validate("member", {}, { field: "fee", locale: "en" })[0].message, /fee.* is not filled in yet/);
  // What a form sends for nothing is nothing.
  const blanks = Object.fromEntries(required.map((field) => [field.name, field.kind === "period" ? { start: "", end: "" } : ""]));
  assert.deepEqual(pack.validate("member", blanks), empty);
});

test("JSON Schema has every field, its choices and its label", () => {
  for (const entity of pack.describe().entities) {
    const schema = pack.jsonSchema(entity.name);
    assert.equal(schema.$schema, "https://json-schema.org/draft/2020-12/schema");
    for (const field of entity.fields) assert.equal(schema.properties[field.name].title, field.label.zh);
    assert.deepEqual(schema.required, entity.fields.filter((field) => !field.optional).map((field) => field.name));
  }
  const english = pack.jsonSchema("member", { locale: "en" });
  assert.deepEqual(english.properties.kind.oneOf[0], { const: "company", title: "company" });
  assert.equal(pack.schema("member")["~standard"].jsonSchema.input({ target: "draft-2020-12" }).title, pack.jsonSchema("member").title);
  assert.throws(() => pack.schema("member")["~standard"].jsonSchema.input({ target: "openapi-3.0" }), TypeError);
});

test("React Hook Form shows the message of a rule", async () => {
  let form;
  const Form = () => {
    form = useReactRecord(pack, "member", member(EARLY));
    return createElement("output");
  };
  renderToString(createElement(Form));
  const { errors } = await form.control._options.resolver(member(EARLY), undefined, { fields: {}, shouldUseNativeValidation: false });
  assert.match(errors.contract.message, /契約期間未含 108\/10\/31/);
  const { values } = await form.control._options.resolver(member(), undefined, { fields: {}, shouldUseNativeValidation: false });
  assert.equal(values.name, "甲公司");
});

test("Vue shows the message of a rule until the value is put right", async () => {
  const { values, messages, valid } = useVueRecord(pack.schema("member", { level: "warning" }), member(EARLY));
  const seen = [];
  watch(messages, (now) => seen.push(now.contract));
  assert.equal(valid.value, false);
  assert.match(messages.value.contract, /108\/10\/31/);
  values.contract = member().contract;
  await nextTick();
  assert.deepEqual([valid.value, seen], [true, [undefined]]);
});
