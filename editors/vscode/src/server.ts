// A server in a worker of its own, as a connection of the language client. Not here: what files it
// is told of (`files`), and what it answers.

import * as vscode from "vscode";
import {
    AbstractMessageReader,
    AbstractMessageWriter,
    type DataCallback,
    type Disposable,
    type Message,
    type MessageTransports,
} from "vscode-languageclient/browser";
import type { FromServer, Stored, ToServer } from "../../server/serve";

/** A worker of either kind. */
interface Port {
    postMessage(said: ToServer): void;
    terminate(): unknown;
}

/** Loaded once for all workers. */
let loaded: Promise<Uint8Array> | undefined;

/** Starts a worker; `take` gets what it posts. */
async function worker(root: vscode.Uri, take: (said: FromServer) => void): Promise<Port> {
    const script = vscode.Uri.joinPath(root, "dist", "worker.js");
    if (typeof Worker === "function") {
        const worker = new Worker(script.toString(true));
        worker.onmessage = (event: MessageEvent<FromServer>) => take(event.data);
        worker.onerror = (event) => take({ failed: event.message });
        return worker;
    }
    const { Worker: Thread } = await import("worker_threads");
    const thread = new Thread(script.fsPath);
    thread.on("message", take);
    thread.on("error", (error) => take({ failed: String(error) }));
    return thread;
}

/** A running server. */
export class Server {
    private heard: DataCallback | undefined;
    private waiting: Message[] = [];
    private readonly closed = new vscode.EventEmitter<void>();

    /** Once it ended, of itself or because it was stopped. */
    readonly onClosed = this.closed.event;

    private constructor(private readonly port: () => Port) {}

    /** Starts one, with the files that are known. */
    static async start(root: vscode.Uri, files: Iterable<Stored>): Promise<Server> {
        const path = vscode.Uri.joinPath(root, "dist", "server_bg.wasm");
        loaded ??= Promise.resolve(vscode.workspace.fs.readFile(path));
        const module = await loaded;
        let port: Port | undefined;
        const server = new Server(() => {
            if (!port) throw new Error("the worker has not started");
            return port;
        });
        port = await worker(root, (said) => server.take(said));
        // A copy of its own, whatever the platform does with what it posts.
        port.postMessage({ begin: { module: module.slice(), locale: vscode.env.language } });
        port.postMessage({ store: [...files] });
        return server;
    }

    private take(said: FromServer): void {
        if ("failed" in said) {
            console.error(`guiju: ${said.failed}`);
            this.stop();
            return;
        }
        for (const text of said.messages) {
            const message = JSON.parse(text) as Message;
            if (this.heard) this.heard(message);
            else this.waiting.push(message);
        }
    }

    store(files: Stored[]): void {
        this.port().postMessage({ store: files });
    }

    forget(path: string): void {
        this.port().postMessage({ forget: path });
    }

    send(message: Message): void {
        this.port().postMessage({ message: JSON.stringify(message) });
    }

    /** Hears messages, those that came before among them. */
    hear(heard: DataCallback): void {
        this.heard = heard;
        for (const message of this.waiting.splice(0)) heard(message);
    }

    /** Ends the worker; the client starts another one where it was not asked to stop. */
    stop(): void {
        this.port().terminate();
        this.closed.fire();
    }

    /** What the language client talks to. */
    transports(): MessageTransports {
        return { reader: new Reader(this, this.onClosed), writer: new Writer(this) };
    }
}

class Reader extends AbstractMessageReader {
    constructor(
        private readonly server: Server,
        closed: vscode.Event<void>,
    ) {
        super();
        closed(() => this.fireClose());
    }

    listen(heard: DataCallback): Disposable {
        this.server.hear(heard);
        return { dispose: () => this.server.hear(() => undefined) };
    }
}

class Writer extends AbstractMessageWriter {
    constructor(private readonly server: Server) {
        super();
    }

    async write(message: Message): Promise<void> {
        this.server.send(message);
    }

    end(): void {}
}
