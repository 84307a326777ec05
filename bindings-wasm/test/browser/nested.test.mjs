// Entities below entities in the form: lists within the record that they belong to, at any depth.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { test } from "node:test";

import { loadPack } from "guiju";
import { compileFolder } from "../compile.mjs";
import { form, site } from "./page.mjs";

const here = site();
const axe = createRequire(import.meta.url).resolve("axe-core/axe.min.js");
const folder = "rules/conformance/constructs/entities_nested";
const pack = loadPack(compileFolder(`${folder}/pack`));
const [T1] = JSON.parse(readFileSync(new URL(`../../../${folder}/data.json`, import.meta.url), "utf8")).tenders;

const opened = async (report = T1, options = {}) => {
  const drawn = await form(here, options, "lots.html");
  await drawn.page.evaluate((report) => document.querySelector("guiju-form").open({ tenders: [report] }), report);
  return drawn;
};
const root = (page) => page.evaluate(() => document.querySelector("guiju-form").data.tenders[0]);
const focused = (page) => page.evaluate(() => document.querySelector("guiju-form").shadowRoot.activeElement?.id);
const value = (page, kpi) => page.locator(`#kpi-${kpi} .value`).textContent();

test("a tender is filled in three levels deep, and comes to what the engine says of the file", async () => {
  const { page, trouble } = await form(here, {}, "lots.html");
  // Only what stands in the root has a section of its own.
  assert.deepEqual(await page.locator("nav .name").allTextContents(), ["採購案", "標項", "目標與前一年", "檢視與列印"]);
  await page.fill("#tender-0-id", "T1");
  await page.check("#tender-0-paused-false", { force: true });
  await page.click("#tab-lot");
  await page.click("#add");
  await page.fill("#lot-0-no", "1");
  await page.fill("#lot-0-ceiling", "2000000");
  await page.fill("#lot-0-deadline", "2024-03-01");
  await page.selectOption("#lot-0-kind", "goods");
  await page.click("#add-lot-0-bid");
  assert.equal(await focused(page), "lot-0-bid-0-bidder");
  await page.fill("#lot-0-bid-0-bidder", "甲");
  await page.fill("#lot-0-bid-0-price", "1500000");
  await page.fill("#lot-0-bid-0-received", "2024-03-01");
  await page.click("#add-lot-0-bid-0-mark");
  await page.fill("#lot-0-bid-0-mark-0-expert", "x");
  await page.fill("#lot-0-bid-0-mark-0-points", "180");
  // What is wrong is told at its field, on the lines above it, and to do.
  assert.match(await page.locator("#lot-0-bid-0-mark-0-points-messages").textContent(), /100/);
  for (const line of ["lot-0", "lot-0-bid-0", "lot-0-bid-0-mark-0"]) {
    assert.match(await page.locator(`#record-${line} .badge`).textContent(), /1 項待補/, line);
  }
  await page.click("#tab-goals");
  await page.click("#todo summary");
  assert.match(await page.locator("#todo li small").first().textContent(), /標項 1「1」・投標 1「甲」・評分 1「x」・分數/);
  await page.locator("#todo li button").first().click();
  assert.equal(await focused(page), "lot-0-bid-0-mark-0-points");
  await page.fill("#lot-0-bid-0-mark-0-points", "80");
  await page.check("#lot-0-bid-0-mark-0-related-false", { force: true });
  const now = await root(page);
  assert.deepEqual(now.lot[0].bid[0].mark, [{ expert: "x", points: "80", related: false }]);
  assert.equal(await value(page, "valid_bids"), "1 件");
  assert.deepEqual(await page.evaluate(() => document.querySelector("guiju-form").data), { tenders: [now] });
  assert.equal(pack.evaluate({ tenders: [now] }).tenders[0].kpis.valid_bids.value, "1");
  await page.reload();
  await page.waitForSelector("h1");
  assert.deepEqual(await root(page), now);
  assert.deepEqual(trouble, []);
});

test("records within records are copied, removed, brought back and moved through by keys", async () => {
  const { page, trouble } = await opened();
  await page.click("#tab-lot");
  await page.click("#record-lot-0");
  await page.click("#record-lot-0-bid-0");
  await page.focus("#record-lot-0-bid-0");
  await page.keyboard.press("ArrowDown");
  assert.equal(await focused(page), "record-lot-0-bid-1");
  await page.keyboard.press("ArrowUp");
  // A copy has what stands in it, and no key.
  await page.click("#copy-lot-0-bid-0");
  assert.equal(await focused(page), "lot-0-bid-1-bidder");
  const { mark, bidder } = (await root(page)).lot[0].bid[1];
  assert.deepEqual([bidder, mark.length], [undefined, 3]);
  await page.click("#remove-lot-0-bid-1");
  assert.equal(await focused(page), "undo-lot-0-bid");
  await page.click("#undo-lot-0-bid");
  assert.equal((await root(page)).lot[0].bid.length, 4);
  assert.equal(await focused(page), "record-lot-0-bid-1");
  await page.click("#undo-step");
  assert.equal((await root(page)).lot[0].bid.length, 3);
  // A step in a record shows it again when it is taken back.
  await page.click("#record-lot-0-bid-0");
  await page.click("#record-lot-0-bid-0-mark-2");
  await page.fill("#lot-0-bid-0-mark-2-points", "1");
  await page.click("#tab-goals");
  await page.click("#undo-step");
  assert.equal(await page.inputValue("#lot-0-bid-0-mark-2-points"), "100");
  // Closing a record leaves the one that it stands in open.
  await page.click("#record-lot-0-bid-0");
  assert.equal(await page.locator("#record-lot-0").getAttribute("aria-expanded"), "true");
  assert.equal(await page.locator("#record-lot-0-bid-0").getAttribute("aria-expanded"), "false");
  assert.deepEqual(trouble, []);
});

const paste = (page, within, text) =>
  page.evaluate(([within, text]) => {
    const { shadowRoot } = document.querySelector("guiju-form");
    const clipboardData = new DataTransfer();
    clipboardData.setData("text/plain", text);
    const event = new ClipboardEvent("paste", { clipboardData, bubbles: true, composed: true, cancelable: true });
    shadowRoot.querySelector(within).dispatchEvent(event);
  }, [within, text]);

test("rows are pasted into the record, or to what each of them names; tables go out and come back", async () => {
  const { page, trouble } = await opened();
  await page.click("#tab-lot");
  await page.click("#record-lot-1");
  await paste(page, "[data-list='/lot/1/bid']", "廠商\t標價\r\n甲\t401\r\n戊\t四百\r\n");
  assert.match(await page.locator("#pasted-count").textContent(), /2 列・1 格有誤/);
  await page.click("#pasted-take");
  const bids = (await root(page)).lot[1].bid;
  assert.deepEqual(bids.map(({ bidder, price }) => [bidder, String(price)]), [["甲", "401"], ["a/b", "0"], ["戊", "四百"]]);
  assert.deepEqual(bids[0].mark.length, 1);
  // By what they name: a lot that is not there keeps all of them out.
  await paste(page, "[data-list='/lot/1/bid']", "標項\t廠商\t標價\n1\t己\t7\n9\t庚\t8\n");
  assert.match(await page.locator("#pasted-errors li").first().textContent(), /列 3・標項.*屬於哪一筆/);
  assert(await page.locator("#pasted-take").isDisabled());
  await page.fill("#pasted", "標項\t廠商\t標價\n1\t己\t7\n2\t庚\t8\n");
  await page.click("#pasted-take");
  const both = (await root(page)).lot.map(({ bid }) => bid.map(({ bidder }) => bidder).at(-1));
  assert.deepEqual(both, ["己", "庚"]);

  const before = await root(page);
  const files = [];
  for (const id of ["save-csv-mark", "save-csv-bid"]) {
    const [file] = await Promise.all([page.waitForEvent("download"), page.click(`#${id}`)]);
    files.push({ name: file.suggestedFilename(), text: readFileSync(await file.path(), "utf8") });
  }
  const [marks, bidTable] = files;
  assert.match(marks.text, /^\ufefftender,lot,bid,expert,points,related\r\nT1,1,甲,x,80,false\r\n/);
  page.on("dialog", (dialog) => dialog.accept());
  for (const { name, text } of [bidTable, marks]) {
    const [chooser] = await Promise.all([page.waitForEvent("filechooser"), page.click("#open")]);
    await chooser.setFiles({ name, mimeType: "text/csv", buffer: Buffer.from(text) });
    await page.locator(".status-line", { hasText: name }).waitFor();
  }
  const texts = (report) => JSON.parse(JSON.stringify(report, (_, value) => (typeof value === "number" ? String(value) : value)));
  const bare = (report) => texts(report).lot.map((lot) => lot.bid.map(({ mark = [], ...bid }) => [bid, mark]));
  assert.deepEqual(bare(await root(page)), bare(before));
  const [chooser] = await Promise.all([page.waitForEvent("filechooser"), page.click("#open")]);
  await chooser.setFiles({ name: "mark.csv", mimeType: "text/csv", buffer: Buffer.from("tender,lot,bid,expert\r\nT1,,甲,q\r\n") });
  await page.locator(".trouble", { hasText: /mark\.csv.*列 2.*屬於哪一筆/ }).waitFor();
  assert.deepEqual(trouble, []);
});

const open = (page) => page.evaluate(() => document.querySelector("guiju-form").shadowRoot.querySelectorAll("details").forEach((details) => (details.open = true)));

for (const [name, options] of [["wide", {}], ["375 px, dark", { viewport: { width: 375, height: 812 }, colorScheme: "dark" }]]) {
  test(`lists within records are accessible, and stick out nowhere: ${name}`, async () => {
    const { page } = await opened(T1, options);
    await page.click("#tab-lot");
    await page.click("#record-lot-0");
    await page.click("#record-lot-0-bid-0");
    await page.click("#record-lot-0-bid-0-mark-0");
    await page.fill("#lot-0-bid-0-mark-0-points", "101");
    await open(page);
    await page.evaluate(readFileSync(axe, "utf8"));
    const { violations } = await page.evaluate(() => globalThis.axe.run());
    assert.deepEqual(violations.map((each) => `${each.id}: ${each.nodes.map((node) => node.target).slice(0, 3).join(" ")}`), []);
    assert(await page.evaluate(() => document.documentElement.scrollWidth <= window.innerWidth));
  });
}
