// @ts-check
// What everything throws. Not here: when (face.js).

/** @type {typeof import("./guiju.js").GuijuError} */
export const GuijuError = class GuijuError extends Error {
  /** @param {string} code @param {string} message @param {any[]} [diagnostics] @param {ErrorOptions} [options] */
  constructor(code, message, diagnostics = [], options) {
    super(message, options);
    this.name = "GuijuError";
    this.code = /** @type {import("./guiju.js").ErrorCode} */ (code);
    this.diagnostics = diagnostics;
  }
};
