//! Tables whose rows stand in a CSV file beside the rules: what is digested, compiled, compared and
//! limited, and in editions whose file is read. What is refused is in `rules.rs`.

use guiju::{Limits, Pack, PackError, Parsed, Source, SourcePack, diff};

const RULES: &str = "pack p\n\nsource g { 1 \"a\"  2 \"b\" }\n\nentity trip { key id: text }\n\n\
    entity night in trip { key no: text  city: text  paid: money }\n\n\
    table rate \"rate\" by text file \"rates.csv\" { otherwise => 100 元 } @ 1\n\n\
    tally paid from night { sum min(paid, rate(city)) } @ 1\n";
const RATES: &str = "text,rate\nTaipei,2000 元\nTainan,1500 元\n";
const DATA: &str = r#"{"trips": [{"id": "T", "night": [
    {"no": "1", "city": "Taipei", "paid": 1800}, {"no": "2", "city": "Tainan", "paid": 1800},
    {"no": "3", "city": "Taitung", "paid": 1800}]}]}"#;

fn files(rules: &str, rates: &str) -> Vec<Source> {
    vec![Source::new("p/rules.guiju", rules), Source::new("p/rates.csv", rates)]
}

fn pack(sources: Vec<Source>) -> SourcePack {
    compiled(sources, &Limits::default()).expect("sound rules")
}

fn compiled(sources: Vec<Source>, limits: &Limits) -> Result<SourcePack, Box<PackError>> {
    Parsed::parse(sources, limits).check().into_pack().map_err(Box::new)
}

fn paid(pack: &Pack) -> String {
    let limits = Limits::default();
    let data = pack.read_json(DATA, None, &limits).expect("sound data");
    let judged = pack.evaluate(&data, &limits).expect("within limits");
    let json = judged.to_json(&guiju::JsonOptions::default());
    let at = json.find("\"value\"").expect("a known figure");
    json[at..].split(['"', ',']).nth(3).expect("a value").to_owned()
}

fn codes(error: &PackError) -> Vec<&str> {
    error.diagnostics.iter().map(|found| found.code.id()).collect()
}

#[test]
fn the_digest_of_rules_has_the_file_in_it() {
    let of = |sources| pack(sources).provenance().editions.clone();
    let first = of(files(RULES, RATES));
    assert_ne!(first, of(files(RULES, &RATES.replace("2000", "2001"))));
    // As of rules, a mark and the ends of lines say nothing, and neither does the order of files.
    let marked = format!("\u{FEFF}{}", RATES.replace('\n', "\r\n"));
    let mut turned = files(RULES, &marked);
    turned.reverse();
    assert_eq!(first, of(turned));
    // What no table asks for is nothing to the rules.
    let mut more = files(RULES, RATES);
    more.push(Source::new("p/other.csv", "x\n1\n"));
    more.push(Source::new("rates.csv", "text,rate\nTaipei,1 元\n"));
    assert_eq!(first, of(more));
}

#[test]
fn a_compiled_pack_needs_no_file() {
    let pack = pack(files(RULES, RATES));
    assert_eq!(paid(&pack), "3400");
    let read = Pack::from_compiled(&pack.to_compiled(), &Limits::default()).expect("sound bytes");
    assert_eq!(paid(&read), "3400");
    assert_eq!(read.provenance(), pack.provenance());
}

#[test]
fn an_edition_reads_the_file_beside_it() {
    let newer = "pack q amends p\n\nsource h { 9 \"c\" }\n\n\
        table rate \"rate\" by text file \"rates.csv\" { otherwise => 100 元 } @ 1\n";
    let with = |rules: &str, rates: &str| {
        let own = vec![Source::new("q/rules.guiju", rules), Source::new("q/rates.csv", rates)];
        let library = |name: &str| (name == "p").then(|| files(RULES, RATES));
        Parsed::parse_with(own, &Limits::default(), &library).check()
    };
    let checked = with(newer, "text,rate\nTaitung,1000 元\n");
    assert_eq!(checked.diagnostics().len(), 0, "{:?}", checked.diagnostics());
    assert_eq!(paid(checked.pack().expect("sound")), "1200");
    // The same rows again are told; the same words with other rows are not.
    let told = |rates| {
        let checked = with(newer, rates);
        checked.diagnostics().iter().map(|found| found.code.id()).collect::<Vec<_>>()
    };
    assert_eq!(told(RATES), ["G224"]);
    // Another rule alone leaves the rows of the base.
    let kept = with("pack q amends p\n\nsource h { 9 \"c\" }\n\nlet more = 1 元 @ h:9\n", "");
    assert_eq!(kept.pack().map(|pack| paid(pack)).as_deref(), Some("3400"));
}

#[test]
fn a_comparison_shows_the_rows_that_differ() {
    let old = pack(files(RULES, RATES));
    let rates = RATES.replace("1500", "1600") + "Taitung,900 元\n";
    let new = pack(files(RULES, &rates));
    let found = diff(&old, &new);
    let [change] = found.changes.as_slice() else { panic!("{:?}", found.changes) };
    assert_eq!(change.id, "table:rate");
    let text = |written: &Option<guiju::Written>| {
        written.as_ref().map(|written| written.text.clone()).unwrap_or_default()
    };
    let table = "table rate \"rate\" by text file \"rates.csv\" { otherwise => 100 元 } @ 1";
    assert_eq!(text(&change.before), format!("{table}\nTainan,1500 元"));
    assert_eq!(text(&change.after), format!("{table}\nTainan,1600 元\nTaitung,900 元"));
    assert!(diff(&old, &pack(files(RULES, &RATES.replace('\n', "\r\n")))).changes.is_empty());
}

#[test]
fn files_count_against_the_limits_of_rules() {
    let long = |rows: usize| {
        let rows: String = (0..rows).map(|n| format!("city {n},{n} 元\n")).collect();
        format!("text,rate\n{rows}")
    };
    let limits = Limits::untrusted();
    assert!(compiled(files(RULES, &long(5_000)), &limits).is_ok());
    let error = compiled(files(RULES, &long(20_000)), &limits).expect_err("more than a file holds");
    assert_eq!(codes(&error), ["G107"]);
    let small = Limits { pack_total_bytes: 1_000, ..Limits::default() };
    let error = compiled(files(RULES, &long(200)), &small).expect_err("more than a pack holds");
    assert_eq!(codes(&error), ["G119"]);
    let tight = Limits { memory: 1 << 20, ..Limits::default() };
    let error = compiled(files(RULES, &long(5_000)), &tight).expect_err("more than a call holds");
    assert_eq!(codes(&error), ["G119"]);
}

#[test]
fn a_long_file_takes_no_longer_than_its_rows() {
    let rules = "pack p\nsource g { 1 }\nentity trip { key id: text  paid: money }\n\
        table rate by text, from money: rate file \"rates.csv\" @ 1\n\
        kpi due = rate(\"x\", paid) @ 1\n";
    let rows: String = (0..90_000).map(|n| format!("{n},0,1\n")).collect();
    let sources = files(rules, &format!("text,money,rate\n{rows}"));
    let checked = Parsed::parse(sources, &Limits::default()).check();
    let found: Vec<&str> = checked.diagnostics().iter().map(|found| found.code.id()).collect();
    assert_eq!(found, ["G240"]);
}

#[test]
fn other_constants_leave_the_rows() {
    let rules = format!("{RULES}\nlet least = 5 元 @ 2\n\nkpi more = paid + least @ 2\n");
    let pack = pack(files(&rules, RATES));
    let limits = Limits::default();
    let other = pack.with_parameters(&[("least", "6 元")], &limits).expect("sound values");
    assert_eq!(paid(&other), "3400");
}
