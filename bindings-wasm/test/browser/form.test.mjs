// The form in a real browser, as a person fills it in.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { test } from "node:test";

import { packFiles } from "guiju";
import { alliance } from "../records.mjs";
import { form, site } from "./page.mjs";

const axe = createRequire(import.meta.url).resolve("axe-core/axe.min.js");
const here = site();

const value = (page, kpi) => page.locator(`#kpi-${kpi} .value`).textContent();

/** The form with data of one's own. */
async function opened(page, data) {
  const [chooser] = await Promise.all([page.waitForEvent("filechooser"), page.click("#open")]);
  await chooser.setFiles({ name: "report.json", mimeType: "application/json", buffer: Buffer.from(JSON.stringify({ alliances: [data] })) });
  await page.locator(".status-line", { hasText: "report.json" }).waitFor();
}

test("a contract that ends one day early is told with its clause; put right, the figure moves", async () => {
  const { page, trouble } = await form(here);
  await page.click("#tab-goals");
  await page.fill("#targets-company_members", "2");
  await page.click("#tab-member");
  await page.click("#add");
  const choose = (field, name) => page.selectOption(`#member-0-${field}`, name);
  const answer = (field, yes) => page.check(`#member-0-${field}-${yes}`, { force: true });
  await page.fill("#member-0-name", "甲公司");
  await choose("kind", "company");
  await choose("origin", "domestic");
  await answer("registered", true);
  await page.fill("#member-0-contract-start", "108/02/01");
  await page.fill("#member-0-contract-end", "108/10/30");
  await choose("contract_kind", "membership");
  await choose("contract_signatory", "pi");
  await choose("member_seal", "company_and_owner");
  await choose("institution_seal", "college");
  await answer("pi_signed", true);
  await answer("renewal", false);
  await page.fill("#member-0-fee", "50000");
  await choose("region", "north");

  const message = page.locator("#member-0-contract-messages");
  assert.match(await message.textContent(), /契約期間未含 108\/10\/31.*briefing_108:108-3/);
  const end = page.locator("#member-0-contract-end");
  assert.equal(await end.getAttribute("aria-invalid"), "true");
  assert((await end.getAttribute("aria-describedby")).split(" ").includes("member-0-contract-messages"));
  assert.equal(await value(page, "company_members"), "0 家");
  await page.click("#kpi-company_members");
  await page.locator("#why-company_members", { hasText: "契約期間未含 108/10/31" }).waitFor();

  await end.fill("108/10/31");
  assert.equal(await message.textContent(), "");
  assert.equal(await end.getAttribute("aria-invalid"), null);
  assert.equal(await value(page, "company_members"), "1 家");
  assert.match(await page.locator("#kpi-company_members .beside").textContent(), /目標 2 家・尚差 1 家/);
  await page.locator("#why-company_members", { hasText: /計入\s*1 筆/ }).waitFor();
  assert.deepEqual(trouble, []);
});

test("the sample loads, and the page speaks both languages", async () => {
  const { page, trouble } = await form(here);
  await page.click("#sample");
  await page.locator(".status-line", { hasText: "綜整表範例聯盟" }).waitFor();
  assert.equal(await value(page, "company_members"), "20 家");
  await page.click("#language");
  assert.equal(await page.locator("html").getAttribute("lang"), "en");
  assert.equal(await page.locator("h1").textContent(), "Results report");
  assert.equal(await page.locator("#kpi-company_members .name").textContent(), "company members");
  await page.click("#tab-revenue");
  await page.click("#record-revenue-0");
  await page.fill("#revenue-0-amount", "-5");
  assert.match(await page.locator("#revenue-0-amount-messages").textContent(), /is negative/);
  await page.click("#language");
  assert.match(await page.locator("#revenue-0-amount-messages").textContent(), /是負數/);
  assert.deepEqual(trouble, []);
});

test("what is saved opens again, as JSON and as CSV", async () => {
  const { page, trouble } = await form(here);
  await opened(page, alliance(3, 4));
  const saved = async (button) => {
    const [file] = await Promise.all([page.waitForEvent("download"), page.click(button)]);
    return { name: file.suggestedFilename(), text: readFileSync(await file.path(), "utf8") };
  };
  const json = await saved("#save-json");
  assert.equal(json.name, "A1.json");
  assert.deepEqual(JSON.parse(json.text).alliances[0].member[2], alliance(3, 4).member[2]);
  await page.click("#tab-member");
  const csv = await saved("#save-csv");
  assert.match(csv.text, /^\ufeffalliance,name,kind/);
  page.once("dialog", (dialog) => dialog.accept());
  await page.click("#fresh");
  assert.equal(await page.locator(".records li").count(), 0);
  const [chooser] = await Promise.all([page.waitForEvent("filechooser"), page.click("#open")]);
  await chooser.setFiles({ name: csv.name, mimeType: "text/csv", buffer: Buffer.from(`${csv.text}A2,別的聯盟的會員,company\r\n`) });
  await page.locator(".records li").nth(2).waitFor();
  assert.equal(await page.locator(".records li").count(), 3);
  assert.equal(await value(page, "company_members"), "3 家");
  assert.deepEqual(trouble, []);
});

test("a changed rule file is followed; one that does not compile is told and not followed", async () => {
  const { page } = await form(here);
  await opened(page, alliance(2, 1));
  const rules = packFiles("alliance_108")["alliance_108/00_pack.guiju"];
  const drop = (text) =>
    page.evaluate((text) => {
      const dataTransfer = new DataTransfer();
      dataTransfer.items.add(new File([text], "00_pack.guiju"));
      window.dispatchEvent(new DragEvent("drop", { dataTransfer, cancelable: true }));
    }, text);
  assert.equal(await value(page, "company_members"), "2 家");
  await drop(rules.replace("= 108/10/31 ", "= 109/02/01 "));
  await page.locator(".status-line", { hasText: "00_pack.guiju" }).waitFor();
  assert.equal(await value(page, "company_members"), "0 家");
  await drop(rules.replace("= 108/10/31 ", "= 108/10/32 "));
  await page.locator(".trouble", { hasText: /00_pack\.guiju:\d+:\d+ G\d+/ }).waitFor();
  assert.equal(await value(page, "company_members"), "0 家");
});

test("the keyboard alone is enough", async () => {
  const { page } = await form(here, { viewport: { width: 390, height: 844 } });
  const reach = async (id) => {
    for (let n = 0; n < 80; n += 1) {
      if (await page.evaluate((id) => document.querySelector("guiju-form").shadowRoot.activeElement?.id === id, id)) return;
      await page.keyboard.press("Tab");
    }
    assert.fail(`${id} cannot be reached with Tab`);
  };
  await reach("tab-member");
  await page.keyboard.press("Enter");
  await reach("add");
  await page.keyboard.press("Enter");
  // A new record is open with the first field under the keys.
  await page.keyboard.type("甲公司");
  assert.equal(await page.locator("#record-member-0 .name").textContent(), "甲公司");
  await reach("member-0-kind");
  await page.keyboard.press("ArrowDown");
  await reach("member-0-registered-none");
  await page.keyboard.press("ArrowLeft");
  await page.keyboard.press("ArrowLeft");
  assert(await page.isChecked("#member-0-registered-true"));
  await reach("kpi-company_members");
  await page.keyboard.press("Enter");
  assert.equal(await page.locator("#kpi-company_members").getAttribute("aria-expanded"), "true");
});

const PHONE = { viewport: { width: 390, height: 844 }, colorScheme: "dark" };
const EVERYWHERE = ["alliance", "member", "activity", "goals", "review", "reports", "paste-rows"];

for (const [name, options, tabs] of [["desktop, light", {}, EVERYWHERE], ["phone, dark", PHONE, ["member", "review", "paste-rows"]]]) {
  test(`no accessibility violations: ${name}`, async () => {
    const { page } = await form(here, options);
    await opened(page, { ...alliance(2, 2), outcome: [{ id: "O1" }] });
    for (const tab of tabs) {
      if (tab === "paste-rows") {
        await page.keyboard.press("Escape");
        await page.click("#tab-member");
        await page.click("#paste-rows");
        await page.fill("#pasted", "會員名稱\t會員性質\n甲\t商號\n");
      } else if (tab === "reports") await page.click("#reports");
      else await page.click(`#tab-${tab}`);

      if (tab === "activity") await page.click("#add");
      if (tab === "member") await page.click("#record-member-0");
      if (tab === "member") await page.fill("#member-0-contract-end", "2019-10-30");
      if (tab === "member") await page.click("#kpi-company_members");
      await page.evaluate(() => document.querySelector("guiju-form").shadowRoot.querySelectorAll("details").forEach((details) => (details.open = true)));
      // Read out in the page by the tester itself, past the page's content security policy.
      await page.evaluate(readFileSync(axe, "utf8"));
      const { violations } = await page.evaluate(() => globalThis.axe.run());
      assert.deepEqual(violations.map((each) => `${each.id}: ${each.nodes.map((node) => node.target).slice(0, 3).join(" ")}`), [], tab);
    }
    assert(await page.evaluate(() => document.documentElement.scrollWidth <= window.innerWidth), "nothing sticks out");
  });
}

test("the package works in a worker, unbundled, under a strict content security policy", async () => {
  const page = await here.browser.newPage();
  await page.goto(`${here.server.address}careful.html`);
  const [first, second] = await page.evaluate(async () => {
    const worker = new Worker("/worker.js", { type: "module" });
    const answer = () => new Promise((done, fail) => Object.assign(worker, { onmessage: ({ data }) => done(data), onerror: (event) => fail(event.message) }));
    const ready = await answer();
    worker.postMessage({ contract: { start: "108/02/01", end: "107/02/01" } });
    return [ready, await answer()];
  });
  assert.equal(first, "ready");
  assert(second.some((issue) => issue.path === "/contract" && issue.code === "G614"));
});

for (const [members, receipts] of [[30, 100], [300, 1000]]) {
  test(`one keystroke among ${members} members and ${receipts} receipts on a slow machine (reported, not asserted)`, async (context) => {
    const { page, context: tabs } = await form(here);
    await opened(page, alliance(members, receipts));
    await page.click("#tab-revenue");
    await page.click("#record-revenue-7");
    const tools = await tabs.newCDPSession(page);
    await tools.send("Emulation.setCPUThrottlingRate", { rate: 4 });
    const times = await page.evaluate(async () => {
      const input = document.querySelector("guiju-form").shadowRoot.getElementById("revenue-7-amount");
      const times = [];
      for (let n = 0; n < 32; n += 1) {
        input.value = `${50_000 + n}`;
        const start = performance.now();
        input.dispatchEvent(new InputEvent("input", { bubbles: true }));
        times.push(performance.now() - start);
        await new Promise((done) => setTimeout(done, 20));
      }
      return times.slice(2).sort((a, b) => a - b);
    });
    await tools.send("Emulation.setCPUThrottlingRate", { rate: 1 });
    context.diagnostic(`a keystroke: median ${times[15].toFixed(1)} ms, 95 % within ${times[28].toFixed(1)} ms`);
    const sum = new Intl.NumberFormat("en").format(50_000 * receipts + 31);
    await page.locator("#kpi-membership_fee .value", { hasText: `${sum} 元` }).waitFor({ state: "attached" });
  });
}
