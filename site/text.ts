// Text of the documents as pages show it. Not here: links and rules in it.

import type { MarkdownRenderer } from "vitepress";

/** Keeps braces what they are: text, not a template of the page. */
export function braces(md: MarkdownRenderer): void {
    for (const name of ["text", "code_inline"] as const) {
        const drawn = md.renderer.rules[name];
        md.renderer.rules[name] = (...given) =>
            (drawn?.(...given) ?? "").replaceAll("{{", "&#123;&#123;");
    }
}

/** Chinese has no blanks: a line that ends within it goes on without one. */
export function lines(md: MarkdownRenderer): void {
    const chinese = /[\p{Script=Han}\u3000-\u303f\uff00-\uffef]/u;
    md.renderer.rules.softbreak = (tokens, at) => {
        const words = (list: typeof tokens) => list.map(({ content }) => content).join("");
        const before = [...words(tokens.slice(0, at))].at(-1) ?? "";
        const after = [...words(tokens.slice(at + 1))].at(0) ?? "";
        return chinese.test(before) && chinese.test(after) ? "" : "\n";
    };
}

const drawn = new Map<string, string>();

/** Colours each block of code once: for the page, its server's half, and the search. */
export function once(md: MarkdownRenderer): void {
    const plain = md.options.highlight;
    if (!plain) return;
    md.options.highlight = (code, language, attributes) => {
        const key = [language, attributes, code].join("\n");
        const found = drawn.get(key) ?? plain(code, language, attributes);
        drawn.set(key, found);
        return found;
    };
}
