// A stranger's path through the page: the sample, a rule broken and mended, figures, a test from a
// change that none noticed, the pack downloaded and opened again, a link; without a network.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import axe from "axe-core";
import { launch, visit as open, serve } from "./site.mjs";

let site;
let browser;

before(async () => {
    site = await serve();
    browser = await launch();
});

after(async () => {
    await browser?.close();
    site?.close();
});

/** A page that fails the test on any error, and on anything sent elsewhere. */
function visit({ hash = "", ...options } = {}) {
    const usual = { locale: "en", viewport: { width: 1400, height: 850 } };
    return open(browser, site, hash, { ...usual, ...options }, 45_000);
}

const SMALL = `pack small "小" / "small"
source g "要點" { 1 "條文" / "clause" }
entity alliance { key id: text }
entity member in alliance { key name: text  fee: money }
tally members "會員" / "members" in 家 from member {
  require fee >= 10 元 else "會費不足" / "too low" @ 1
  count
}
`;
const SMALL_TEST = `test "one" { alliance A { member M { fee: 50 元 } } expect A.members = 1 家 }
`;

test("the sample is there; a rule is broken, told, mended by its fix, and figures follow", async () => {
    const { page, errors } = await visit();
    const figure = page
        .locator("aside tr", { has: page.getByText(/company member/i) })
        .first()
        .locator("td")
        .first();
    await figure.waitFor();
    const before = await figure.innerText();
    assert.match(before, /^\d+/);
    await page.getByRole("button", { name: "why?" }).first().click();
    await page.locator(".why-text:not(:empty)").waitFor();
    // A mistyped name: the message says what was meant, and the button writes it.
    const line = page
        .locator(".cm-line", { hasText: "origin = domestic and kind = company" })
        .first();
    await line.click();
    await page.keyboard.press("Home");
    await page.keyboard.type("x");
    await page.getByRole("tab", { name: "problems 1" }).click();
    const finding = page.locator(".findings li").first();
    assert.match(await finding.innerText(), /xorigin/);
    await page.locator(".cm-lintRange-error").first().hover();
    await page.locator(".cm-diagnosticAction", { hasText: "change to origin" }).click();
    await page.getByText("nothing is wrong").waitFor();
    // And a rule that says something else gives other figures.
    await page.getByRole("tab", { name: "results" }).click();
    await line.click();
    await page.keyboard.press("Home");
    await page.keyboard.press("Shift+End");
    await page.keyboard.type(
        "  origin = domestic and kind = company and not registered => company @ 108-1",
    );
    await page.waitForFunction(
        ([was]) => {
            const rows = [...document.querySelectorAll("aside tr")];
            const row = rows.find((row) => /company member/i.test(row.textContent));
            return row && row.querySelector("td").innerText !== was;
        },
        [before],
    );
    assert.deepEqual(errors, []);
    await page.context().close();
});

test("a change that no test notices becomes a test; the pack is downloaded and opened again", async () => {
    const { page, errors } = await visit();
    await page.locator("aside td").first().waitFor();
    const file = (name, text) => ({ name, mimeType: "text/plain", buffer: Buffer.from(text) });
    // Loose files: those that are named as tests are told apart by what is in them.
    await page
        .locator("input[type=file]")
        .setInputFiles([file("a.guiju", SMALL), file("t.guiju", SMALL_TEST)]);
    await page.getByRole("heading", { name: "small" }).waitFor();
    await page.getByRole("tab", { name: "tests" }).click();
    await page.getByRole("button", { name: "which rules tests have seen" }).click();
    await page.getByText("tests have seen 0 of 1 rules both ways").waitFor();
    await page.getByRole("button", { name: "find changes that no test notices" }).click();
    while ((await page.getByRole("button", { name: "add a test that notices it" }).count()) === 0) {
        await page.waitForTimeout(50);
    }
    await page.getByRole("button", { name: "add a test that notices it" }).first().click();
    await page.getByText("the test is now in tests/proposed.guiju").waitFor();
    await page.getByRole("button", { name: "run all tests", exact: true }).click();
    await page.getByText(/^2 passed, 0 failed$/).waitFor();
    await page.getByRole("button", { name: "which rules tests have seen" }).click();
    await page.getByText("tests have seen 1 of 1 rules both ways").waitFor();
    const [saved] = await Promise.all([
        page.waitForEvent("download"),
        page.getByRole("button", { name: "download" }).click(),
    ]);
    assert.equal(saved.suggestedFilename(), "small.zip");
    const path = await saved.path();
    await page.locator("select").first().selectOption("gloria_108");
    await page.getByRole("heading", { name: "gloria_108" }).waitFor();
    const { readFileSync } = await import("node:fs");
    const archive = {
        name: "small (1).zip",
        mimeType: "application/zip",
        buffer: readFileSync(path),
    };
    await page.locator("input[type=file]").setInputFiles([archive]);
    await page.getByRole("heading", { name: "small" }).waitFor();
    await page.getByRole("button", { name: "tests/proposed.guiju" }).click();
    await page.locator(".cm-content", { hasText: 'test "' }).waitFor();
    // Files without rules are told.
    await page.locator("input[type=file]").setInputFiles([file("a.csv", "x")]);
    await page.getByText("there are no .guiju files among these").waitFor();
    assert.deepEqual(errors, []);
    await page.context().close();
});

test("a link has only what was changed; one that is cut, or of another version, is told", async () => {
    const { page, errors } = await visit();
    await page.locator("aside td").first().waitFor();
    await page.locator(".cm-line").first().click();
    await page.keyboard.type("-- 改過 ");
    await page.getByRole("button", { name: "share a link" }).click();
    await page.locator(".said").filter({ hasText: /link/ }).waitFor();
    const hash = new URL(page.url()).hash;
    assert.ok(hash.length < 6_000, `${hash.length}`);
    await page.context().close();
    const other = await visit({ hash, locale: "zh-TW" });
    await other.page.locator(".cm-line", { hasText: "-- 改過" }).waitFor();
    const cut = await visit({ hash: hash.slice(0, -9) });
    await cut.page.getByText("this link is cut short").waitFor();
    const newer = await visit({ hash: hash.replace("#1.", "#9.") });
    await newer.page.getByText("another version made this link").waitFor();
    for (const visited of [other, cut, newer]) {
        assert.deepEqual(visited.errors, []);
        await visited.context.close();
    }
    assert.deepEqual(errors, []);
});

test("after the first visit it needs no network; both languages, phones and readers of screens", async () => {
    const { page, context, errors } = await visit({
        locale: "zh-TW",
        viewport: { width: 390, height: 800 },
    });
    await page.locator("aside td").first().waitFor();
    assert.equal(
        await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth),
        true,
    );
    await page.evaluate(() => navigator.serviceWorker.ready);
    await page.evaluate(axe.source);
    // The text in the editor takes the focus, though its scroller does not.
    const rules = { "scrollable-region-focusable": { enabled: false } };
    const { violations } = await page.evaluate(
        (rules) => globalThis.axe.run(document, { rules }),
        rules,
    );
    assert.deepEqual(
        violations.map(({ id, nodes }) => `${id}: ${nodes[0].html}`),
        [],
    );
    await context.setOffline(true);
    await page.reload();
    await page.locator("aside td").first().waitFor();
    await page.getByRole("button", { name: "English" }).click();
    await page.getByRole("tab", { name: "results" }).waitFor();
    await page.locator("aside td").first().waitFor();
    assert.deepEqual(errors, []);
    await context.close();
});
