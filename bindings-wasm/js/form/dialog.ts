// A window over the form that has the keys until it is closed, and gives them back. Not here: what
// stands in it.

import type { Context } from "./context.js";
import { h } from "./dom.js";

/** Opens a window; it is gone once it is closed. */
export function openDialog(
  form: Context,
  id: string,
  title: string,
  fill: (close: () => void) => HTMLElement[],
): HTMLDialogElement {
  const before = form.root.activeElement?.id;
  const dialog = h("dialog", { id, part: "dialog", "aria-labelledby": `${id}-title` });
  const close = (): void => dialog.close();
  const end = h(
    "button",
    { type: "button", class: "quiet", onclick: close },
    form.session.words.t("close"),
  );
  const head = h("div", { class: "dialog-head" }, h("h2", { id: `${id}-title` }, title), end);
  dialog.append(head, ...fill(close));
  dialog.addEventListener("close", () => {
    dialog.remove();
    if (before) form.root.getElementById(before)?.focus();
  });
  form.root.append(dialog);
  dialog.showModal();
  return dialog;
}
