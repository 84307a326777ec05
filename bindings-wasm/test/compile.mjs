// What `guiju compile` writes of rules, for tests: by the compiler that is in the package.

import { readFileSync } from "node:fs";

import { checkPack } from "guiju";
import { compiler } from "../dist/face.js";

/** @param {string} rules @returns {Uint8Array} */
export function compile(rules) {
  // The compiler starts when it is first needed.
  checkPack({ "p.guiju": rules });
  return compiler.current.compile(JSON.stringify({ files: [["p.guiju", rules]] }), "en");
}

/** The pack of the recipes. */
export const venueGrants = () => compile(readFileSync(new URL("../types/venues/rules.guiju", import.meta.url), "utf8"));
