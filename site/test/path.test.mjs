// A reader's path through the built pages: a Chinese word is looked up and followed, the language
// changed, rules are opened, broken and mended where they stand; on phones, without asking anybody
// else for anything.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { fileURLToPath } from "node:url";
import axe from "../../playground/node_modules/axe-core/axe.js";
import { launch, visit as open, serve } from "../../playground/test/site.mjs";

/** The path that the site was built for. */
const BASE = process.env.SITE_BASE ?? "/";

let site;
let browser;

before(async () => {
    site = await serve(fileURLToPath(new URL("../.vitepress/dist/", import.meta.url)), BASE);
    browser = await launch();
});

after(async () => {
    await browser?.close();
    site?.close();
});

/** A page that fails the test on any error, and on anything asked of others. */
function visit(path, options = {}) {
    const viewport = { width: 1280, height: 850 };
    return open(browser, site, path, { viewport, ...options }, 30_000);
}

/** The block of rules with a text in it. */
const block = (page, text) => page.locator(".rules", { hasText: text }).first();

test("a Chinese word is found, followed, and read in the other language", async () => {
    const { page, context, errors } = await visit("zh-TW/");
    await page.getByRole("button", { name: "搜尋" }).click();
    await page.getByRole("searchbox").fill("不重複認列");
    await page.locator(".result").first().waitFor();
    await page.keyboard.press("Enter");
    await page.waitForURL(/zh-TW\/language\.html#once/);
    const heading = page.getByRole("heading", { name: "once：不重複認列" });
    await heading.waitFor();
    assert.ok((await heading.boundingBox()).y < 850);
    await page.getByRole("button", { name: "切換語言" }).hover();
    await page.getByRole("link", { name: "English" }).click();
    // The same section, though its anchor is another one there.
    const there = page.getByRole("heading", { name: "once: nothing counts twice" });
    await there.waitFor();
    await page.waitForFunction(() => document.documentElement.lang === "en");
    assert.match(page.url(), /\/language\.html#/);
    assert.doesNotMatch(page.url(), /zh-TW/);
    await page.waitForFunction(() => {
        const found = [...document.querySelectorAll("h2")].find((one) =>
            /^once/.test(one.innerText),
        );
        const { top } = found.getBoundingClientRect();
        return top >= 0 && top < innerHeight;
    });
    // The list of all pages has both languages in one document.
    await page.goto(site.address);
    assert.doesNotMatch(await page.locator("main").innerText(), /[一-鿿]/);
    // A page in one language says so, and is there in both.
    await page.goto(`${site.address}zh-TW/rust.html`);
    await page.getByText("這一頁只有英文。").waitFor();
    assert.deepEqual(errors, []);
    await context.close();
});

const CHINESE = { edit: "在此修改", sound: "沒有問題", own: /[一-鿿]{4}/ };
const ENGLISH = { edit: "Edit here", sound: "nothing is wrong", own: /^[^一-鿿]+$/ };

for (const [path, words] of [
    ["zh-TW/tutorial.html", CHINESE],
    ["tutorial.html", ENGLISH],
]) {
    test(`rules are broken and mended where they stand: ${path}`, async () => {
        const { page, context, errors } = await visit(path);
        const opened = block(page, "open_branches");
        await opened.getByRole("button", { name: words.edit }).click();
        await opened.getByText(words.sound).waitFor();
        // Figures of the data of the pack stand beside the rules.
        await opened.locator(".hint").first().waitFor();
        const line = opened.locator(".cm-line", { hasText: "opened <= audit_date" });
        await line.click();
        await page.keyboard.press("End");
        await page.keyboard.type("x");
        const wrong = opened.locator(".wrong li");
        await wrong.filter({ hasText: "audit_datex" }).waitFor();
        assert.match((await wrong.first().innerText()).replaceAll(/`[^`]*`/g, ""), words.own);
        await page.keyboard.press("Backspace");
        await opened.getByText(words.sound).waitFor();
        assert.equal(await wrong.count(), 0);
        // What the block is a part of is there, and cannot be deleted with it.
        await page.keyboard.press("Control+a");
        await page.keyboard.press("Delete");
        await wrong.first().waitFor();
        const text = await opened.locator(".cm-content").innerText();
        assert.doesNotMatch(text, /mobile_libraries/);
        await page.evaluate(axe.source);
        // VitePress names its own search button by less than what stands on it.
        const rules = { "label-content-name-mismatch": { enabled: false } };
        const { violations } = await page.evaluate(
            (rules) => globalThis.axe.run(document, { rules }),
            rules,
        );
        assert.deepEqual(
            violations.map(({ id, nodes }) => `${id}: ${nodes[0].html}`),
            [],
        );
        // Another block closes this one.
        const other = block(page, "good_branch");
        await other.getByRole("button", { name: words.edit }).click();
        await other.getByText(words.sound).waitFor();
        assert.equal(await page.locator(".editing").count(), 1);
        assert.deepEqual(errors, []);
        await context.close();
    });
}

test("fragments and editions open as they stand, and tests run in place", async () => {
    const { page, context, errors } = await visit("language.html");
    const edition = block(page, "amends reading_rooms");
    await edition.getByRole("button", { name: "Edit here" }).click();
    await edition.getByText("nothing is wrong").waitFor();
    await edition.getByRole("button", { name: "▶" }).first().click();
    await edition.getByText(/passed/).waitFor();
    const fragment = block(page, "小型閱覽室");
    await fragment.getByRole("button", { name: "Edit here" }).click();
    await fragment.getByText("nothing is wrong").waitFor();
    await fragment.getByRole("button", { name: "Close" }).click();
    assert.equal(await page.locator(".editing").count(), 0);
    assert.deepEqual(errors, []);
    await context.close();
});

test("an engine that cannot be loaded is told of, and tried again", async () => {
    const { page, context } = await visit("tutorial.html");
    await context.route("**/*.wasm", (route) => route.abort());
    const opened = block(page, "open_branches");
    await opened.getByRole("button", { name: "Edit here" }).click();
    await opened.getByText("the engine cannot be loaded").waitFor();
    await context.unroute("**/*.wasm");
    await opened.getByRole("button", { name: "As it was" }).click();
    await opened.getByText("nothing is wrong").waitFor();
    await context.close();
});

test("messages stand as they are written, with what is filled in", async () => {
    const { page, context } = await visit("diagnostics.html");
    await page.getByText("expected {0}, found {1}", { exact: true }).first().waitFor();
    await context.close();
});

test("nothing is wider than a phone, in light or dark", async () => {
    const viewport = { width: 375, height: 800 };
    for (const colorScheme of ["light", "dark"]) {
        const { page, context, errors } = await visit("", { viewport, colorScheme });
        for (const path of ["", "zh-TW/language.html", "python.html", "zh-TW/data.html"]) {
            await page.goto(site.address + path);
            const wide = await page.evaluate(
                () => document.documentElement.scrollWidth - innerWidth,
            );
            assert.equal(wide, 0, path);
        }
        await page.goto(`${site.address}zh-TW/language.html`);
        await page.locator("button.edit").first().click();
        await page.getByText("沒有問題").waitFor();
        assert.equal(
            await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth),
            true,
        );
        assert.deepEqual(errors, []);
        await context.close();
    }
});
