// The reports of this browser: those of the pack to go on with, and others, which can only be saved
// as files. Not here: how they are kept (store.ts).

import type { Context } from "./context.js";
import { openDialog } from "./dialog.js";
import { h, refill } from "./dom.js";
import { FORM, type Kept, type Store } from "./store.js";

export interface Doings {
  /** The one that is open. */
  id: string;
  pack: string;
  open: (kept: Kept) => void;
  fresh: () => void;
  save: (kept: Kept) => void;
}

export function reportsDialog(form: Context, store: Store, doings: Doings): void {
  const { t, said } = form.session.words;
  const list = h("ul", { class: "kept" });
  openDialog(form, "reports-list", t("reports").replace("…", ""), (close) => {
    const button = (words: string, about: string, click: () => void, name: string): HTMLElement =>
      h(
        "button",
        { type: "button", class: name, "aria-label": said(words, about), onclick: click },
        words,
      );
    const row = (kept: Kept): HTMLElement => {
      const name = kept.title || t("untitled");
      const why = unusable(form, kept, doings.pack);
      const when = new Date(kept.updated).toLocaleString(form.session.words.locale);
      const here = kept.id === doings.id;
      const remove = (): void => {
        if (!window.confirm(said(name, t("deleteAsk")))) return;
        void store.remove(kept.id).then(draw);
      };
      const open = (): void => {
        close();
        doings.open(kept);
      };
      return h(
        "li",
        { "data-id": kept.id },
        h(
          "span",
          { class: "name" },
          name,
          h("small", {}, ` ${when}${why === "" ? "" : `・${why}`}`),
        ),
        here && h("span", { class: "badge" }, t("thisReport")),
        !here && why === "" && button(t("openReport"), name, open, "open-report"),
        button(t("exportReport"), name, () => doings.save(kept), "export-report"),
        !here && button(t("deleteReport"), name, remove, "delete-report"),
      );
    };
    const draw = async (): Promise<void> => {
      try {
        const all = await store.list();
        refill(list, ...(all.length === 0 ? [h("li", {}, t("noReports"))] : all.map(row)));
      } catch {
        refill(list, h("li", { class: "error" }, t("notKept")));
      }
    };
    void draw();
    const fresh = (): void => {
      close();
      doings.fresh();
    };
    const add = { type: "button", class: "primary", id: "new-report", onclick: fresh } as const;
    return [list, h("p", { class: "actions" }, h("button", add, `＋ ${t("newReport")}`))];
  });
}

/** Why a report cannot be gone on with here, where it cannot. */
export function unusable(form: Context, kept: Kept, pack: string): string {
  const { t, said } = form.session.words;
  if (kept.form > FORM) return t("newerForm");
  return kept.pack === pack ? "" : said(t("otherPack"), kept.pack);
}
