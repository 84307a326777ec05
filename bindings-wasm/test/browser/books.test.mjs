// Workbooks in the form: saved and opened by the engine's own writer and reader, fetched when wanted; and files that are none.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";

import { loadPack } from "guiju";
import { alliance, member } from "../records.mjs";
import { form, site } from "./page.mjs";

const here = site();
const pack = loadPack("alliance_108");
const folder = "../../../rules/conformance/constructs/entities_nested/data.json";
const [T1] = JSON.parse(readFileSync(new URL(folder, import.meta.url), "utf8")).tenders;
const data = (page) => page.evaluate(() => document.querySelector("guiju-form").data);
const open = (page, whole) => page.evaluate((whole) => document.querySelector("guiju-form").open(whole), whole);

async function saved(page, button) {
  const [file] = await Promise.all([page.waitForEvent("download"), page.click(button)]);
  return { name: file.suggestedFilename(), buffer: readFileSync(await file.path()) };
}

/** Opens a file, over whatever is there, and waits until something is said of it. */
async function opens(page, name, buffer) {
  const asked = [];
  const hear = (dialog) => (asked.push(dialog.message()), dialog.accept());
  page.on("dialog", hear);
  const [chooser] = await Promise.all([page.waitForEvent("filechooser"), page.click("#open")]);
  await chooser.setFiles({ name, mimeType: "", buffer });
  await page.locator(".status-line, .trouble", { hasText: new RegExp(`已開啟 ${name}|${name} 無法讀取`) }).first().waitFor();
  page.off("dialog", hear);
  return asked;
}

const texts = (value) => JSON.parse(JSON.stringify(value, (_, each) => (typeof each === "number" ? String(each) : each)));

test("a report goes out as .xlsx and .ods and comes back the same, by a module fetched when wanted", async () => {
  const { page, trouble } = await form(here);
  const fetched = [];
  page.on("request", (request) => /books.*\.wasm/.test(request.url()) && fetched.push(request.url()));
  const report = {
    ...alliance(2, 2), banner_width: "1200", reviewed: ["E-1"], previous: { company_members: "3" },
    member: [member({ name: "=1+1", phone: "007", fee: "9007199254740993" }), member({ name: "乙 公司", registered: false, renewal: undefined })],
  };
  await open(page, { alliances: [report] });
  const before = await data(page);
  assert.deepEqual(fetched, []);
  for (const [button, name] of [["#save-xlsx", "A1.xlsx"], ["#save-ods", "A1.ods"]]) {
    const file = await saved(page, button);
    assert.equal(file.name, name);
    await open(page, { alliances: [{ id: "A2" }] });
    const asked = await opens(page, file.name, file.buffer);
    assert.equal(asked.length, 1);
    assert.equal(await page.locator(".trouble").textContent(), "");
    const now = await data(page);
    assert.deepEqual(pack.evaluate(now), pack.evaluate(before), name);
    assert.deepEqual(now.alliances[0].member.map(({ name, phone, fee }) => [name, phone, fee]), before.alliances[0].member.map(({ name, phone, fee }) => [name, phone, fee]));
    assert.deepEqual([now.alliances[0].reviewed, now.alliances[0].previous], [["E-1"], { company_members: "3" }]);
    // Once more, the same file: nothing is there twice.
    await opens(page, file.name, file.buffer);
    assert.deepEqual(await data(page), now);
  }
  assert.equal(fetched.length, 1);
  assert.deepEqual(trouble, []);
});

test("records within records are sheets that name what they belong to", async () => {
  const { page, trouble } = await form(here, {}, "lots.html");
  await open(page, { tenders: [T1] });
  const file = await saved(page, "#save-ods");
  await open(page, { tenders: [{ id: "T9" }] });
  await opens(page, file.name, file.buffer);
  const lots = (tender) => tender.lot.map(({ bid, ...lot }) => [lot, bid.map(({ mark = [], ...each }) => [each, mark])]);
  assert.deepEqual(lots((await data(page)).tenders[0]), lots(texts(T1)));
  assert.deepEqual(trouble, []);
});

test("what all reports share is no part of one: no table of it, and references to it stay", async () => {
  const { page, trouble } = await form(here, {}, "shared.html");
  const report = { id: "A1", city: "台北", receipt: [{ no: "R1", firm: "12345675", issued: "2024-05-01", amount: "900" }] };
  await open(page, { grantees: [report] });
  const before = await data(page);
  assert.equal(await page.locator("nav li").count(), 4);
  const asked = await opens(page, "city.csv", Buffer.from("name,region,rate\n台北,north,100\n"));
  assert.deepEqual(asked, []);
  assert.match(await page.locator(".trouble").textContent(), /city\.csv/);
  assert.deepEqual(await data(page), before);
  const file = await saved(page, "#save-xlsx");
  await open(page, { grantees: [{ id: "A2" }] });
  await opens(page, file.name, file.buffer);
  assert.deepEqual(texts(await data(page)), texts(before));
  assert.deepEqual(trouble, []);
});

test("a file that cannot be read is told with what it is and the way out, and nothing is lost", async () => {
  const { page } = await form(here);
  await open(page, { alliances: [alliance(2, 1)] });
  const sound = await saved(page, "#save-xlsx");
  const before = await data(page);
  const old = Buffer.from("d0cf11e0a1b11ae1".padEnd(2048, "0"), "hex");
  const cases = [
    ["text.xlsx", Buffer.from("id,name\nA,B\n"), /內容是文字檔.*另存為 \.xlsx/],
    ["cut.xlsx", sound.buffer.subarray(0, sound.buffer.length / 2), /不完整或已損壞/],
    ["old.xlsx", old, /舊版的 Excel/],
    ["empty.ods", Buffer.alloc(0), /不完整或已損壞/],
    ["pages.numbers", Buffer.from("PK\u0003\u0004nothing"), /numbers.*輸出為 Excel/],
    ["zip.xlsx", Buffer.from("504b0506" + "00".repeat(18), "hex"), /不是試算表|損壞/],
  ];
  for (const [name, buffer, words] of cases) {
    await opens(page, name, buffer);
    assert.match(await page.locator(".trouble").textContent(), words, name);
    assert.deepEqual(await data(page), before, name);
  }
  // A wrong cell is told with its sheet and place, in the words of the command.
  await open(page, { alliances: [{ ...alliance(1, 0), member: [member({ fee: "五萬元整" })] }] });
  const wrong = await saved(page, "#save-xlsx");
  await opens(page, "wrong.xlsx", wrong.buffer);
  assert.match(await page.locator(".trouble").textContent(), /wrong\.xlsx.*會員.*2.*五萬元整/s);
  // After all of it, a sound one is read.
  await opens(page, "sound.xlsx", sound.buffer);
  assert.deepEqual(pack.evaluate(await data(page)), pack.evaluate(before));
  // A workbook of another pack says so.
  const { page: lots } = await form(here, {}, "lots.html");
  await opens(lots, "sound.xlsx", sound.buffer);
  assert.match(await lots.locator(".trouble").textContent(), /sound\.xlsx 無法讀取/);
});
