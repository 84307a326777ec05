// What the tests of a pack leave out, shown beside the rules: rules that no test sees hold or fail,
// and changes that no test notices, with the test that would.
//
// Not here: finding them, which the server does.

import * as vscode from "vscode";
import type { LanguageClient } from "vscode-languageclient/browser";
import { fromServer } from "./files";

interface Range {
    start: { line: number; character: number };
    end: { line: number; character: number };
}

interface Coverage {
    complete: number;
    of: number;
    rules: {
        uri: string;
        range: Range;
        rule: string;
        label: string;
        holds: boolean;
        fails: boolean | null;
    }[];
}

interface Mutants {
    noticed: number;
    of: number;
    survivors: {
        uri: string;
        range: Range;
        item: string;
        was: string;
        would: string | null;
        proposal: number | null;
    }[];
    proposals: string[];
}

/** Asks a server that may take its time: one request, one result. */
export type Ask = <T>(
    method: string,
    params: unknown,
    token: vscode.CancellationToken,
) => Promise<T>;

function range(of: Range): vscode.Range {
    return new vscode.Range(of.start.line, of.start.character, of.end.line, of.end.character);
}

/** Findings, until they are hidden or the rules change. */
export class Tested implements vscode.CodeActionProvider {
    private readonly found = vscode.languages.createDiagnosticCollection("guiju tests");
    private proposals = new Map<vscode.Diagnostic, string>();

    constructor(
        context: vscode.ExtensionContext,
        private readonly client: () => LanguageClient,
        private readonly apart: Ask,
    ) {
        const { registerCommand } = vscode.commands;
        context.subscriptions.push(
            this.found,
            registerCommand("guiju.showCoverage", () => this.coverage()),
            registerCommand("guiju.findSurvivors", () => this.survivors()),
            registerCommand("guiju.forgetFindings", () => this.forget()),
            vscode.languages.registerCodeActionsProvider("guiju", this, {
                providedCodeActionKinds: [vscode.CodeActionKind.QuickFix],
            }),
            vscode.workspace.onDidChangeTextDocument((event) => {
                if (event.document.languageId === "guiju" && event.contentChanges.length)
                    this.forget();
            }),
        );
    }

    private forget(): void {
        this.found.clear();
        this.proposals.clear();
    }

    private show(all: [string, vscode.Diagnostic][]): void {
        const files = new Map<string, [vscode.Uri, vscode.Diagnostic[]]>();
        for (const [address, diagnostic] of all) {
            const uri = fromServer(address);
            const file = files.get(uri.toString()) ?? [uri, []];
            file[1].push(diagnostic);
            files.set(uri.toString(), file);
        }
        this.found.set([...files.values()]);
    }

    private asked(): { textDocument: { uri: string } } | undefined {
        const document = vscode.window.activeTextEditor?.document;
        if (document?.languageId !== "guiju") return undefined;
        const uri = this.client().code2ProtocolConverter.asUri(document.uri);
        return { textDocument: { uri } };
    }

    private async coverage(): Promise<Coverage | undefined> {
        const asked = this.asked();
        if (!asked) return undefined;
        try {
            const found = await this.client().sendRequest<Coverage>("guiju/coverage", asked);
            this.forget();
            const open = found.rules.filter((rule) => !rule.holds || rule.fails === false);
            this.show(
                open.map((rule) => {
                    const words = rule.holds
                        ? vscode.l10n.t("{0}: no test sees it fail", rule.label)
                        : rule.fails === false
                          ? vscode.l10n.t("{0}: no test is about it", rule.label)
                          : vscode.l10n.t("{0}: no test sees it hold", rule.label);
                    return [rule.uri, this.finding(rule.range, words, "coverage")];
                }),
            );
            const words = vscode.l10n.t(
                "{0} of {1} rules are seen both ways by tests",
                found.complete,
                found.of,
            );
            void vscode.window.showInformationMessage(words);
            return found;
        } catch (error) {
            void vscode.window.showWarningMessage((error as Error).message);
            return undefined;
        }
    }

    private async survivors(): Promise<Mutants | undefined> {
        const asked = this.asked();
        if (!asked) return undefined;
        const title = vscode.l10n.t("changing the rules one at a time");
        const options = {
            location: vscode.ProgressLocation.Notification,
            title,
            cancellable: true,
        };
        return vscode.window.withProgress(options, async (_, token) => {
            try {
                const found = await this.apart<Mutants>("guiju/mutants", asked, token);
                this.forget();
                this.show(
                    found.survivors.map((survivor) => {
                        const words =
                            survivor.would === null
                                ? vscode.l10n.t(
                                      "no test notices when `{0}` is left out",
                                      survivor.was,
                                  )
                                : vscode.l10n.t(
                                      "no test notices when this reads `{0}`",
                                      survivor.would,
                                  );
                        const finding = this.finding(survivor.range, words, "mutant");
                        const proposal =
                            survivor.proposal === null
                                ? undefined
                                : found.proposals[survivor.proposal];
                        if (proposal) this.proposals.set(finding, proposal);
                        return [survivor.uri, finding];
                    }),
                );
                const words = vscode.l10n.t(
                    "tests notice {0} of {1} changes",
                    found.noticed,
                    found.of,
                );
                void vscode.window.showInformationMessage(words);
                return found;
            } catch (error) {
                if (!token.isCancellationRequested) {
                    void vscode.window.showWarningMessage((error as Error).message);
                }
                return undefined;
            }
        });
    }

    private finding(of: Range, words: string, code: string): vscode.Diagnostic {
        const finding = new vscode.Diagnostic(
            range(of),
            words,
            vscode.DiagnosticSeverity.Information,
        );
        finding.source = "guiju";
        finding.code = code;
        return finding;
    }

    provideCodeActions(document: vscode.TextDocument, at: vscode.Range): vscode.CodeAction[] {
        const here = (this.found.get(document.uri) ?? []).filter((found) =>
            found.range.intersection(at),
        );
        return here.flatMap((found) => {
            const proposal = this.proposals.get(found);
            if (!proposal) return [];
            const title = vscode.l10n.t("add a test that notices it");
            const action = new vscode.CodeAction(title, vscode.CodeActionKind.QuickFix);
            action.diagnostics = [found];
            action.edit = added(document.uri, proposal);
            return [action];
        });
    }
}

/** The proposed test at the end of `tests/proposed.guiju` of the pack. */
function added(rules: vscode.Uri, proposal: string): vscode.WorkspaceEdit {
    const folder = vscode.Uri.joinPath(rules, "..");
    const tests = folder.path.endsWith("/tests") ? folder : vscode.Uri.joinPath(folder, "tests");
    const file = vscode.Uri.joinPath(tests, "proposed.guiju");
    const edit = new vscode.WorkspaceEdit();
    edit.createFile(file, { ignoreIfExists: true });
    edit.insert(file, new vscode.Position(1_000_000, 0), `\n${proposal}`);
    return edit;
}
