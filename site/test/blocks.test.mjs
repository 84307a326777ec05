// Every block of rules in the pages that has a button is sound when it is opened; and what stands
// around it notices when it breaks. Not here: the editor in the page (`path`).

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { Server, initSync } from "../../editors/server/dist/server.js";
import { load } from "./load.mjs";

const { blocks, contexts } = await load("blocks.ts");
const { pages } = await load("pages.ts");
const { open } = await load("contexts.ts");
const module = readFileSync(new URL("../../editors/server/dist/server_bg.wasm", import.meta.url));
initSync({ module });
const all = pages();
const known = contexts(all);

/** What is said of a pack with one of its files open, by file. */
function said({ project, path, errorsOnly }) {
    const server = new Server("en");
    const encoder = new TextEncoder();
    for (const [name, text] of project.beside ?? []) server.store(`/${name}`, encoder.encode(text));
    for (const [name, text] of project.files) server.store(`/pack/${name}`, encoder.encode(text));
    const messages = [];
    const send = (message) =>
        messages.push(...server.message(JSON.stringify({ jsonrpc: "2.0", ...message })));
    send({
        id: 1,
        method: "initialize",
        params: { capabilities: {}, workspaceFolders: [{ uri: "file:///pack", name: "pack" }] },
    });
    send({ method: "initialized", params: {} });
    const uri = `file:///pack/${path}`;
    const text = project.files.get(path);
    const textDocument = { uri, languageId: "guiju", version: 1, text };
    send({ method: "textDocument/didOpen", params: { textDocument } });
    while (server.owes()) messages.push(...server.pay());
    server.free();
    const told = messages
        .map((message) => JSON.parse(message))
        .filter(({ method }) => method === "textDocument/publishDiagnostics");
    assert.ok(told.length > 0, `nothing is said of ${path}`);
    return told.flatMap(({ params }) =>
        params.diagnostics
            .filter(({ severity }) => !errorsOnly || severity === 1)
            .map(({ message }) => `${params.uri}: ${message}`),
    );
}

test("every block of rules opens without a finding", () => {
    let count = 0;
    for (const page of all) {
        for (const block of blocks(page, all)) {
            const opened = open(block, known);
            assert.ok(opened, `${page.file}: no context for\n${block.text}`);
            const [from, to] = opened.part;
            const shown = opened.project.files.get(opened.path).slice(from, to);
            assert.equal(shown, block.text.trimEnd());
            assert.deepEqual(said(opened), [], `${page.file}:\n${block.text}`);
            count += 1;
        }
    }
    assert.ok(count > 100, `${count} blocks`);
    console.log(`${count} blocks`);
});

test("a block that breaks is told of", () => {
    const page = all.find(({ file }) => file === "tutorial.md");
    const block = blocks(page, all).find(({ text }) => text.includes("tally open_branches"));
    const text = block.text.replace("opened <=", "openedd <=");
    const broken = open({ ...block, original: block.text, text }, known);
    assert.match(said(broken).join(), /openedd/);
    // And what a fragment declares takes the place of what the prelude has of it.
    const mine = { kind: "fragment", text: "entity branch in grantee { key name: text }\n" };
    const opened = open(mine, known);
    assert.ok(!opened.project.files.get("prelude.guiju").includes("entity branch "));
    assert.ok(opened.following("let x = 1")[1].includes("entity branch "));
});

test("rules of which it is not known what they rest on have no button", () => {
    assert.equal(open({ kind: "file missing.guiju", text: "let x = 1" }, known), undefined);
    assert.equal(open({ kind: "sketch", text: "let x = 1" }, known), undefined);
});
