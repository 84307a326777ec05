// @ts-check
// The entry for pages and workers: `init` fetches the engine and what else is wanted. Not here: what the engine can do (face.js).

import start, { Rules, __wbg_reset_state } from "./engine/runtime.js";
import { GuijuError, addPack, addTexts, compiler, engine, known, packNames } from "./face.js";

export { GuijuError, checkPack, loadPack, packFiles, packNames } from "./face.js";

/** For each built-in pack, where it is, and a module with its text and with those it amends. */
const PACKS = {
  alliance_104: { compiled: new URL("./packs/alliance_104.pack", import.meta.url), text: () => import("./packs/alliance_104.js") },
  alliance_107: { compiled: new URL("./packs/alliance_107.pack", import.meta.url), text: () => import("./packs/alliance_107.js") },
  alliance_108: { compiled: new URL("./packs/alliance_108.pack", import.meta.url), text: () => import("./packs/alliance_108.js") },
  alliance_115: { compiled: new URL("./packs/alliance_115.pack", import.meta.url), text: () => import("./packs/alliance_115.js") },
  gloria_108: { compiled: new URL("./packs/gloria_108.pack", import.meta.url), text: () => import("./packs/gloria_108.js") },
};

/** @typedef {keyof typeof PACKS} Name */

/** @type {Promise<unknown> | undefined} */
let started;

/** @type {Promise<unknown> | undefined} */
let compiling;

/** @type {import("./guiju.js").default} */
export default async function init(options = {}) {
  const names = /** @type {Name[]} */ (Object.keys(PACKS));
  const wanted = options.packs ?? names;
  const withCompiler = options.compiler ?? options.packs === undefined;
  const unknown = wanted.find((name) => !Object.hasOwn(PACKS, name));
  if (unknown) throw known(unknown, names);
  started ??= start(where(options.wasm));
  if (withCompiler) compiling ??= compile(withCompiler === true ? undefined : withCompiler);
  try {
    const there = packNames();
    await Promise.all([started, compiling, ...wanted.filter((name) => !there.includes(name)).map(fetchPack)]);
    // Rules may amend every pack that is there.
    if (compiling) await Promise.all(packNames().map(async (name) => addTexts((await PACKS[/** @type {Name} */ (name)].text()).default)));
  } catch (error) {
    // The next call may have better luck.
    started = compiling = undefined;
    throw error;
  }
  engine.current = { Rules, restart: __wbg_reset_state };
}

/** @param {import("./guiju.js").Wasm} [wasm] */
async function compile(wasm) {
  const { default: start, check, compile, __wbg_reset_state } = await import("./engine/compiler.js");
  await start(where(wasm));
  compiler.current = { check, compile, restart: __wbg_reset_state };
}

/** @param {Name} name */
async function fetchPack(name) {
  const response = await fetch(PACKS[name].compiled);
  if (!response.ok) throw new GuijuError("NOT_READY", `${response.url}: ${response.status} ${response.statusText}`);
  addPack(name, new Uint8Array(await response.arrayBuffer()));
}

/** @param {import("./guiju.js").Wasm} [wasm] */
const where = (wasm) => (wasm === undefined ? undefined : { module_or_path: wasm });
