//! `guiju doc`: the law and the rules on one page, and that nothing is missing from it.

mod common;

use std::collections::HashSet;

use common::{run, shown, shown_page};

#[test]
fn an_edition_shows_its_clauses_its_rules_and_what_they_were_before() {
    insta::assert_snapshot!("page_en", shown_page(&["doc", "shops_2021", "--locale", "en"]));
    insta::assert_snapshot!("markdown", shown(&["doc", "shops_2021", "--format", "markdown"]));
}

#[test]
fn rules_with_errors_are_not_shown() {
    insta::assert_snapshot!("broken", shown(&["doc", "broken"]));
}

/// Every value of an attribute of the page.
fn values<'a>(page: &'a str, attribute: &str) -> Vec<&'a str> {
    let start = format!(" {attribute}=\"");
    page.split(&start).skip(1).filter_map(|rest| rest.split('"').next()).collect()
}

#[test]
fn every_clause_stands_once_and_every_link_leads_somewhere() {
    let page = String::from_utf8(run(&["doc", "alliance_104"]).stdout).expect("UTF-8");
    let ids = values(&page, "id");
    let known: HashSet<&str> = ids.iter().copied().collect();
    assert_eq!(known.len(), ids.len(), "an id stands twice");
    let links = values(&page, "href");
    assert!(links.len() > 100);
    for link in links {
        let id = link.strip_prefix('#').expect("the page needs nothing beside it");
        assert!(known.contains(id), "{link} leads nowhere");
    }
    let pack = guiju_rules::load("alliance_104").expect("it is sound");
    for document in pack.documents() {
        for clause in &document.clauses {
            let id = format!("clause-{}:{}", document.name, clause.id);
            assert!(known.contains(id.as_str()), "{id} is missing");
        }
    }
    for rule in pack.exercises(&guiju::Limits::default()) {
        let label = html_escape::encode_text(rule.label.get(guiju::Locale::ZhTw));
        assert!(page.contains(label.as_ref()), "{} is missing", rule.rule);
    }
}

#[test]
fn what_rules_say_stays_text() {
    let folder = tempfile::tempdir().expect("a folder");
    let rules = "pack signs\nsource g \"<i>甲</i>\" / \"<i>a</i>\" { 1 \"</script>&`*\" }\n\
                 entity shop { key id \"<b>\" / \"<b>\": text  fee: money }\n\
                 kpi due \"x</pre><script>\" / \"y\" = fee * 2 because \"``` <u>\" / \"``` <u>\"";
    std::fs::write(folder.path().join("signs.guiju"), rules).expect("it can be written");
    let path = folder.path().to_str().expect("UTF-8");
    let page = String::from_utf8(run(&["doc", path]).stdout).expect("UTF-8");
    for tag in ["<i>", "<b>", "<u>", "x</pre>", "</script>&"] {
        assert!(!page.contains(tag), "{tag} is not text");
    }
    let markdown = run(&["doc", path, "--format", "markdown"]).stdout;
    let markdown = String::from_utf8(markdown).expect("UTF-8");
    assert!(markdown.contains("&lt;i>甲") && markdown.contains("````guiju"), "{markdown}");
}
