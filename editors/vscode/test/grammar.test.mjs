// The grammar for colours against the server, which knows what a word is: on every rule file of the
// built-in packs, in both spellings, and on what is hard to read.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { test } from "node:test";
import oniguruma from "vscode-oniguruma";
import textmate from "vscode-textmate";
import { Client, text } from "./packed.mjs";

const wasm = createRequire(import.meta.url).resolve("vscode-oniguruma/release/onig.wasm");
await oniguruma.loadWASM(readFileSync(wasm));
const registry = new textmate.Registry({
    onigLib: Promise.resolve({
        createOnigScanner: (patterns) => new oniguruma.OnigScanner(patterns),
        createOnigString: (text) => new oniguruma.OnigString(text),
    }),
    loadGrammar: async () =>
        textmate.parseRawGrammar(text("syntaxes/guiju.tmLanguage.json"), "guiju.json"),
});
const grammar = await registry.loadGrammar("source.guiju");

/** The innermost scope at every column of every line. */
function scopes(rules) {
    let stack = textmate.INITIAL;
    return rules.split("\n").map((line) => {
        const found = grammar.tokenizeLine(line, stack);
        stack = found.ruleStack;
        return found.tokens.flatMap((token) =>
            Array(token.endIndex - token.startIndex).fill(token.scopes.slice(1).join(" ")),
        );
    });
}

const KINDS = ["keyword", "string", "number", "comment"];
const MEANT = {
    keyword: /keyword|support\.type|constant\.language/,
    string: /string/,
    number: /constant\.numeric/,
    comment: /comment/,
};

async function compare(client, path, rules) {
    const uri = `file://${path}`;
    const { data } = await client.ask("textDocument/semanticTokens/full", {
        textDocument: { uri },
    });
    const lines = rules.split("\n");
    const coloured = scopes(rules);
    let line = 0;
    let column = 0;
    const wrong = [];
    const covered = lines.map((line) => Array(line.length).fill(undefined));
    for (let at = 0; at < data.length; at += 5) {
        line += data[at];
        column = data[at] ? data[at + 1] : column + data[at + 1];
        const kind = KINDS[data[at + 3]];
        covered[line].fill(kind ?? "name", column, column + data[at + 2]);
        const written = lines[line].slice(column, column + data[at + 2]);
        // A unit after a number is a number to the server, and a name to the grammar.
        if (!kind || (kind === "number" && !/^[0-9０-９]/.test(written))) continue;
        const scope = coloured[line][column] ?? "";
        // A date or a clause is one to the grammar and several words to the server.
        if (kind === "number" && /clause/.test(scope)) continue;
        if (!MEANT[kind].test(scope))
            wrong.push(`${path}:${line + 1} ${kind} ${written}: ${scope}`);
    }
    // What the grammar takes for a text or a comment is one.
    lines.forEach((written, line) => {
        for (let column = 0; column < written.length; column += 1) {
            const scope = coloured[line][column] ?? "";
            const is = /comment/.test(scope)
                ? "comment"
                : /string/.test(scope)
                  ? "string"
                  : undefined;
            if (is && written[column].trim() && covered[line][column] !== is) {
                wrong.push(
                    `${path}:${line + 1}:${column + 1} is ${covered[line][column]}, not ${is}`,
                );
                return;
            }
        }
    });
    return wrong;
}

test("words, texts, numbers and comments are what the server says they are", async () => {
    const { default: packs } = await import("../../server/dist/rules.json", {
        with: { type: "json" },
    });
    const both = readFileSync(
        new URL(
            "../../../core/tests/rules/accepted/words_of_both_spellings.guiju",
            import.meta.url,
        ),
        "utf8",
    );
    const files = Object.values(packs)
        .flat()
        .map(([name, rules]) => [`/w/${name}`, rules]);
    files.push(["/w/both/a.guiju", both]);
    // Stored and not opened, so that each pack is read once.
    const client = new Client(Object.fromEntries(files));
    const wrong = [];
    for (const [path, rules] of files) wrong.push(...(await compare(client, path, rules)));
    assert.deepEqual(wrong, []);
});

test("what is hard to read is coloured as it is read", async () => {
    const hard = [
        'let x "a -- b \\" c" = 1 -- "no text"',
        "let 計數器 = １２_３００．５％ ＠ 1、2-a -- 註",
        'let accounting = "全形＂ and “x -- y” in',
        "let packed = 108/01/01 .. 109.12.31 and 民國108年1月2日",
        'let y = "half a text',
        'let z = 3 because "next line is none"',
    ].join("\n");
    const client = new Client({ "/w/hard/a.guiju": hard });
    const wrong = await compare(client, "/w/hard/a.guiju", hard);
    // A text that does not end is one to the end of its line; the server reads on.
    assert.deepEqual(
        wrong.filter((found) => !/:[56]/.test(found)),
        [],
    );
    const named = scopes("let 計數器 = accounting and 計數 > 3");
    assert.match(named[0][0], /keyword\.declaration/);
    assert.equal(named[0][4], "", "a name that begins like a word is a name");
    assert.equal(named[0][10], "");
    assert.match(named[0][25], /keyword/);
});
