// What the form keeps: the report over reloads, the focus over redraws, what a file says; and what it asks before it takes anything away.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";

import { loadPack, packFiles } from "guiju";
import { alliance, member, receipt } from "../records.mjs";
import { form, site } from "./page.mjs";

const here = site();
const pack = loadPack("alliance_108");
const value = (page, kpi) => page.locator(`#kpi-${kpi} .value`).textContent();
const focused = (page) => page.evaluate(() => document.querySelector("guiju-form").shadowRoot.activeElement?.id);

/** Opens a file, and answers whatever is asked; gives what was asked. */
async function opens(page, name, content, answer = true) {
  const asked = [];
  const hear = (dialog) => (asked.push(dialog.message()), answer ? dialog.accept() : dialog.dismiss());
  page.on("dialog", hear);
  const [chooser] = await Promise.all([page.waitForEvent("filechooser"), page.click("#open")]);
  await chooser.setFiles({ name, mimeType: "text/plain", buffer: Buffer.from(typeof content === "string" ? content : JSON.stringify(content)) });
  if (answer) await page.locator(".status-line, .trouble", { hasText: name }).first().waitFor();
  page.off("dialog", hear);
  return asked;
}

/** What the form saves. */
async function saved(page) {
  const [file] = await Promise.all([page.waitForEvent("download"), page.click("#save-json")]);
  return JSON.parse(readFileSync(await file.path(), "utf8"));
}

/** Fills in a record as people do, field by field. */
async function fill(page, entity, index, record) {
  const { fields } = pack.describe().entities.find(({ name }) => name === entity);
  for (const field of fields.filter(({ name }) => record[name] !== undefined)) {
    const [id, given] = [`#${entity}-${index}-${field.name}`, record[field.name]];
    if (field.kind === "bool") await page.check(`${id}-${given}`, { force: true });
    else if (field.kind === "choice" || field.kind === "reference") await page.selectOption(id, given);
    else if (field.kind === "period") for (const end of ["start", "end"]) await page.fill(`${id}-${end}`, given[end]);
    else await page.fill(id, String(given));
  }
}

test("a whole report is filed with a reload in the middle", async () => {
  const { page, trouble } = await form(here);
  const whole = { ...alliance(1, 0), member: [member({ name: "甲公司" })], revenue: [receipt("R0")], reviewed: ["V-1"] };
  await fill(page, "alliance", 0, { ...whole, grant: "2400000" });
  await page.click("#tab-member");
  await page.click("#add");
  const { region, ...most } = whole.member[0];
  await fill(page, "member", 0, most);
  await page.click("#language");

  await page.reload();
  await page.waitForSelector("h1");
  assert.equal(await page.locator("h1").textContent(), "Results report");
  await page.click("#language");
  assert.equal(await page.inputValue("#alliance-0-name"), whole.name);
  await page.click("#tab-member");
  assert.match(await page.locator("#record-member-0").textContent(), /甲公司.*1 項待補/);
  await page.click("#record-member-0");
  await fill(page, "member", 0, { region });
  await page.click("#tab-revenue");
  await page.click("#add");
  await fill(page, "revenue", 0, whole.revenue[0]);
  await page.click("#tab-goals");
  for (const [kpi, target] of Object.entries(whole.targets)) await page.fill(`#targets-${kpi}`, target);
  await page.fill("#reviewed", "V-1");

  await page.reload();
  await page.waitForSelector("h1");
  await page.click("#todo summary");
  assert.equal(await page.locator("#todo li.error").count(), 0);
  for (const tab of ["member", "revenue"]) {
    await page.click(`#tab-${tab}`);
    assert.match(await page.locator(`#record-${tab}-0`).textContent(), /完整$/);
  }
  const file = await saved(page);
  assert.deepEqual(pack.evaluate(file).alliances, pack.evaluate({ alliances: [whole] }).alliances);
  assert.deepEqual(trouble, []);
});

/** Rows as a spreadsheet copies them, with the labels of the fields above them. */
function copied(entity, list) {
  const { fields } = pack.describe().entities.find(({ name }) => name === entity);
  const used = fields.filter(({ name }) => list.some((record) => record[name] !== undefined));
  const columns = used.flatMap((field) => {
    const { name, label, kind } = field;
    const words = (value) => field.choices?.find((choice) => choice.name === value)?.label.zh ?? value;
    if (kind === "bool") return [[label.zh, (record) => ({ true: "是", false: "否" })[record[name]]]];
    if (kind !== "period") return [[label.zh, (record) => words(record[name])]];
    return ["start", "end"].map((end) => [`${name}_${end}`, (record) => record[name]?.[end]]);
  });
  const cell = (text) => text ?? "";
  const rows = list.map((record) => columns.map(([, value]) => cell(value(record))).join("\t"));
  return [columns.map(([heading]) => heading).join("\t"), ...rows].join("\r\n");
}

test("a year's report: eight members, twelve receipts, mistakes and all", async () => {
  const { page, trouble } = await form(here);
  const names = ["甲", "乙", "丙", "丁", "戊", "己", "庚", "辛"].map((name) => `${name}公司`);
  const members = names.map((name) => member({ name }));
  const receipts = Array.from({ length: 12 }, (_, n) => receipt(`R${n + 1}`, { payer: names[n % 8], evidence: `E${n + 1}` }));
  const { id, name, host, field, phase, phase_year, grant, targets } = alliance(0, 0);
  const whole = { id, name, host, field, phase, phase_year, grant, targets, member: members, revenue: receipts };
  await fill(page, "alliance", 0, whole);
  const paste = async (entity, list, button) => {
    await page.click(`#tab-${entity}`);
    await page.click("#paste-rows");
    await page.fill("#pasted", copied(entity, list));
    const count = await page.locator("#pasted-count").textContent();
    await page.click("#pasted-take");
    return count;
  };
  // A word for an amount, a kind that there is not; pasted all the same, and told.
  const mistaken = members.with(1, { ...members[1], fee: "五萬" }).with(2, { ...members[2], kind: "商號" });
  assert.match(await paste("member", mistaken), /8 列・2 格有誤/);
  assert.match(await paste("revenue", receipts), /12 列・每一格都讀得懂/);
  await page.click("#todo summary");
  await page.locator("#todo li", { hasText: "已繳會費" }).locator("button").click();
  assert.equal(await focused(page), "member-1-fee");
  await page.fill("#member-1-fee", "50000");
  await page.locator("#todo li", { hasText: "會員性質" }).first().locator("button").click();
  await page.selectOption("#member-2-kind", "company");
  // Taken for another, removed, and brought back; then called by another name.
  page.once("dialog", (dialog) => dialog.accept());
  await page.click("#remove");
  await page.keyboard.press("Control+z");
  await page.fill("#member-2-name", "丙企業");
  members[2].name = "丙企業";
  await page.click("#tab-goals");
  for (const [kpi, target] of Object.entries(targets)) await page.fill(`#targets-${kpi}`, target);
  await page.reload();
  await page.waitForSelector("h1");
  await page.click("#tab-review");
  assert.match(await page.locator(".verdict").textContent(), /可以送出/);
  const file = await saved(page);
  assert.deepEqual(pack.evaluate(file).alliances, pack.evaluate({ alliances: [whole] }).alliances);
  assert.equal(await value(page, "company_members"), "8 家");
  assert.deepEqual(trouble, []);
});

test("nothing is replaced without asking, and nothing of a report goes into the next", async () => {
  const { page } = await form(here);
  assert.deepEqual(await opens(page, "first.json", { alliances: [alliance(2, 1)] }), []);
  await page.click("#tab-member");
  await page.click("#record-member-0");
  await page.click("#remove");
  assert.equal(await focused(page), "undo");
  assert.equal((await opens(page, "second.json", { alliances: [{ ...alliance(1, 1), id: "A2" }] }, false)).length, 1);
  await page.click("#tab-alliance");
  assert.equal(await page.inputValue("#alliance-0-id"), "A1");
  const asked = await opens(page, "second.json", { alliances: [{ ...alliance(1, 1), id: "A2" }] });
  assert.match(asked.join(), /second\.json.*會被取代/);
  assert.equal(await page.inputValue("#alliance-0-id"), "A2");
  await page.click("#tab-member");
  assert.equal(await page.locator("#undo").count(), 0);
  assert.equal(await page.locator(".records > li").count(), 1);
  for (const button of ["#fresh", "#sample"]) {
    page.once("dialog", (dialog) => dialog.dismiss());
    await page.click(button);
    assert.equal(await page.locator(".records > li").count(), 1, button);
  }
  assert.match((await opens(page, "member.csv", "alliance,name\r\nA2,乙公司\r\n")).join(), /member\.csv.*這張表/);
  assert.match(await page.locator("#record-member-0").textContent(), /乙公司/);
});

test("a removed record comes back where it was", async () => {
  const { page } = await form(here);
  await opens(page, "report.json", { alliances: [alliance(3, 1)] });
  await page.click("#tab-member");
  await page.click("#record-member-1");
  await page.click("#remove");
  await page.keyboard.press("Enter");
  assert.equal(await focused(page), "record-member-1");
  assert.match(await page.locator("#record-member-1").textContent(), /第 1 公司/);
});

test("the focus stays where it was when the page is drawn anew", async () => {
  const { page } = await form(here);
  await opens(page, "report.json", { alliances: [alliance(3, 1)] });
  for (const id of ["tab-member", "record-member-1", "tab-goals", "tab-member", "language", "language"]) {
    await page.focus(`#${id}`);
    await page.keyboard.press("Enter");
    assert.equal(await focused(page), id);
  }
  assert.equal(await page.locator("#todo").getAttribute("open"), null);
  await page.click("#todo summary");
  await page.click("#tab-goals");
  await page.fill("#targets-company_members", "x");
  await page.locator("#todo li", { hasText: "目標・廠商會員" }).locator("button").click();
  assert.equal(await focused(page), "targets-company_members");
  assert.equal(await page.locator("#todo").getAttribute("open"), "");
});

test("labels, whole periods and answers in files show as chosen", async () => {
  const { page, trouble } = await form(here);
  await opens(page, "labels.json", {
    alliances: [{ 聯盟編號: "A1", 聯盟名稱: "甲聯盟", 執行機構: "大學", 領域別: "資通組", 期別: 1, 期內年度: 2, 補助款: { amount: "2000", unit: "仟元" }, member: [{ name: "甲公司", kind: "公司", registered: "是", contract: "108/02/01..109/01/31" }] }],
  });
  assert.equal(await page.inputValue("#alliance-0-field"), "ict");
  assert.equal(await page.inputValue("#alliance-0-grant"), "2000000");
  await page.click("#tab-member");
  await page.click("#record-member-0");
  assert.equal(await page.inputValue("#member-0-kind"), "company");
  assert(await page.isChecked("#member-0-registered-true"));
  assert.equal(await page.inputValue("#member-0-contract-end"), "109/01/31");
  await opens(page, "member.csv", "alliance,會員名稱,會員性質,登記有案,contract_start,contract_end,契約種類,已繳會費,地區\r\nA1,乙公司,公司,否,108/2/1,109/1/31,會員契約,\"4,000\",北部\r\n");
  await page.click("#record-member-0");
  assert.equal(await page.inputValue("#member-0-contract_kind"), "membership");
  assert.equal(await page.inputValue("#member-0-region"), "north");
  assert(await page.isChecked("#member-0-registered-false"));
  // What is no choice is shown as it is, and told.
  await opens(page, "odd.json", { alliances: [{ id: "A1", field: "資通", member: [{ name: 5, kind: "firm", contract: "108" }] }] });
  await page.click("#tab-alliance");
  assert.equal(await page.inputValue("#alliance-0-field"), "資通");
  assert.match(await page.locator("#alliance-0-field-messages").textContent(), /不是可用的選項.*資通組/);
  assert.deepEqual(trouble, []);
});

test("what is called complete the command takes; what cannot be read has no figures", async () => {
  const { page, trouble } = await form(here);
  const blank = { ...alliance(2, 1), website_since: "", banner_width: " ", banner_height: null };
  await opens(page, "blank.json", { alliances: [blank] });
  await page.click("#todo summary");
  assert.equal(await page.locator("#todo li.error").count(), 0);
  assert.equal(pack.evaluate(await saved(page)).alliances[0].kpis.company_members.value, "2");
  // A list that the rules do not know holds records that no figure knows of.
  await opens(page, "misnamed.json", { alliances: [{ ...alliance(0, 0), members: [member()] }] });
  assert.equal(await value(page, "company_members"), "—");
  assert.match(await page.locator(".unread").textContent(), /members/);
  await page.click("#tab-alliance");
  await page.locator(".own li", { hasText: "members" }).locator("button").click();
  assert.equal(await value(page, "company_members"), "0 家");
  assert.equal(await page.locator(".unread").textContent(), "");
  // What has no place in the form is not opened.
  await opens(page, "shape.json", { alliances: [{ id: "A9", member: { name: "甲" } }] });
  assert.match(await page.locator(".trouble").textContent(), /shape\.json.*member.*應為清單/);
  assert.equal(await page.inputValue("#alliance-0-id"), "A1");
  assert.deepEqual(trouble, []);
});

test("changed rules are there after a reload too, however soon", async () => {
  const { page } = await form(here);
  await opens(page, "report.json", { alliances: [alliance(2, 1)] });
  await page.waitForTimeout(200);
  // What is written from here on does not arrive before the page goes.
  await page.evaluate(() => {
    const hanging = { get: () => ({}) };
    IDBDatabase.prototype.transaction = () => ({ objectStore: () => hanging });
  });
  const rules = packFiles("alliance_108")["alliance_108/00_pack.guiju"].replace("= 108/10/31 ", "= 109/02/01 ");
  const [chooser] = await Promise.all([page.waitForEvent("filechooser"), page.click("#rules")]);
  await chooser.setFiles({ name: "00_pack.guiju", mimeType: "text/plain", buffer: Buffer.from(rules) });
  await page.locator(".status-line", { hasText: "00_pack.guiju" }).waitFor();
  await page.reload();
  await page.waitForSelector("h1");
  assert.equal(await page.locator("#tab-member small").textContent(), "2");
  assert.equal(await value(page, "company_members"), "0 家");
  // Another report is judged by the pack as it is.
  await page.click("#reports");
  await page.click("#new-report");
  await page.locator("#tab-member small", { hasText: "0" }).waitFor();
  await opens(page, "report.json", { alliances: [alliance(2, 1)] });
  assert.equal(await value(page, "company_members"), "2 家");
});

test("where the browser keeps nothing, that is said", async () => {
  const { page } = await form(here);
  await page.evaluate(() => Object.defineProperty(IDBObjectStore.prototype, "put", { value: () => { throw new DOMException("full", "QuotaExceededError"); } }));
  await page.fill("#alliance-0-id", "A1");
  await page.locator(".status-line", { hasText: "請自行存檔" }).waitFor();
});
