//! A client in memory over files in memory.

#![allow(dead_code, reason = "each test file uses a part of this")]

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;
use std::sync::Arc;

use guiju::DataError;
use guiju::{Dataset, Diagnostic, Limits, Locale, Schema, Source};
use guiju_editor::{Files, Session, Text};
use lsp_server::{Message, Notification, Request};
use serde_json::{Value, json};

/// Files in memory.
#[derive(Default)]
pub(crate) struct Stored(pub(crate) RefCell<BTreeMap<String, String>>);

impl Files for Stored {
    fn rules(&self, folder: &str) -> Vec<String> {
        let files = self.0.borrow();
        let of = |folder: &str| -> Vec<String> {
            let inside = |path: &&String| {
                path.rsplit_once('/')
                    .is_some_and(|(parent, name)| parent == folder && name.ends_with(".guiju"))
            };
            files.keys().filter(inside).cloned().collect()
        };
        [of(folder), of(&format!("{folder}/tests"))].concat()
    }

    fn text(&self, path: &str) -> Option<Result<String, Vec<Diagnostic>>> {
        self.0.borrow().get(path).cloned().map(Ok)
    }

    fn folders(&self, folder: &str) -> Vec<String> {
        let under = format!("{folder}/");
        let files = self.0.borrow();
        let mut found: Vec<String> = files
            .keys()
            .filter(|path| path.starts_with(&under))
            .filter_map(|path| Some(path.rsplit_once('/')?.0.to_owned()))
            .collect();
        found.dedup();
        found
    }

    fn built_in(&self, name: &str) -> Option<Vec<Source>> {
        guiju_rules::sources(name)
    }

    fn data(
        &self,
        path: &str,
        schema: &Arc<Schema>,
        limits: &Limits,
    ) -> Option<Result<Dataset, DataError>> {
        assert!(!path.contains("panics"), "a host that fails");
        let files = self.0.borrow();
        Some(guiju::read_json(files.get(path)?, Some(path), schema, limits))
    }
}

pub(crate) struct Client {
    pub(crate) session: Session,
    pub(crate) files: Rc<Stored>,
    asked: i32,
}

impl Client {
    /// A session over these files, in `/w`.
    pub(crate) fn over(files: &[(&str, &str)], options: Value) -> Client {
        let stored = Stored(RefCell::new(
            files.iter().map(|(path, text)| ((*path).to_owned(), (*text).to_owned())).collect(),
        ));
        let files = Rc::new(stored);
        let session = Session::new(Rc::clone(&files) as Rc<dyn Files>, Locale::ZhTw);
        let mut client = Client { session, files, asked: 0 };
        client.ask("initialize", options);
        client.tell("initialized", json!({}));
        client
    }

    /// The same in English.
    pub(crate) fn english(files: &[(&str, &str)]) -> Client {
        Client::over(
            files,
            json!({ "capabilities": {}, "locale": "en", "workspaceFolders": [{ "uri": "file:///w", "name": "w" }] }),
        )
    }

    pub(crate) fn send(&mut self, message: Message) -> Vec<Message> {
        self.session.message(message)
    }

    /// A request; its result, or its error under `error`.
    pub(crate) fn ask(&mut self, method: &str, params: Value) -> Value {
        self.asked += 1;
        let request = Request { id: self.asked.into(), method: method.to_owned(), params };
        let answers = self.send(request.into());
        assert_eq!(answers.len(), 1, "one answer for each request");
        let answer = answers
            .into_iter()
            .next()
            .map(|answer| serde_json::to_value(answer).expect("JSON"))
            .unwrap_or_default();
        match answer.get("error").filter(|error| !error.is_null()) {
            Some(error) => json!({ "error": error }),
            None => answer.get("result").cloned().unwrap_or_default(),
        }
    }

    pub(crate) fn tell(&mut self, method: &str, params: Value) -> Vec<Message> {
        self.send(Notification { method: method.to_owned(), params }.into())
    }

    pub(crate) fn open(&mut self, path: &str) -> String {
        let text = self.files.0.borrow().get(path).cloned().unwrap_or_default();
        self.open_with(path, &text);
        text
    }

    pub(crate) fn open_with(&mut self, path: &str, text: &str) {
        let document =
            json!({ "uri": uri(path), "languageId": "guiju", "version": 1, "text": text });
        self.tell("textDocument/didOpen", json!({ "textDocument": document }));
    }

    /// The whole of a document anew.
    pub(crate) fn change(&mut self, path: &str, version: i32, text: &str) {
        let changes = json!([{ "text": text }]);
        self.tell("textDocument/didChange", json!({ "textDocument": { "uri": uri(path), "version": version }, "contentChanges": changes }));
    }

    /// What is told to be wrong now, by file: `line:column-line:column code`.
    pub(crate) fn problems(&mut self) -> BTreeMap<String, Vec<String>> {
        let mut found = BTreeMap::new();
        for message in self.session.problems() {
            let Message::Notification(notification) = message else { continue };
            let shown =
                notification.params["diagnostics"].as_array().into_iter().flatten().map(|found| {
                    format!(
                        "{} {}",
                        range(&found["range"]),
                        found["code"].as_str().unwrap_or_default()
                    )
                });
            found.insert(
                notification.params["uri"].as_str().unwrap_or_default().replace("file://", ""),
                shown.collect(),
            );
        }
        found
    }
}

pub(crate) fn uri(path: &str) -> String {
    if path.starts_with('/') { format!("file://{path}") } else { path.to_owned() }
}

pub(crate) fn range(range: &Value) -> String {
    let at = |end: &str| format!("{}:{}", range[end]["line"], range[end]["character"]);
    format!("{}-{}", at("start"), at("end"))
}

/// The parameters for a place: right before `mark` in the text, as many characters on as asked for.
pub(crate) fn at(path: &str, text: &str, mark: &str, on: usize) -> Value {
    let start = text.find(mark).unwrap_or_else(|| panic!("{mark} in {path}"));
    let skipped: usize = mark.chars().take(on).map(char::len_utf8).sum();
    let place = Text::new(text).place(start + skipped);
    json!({ "textDocument": { "uri": uri(path) }, "position": { "line": place.line, "character": place.column } })
}
