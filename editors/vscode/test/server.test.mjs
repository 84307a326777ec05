// The server of the packed extension, driven by messages as an editor sends them.

import assert from "node:assert/strict";
import { test } from "node:test";
import { Client } from "./packed.mjs";

const RULES = `pack 示範 "示範😀" / "demo"
source g "要點" { 1 "條文" / "clause" }
entity alliance { key id: text }
entity member in alliance { key name: text  fee "會費" / "fee": money }
tally members "會員😀" / "members" in 家 from member {
  require fee >= 10 元 else "會費不足" / "too low" @ 1
  count
}
`;
const TESTS = `test "one" { alliance A { member M { fee: 50 元 } } expect A.members = 1 家 }
`;
const DATA = `{"alliances": [{"id": "A", "member": [{"name": "M", "fee": "10"}, {"name": "N", "fee": "9"}]}]}`;
const FILES = { "/w/p/r.guiju": RULES, "/w/p/tests/t.guiju": TESTS, "/w/p/data.json": DATA };
const uri = "file:///w/p/r.guiju";
const textDocument = { uri };
const all = { start: { line: 0, character: 0 }, end: { line: 99, character: 0 } };

test("what is wrong is told and mended, and figures of the data stand in the margin", async () => {
    const client = new Client(FILES);
    client.open("/w/p/r.guiju", RULES.replace("fee >=", "feee >="));
    const [wrong] = await client.told(uri);
    assert.deepEqual(wrong.range, {
        start: { line: 5, character: 10 },
        end: { line: 5, character: 14 },
    });
    const context = { diagnostics: [] };
    const [action] = await client.ask("textDocument/codeAction", {
        textDocument,
        range: wrong.range,
        context,
    });
    assert.equal(action.edit.changes[uri][0].newText, "fee");
    client.change(uri, 2, RULES);
    assert.deepEqual(await client.told(uri), []);
    await client.until(() => client.refreshes > 0);
    const hints = await client.ask("textDocument/inlayHint", { textDocument, range: all });
    const words = hints.map((hint) => hint.label);
    assert.deepEqual(words, ["1 家 (1 counted, 1 refused, 0 undetermined)", "1 refused"]);
    // Data that changes on disk changes them.
    const content = new TextEncoder().encode(DATA.replace('"9"', '"10"'));
    client.worker.postMessage({ store: [["/w/p/data.json", content]] });
    const before = client.refreshes;
    client.tell("workspace/didChangeWatchedFiles", { changes: [] });
    await client.until(() => client.refreshes > before);
    const [after] = await client.ask("textDocument/inlayHint", { textDocument, range: all });
    assert.equal(after.label, "2 家 (2 counted, 0 refused, 0 undetermined)");
    // And without any there are none.
    client.worker.postMessage({ forget: "/w/p/data.json" });
    client.tell("workspace/didChangeWatchedFiles", { changes: [] });
    await client.until(() => client.refreshes > before + 1);
    assert.deepEqual(await client.ask("textDocument/inlayHint", { textDocument, range: all }), []);
});

test("what tests leave out is found, and a proposed test closes it", async () => {
    const client = new Client(FILES, { locale: "zh-TW" });
    client.open("/w/p/r.guiju", RULES);
    const coverage = await client.ask("guiju/coverage", { textDocument });
    assert.deepEqual([coverage.complete, coverage.of], [0, 1]);
    assert.deepEqual(coverage.rules[0], {
        uri,
        range: { start: { line: 5, character: 2 }, end: { line: 5, character: 49 } },
        rule: "members.require.1",
        label: "會費不足",
        holds: true,
        fails: false,
    });
    const found = await client.ask("guiju/mutants", { textDocument });
    assert.ok(found.survivors.length > 0 && found.noticed < found.of);
    assert.equal(found.survivors[0].uri, uri);
    const tests = client.open("/w/p/tests/t.guiju", `${TESTS}\n${found.proposals.join("\n")}`);
    const closed = await client.ask("guiju/mutants", { textDocument });
    assert.deepEqual([closed.noticed, closed.survivors], [closed.of, []]);
    const after = await client.ask("guiju/coverage", { textDocument });
    assert.equal(after.complete, 1);
    const run = await client.ask("workspace/executeCommand", {
        command: "guiju.runTests",
        arguments: [tests],
    });
    assert.equal(run.failed, 0);
    // Entries beside the pack that allow changes to go unnoticed are heeded.
    client.change(tests, 2, TESTS);
    const dropped = await client.ask("guiju/mutants", { textDocument });
    assert.equal(dropped.survivors.length, found.survivors.length);
});

test("results and their reasons are given, and why there are none", async () => {
    const client = new Client(FILES);
    client.open("/w/p/r.guiju", RULES);
    const { results, labels, words } = await client.ask("guiju/results", { textDocument });
    const [alliance] = results.alliances;
    assert.deepEqual(alliance.kpis.members, { state: "known", unit: "家", value: "1" });
    assert.deepEqual([labels, words], [{ members: "members" }, [{ members: "1 家" }]]);
    const record = { textDocument, root: 0, entity: "member", key: "N" };
    const why = await client.ask("guiju/explain", record);
    assert.match(why.text, /too low/);
    await assert.rejects(client.ask("guiju/explain", { ...record, key: "O" }), /O/);
    client.change(uri, 2, "pack");
    await assert.rejects(client.ask("guiju/results", { textDocument }), /errors/);
    await assert.rejects(client.ask("guiju/mutants", { textDocument }), /errors/);
    client.change(uri, 3, RULES);
    client.open("/w/p/tests/t.guiju", TESTS.replace("= 1 家", "= 2 家"));
    await assert.rejects(client.ask("guiju/mutants", { textDocument }), /tests fail.*one/);
});

test("editions amend what comes with the extension", async () => {
    const { default: rules } = await import("../../server/dist/rules.json", {
        with: { type: "json" },
    });
    const built = Object.fromEntries(
        Object.values(rules)
            .flat()
            .map(([name, text]) => [`/@built-in/${name}`, text]),
    );
    const client = new Client(built);
    const edition = client.open(
        "/w/mine/a.guiju",
        'pack mine "我的" / "mine" amends alliance_108\n',
    );
    assert.deepEqual(await client.told(edition), []);
    // Its tests use the examples of the base.
    const examples =
        'test "a" { alliance A { member M like good_member { } } expect A.member.M counted in company_members }';
    const tests = client.open("/w/mine/tests/t.guiju", examples);
    assert.deepEqual(await client.told(tests), []);
    const nobody = client.open("/w/other/a.guiju", "pack other amends alliance_999\n");
    assert.match((await client.told(nobody))[0].message, /alliance_999/);
});

test("nonsense is answered, and the server goes on", async () => {
    const client = new Client(FILES);
    await client.begun;
    client.worker.postMessage({ message: "{" });
    const ids = new Promise((done) => client.answers.set(null, done));
    assert.equal((await ids).error.code, -32700);
    assert.equal((await client.answer("no/such", {})).error.code, -32601);
    assert.equal((await client.answer("guiju/explain", [])).error.code, -32602);
    client.tell("textDocument/didChange", { textDocument: 3 });
    client.open("/w/p/r.guiju", `pack ${"(".repeat(100_000)}`);
    assert.ok((await client.told(uri)).length > 0);
    assert.deepEqual(await client.ask("textDocument/inlayHint", { textDocument, range: all }), []);
});
