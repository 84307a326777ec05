// The corpus in rules/conformance, through the package: the same bytes as the command and as Rust, but for the forms of data that the package
// does not read (folders of CSV, files that are no UTF-8), which are a page's own business. The rules pass through compiled packs, and each case
// through both engines, but for those with an earlier year, which the smaller one does not take.

import assert from "node:assert/strict";
import { existsSync, readFileSync, readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";

import { GuijuError, checkPack, loadPack } from "guiju";
import { engine, judgeBy } from "../dist/face.js";
import { Rules, __wbg_reset_state, initSync } from "../dist/engine/runtime.js";

const corpus = fileURLToPath(new URL("../../rules/conformance/", import.meta.url));
const LANGUAGES = [["", "zh-TW"], [".en", "en"]];

/** Every folder that has a pack. */
function cases(folder) {
  if (["pack", "pack.txt", "years.txt"].some((name) => existsSync(join(folder, name)))) return [folder];
  return readdirSync(folder, { withFileTypes: true }).filter((entry) => entry.isDirectory()).flatMap((entry) => cases(join(folder, entry.name)));
}

/** The text of a file, marks and all; undefined where there is none, null where it is no UTF-8. */
function read(...path) {
  const file = join(...path);
  if (!existsSync(file)) return undefined;
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(readFileSync(file));
  } catch {
    return null;
  }
}

function rules(folder, name) {
  const list = (below) => (existsSync(join(folder, name, below)) ? readdirSync(join(folder, name, below)) : []).filter((file) => /\.(guiju|csv)$/.test(file)).sort().map((file) => `${name}/${below}${file}`);
  return Object.fromEntries([...list(""), ...list("tests/")].map((file) => [file, read(folder, file)]));
}

const builtIn = new Map();

/** A built-in pack, loaded once. */
function loaded(name, options) {
  const key = `${name} ${options.locale}`;
  if (!builtIn.has(key)) builtIn.set(key, loadPack(name, options));
  return builtIn.get(key);
}

/** A folder of plain CSV tables as the document that a page would make of it. */
function tables(folder) {
  const rows = (name) => {
    const [head, ...lines] = read(folder, name).trim().split(/\r?\n/).map((line) => line.split(","));
    return lines.map((cells) => Object.fromEntries(head.map((field, n) => [field, cells[n]])));
  };
  const alliances = rows("alliance.csv");
  for (const name of readdirSync(folder).filter((file) => file !== "alliance.csv")) {
    for (const { alliance, ...record } of rows(name)) (alliances.find(({ id }) => id === alliance)[name.replace(".csv", "")] ??= []).push(record);
  }
  return { alliances };
}

/** Several years in one run: the result of one is what the next one takes its previous values from. */
function several(folder, [suffix, locale]) {
  const options = { limits: "own", locale };
  const library = Object.fromEntries(readdirSync(folder, { withFileTypes: true }).filter((entry) => entry.isDirectory()).map(({ name }) => [name, rules(folder, name)]));
  const results = [];
  const diagnostics = [];
  for (const [name, data] of read(folder, "years.txt").trim().split("\n").map((line) => line.split(" "))) {
    const pack = existsSync(join(folder, name)) ? loadPack(rules(folder, name), { ...options, library }) : loaded(name, options);
    const given = statSync(join(folder, data)).isDirectory() ? tables(join(folder, data)) : read(folder, data);
    results.push(pack.evaluate(given, { records: true, lines: data.endsWith(".jsonl"), previous: results.at(-1) }));
    // Here a year is handed to the next as a document, which findings point into; in one run there is none.
    diagnostics.push(...results.at(-1).warnings.map((warning) => ({ ...warning, place: null })));
  }
  const found = { [`expected${suffix}.json`]: `[\n${results.map((result) => JSON.stringify({ ...result, engine: "*" }, null, 2)).join(",\n")}\n]\n` };
  if (diagnostics.length > 0) found[`diagnostics${suffix}.json`] = `${JSON.stringify({ diagnostics }, null, 2)}\n`;
  return found;
}

/** What the package says of a case, file by file; undefined where the case gives what it does not read. */
function run(folder, [suffix, locale]) {
  if (existsSync(join(folder, "years.txt"))) return several(folder, [suffix, locale]);
  const options = { limits: "own", locale };
  const name = read(folder, "pack.txt")?.trim();
  const source = name ?? rules(folder, "pack");
  const bases = readdirSync(folder, { withFileTypes: true }).filter((entry) => entry.isDirectory() && !["pack", "data"].includes(entry.name));
  const library = Object.fromEntries(bases.map((entry) => [entry.name, rules(folder, entry.name)]));
  if (Object.values(name ? {} : source).includes(null)) return undefined;
  const found = {};
  const diagnostics = name ? [] : checkPack(source, { ...options, library });
  if (!diagnostics.some((finding) => finding.severity === "error")) {
    const pack = name ? loaded(name, options) : loadPack(source, { ...options, library });
    const json = read(folder, "data.json");
    const data = json === undefined ? read(folder, "data.jsonl") : json;
    if (data === null || existsSync(join(folder, "data"))) return undefined;
    if (data !== undefined) {
      const lines = json === undefined;
      const previous = read(folder, "previous.json");
      try {
        const result = pack.evaluate(data, { records: true, lines, file: lines ? "data.jsonl" : "data.json", previous, previousFile: "previous.json" });
        found[`expected${suffix}.json`] = `${JSON.stringify({ ...result, engine: "*" }, null, 2)}\n`;
        diagnostics.push(...result.warnings);
      } catch (error) {
        assert(error instanceof GuijuError && error.code === "DATA", `${error}`);
        diagnostics.push(...error.diagnostics);
      }
    }
    if (!name) pack.dispose();
  }
  if (diagnostics.length > 0) found[`diagnostics${suffix}.json`] = `${JSON.stringify({ diagnostics }, null, 2)}\n`;
  return found;
}

/** Compares every case that an engine takes. */
function compareAll(context, takes, leastCompared) {
  const all = cases(corpus).filter(takes);
  const left = [];
  let compared = 0;
  for (const folder of all) {
    for (const language of LANGUAGES) {
      const names = ["expected", "diagnostics"].map((name) => `${name}${language[0]}.json`);
      const expected = Object.fromEntries(names.map((name) => [name, read(folder, name)]).filter(([, text]) => text !== undefined));
      if (language[0] !== "" && Object.keys(expected).length === 0) continue;
      const found = run(folder, language);
      if (found === undefined) {
        left.push(folder.slice(corpus.length));
        continue;
      }
      // A language beside Chinese is compared where the case has it.
      for (const name of language[0] === "" ? names : Object.keys(expected)) {
        assert.equal(found[name], expected[name], `${folder.slice(corpus.length)}/${name}`);
        compared += 1;
      }
    }
  }
  context.diagnostic(`${all.length} cases, ${compared} files compared, ${left.length} left out: ${left.join(" ")}`);
  assert(compared > leastCompared && left.length < all.length / 5);
}

const withoutEarlierYear = (folder) => !["years.txt", "previous.json"].some((name) => existsSync(join(folder, name)));

test("every case gives what its files say, byte for byte", (context) => compareAll(context, () => true, 300));

test("the engine that only judges says the same", (context) => {
  const larger = engine.current;
  initSync({ module: new WebAssembly.Module(readFileSync(new URL("../dist/engine/runtime_bg.wasm", import.meta.url))) });
  judgeBy({ Rules, restart: __wbg_reset_state });
  compareAll(context, withoutEarlierYear, 300);
  judgeBy(larger);
});
