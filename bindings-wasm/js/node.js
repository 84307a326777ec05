// @ts-check
// The entry for Node: everything is there when the module is, so that nothing has to be awaited. Not here: what the engine can do (face.js).

import { readFileSync } from "node:fs";

import { Rules, __wbg_reset_state, check as checkRules, initSync } from "./engine/guiju_wasm.js";
import { addPack, engine } from "./face.js";
import alliance115 from "./packs/alliance_115.js";
import gloria108 from "./packs/gloria_108.js";

export { GuijuError, checkPack, loadPack, packFiles, packNames } from "./face.js";

initSync({ module: new WebAssembly.Module(readFileSync(new URL("./engine/guiju_wasm_bg.wasm", import.meta.url))) });
engine.current = { Rules, check: checkRules, restart: __wbg_reset_state };
// A pack brings those it amends: 104, 107 and 108 come with 115.
addPack(alliance115);
addPack(gloria108);

/** @type {import("./guiju.js").default} */
export default async function init() {}
