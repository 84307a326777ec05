//! Values of the answers as the protocol writes them. Not here: the answers.

use std::collections::HashMap;
use std::str::FromStr;

use guiju::{Locale, Severity};
use guiju_compiler::names::NameKind;
use lsp_types::{
    CodeDescription, CompletionItemKind, Diagnostic, DiagnosticRelatedInformation,
    DiagnosticSeverity, Location, NumberOrString, Position, Range, SymbolKind, TextEdit, Uri,
};

use super::address;
use crate::ask::problems::Problem;
use crate::text::{Edit, Place, Reach, Spot};

/// Addresses as the client wrote them, by path: it knows its documents by nothing else.
#[derive(Default)]
pub(super) struct Addresses(HashMap<String, Uri>);

impl Addresses {
    /// The path of an address, which is kept as it is written.
    pub(super) fn keep(&mut self, uri: &Uri) -> String {
        let path = address::path(uri.as_str());
        self.0.insert(path.clone(), uri.clone());
        path
    }

    /// The address of a path.
    pub(super) fn of(&self, path: &str) -> Option<Uri> {
        self.0.get(path).cloned().or_else(|| Uri::from_str(&address::address(path)).ok())
    }

    pub(super) fn location(&self, spot: &Spot) -> Option<Location> {
        Some(Location { uri: self.of(&spot.path)?, range: range(spot.reach) })
    }

    pub(super) fn diagnostic(&self, problem: &Problem) -> Diagnostic {
        let related = problem.related.iter().filter_map(|(spot, message)| {
            Some(DiagnosticRelatedInformation {
                location: self.location(spot)?,
                message: message.clone(),
            })
        });
        let related: Vec<_> = related.collect();
        Diagnostic {
            range: range(problem.reach),
            severity: Some(match problem.severity {
                Severity::Error => DiagnosticSeverity::ERROR,
                Severity::Warning => DiagnosticSeverity::WARNING,
                Severity::Advice => DiagnosticSeverity::INFORMATION,
            }),
            code: Some(NumberOrString::String(problem.code.to_owned())),
            code_description: None::<CodeDescription>,
            source: Some("guiju".to_owned()),
            message: problem.message.clone(),
            related_information: (!related.is_empty()).then_some(related),
            ..Diagnostic::default()
        }
    }
}

pub(super) fn place(position: Position) -> Place {
    Place { line: position.line, column: position.character }
}

pub(super) fn reach(range: Range) -> Reach {
    Reach { start: place(range.start), end: place(range.end) }
}

pub(super) fn position(place: Place) -> Position {
    Position { line: place.line, character: place.column }
}

pub(super) fn range(reach: Reach) -> Range {
    Range { start: position(reach.start), end: position(reach.end) }
}

pub(super) fn edit(edit: &Edit) -> TextEdit {
    TextEdit { range: range(edit.reach), new_text: edit.text.clone() }
}

/// The language of a client: Chinese of any kind, and English for all others.
pub(super) fn locale(name: &str) -> Locale {
    if name.to_ascii_lowercase().starts_with("zh") { Locale::ZhTw } else { Locale::En }
}

pub(super) fn symbol_kind(kind: NameKind) -> SymbolKind {
    match kind {
        NameKind::Pack => SymbolKind::PACKAGE,
        NameKind::Document => SymbolKind::FILE,
        NameKind::Clause => SymbolKind::STRING,
        NameKind::Entity => SymbolKind::STRUCT,
        NameKind::Field | NameKind::Column => SymbolKind::FIELD,
        NameKind::Choice | NameKind::Part => SymbolKind::ENUM_MEMBER,
        NameKind::Constant | NameKind::Unit => SymbolKind::CONSTANT,
        NameKind::Value => SymbolKind::PROPERTY,
        NameKind::Table => SymbolKind::ARRAY,
        NameKind::Class => SymbolKind::ENUM,
        NameKind::Tally | NameKind::Kpi => SymbolKind::NUMBER,
        NameKind::Once | NameKind::Award | NameKind::Obligation | NameKind::Check => {
            SymbolKind::EVENT
        }
        NameKind::Example => SymbolKind::OBJECT,
    }
}

pub(super) fn offer_kind(kind: Option<NameKind>) -> CompletionItemKind {
    match kind {
        None => CompletionItemKind::KEYWORD,
        Some(NameKind::Pack | NameKind::Document) => CompletionItemKind::MODULE,
        Some(NameKind::Clause) => CompletionItemKind::REFERENCE,
        Some(NameKind::Entity) => CompletionItemKind::STRUCT,
        Some(NameKind::Field | NameKind::Column) => CompletionItemKind::FIELD,
        Some(NameKind::Choice | NameKind::Part) => CompletionItemKind::ENUM_MEMBER,
        Some(NameKind::Constant) => CompletionItemKind::CONSTANT,
        Some(NameKind::Unit) => CompletionItemKind::UNIT,
        Some(NameKind::Value) => CompletionItemKind::PROPERTY,
        Some(NameKind::Table) => CompletionItemKind::FUNCTION,
        Some(NameKind::Class) => CompletionItemKind::ENUM,
        Some(NameKind::Tally | NameKind::Kpi) => CompletionItemKind::VALUE,
        Some(NameKind::Once | NameKind::Award | NameKind::Obligation | NameKind::Check) => {
            CompletionItemKind::EVENT
        }
        Some(NameKind::Example) => CompletionItemKind::CLASS,
    }
}
