// The types of the entry for pages, for modules of the package that name its file. Not here: any of
// them (guiju.d.ts).

export * from "./guiju.js";
export { default } from "./guiju.js";
