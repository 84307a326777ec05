// @ts-check
// The entry for Node: everything is there when the module is, so that nothing has to be awaited; the compiler starts when it is first
// needed. Not here: what the engine can do (face.js).

import { readFileSync } from "node:fs";
import { readFile } from "node:fs/promises";

import { __wbg_reset_state as restartCompiler, check, compile, initSync as startCompiler } from "./engine/compiler.js";
import { Rules, __wbg_reset_state, initSync } from "./engine/explainer.js";
import { disk } from "./bytes.js";
import { GuijuError } from "./error.js";
import { addPack, addTexts, compiler, judgeBy } from "./face.js";
import alliance115 from "./packs/alliance_115.js";
import gloria108 from "./packs/gloria_108.js";

export { GuijuError, checkPack, loadPack, packFiles, packNames } from "./face.js";

// Each address is written out where it is used: that is how bundlers find the files that go with the code.
try {
  initSync({ module: new WebAssembly.Module(readFileSync(new URL("./engine/explainer_bg.wasm", import.meta.url))) });
  addPack("alliance_104", readFileSync(new URL("./packs/alliance_104.pack", import.meta.url)));
  addPack("alliance_107", readFileSync(new URL("./packs/alliance_107.pack", import.meta.url)));
  addPack("alliance_108", readFileSync(new URL("./packs/alliance_108.pack", import.meta.url)));
  addPack("alliance_115", readFileSync(new URL("./packs/alliance_115.pack", import.meta.url)));
  addPack("gloria_108", readFileSync(new URL("./packs/gloria_108.pack", import.meta.url)));
} catch (cause) {
  const zh = "套件的檔案不在程式旁邊：打包 Node 的程式時請把 `guiju` 排除在外（esbuild：`packages: \"external\"`；Next：`serverExternalPackages: [\"guiju\"]`）";
  const en = "the files of the package are not beside its code: bundlers for Node have to leave `guiju` out (esbuild: `packages: \"external\"`; Next: `serverExternalPackages: [\"guiju\"]`)";
  throw new GuijuError("NOT_READY", `${zh} / ${en}`, [], { cause });
}
judgeBy({ Rules, restart: __wbg_reset_state });
compiler.start = () => {
  startCompiler({ module: new WebAssembly.Module(readFileSync(new URL("./engine/compiler_bg.wasm", import.meta.url))) });
  return { check, compile, restart: restartCompiler };
};
disk.read = (address) => readFile(address);
// A pack brings those it amends: 104, 107 and 108 come with 115.
addTexts(alliance115);
addTexts(gloria108);

/** @type {import("./guiju.js").default} */
export default async function init() {}
