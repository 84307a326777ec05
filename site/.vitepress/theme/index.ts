// The looks of the site: VitePress's own theme with the fonts of the reader's system, and rules
// that open where they stand. Not here: the editor (`edit`), which comes with the first click.

import type { Theme } from "vitepress";
import DefaultTheme from "vitepress/theme-without-fonts";
import "./style.css";

/** Closes what is open, once anything was. */
let closeAll: (() => void) | undefined;

export default {
    extends: DefaultTheme,
    enhanceApp({ router }) {
        if (import.meta.env.SSR) return;
        addEventListener("click", (event) => {
            const button = (event.target as Element).closest?.<HTMLButtonElement>("button.edit");
            const block = button?.closest<HTMLElement>(".rules");
            if (!button || !block) return;
            button.disabled = true;
            const opened = import("./edit").then(({ edit, close }) => {
                closeAll = close;
                return edit(block, button);
            });
            void opened.finally(() => {
                button.disabled = false;
            });
        });
        router.onBeforeRouteChange = () => closeAll?.();
    },
} satisfies Theme;
