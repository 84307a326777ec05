// What `<guiju-form>` is for its hosts and the people at it, beyond one report: other packs, several
// reports, two tabs, the way back, rows from spreadsheets, renaming, the year before, paper.

import assert from "node:assert/strict";
import { test } from "node:test";

import { loadPack } from "guiju";
import { alliance, member } from "../records.mjs";
import { form, site } from "./page.mjs";

const here = site();
const pack = loadPack("alliance_108");
const data = (page) => page.evaluate(() => document.querySelector("guiju-form").data);
const root = async (page) => (await data(page)).alliances[0];
const open = (page, report) =>
  page.evaluate((report) => document.querySelector("guiju-form").open({ alliances: [report] }), report);
const focused = (page) =>
  page.evaluate(() => document.querySelector("guiju-form").shadowRoot.activeElement?.id);
const status = (page, words) => page.locator(".status-line", { hasText: words }).waitFor();

/** Answers what is asked while something is done; gives the questions. */
async function answering(page, answer, work) {
  const asked = [];
  const hear = (dialog) => {
    asked.push(dialog.message());
    return answer ? dialog.accept() : dialog.dismiss();
  };
  page.on("dialog", hear);
  await work();
  page.off("dialog", hear);
  return asked;
}

test("another pack shows in the element as it is: three lines, a strict policy", async () => {
  const { page, trouble } = await form(here, {}, "library.html");
  const events = page.evaluate(() => new Promise((done) => {
    const form = document.querySelector("guiju-form");
    const heard = [];
    for (const type of ["guiju-change", "guiju-judged", "guiju-hand-in"]) {
      form.addEventListener(type, ({ type, detail }) => {
        heard.push(type);
        if (type === "guiju-hand-in") done([heard, detail.document, detail.issues.length > 0]);
      });
    }
  }));
  assert.match(await page.locator("header").textContent(), /社區圖書館補助 113 年度考核/);
  await page.click("#tab-branch");
  await page.click("#add");
  await page.fill("#branch-0-name", "總館");
  await page.selectOption("#branch-0-kind", "public");
  await page.fill("#branch-0-opened", "105/09/01");
  await page.click("#tab-loan");
  await page.click("#add");
  await page.selectOption("#loan-0-branch", "總館");
  await page.click("#tab-review");
  assert.match(await page.locator(".deadline").first().textContent(), /2000-01-31.*天前已截止/);
  await page.click("#hand-in");
  const [heard, document, issues] = await events;
  assert.deepEqual(document.grantees[0].loan, [{ branch: "總館" }]);
  assert(heard.includes("guiju-change") && heard.includes("guiju-judged") && issues);
  assert.deepEqual(trouble, []);
});

test("everything can be taken back and made again, each at its place", async () => {
  const { page } = await form(here);
  await open(page, alliance(3, 2));
  const before = await root(page);
  await page.click("#tab-member");
  await page.click("#record-member-1");
  await page.locator("#member-1-fee").pressSequentially("7");
  await page.locator("#member-1-fee").pressSequentially("5");
  await page.selectOption("#member-1-region", "south");
  await page.click("#tab-goals");
  await page.fill("#targets-company_members", "3");
  await page.click("#tab-member");
  await page.click("#record-member-0");
  await page.click("#copy");
  assert.equal(await focused(page), "member-1-name");
  const after = await root(page);
  assert.equal(after.member.length, 4);
  // A step for each field, however many keys were pressed in it.
  for (const section of ["member", "goals", "member", "member"]) {
    await page.keyboard.press("Control+z");
    assert.equal(await page.locator(".form").getAttribute("data-section"), section);
  }
  assert.deepEqual(await root(page), before);
  for (let n = 0; n < 4; n += 1) await page.click("#redo-step");
  assert.deepEqual(await root(page), after);
  assert.equal(await page.locator("#redo-step").getAttribute("aria-disabled"), "true");
  await page.click("#undo-step");
  // Another report has steps of its own.
  await page.click("#reports");
  await page.click("#new-report");
  assert.equal(await page.locator("#undo-step").getAttribute("aria-disabled"), "true");
});

test("a member's new name goes to everything that refers to it; removing it asks first", async () => {
  const { page, trouble } = await form(here);
  const members = ["甲", "甲公司", "乙公司"].map((name) => member({ name }));
  const { key } = pack.describe().entities.find(({ name }) => name === "collaboration");
  const together = ["甲公司", "甲公司", "乙公司"].map((counterpart, n) => ({ [key]: `C${n}`, counterpart }));
  await open(page, { ...alliance(0, 0), member: members, collaboration: together });
  const named = async () => (await root(page)).collaboration.map(({ counterpart }) => counterpart);
  await page.click("#tab-member");
  await page.click("#record-member-1");
  const name = page.locator("#member-1-name");
  // On its way it is called as another one is, to which nothing must go over.
  for (let n = 0; n < 2; n += 1) await name.press("End").then(() => name.press("Backspace"));
  assert.deepEqual(await named(), ["甲", "甲", "乙公司"]);
  await name.pressSequentially("企業");
  await status(page, "一併改名：2");
  assert.deepEqual(await named(), ["甲企業", "甲企業", "乙公司"]);
  const asked = await answering(page, false, () => page.click("#remove"));
  assert.match(asked[0], /引用它.*\n.*「C0」.*\n.*「C1」/);
  assert.equal((await root(page)).member.length, 3);
  await page.keyboard.press("Control+z");
  assert.equal((await root(page)).member[1].name, "甲公司");
  assert.deepEqual(await named(), ["甲公司", "甲公司", "乙公司"]);
  assert.deepEqual(trouble, []);
});

const paste = (page, text) =>
  page.evaluate((text) => {
    const { shadowRoot } = document.querySelector("guiju-form");
    const clipboardData = new DataTransfer();
    clipboardData.setData("text/plain", text);
    const event = new ClipboardEvent("paste", { clipboardData, bubbles: true, composed: true, cancelable: true });
    shadowRoot.querySelector("main").dispatchEvent(event);
  }, text);

test("rows from a spreadsheet: by heading or in order, errors by cell, known keys brought up to date", async () => {
  const { page, trouble } = await form(here);
  await open(page, { ...alliance(0, 0), member: [member({ name: "甲公司", fee: "1" })] });
  await page.click("#tab-member");
  await paste(page, "會員名稱\t已繳會費(仟元)\t會員性質\tcontract_start\tcontract_end\r\n甲公司\t50\t公司\t108/2/1\t\r\n\"丙\n公司\"\tx\t商號\t108/2/1\t109/2/30\r\n");
  assert.match(await page.locator("#pasted-count").textContent(), /2 列・3 格有誤/);
  assert.deepEqual(await page.locator("[data-wrong]").allTextContents(), ["x", "商號", "109/2/30"]);
  assert.match(await page.locator("#pasted-errors li").first().textContent(), /列 3・/);
  await page.click("#pasted-take");
  const [first, second] = (await root(page)).member;
  assert.equal(first.fee, "50000");
  assert.equal(first.region, "north");
  assert.deepEqual([second.name, second.contract.end], ["丙\n公司", "109/2/30"]);
  await page.click("#undo-step");
  assert.equal((await root(page)).member.length, 1);
  // Without headings in the order of the fields, which can be changed.
  await page.click("#paste-rows");
  await page.fill("#pasted", "丁公司\tcompany\tnorth\n");
  await page.selectOption("#pasted-column-2", { label: "地區" });
  assert.match(await page.locator("#pasted-count").textContent(), /每一格都讀得懂/);
  await page.click("#pasted-take");
  assert.deepEqual((await root(page)).member[1], { name: "丁公司", kind: "company", region: "north" });
  assert.deepEqual(trouble, []);
});

test("5,000 pasted rows are taken, looked through, filtered and sorted with few lines in the page", async (context) => {
  const { page, trouble } = await form(here);
  await page.click("#tab-revenue");
  const rows = Array.from({ length: 5000 }, (_, n) => `R${n}\t${(n * 7919) % 5000}`);
  const start = performance.now();
  await paste(page, ["id\tamount", ...rows].join("\n"));
  await page.locator("#pasted-count", { hasText: "5000" }).waitFor();
  await page.click("#pasted-take");
  await page.locator("#record-revenue-0").waitFor();
  context.diagnostic(`5,000 rows pasted and taken: ${Math.round(performance.now() - start)} ms`);
  assert((await page.locator(".records > li").count()) < 150);
  await page.selectOption("#sort", "amount");
  assert.match(await page.locator(".records .line .name").first().textContent(), /4,999 元/);
  await page.fill("#filter", "R4321");
  assert.equal(await page.locator(".records > li").count(), 1);
  await page.fill("#filter", "");
  await page.selectOption("#sort", "entered");
  await page.evaluate(() => window.scrollTo(0, document.documentElement.scrollHeight));
  await page.locator("#record-revenue-4999").waitFor();
  assert.equal(await page.locator("#record-revenue-0").count(), 0);
  await page.click("#record-revenue-4999");
  await page.fill("#revenue-4999-amount", "12");
  assert.equal((await root(page)).revenue[4999].amount, "12");
  await page.evaluate(() => document.querySelector("guiju-form").goTo("/revenue/2500/amount"));
  assert.equal(await focused(page), "revenue-2500-amount");
  assert.deepEqual(trouble, []);
});

const WORKERS = [
  ["beside the page", (route) => route.continue()],
  ["once typing pauses, where no worker can be had", (route) => route.abort()],
  ["by the page, where the worker is lost", (route) => route.fulfill({ contentType: "text/javascript", body: "onmessage = () => close();" })],
];

for (const [name, answer] of WORKERS) {
  test(`a large report is judged ${name}, and comes to the same`, async () => {
    const { page } = await form(here);
    await page.route(/worker/, answer);
    await open(page, alliance(150, 400));
    await page.click("#tab-revenue");
    await page.click("#record-revenue-7");
    const settled = page.evaluate(() => new Promise((done) => {
      const form = document.querySelector("guiju-form");
      form.addEventListener("guiju-judged", ({ detail }) => {
        if (form.data.alliances[0].revenue[7].id === "R8") done(detail);
      });
    }));
    // As another receipt is called: that only the whole can tell.
    await page.fill("#revenue-7-id", "");
    await page.locator("#revenue-7-id").pressSequentially("R8");
    const { issues, progress } = await settled;
    const now = await root(page);
    assert.deepEqual(issues, pack.validate("alliance", now));
    assert.deepEqual(progress, pack.progress(now));
    assert(issues.some(({ path }) => path.startsWith("/revenue/8")));
  });
}

const kept = (page) => page.locator("#reports-list .kept > li");
const reload = async (page) => {
  await page.reload();
  await page.waitForSelector("h1");
};

test("several reports stand side by side, and come back after a reload", async () => {
  const { page, trouble } = await form(here);
  await open(page, alliance(1, 1));
  await page.click("#reports");
  await page.click("#new-report");
  assert.equal(await page.inputValue("#alliance-0-id"), "");
  await page.fill("#alliance-0-id", "A2");
  await page.fill("#alliance-0-name", "第二聯盟");
  await reload(page);
  assert.equal(await page.inputValue("#alliance-0-name"), "第二聯盟");
  await page.click("#reports");
  assert.match(await kept(page).nth(0).textContent(), /第二聯盟.*目前這份/);
  await kept(page).nth(1).locator(".open-report").click();
  await page.locator("#tab-member small", { hasText: "1" }).waitFor();
  assert.equal(await page.inputValue("#alliance-0-id"), "A1");
  await page.click("#reports");
  const asked = await answering(page, true, async () => {
    await kept(page).locator(".delete-report").click();
    await kept(page).nth(1).waitFor({ state: "detached" });
  });
  assert.match(asked[0], /第二聯盟.*無法復原/);
  assert.deepEqual(trouble, []);
});

/** Waits until the browser keeps a text in some report. */
const written = (page, text) =>
  page.waitForFunction((text) => new Promise((done) => {
    const opening = indexedDB.open("guiju-form");
    opening.onsuccess = () => {
      const all = opening.result.transaction("reports").objectStore("reports").getAll();
      all.onsuccess = () => {
        opening.result.close();
        done(JSON.stringify(all.result).includes(text));
      };
    };
  }), text);

test("two tabs on one report: one follows the other, and what both write is kept twice", async () => {
  const { page, context } = await form(here);
  await page.fill("#alliance-0-id", "A1");
  await page.fill("#alliance-0-name", "一");
  const { page: other } = await form(here, {}, "", context);
  assert.equal(await other.inputValue("#alliance-0-name"), "一");
  await page.fill("#alliance-0-name", "二");
  await status(other, "另一個分頁");
  assert.equal(await other.inputValue("#alliance-0-name"), "二");
  // Both write before either hears of the other.
  await other.evaluate(() => (BroadcastChannel.prototype.postMessage = () => undefined));
  await other.fill("#alliance-0-host", "這邊");
  await written(other, "這邊");
  await page.fill("#alliance-0-name", "那邊");
  await page.locator(".trouble", { hasText: /另存為新的一份.*那邊（另一分頁）/ }).waitFor();
  assert.equal(await page.inputValue("#alliance-0-name"), "那邊");
  await page.click("#reports");
  await kept(page).nth(1).waitFor();
  assert.equal(await kept(page).count(), 2);
  await reload(other);
  assert.equal(await other.inputValue("#alliance-0-host"), "這邊");
});

test("a full browser says so, keeps what is left as the page goes, and says when it keeps again", async () => {
  const { page } = await form(here);
  const heard = page.evaluate(() => new Promise((done) => {
    document.querySelector("guiju-form").addEventListener("guiju-kept", ({ detail }) => done(detail.kept));
  }));
  await page.evaluate(() => {
    globalThis.put = IDBObjectStore.prototype.put;
    IDBObjectStore.prototype.put = () => {
      throw new DOMException("full", "QuotaExceededError");
    };
  });
  await page.fill("#alliance-0-id", "A1");
  await status(page, "請自行存檔");
  assert.equal(await heard, false);
  await page.evaluate(() => (IDBObjectStore.prototype.put = globalThis.put));
  await page.fill("#alliance-0-name", "聯盟");
  await status(page, "已保存");
  await page.evaluate(() => (IDBObjectStore.prototype.put = () => {
    throw new DOMException("full", "QuotaExceededError");
  }));
  await page.fill("#alliance-0-host", "大學");
  await status(page, "請自行存檔");
  await answering(page, true, () => reload(page));
  assert.equal(await page.inputValue("#alliance-0-host"), "大學");
});

test("what a page was still writing as it went is no other tab's: the report stays one", async () => {
  const { page } = await form(here);
  await page.fill("#alliance-0-id", "A1");
  await page.fill("#alliance-0-name", "早");
  await written(page, "早");
  // Nothing else is on its way by then.
  await page.waitForTimeout(1_500);
  // As it is left where a writing arrives after the page has put aside what came later.
  await page.evaluate(() => new Promise((done) => {
    indexedDB.open("guiju-form").onsuccess = ({ target }) => {
      target.result.transaction("reports").objectStore("reports").getAll().onsuccess = (event) => {
        const [there] = event.target.result;
        const later = { ...there, text: there.text.replace("早", "晚"), updated: "2999-01-01T00:00:00.000Z" };
        localStorage.setItem(`guiju-form:unsaved:${there.id}`, JSON.stringify([later, there.revision - 1, there.updated]));
        target.result.close();
        done();
      };
    };
  }));
  await reload(page);
  await page.waitForFunction(() => document.querySelector("guiju-form")?.shadowRoot?.querySelector("#alliance-0-name")?.value === "晚");
  await page.click("#reports");
  await kept(page).first().waitFor();
  assert.equal(await kept(page).count(), 1);
});

test("a report of another pack or of a newer form is left alone, and can be saved", async () => {
  const { page, context } = await form(here, {}, "library.html");
  await page.fill("#grantee-0-name", "青田");
  const { page: other } = await form(here, {}, "", context);
  await other.click("#reports");
  assert.match(await kept(other).first().textContent(), /青田.*屬於其他規則包：library_grants/);
  assert.equal(await kept(other).locator(".open-report").count(), 0);
  await other.keyboard.press("Escape");
  assert.equal(await focused(other), "reports");
  // What a form of tomorrow keeps, this one cannot know.
  await other.evaluate(() => new Promise((done) => {
    const opening = indexedDB.open("guiju-form");
    opening.onsuccess = () => {
      const change = opening.result.transaction("reports", "readwrite");
      const updated = new Date().toISOString();
      change.objectStore("reports").put({ id: "later", form: 2, pack: "alliance_108", title: "明日", updated, revision: 1, text: "?" });
      change.oncomplete = done;
    };
  }));
  await other.click("#reports");
  assert.match(await kept(other).first().textContent(), /明日.*由較新版的表單保存/);
  assert.equal(await kept(other).locator(".open-report").count(), 0);
  await other.keyboard.press("Escape");
  const [chooser] = await Promise.all([other.waitForEvent("filechooser"), other.click("#open")]);
  await chooser.setFiles({ name: "lib.json", mimeType: "", buffer: Buffer.from('{"grantees": [{"id": "G1"}]}') });
  const told = other.locator(".trouble", { hasText: "lib.json" });
  assert.match(await told.textContent(), /其他規則包.*alliances; 檔案裡的是：grantees/);
  // A host that names a report of another pack gets a new one, and is told.
  const id = await page.evaluate(() => JSON.parse(localStorage.getItem("guiju-form:library_grants")).report);
  await other.evaluate((id) => document.querySelector("guiju-form").setAttribute("report", id), id);
  await other.locator(".trouble", { hasText: "青田 無法讀取：屬於其他規則包" }).waitFor();
  await other.fill("#alliance-0-id", "A1");
  await reload(page);
  assert.equal(await page.inputValue("#grantee-0-name"), "青田");
});

test("what the year before had comes in: members, figures, basic data, and nothing twice", async () => {
  const { page } = await form(here);
  const before = { ...alliance(2, 3), reviewed: ["E1"] };
  const result = pack.evaluate({ alliances: [before] });
  await open(page, { id: "A1", member: [member({ name: "第 0 公司", fee: "7" })] });
  const carry = async (content) => {
    await page.click("#carry");
    const [chooser] = await Promise.all([page.waitForEvent("filechooser"), page.click("#carry-file")]);
    await chooser.setFiles({ name: "before.json", mimeType: "", buffer: Buffer.from(JSON.stringify(content)) });
    await page.click("#carry-take");
  };
  await carry(result);
  await carry({ alliances: [before] });
  const now = await root(page);
  assert.equal(now.previous.company_members, result.alliances[0].kpis.company_members.value);
  assert.deepEqual(now.member.map(({ name, fee }) => [name, fee]), [["第 0 公司", "7"], ["第 1 公司", "50000"]]);
  assert.deepEqual([now.name, now.reviewed, now.revenue.length], ["示範聯盟", ["E1"], 0]);
  await page.click("#undo-step");
  assert.equal((await root(page)).member.length, 1);
});

test("amounts in 仟元, days in either calendar: what is kept is exact", async () => {
  const { page } = await form(here);
  await page.selectOption("#unit", "仟元");
  await page.fill("#alliance-0-grant", "2,400.5");
  assert.equal((await root(page)).grant, "2400500");
  await page.click("#tab-member");
  await page.click("#add");
  await page.fill("#member-0-contract-start", "108/02/01");
  const other = page.locator(".day .other").first();
  assert.equal(await other.textContent(), "2019-02-01");
  await page.fill("#member-0-contract-start", "2019-2-1");
  assert.equal(await other.textContent(), "108/02/01");
  // Picked in the calendar, a day comes in the form that the field had.
  await page.evaluate(() => {
    const { shadowRoot } = document.querySelector("guiju-form");
    const picker = shadowRoot.querySelector(".picker");
    picker.value = "2019-03-05";
    picker.dispatchEvent(new Event("change"));
  });
  assert.equal((await root(page)).member[0].contract.start, "2019-03-05");
  await page.selectOption("#unit", "元");
  await page.click("#tab-alliance");
  assert.equal(await page.inputValue("#alliance-0-grant"), "2400500");
});

test("attachments are named, and neither kept nor sent", async () => {
  const { page } = await form(here, {}, "library.html");
  const attach = async (...names) => {
    const [chooser] = await Promise.all([page.waitForEvent("filechooser"), page.click("#attach")]);
    await chooser.setFiles(names.map((name) => ({ name, mimeType: "", buffer: Buffer.from("secret-content") })));
  };
  const lines = () => page.locator(".attached li").allTextContents();
  await page.fill("#grantee-0-name", "青田");
  await page.click("#tab-review");
  await attach("會議紀錄.pdf", "照片.jpg");
  await attach("照片.jpg");
  assert.deepEqual(await lines(), ["會議紀錄.pdf 1 KB刪除", "照片.jpg 1 KB刪除"]);
  await page.locator(".attached button").first().click();
  assert.deepEqual(await lines(), ["照片.jpg 1 KB刪除"]);
  await page.keyboard.press("Control+z");
  assert.equal((await lines()).length, 2);
  await written(page, "照片.jpg");
  await reload(page);
  await page.click("#tab-review");
  assert.equal((await lines()).length, 2);
  const heard = page.evaluate(() => new Promise((done) => {
    document.querySelector("guiju-form").addEventListener("guiju-hand-in", ({ detail }) => done(detail));
  }));
  await page.click("#hand-in");
  const { document, attached } = await heard;
  assert.deepEqual(attached, [{ name: "會議紀錄.pdf", size: 14 }, { name: "照片.jpg", size: 14 }]);
  assert(!JSON.stringify(document).includes("照片"));
  const stored = await page.evaluate(() => new Promise((done) => {
    indexedDB.open("guiju-form").onsuccess = ({ target }) => {
      target.result.transaction("reports").objectStore("reports").getAll().onsuccess = (event) => done(JSON.stringify(event.target.result));
    };
  }));
  assert(stored.includes("照片.jpg") && !stored.includes("secret-content"));
});

test("on paper there is the summary, and nothing to press", async () => {
  const { page } = await form(here);
  await open(page, alliance(8, 12));
  await page.evaluate(() => (window.print = () => (globalThis.printed = true)));
  await page.click("#tab-review");
  await page.click("#print");
  assert(await page.evaluate(() => globalThis.printed));
  await page.emulateMedia({ media: "print" });
  assert(await page.locator(".sheet").first().isVisible());
  assert.match(await page.locator(".sheet").first().textContent(), /廠商會員/);
  for (const hidden of [".tools", "nav", ".side", "#print"]) {
    assert(!(await page.locator(hidden).first().isVisible()), hidden);
  }
  assert((await page.pdf()).length > 10_000);
});
