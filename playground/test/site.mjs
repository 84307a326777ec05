// The built page in a browser, served as any web server would. Not here: what is done with it.

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

/** Serves the page below a folder, without any header of its own but the kind of each file. */
export async function serve() {
    const asked = [];
    const server = createServer((request, response) => {
        const path = normalize(new URL(request.url ?? "/", "http://localhost").pathname);
        asked.push(`${request.method} ${request.url}`);
        const file = join(dist, path.replace(/^\/at\//, "/").replace(/\/$/, "/index.html"));
        if (
            !path.startsWith("/at/") ||
            !file.startsWith(dist) ||
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
    const address = `http://127.0.0.1:${server.address().port}/at/`;
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
