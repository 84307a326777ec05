// The language server in a worker, and a second one for work that takes seconds. Not here: what is
// shown of what they say.

import {
    LSPClient,
    type Transport,
    formatKeymap,
    hoverTooltips,
    jumpToDefinitionKeymap,
    renameKeymap,
    serverCompletion,
    signatureHelp,
} from "@codemirror/lsp-client";
import { keymap } from "@codemirror/view";
import type { FromServer, Stored, ToServer } from "../../editors/server/serve";
import rulesUrl from "../../editors/server/dist/rules.json?url";
import wasmUrl from "../../editors/server/dist/server_bg.wasm?url";
import type { Project } from "./project";
import { spoken } from "./words";

export const FOLDER = "/pack";

/** The address of a file of the pack. */
export function address(path: string): string {
    return `file://${FOLDER}/${path.split("/").map(encodeURIComponent).join("/")}`;
}

/** The file of the pack at an address. */
export function pathOf(uri: string): string {
    return decodeURIComponent(uri).slice(`file://${FOLDER}/`.length);
}

export interface Place {
    line: number;
    character: number;
}

export interface Range {
    start: Place;
    end: Place;
}

export interface Problem {
    range: Range;
    severity: number;
    code: string;
    message: string;
}

let loaded: Promise<[WebAssembly.Module, Stored[]]> | undefined;

/** The module and the rules of the built-in packs, once for all workers. */
function load(): Promise<[WebAssembly.Module, Stored[]]> {
    loaded ??= Promise.all([
        fetch(wasmUrl)
            .then((answer) => answer.arrayBuffer())
            .then((bytes) => WebAssembly.compile(bytes)),
        fetch(rulesUrl)
            .then((answer) => answer.json())
            .then((packs: Record<string, [string, string][]>) => {
                const encoder = new TextEncoder();
                return Object.values(packs)
                    .flat()
                    .map(([name, text]): Stored => [`/@built-in/${name}`, encoder.encode(text)]);
            }),
    ]);
    // Whoever tries again after a failure is not told of the old one.
    loaded.catch(() => (loaded = undefined));
    return loaded;
}

async function start(project: Project, take: (said: FromServer) => void): Promise<Worker> {
    const worker = new Worker(new URL("./worker.ts", import.meta.url), { type: "module" });
    const [module, rules] = await load();
    worker.onmessage = (event: MessageEvent<FromServer>) => take(event.data);
    const post = (said: ToServer) => worker.postMessage(said);
    post({ begin: { module, locale: spoken() } });
    const encoder = new TextEncoder();
    const files = [...project.files].map(([path, text]): Stored => [
        `${FOLDER}/${path}`,
        encoder.encode(text),
    ]);
    const beside = [...(project.beside ?? [])].map(([path, text]): Stored => [
        `/${path}`,
        encoder.encode(text),
    ]);
    post({ store: [...rules, ...beside, ...files] });
    return worker;
}

/** What the page is told of. */
export interface Heard {
    problems(path: string, problems: Problem[]): void;
    figures(): void;
    failed(): void;
}

/** A running server and its client. */
export class Engine {
    private constructor(
        readonly client: LSPClient,
        private readonly worker: Worker,
    ) {}

    static async start(project: Project, heard: Heard): Promise<Engine> {
        const handlers = new Set<(message: string) => void>();
        const worker = await start(project, (said) => {
            if ("failed" in said) return heard.failed();
            for (const text of said.messages) {
                const { method, params } = JSON.parse(text) as {
                    method?: string;
                    params: { uri: string; diagnostics: Problem[] };
                };
                if (method === "textDocument/publishDiagnostics")
                    heard.problems(pathOf(params.uri), params.diagnostics);
                else if (method === "workspace/inlayHint/refresh") heard.figures();
                else handlers.forEach((handler) => handler(text));
            }
        });
        const transport: Transport = {
            send: (message) => worker.postMessage({ message } satisfies ToServer),
            subscribe: (handler) => void handlers.add(handler),
            unsubscribe: (handler) => void handlers.delete(handler),
        };
        const clientCapabilities = { workspace: { inlayHint: { refreshSupport: true } } };
        const keys = keymap.of([...formatKeymap, ...renameKeymap, ...jumpToDefinitionKeymap]);
        const client = new LSPClient({
            rootUri: `file://${FOLDER}`,
            timeout: 20_000,
            extensions: [
                { clientCapabilities },
                serverCompletion(),
                hoverTooltips(),
                signatureHelp(),
                keys,
            ],
        }).connect(transport);
        await client.initializing;
        return new Engine(client, worker);
    }

    /** Tells of a file that is not open in the editor. */
    store(path: string, text: string): void {
        const stored: Stored = [`${FOLDER}/${path}`, new TextEncoder().encode(text)];
        this.worker.postMessage({ store: [stored] } satisfies ToServer);
    }

    /** Files that are not open changed. */
    stored(): void {
        this.client.notification("workspace/didChangeWatchedFiles", { changes: [] });
    }

    /** Which data is judged; none where it is empty. */
    data(path: string): void {
        const settings = { guiju: { data: path || "-" } };
        this.client.notification("workspace/didChangeConfiguration", { settings });
    }

    async ask<T>(method: string, params: object): Promise<T> {
        this.client.sync();
        return this.client.request<object, T>(method, params);
    }

    stop(): void {
        this.client.disconnect();
        this.worker.terminate();
    }
}

/** One request to a server of its own; stopped by the signal. */
export async function apart<T>(
    project: Project,
    method: string,
    params: object,
    signal: AbortSignal,
): Promise<T> {
    let worker: Worker | undefined;
    try {
        return await new Promise<T>((done, refused) => {
            signal.addEventListener("abort", () => refused(new DOMException("", "AbortError")));
            const take = (said: FromServer) => {
                if ("failed" in said) return refused(new Error(said.failed));
                for (const text of said.messages) {
                    const { id, result, error } = JSON.parse(text) as {
                        id?: number;
                        result: T;
                        error?: { message: string };
                    };
                    if (id === 2) error ? refused(new Error(error.message)) : done(result);
                }
            };
            start(project, take).then((started) => {
                worker = started;
                const send = (message: object) =>
                    started.postMessage({
                        message: JSON.stringify({ jsonrpc: "2.0", ...message }),
                    } satisfies ToServer);
                const workspaceFolders = [{ uri: `file://${FOLDER}`, name: project.name }];
                send({
                    id: 1,
                    method: "initialize",
                    params: { capabilities: {}, workspaceFolders },
                });
                send({ id: 2, method, params });
            }, refused);
        });
    } finally {
        worker?.terminate();
    }
}
