//! Issues of a record in the making in words. Not here: what there is to say (`validate`).

use super::FieldIssue;
use guiju_model::diagnostic::{Code, Diagnostic, Severity};
use guiju_model::text::{Locale, Localized, joined_words};

/// The issue with the tallies that the record is lost to.
pub(super) fn with_cost(mut issue: FieldIssue, tallies: &[Localized]) -> FieldIssue {
    let lost_to = joined_words(&tallies.iter().collect::<Vec<_>>(), "」、「", ", ");
    let (zh, en) = (&lost_to.zh, lost_to.get(Locale::En));
    let (told, told_en) = (&issue.message.zh, issue.message.get(Locale::En));
    issue.message = if issue.severity == Severity::Advice {
        Localized::new(
            format!("{told}（如列為「{zh}」即不計入）"),
            format!("{told_en} (so it would not count in {en})"),
        )
    } else {
        Localized::new(
            format!("{told}（不計入「{zh}」）"),
            format!("{told_en} (not counted in {en})"),
        )
    };
    issue
}

pub(super) fn problem_issue(problem: &Diagnostic) -> FieldIssue {
    let path = problem.place.as_ref().and_then(|place| place.pointer.clone()).unwrap_or_default();
    let help = |locale| {
        let mut words = String::new();
        for note in &problem.notes {
            words.push_str(note.get(locale));
            words.push_str(if locale == Locale::En { " " } else { "" });
        }
        words + &problem.help(locale).unwrap_or_default()
    };
    let help = Localized::new(help(Locale::ZhTw), help(Locale::En));
    FieldIssue {
        path,
        code: problem.code.id().to_owned(),
        severity: problem.severity,
        message: Localized::new(problem.message(Locale::ZhTw), problem.message(Locale::En)),
        help: Some(help).filter(|help| !help.zh.is_empty()),
        clause: None,
    }
}

/// An issue in the words of the table.
pub(super) fn worded(
    code: Code,
    path: String,
    words: &[&Localized],
    clause: Option<&str>,
) -> FieldIssue {
    let diagnostic = words
        .iter()
        .fold(Diagnostic::new(code), |diagnostic, word| diagnostic.word((*word).clone()));
    FieldIssue { path, clause: clause.map(str::to_owned), ..problem_issue(&diagnostic) }
}
