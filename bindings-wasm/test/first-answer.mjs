// How long a page waits for its first answer where everything is slow: Chromium with its processor at a quarter of its speed. Not a test: it prints, and
// asserts nothing (`node test/first-answer.mjs`).

import { createReadStream, existsSync } from "node:fs";
import { createServer } from "node:http";
import { extname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { chromium } from "playwright-core";

import { alliance } from "./records.mjs";

const ROUNDS = 9;
const TYPES = { ".js": "text/javascript", ".wasm": "application/wasm", ".html": "text/html" };
const dist = process.argv[2] ?? fileURLToPath(new URL("../dist/", import.meta.url));
const server = createServer(({ url }, response) => {
  const file = join(dist, url ?? "/");
  if (url === "/") return response.writeHead(200, { "content-type": "text/html" }).end("<!doctype html><title>first answer</title>");
  if (!existsSync(file)) return response.writeHead(404).end();
  response.writeHead(200, { "content-type": TYPES[extname(file)] ?? "application/octet-stream" });
  createReadStream(file).pipe(response);
});
await new Promise((done) => server.listen(0, "127.0.0.1", done));
const browser = await chromium.launch({ executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium", args: ["--headless", "--no-sandbox", "--disable-gpu"] });

const times = [];
for (let round = 0; round < ROUNDS; round += 1) {
  const context = await browser.newContext();
  const page = await context.newPage();
  const devtools = await context.newCDPSession(page);
  await devtools.send("Emulation.setCPUThrottlingRate", { rate: 4 });
  await page.goto(`http://127.0.0.1:${server.address().port}/`);
  times.push(
    await page.evaluate(async (root) => {
      const start = performance.now();
      const { default: init, loadPack } = await import("/web.js");
      await init({ packs: ["alliance_108"] });
      const pack = loadPack("alliance_108");
      const loaded = performance.now();
      pack.validate("alliance", root);
      const first = performance.now();
      for (let n = 0; n < 10; n += 1) pack.validate("alliance", { ...root, id: `A${n}` });
      return [loaded - start, first - start, (performance.now() - first) / 10];
    }, alliance(20, 50)),
  );
  await context.close();
}
await browser.close();
server.close();
const median = (values) => values.sort((a, b) => a - b)[Math.floor(values.length / 2)].toFixed(0);
const [loaded, first, each] = [0, 1, 2].map((index) => median(times.map((row) => row[index])));
console.log(`at 4× throttling, medians of ${ROUNDS}: pack ready ${loaded} ms, first answer ${first} ms, each later one ${each} ms`);
