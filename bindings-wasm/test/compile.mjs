// What `guiju compile` writes of rules, for tests: by the compiler that is in the package.

import { readFileSync, readdirSync } from "node:fs";

import { checkPack } from "guiju";
import { compiler } from "../dist/face.js";

/** @param {string} rules @returns {Uint8Array} */
export const compile = (rules) => compileFiles([["p.guiju", rules]]);

/** A pack of the repository, by its folder. @param {string} folder */
export function compileFolder(folder) {
  const place = new URL(`../../${folder}/`, import.meta.url);
  const names = readdirSync(place).filter((name) => /\.(guiju|csv)$/.test(name)).sort();
  return compileFiles(names.map((name) => [name, readFileSync(new URL(name, place), "utf8")]));
}

/** @param {[string, string][]} files @returns {Uint8Array} */
function compileFiles(files) {
  // The compiler starts when it is first needed.
  checkPack(Object.fromEntries(files));
  return compiler.current.compile(JSON.stringify({ files }), "en");
}

/** The pack of the recipes. */
export const venueGrants = () => compile(readFileSync(new URL("../types/venues/rules.guiju", import.meta.url), "utf8"));
