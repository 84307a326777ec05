// A browser on the built form, served as any web server would. Not here: what is done with it.

import { createReadStream, existsSync } from "node:fs";
import { createServer } from "node:http";
import { extname, join, normalize } from "node:path";
import { after, before } from "node:test";
import { fileURLToPath } from "node:url";
import { chromium } from "playwright-core";

import { compileFolder } from "../compile.mjs";

const dist = fileURLToPath(new URL("../../dist/", import.meta.url));
const build = fileURLToPath(new URL("../../examples/form/build/", import.meta.url));
const receipt = fileURLToPath(new URL("../../examples/receipt/build/", import.meta.url));
const TYPES = { ".html": "text/html", ".js": "text/javascript", ".css": "text/css", ".wasm": "application/wasm", ".json": "application/json" };

/** The policy of a careful site, and a worker that uses the package as it is, without a bundler. */
const POLICY = "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; connect-src 'self'";
const WORKER = `import init, { loadPack } from "/dist/web.js";
await init({ packs: ["alliance_108"] });
const pack = loadPack("alliance_108");
addEventListener("message", ({ data }) => postMessage(pack.validate("member", data)));
postMessage("ready");`;

/** The element with a pack of its own, as it is in the package, with nothing written for it. */
const LIBRARY = `<!doctype html><html lang="zh-TW"><meta charset="utf-8"><title>library</title>
<guiju-form pack="/library_grants.gjc" deadline="2000-01-31" hand-in></guiju-form>
<script type="module" src="/dist/form/index.js"></script>`;

/** Lots with bids, bids with marks: entities below entities. */
const LOTS = `<!doctype html><html lang="zh-TW"><meta charset="utf-8"><title>lots</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<guiju-form pack="/lots.gjc"></guiju-form><script type="module" src="/dist/form/index.js"></script>`;

/** Receipts of firms in cities that all reports share. */
const SHARED = LOTS.replaceAll("lots", "shared");

/** The address of the folder while the server runs. */
async function serve() {
  const library = compileFolder("docs/examples/library_grants");
  const lots = compileFolder("rules/conformance/constructs/entities_nested/pack");
  const shared = compileFolder("rules/conformance/constructs/entities_shared/pack");
  const server = createServer((request, response) => {
    const path = normalize(new URL(request.url ?? "/", "http://localhost").pathname).replace(/\/$/, "/index.html");
    const made = {
      "/careful.html": ["text/html", "<!doctype html><title>careful</title>"],
      "/worker.js": ["text/javascript", WORKER],
      "/library.html": ["text/html", LIBRARY],
      "/library_grants.gjc": ["application/octet-stream", library],
      "/lots.html": ["text/html", LOTS],
      "/lots.gjc": ["application/octet-stream", lots],
      "/shared.html": ["text/html", SHARED],
      "/shared.gjc": ["application/octet-stream", shared],
    }[path];
    if (made) return response.writeHead(200, { "content-type": made[0], "content-security-policy": POLICY }).end(made[1]);
    const root = path.startsWith("/dist/") ? dist : path.startsWith("/receipt/") ? receipt : build;
    const file = join(root, path.replace(/^\/(dist|receipt)\//, "/"));
    if (!file.startsWith(root) || !existsSync(file)) return response.writeHead(404).end();
    response.writeHead(200, { "content-type": TYPES[extname(file)] ?? "application/octet-stream" });
    createReadStream(file).pipe(response);
  });
  await new Promise((done) => server.listen(0, "127.0.0.1", done));
  return { address: `http://127.0.0.1:${server.address().port}/`, close: () => server.close() };
}

function launch() {
  return chromium.launch({
    executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
    args: ["--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update", "--disable-sync"],
  });
}

/** The browser and the server of a file's tests: there once the tests run, gone when they are done. */
export function site() {
  const site = {};
  before(async () => Object.assign(site, { browser: await launch(), server: await serve() }));
  after(async () => {
    await site.browser?.close();
    site.server?.close();
  });
  return site;
}

/** A page with the form, and what went wrong on it. */
export async function form({ browser, server }, options = {}, path = "", among = undefined) {
  const own = { viewport: { width: 1400, height: 900 }, ...options };
  const context = among ?? (await browser.newContext(own));
  const page = await context.newPage();
  const trouble = [];
  page.on("pageerror", (error) => trouble.push(`${error}`));
  page.on("console", (message) => ["error", "warning"].includes(message.type()) && trouble.push(message.text()));
  await page.goto(server.address + path);
  await page.waitForSelector("h1");
  return { page, trouble, context };
}
