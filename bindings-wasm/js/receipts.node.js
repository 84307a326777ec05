// @ts-check
// Receipts in Node, where the engine is a file beside this one. Not here: checking (receipts.js).

import "./node.js";

export { verify } from "./receipts.js";
