//! Cells as programs write them to `.ods` files whose numbers alone would be read wrongly: errors
//! and formulas by the text they show.

use guiju::Limits;

use crate::{SHOPS, book, read, shown};

/// What is said of a market whose budget is this cell, and of a shop that is open as this cell
/// says.
fn said(budget: &str, open: &str) -> String {
    let sheets = book::parse(
        "== market\nid | budget\nM1 | #5\n== shop\nmarket | name | kind | open | rent | since\nM1 | a | food | ?true | #5 | @2024-01-05",
    );
    let mut parts = book::ods(&sheets);
    let content = parts
        .iter_mut()
        .find(|(name, _)| name == "content.xml")
        .map(|(_, content)| content)
        .expect("the part");
    let text = String::from_utf8(content.clone()).expect("a text");
    let five = r#"<table:table-cell office:value-type="float" office:value="5"><text:p>5</text:p></table:table-cell>"#;
    let truth = r#"<table:table-cell office:value-type="boolean" office:boolean-value="true"><text:p>true</text:p></table:table-cell>"#;
    assert!(text.contains(five) && text.contains(truth), "{text}");
    *content = text.replacen(five, budget, 1).replacen(truth, open, 1).into_bytes();
    shown(&SHOPS, read(SHOPS.schema(), "cells.ods", &book::zipped(&parts), &Limits::default()))
}

fn cell(attributes: &str, text: &str) -> String {
    format!("<table:table-cell {attributes}><text:p>{text}</text:p></table:table-cell>")
}

fn float(value: &str, text: &str) -> String {
    cell(
        &format!(
            r#"table:formula="of:=[.A1]" office:value-type="float" office:value="{value}" calcext:value-type="float""#
        ),
        text,
    )
}

#[test]
fn an_error_is_never_a_number() {
    let kinds = ["float", "currency", "percentage"]
        .map(|kind| format!(r#"office:value-type="{kind}" office:value="0""#));
    let others = [
        r#"office:value-type="boolean" office:boolean-value="false""#,
        r#"office:value-type="date" office:date-value="1899-12-30""#,
        r#"office:value-type="time" office:time-value="PT00H00M00S""#,
        r##"table:formula="of:=[.A1]" office:value-type="string" office:string-value="#REF!""##,
        r#"table:formula="of:=[.A1]" office:value-type="string""#,
    ];
    for attributes in kinds.iter().map(String::as_str).chain(others) {
        for error in ["#REF!", "#N/A", "#DIV/0!", "#NAME?", "Err:502", "錯誤:502"] {
            // What is stored is shown where both are texts.
            let error = if attributes.contains("string-value") { "#REF!" } else { error };
            let found = said(&cell(attributes, error), &float("0", error));
            for place in ["market!B2", "shop!D2"] {
                assert!(
                    found.contains(&format!(
                        "G655]: the cell has the error `{error}`\n--> cells.ods {place}\n"
                    )),
                    "{attributes} {found}"
                );
            }
        }
    }
}

#[test]
fn results_of_formulas_are_what_they_show() {
    let open = cell(r#"office:value-type="boolean" office:boolean-value="true""#, "TRUE");
    let expected = said(&float("0.2", "0.2"), &open);
    assert!(expected.contains(r#""value": "25.000000""#), "{expected}");
    assert_eq!(said(&float("0.2", "0.2"), &float("1", "TRUE")), expected);
    for (value, text, found) in [
        ("1", "TRUE", "G607]: `true` is not an amount of money"),
        ("0", "FALSE", "G607]: `false` is not an amount of money"),
        ("45293", "01/02/24", "G651]: `2024-01-02` is a date here, not an amount of money"),
        ("45293", "113年1月2日", "G651]: `2024-01-02` is a date here, not an amount of money"),
        ("0.2", "20%", "G665]: `20%` is in `%`, where `元` is wanted"),
        ("0.5", "12:00", "G634]: `12:00:00` has a time of day"),
    ] {
        let said = said(&float(value, text), &open);
        assert!(said.contains(found), "{text}: {said}");
    }
}

/// A cell says its currency apart from the text that it shows.
#[test]
fn a_currency_is_no_other() {
    let open = cell(r#"office:value-type="boolean" office:boolean-value="true""#, "TRUE");
    let amount = |currency: &str, text: &str| {
        let of = format!(
            r#"office:value-type="currency" office:currency="{currency}" office:value="50""#
        );
        said(&cell(&of, text), &open)
    };
    let plain = said(&float("50", "50"), &open);
    for text in ["50", "$50", "NT$50.00"] {
        assert_eq!(amount("TWD", text), plain, "{text}");
    }
    for (currency, text) in [("USD", "$50"), ("USD", "50"), ("CNY", "50.00"), ("JPY", "50")] {
        let found = amount(currency, text);
        assert!(found.contains("G665]") && found.contains(currency), "{currency} {text}: {found}");
    }
}

#[test]
fn days_before_1800_are_padded_minguo_years() {
    let open = cell(r#"office:value-type="boolean" office:boolean-value="true""#, "TRUE");
    let day = r#"office:value-type="date" office:date-value="0113-11-30""#;
    let since =
        said(&float("5", "5"), &format!("{open}{}{}", float("5", "5"), cell(day, "0113-11-30")));
    assert!(since.contains("G117]: the year of `0113-11-30` is before 1800"), "{since}");
}
