// The files of the workspace that a server has to know: rules, tests, and data beside them. Read
// through the editor, so that it makes no difference where they are stored.
//
// Not here: files that are open, of which the language client tells.

import * as vscode from "vscode";
import type { Stored } from "../../server/serve";
import rules from "../../server/dist/rules.json";

/** The most files that are looked at, and bytes of one and of all of them. */
const FILES = 4_000;
const LARGEST = 8 << 20;
const ALL = 64 << 20;

const KINDS = "{guiju,allow,json,jsonl,ndjson,csv}";
const PATTERNS = [
    "**/*.guiju",
    "**/mutants.allow",
    "**/data.json",
    "**/{data,samples}/**/*.{json,jsonl,ndjson,csv}",
];
const LEFT_OUT = "**/{node_modules,target,.git}/**";

/** An address as the server has it: of a file its own, of anything else one that looks like it. */
export function toServer(uri: vscode.Uri): string {
    if (uri.scheme === "file" || uri.scheme === "untitled") return uri.toString();
    return `file:///@${uri.scheme}/${encodeURIComponent(uri.authority || "-")}${uri.path.split("/").map(encodeURIComponent).join("/")}`;
}

/** The same back. */
export function fromServer(address: string): vscode.Uri {
    const [, scheme, authority, path] = /^file:\/\/\/@([^/]+)\/([^/]+)(\/.*)$/.exec(address) ?? [];
    if (!scheme || scheme === "built-in" || !path) return vscode.Uri.parse(address);
    const named = decodeURIComponent(authority ?? "-");
    return vscode.Uri.from({
        scheme,
        authority: named === "-" ? "" : named,
        path: decodeURIComponent(path),
    });
}

/** The path by which the server keeps a file. */
function pathOf(uri: vscode.Uri): string {
    return decodeURIComponent(toServer(uri).replace(/^file:\/\/[^/]*/, ""));
}

/** What is stored, and what becomes of it. */
export class Files {
    private readonly kept = new Map<string, Uint8Array>();
    private bytes = 0;
    /** Told of what changed: files, or a path that is gone. */
    changed: (files: Stored[], gone: string | undefined) => void = () => undefined;

    private constructor() {
        const encoder = new TextEncoder();
        for (const files of Object.values(rules) as [string, string][][]) {
            for (const [name, text] of files)
                this.kept.set(`/@built-in/${name}`, encoder.encode(text));
        }
    }

    /** Everything there is, and from then on what changes. */
    static async watch(context: vscode.ExtensionContext, data: () => string): Promise<Files> {
        const files = new Files();
        await files.look(data());
        const watcher = vscode.workspace.createFileSystemWatcher(`**/*.${KINDS}`);
        const read = async (uri: vscode.Uri) => {
            if (await files.read(uri)) files.tell([uri]);
        };
        watcher.onDidChange(read);
        watcher.onDidCreate(read);
        watcher.onDidDelete((uri) => {
            const path = pathOf(uri);
            for (const known of [...files.kept.keys()]) {
                if (known === path || known.startsWith(`${path}/`)) files.drop(known);
            }
            files.changed([], path);
        });
        context.subscriptions.push(watcher);
        return files;
    }

    /** Looks through the workspace; also for the data that is named. */
    async look(data: string): Promise<void> {
        const named = data.replace(/^\/+|\/+$/g, "");
        const patterns = named ? [`**/${named}`, `**/${named}/*.csv`] : [];
        const found: vscode.Uri[] = [];
        for (const pattern of [...PATTERNS, ...patterns]) {
            const left = FILES - found.length;
            if (left > 0)
                found.push(...(await vscode.workspace.findFiles(pattern, LEFT_OUT, left)));
        }
        // Tables of rules have their rows in files beside them.
        const folder = (uri: vscode.Uri): string => pathOf(uri).replace(/[^/]*$/, "");
        const folders = new Set(found.filter((uri) => uri.path.endsWith(".guiju")).map(folder));
        const left = FILES - found.length;
        if (left > 0) {
            const tables = await vscode.workspace.findFiles("**/*.csv", LEFT_OUT, left);
            found.push(...tables.filter((uri) => folders.has(folder(uri))));
        }
        const read: vscode.Uri[] = [];
        for (const uri of found) if (await this.read(uri)) read.push(uri);
        this.tell(read);
    }

    private tell(uris: vscode.Uri[]): void {
        const files = uris.map((uri) => pathOf(uri));
        this.changed(
            files.map((path) => [path, this.kept.get(path) ?? new Uint8Array()]),
            undefined,
        );
    }

    /** Reads a file; what is too large, or gone again, is left out. */
    private async read(uri: vscode.Uri): Promise<boolean> {
        try {
            const { size } = await vscode.workspace.fs.stat(uri);
            const path = pathOf(uri);
            const before = this.kept.get(path)?.length ?? 0;
            if (size > LARGEST || this.bytes - before + size > ALL) return false;
            const content = await vscode.workspace.fs.readFile(uri);
            this.drop(path);
            this.kept.set(path, content);
            this.bytes += content.length;
            return true;
        } catch {
            return false;
        }
    }

    private drop(path: string): void {
        this.bytes -= this.kept.get(path)?.length ?? 0;
        this.kept.delete(path);
    }

    /** All of them, for a server that starts. */
    all(): Iterable<Stored> {
        return this.kept.entries();
    }
}
