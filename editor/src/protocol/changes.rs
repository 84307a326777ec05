//! What the client tells of its files: opened, changed, closed, stored. Not here: what is asked
//! about them (`answers`).

use lsp_server::{Message, Notification, Request};
use lsp_types::{
    DidChangeConfigurationParams, DidChangeTextDocumentParams, DidChangeWorkspaceFoldersParams,
    DidCloseTextDocumentParams, DidOpenTextDocumentParams,
};
use serde_json::{Value, from_value, json};

use super::convert::reach;
use super::session::Session;
use crate::text::Text;

impl Session {
    /// A notification; one that cannot be read tells nothing, and asks for no answer.
    pub(super) fn told(&mut self, notification: Notification) -> Vec<Message> {
        let params = notification.params;
        match notification.method.as_str() {
            "initialized" => return self.watch(),
            "textDocument/didOpen" => drop(from_value(params).map(|params| self.opened(params))),
            "textDocument/didChange" => drop(from_value(params).map(|params| self.changed(params))),
            "textDocument/didClose" => drop(from_value(params).map(|params| self.closed(&params))),
            "textDocument/didSave" | "workspace/didChangeWatchedFiles" => {
                self.workspace.stored_changed();
                self.everything_changed();
            }
            "workspace/didChangeWorkspaceFolders" => {
                drop(from_value(params).map(|params| self.folders(params)))
            }
            "workspace/didChangeConfiguration" => {
                if let Ok(params) = from_value::<DidChangeConfigurationParams>(params) {
                    self.set_options(params.settings.get("guiju").unwrap_or(&params.settings));
                    self.everything_changed();
                }
            }
            _ => {}
        }
        Vec::new()
    }

    /// Asks the client to tell of files that others change, where it can.
    fn watch(&mut self) -> Vec<Message> {
        if !self.watches {
            return Vec::new();
        }
        let watchers = json!([{ "globPattern": "**/*.{guiju,csv,json,jsonl,xlsx,ods}" }]);
        let registrations = json!([{ "id": "files", "method": "workspace/didChangeWatchedFiles", "registerOptions": { "watchers": watchers } }]);
        vec![self.request("client/registerCapability", json!({ "registrations": registrations }))]
    }

    /// A request to the client.
    pub(super) fn request(&mut self, method: &str, params: Value) -> Message {
        self.asked += 1;
        Request { id: self.asked.into(), method: method.to_owned(), params }.into()
    }

    fn opened(&mut self, params: DidOpenTextDocumentParams) {
        let document = params.text_document;
        let path = self.addresses.keep(&document.uri);
        self.versions.insert(path.clone(), document.version);
        self.workspace.set(&path, Text::new(document.text));
        self.dirty(&path);
    }

    fn changed(&mut self, params: DidChangeTextDocumentParams) {
        let path = self.addresses.keep(&params.text_document.uri);
        let version = params.text_document.version;
        // What comes late is of a text that is no more.
        let known = self.versions.get(&path).is_some_and(|known| version >= *known);
        let Some(open) = self.workspace.open(&path).filter(|_| known) else { return };
        let mut text = (*open).clone();
        for change in params.content_changes {
            text = match change.range {
                Some(range) => text.replaced(text.range(reach(range)), &change.text),
                None => Text::new(change.text),
            };
        }
        self.versions.insert(path.clone(), version);
        self.workspace.set(&path, text);
        self.dirty(&path);
    }

    fn closed(&mut self, params: &DidCloseTextDocumentParams) {
        let path = self.addresses.keep(&params.text_document.uri);
        self.versions.remove(&path);
        self.workspace.close(&path);
        self.dirty(&path);
    }

    fn folders(&mut self, params: DidChangeWorkspaceFoldersParams) {
        let mut roots = self.workspace.roots().to_vec();
        let path = |uri: &lsp_types::Uri| super::address::path(uri.as_str());
        let removed: Vec<String> =
            params.event.removed.iter().map(|folder| path(&folder.uri)).collect();
        roots.retain(|root| !removed.contains(root));
        roots.extend(params.event.added.iter().map(|folder| path(&folder.uri)));
        self.workspace.set_roots(roots);
        self.everything_changed();
    }
}
