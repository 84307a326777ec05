// Folders as a careful site serves them, and a browser on them. Not here: how the folders are built (the tests).

import { createReadStream, existsSync, mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { extname, join, normalize } from "node:path";
import { after } from "node:test";
import { fileURLToPath } from "node:url";
import { chromium } from "playwright-core";

import { venueGrants } from "../compile.mjs";
import { STRICT } from "./policy.mjs";

const TYPES = { ".html": "text/html", ".js": "text/javascript", ".css": "text/css", ".wasm": "application/wasm", ".json": "application/json" };

/** A folder of the recipes. */
export const recipe = (name) => fileURLToPath(new URL(`../../recipes/${name}/`, import.meta.url));

const closing = [];
after(async () => {
  for (const close of closing.reverse()) await close();
});

/** A folder that is gone after the tests. */
export function temporary() {
  const folder = mkdtempSync(join(tmpdir(), "guiju-recipe-"));
  closing.push(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** Serves a folder, with the compiled pack of the recipes beside it; gives its address. */
export async function serve(folder, policy = STRICT) {
  const own = venueGrants();
  const server = createServer((request, response) => {
    const path = normalize(new URL(request.url ?? "/", "http://localhost").pathname).replace(/\/$/, "/index.html");
    const headers = { "content-type": TYPES[extname(path)] ?? "application/octet-stream", "content-security-policy": policy };
    if (path === "/venue_grants.gjc") return response.writeHead(200, headers).end(own);
    const file = join(folder, path);
    if (!existsSync(file)) return response.writeHead(404).end();
    response.writeHead(200, headers);
    createReadStream(file).pipe(response);
  });
  await new Promise((done) => server.listen(0, "127.0.0.1", done));
  closing.push(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${server.address().port}/`;
}

let browser;

/** A page at an address, what it fetched, and what went wrong on it. */
export async function opened(address) {
  if (!browser) {
    browser = await chromium.launch({
      executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
      args: ["--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update", "--disable-sync"],
    });
    closing.push(() => browser.close());
  }
  const page = await browser.newPage();
  const [trouble, fetched] = [[], []];
  page.on("pageerror", (error) => trouble.push(`${error}`));
  page.on("console", (message) => {
    // Browsers ask every site for its icon.
    if (["error", "warning"].includes(message.type()) && !message.location().url.endsWith("/favicon.ico")) trouble.push(message.text());
  });
  page.on("request", (request) => fetched.push(new URL(request.url()).pathname));
  await page.goto(address);
  return { page, trouble, fetched };
}

/** What stands in an element once something does. */
export async function said(page, selector) {
  await page.waitForFunction((selector) => document.querySelector(selector)?.textContent, selector, { timeout: 20_000 });
  return page.textContent(selector);
}
