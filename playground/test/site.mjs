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

/** Opens a page of a site; its errors, and whatever it asks of others, are noted. */
export async function visit(browser, site, path, options, patience) {
    const context = await browser.newContext(options);
    context.setDefaultTimeout(patience);
    const page = await context.newPage();
    const errors = [];
    page.on("pageerror", (error) => errors.push(error.message));
    page.on("console", (message) => message.type() === "error" && errors.push(message.text()));
    page.on("request", (request) => {
        const ours = request.url().startsWith(site.address) || /^(data|blob):/.test(request.url());
        if (!ours || request.method() !== "GET")
            errors.push(`${request.method()} ${request.url()}`);
    });
    await page.goto(site.address + path);
    return { context, page, errors };
}
