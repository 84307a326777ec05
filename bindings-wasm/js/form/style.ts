// The style sheet of the form, made once. As an object it needs nothing of a content security
// policy. Not here: what it says (style-frame.ts, style-details.ts).

import { DETAILS } from "./style-details.js";
import { FRAME } from "./style-frame.js";

let made: CSSStyleSheet | undefined;

export function sheet(): CSSStyleSheet {
  if (!made) {
    made = new CSSStyleSheet();
    made.replaceSync(FRAME + DETAILS);
  }
  return made;
}
