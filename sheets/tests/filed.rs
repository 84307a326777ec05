//! Filled sheets as files: types of cells, what stays in view and is printed, forms that are filled
//! in place, and texts that do not fit.

use std::io::{Cursor, Read, Write};
use std::path::Path;

use guiju::{Code, Evaluation, Limits, Locale};
use guiju_sheets::{
    Cell, FillError, Filling, LONGEST_TEXT, Layout, Look, Page, SheetLayout, Window, fill, form,
    html, pages_ods, pages_xlsx, template, typ, xlsx,
};
use zip::{ZipArchive, ZipWriter};

const PACK: &str = "../cli/tests/fixtures/filed";

/// The result of the fixture's data, with this text in the place of another.
fn judged(from: &str, to: &str) -> (Evaluation, Layout) {
    let limits = Limits::default();
    let pack = guiju_files::pack(PACK, &limits).expect("there").into_pack().expect("sound");
    let text = std::fs::read_to_string("../cli/tests/fixtures/filed.json").expect("data");
    let data = pack.read_json(&text.replace(from, to), None, &limits).expect("sound");
    let evaluation = pack.evaluate(&data, &limits).expect("judged");
    let files = guiju_files::sheets(PACK, evaluation.pack(), &limits).expect("read");
    let layout = Layout::read(&files, evaluation.pack());
    assert_eq!(layout.findings(), []);
    (evaluation, layout)
}

fn filling<'a>(
    (evaluation, layout): &'a (Evaluation, Layout),
    sheet: &'a SheetLayout,
    window: Option<&'a Window>,
) -> Filling<'a> {
    Filling { evaluation, layout, sheet, window, root: None, locale: Locale::ZhTw }
}

fn pages(judged: &(Evaluation, Layout), sheet: &str, window: Option<&str>) -> Vec<Page> {
    let sheet = judged.1.sheet(sheet, judged.0.pack()).expect("a sheet");
    let window = window.map(|window| judged.1.named_window(window).expect("a window"));
    fill(&filling(judged, sheet, window), &Limits::default()).expect("filled")
}

fn part(bytes: &[u8], name: &str) -> String {
    let mut archive = ZipArchive::new(Cursor::new(bytes)).expect("an archive");
    let mut text = String::new();
    archive.by_name(name).expect("a part").read_to_string(&mut text).expect("text");
    text
}

#[test]
fn cells_of_ods_have_types_units_and_the_calendar() {
    let judged = judged("", "");
    let bytes = pages_ods(&pages(&judged, "summary", None), Locale::ZhTw).expect("written");
    let content = part(&bytes, "content.xml");
    for wanted in [
        // The exact amount in the unit of the sheet, and the unit as a format.
        r#"office:value-type="float" office:value="13.5005""#,
        "<number:text> 仟元</number:text>",
        r#"office:value-type="percentage" office:value="0.135005""#,
        r#"office:value-type="date" office:date-value="2011-05-01"><text:p>100/05/01</text:p>"#,
        r#"number:calendar="ROC""#,
        // What a spreadsheet would run is a text.
        r#"office:value-type="string"><text:p>第一行</text:p><text:p>第二行</text:p>"#,
        // Bounds are a text, and never a number.
        r#"office:value-type="string"><text:p>1 仟元～6 仟元（未定）</text:p>"#,
        r#"table:name="M1 綜整表""#,
        r#"table:print-ranges="&apos;M1 綜整表&apos;.A1:&apos;M1 綜整表&apos;.G19""#,
        "<table:table-header-rows>",
    ] {
        assert!(content.contains(wanted), "{wanted}\n{content}");
    }
    assert!(!content.contains("table:formula"));
    let settings = part(&bytes, "settings.xml");
    assert!(settings.contains(r#"config:name="VerticalSplitPosition" config:type="int">3<"#));
    let styles = part(&bytes, "styles.xml");
    assert!(styles.contains(r#"fo:page-width="297mm" fo:page-height="210mm""#));
    let english = pages_ods(&pages(&judged, "summary", None), Locale::En).expect("written");
    assert!(!part(&english, "content.xml").contains("ROC"));
}

/// Every part is well-formed, whatever stands in the data.
#[test]
fn no_text_of_the_data_breaks_a_document() {
    // The key is in the names of sheets, too.
    let judged = judged("\"M1\"", "\"M1\u{ffff}\"");
    let mut pages = pages(&judged, "summary", None);
    assert_eq!(pages[0].name, "M1_ 綜整表");
    // Readers of data refuse some of these; whoever makes pages by hand need not.
    let odd = "\u{1}<&>'\" ]]>\u{202e}\u{fffe}\u{ffff}\u{200d}  x";
    pages[0].lines.push(vec![Cell::text(odd, Look::Plain, 1)]);
    let bytes = pages_ods(&pages, Locale::ZhTw).expect("written");
    let as_xlsx = pages_xlsx(&pages, Locale::ZhTw).expect("written");
    for (bytes, name) in [
        (&bytes, "content.xml"),
        (&bytes, "styles.xml"),
        (&bytes, "settings.xml"),
        (&as_xlsx, "xl/sharedStrings.xml"),
        (&as_xlsx, "xl/workbook.xml"),
        (&as_xlsx, "xl/worksheets/sheet1.xml"),
        (&as_xlsx, "docProps/app.xml"),
    ] {
        let text = part(bytes, name);
        let mut reader = quick_xml::Reader::from_str(&text);
        loop {
            match reader.read_event().expect("well-formed") {
                quick_xml::events::Event::Eof => break,
                quick_xml::events::Event::Start(tag) | quick_xml::events::Event::Empty(tag) => {
                    assert!(tag.attributes().all(|attribute| attribute.is_ok()));
                }
                _ => {}
            }
        }
        assert!(!text.contains(['\u{1}', '\u{fffe}', '\u{ffff}']), "{name}");
        if ["content.xml", "xl/sharedStrings.xml"].contains(&name) {
            for named in ["U+0001", "U+FFFEU+FFFF\u{200d}", "M1U+FFFF"] {
                assert!(text.contains(named), "{name}: {named}");
            }
        }
    }
    for text in [html("x", &pages, Locale::ZhTw), typ("x", &pages, Locale::ZhTw)] {
        assert!(!text.contains("<&>'\" ]]>\u{202e}"));
        assert!(!text.contains(['\u{1}', '\u{fffe}', '\u{ffff}']));
    }
}

#[test]
fn what_is_written_as_xlsx_is_read_back() {
    let judged = judged("", "");
    let bytes = pages_xlsx(&pages(&judged, "summary", None), Locale::ZhTw).expect("written");
    let sheet = part(&bytes, "xl/worksheets/sheet1.xml");
    for wanted in [
        "<v>13.5005</v>",
        "<v>0.135005</v>",
        "<v>40664</v>",
        "state=\"frozen\"",
        "orientation=\"landscape\"",
    ] {
        assert!(sheet.contains(wanted), "{wanted}\n{sheet}");
    }
    let styles = part(&bytes, "xl/styles.xml");
    assert!(styles.contains("[$-404]e/mm/dd") && styles.contains("仟元"));
    let book = part(&bytes, "xl/workbook.xml");
    assert!(book.contains("_xlnm.Print_Titles") && book.contains("_xlnm.Print_Area"));
}

/// The same data gives the same bytes, whenever it does.
#[test]
fn no_xlsx_says_when_it_was_made() {
    let judged = judged("", "");
    let filled = pages_xlsx(&pages(&judged, "summary", None), Locale::ZhTw).expect("written");
    let empty = xlsx(&template(judged.0.pack(), Locale::ZhTw)).expect("written");
    for bytes in [filled, empty] {
        let said = part(&bytes, "docProps/core.xml");
        assert_eq!(said.matches("1980-01-01T00:00:00Z").count(), 2, "{said}");
    }
}

/// A text may be as long as a cell, and no longer.
#[test]
fn a_text_longer_than_a_cell_is_told_where_it_would_stand() {
    let limits = Limits::default();
    for (length, fits) in [(LONGEST_TEXT, true), (LONGEST_TEXT + 1, false)] {
        // The other line of the remarks has 4 characters with its end.
        let judged = judged("第一行", &"字".repeat(length - 4));
        let sheet = judged.1.sheet("summary", judged.0.pack()).expect("a sheet");
        match fill(&filling(&judged, sheet, None), &limits) {
            Ok(_) => assert!(fits),
            Err(FillError::Diagnostic(found)) => {
                assert!(!fits);
                assert_eq!(found.code, Code::CellTooLong);
                let place = found.place.clone().expect("a place").show();
                assert_eq!(place, "'M1 綜整表'!C14");
                let said = found.message(Locale::En);
                assert_eq!(
                    said,
                    "a cell of the worksheet `M1 綜整表` has a text of 32,768 characters, and at most 32,767 fit"
                );
                let help = found.help(Locale::En).unwrap_or_default();
                assert!(help.contains("begins with `字字字"), "{help}");
            }
            Err(FillError::Abort(abort)) => panic!("{abort}"),
        }
    }
}

/// Figures of windows that share the year add up to those of the year.
#[test]
fn windows_add_up() {
    let judged =
        judged(r#""id": "P5", "shop": "乙""#, r#""id": "P5", "shop": "乙", "paid": "108/02/03""#);
    let value = |window: &str| {
        let pages = pages(&judged, "window", Some(window));
        let line = pages[0].lines.iter().find(|line| line[0].value.shown(true) == "租金收入");
        line.expect("a line")[1].value.number().expect("a number")
    };
    assert_eq!(["spring", "autumn", "year"].map(value), ["13200", "300.5", "13500.5"]);
}

/// An `.ods` with this body, and a part that no writer of sheets knows.
fn office_form(body: &str) -> Vec<u8> {
    let content = format!(
        "<?xml version=\"1.0\"?>\n<office:document-content xmlns:office='urn:o' xmlns:table='urn:t' xmlns:text='urn:x' xmlns:calcext='urn:c' >\n\
         <!-- kept --><office:body><office:spreadsheet>{body}</office:spreadsheet></office:body></office:document-content>"
    );
    let mut archive = ZipWriter::new(Cursor::new(Vec::new()));
    let options = zip::write::SimpleFileOptions::default();
    for (name, bytes) in [
        ("mimetype", &b"application/vnd.oasis.opendocument.spreadsheet"[..]),
        ("Object 1/content.xml", b"<chart {{shops}}/>"),
        ("content.xml", content.as_bytes()),
        ("Pictures/x.png", &[0, 159, 146, 150]),
    ] {
        archive.start_file(name, options).expect("a part");
        archive.write_all(bytes).expect("bytes");
    }
    archive.finish().expect("an archive").into_inner()
}

fn named(name: &str, address: &str) -> String {
    format!("<table:named-range table:name=\"{name}\" table:cell-range-address=\"{address}\"/>")
}

fn filled(body: &str) -> Result<String, Vec<(Code, String)>> {
    let judged = judged("", "");
    let plain = SheetLayout::default();
    let filling = Filling { root: Some(0), ..filling(&judged, &plain, None) };
    let before = office_form(body);
    let bytes = form(&before, "form.ods", &filling, &Limits::default()).map_err(|errors| {
        let found = |error: FillError| match error {
            FillError::Diagnostic(found) => {
                let place = found.place.as_ref().map(|place| place.show()).unwrap_or_default();
                let help = found.help(Locale::En).unwrap_or_default();
                (found.code, format!("{place}: {} / {help}", found.message(Locale::En)))
            }
            FillError::Abort(abort) => panic!("{abort}"),
        };
        errors.into_iter().map(found).collect::<Vec<_>>()
    })?;
    let names = |bytes: &[u8]| {
        let archive = ZipArchive::new(Cursor::new(bytes.to_vec())).expect("an archive");
        archive.file_names().map(|name| name.expect("a name").into_owned()).collect::<Vec<_>>()
    };
    assert_eq!(names(&bytes), names(&before), "the same parts in the same order");
    for name in ["mimetype", "Object 1/content.xml", "Pictures/x.png"] {
        let all = |bytes: &[u8]| {
            let mut archive = ZipArchive::new(Cursor::new(bytes.to_vec())).expect("an archive");
            let mut all = Vec::new();
            archive.by_name(name).expect("a part").read_to_end(&mut all).expect("bytes");
            all
        };
        assert_eq!(all(&bytes), all(&before), "{name}");
    }
    let content = part(&bytes, "content.xml");
    let inner = content.split_once("<office:spreadsheet>").expect("a body");
    let (head, rest) = inner;
    assert!(part(&before, "content.xml").starts_with(head), "nothing before it changes");
    Ok(rest.split_once("</office:spreadsheet>").expect("its end").0.to_owned())
}

#[test]
fn marks_and_names_of_a_form_take_values_and_nothing_else_changes() {
    let cell = |inner: &str| {
        format!(
            "<table:table><table:table-row><table:table-cell table:style-name='s'  office:value-type=\"string\">{inner}</table:table-cell></table:table-row></table:table>"
        )
    };
    let value = |attributes: &str, text: &str| {
        format!(
            "<table:table><table:table-row><table:table-cell table:style-name=\"s\"{attributes}>{text}</table:table-cell></table:table-row></table:table>"
        )
    };
    for (mark, attributes, text) in [
        ("{{shops}}", r#" office:value-type="float" office:value="3""#, "3"),
        ("{{ shops.target }}", r#" office:value-type="float" office:value="3""#, "3"),
        ("{{shops.food}}", r#" office:value-type="float" office:value="2""#, "2"),
        ("{{rent}}", r#" office:value-type="float" office:value="13500.5""#, "13,500.5"),
        ("{{rent 仟元}}", r#" office:value-type="float" office:value="13.5005""#, "13.5005"),
        (
            "{{rent.difference 仟元}}",
            r#" office:value-type="float" office:value="-6.4995""#,
            "-6.4995",
        ),
        ("{{rent.previous}}", r#" office:value-type="float" office:value="11000""#, "11,000"),
        ("{{coverage}}", r#" office:value-type="percentage" office:value="0.135005""#, "13.50%"),
        ("{{opened}}", r#" office:value-type="date" office:date-value="2011-05-01""#, "100/05/01"),
        ("{{all_rent}}", r#" office:value-type="string""#, "14,500.5 元～19,500.5 元（未定）"),
        ("{{name}}", r#" office:value-type="string""#, "=HYPERLINK(&quot;x&quot;)"),
    ] {
        let got = filled(&cell(&format!("<text:p>{mark}</text:p>"))).expect("filled");
        assert_eq!(got, value(attributes, &format!("<text:p>{text}</text:p>")), "{mark}");
    }
    // A mark within a text changes alone; notes stay.
    let within = "<office:annotation><text:p>{{none}}</text:p></office:annotation><text:p>共 <text:span>{{shops}} 家 &amp;</text:span></text:p>";
    let got = filled(&cell(within)).expect("filled");
    assert_eq!(got, cell(&within.replace("{{shops}}", "3")));
    // A missing value leaves the cell empty, and is not zero.
    let got = filled(&cell("<text:p>{{coverage.target}}</text:p>")).expect("filled");
    assert_eq!(got, value("", ""));
    // A named cell may be one of many that stand for one another.
    let rows = "<table:table table:name=\"表 一\"><table:table-row table:number-rows-repeated=\"5\"><table:table-cell table:number-columns-repeated=\"4\"/></table:table-row>\
                <table:table-row><table:table-cell table:formula=\"of:=[.B3]+1\" office:value-type=\"float\" office:value=\"1\"><text:p>1</text:p></table:table-cell></table:table-row></table:table>";
    let names = named("shops", "$'表 一'.$B$3")
        + &named("_own", "$'表 一'.$A$1")
        + &named("area9", "$'表 一'.$A$1:.$B$2");
    let got = filled(&format!("{rows}{names}")).expect("filled");
    let plain = "<table:table-row table:number-rows-repeated=\"2\"><table:table-cell table:number-columns-repeated=\"4\"/></table:table-row>";
    assert_eq!(
        got,
        format!(
            "<table:table table:name=\"表 一\">{plain}<table:table-row><table:table-cell/><table:table-cell office:value-type=\"float\" office:value=\"3\"><text:p>3</text:p></table:table-cell>\
             <table:table-cell table:number-columns-repeated=\"2\"/></table:table-row>{plain}\
             <table:table-row><table:table-cell table:formula=\"of:=[.B3]+1\"></table:table-cell></table:table-row></table:table>{names}"
        )
    );
}

#[test]
fn what_is_wrong_with_a_form_is_told_at_its_cell() {
    let table = |text: &str| {
        format!(
            "<table:table table:name=\"表\"><table:table-row><table:table-cell/><table:table-cell><text:p>{text}</text:p></table:table-cell></table:table-row></table:table>"
        )
    };
    for (body, code, said) in [
        (
            table("{{shop}}"),
            Code::FormName,
            "form.ods 表!B1: `shop` in the form is no figure and no field that can be filled in",
        ),
        (
            table("{{rent 仟圓}}"),
            Code::FormMark,
            "form.ods 表!B1: `rent 仟圓` in the form cannot be filled in: `仟圓` is no unit of money / did you mean `rent 仟元`? the units that may follow the name are 元, 仟元, 千元, 萬元, 億元",
        ),
        (
            table("{{shops 仟元}}"),
            Code::FormMark,
            "form.ods 表!B1: `shops 仟元` in the form cannot be filled in: it is no money, and has no unit of it / write `shops` alone",
        ),
        (
            table("{{rent.window}}"),
            Code::FormMark,
            "form.ods 表!B1: `rent.window` in the form cannot be filled in: no window is named that it is of / name one with `--window`: autumn, earlier, spring, year",
        ),
        (
            table("{{all_rent.window}}"),
            Code::FormMark,
            "form.ods 表!B1: `all_rent.window` in the form cannot be filled in: figures of the programme have no windows / leave out `.window`",
        ),
        (
            table("{{rent.targt}}"),
            Code::FormName,
            "form.ods 表!B1: `rent.targt` in the form is no figure and no field that can be filled in / did you mean `rent.target`?",
        ),
        (
            table("甲 {{name 的成果"),
            Code::FormMark,
            "form.ods 表!B1: `{{name 的成果` in the form cannot be filled in: the mark does not end with `}}` / write `{{name}}`",
        ),
        (
            table("{{name {{shops}}"),
            Code::FormMark,
            "form.ods 表!B1: `{{name` in the form cannot be filled in: the mark does not end with `}}` / write `{{name}}`",
        ),
        (
            table("{{name}"),
            Code::FormMark,
            "form.ods 表!B1: `{{name}` in the form cannot be filled in: the mark does not end with `}}` / write `{{name}}`",
        ),
        (
            table("甲 {name}}"),
            Code::FormMark,
            "form.ods 表!B1: `甲 {name}}` in the form cannot be filled in: no `{{` stands before its `}}` / write `{{name}}`, or delete the `}}`",
        ),
        (
            table("｛｛name｝｝"),
            Code::FormMark,
            "form.ods 表!B1: `｛｛name｝｝` in the form cannot be filled in: its braces are full-width / write `{{name}}`",
        ),
        (
            table("x {{<text:span>shops</text:span>}}"),
            Code::FormMark,
            "form.ods 表!B1: `x {{shops}}` in the form cannot be filled in: formats divide a mark into parts / select the whole mark",
        ),
        (table("") + &named("shop", "$表.$A$1"), Code::FormName, "form.ods 表!A1: `shop` in"),
        (
            table("") + &named("shops", "$表.$A$9"),
            Code::FormMark,
            "form.ods 表!A9: `shops` in the form cannot be filled in: the cell that it names is not in the table / name a cell of the table",
        ),
        (table("none"), Code::FormEmpty, "form.ods: nothing in the form is to be filled in"),
        (
            "<a><b></a>".to_owned(),
            Code::FormUnreadable,
            "form.ods: this form cannot be used: it is damaged",
        ),
    ] {
        let found = filled(&body).expect_err("refused");
        assert_eq!(found.len(), 1, "{found:?}");
        assert_eq!(found[0].0, code);
        assert!(found[0].1.starts_with(said), "{}", found[0].1);
    }
}

/// With `GUIJU_SOFFICE` naming LibreOffice: it opens what is written without repair, and shows it.
#[test]
fn libreoffice_opens_what_is_written() {
    let Some(office) = std::env::var_os("GUIJU_SOFFICE") else { return };
    let judged = judged("", "");
    let folder = tempfile::tempdir().expect("a folder");
    let pages = pages(&judged, "summary", None);
    for (name, bytes) in [
        ("a.ods", pages_ods(&pages, Locale::ZhTw).expect("written")),
        ("b.xlsx", pages_xlsx(&pages, Locale::ZhTw).expect("written")),
    ] {
        let path = folder.path().join(name);
        std::fs::write(&path, bytes).expect("a file");
        let text = converted(&office, &path, "csv:Text - txt - csv (StarCalc):44,34,76,1");
        for wanted in ["13.5005 仟元", "13.50%", "100/05/01", "=HYPERLINK"] {
            assert!(text.contains(wanted), "{name}: {wanted}\n{text}");
        }
    }
}

fn converted(office: &std::ffi::OsStr, path: &Path, to: &str) -> String {
    let folder = path.parent().expect("a folder");
    let made = std::process::Command::new(office)
        .arg(format!("-env:UserInstallation=file://{}", folder.join("profile").display()))
        .args(["--headless", "--convert-to", to, "--outdir"])
        .arg(folder)
        .arg(path)
        .output()
        .expect("it runs");
    assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
    std::fs::read_to_string(path.with_extension("csv")).expect("what it made")
}
