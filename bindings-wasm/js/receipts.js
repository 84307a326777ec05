// @ts-check
// Receipts of results, checked where they are read: by an engine of its own, which is fetched with the first one. Not here: what is
// compared (the module `receipts`), and showing it.

import { disk } from "./bytes.js";
import { GuijuError } from "./error.js";

/** The texts of the built-in packs, each with those it amends. @type {Record<string, () => Promise<{ default: PackSource }>>} */
const TEXTS = {
  alliance_104: () => import("./packs/alliance_104.js"),
  alliance_107: () => import("./packs/alliance_107.js"),
  alliance_108: () => import("./packs/alliance_108.js"),
  alliance_115: () => import("./packs/alliance_115.js"),
  gloria_108: () => import("./packs/gloria_108.js"),
};

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
  const files = await rulesOf(rules, record("library", library), limits === "own");
  const glue = await engine();
  try {
    const verifier = new glue.Verifier(JSON.stringify(files), locale);
    for (const [name, file] of Object.entries(record("data", data))) verifier.data(name, await bytesOf(`data.${name}`, file));
    for (const [what, of] of /** @type {const} */ ([["previous", previous], ["result", result]])) {
      if (of === undefined) continue;
      const [first, ...more] = Object.entries(record(what, of));
      if (first === undefined || more.length > 0) throw wrong(what, "{ [name]: file }");
      verifier[what](first[0], await bytesOf(what, first[1]));
    }
    const pem = key === undefined ? undefined : await textOf("key", key);
    return JSON.parse(verifier.verify(await textOf("receipt", receipt), pem));
  } catch (error) {
    if (typeof error === "string") {
      const { code, message, diagnostics } = JSON.parse(error);
      throw new GuijuError(code, message, diagnostics);
    }
    if (error instanceof GuijuError) throw error;
    // Its memory cannot be trusted any more: the next receipt gets a new one.
    glue.__wbg_reset_state();
    throw new GuijuError("TRAP", "引擎中斷，已重新啟動 / the engine stopped and was started anew", [], { cause: error });
  }
}

/** The input of the compiler. @param {unknown} rules @param {Record<string, any>} library @param {boolean} trusted */
async function rulesOf(rules, library, trusted) {
  /** @type {Record<string, [string, string][]>} */
  const known = {};
  for (const [name, files] of Object.entries(library)) known[name] = await texts(`library.${name}`, files);
  if (typeof rules !== "string") {
    // Rules of one's own may amend every pack that is there.
    for (const read of Object.values(TEXTS)) add(known, (await read()).default);
    return { files: await texts("rules", rules), library: known, trusted };
  }
  const read = Object.hasOwn(TEXTS, rules) ? TEXTS[rules] : undefined;
  if (!read) {
    const names = Object.keys(TEXTS);
    throw new GuijuError("UNKNOWN_PACK", `沒有內建規則包 \`${rules}\`；有 ${names.join("、")} / there is no built-in pack \`${rules}\`: ${names.join(", ")}`);
  }
  const pack = (await read()).default;
  add(known, pack);
  return { files: pack.files, library: known, trusted };
}

/** @param {Record<string, [string, string][]>} known @param {PackSource} pack */
function add(known, pack) {
  for (let each = /** @type {PackSource | undefined} */ (pack); each; each = each.amends) known[each.name] ??= each.files;
}

/** @param {string} name @param {unknown} files @returns {Promise<[string, string][]>} */
async function texts(name, files) {
  return Promise.all(Object.entries(record(name, files)).map(async ([file, text]) => /** @type {[string, string]} */ ([file, await textOf(`${name}.${file}`, text)])));
}

/** @param {string} name @param {any} file */
async function textOf(name, file) {
  return typeof file === "string" ? file : new TextDecoder("utf-8", { fatal: true, ignoreBOM: false }).decode(await bytesOf(name, file));
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
