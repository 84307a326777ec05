// What people look up is among the first three hits of the search that is built into the pages, and
// pairs of characters find more of it than the terms that MiniSearch makes by itself. Not here: the
// box in the page (`path`).

import assert from "node:assert/strict";
import { readFileSync, readdirSync } from "node:fs";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import MiniSearch from "minisearch";
import { load } from "./load.mjs";

const { tokenize, weight } = await load("tokens.ts");
const dist = fileURLToPath(new URL("../.vitepress/dist/", import.meta.url));
const queries = JSON.parse(readFileSync(new URL("queries.json", import.meta.url), "utf8"));

/** As the pages ask, but for how texts become terms. */
const WORDS = {
    fields: ["title", "titles", "text"],
    storeFields: ["title", "titles"],
    searchOptions: {
        fuzzy: 0.2,
        prefix: true,
        boost: { title: 4, text: 2, titles: 1 },
        boostDocument: weight,
    },
};
const PAIRS = { ...WORDS, tokenize };

/** The index of a language as the page loads it. */
async function built(language) {
    const folder = `${dist}assets/chunks/`;
    const start = `@localSearchIndex${language === "en" ? "root" : language}.`;
    const name = readdirSync(folder).find((name) => name.startsWith(start));
    const code = readFileSync(folder + name).toString("base64");
    const { default: json } = await import(`data:text/javascript;base64,${code}`);
    return MiniSearch.loadJSON(json, PAIRS);
}

/** The sections of the pages of a language, parted as VitePress does. */
function sections(language) {
    const folder = language === "en" ? dist : `${dist}${language}/`;
    const text = (html) => html.replace(/<[^>]*>/g, "");
    return readdirSync(folder)
        .filter((name) => name.endsWith(".html") && !/^(404|index)\.html$/.test(name))
        .flatMap((name) => {
            const html = readFileSync(folder + name, "utf8");
            const parts = html
                .slice(html.indexOf("<main"), html.indexOf("</main>"))
                .split(/<h(\d)[^>]*?>(.*?)<a class="header-anchor" href="#([^"]*)".*?<\/h\1>/g);
            const titles = [];
            const found = [];
            for (let at = 1; at < parts.length; at += 4) {
                const [level, title, anchor, content] = parts.slice(at, at + 4);
                titles.splice(Number(level) - 1, titles.length, text(title));
                const id = `${name}#${decodeURIComponent(anchor)}`;
                const above = titles.slice(0, -1).filter(Boolean);
                found.push({ id, title: titles.at(-1), titles: above, text: text(content) });
            }
            return found;
        });
}

/** Which queries have one of their sections among the first three hits. */
function found(index, language) {
    return queries[language].filter(([query, wanted]) => {
        const hits = index.search(query).slice(0, 3);
        const ids = hits.map(({ id }) => id.replace(/^.*\//, ""));
        return ids.some((id) => wanted.includes(id));
    });
}

test("Chinese becomes pairs, everything else words", () => {
    assert.deepEqual(tokenize("計數項 open_branches，20%", "text"), [
        ...["計數", "數項", "項"],
        ...["open", "branches", "20"],
    ]);
    assert.deepEqual(tokenize("計數項"), ["計數", "數項"]);
    assert.deepEqual(tokenize("席"), ["席"]);
    assert.deepEqual(tokenize("Ｇ１在𠮷"), ["G1", "在𠮷"]);
});

for (const language of ["zh-TW", "en"]) {
    test(`what people look up is found: ${language}`, async () => {
        const all = sections(language);
        const ids = new Set(all.map(({ id }) => id));
        const asked = queries[language];
        for (const [query, wanted] of asked)
            for (const id of wanted) assert.ok(ids.has(id), `${query}: there is no ${id}`);
        const [words, pairs] = [WORDS, PAIRS].map((options) => {
            const index = new MiniSearch(options);
            index.addAll(all);
            return found(index, language).length;
        });
        const shipped = found(await built(language), language);
        const missed = asked.filter((one) => !shipped.includes(one)).map(([query]) => query);
        console.log(
            `${language}: of ${asked.length}, ${words} by words, ${pairs} by pairs, ` +
                `${shipped.length} in the pages; not: ${missed.join(", ")}`,
        );
        // What is missed has other words than the section, or is in too many sections.
        assert.ok(missed.length <= 5, missed.join(", "));
        assert.ok(language === "en" ? pairs >= words : pairs >= 2 * words);
    });
}
