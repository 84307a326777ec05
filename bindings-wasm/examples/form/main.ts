// The form, data to try, and the language of the page: all else is the element's.

import "guiju/form";
import sample from "../../../rules/packs/alliance_108/samples/summary-sheet.json?url";

const form = document.querySelector("guiju-form");
form?.setAttribute("sample", sample);
form?.addEventListener("guiju-judged", () => {
  document.documentElement.lang = form.locale;
});
