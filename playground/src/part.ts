// A part of a file in the editor: the rest is there for the engine, and neither shown nor changed.
// Not here: the editor.

import { EditorSelection, EditorState, type Extension, StateField } from "@codemirror/state";
import { Decoration, EditorView } from "@codemirror/view";

/** Whole lines of a file, from the start of the first to the end of the last. */
export type Part = readonly [from: number, to: number];

const field = StateField.define<Part>({
    create: () => [0, 0],
    update: ([from, to], { changes }) => [changes.mapPos(from, -1), changes.mapPos(to, 1)],
});

/** Where the part is now; all of it where a view shows a whole file. */
export function partOf(state: EditorState): Part {
    return state.field(field, false) ?? [0, state.doc.length];
}

/** Shows nothing but a part. */
export function onlyPart(part: Part): Extension {
    return [
        field.init(() => part),
        // What is hidden are whole lines: their breaks beside the part stay.
        EditorView.decorations.compute([field], (state) => {
            const [from, to] = partOf(state);
            const hide = Decoration.replace({ block: true });
            const before = from > 1 ? [hide.range(0, from - 1)] : [];
            const after = to + 1 < state.doc.length ? [hide.range(to + 1, state.doc.length)] : [];
            return Decoration.set([...before, ...after]);
        }),
        EditorState.changeFilter.of((transaction) => {
            const [from, to] = partOf(transaction.startState);
            let within = true;
            transaction.changes.iterChangedRanges((start, end) => {
                within &&= start >= from && end <= to;
            });
            return within;
        }),
        // Whoever selects everything means the part.
        EditorState.transactionFilter.of((transaction) => {
            const { selection, changes, startState } = transaction;
            if (!selection) return transaction;
            const [was, end] = partOf(startState);
            const [from, to] = [changes.mapPos(was, -1), changes.mapPos(end, 1)];
            const clamp = (at: number) => Math.min(Math.max(at, from), to);
            const ranges = selection.ranges.map(({ anchor, head }) =>
                EditorSelection.range(clamp(anchor), clamp(head)),
            );
            const clamped = EditorSelection.create(ranges, selection.mainIndex);
            if (clamped.eq(selection)) return transaction;
            return [transaction, { selection: clamped, sequential: true }];
        }),
    ];
}
