//! Results of a pack's tests as JUnit XML, which continuous integration shows: a test case for each
//! test, with its place and clauses.

use std::fmt::Write as _;

use guiju::{Locale, Source, SourcePack, TestResult};
use html_escape::encode_double_quoted_attribute;

use super::diagnostics;

/// The whole document.
pub(crate) fn document(pack: &SourcePack, results: &[TestResult], locale: Locale) -> String {
    let failed = results.iter().filter(|result| !result.failures.is_empty()).count();
    let (name, tests) = (attribute(pack.name()), results.len());
    let mut out = String::from("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
    let counts =
        format!("tests=\"{tests}\" failures=\"{failed}\" errors=\"0\" skipped=\"0\" time=\"0\"");
    let _ = writeln!(
        out,
        "<testsuites name=\"guiju\" {counts}>\n  <testsuite name=\"{name}\" {counts}>"
    );
    for result in results {
        case(&mut out, pack, result, locale);
    }
    out + "  </testsuite>\n</testsuites>\n"
}

fn case(out: &mut String, pack: &SourcePack, result: &TestResult, locale: Locale) {
    let source = pack.sources().get(result.span.source.0 as usize);
    let place = source.map(|source| (source.name(), source.position(result.span.start)));
    let _ = write!(
        out,
        "    <testcase classname=\"{}\" name=\"{}\" time=\"0\"",
        attribute(pack.name()),
        attribute(&result.name)
    );
    if let Some((file, position)) = place {
        let _ = write!(out, " file=\"{}\" line=\"{}\"", attribute(file), position.line);
    }
    out.push_str(">\n");
    let properties = place.map(|(_, position)| ("column", position.column.to_string()));
    let clauses = result.clauses.iter().map(|clause| ("clause", clause.clone()));
    out.push_str("      <properties>\n");
    for (name, value) in properties.into_iter().chain(clauses) {
        let _ =
            writeln!(out, "        <property name=\"{name}\" value=\"{}\"/>", attribute(&value));
    }
    out.push_str("      </properties>\n");
    for failure in &result.failures {
        let at = failure
            .labels
            .iter()
            .find(|label| label.primary)
            .map(|label| position(pack.sources(), label.span))
            .unwrap_or_default();
        let drawn = diagnostics::text(std::slice::from_ref(failure), pack.sources(), locale, false);
        let _ = writeln!(
            out,
            "      <failure type=\"{}\" message=\"{}\">{}</failure>",
            failure.code.id(),
            attribute(&format!("{at}{}", failure.message(locale))),
            text(drawn.trim_end())
        );
    }
    out.push_str("    </testcase>\n");
}

/// A place as editors jump to it.
fn position(sources: &[Source], span: guiju::Span) -> String {
    let Some(source) = sources.get(span.source.0 as usize) else { return String::new() };
    let at = source.position(span.start);
    format!("{}:{}:{}: ", source.name(), at.line, at.column)
}

fn attribute(text: &str) -> String {
    encode_double_quoted_attribute(&plain(text)).into_owned()
}

fn text(text: &str) -> String {
    html_escape::encode_text(&plain(text)).into_owned()
}

/// Without the characters that XML cannot have.
fn plain(text: &str) -> String {
    text.chars().filter(|c| matches!(c, '\t' | '\n' | ' '..='\u{FFFD}' | '\u{10000}'..)).collect()
}
