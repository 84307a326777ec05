// A built page in a browser, served as any web server would; the documentation as a site is served by
// it too. Not here: what is done with it.

import { createReadStream, existsSync, statSync } from "node:fs";
import { createServer } from "node:http";
import { extname, join, normalize } from "node:path";
import { fileURLToPath } from "node:url";
import { chromium } from "playwright-core";

const dist = fileURLToPath(new URL("../dist/", import.meta.url));
const TYPES = {
    ".html": "text/html",
    ".js": "text/javascript",
    ".css": "text/css",
    ".wasm": "application/wasm",
    ".json": "application/json",
};

/** Serves a page below a path, without any header of its own but the kind of each file. */
export async function serve(folder = dist, below = "/at/") {
    const asked = [];
    const server = createServer((request, response) => {
        const path = normalize(new URL(request.url ?? "/", "http://localhost").pathname);
        asked.push(`${request.method} ${request.url}`);
        const file = join(folder, path.slice(below.length - 1).replace(/\/$/, "/index.html"));
        if (
            !path.startsWith(below) ||
            !file.startsWith(folder) ||
            !existsSync(file) ||
            statSync(file).isDirectory()
        ) {
            return response.writeHead(404).end();
        }
        response.writeHead(200, {
            "content-type": TYPES[extname(file)] ?? "application/octet-stream",
        });
        createReadStream(file).pipe(response);
    });
    await new Promise((done) => server.listen(0, "127.0.0.1", done));
    const address = `http://127.0.0.1:${server.address().port}${below}`;
    return { address, asked, close: () => (server.closeAllConnections(), server.close()) };
}

export function launch() {
    return chromium.launch({
        executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
        args: [
            "--headless",
            "--no-sandbox",
            "--disable-gpu",
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-sync",
        ],
    });
}
