// Links that lead nowhere are found in built pages: a file, an anchor, in this page and another.
// Not here: the pages of the site, which are checked as they are built.

import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { load } from "./load.mjs";

const { check } = await load("check.ts");
const { headings, pages } = await load("pages.ts");

/** What is said of pages, built for a path. */
function said(base, pages) {
    const folder = mkdtempSync(join(tmpdir(), "guiju-site-"));
    try {
        for (const [name, html] of Object.entries(pages)) {
            mkdirSync(join(folder, name, ".."), { recursive: true });
            writeFileSync(join(folder, name), html);
        }
        check(folder, base);
        return [];
    } catch (error) {
        return error.message.split("\n").slice(1);
    } finally {
        rmSync(folder, { recursive: true });
    }
}

test("links that lead nowhere are named", () => {
    const there = `<h2 class="a" id="二條文">x</h2><a href="./b.html#y">1</a>`;
    const good = {
        "index.html": `${there}<a href="#%E4%BA%8C%E6%A2%9D%E6%96%87">2</a><a href="https://x">3</a>`,
        "b.html": `<h2 id="y">y</h2><a class="z" href="/at/">4</a><img src="zh-TW/p.svg">`,
        "zh-TW/p.svg": "",
    };
    assert.deepEqual(said("/at/", good), []);
    const bad = {
        ...good,
        "zh-TW/c.html": `<a href="../b.html#gone">1</a><a href="/at/zh-TW/">2</a><a href="#z">3</a>`,
    };
    assert.deepEqual(said("/at/", bad), [
        "zh-TW/c.html: ../b.html#gone",
        "zh-TW/c.html: /at/zh-TW/",
        "zh-TW/c.html: #z",
    ]);
    assert.equal(said("/", good).length, 1);
});

test("both languages of a document are built alike, so that changing the language keeps the place", () => {
    const all = pages();
    const twins = all.filter(({ twin, language }) => twin && language === "en");
    assert.ok(twins.length > 10);
    for (const page of twins) {
        const other = all.find(({ source }) => source === page.twin);
        const [here, there] = [page, other].map(({ text }) => headings(text));
        const levels = (list) => list.map(({ level }) => level);
        assert.deepEqual(levels(here), levels(there), page.file);
    }
});

test("headings have the anchors that documents are linked by", () => {
    const text =
        "# A `b`, c\n\n```text\n# no heading\n```\n\n## once：不重複認列\n\n## JSON\n\n## JSON\n";
    assert.deepEqual(headings(text), [
        { level: 1, anchor: "a-b-c" },
        { level: 2, anchor: "once不重複認列" },
        { level: 2, anchor: "json" },
        { level: 2, anchor: "json-1" },
    ]);
});
