// The packed extension, unpacked, and its server in a thread as on the desktop: for the tests.

import { mkdtempSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { after } from "node:test";
import { Worker } from "node:worker_threads";
import { unzipSync } from "fflate";

export const here = (path) => new URL(`../${path}`, import.meta.url).pathname;

/** Files of the package by their paths. */
export const files = unzipSync(readFileSync(here("guiju.vsix")));

const folder = mkdtempSync(join(tmpdir(), "guiju-vsix-"));
for (const [path, content] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), content);
}

/** A file of the package as text. */
export const text = (path) => new TextDecoder().decode(files[`extension/${path}`]);

const clients = [];
after(() => Promise.all(clients.map((client) => client.stop())));

/** A client of the server, over these files; it ends with the tests of its file. */
export class Client {
    constructor(stored, { locale = "en", data } = {}) {
        clients.push(this);
        this.worker = new Worker(join(folder, "extension/dist/worker.js"));
        this.failed = new Promise((_, refused) => this.worker.on("error", refused));
        this.failed.catch(() => undefined);
        this.answers = new Map();
        this.problems = new Map();
        this.refreshes = 0;
        this.asked = 0;
        this.heard = [];
        this.worker.on("message", (said) => this.take(said));
        const module = files["extension/dist/server_bg.wasm"];
        this.worker.postMessage({ begin: { module, locale } });
        const encoder = new TextEncoder();
        const entries = Object.entries(stored).map(([path, text]) => [path, encoder.encode(text)]);
        this.worker.postMessage({ store: entries });
        this.begun = this.ask("initialize", {
            capabilities: { workspace: { inlayHint: { refreshSupport: true } } },
            locale,
            workspaceFolders: [{ uri: "file:///w", name: "w" }],
            initializationOptions: { data },
        });
        this.tell("initialized", {});
    }

    take(said) {
        for (const message of (said.messages ?? []).map((text) => JSON.parse(text))) {
            if (message.method === "textDocument/publishDiagnostics") {
                this.problems.set(message.params.uri, message.params.diagnostics);
            } else if (message.method === "workspace/inlayHint/refresh") {
                this.refreshes += 1;
            } else if (message.id !== undefined) {
                this.answers.get(message.id)?.(message);
            }
        }
        for (const heard of this.heard.splice(0)) heard();
    }

    post(message) {
        this.worker.postMessage({ message: JSON.stringify({ jsonrpc: "2.0", ...message }) });
    }

    tell(method, params) {
        this.post({ method, params });
    }

    /** The whole answer to a request. */
    answer(method, params) {
        const id = ++this.asked;
        const answer = new Promise((done) => this.answers.set(id, done));
        this.post({ id, method, params });
        return Promise.race([answer, this.failed]);
    }

    async ask(method, params) {
        const { result, error } = await this.answer(method, params);
        if (error) throw new Error(error.message);
        return result;
    }

    /** Waits until something holds. */
    async until(holds) {
        while (!holds()) {
            await Promise.race([new Promise((heard) => this.heard.push(heard)), this.failed]);
        }
    }

    open(path, text) {
        const uri = `file://${path}`;
        const textDocument = { uri, languageId: "guiju", version: 1, text };
        this.tell("textDocument/didOpen", { textDocument });
        return uri;
    }

    change(uri, version, text) {
        const textDocument = { uri, version };
        this.tell("textDocument/didChange", { textDocument, contentChanges: [{ text }] });
    }

    /** What is wrong in a file, once that is told. */
    async told(uri) {
        this.problems.delete(uri);
        await this.until(() => this.problems.has(uri));
        return this.problems.get(uri);
    }

    stop() {
        return this.worker.terminate();
    }
}
