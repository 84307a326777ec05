// The language server in a worker: what its host posts goes in, messages of the protocol come out.
// It keeps no files of its own, and opens nothing; that is up to the host.

import { initSync, Server } from "./dist/server.js";

/** What a host posts: first how it begins, then files and messages. */
export type ToServer =
    | { begin: { module: BufferSource | WebAssembly.Module; locale: string } }
    | { store: Stored[] }
    | { forget: string }
    | { message: string };

/** An absolute path and what is in the file; a built-in pack is stored below `/@built-in/NAME/`. */
export type Stored = [path: string, content: Uint8Array];

/** What it posts back. After `failed` it is of no use any more: the host starts another one. */
export type FromServer = { messages: string[] } | { failed: string };

/** So long nothing has to come, in milliseconds, until it is said what is wrong; and figures. */
const QUIET = 60;
const STILL = 190;

/** Gives what takes the posts of the host. */
export function serve(post: (said: FromServer) => void): (said: ToServer) => void {
    let server: Server | undefined;
    let timer: ReturnType<typeof setTimeout> | undefined;

    function guarded(work: (server: Server) => string[] | void): void {
        if (!server) return;
        try {
            const messages = work(server);
            if (messages?.length) post({ messages });
        } catch (error) {
            // A trap leaves its memory in no known state.
            server = undefined;
            post({ failed: String(error) });
        }
    }

    function pay(): void {
        clearTimeout(timer);
        guarded((server) => {
            const owed = server.owes();
            if (!owed) return;
            const settle = () => (guarded((server) => server.pay()), pay());
            timer = setTimeout(settle, owed === "problems" ? QUIET : STILL);
        });
    }

    return (said) => {
        if ("begin" in said) {
            initSync({ module: said.begin.module });
            server = new Server(said.begin.locale);
        } else if ("store" in said) {
            guarded((server) =>
                said.store.forEach(([path, content]) => server.store(path, content)),
            );
        } else if ("forget" in said) {
            guarded((server) => server.forget(said.forget));
        } else {
            guarded((server) => server.message(said.message));
        }
        pay();
    };
}
