// @ts-check
// The texts of the built-in packs, each in a module with those it amends, which comes when it is wanted. Not here: the packs compiled.

/** @type {Record<import("./guiju.js").BuiltInPack, () => Promise<{ default: any }>>} */
export const TEXTS = {
  alliance_104: () => import("./packs/alliance_104.js"),
  alliance_107: () => import("./packs/alliance_107.js"),
  alliance_108: () => import("./packs/alliance_108.js"),
  alliance_115: () => import("./packs/alliance_115.js"),
  gloria_108: () => import("./packs/gloria_108.js"),
};
