// The files of a pack as the page holds them: opened, changed, downloaded, put into a link. Not
// here: what they mean, and the editor.

import { strFromU8, strToU8, unzipSync, zipSync } from "fflate";

/** A pack: its files by their paths within its folder. */
export interface Project {
    name: string;
    /** The built-in pack that it was opened from, with its files as they were. */
    base?: { name: string; files: Map<string, string> };
    /** Files of other packs that it amends, by their paths with the names of these packs. */
    beside?: Map<string, string>;
    files: Map<string, string>;
}

const PACKS = import.meta.glob<string>("../../editors/server/dist/packs/*.json", {
    query: "?url",
    import: "default",
    eager: true,
});

/** The built-in packs by their names, the one that people try first at the front. */
export function packs(): string[] {
    const names = Object.keys(PACKS).map((path) => /([^/]+)\.json$/.exec(path)?.[1] ?? "");
    return names.sort(
        (a, b) => Number(b === "alliance_108") - Number(a === "alliance_108") || a.localeCompare(b),
    );
}

/** A built-in pack with its tests and samples. */
export async function builtIn(name: string): Promise<Project> {
    const url = Object.entries(PACKS).find(([path]) => path.endsWith(`/${name}.json`))?.[1];
    if (!url) throw new Error(name);
    const list = (await (await fetch(url)).json()) as [string, string][];
    const files = new Map(list.map(([path, text]) => [path.slice(name.length + 1), text]));
    return { name, base: { name, files: new Map(files) }, files };
}

const TEXTS = /\.(guiju|allow|json|jsonl|ndjson|csv|md|toml)$/i;

/** A pack from files that somebody chose: an archive that was downloaded here, a folder, or files. */
export async function opened(chosen: Iterable<File>): Promise<Project | undefined> {
    const files = new Map<string, string>();
    let name = "";
    for (const file of chosen) {
        const bytes = new Uint8Array(await file.arrayBuffer());
        if (/\.zip$/i.test(file.name)) {
            name = file.name.replace(/( ?\(\d+\))?\.zip$/i, "");
            for (const [path, content] of Object.entries(
                unzipSync(bytes, { filter: (entry) => TEXTS.test(entry.name) }),
            )) {
                files.set(path, strFromU8(content));
            }
        } else if (TEXTS.test(file.name)) {
            files.set(file.webkitRelativePath || file.name, new TextDecoder().decode(bytes));
        }
    }
    // A folder that everything is in is the pack itself.
    const first = [...files.keys()][0]?.split("/")[0] ?? "";
    if (first && [...files.keys()].every((path) => path.startsWith(`${first}/`))) {
        name = first;
        for (const [path, text] of [...files]) {
            files.delete(path);
            files.set(path.slice(first.length + 1), text);
        }
    }
    const declared = [...files.values()].map(
        (text) => /^(?:pack|規則包)\s+([\p{L}\p{M}\p{N}_]+)/mu.exec(text)?.[1],
    );
    name = declared.find(Boolean) ?? name;
    return [...files.keys()].some((path) => path.endsWith(".guiju"))
        ? { name: name || "pack", files }
        : undefined;
}

/** The pack as an archive, with one folder in it. */
export function archive(project: Project): Uint8Array<ArrayBuffer> {
    const entries = [...project.files].map(([path, text]) => [
        `${project.name}/${path}`,
        strToU8(text),
    ]);
    return zipSync(Object.fromEntries(entries), { level: 6, mtime: "1980-01-01" });
}

/** Folders and files within the pack that have data, what is small first. */
export function dataOf(project: Project): string[] {
    const found = new Set<string>();
    for (const path of project.files.keys()) {
        if (/^(data|samples)\/.*\.(json|jsonl|ndjson)$|^data\.json$/.test(path)) found.add(path);
        const tables = /^((?:data|samples)(?:\/.*)?)\/[^/]+\.csv$/.exec(path)?.[1];
        if (tables) found.add(tables);
    }
    const folder = (path: string) => Number(!/\.\w+$/.test(path));
    return [...found].sort((a, b) => folder(a) - folder(b) || a.localeCompare(b));
}
