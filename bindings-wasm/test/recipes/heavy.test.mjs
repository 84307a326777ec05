// The recipes for webpack and for Next with Turbopack, built and run with the package as npm packs it. Not here: what installs quickly (recipes.test.mjs).

import assert from "node:assert/strict";
import { execFileSync, spawn, spawnSync } from "node:child_process";
import { copyFileSync, cpSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { before, test } from "node:test";
import { fileURLToPath } from "node:url";

import { venueGrants } from "../compile.mjs";
import { opened, recipe, said, serve, temporary } from "./site.mjs";

const heavy = recipe("heavy");
const run = (program, args, cwd) => execFileSync(program, args, { cwd, encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] });

// A link to the folder it is built in would be outside of what Turbopack looks at, and no user has one.
before(() => {
  const [folder, installed] = [temporary(), join(heavy, "node_modules/guiju")];
  const [{ filename }] = JSON.parse(run("npm", ["pack", "--json", "--pack-destination", folder], fileURLToPath(new URL("../../dist/", import.meta.url))));
  rmSync(installed, { recursive: true, force: true });
  mkdirSync(installed, { recursive: true });
  run("tar", ["-xzf", join(folder, filename), "--strip-components=1", "-C", installed], folder);
});

test("webpack", async () => {
  const webpack = createRequire(join(heavy, "package.json"))("webpack");
  const [folder, context] = [temporary(), recipe("heavy/webpack")];
  const stats = await new Promise((done, fail) => {
    webpack({ context, mode: "production", entry: "./main.js", output: { path: folder } }, (error, stats) => (error ? fail(error) : done(stats)));
  });
  assert.deepEqual([stats.compilation.errors, stats.compilation.warnings.filter(({ name }) => !/Limit|NoAsyncChunks/.test(name))].flat().map(String), []);
  copyFileSync(join(context, "index.html"), join(folder, "index.html"));
  const { page, trouble } = await opened(await serve(folder));
  assert.equal(await said(page, "output"), "alliance_108, venue_grants");
  assert.deepEqual(trouble, []);
});

test("Next with Turbopack", async (t) => {
  const [site, next] = [recipe("heavy/next"), join(heavy, "node_modules/next/dist/bin/next")];
  mkdirSync(join(site, "public"), { recursive: true });
  writeFileSync(join(site, "public/venue_grants.gjc"), venueGrants());
  process.env.NEXT_TELEMETRY_DISABLED = "1";
  run(process.execPath, [next, "build", "--turbopack"], site);
  const server = spawn(process.execPath, [next, "start", "--port", "0", "--hostname", "127.0.0.1"], { cwd: site, stdio: ["ignore", "pipe", "inherit"] });
  t.after(() => server.kill());
  const address = await new Promise((done) => {
    let text = "";
    server.stdout.on("data", (part) => {
      text += part;
      const found = /http:\/\/127\.0\.0\.1:\d+/.exec(text);
      if (found) done(found[0]);
    });
  });
  const { page, trouble } = await opened(address);
  assert.equal(await said(page, "#server"), "alliance_108");
  assert.equal(await said(page, "#client"), "alliance_108, venue_grants");
  assert.deepEqual(trouble, []);
});

test("Next without its setting says which", (t) => {
  const site = join(heavy, "untold");
  cpSync(join(heavy, "next/app"), join(site, "app"), { recursive: true });
  t.after(() => rmSync(site, { recursive: true }));
  const { status, stderr } = spawnSync(process.execPath, [join(heavy, "node_modules/next/dist/bin/next"), "build", "--turbopack"], { cwd: site, encoding: "utf8" });
  assert.notEqual(status, 0);
  assert.match(stderr, /serverExternalPackages: \["guiju"\]/);
});
