// How texts and queries become terms of the search: Chinese as pairs of neighbouring characters,
// since nothing parts its words, everything else as words; and which hits come last. Not here: how
// hits are found (MiniSearch).

/**
 * The terms of a field of a section, or of a query. The last character of a run in a field stands
 * for itself too, so that a query of a single one finds it wherever it is: as itself, or as what a
 * pair begins with. It names nothing outside of it: the page gets its source text.
 */
export function tokenize(text: string, field?: string): string[] {
    const terms: string[] = [];
    const runs = /\p{Script=Han}+|(?:(?!\p{Script=Han})[\p{L}\p{M}\p{N}])+/gu;
    for (const [run] of text.normalize("NFKC").matchAll(runs)) {
        const letters = [...run];
        if (/^\p{Script=Han}/u.test(run)) {
            const pairs = letters.map((letter, at) => letter + (letters[at + 1] ?? ""));
            if (field === undefined && pairs.length > 1) pairs.pop();
            terms.push(...pairs);
        } else terms.push(run);
    }
    return terms;
}

/** How much a hit counts: lists of messages and of changes come after pages that explain. */
export function weight(id: string): number {
    return /(diagnostics|changelog|architecture|contributing)\.html/.test(id) ? 0.5 : 1;
}
