// The recipes of docs/browser.md, built as they say and run: bundlers in Chromium, under a strict policy; Node and a server as they are.
// Not here: bundlers that take long to install (heavy.test.mjs).

import assert from "node:assert/strict";
import { execFileSync, spawnSync } from "node:child_process";
import { copyFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";

import { build as esbuild } from "esbuild";
import { loadPack } from "guiju";
import { build } from "vite";

import { server } from "../../recipes/fastify/server.mjs";
import { venueGrants } from "../compile.mjs";
import { opened, recipe, said, serve, temporary } from "./site.mjs";

/** A recipe built by Vite. */
async function byVite(name) {
  const outDir = temporary();
  await build({ root: recipe(name), logLevel: "error", build: { outDir, emptyOutDir: true, target: "es2023" } });
  return outDir;
}

/** That a page has both packs, and fetched the engine that judges and nothing larger. */
async function hasBoth(address) {
  const { page, trouble, fetched } = await opened(address);
  assert.equal(await said(page, "output"), "alliance_108, venue_grants");
  const large = fetched.filter((path) => /\.(wasm|pack|gjc)$/.test(path)).map((path) => path.replace(/^.*\/([a-z_0-9]+?)([-.].*)?\.(\w+)$/, "$1.$3"));
  assert.deepEqual(large.sort(), ["alliance_108.pack", "runtime_bg.wasm", "venue_grants.gjc"]);
  assert.deepEqual(trouble, []);
}

test("Vite", async () => hasBoth(await serve(await byVite("vite"))));

test("esbuild", async () => {
  const folder = temporary();
  execFileSync(process.execPath, ["build.mjs", folder], { cwd: recipe("esbuild") });
  copyFileSync(join(recipe("esbuild"), "index.html"), join(folder, "index.html"));
  await hasBoth(await serve(folder));
});

test("a bundler that was told nothing is told what to do", async () => {
  const code = `import init from "guiju"; init({ packs: ["alliance_108"] }).catch((error) => { document.querySelector("output").textContent = [error.code, error.message].join(" "); });`;
  for (const format of ["esm", "iife"]) {
    const folder = temporary();
    await esbuild({ stdin: { contents: code, resolveDir: recipe("esbuild") }, bundle: true, format, outfile: join(folder, "main.js"), logLevel: "silent" });
    copyFileSync(join(recipe("esbuild"), "index.html"), join(folder, "index.html"));
    const { page } = await opened(await serve(folder));
    assert.match(await said(page, "output"), /^FETCH .*`init\(\{ wasm, packs \}\)`/, format);
  }
});

test("a bundler for Node leaves the package out, or is told to", async () => {
  const code = `import { loadPack } from "guiju"; console.log(loadPack("alliance_108").name);`;
  const built = async (options) => {
    // Beside the recipes, where the package is found.
    const outfile = join(recipe("node"), `.built-${options.packages ?? "bundled"}.${options.format === "cjs" ? "cjs" : "mjs"}`);
    await esbuild({ stdin: { contents: code, resolveDir: recipe("node") }, bundle: true, platform: "node", outfile, logLevel: "silent", ...options });
    const { stdout, stderr } = spawnSync(process.execPath, [outfile], { encoding: "utf8" });
    rmSync(outfile);
    return stdout || stderr;
  };
  assert.equal(await built({ format: "esm", packages: "external" }), "alliance_108\n");
  for (const format of ["esm", "cjs"]) assert.match(await built({ format }), /GuijuError.*have to leave `guiju` out/, format);
});

test("React Hook Form, with the types of the pack", async () => {
  const { page, trouble } = await opened(await serve(await byVite("react")));
  const people = page.locator("input[name=people]");
  await people.fill("many");
  assert.match(await said(page, "[data-for=people]"), /不是數字/);
  await people.fill("20");
  await page.waitForFunction(() => document.querySelector("[data-for=people]")?.textContent === "");
  assert.deepEqual(trouble, []);
});

test("Node, and a worker of it", () => {
  assert.equal(execFileSync(process.execPath, ["main.mjs"], { cwd: recipe("node"), encoding: "utf8" }), "undetermined\n");
});

test("a server by fastify", async () => {
  const app = server(loadPack(venueGrants()));
  const asked = async (url, payload) => {
    const response = await app.inject({ method: "POST", url, payload, headers: { "content-type": "application/json" } });
    return [response.statusCode, response.json()];
  };
  const [status, result] = await asked("/evaluate", '{"grantees": [{"id": "G1", "session": [{"id": "S1", "people": 20, "signed": true}]}], "programme": {"budget": 12345678901234567.25}}');
  assert.deepEqual([status, result.grantees[0].kpis.sessions.value], [200, "1"]);
  assert.deepEqual(Object.keys((await asked("/evaluate", '{"grantees": 5}'))[1]), ["code", "message", "diagnostics"]);
  assert.deepEqual([(await asked("/evaluate", "{"))[0], (await asked("/evaluate", '{"grantees": 5}'))[0]], [422, 422]);
  const [valid, issues] = await asked("/validate/session", '{"id": "S1", "people": "x"}');
  assert.deepEqual([valid, issues.some(({ path }) => path === "/people")], [200, true]);
  assert.equal((await asked("/validate/sesion", "{}"))[0], 404);
  assert.equal((await asked("/evaluate", JSON.stringify({ grantees: [{ id: "x".repeat(9e6) }] })))[0], 413);
  await app.close();
});
