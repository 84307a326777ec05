//! Requests to the questions of `ask`, and their answers to results. Not here: any answer itself.

use std::collections::HashMap;

use guiju::{Locale, Localized};
use lsp_server::{ErrorCode, Message, Request, Response};
use lsp_types::{
    CodeAction, CodeActionKind, CodeActionParams, CodeLens, Command, CompletionItem,
    CompletionItemLabelDetails, CompletionList, CompletionTextEdit, DocumentChanges,
    DocumentHighlight, DocumentLink, DocumentSymbol, ExecuteCommandParams, FoldingRange,
    FoldingRangeKind, Hover, HoverContents, InlayHint, InlayHintLabel, InlayHintParams,
    MarkupContent, MarkupKind, OneOf, OptionalVersionedTextDocumentIdentifier,
    ParameterInformation, ParameterLabel, Position, PrepareRenameResponse, Range, ReferenceParams,
    RenameParams, SemanticToken, SemanticTokens, SignatureHelp, SignatureInformation,
    TextDocumentEdit, TextDocumentIdentifier, TextDocumentPositionParams, Uri, WorkspaceEdit,
};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, from_value, json, to_value};

use super::convert::{edit, offer_kind, place, position, range, reach, symbol_kind};
use super::offers::{RUN_TEST, RUN_TESTS};
use super::session::Session;
use crate::ask::problems::TestRun;
use crate::ask::rename::Edits;
use crate::ask::{
    calls, colours, complete, find, hover, layout, margin, outline, problems, rename,
};
use crate::text::{Place, Reach, Text};

/// A document, and perhaps a part of it: what most requests have among their parameters.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct About {
    text_document: TextDocumentIdentifier,
    range: Option<Range>,
}

/// Why there is no result: the code of the error, and what the client shows.
pub(super) type Refusal = (ErrorCode, String);

pub(super) fn params<T: DeserializeOwned>(value: Value) -> Result<T, Refusal> {
    from_value(value).map_err(|error| {
        (ErrorCode::InvalidParams, format!("the parameters cannot be read: {error}"))
    })
}

fn result(value: impl serde::Serialize) -> Result<Value, Refusal> {
    to_value(value).map_err(|error| (ErrorCode::InternalError, error.to_string()))
}

impl Session {
    pub(super) fn asked_for(&mut self, request: Request) -> Message {
        let Request { id, method, params } = request;
        match self.result(&method, params) {
            Ok(value) => Response::new_ok(id, value).into(),
            Err((code, words)) => Response::new_err(id, code as i32, words).into(),
        }
    }

    fn result(&mut self, method: &str, value: Value) -> Result<Value, Refusal> {
        match method {
            "textDocument/hover" => {
                let (path, at) = self.at(params(value)?);
                let found = hover::hover(&self.workspace, &path, at, self.locale);
                result(found.map(|found| Hover {
                    contents: HoverContents::Markup(markdown(found.text)),
                    range: Some(range(found.reach)),
                }))
            }
            "textDocument/definition" => {
                let (path, at) = self.at(params(value)?);
                let spots = find::definition(&self.workspace, &path, at);
                result(
                    spots
                        .iter()
                        .filter_map(|spot| self.addresses.location(spot))
                        .collect::<Vec<_>>(),
                )
            }
            "textDocument/references" => {
                let asked: ReferenceParams = params(value)?;
                let (path, at) = self.at(asked.text_document_position);
                let spots =
                    find::references(&self.workspace, &path, at, asked.context.include_declaration);
                result(
                    spots
                        .iter()
                        .filter_map(|spot| self.addresses.location(spot))
                        .collect::<Vec<_>>(),
                )
            }
            "textDocument/documentHighlight" => {
                let (path, at) = self.at(params(value)?);
                let spots = find::highlights(&self.workspace, &path, at);
                result(
                    spots
                        .iter()
                        .map(|spot| DocumentHighlight { range: range(spot.reach), kind: None })
                        .collect::<Vec<_>>(),
                )
            }
            "textDocument/prepareRename" => {
                let (path, at) = self.at(params(value)?);
                let (placeholder, reach) = rename::prepare(&self.workspace, &path, at)
                    .map_err(|reason| self.refused(&reason))?;
                result(PrepareRenameResponse::RangeWithPlaceholder {
                    range: range(reach),
                    placeholder,
                })
            }
            "textDocument/rename" => {
                let asked: RenameParams = params(value)?;
                let (path, at) = self.at(asked.text_document_position);
                let edits = rename::rename(&self.workspace, &path, at, &asked.new_name)
                    .map_err(|reason| self.refused(&reason))?;
                result(self.workspace_edit(&edits))
            }
            "textDocument/completion" => {
                let (path, at) = self.at(params(value)?);
                result(self.completions(&path, at))
            }
            "textDocument/signatureHelp" => {
                let (path, at) = self.at(params(value)?);
                result(calls::call(&self.workspace, &path, at, self.locale).map(signature))
            }
            "workspace/executeCommand" => self.command(params(value)?),
            _ => match self.report(method, value.clone()) {
                Some(report) => report,
                None => self.of_document(method, value),
            },
        }
    }

    /// Requests about a document as a whole, or a part of it.
    fn of_document(&mut self, method: &str, value: Value) -> Result<Value, Refusal> {
        let known = [
            "textDocument/documentSymbol",
            "textDocument/foldingRange",
            "textDocument/semanticTokens/full",
            "textDocument/semanticTokens/range",
            "textDocument/formatting",
            "textDocument/rangeFormatting",
            "textDocument/inlayHint",
            "textDocument/codeLens",
            "textDocument/codeAction",
            "textDocument/documentLink",
        ];
        if !known.contains(&method) {
            return Err((ErrorCode::MethodNotFound, format!("`{method}` is not answered here")));
        }
        let about: About = params(value.clone())?;
        let path = self.addresses.keep(&about.text_document.uri);
        let part = about.range.map(reach);
        match method {
            "textDocument/documentSymbol" => result(
                outline::outline(&self.workspace, &path, self.locale)
                    .into_iter()
                    .map(symbol)
                    .collect::<Vec<_>>(),
            ),
            "textDocument/foldingRange" => result(
                self.text(&path)
                    .map_or(Vec::new(), |text| outline::folds(&text))
                    .into_iter()
                    .map(fold)
                    .collect::<Vec<_>>(),
            ),
            "textDocument/semanticTokens/full" | "textDocument/semanticTokens/range" => {
                let found = self.text(&path).map_or(Vec::new(), |text| {
                    colours::colours(&self.workspace, &path, &text, part)
                });
                result(SemanticTokens { result_id: None, data: tokens(&found) })
            }
            "textDocument/formatting" | "textDocument/rangeFormatting" => {
                let edits = self
                    .text(&path)
                    .and_then(|text| layout::layout(&text, self.workspace.limits(), part));
                result(edits.map(|edits| edits.iter().map(edit).collect::<Vec<_>>()))
            }
            "textDocument/inlayHint" => {
                let asked: InlayHintParams = params(value)?;
                let live = self.live.get(&self.workspace.pack_of(&path)).cloned();
                let hints = margin::hints(
                    &self.workspace,
                    &path,
                    reach(asked.range),
                    live.as_deref(),
                    self.locale,
                );
                result(hints.into_iter().map(inlay).collect::<Vec<_>>())
            }
            "textDocument/codeLens" => result(self.lenses(&path, &about.text_document.uri)),
            "textDocument/codeAction" => self.actions(&path, params(value)?),
            _ => {
                let links = margin::links(&self.workspace, &path, self.locale);
                let link = |(reach, spot, tooltip): (Reach, crate::text::Spot, String)| {
                    let uri = self.addresses.of(&spot.path)?;
                    let target =
                        format!("{}#{}", uri.as_str(), spot.reach.start.line + 1).parse().ok();
                    Some(DocumentLink {
                        range: range(reach),
                        target,
                        tooltip: Some(tooltip),
                        data: None,
                    })
                };
                result(links.into_iter().filter_map(link).collect::<Vec<_>>())
            }
        }
    }

    fn at(&mut self, asked: TextDocumentPositionParams) -> (String, Place) {
        (self.addresses.keep(&asked.text_document.uri), place(asked.position))
    }

    pub(super) fn refused(&self, reason: &Localized) -> Refusal {
        (ErrorCode::RequestFailed, reason.get(self.locale).to_owned())
    }

    /// The text of a document, open or stored.
    fn text(&self, path: &str) -> Option<Text> {
        match self.workspace.open(path) {
            Some(open) => Some((*open).clone()),
            None => self.workspace.files().text(path)?.ok().map(Text::new),
        }
    }

    fn workspace_edit(&self, edits: &Edits) -> WorkspaceEdit {
        let files =
            edits.iter().filter_map(|(path, edits)| Some((path, self.addresses.of(path)?, edits)));
        if self.versioned_edits {
            let edits = files.map(|(path, uri, edits)| TextDocumentEdit {
                text_document: OptionalVersionedTextDocumentIdentifier {
                    uri,
                    version: self.versions.get(path).copied(),
                },
                edits: edits.iter().map(|change| OneOf::Left(edit(change))).collect(),
            });
            return WorkspaceEdit {
                document_changes: Some(DocumentChanges::Edits(edits.collect())),
                ..WorkspaceEdit::default()
            };
        }
        #[expect(
            clippy::mutable_key_type,
            reason = "the protocol's own type; nothing changes an address"
        )]
        let changes: HashMap<Uri, _> =
            files.map(|(_, uri, edits)| (uri, edits.iter().map(edit).collect())).collect();
        WorkspaceEdit { changes: Some(changes), ..WorkspaceEdit::default() }
    }

    fn completions(&self, path: &str, at: Place) -> CompletionList {
        let item = |offer: complete::Offer| CompletionItem {
            kind: Some(offer_kind(offer.kind)),
            label_details: (!offer.detail.is_empty()).then(|| CompletionItemLabelDetails {
                detail: None,
                description: Some(offer.detail.clone()),
            }),
            detail: (!offer.detail.is_empty()).then_some(offer.detail),
            filter_text: Some(offer.filter),
            sort_text: Some(offer.order),
            text_edit: Some(CompletionTextEdit::Edit(edit(&offer.edit))),
            label: offer.label,
            ..CompletionItem::default()
        };
        let items = complete::complete(&self.workspace, path, at, self.locale)
            .into_iter()
            .map(item)
            .collect();
        // What is compared with what is typed depends on that: a name, or the middle of a label.
        CompletionList { is_incomplete: true, items }
    }

    fn actions(&self, path: &str, asked: CodeActionParams) -> Result<Value, Refusal> {
        if asked.context.only.as_ref().is_some_and(|only| {
            only.iter().all(|kind| !CodeActionKind::QUICKFIX.as_str().starts_with(kind.as_str()))
        }) {
            return result(Vec::<CodeAction>::new());
        }
        let found = problems::fixes(&self.workspace, path, reach(asked.range), self.locale);
        let action = |problem: problems::Problem| {
            let change = problem.fix.clone()?;
            let title = match self.locale {
                Locale::ZhTw => format!("改為 `{}`", change.text),
                Locale::En => format!("change to `{}`", change.text),
            };
            let edits: Edits = [(path.to_owned(), vec![change])].into();
            Some(CodeAction {
                title,
                kind: Some(CodeActionKind::QUICKFIX),
                diagnostics: Some(vec![self.addresses.diagnostic(&problem)]),
                edit: Some(self.workspace_edit(&edits)),
                ..CodeAction::default()
            })
        };
        result(found.into_iter().filter_map(action).collect::<Vec<_>>())
    }

    fn lenses(&self, path: &str, uri: &Uri) -> Vec<CodeLens> {
        let words = |zh: &str, en: &str| {
            if self.locale == Locale::ZhTw { zh.to_owned() } else { en.to_owned() }
        };
        let lens = |at: Position, title: String, command: &str, arguments: Vec<Value>| CodeLens {
            range: Range { start: at, end: at },
            command: Some(Command {
                title,
                command: command.to_owned(),
                arguments: Some(arguments),
            }),
            data: None,
        };
        let tests = problems::tests(&self.workspace, path);
        let first = problems::pack_place(&self.workspace, path)
            .or_else(|| tests.first().map(|test| Place { column: 0, ..test.reach.start }));
        let all = first.map(|at| {
            lens(position(at), words("執行全部測試", "run all tests"), RUN_TESTS, vec![json!(uri)])
        });
        let each = tests.iter().map(|test| {
            let at = Position { line: test.reach.start.line, character: 0 };
            lens(at, words("執行測試", "run test"), RUN_TEST, vec![json!(uri), json!(test.name)])
        });
        all.into_iter().chain(each).collect()
    }

    /// Runs tests: the result says how many passed; what failed is told as problems are, until
    /// something changes.
    fn command(&mut self, asked: ExecuteCommandParams) -> Result<Value, Refusal> {
        let name = match asked.command.as_str() {
            RUN_TESTS => None,
            RUN_TEST => {
                Some(asked.arguments.get(1).and_then(Value::as_str).unwrap_or_default().to_owned())
            }
            other => {
                return Err((
                    ErrorCode::InvalidParams,
                    format!("`{other}` is no command of this server"),
                ));
            }
        };
        let Some(uri) = asked.arguments.first().and_then(|uri| from_value::<Uri>(uri.clone()).ok())
        else {
            return Err((
                ErrorCode::InvalidParams,
                "the first argument is the address of a file of the pack".to_owned(),
            ));
        };
        let path = self.addresses.keep(&uri);
        let run = problems::run_tests(&self.workspace, &path, name.as_deref(), self.locale);
        if run.unsound {
            let reason = Localized::new(
                "規則有錯，改正之後才能執行測試",
                "the rules have errors; tests run once those are mended",
            );
            return Err(self.refused(&reason));
        }
        let answer =
            json!({ "passed": run.passed, "failed": run.failed, "message": self.summary(&run) });
        self.failed.insert(self.workspace.pack_of(&path), run.problems);
        self.owe(&path);
        Ok(answer)
    }

    fn summary(&self, run: &TestRun) -> String {
        match self.locale {
            Locale::ZhTw => format!("{} 個測試通過，{} 個失敗", run.passed, run.failed),
            Locale::En => format!("{} passed, {} failed", run.passed, run.failed),
        }
    }
}

fn markdown(value: String) -> MarkupContent {
    MarkupContent { kind: MarkupKind::Markdown, value }
}

#[expect(deprecated, reason = "the type has the field, which stays empty")]
fn symbol(entry: outline::Entry) -> DocumentSymbol {
    let within: Vec<DocumentSymbol> = entry.within.into_iter().map(symbol).collect();
    DocumentSymbol {
        // An empty name is an error to clients.
        name: if entry.name.trim().is_empty() { "?".to_owned() } else { entry.name },
        detail: Some(entry.detail),
        kind: symbol_kind(entry.kind),
        tags: None,
        deprecated: None,
        range: range(entry.whole),
        selection_range: range(entry.reach),
        children: (!within.is_empty()).then_some(within),
    }
}

fn fold(fold: outline::Fold) -> FoldingRange {
    let kind = if fold.comment { FoldingRangeKind::Comment } else { FoldingRangeKind::Region };
    FoldingRange {
        start_line: fold.first,
        end_line: fold.last,
        kind: Some(kind),
        ..FoldingRange::default()
    }
}

fn inlay(hint: margin::Hint) -> InlayHint {
    InlayHint {
        position: position(hint.place),
        label: InlayHintLabel::String(hint.text),
        kind: None,
        text_edits: None,
        tooltip: None,
        padding_left: Some(true),
        padding_right: None,
        data: None,
    }
}

fn signature(call: calls::Call) -> SignatureHelp {
    let parameters = call
        .takes
        .into_iter()
        .map(|takes| ParameterInformation {
            label: ParameterLabel::Simple(takes),
            documentation: None,
        })
        .collect();
    let signature = SignatureInformation {
        label: call.label,
        documentation: Some(lsp_types::Documentation::String(call.about)),
        parameters: Some(parameters),
        active_parameter: Some(call.active),
    };
    SignatureHelp {
        signatures: vec![signature],
        active_signature: Some(0),
        active_parameter: Some(call.active),
    }
}

/// Words as the protocol has them: each by its distance from the one before.
fn tokens(found: &[colours::Coloured]) -> Vec<SemanticToken> {
    let (mut line, mut column) = (0, 0);
    let mut tokens = Vec::with_capacity(found.len());
    for word in found {
        let start = word.reach.start;
        let delta_line = start.line - line;
        tokens.push(SemanticToken {
            delta_line,
            delta_start: if delta_line == 0 { start.column - column } else { start.column },
            length: word.reach.end.column - start.column,
            token_type: word.sort as u32,
            token_modifiers_bitset: u32::from(word.declares),
        });
        (line, column) = (start.line, start.column);
    }
    tokens
}
