// @ts-check
// Receipts of results, checked where they are read: by an engine of its own, which is fetched with the first one. Not here: what is
// compared (the module `receipts`), and showing it.

import { disk } from "./bytes.js";
import { GuijuError } from "./error.js";
import { guarded, known } from "./face.js";
import { TEXTS } from "./texts.js";

/** @typedef {{ name: string, files: [string, string][], amends?: PackSource }} PackSource */

/** @type {Promise<any> | undefined} */
let starting;

/** The glue of the module, started. */
function engine() {
  starting ??= start().catch((cause) => {
    // The next call may have better luck.
    starting = undefined;
    const why = cause instanceof Error ? cause.message : cause;
    throw new GuijuError("FETCH", `無法取得核對收據的引擎：${why} / the engine that checks receipts cannot be had: ${why}`, [], { cause });
  });
  return starting;
}

async function start() {
  // @ts-ignore the glue of the engine has no types
  const glue = await import("./engine/receipts.js");
  const address = new URL("./engine/receipts_bg.wasm", import.meta.url);
  await glue.default({ module_or_path: disk.read && address.protocol === "file:" ? disk.read(address) : address });
  return glue;
}

/** @type {typeof import("./receipts.d.ts").verify} */
export async function verify(evidence) {
  const given = record("evidence", evidence);
  const { rules, library = {}, receipt, data, key, previous, result, locale = "zh-TW", limits } = given;
  if (locale !== "zh-TW" && locale !== "en") throw wrong("locale", "`zh-TW` / `en`");
  if (limits !== undefined && limits !== "untrusted" && limits !== "own") throw wrong("limits", "`untrusted` / `own`");
  const [files, tables, before, copy] = [
    await rulesOf(rules, record("library", library), limits === "own"),
    await filesOf("data", data),
    previous && (await only("previous", previous)),
    result && (await only("result", result)),
  ];
  const [text, pem] = [await textOf("receipt", receipt), key && (await textOf("key", key))];
  const glue = await engine();
  return guarded({ restart: glue.__wbg_reset_state }, () => {
    const verifier = new glue.Verifier(JSON.stringify(files), locale);
    for (const [name, bytes] of tables) verifier.data(name, bytes);
    if (before) verifier.previous(...before);
    if (copy) verifier.result(...copy);
    const checks = JSON.parse(verifier.verify(text, pem));
    verifier.free();
    return checks;
  });
}

/** The input of the compiler. @param {unknown} rules @param {Record<string, any>} library @param {boolean} trusted */
async function rulesOf(rules, library, trusted) {
  /** @type {Record<string, [string, string][]>} */
  const there = {};
  for (const [name, files] of Object.entries(library)) there[name] = await texts(`library.${name}`, files);
  if (typeof rules !== "string") {
    // Rules of one's own may amend every pack that is there.
    for (const read of Object.values(TEXTS)) add(there, (await read()).default);
    return { files: await texts("rules", rules), library: there, trusted };
  }
  if (!Object.hasOwn(TEXTS, rules)) throw known(rules, Object.keys(TEXTS));
  const pack = (await TEXTS[/** @type {keyof typeof TEXTS} */ (rules)]()).default;
  add(there, pack);
  return { files: pack.files, library: there, trusted };
}

/** Adds a pack to those that are there, and what it amends. @param {Record<string, [string, string][]>} there @param {PackSource} pack */
function add(there, pack) {
  for (let each = /** @type {PackSource | undefined} */ (pack); each; each = each.amends) there[each.name] ??= each.files;
}

/** @param {string} name @param {unknown} files @returns {Promise<[string, string][]>} */
async function texts(name, files) {
  return Promise.all(Object.entries(record(name, files)).map(async ([file, text]) => /** @type {[string, string]} */ ([file, await textOf(`${name}.${file}`, text)])));
}

/** Files by their names, as bytes. @param {string} name @param {unknown} files @returns {Promise<[string, Uint8Array][]>} */
async function filesOf(name, files) {
  return Promise.all(Object.entries(record(name, files)).map(async ([file, of]) => /** @type {[string, Uint8Array]} */ ([file, await bytesOf(`${name}.${file}`, of)])));
}

/** The one file of a kind. @param {string} name @param {unknown} files */
async function only(name, files) {
  const [first, ...more] = await filesOf(name, files);
  if (first === undefined || more.length > 0) throw wrong(name, "{ [name]: file }");
  return first;
}

/** @param {string} name @param {any} file */
async function textOf(name, file) {
  if (typeof file === "string") return file;
  const bytes = await bytesOf(name, file);
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    throw wrong(name, "UTF-8");
  }
}

/** @param {string} name @param {any} file @returns {Promise<Uint8Array>} */
async function bytesOf(name, file) {
  if (typeof file === "string") return new TextEncoder().encode(file);
  if (typeof file?.arrayBuffer === "function") return new Uint8Array(await file.arrayBuffer());
  if (ArrayBuffer.isView(file)) return new Uint8Array(file.buffer, file.byteOffset, file.byteLength).slice();
  if (Object.prototype.toString.call(file) === "[object ArrayBuffer]") return new Uint8Array(file).slice();
  throw wrong(name, "string / Blob / ArrayBuffer / Uint8Array");
}

/** @param {string} name @param {unknown} value @returns {Record<string, any>} */
function record(name, value) {
  if (typeof value === "object" && value !== null && !Array.isArray(value)) return /** @type {Record<string, any>} */ (value);
  throw wrong(name, "{ … }");
}

/** @param {string} name @param {string} wanted */
const wrong = (name, wanted) => new GuijuError("ARGUMENT", `\`${name}\` 須為 ${wanted} / \`${name}\` has to be ${wanted}`);
