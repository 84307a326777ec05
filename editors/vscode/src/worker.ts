// The worker of the extension, on the desktop and in browsers. Not here: what it does (`serve`).

import { type FromServer, type ToServer, serve } from "../../server/serve";

// In a browser a worker speaks through its global object, in Node through a port.
declare const require:
    | ((name: "worker_threads") => {
          parentPort: {
              postMessage(said: FromServer): void;
              on(event: "message", take: (said: ToServer) => void): void;
          };
      })
    | undefined;

if (typeof postMessage === "function" && typeof onmessage !== "undefined") {
    const take = serve((said) => postMessage(said));
    onmessage = (event: MessageEvent<ToServer>) => take(event.data);
} else if (require) {
    const { parentPort } = require("worker_threads");
    parentPort.on(
        "message",
        serve((said) => parentPort.postMessage(said)),
    );
}
