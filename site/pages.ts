// The pages of the site, made from the documents of the repository: where each stands in each
// language, what it is called, and the side bar. A document in one language only stands in both,
// with a line that says so. Not here: links between them (`links`), rules in them (`blocks`).

import { existsSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { slug } from "github-slugger";

export const ROOT = fileURLToPath(new URL("..", import.meta.url)).replace(/\/$/, "");
export type Language = "en" | "zh-TW";

/** Where the pages of a language stand. */
export const FOLDERS: Record<Language, string> = { en: "", "zh-TW": "zh-TW/" };

/** What those look up who work on the engine. */
const PROJECT = ["docs/speed.md", "CHANGELOG.md", "ARCHITECTURE.md", "CONTRIBUTING.md"];

/** Both languages in one document. */
const BILINGUAL = ["docs/README.md", "docs/diagnostics.md"];

/** What documents are called in Chinese that have no Chinese title. */
const CHINESE: Record<string, string> = {
    "docs/rust.md": "在 Rust 程式裡使用",
    "docs/speed.md": "速度，以及怎麼量的",
    "CHANGELOG.md": "變更紀錄",
    "ARCHITECTURE.md": "架構",
    "CONTRIBUTING.md": "參與開發",
};

const ONLY_ENGLISH = "這一頁只有英文。";

export interface Page {
    /** The document, as a path within the repository. */
    source: string;
    language: Language;
    /** Its file among the pages: `zh-TW/data.md`. */
    file: string;
    title: string;
    text: string;
    /** The same in the other language, where that is another document. */
    twin?: string;
}

export function read(path: string): string {
    return readFileSync(join(ROOT, path), "utf8");
}

/** The headings of a document, with the anchors that GitHub gives them. */
export function headings(text: string): { level: number; anchor: string }[] {
    const used = new Map<string, number>();
    const outside = text.replace(/^ *```[^]*?^ *```/gm, "");
    return [...outside.matchAll(/^(#{1,6}) +(.+?) *$/gm)].map(([, signs = "", words = ""]) => {
        const plain = slug(words);
        const before = used.get(plain) ?? 0;
        used.set(plain, before + 1);
        return { level: signs.length, anchor: before ? `${plain}-${before}` : plain };
    });
}

/** What a document is called in a language: its heading, or that half of one in both. */
function titleOf(source: string, text: string, language: Language): string {
    const heading = /^# +(.+)$/m.exec(text)?.[1]?.trim() ?? "";
    const [, english, chinese] = /^([^\p{Script=Han}]+) (\p{Script=Han}+)$/u.exec(heading) ?? [];
    const half = language === "en" ? english : (CHINESE[source] ?? chinese);
    return half ?? heading;
}

/** The lines of a document with both languages that are of one of them. */
function oneLanguage(text: string, language: Language): string {
    const chinese = language === "zh-TW";
    const half = (words: string) => {
        const [english = "", other] = words.split(" · ");
        return chinese ? (other ?? english) : english;
    };
    let item = "";
    const lines = text.split("\n").flatMap((line) => {
        if (line.startsWith("|")) return [line.split("|").map(half).join(" | ").trim()];
        if (line.startsWith("#")) return [/^#+ /.exec(line)?.[0] + half(line.replace(/^#+ /, ""))];
        const [, start = "", words = ""] = /^(\s*(?:- )?)(.*)$/.exec(line) ?? [];
        if (words === "") return [line];
        if (start.includes("-")) item = start;
        if (/\p{Script=Han}/u.test(words) !== chinese) return [];
        const first = item;
        item = "";
        return [chinese && first ? first + words : line];
    });
    return lines.join("\n");
}

/** Every document that becomes a page, in each language. */
export function pages(): Page[] {
    const names = readdirSync(join(ROOT, "docs")).filter((name) => name.endsWith(".md"));
    const documents = [
        ...names.map((name) => `docs/${name}`),
        ...PROJECT.filter((path) => !path.startsWith("docs/")),
    ];
    const found: Page[] = [];
    const add = (source: string, language: Language, name: string, text: string, twin?: string) =>
        found.push({
            source,
            language,
            file: `${FOLDERS[language]}${name}.md`,
            title: titleOf(source, text, language),
            text,
            ...(twin && { twin }),
        });
    for (const source of documents) {
        const text = read(source);
        const name = basename(source, ".md");
        if (name.endsWith(".zh-TW")) {
            const plain = name.slice(0, -".zh-TW".length);
            const english = names.includes(`${plain}.md`) ? `docs/${plain}.md` : undefined;
            add(source, "zh-TW", plain, text, english);
            continue;
        }
        const chinese = `docs/${name}.zh-TW.md`;
        const both = names.includes(`${name}.zh-TW.md`);
        if (source === "docs/README.md") {
            add(source, "en", "index", oneLanguage(text, "en"));
            add(source, "zh-TW", "index", oneLanguage(text, "zh-TW"));
        } else {
            const here = source.startsWith("docs/") ? name : name.toLowerCase();
            add(source, "en", here, text, both ? chinese : undefined);
            if (both) continue;
            const note = BILINGUAL.includes(source) ? "" : `\n\n> ${ONLY_ENGLISH}`;
            add(
                source,
                "zh-TW",
                here,
                text.replace(/^# .*$/m, (heading) => heading + note),
            );
        }
    }
    return [...found, ...examples()];
}

/** A page for each pack of the examples: its files, one after the other. */
function examples(): Page[] {
    const folder = "docs/examples";
    return packs().flatMap((name) => {
        const label = /^(?:pack|規則包) +\S+ +"([^"]*)"(?: *\/ *"([^"]*)")?/m;
        const files = filesOf(`${folder}/${name}`);
        const rules = files.filter((file) => file.endsWith(".guiju"));
        const [, chinese = name, english = chinese] =
            rules.map((file) => label.exec(read(`${folder}/${name}/${file}`))).find(Boolean) ?? [];
        return (["en", "zh-TW"] as const).map((language): Page => {
            const parts = files.map((file) => {
                const text = read(`${folder}/${name}/${file}`).trimEnd();
                const info = file.endsWith(".guiju")
                    ? `guiju example ${name}/${file}`
                    : (/[^.]+$/.exec(file)?.[0] ?? "");
                return `## ${file}\n\n\`\`\`\`${info}\n${text}\n\`\`\`\`\n`;
            });
            const capital = english.charAt(0).toUpperCase() + english.slice(1);
            const title = language === "en" ? capital : chinese;
            return {
                source: `${folder}/${name}`,
                language,
                file: `${FOLDERS[language]}examples/${name}.md`,
                title,
                text: `# ${title}\n\n${parts.join("\n")}`,
            };
        });
    });
}

/** The names of the example packs. */
export function packs(): string[] {
    const entries = readdirSync(join(ROOT, "docs/examples"), { withFileTypes: true });
    return entries
        .filter((entry) => entry.isDirectory())
        .map((entry) => entry.name)
        .filter((name) => filesOf(`docs/examples/${name}`).some((file) => /\.guiju$/.test(file)))
        .sort();
}

/** The files of a folder and those below it, by their paths in it: rules, then tests, then data. */
export function filesOf(folder: string): string[] {
    const rank = (file: string) =>
        file.startsWith("tests/") ? 1 : file.endsWith(".guiju") ? 0 : 2;
    return readdirSync(join(ROOT, folder), { recursive: true, encoding: "utf8" })
        .filter((file) => /\.(guiju|json|toml|csv)$/.test(file))
        .sort((a, b) => rank(a) - rank(b) || a.localeCompare(b));
}

/** Writes the pages as VitePress reads them. */
export function write(folder: string, all: Page[]): void {
    for (const page of all) {
        const path = join(folder, page.file);
        mkdirSync(dirname(path), { recursive: true });
        // Files of packs and the list of all pages would be found for every word.
        const list = /(^|\/)(examples\/|index\.md)/.test(page.file);
        const head = list ? "---\nsearch: false\noutline: 2\n---\n\n" : "";
        // Only what changed, since VitePress looks at whatever is written.
        const text = head + page.text;
        if (!existsSync(path) || readFileSync(path, "utf8") !== text) writeFileSync(path, text);
    }
}

/** The side bar of a language: the guide in the order of `docs/README.md`, examples, the rest. */
export function sideBar(all: Page[], language: Language) {
    const ours = all.filter((page) => page.language === language);
    const address = (page: Page) => `/${page.file.replace(/(index)?\.md$/, "")}`;
    const listed = [...read("docs/README.md").matchAll(/\]\(([\w-]+\.md)\)/g)];
    const order = listed.map(([, name]) => `docs/${name}`);
    const rank = (page: Page) => order.indexOf(page.source.replace(".zh-TW", ""));
    const project = ours.filter((page) => PROJECT.includes(page.source));
    const examples = ours.filter((page) => page.file.includes("examples/"));
    const guide = ours.filter((page) => !project.includes(page) && !examples.includes(page));
    const item = (page: Page) => ({ text: page.title, link: address(page) });
    const [guides, samples, others] =
        language === "en" ? ["Guide", "Examples", "Project"] : ["說明", "範例", "專案"];
    return [
        { text: guides, items: guide.sort((a, b) => rank(a) - rank(b)).map(item) },
        { text: samples, items: examples.map(item) },
        { text: others, items: project.map(item) },
    ];
}
