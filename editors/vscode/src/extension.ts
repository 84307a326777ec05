// The extension: one language client over a server in a worker. Not here: any answer about rules.

import * as vscode from "vscode";
import { LanguageClient, type LanguageClientOptions } from "vscode-languageclient/browser";
import { Files, fromServer, toServer } from "./files";
import { Server } from "./server";
import { Tested } from "./tested";

let client: LanguageClient | undefined;

/** Called by the editor when the first rules are seen. */
export async function activate(context: vscode.ExtensionContext): Promise<void> {
    const data = () => vscode.workspace.getConfiguration("guiju").get("data", "");
    const files = await Files.watch(context, data);
    let server: Server | undefined;
    const started = new LanguageClient(
        "guiju",
        "guiju",
        async () => {
            server = await Server.start(context.extensionUri, files.all());
            return server.transports();
        },
        options(data),
    );
    client = started;
    files.changed = (changed, gone) => {
        if (!server || !started.isRunning()) return;
        if (changed.length) server.store(changed);
        if (gone) server.forget(gone);
        // Its own watch may have told of this before the server had the file.
        void started.sendNotification("workspace/didChangeWatchedFiles", { changes: [] });
    };
    context.subscriptions.push(
        vscode.commands.registerCommand("guiju.restart", async () => {
            await started.stop();
            await started.start();
        }),
        vscode.workspace.onDidChangeConfiguration(async (event) => {
            if (!event.affectsConfiguration("guiju.data")) return;
            await files.look(data());
            await started.sendNotification("workspace/didChangeConfiguration", {
                settings: { guiju: { data: data() } },
            });
        }),
    );
    new Tested(
        context,
        () => started,
        (method, params, token) =>
            apart(context, files, options(data).initializationOptions, method, params, token),
    );
    await started.start();
}

/** Called by the editor before it goes. */
export async function deactivate(): Promise<void> {
    await client?.stop();
}

function options(data: () => string): LanguageClientOptions {
    return {
        documentSelector: [{ language: "guiju" }],
        initializationOptions: { data: data() },
        uriConverters: { code2Protocol: toServer, protocol2Code: fromServer },
        middleware: {
            // The client asks the server; somebody pressed a lens and wants to know.
            async executeCommand(command, given, next) {
                try {
                    const ran = (await next(command, given)) as { failed: number; message: string };
                    const { showInformationMessage, showWarningMessage } = vscode.window;
                    void (ran.failed ? showWarningMessage : showInformationMessage)(ran.message);
                    return ran;
                } catch (error) {
                    void vscode.window.showWarningMessage((error as Error).message);
                    return undefined;
                }
            },
        },
    };
}

/** One request to a server of its own, so that what takes seconds keeps nobody from typing. */
async function apart<T>(
    context: vscode.ExtensionContext,
    files: Files,
    initializationOptions: unknown,
    method: string,
    params: unknown,
    token: vscode.CancellationToken,
): Promise<T> {
    const server = await Server.start(context.extensionUri, files.all());
    const workspaceFolders = (vscode.workspace.workspaceFolders ?? []).map((folder) => ({
        uri: toServer(folder.uri),
        name: folder.name,
    }));
    try {
        return await new Promise<T>((done, refused) => {
            token.onCancellationRequested(() => refused(new vscode.CancellationError()));
            server.onClosed(() => refused(new Error(vscode.l10n.t("the language server failed"))));
            type Answer = { id?: number; result?: T; error?: { message: string } };
            server.hear((message) => {
                const { id, result, error } = message as unknown as Answer;
                if (id !== 2) return;
                if (error) refused(new Error(error.message));
                else done(result as T);
            });
            const send = (message: object) => server.send({ jsonrpc: "2.0", ...message });
            const initialize = {
                capabilities: {},
                locale: vscode.env.language,
                workspaceFolders,
                initializationOptions,
            };
            send({ id: 1, method: "initialize", params: initialize });
            send({ method: "initialized", params: {} });
            for (const document of vscode.workspace.textDocuments) {
                if (document.languageId !== "guiju") continue;
                const textDocument = {
                    uri: toServer(document.uri),
                    languageId: "guiju",
                    version: document.version,
                    text: document.getText(),
                };
                send({ method: "textDocument/didOpen", params: { textDocument } });
            }
            send({ id: 2, method, params });
        });
    } finally {
        server.stop();
    }
}
