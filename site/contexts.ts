// What a block of rules is checked with, as in the tests of the documents (`core/tests/docs.rs`): a
// whole pack by itself, a fragment with the items of a prelude that it does not declare, a piece of
// a file within the pack it is from. Runs in the page. Not here: reading documents (`blocks`).

import type { Project } from "../playground/src/project";

/** What blocks rest on. */
export interface Contexts {
    /** Items that fragments refer to, blank lines between them. */
    prelude: string;
    /** Whole packs in the documents by their names, which others amend. */
    packs: Record<string, string>;
    /** Files in the documents that tables have their rows in. */
    tables: Record<string, string>;
    /** The files of the example packs. */
    examples: Record<string, Record<string, string>>;
}

/** A block of rules. */
export interface Block {
    /** What stands behind `guiju` after the fence. */
    kind: string;
    text: string;
    /** How the same reads in the file it is from, where that has the words of another language. */
    original?: string;
}

/** A pack with the block in it. */
export interface Opened {
    project: Project;
    /** The file with the block, and where in it the block stands. */
    path: string;
    part: [from: number, to: number];
    /** Whether advice and warnings are left out: fragments may lack what they rest on. */
    errorsOnly: boolean;
    /** The files that have to change when the block does. */
    following?: (text: string) => [path: string, text: string];
}

const TUTORIAL = "library_grants";
const BLOCK = "example.guiju";

/** The pack that a block is in; none where it cannot be known. */
export function open(block: Block, contexts: Contexts): Opened | undefined {
    const { kind } = block;
    const text = block.text.trimEnd();
    const [first = "", file = ""] = kind.split(" ");
    const beside = new Map(
        Object.entries(contexts.packs).map(([name, text]) => [`${name}/rules.guiju`, text]),
    );
    if (first === "" || first === "fragment") {
        const prelude = (text: string): [string, string] => [
            "prelude.guiju",
            preludeFor(text, contexts.prelude),
        ];
        const files = new Map([...Object.entries(contexts.tables), [BLOCK, text] as const]);
        const opened: Opened = {
            project: { name: "example", files, beside },
            path: BLOCK,
            part: [0, text.length],
            errorsOnly: first === "fragment",
        };
        if (first === "") return opened;
        files.set(...prelude(text));
        return { ...opened, following: prelude };
    }
    if (first !== "file" && first !== "example") return undefined;
    const [name = "", ...path] = (first === "file" ? `${TUTORIAL}/${file}` : file).split("/");
    const files = new Map(Object.entries(contexts.examples[name] ?? {}));
    const whole = files.get(path.join("/"));
    const original = (block.original ?? text).trimEnd();
    const from = whole?.indexOf(original) ?? -1;
    if (whole === undefined || from < 0) return undefined;
    const rest = whole.slice(from + original.length).trimEnd();
    files.set(path.join("/"), whole.slice(0, from) + text + rest);
    return {
        project: { name, files },
        path: path.join("/"),
        part: [from, from + text.length],
        errorsOnly: false,
    };
}

/** The kind and name of an item, such as `entity member`; there is one pack and one period. */
function head(item: string): string | undefined {
    const line = item.split("\n").find((line) => line.trim() && !line.trim().startsWith("--"));
    const [first, second = ""] = (line ?? "").split(/[ :=]/).filter(Boolean);
    return first && `${first} ${first === "pack" || first === "period" ? "" : second}`;
}

function preludeFor(fragment: string, prelude: string): string {
    const lines = fragment.split("\n").filter((line) => !/^[ }]/.test(line));
    const declared = new Set(lines.map(head));
    declared.delete(undefined);
    const items = prelude.split("\n\n");
    return items.filter((item) => !declared.has(head(item))).join("\n\n");
}
