// The entry `guiju/form`: defines `<guiju-form>`, and gives its class and types. In Node, where
// there are no elements, it does nothing.

import { GuijuForm } from "./element.js";

export { GuijuForm };
export type { PackSource } from "./source.js";
export type { GuijuFormDocument, GuijuFormEvents } from "./types.js";

if (typeof customElements !== "undefined" && !customElements.get("guiju-form")) {
  customElements.define("guiju-form", GuijuForm);
}

declare global {
  interface HTMLElementTagNameMap {
    "guiju-form": GuijuForm;
  }
}
