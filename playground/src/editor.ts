// The rules in the middle, with colours, problems and their fixes, margin figures and tests to run
// from the server. Not here: what `@codemirror/lsp-client` does already (hover, completion, rename,
// layout, definitions).

import { foldService, indentUnit } from "@codemirror/language";
import { type Action, type Diagnostic, lintGutter, setDiagnostics } from "@codemirror/lint";
import {
    EditorState,
    RangeSetBuilder,
    StateEffect,
    StateField,
    type Text,
} from "@codemirror/state";
import { Decoration, type DecorationSet, EditorView, WidgetType } from "@codemirror/view";
import { basicSetup } from "codemirror";
import { type Engine, type Place, type Problem, type Range, address } from "./engine";
import { type Part, onlyPart } from "./part";
import { say } from "./words";

interface Hint {
    position: Place;
    label: string;
}

interface Lens {
    range: Range;
    command: { title: string; command: string; arguments: unknown[] };
}

interface Fix {
    title: string;
    diagnostics?: { range: Range; message: string }[];
    edit: { changes: Record<string, { range: Range; newText: string }[]> };
}

const SORTS = [
    "keyword",
    "string",
    "number",
    "comment",
    "operator",
    "class",
    "property",
    "enum",
    "variable",
    "function",
    "type",
    "clause",
];

/** Where a place of the protocol is, in a text that may have changed since. */
export function offset(doc: Text, place: Place): number {
    if (place.line >= doc.lines) return doc.length;
    const line = doc.line(place.line + 1);
    return Math.min(line.from + place.character, line.to);
}

class Words extends WidgetType {
    constructor(readonly words: string) {
        super();
    }

    override eq(other: Words): boolean {
        return other.words === this.words;
    }

    toDOM(): HTMLElement {
        const element = document.createElement("span");
        element.className = "hint";
        element.textContent = this.words;
        return element;
    }
}

class Run extends WidgetType {
    constructor(
        readonly lens: Lens,
        private readonly run: (lens: Lens) => void,
    ) {
        super();
    }

    override eq(other: Run): boolean {
        return JSON.stringify(other.lens.command) === JSON.stringify(this.lens.command);
    }

    toDOM(): HTMLElement {
        const element = document.createElement("button");
        element.className = "lens";
        element.textContent = `▶ ${this.lens.command.title}`;
        element.onclick = () => this.run(this.lens);
        return element;
    }

    override ignoreEvent(): boolean {
        return true;
    }
}

/** Decorations that the server gave, which move with the text until it gives others. */
function given() {
    const effect = StateEffect.define<DecorationSet>();
    const field = StateField.define<DecorationSet>({
        create: () => Decoration.none,
        update: (value, transaction) => {
            const found = transaction.effects.find((one) => one.is(effect));
            return found ? (found.value as DecorationSet) : value.map(transaction.changes);
        },
        provide: (field) => EditorView.decorations.from(field),
    });
    return { effect, field };
}

const colours = given();
const hints = given();
const lenses = given();

/** So long nothing has to be typed until colours and figures are asked for again, in milliseconds. */
const STILL = 120;

/** One file in the editor. */
export class FileView {
    readonly view: EditorView;
    private timer: ReturnType<typeof setTimeout> | undefined;
    private problems: Problem[] = [];

    constructor(
        parent: HTMLElement,
        readonly path: string,
        text: string,
        private readonly engine: Engine,
        changed: (text: string) => void,
        private readonly ran: (words: string) => void,
        /** The part of the file that is shown; all of it where none is named. */
        part?: Part,
    ) {
        const rules = path.endsWith(".guiju");
        const label = EditorView.contentAttributes.of({ "aria-label": path, spellcheck: "false" });
        this.view = new EditorView({
            parent,
            state: EditorState.create({
                doc: text,
                extensions: [
                    basicSetup,
                    part ? onlyPart(part) : [],
                    indentUnit.of("  "),
                    EditorView.lineWrapping,
                    label,
                    lintGutter(),
                    colours.field,
                    hints.field,
                    lenses.field,
                    foldService.of(folded),
                    EditorView.updateListener.of((update) => {
                        if (!update.docChanged) return;
                        changed(update.state.doc.toString());
                        this.later();
                    }),
                    rules ? engine.client.plugin(address(path), "guiju") : [],
                ],
            }),
        });
        if (rules) void this.refresh();
    }

    private later(): void {
        if (!this.path.endsWith(".guiju")) return;
        // What is wrong is told a little after the server has the change; the rest waits.
        queueMicrotask(() => this.engine.client.sync());
        clearTimeout(this.timer);
        this.timer = setTimeout(() => void this.refresh(), STILL);
    }

    /** Asks for everything that stands beside the text. */
    async refresh(): Promise<void> {
        const before = this.view.state.doc;
        const textDocument = { uri: address(this.path) };
        const end = { line: before.lines, character: 0 };
        const range = { start: { line: 0, character: 0 }, end };
        try {
            const [tokens, found, runs] = await Promise.all([
                this.engine.ask<{ data: number[] }>("textDocument/semanticTokens/full", {
                    textDocument,
                }),
                this.engine.ask<Hint[]>("textDocument/inlayHint", { textDocument, range }),
                this.engine.ask<Lens[]>("textDocument/codeLens", { textDocument }),
            ]);
            if (this.view.state.doc !== before) return;
            this.view.dispatch({
                effects: [
                    colours.effect.of(coloured(before, tokens.data)),
                    hints.effect.of(beside(before, found)),
                    lenses.effect.of(above(before, runs, (lens) => void this.run(lens))),
                ],
            });
        } catch {
            // The server was stopped, or is asked again soon.
        }
    }

    private async run(lens: Lens): Promise<void> {
        const { command, arguments: given } = lens.command;
        try {
            const ran = await this.engine.ask<{ message: string }>("workspace/executeCommand", {
                command,
                arguments: given,
            });
            this.ran(ran.message);
        } catch (error) {
            this.ran((error as Error).message);
        }
    }

    /** Shows what is wrong, with a button for each fix. */
    async wrong(problems: Problem[]): Promise<void> {
        this.problems = problems;
        const before = this.view.state.doc;
        let fixes: Fix[] = [];
        if (problems.length) {
            const textDocument = { uri: address(this.path) };
            const range = {
                start: { line: 0, character: 0 },
                end: { line: before.lines, character: 0 },
            };
            const context = { diagnostics: [] };
            fixes = await this.engine
                .ask<Fix[]>("textDocument/codeAction", { textDocument, range, context })
                .catch(() => []);
        }
        // Something newer came meanwhile.
        if (this.problems !== problems || this.view.state.doc !== before) return;
        const shown = problems.map((problem): Diagnostic => {
            const from = offset(before, problem.range.start);
            const of = (fix: Fix) =>
                fix.diagnostics?.some(
                    (one) =>
                        one.message === problem.message &&
                        JSON.stringify(one.range) === JSON.stringify(problem.range),
                );
            return {
                from,
                to: Math.max(from, offset(before, problem.range.end)),
                severity:
                    problem.severity === 1 ? "error" : problem.severity === 2 ? "warning" : "info",
                message: problem.message,
                actions: fixes.filter(of).map((fix) => action(fix, this.path)),
            };
        });
        this.view.dispatch(setDiagnostics(this.view.state, shown));
    }

    /** Moves to a place and shows it. */
    go(place: Place): void {
        const at = offset(this.view.state.doc, place);
        this.view.dispatch({
            selection: { anchor: at },
            effects: EditorView.scrollIntoView(at, { y: "center" }),
        });
        this.view.focus();
    }

    close(): void {
        clearTimeout(this.timer);
        this.view.destroy();
    }
}

function action(fix: Fix, path: string): Action {
    const edits = fix.edit.changes[address(path)] ?? [];
    return {
        name: say("fix", edits[0]?.newText ?? ""),
        apply(view) {
            const { doc } = view.state;
            const changes = edits.map((edit) => ({
                from: offset(doc, edit.range.start),
                to: offset(doc, edit.range.end),
                insert: edit.newText,
            }));
            view.dispatch({ changes });
        },
    };
}

function coloured(doc: Text, data: number[]): DecorationSet {
    const builder = new RangeSetBuilder<Decoration>();
    const place = { line: 0, character: 0 };
    for (let at = 0; at + 4 < data.length; at += 5) {
        const [lines = 0, columns = 0, length = 0, sort = 0] = data.slice(at, at + 4);
        place.line += lines;
        place.character = lines ? columns : place.character + columns;
        const from = offset(doc, place);
        const to = offset(doc, { ...place, character: place.character + length });
        if (to > from) builder.add(from, to, Decoration.mark({ class: `is-${SORTS[sort]}` }));
    }
    return builder.finish();
}

function beside(doc: Text, found: Hint[]): DecorationSet {
    const widgets = found.map((hint) =>
        Decoration.widget({ widget: new Words(hint.label), side: 1 }).range(
            offset(doc, hint.position),
        ),
    );
    return Decoration.set(widgets, true);
}

function above(doc: Text, found: Lens[], run: (lens: Lens) => void): DecorationSet {
    const widgets = found.map((lens) => {
        const line = doc.lineAt(offset(doc, lens.range.start));
        return Decoration.widget({ widget: new Run(lens, run), side: -1, block: true }).range(
            line.from,
        );
    });
    return Decoration.set(widgets, true);
}

/** From a line that opens a brace to the line that closes it. */
function folded(state: EditorState, from: number, to: number): { from: number; to: number } | null {
    const line = state.sliceDoc(from, to);
    if (!/[{｛]\s*$/.test(line)) return null;
    const indent = /^\s*/.exec(line)?.[0].length ?? 0;
    for (let at = state.doc.lineAt(from).number + 1; at <= state.doc.lines; at += 1) {
        const next = state.doc.line(at);
        if (/^\s*[}｝]/.test(next.text) && (/^\s*/.exec(next.text)?.[0].length ?? 0) <= indent) {
            return { from: to, to: next.from - 1 };
        }
    }
    return null;
}
