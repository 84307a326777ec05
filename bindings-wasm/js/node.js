// @ts-check
// The entry for Node: everything is there when the module is, so that nothing has to be awaited; the compiler starts when it is first
// needed. Not here: what the engine can do (face.js).

import { readFileSync, readdirSync } from "node:fs";

import { __wbg_reset_state as restartCompiler, check, compile, initSync as startCompiler } from "./engine/compiler.js";
import { Rules, __wbg_reset_state, initSync } from "./engine/explainer.js";
import { addPack, addTexts, compiler, judgeBy } from "./face.js";
import alliance115 from "./packs/alliance_115.js";
import gloria108 from "./packs/gloria_108.js";

export { GuijuError, checkPack, loadPack, packFiles, packNames } from "./face.js";

const bytes = (/** @type {string} */ path) => readFileSync(new URL(path, import.meta.url));
const module = (/** @type {string} */ name) => new WebAssembly.Module(bytes(`./engine/${name}_bg.wasm`));

initSync({ module: module("explainer") });
judgeBy({ Rules, restart: __wbg_reset_state });
compiler.start = () => {
  startCompiler({ module: module("compiler") });
  return { check, compile, restart: restartCompiler };
};
for (const file of readdirSync(new URL("./packs/", import.meta.url)).filter((file) => file.endsWith(".pack"))) {
  addPack(file.replace(/\.pack$/, ""), bytes(`./packs/${file}`));
}
// A pack brings those it amends: 104, 107 and 108 come with 115.
addTexts(alliance115);
addTexts(gloria108);

/** @type {import("./guiju.js").default} */
export default async function init() {}
