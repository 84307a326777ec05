// Receipts checked by the package, in Node. Not here: how the receipt is made (sealed.mjs).

import assert from "node:assert/strict";
import { test } from "node:test";
import { verify } from "guiju/receipts";
import { DATA, PEM, RULES, sealed } from "./sealed.mjs";

const evidence = (receipt, more = {}) => ({ receipt, rules: { "shops.guiju": RULES }, data: { "data.json": DATA }, key: PEM, locale: "en", ...more });

/** What is not as the receipt says. */
const wrong = ({ checks }) => Object.fromEntries(checks.filter(({ status }) => status !== "same" && status !== "right").map(({ check, status }) => [check, status]));

test("all is as the receipt says", async () => {
  const { receipt, result } = sealed();
  const found = await verify(evidence(receipt, { result: { "result.json": result } }));
  assert.deepEqual(wrong(found), {});
  assert.equal(found.verified, true);
  assert.equal(found.signature, "right");
  assert.deepEqual(
    found.checks.map(({ check }) => check),
    ["signature", "engine", "pack", "options", "rules", "data", "result", "result_file"],
  );
});

test("files as bytes and as what a page is given", async () => {
  const { receipt } = sealed();
  const bytes = (text) => new TextEncoder().encode(text);
  const given = { receipt: new Blob([receipt]), rules: { "shops.guiju": bytes(RULES) }, data: { "data.json": bytes(DATA).buffer }, key: bytes(PEM) };
  assert.equal((await verify(given)).verified, true);
});

test("one changed byte is found and named", async () => {
  const { receipt, result } = sealed();
  const data = { "data.json": DATA.replace("5", "6") };
  assert.deepEqual(wrong(await verify(evidence(receipt, { data }))), { data: "changed", result: "changed" });
  const rules = { "shops.guiju": RULES.replace("> 0", ">= 0") };
  assert.deepEqual(wrong(await verify(evidence(receipt, { rules }))), { rules: "changed", result: "changed" });
  assert.deepEqual(wrong(await verify(evidence(receipt, { data: { "other.json": DATA } }))), { data: "added" });
  const copy = await verify(evidence(receipt, { result: { "result.json": result.replace('"value": "1"', '"value": "2"') } }));
  assert.deepEqual(wrong(copy), { result_file: "changed" });
  assert.match(copy.checks.at(-1).place, /^\//);
  const envelope = JSON.parse(receipt);
  envelope.signatures[0].sig = Buffer.alloc(64).toString("base64");
  assert.deepEqual(wrong(await verify(evidence(JSON.stringify(envelope)))), { signature: "wrong" });
});

test("data that cannot be judged any more is compared all the same", async () => {
  const { receipt } = sealed();
  const found = await verify(evidence(receipt, { data: { "data.json": DATA.replace("5", '"x"') } }));
  assert.deepEqual(wrong(found), { data: "changed", result: "changed" });
  assert.match(found.checks.at(-1).place, /x/);
});

test("a receipt without a signature says so, and one with asks for the key", async () => {
  const found = await verify(evidence(sealed({ signed: false }).receipt, { key: undefined }));
  assert.equal(found.verified, true);
  assert.equal(found.signature, "absent");
  const error = { name: "GuijuError", code: "ARGUMENT", message: /the receipt is signed \(key mine\)/ };
  await assert.rejects(verify(evidence(sealed().receipt, { key: undefined })), error);
});

test("a built-in pack is known by its name", async () => {
  const { receipt } = sealed();
  const found = await verify(evidence(receipt, { rules: "alliance_108" }));
  assert.equal(found.verified, false);
  assert.deepEqual(found.checks.find(({ check }) => check === "pack"), { check: "pack", status: "changed", stated: "shops", found: "alliance_108" });
  assert.ok(found.checks.some(({ edition, status }) => edition === "alliance_104" && status === "added"));
});

test("what is no receipt, no key, no data and no pack is told", async () => {
  const { receipt } = sealed();
  const cases = [
    [{ receipt: "{}" }, "ARGUMENT"],
    [{ receipt: new Uint8Array([0xff, 0xfe, 0xfd]) }, "ARGUMENT"],
    [{ key: "-----BEGIN" }, "ARGUMENT"],
    [{ key: "" }, "ARGUMENT"],
    [{ data: {} }, "DATA"],
    [{ data: { "a.csv": "id\n", "b.json": "{}" } }, "DATA"],
    [{ data: { "a.docx": "x" } }, "DATA"],
    [{ data: 5 }, "ARGUMENT"],
    [{ data: { "data.json": 5 } }, "ARGUMENT"],
    [{ rules: { "a.guiju": "pack" } }, "PACK"],
    [{ rules: "alliance_999" }, "UNKNOWN_PACK"],
    [{ previous: {} }, "ARGUMENT"],
    [{ locale: "fr" }, "ARGUMENT"],
  ];
  for (const [more, code] of cases) {
    await assert.rejects(verify(evidence(receipt, more)), { name: "GuijuError", code }, JSON.stringify(more));
  }
  await assert.rejects(verify(), { code: "ARGUMENT" });
});
