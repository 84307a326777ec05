// What stands at the right: what is wrong, the results of the data and their reasons, and what the
// tests leave out. Not here: asking for it (`main`).

import { button, element } from "./dom";
import type { Place, Problem, Range } from "./engine";
import { pathOf } from "./engine";
import { say } from "./words";

/** Goes to a place in a file. */
export type Go = (path: string, place: Place) => void;

interface Placed {
    uri: string;
    range: Range;
}

export interface Coverage {
    complete: number;
    of: number;
    rules: (Placed & { rule: string; label: string; holds: boolean; fails: boolean | null })[];
}

export interface Mutants {
    noticed: number;
    of: number;
    survivors: (Placed & {
        item: string;
        was: string;
        would: string | null;
        proposal: number | null;
    })[];
    proposals: string[];
}

/** Results in the one JSON form, and what people call the figures. */
export interface Judged {
    results: Record<string, Root[] | unknown>;
    labels: Record<string, string>;
    /** The values in words, by root. */
    words: Record<string, string>[];
}

interface Root {
    id: string;
    kpis: Record<string, unknown>;
}

function place(go: Go, path: string, at: Place): HTMLElement {
    const name = `${path} · ${say("line", at.line + 1)}`;
    return button(name, () => go(path, at), "place");
}

/** Everything that is wrong, by file. */
export function problems(found: Map<string, Problem[]>, go: Go): Node[] {
    const list = [...found].flatMap(([path, problems]) =>
        problems.map((problem) => {
            const severity =
                problem.severity === 1 ? "error" : problem.severity === 2 ? "warning" : "advice";
            return element(
                "li",
                { className: severity },
                place(go, path, problem.range.start),
                element("p", {}, problem.message),
            );
        }),
    );
    if (!list.length) return [element("p", { className: "sound" }, `✓ ${say("sound")}`)];
    return [element("ul", { className: "findings" }, ...list)];
}

/** The most roots of the data that are shown. */
const ROOTS = 50;

/** Results, with a button for the reason of each. */
export function results(found: Judged | null, why: (root: number, kpi: string) => void): Node[] {
    const roots =
        Object.values(found?.results ?? {}).find((list): list is Root[] => Array.isArray(list)) ??
        [];
    if (!roots.length) return [element("p", {}, say("nothing"))];
    return roots.slice(0, ROOTS).map((root, at) => {
        const rows = Object.keys(root.kpis).map((name) =>
            element(
                "tr",
                {},
                element("th", { scope: "row" }, found?.labels[name] ?? name),
                element("td", {}, found?.words[at]?.[name] ?? ""),
                element(
                    "td",
                    {},
                    button(say("why"), () => why(at, name), "why"),
                ),
            ),
        );
        return element(
            "details",
            { open: at === 0 },
            element("summary", {}, root.id),
            element("table", {}, element("tbody", {}, ...rows)),
        );
    });
}

/** Rules that tests have not seen both ways. */
export function coverage(found: Coverage, go: Go): Node[] {
    const open = found.rules.filter((rule) => !rule.holds || rule.fails === false);
    const list = open.map((rule) => {
        const word = rule.holds ? "neverFails" : rule.fails === false ? "never" : "neverHolds";
        return element(
            "li",
            {},
            place(go, pathOf(rule.uri), rule.range.start),
            element("p", {}, `${rule.label}：${say(word)}`),
        );
    });
    const bar = element("meter", { min: 0, max: found.of, value: found.complete });
    bar.ariaLabel = say("coverage");
    return [
        bar,
        element("p", {}, say("seen", found.complete, found.of)),
        element("ul", { className: "findings" }, ...list),
    ];
}

/** Changes that no test notices, each with the test that would. */
export function mutants(
    found: Mutants,
    go: Go,
    add: (test: string, pressed: HTMLButtonElement) => void,
): Node[] {
    const list = found.survivors.map((survivor) => {
        const words =
            survivor.would === null ? say("dropped", survivor.was) : say("would", survivor.would);
        const proposal =
            survivor.proposal === null ? undefined : found.proposals[survivor.proposal];
        const line = element(
            "li",
            {},
            place(go, pathOf(survivor.uri), survivor.range.start),
            element("p", {}, `${survivor.item}：${words}`),
        );
        if (proposal) {
            const adding: HTMLButtonElement = button(say("addTest"), () => add(proposal, adding));
            line.append(element("pre", {}, proposal), adding);
        }
        return line;
    });
    return [
        element("p", {}, say("noticed", found.noticed, found.of)),
        element("ul", { className: "findings" }, ...list),
    ];
}
