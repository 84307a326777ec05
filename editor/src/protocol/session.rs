//! A session with one client: what it has open, what it was told is wrong, what is still owed to
//! it.
//!
//! It has no clock and no streams, so that it runs where there are none. Not here: answers
//! (`answers`), changes of files (`changes`).

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::rc::Rc;

use guiju::{Limits, Locale};
use lsp_server::{ErrorCode, Message, Notification, Request, Response};
use lsp_types::{InitializeParams, PublishDiagnosticsParams};
use serde_json::{Value, from_value, to_value};

use super::convert::{self, Addresses};
use super::offers::offers;
use crate::ask::live::{Live, live};
use crate::ask::problems::{Problem, Problems, problems};
use crate::workspace::{Files, Workspace};

/// How far a session is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Stage {
    New,
    Open,
    /// The client said that it is about to leave.
    Leaving,
    /// It left; whether it said so before.
    Over(bool),
}

/// A session with one client.
pub struct Session {
    pub(super) workspace: Workspace,
    pub(super) locale: Locale,
    pub(super) addresses: Addresses,
    pub(super) versions: HashMap<String, i32>,
    /// Whether changes name the version of the document they are for.
    pub(super) versioned_edits: bool,
    /// Whether the client can be asked to watch files, and to ask again for what stands in the
    /// margin.
    pub(super) watches: bool,
    refreshes: bool,
    pub(super) asked: i32,
    /// Where the data is whose figures are shown, if the client says so.
    pub(super) data: Option<String>,
    pub(super) live: HashMap<String, Rc<Live>>,
    /// What is wrong, by pack, and what failed when its tests were run.
    by_pack: BTreeMap<String, Problems>,
    pub(super) failed: BTreeMap<String, Problems>,
    told: HashMap<String, Vec<Problem>>,
    dirty: BTreeSet<String>,
    figures_due: bool,
    stage: Stage,
}

impl Session {
    /// The same within limits of the host's, before anything is open.
    #[must_use]
    pub fn within(self, limits: &Limits) -> Session {
        Session { workspace: self.workspace.within(limits), ..self }
    }

    /// A session over what a host has stored; `locale` for clients that do not say theirs.
    pub fn new(files: Rc<dyn Files>, locale: Locale) -> Session {
        Session {
            workspace: Workspace::new(files, Vec::new()),
            locale,
            addresses: Addresses::default(),
            versions: HashMap::new(),
            versioned_edits: false,
            watches: false,
            refreshes: false,
            asked: 0,
            data: None,
            live: HashMap::new(),
            by_pack: BTreeMap::new(),
            failed: BTreeMap::new(),
            told: HashMap::new(),
            dirty: BTreeSet::new(),
            figures_due: false,
            stage: Stage::New,
        }
    }

    /// Takes a message, and gives what is to be sent.
    pub fn message(&mut self, message: Message) -> Vec<Message> {
        match message {
            Message::Request(request) => vec![self.answer(request)],
            Message::Notification(notification) if notification.method == "exit" => {
                self.stage = Stage::Over(self.stage == Stage::Leaving);
                Vec::new()
            }
            Message::Notification(notification) if self.stage == Stage::Open => {
                self.told(notification)
            }
            Message::Notification(_) | Message::Response(_) => Vec::new(),
        }
    }

    /// Whether the client left.
    pub fn is_over(&self) -> bool {
        matches!(self.stage, Stage::Over(_))
    }

    /// Whether it said so before.
    pub fn took_leave(&self) -> bool {
        self.stage == Stage::Over(true)
    }

    /// Whether what is wrong has to be told anew.
    pub fn owes_problems(&self) -> bool {
        !self.dirty.is_empty()
    }

    /// Whether figures have to be computed anew.
    pub fn owes_figures(&self) -> bool {
        self.figures_due
    }

    /// Reads everything again: after a failure nothing that was read is trusted.
    pub(super) fn recover(&mut self) {
        self.workspace.stored_changed();
        self.dirty.clear();
        self.figures_due = false;
    }

    fn answer(&mut self, request: Request) -> Message {
        let error = |code: ErrorCode, words: &str| {
            Response::new_err(request.id.clone(), code as i32, words.to_owned()).into()
        };
        match (self.stage, request.method.as_str()) {
            (Stage::New, "initialize") => match from_value(request.params.clone()) {
                Ok(params) => {
                    self.begin(params);
                    Response::new_ok(request.id, to_value(offers()).unwrap_or_default()).into()
                }
                Err(_) => {
                    error(ErrorCode::InvalidParams, "these are no parameters of `initialize`")
                }
            },
            (Stage::New, _) => error(ErrorCode::ServerNotInitialized, "`initialize` comes first"),
            (Stage::Open, "initialize") => {
                error(ErrorCode::InvalidRequest, "the session has begun already")
            }
            (Stage::Open, "shutdown") => {
                self.stage = Stage::Leaving;
                Response::new_ok(request.id, Value::Null).into()
            }
            (Stage::Open, _) => self.asked_for(request),
            (Stage::Leaving | Stage::Over(_), _) => {
                error(ErrorCode::InvalidRequest, "the session is over")
            }
        }
    }

    #[expect(deprecated, reason = "clients before folders of workspaces give one root")]
    fn begin(&mut self, params: InitializeParams) {
        self.stage = Stage::Open;
        if let Some(locale) = &params.locale {
            self.locale = convert::locale(locale);
        }
        let folders: Vec<String> = match (&params.workspace_folders, &params.root_uri) {
            (Some(folders), _) => {
                folders.iter().map(|folder| super::address::path(folder.uri.as_str())).collect()
            }
            (None, Some(root)) => vec![super::address::path(root.as_str())],
            (None, None) => Vec::new(),
        };
        let workspace = params.capabilities.workspace.unwrap_or_default();
        self.versioned_edits =
            workspace.workspace_edit.and_then(|edit| edit.document_changes).unwrap_or(false);
        self.watches = workspace
            .did_change_watched_files
            .and_then(|watch| watch.dynamic_registration)
            .unwrap_or(false);
        self.refreshes =
            workspace.inlay_hint.and_then(|hints| hints.refresh_support).unwrap_or(false);
        if let Some(options) = &params.initialization_options {
            self.set_options(options);
        }
        self.workspace.set_roots(
            folders.into_iter().map(|folder| folder.trim_end_matches('/').to_owned()).collect(),
        );
    }

    pub(super) fn set_options(&mut self, options: &Value) {
        self.data = options
            .get("data")
            .and_then(Value::as_str)
            .filter(|data| !data.is_empty())
            .map(str::to_owned);
    }

    /// A file changed: its packs are owed what is wrong with them.
    pub(super) fn dirty(&mut self, path: &str) {
        self.dirty.insert(path.to_owned());
        self.failed.remove(&self.workspace.pack_of(path));
        self.figures_due = true;
    }

    /// What is wrong in the pack of a file has to be told, though nothing in it changed.
    pub(super) fn owe(&mut self, path: &str) {
        self.dirty.insert(path.to_owned());
    }

    pub(super) fn everything_changed(&mut self) {
        self.dirty.extend(self.workspace.open_paths());
        self.failed.clear();
        self.figures_due = true;
    }

    /// What is wrong in every file where that changed.
    pub fn problems(&mut self) -> Vec<Message> {
        let changed = std::mem::take(&mut self.dirty);
        let mut touched: BTreeSet<String> = changed.clone();
        let mut done = BTreeSet::new();
        for path in &changed {
            for analysis in self.workspace.family(path) {
                if !done.insert(analysis.folder.clone()) {
                    continue;
                }
                let found = problems(&analysis, self.workspace.limits(), self.locale);
                touched.extend(found.keys().cloned());
                let before = self.by_pack.insert(analysis.folder.clone(), found);
                touched.extend(before.into_iter().flat_map(Problems::into_keys));
            }
        }
        touched.extend(self.failed.values().flat_map(Problems::keys).cloned());
        touched.extend(self.told.keys().filter(|path| !self.is_known(path)).cloned());
        self.tell(&touched, &changed)
    }

    fn is_known(&self, path: &str) -> bool {
        self.by_pack
            .values()
            .chain(self.failed.values())
            .any(|problems| problems.contains_key(path))
    }

    /// Tells what is wrong in these files; where nothing changed, only in those the client waits
    /// for.
    pub(super) fn tell(
        &mut self,
        paths: &BTreeSet<String>,
        awaited: &BTreeSet<String>,
    ) -> Vec<Message> {
        let mut messages = Vec::new();
        for path in paths {
            let mut all: Vec<Problem> = Vec::new();
            let found = self
                .by_pack
                .values()
                .chain(self.failed.values())
                .filter_map(|problems| problems.get(path))
                .flatten();
            // An edition says of its base what the base says too.
            for problem in found {
                if !all.contains(problem) {
                    all.push(problem.clone());
                }
            }
            all.sort_by_key(|problem| problem.reach);
            let same = self.told.get(path).is_some_and(|before| *before == all)
                || (all.is_empty() && !self.told.contains_key(path));
            if same && !awaited.contains(path) {
                continue;
            }
            let Some(uri) = self.addresses.of(path) else { continue };
            let diagnostics =
                all.iter().map(|problem| self.addresses.diagnostic(problem)).collect();
            let params = PublishDiagnosticsParams {
                uri,
                diagnostics,
                version: self.versions.get(path).copied(),
            };
            messages.push(
                Notification::new("textDocument/publishDiagnostics".to_owned(), params).into(),
            );
            if all.is_empty() {
                self.told.remove(path)
            } else {
                self.told.insert(path.clone(), all)
            };
        }
        messages
    }

    /// The figures of the data of every pack with an open file; asks the client to show them.
    pub fn figures(&mut self) -> Vec<Message> {
        self.figures_due = false;
        let folders: BTreeSet<String> =
            self.workspace.open_paths().iter().map(|path| self.workspace.pack_of(path)).collect();
        let mut any = false;
        for folder in folders {
            let found = live(
                &self.workspace.pack(&folder),
                self.workspace.files(),
                self.workspace.limits(),
                self.data.as_deref(),
                self.locale,
            );
            any |= found.is_some() || self.live.contains_key(&folder);
            match found {
                Some(found) => drop(self.live.insert(folder, Rc::new(found))),
                None => drop(self.live.remove(&folder)),
            }
        }
        if any && self.refreshes {
            vec![self.request("workspace/inlayHint/refresh", Value::Null)]
        } else {
            Vec::new()
        }
    }
}
