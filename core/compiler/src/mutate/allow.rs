//! Changes that may stay unnoticed, each with a reason: a file beside the pack, `mutants.allow`,
//! read line by line.
//!
//! Not here: which changes there are (`mutate`).

use crate::syntax::{TokenKind, placed};
use guiju_model::diagnostic::{Code, Diagnostic};
use guiju_model::source::{Source, SourceId, Span};
use guiju_model::text::Localized;

use super::{Fate, Mutant};

/// What one entry of the file allows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Allowance {
    /// The item, as reports of changes name it.
    pub item: String,
    /// The part as it is written, and as it would read; `None` where it would be dropped.
    pub was: String,
    /// The part as it would read; `None` where it would be dropped.
    pub would: Option<String>,
    /// Why no test need notice.
    pub reason: Localized,
    /// Where the entry begins.
    pub span: Span,
}

impl Allowance {
    /// Whether it is about a change.
    pub fn allows(&self, mutant: &Mutant) -> bool {
        self.item == mutant.item && self.was == mutant.was && self.would == mutant.would
    }
}

/// Reads the entries of a file, with what is wrong in it. An entry is four lines: the item, `-` and
/// the part as it is written, `+` and the part as it would read (or nothing), and `because` with a
/// reason. Lines that begin with `--` are comments.
///
/// ```
/// use guiju::{Source, allowances};
/// let file = "kpi due\n- fee * 2\n+ fee / 2\nbecause \"收費一律為零\" / \"all fees are zero\"\n";
/// let (allowed, findings) = allowances(&Source::new("mutants.allow", file));
/// assert_eq!((allowed.len(), findings.len()), (1, 0));
/// ```
pub fn allowances(source: &Source) -> (Vec<Allowance>, Vec<Diagnostic>) {
    let (mut list, mut findings) = (Vec::new(), Vec::new());
    let mut at = 0_u32;
    let mut entry: Vec<(&str, Span)> = Vec::new();
    for line in source.text().split_inclusive('\n') {
        let start = at;
        at += line.len() as u32;
        let text = line.trim();
        let span = Span { source: SourceId(0), start, end: start + line.trim_end().len() as u32 };
        if text.is_empty() || text.starts_with("--") {
            continue;
        }
        let wanted = match entry.len() {
            0 => !text.starts_with(['-', '+']) && !text.starts_with("because"),
            1 => text.starts_with('-'),
            2 => text.starts_with('+'),
            _ => text.starts_with("because") || text.starts_with("因為"),
        };
        if !wanted {
            findings.push(Diagnostic::new(Code::AllowanceUnread).arg(text).at(span));
            entry.clear();
            continue;
        }
        entry.push((text, span));
        if let [(item, span), (was, _), (would, _), (reason, of)] = entry.as_slice() {
            let part = |text: &str| text.get(1..).map(squeezed).unwrap_or_default();
            let texts = placed(reason)
                .filter(|(token, _)| token.kind == TokenKind::Text)
                .map(|(token, _)| token.text);
            let mut texts = texts.filter(|text| !text.trim().is_empty());
            match (texts.next(), texts.next()) {
                (Some(zh), en) => list.push(Allowance {
                    item: squeezed(item),
                    was: part(was),
                    would: Some(part(would)).filter(|would| !would.is_empty()),
                    reason: Localized { zh, en },
                    span: *span,
                }),
                (None, _) => {
                    findings.push(Diagnostic::new(Code::AllowanceUnread).arg(*reason).at(*of))
                }
            }
            entry.clear();
        }
    }
    if let Some((text, span)) = entry.last() {
        findings.push(Diagnostic::new(Code::AllowanceUnread).arg(*text).at(*span));
    }
    (list, findings)
}

fn squeezed(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Marks what is allowed among changes, and tells of entries that allow nothing any more.
pub(super) fn allow(mutants: &mut [Mutant], allowed: &[Allowance]) -> Vec<Diagnostic> {
    let mut unused = Vec::new();
    for allowance in allowed {
        let mut used = false;
        for mutant in mutants
            .iter_mut()
            .filter(|mutant| mutant.fate == Fate::Survived && allowance.allows(mutant))
        {
            mutant.fate = Fate::Allowed(allowance.reason.clone());
            used = true;
        }
        if !used {
            unused
                .push(Diagnostic::new(Code::AllowedInVain).arg(&allowance.item).at(allowance.span));
        }
    }
    unused
}
