// Rules in the documents: what they rest on, gathered from the repository, and the button that
// opens them. Not here: what becomes of it in the page (`contexts`, `theme/edit`).

import type { MarkdownRenderer } from "vitepress";
import { type Block, type Contexts, open } from "./contexts";
import { type Page, filesOf, packs, read } from "./pages";

/** The fenced blocks of a document. */
export function fences(text: string): { info: string; text: string }[] {
    const found = text.matchAll(/^ *(````*)([^`\n]*)\n([^]*?)^ *\1 *$/gm);
    return [...found].map(([, , info = "", text = ""]) => ({ info: info.trim(), text }));
}

/** What blocks of all documents rest on. */
export function contexts(all: Page[]): Contexts {
    const found: Contexts = {
        prelude: read("core/tests/docs/prelude.guiju"),
        packs: {},
        tables: {},
        examples: {},
    };
    for (const page of all.filter((page) => !page.file.includes("examples/"))) {
        for (const { info, text } of fences(page.text)) {
            const pack = info === "guiju" ? /^pack (\S+) /m.exec(text)?.[1] : undefined;
            if (pack) found.packs[pack] ??= text;
            if (info.startsWith("csv ")) found.tables[info.slice(4)] ??= text;
        }
    }
    for (const name of packs()) {
        const folder = `docs/examples/${name}`;
        const files = filesOf(folder).map((file) => [file, read(`${folder}/${file}`)]);
        found.examples[name] = Object.fromEntries(files) as Record<string, string>;
    }
    return found;
}

/** The blocks of rules of a page, with what they read like where they are from. */
export function blocks(page: Page, all: Page[]): Block[] {
    const rules = (text: string) => fences(text).filter(({ info }) => /^guiju( |$)/.test(info));
    const english = all.find((one) => one.source === page.twin && one.language === "en");
    const originals = english && rules(english.text);
    return rules(page.text).map(({ info, text }, at) => {
        const kind = info.slice("guiju".length).trim();
        const original = kind.startsWith("file ") ? originals?.[at] : undefined;
        return { kind, text, ...(original?.info === info && { original: original.text }) };
    });
}

/** Adds a button to the blocks of rules whose context is known, in the language of the page. */
export function buttons(md: MarkdownRenderer, all: Page[]): void {
    const files = new Map(all.map((page) => [page.file, page]));
    const known = contexts(all);
    const found = new Map(all.map((page) => [page.file, blocks(page, all)]));
    const plain = md.renderer.rules.fence;
    md.renderer.rules.fence = (tokens, at, options, env: { relativePath: string }, self) => {
        const drawn = plain?.(tokens, at, options, env, self) ?? "";
        const page = files.get(env.relativePath);
        const chinese = page?.language === "zh-TW";
        // VitePress has one title for all languages.
        const html = chinese ? drawn.replace('title="Copy Code"', 'title="複製"') : drawn;
        const token = tokens[at];
        const text = token?.content;
        const block = found.get(env.relativePath)?.find((one) => one.text === text);
        if (!block || !token || !/^guiju( |$)/.test(token.info) || !open(block, known)) return html;
        const { kind, original } = block;
        const given = md.utils.escapeHtml(JSON.stringify({ kind, text, original }));
        const words = chinese ? "在此修改" : "Edit here";
        const button = `<button type="button" class="edit">${words}</button>`;
        return `<div class="rules" data-block="${given}">${html}${button}</div>\n`;
    };
}
