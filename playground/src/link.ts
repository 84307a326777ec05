// A pack in the part of an address that browsers send to nobody. Of a built-in pack only what was
// changed is in it. Not here: what is done with a link that cannot be read.

import { deflateSync, inflateSync, strFromU8, strToU8 } from "fflate";
import { type Project, builtIn } from "./project";

/** The version of what is written; it changes with anything that older pages cannot read. */
const VERSION = "1";

/** The most characters of a link: what mail and chat programs pass on whole. */
export const LONGEST = 32 * 1024;

/** The most that one may unfold to. */
const UNFOLDED = 8 << 20;

interface Written {
    name: string;
    base?: string;
    files: Record<string, string>;
    gone?: string[];
}

/** The part of the address, whatever its length. */
export function written(project: Project): string {
    const { name, base, files } = project;
    const changed = [...files].filter(([path, text]) => base?.files.get(path) !== text);
    const gone = base ? [...base.files.keys()].filter((path) => !files.has(path)) : [];
    const content: Written = { name, files: Object.fromEntries(changed) };
    if (base) content.base = base.name;
    if (gone.length) content.gone = gone;
    const packed = deflateSync(strToU8(JSON.stringify(content)), { level: 9 });
    // The sum tells a link that was cut from one that is whole.
    const binary = Array.from([...packed, sum(packed) >> 8, sum(packed) & 255], (byte) =>
        String.fromCharCode(byte),
    );
    return `#${VERSION}.${btoa(binary.join("")).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "")}`;
}

function sum(bytes: Uint8Array): number {
    let [a, b] = [1, 0];
    for (const byte of bytes) {
        a = (a + byte) % 251;
        b = (b + a) % 251;
    }
    return (b << 8) | a;
}

/** Why a link cannot be read. */
export class Unreadable extends Error {
    constructor(readonly reason: "cut" | "newer") {
        super(reason);
    }
}

/** The pack in the part of an address; nothing where there is none in it. */
export async function read(hash: string): Promise<Project | undefined> {
    const [, version, text] = /^#(\d+)\.(.*)$/.exec(hash) ?? [];
    if (version === undefined || text === undefined) {
        if (hash.length > 1) throw new Unreadable("cut");
        return undefined;
    }
    if (version !== VERSION) throw new Unreadable("newer");
    let content: Written;
    try {
        const binary = atob(text.replaceAll("-", "+").replaceAll("_", "/"));
        const bytes = Uint8Array.from(binary, (char) => char.charCodeAt(0));
        const packed = bytes.subarray(0, -2);
        if ((((bytes.at(-2) ?? 0) << 8) | (bytes.at(-1) ?? 0)) !== sum(packed))
            throw new Unreadable("cut");
        const unfolded = inflateSync(packed, { out: new Uint8Array(UNFOLDED) });
        content = JSON.parse(strFromU8(unfolded)) as Written;
    } catch {
        throw new Unreadable("cut");
    }
    const { name, base, files, gone } = content;
    if (!base) return { name, files: new Map(Object.entries(files)) };
    let project: Project;
    try {
        project = await builtIn(base);
    } catch {
        throw new Unreadable("newer");
    }
    for (const path of gone ?? []) project.files.delete(path);
    for (const [path, text] of Object.entries(files)) project.files.set(path, text);
    return project;
}
