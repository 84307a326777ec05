// @ts-check
// The entry for pages and workers: `init` fetches the engine and the packs that are wanted. Not here: what the engine can do (face.js).

import start, { Rules, __wbg_reset_state, check as checkRules } from "./engine/guiju_wasm.js";
import { addPack, engine, known } from "./face.js";

export { GuijuError, checkPack, loadPack, packFiles, packNames } from "./face.js";

/** One module for each built-in pack, fetched only when it is wanted; each brings the packs it amends. */
const PACKS = {
  alliance_104: () => import("./packs/alliance_104.js"),
  alliance_107: () => import("./packs/alliance_107.js"),
  alliance_108: () => import("./packs/alliance_108.js"),
  alliance_115: () => import("./packs/alliance_115.js"),
  gloria_108: () => import("./packs/gloria_108.js"),
};

/** @type {Promise<unknown> | undefined} */
let started;

/** @type {import("./guiju.js").default} */
export default async function init(options = {}) {
  started ??= start(options.wasm === undefined ? undefined : { module_or_path: options.wasm });
  const wanted = options.packs ?? /** @type {(keyof typeof PACKS)[]} */ (Object.keys(PACKS));
  try {
    const modules = wanted.map((name) => (Object.hasOwn(PACKS, name) ? PACKS[name]() : Promise.reject(known(name, Object.keys(PACKS)))));
    const [, ...packs] = await Promise.all([started, ...modules]);
    for (const pack of packs) addPack(pack.default);
  } catch (error) {
    // The next call may have better luck.
    started = undefined;
    throw error;
  }
  engine.current = { Rules, check: checkRules, restart: __wbg_reset_state };
}
