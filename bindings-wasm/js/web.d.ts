export * from "./guiju.js";
export { default } from "./guiju.js";
