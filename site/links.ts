// Where links of the documents lead on the site: to pages, in the language of the page they are on,
// and from the anchors of one language to those of the other. What is no page is named, not linked,
// as its text stands in the repository. Not here: other text (`text`), and whether
// a built link leads anywhere (`check`).

import { existsSync } from "node:fs";
import { basename, dirname, join, posix } from "node:path";
import type { MarkdownRenderer } from "vitepress";
import { type Page, ROOT, headings } from "./pages";

/** The page that a path of the repository means to somebody who reads a page of a language. */
function lead(all: Page[], from: Page, path: string): Page | undefined {
    const found = all.filter((page) => page.source === path);
    return found.find((page) => page.language === from.language) ?? found[0];
}

/** Turns links of documents into links of pages. */
export function links(md: MarkdownRenderer, all: Page[]): void {
    const files = new Map(all.map((page) => [page.file, page]));
    md.core.ruler.push("links_of_documents", (state) => {
        const env = state.env as { relativePath: string };
        const page = files.get(env.relativePath);
        if (!page) return;
        const made = (type: string, tag: string, content: string) =>
            Object.assign(new state.Token(type, tag, 0), { content });
        for (const block of state.tokens) {
            const children = block.children ?? [];
            for (let at = 0; at < children.length; at += 1) {
                const token = children[at];
                const href = token?.type === "link_open" ? token.attrGet("href") : undefined;
                if (!token || !href || /^(#|[a-z]+:)/.test(href)) continue;
                const [path = "", hash] = decodeURI(href).split("#");
                const target = posix.join(dirname(page.source), path);
                if (!existsSync(join(ROOT, target)))
                    throw new Error(`${page.source}: ${href} leads nowhere`);
                const to = lead(all, page, target);
                const text = children[at + 1];
                if (to) {
                    const away = posix.relative(dirname(page.file), to.file);
                    token.attrSet("href", encodeURI(hash ? `${away}#${hash}` : away));
                    // A page is called by its title where the document names the file.
                    if (text?.content === basename(path)) text.content = to.title;
                } else {
                    const end = children.findIndex(
                        ({ type }, to) => to > at && type === "link_close",
                    );
                    const words = children.slice(at + 1, end);
                    const plain = words.map((word) => word.content).join("");
                    const named = made("code_inline", "code", target);
                    const short = plain === basename(path) || plain === path;
                    const around = [made("text", "", " ("), named, made("text", "", ")")];
                    children.splice(at, end + 1 - at, ...(short ? [named] : [...words, ...around]));
                }
            }
        }
    });
}

/**
 * Gives each heading the anchor of the same one in the other language too, so that who changes the
 * language stays where they are. Nothing where the two are not built alike.
 */
export function anchors(md: MarkdownRenderer, all: Page[]): void {
    const files = new Map(all.map((page) => [page.file, page]));
    const texts = new Map(all.map((page) => [page.source, page.text]));
    md.core.ruler.push("anchors_of_both_languages", (state) => {
        const page = files.get((state.env as { relativePath: string }).relativePath);
        if (!page?.twin) return;
        const [ours, theirs] = [headings(page.text), headings(texts.get(page.twin) ?? "")];
        const levels = (list: typeof ours) => list.map(({ level }) => level).join();
        if (levels(ours) !== levels(theirs)) return;
        const own = new Set(ours.map(({ anchor }) => anchor));
        const other = new Map(ours.map(({ anchor }, at) => [anchor, theirs[at]?.anchor ?? ""]));
        state.tokens = state.tokens.flatMap((token) => {
            const anchor = token.type === "heading_open" ? token.attrGet("id") : null;
            const twin = anchor ? other.get(anchor) : undefined;
            if (!twin || own.has(twin)) return [token];
            const place = new state.Token("html_block", "", 0);
            place.content = `<a id="${md.utils.escapeHtml(twin)}" class="twin"></a>\n`;
            return [place, token];
        });
    });
}
