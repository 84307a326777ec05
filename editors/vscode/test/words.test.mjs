// Snippets that can be read, and words in both languages.

import assert from "node:assert/strict";
import { readFileSync, readdirSync } from "node:fs";
import { test } from "node:test";
import { Client, files, here, text } from "./packed.mjs";

/** A snippet as it stands when nothing is typed into it. */
function plain(body) {
    let rest = body.join("\n");
    const defaults = new Map();
    rest = rest.replace(/\$\{\d+\|(\w+)[^}]*\}/g, "$1");
    rest = rest.replace(
        /\$\{(\d+):([^}]*)\}/g,
        (_, number, words) => (defaults.set(number, words), words),
    );
    return rest.replace(/\$(\d+)/g, (_, number) => defaults.get(number));
}

for (const [spelling, first] of [
    ["English", "pack"],
    ["Chinese", "規則包"],
]) {
    test(`the snippets in ${spelling} words make a pack without an error`, async () => {
        const snippets = Object.entries(JSON.parse(text("snippets/guiju.json")));
        const begin = snippets.findIndex(([name]) => name === first);
        const mine = snippets
            .filter(([name]) => /^[a-z]/.test(name) === (spelling === "English"))
            .map(([, { body }]) => plain(body));
        assert.ok(begin >= 0 && mine.length >= 7);
        const root =
            spelling === "English"
                ? "entity alliance { key id: text }"
                : "資料 聯盟 { 識別 代號: 文字 }";
        // Members are told of before they are counted; the order of items makes no difference.
        const client = new Client({});
        const uri = client.open("/w/p/a.guiju", [...mine, root].join("\n\n"));
        const errors = (await client.told(uri)).filter((found) => found.severity === 1);
        assert.deepEqual(
            errors.map((found) => found.message),
            [],
        );
    });
}

test("what people read is there in both languages", () => {
    const named = Object.keys(JSON.parse(text("package.nls.json"))).sort();
    assert.deepEqual(Object.keys(JSON.parse(text("package.nls.zh-tw.json"))).sort(), named);
    const used = [...text("package.json").matchAll(/%([\w.]+)%/g)].map(([, name]) => name);
    assert.deepEqual([...new Set(used)].sort(), named);
    const sources = readdirSync(here("src")).map((name) =>
        readFileSync(here(`src/${name}`), "utf8"),
    );
    const said = sources.join("\n").matchAll(/l10n\.t\(\s*"([^"]+)"/g);
    const words = [...new Set([...said].map(([, words]) => words))].sort();
    assert.deepEqual(Object.keys(JSON.parse(text("l10n/bundle.l10n.zh-tw.json"))).sort(), words);
});

test("the package has what it runs by, and nothing of the workshop", () => {
    const names = Object.keys(files).filter((name) => name.startsWith("extension/"));
    for (const name of [
        "dist/extension.js",
        "dist/worker.js",
        "dist/server_bg.wasm",
        "readme.md",
    ]) {
        assert.ok(names.includes(`extension/${name}`), name);
    }
    assert.deepEqual(
        names.filter((name) => /node_modules|\.ts$|\.map$|test/.test(name)),
        [],
    );
});

test("what the command says is understood as problems", () => {
    const said = "error[G201]: 找不到名稱 `b`\n --> 規則 1/a.guiju:3:9\n  |\n".split("\n");
    const [matcher] = JSON.parse(text("package.json")).contributes.problemMatchers;
    const [first, second] = matcher.pattern.map(({ regexp }, at) =>
        new RegExp(regexp).exec(said[at]),
    );
    assert.deepEqual([first[first.length - 2], first[3]], ["G201", "找不到名稱 `b`"]);
    assert.deepEqual(second.slice(1), ["規則 1/a.guiju", "3", "9"]);
});
