// The links of the built pages: each leads to a file that is there, and to an anchor that is in it.
// Not here: addresses of other sites, which are not visited.

import { existsSync, readFileSync, readdirSync } from "node:fs";
import { join, posix } from "node:path";

/** Fails, with a list, where a link of the built pages leads nowhere. */
export function check(folder: string, base: string): void {
    const files = readdirSync(folder, { recursive: true, encoding: "utf8" });
    const pages = new Map(
        files
            .filter((file) => file.endsWith(".html"))
            .map((file) => [file, readFileSync(join(folder, file), "utf8")]),
    );
    const anchors = new Map(
        [...pages].map(([file, html]) => {
            const ids = [...html.matchAll(/<[a-z][^>]* id="([^"]*)"/g)];
            return [file, new Set(ids.map(([, id = ""]) => plain(id)))];
        }),
    );
    const dead: string[] = [];
    let count = 0;
    for (const [file, html] of pages) {
        for (const [, , written = ""] of html.matchAll(/<[a-z][^>]* (href|src)="([^"]*)"/g)) {
            const address = plain(written);
            if (/^[a-z]+:/.test(address)) continue;
            count += 1;
            const [path = "", hash = ""] = address.split("#").map(decodeURIComponent);
            const from = `${base}${file}`;
            const to = path ? posix.resolve("/", posix.dirname(from), path) : from;
            const inside = to.startsWith(base)
                ? to.slice(base.length)
                : `${to}/`.slice(base.length);
            const folderOf = path.endsWith("/") || inside === "";
            const target = folderOf ? posix.join(inside, "index.html") : inside;
            const there = existsSync(join(folder, target));
            const known = hash === "" || anchors.get(target)?.has(hash);
            if (!there || !known) dead.push(`${file}: ${address}`);
        }
    }
    if (dead.length) throw new Error(`links that lead nowhere:\n${[...new Set(dead)].join("\n")}`);
    console.log(`${pages.size} pages, ${count} links: all lead somewhere`);
}

/** What a value of an attribute says. */
function plain(written: string): string {
    const signs: Record<string, string> = { "&amp;": "&", "&quot;": '"', "&#39;": "'" };
    return written.replace(/&(amp|quot|#39);/g, (sign) => signs[sign] ?? sign);
}
