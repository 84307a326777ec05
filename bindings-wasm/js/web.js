// @ts-check
// The entry for pages and workers: `init` fetches the engine and what else is wanted. Not here: what the engine can do (face.js).

import { bytesAt } from "./bytes.js";
import { GuijuError } from "./error.js";
import { addPack, addTexts, compiler, engine, judgeBy, known, packNames, taken } from "./face.js";
import { TEXTS } from "./texts.js";

export { GuijuError, checkPack, loadPack, packFiles, packNames } from "./face.js";

/** For each built-in pack, where it is. Nobody asks before it is wanted: scripts that are no modules know no address of their own. */
const PACKS = {
  alliance_104: () => new URL("./packs/alliance_104.pack", import.meta.url),
  alliance_107: () => new URL("./packs/alliance_107.pack", import.meta.url),
  alliance_108: () => new URL("./packs/alliance_108.pack", import.meta.url),
  alliance_115: () => new URL("./packs/alliance_115.pack", import.meta.url),
  gloria_108: () => new URL("./packs/gloria_108.pack", import.meta.url),
};

/** @typedef {keyof typeof PACKS} Name */

/** @typedef {import("./guiju.js").Wasm} Wasm */

/** What is started, or about to be. @type {{ runtime?: Promise<void>, explainer?: Promise<void>, compiler?: Promise<void> }} */
let started = {};

/** @type {import("./guiju.js").default} */
export default async function init(options = {}) {
  const { packs } = taken("options", options);
  if (packs !== undefined && !Array.isArray(packs)) taken("packs", packs);
  const names = /** @type {Name[]} */ (Object.keys(PACKS));
  const everything = [options.packs, options.explain, options.compiler].every((part) => part === undefined);
  // Whoever asks for one more part asks for no more packs.
  const first = !started.runtime && !started.explainer && packNames().length === 0;
  const places = /** @type {Partial<Record<Name, import("./guiju.js").Place>>} */ (Array.isArray(packs) ? {} : packs ?? {});
  const wanted = Array.isArray(packs) ? packs : packs ? /** @type {Name[]} */ (Object.keys(packs)) : everything || first ? names : [];
  const unknown = wanted.find((name) => !Object.hasOwn(PACKS, name));
  if (unknown) throw known(unknown, names);
  const compiling = options.compiler ?? everything;
  if (compiling) started.compiler ??= compile(place(compiling));
  const explaining = options.explain ?? (everything && options.wasm === undefined);
  if (explaining) started.explainer ??= explain(place(explaining));
  // What explains judges too: whoever has it needs no more.
  else if (!started.explainer) started.runtime ??= judge(options.wasm);
  try {
    const there = packNames();
    await Promise.all([...Object.values(started), ...wanted.filter((name) => !there.includes(name)).map((name) => fetchPack(name, places[name]))]);
    // Rules may amend every pack that is there.
    if (started.compiler) await Promise.all(packNames().map(async (name) => addTexts((await TEXTS[/** @type {Name} */ (name)]()).default)));
  } catch (error) {
    // The next call may have better luck.
    started = {};
    throw error;
  }
}

/** @param {Wasm} [wasm] */
async function judge(wasm) {
  const { default: start, Rules, __wbg_reset_state } = await import("./engine/runtime.js");
  await arrived(start, wasm);
  // What explains may have been faster.
  if (!engine.current) judgeBy({ Rules, restart: __wbg_reset_state });
}

/** @param {Wasm} [wasm] */
async function explain(wasm) {
  const { default: start, Rules, __wbg_reset_state } = await import("./engine/explainer.js");
  await arrived(start, wasm);
  judgeBy({ Rules, restart: __wbg_reset_state });
}

/** @param {Wasm} [wasm] */
async function compile(wasm) {
  const { default: start, check, compile, __wbg_reset_state } = await import("./engine/compiler.js");
  await arrived(start, wasm);
  compiler.current = { check, compile, restart: __wbg_reset_state };
}

/** @param {Name} name @param {import("./guiju.js").Place} [given] where it is, or its bytes, for hosts that keep it elsewhere */
async function fetchPack(name, given) {
  if (given !== undefined) return addPack(name, await bytesAt(given));
  try {
    // Scripts that are no modules know no address of their own, which throws.
    addPack(name, await bytesAt(PACKS[name]()));
  } catch (cause) {
    throw missing(cause);
  }
}

/** A module of the engine, once it has arrived and starts. @param {(options: any) => Promise<any>} start @param {Wasm} [wasm] */
async function arrived(start, wasm) {
  try {
    await start(wasm === undefined ? undefined : { module_or_path: wasm });
  } catch (cause) {
    throw missing(cause);
  }
}

/** The error for files of the package that are not where the code looks for them. @param {unknown} cause */
function missing(cause) {
  const why = cause instanceof Error ? cause.message : cause;
  const zh = "無法取得引擎：打包工具若不認得 `new URL(…, import.meta.url)`（如 esbuild），請以 `init({ wasm, packs })` 說明檔案在哪裡；CSP 須有 'wasm-unsafe-eval'";
  const en = "the engine cannot be had: with a bundler that does not know `new URL(…, import.meta.url)`, such as esbuild, say where the files are by `init({ wasm, packs })`; a content security policy needs 'wasm-unsafe-eval'";
  return new GuijuError("FETCH", `${zh} / ${en}: ${why}`, [], { cause });
}

/** Where a module is, for those who say more than that they want it. @param {boolean | Wasm} wanted @returns {Wasm | undefined} */
const place = (wanted) => (typeof wanted === "boolean" ? undefined : wanted);
