//! Files and folders as they should not be: what is called like a file that counts is read or told,
//! never passed. Not here: what files hold.

use std::fs;
use std::path::{Path, PathBuf};

use guiju::{Code, Limits, Locale, Reading};
use guiju_files::{FileError, Gathered};

const RULES: &str =
    "pack p\nsource s { 1 }\nentity shop { key id: text  fee: money }\nkpi due = fee @ 1\n";

/// An empty folder of this name.
fn folder(name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    drop(fs::remove_dir_all(&folder));
    fs::create_dir_all(&folder).expect("a folder");
    folder
}

fn words<T>(read: Result<T, FileError>) -> String {
    match read {
        Err(FileError::Message(words)) => words.get(Locale::En).to_owned(),
        Err(FileError::Diagnostics(found)) => found.iter().map(|found| found.code.id()).collect(),
        Ok(_) => "read".to_owned(),
    }
}

#[test]
fn what_is_called_like_a_file_and_is_none_is_told() {
    let (rules, data) = (folder("files_rules"), folder("files_data"));
    fs::write(rules.join("p.guiju"), RULES).expect("rules");
    fs::write(data.join("shop.csv"), "id,fee\nA,1\n").expect("data");
    let limits = Limits::default();
    let pack = || guiju_files::pack(&rules.display().to_string(), &limits);
    let checked = pack().map_err(|_| ()).expect("the rules are there");
    let read =
        || words(guiju_files::data(checked.pack().expect("a sound pack").schema(), &data, &limits));
    assert_eq!((words(pack()), read()), ("read".to_owned(), "read".to_owned()));
    fs::create_dir(data.join("targets.csv")).expect("a folder");
    assert!(
        read().starts_with("cannot read ")
            && read().ends_with("targets.csv: it is a folder, and not a file"),
        "{}",
        read()
    );
    fs::remove_dir(data.join("targets.csv")).expect("it goes");
    #[cfg(unix)]
    {
        use std::os::unix::fs::symlink;
        let nothing = "it is a link that leads to nothing";
        // What an editor leaves beside a file that it has open is nobody's data.
        symlink("somebody@somewhere.1", data.join(".#shop.csv")).expect("a link");
        symlink("somebody@somewhere.1", rules.join(".#p.guiju")).expect("a link");
        assert_eq!((words(pack()), read()), ("read".to_owned(), "read".to_owned()));
        symlink("gone", data.join("targets.csv")).expect("a link");
        assert!(read().ends_with(nothing), "{}", read());
        for name in ["q.guiju", "tests"] {
            symlink("gone", rules.join(name)).expect("a link");
            assert!(words(pack()).ends_with(nothing), "{name}: {}", words(pack()));
            fs::remove_file(rules.join(name)).expect("it goes");
        }
    }
}

/// What the shell of Windows writes to a file is UTF-16.
#[test]
fn json_may_be_in_utf_16() {
    let (rules, data) = (folder("files_utf16_rules"), folder("files_utf16"));
    fs::write(rules.join("p.guiju"), RULES).expect("rules");
    let limits = Limits::default();
    let pack = guiju_files::pack(&rules.display().to_string(), &limits)
        .map_err(|_| ())
        .expect("the rules are there")
        .into_pack()
        .expect("sound");
    let bytes = |text: &str, order: fn(u16) -> [u8; 2]| -> Vec<u8> {
        format!("\u{FEFF}{text}").encode_utf16().flat_map(order).collect()
    };
    let data = |name: &str, bytes: &[u8]| {
        let path = data.join(name);
        fs::write(&path, bytes).expect("a file");
        path
    };
    let read = |path: &Path| guiju_files::data(pack.schema(), path, &limits);
    for order in [u16::to_le_bytes, u16::to_be_bytes] {
        let path =
            data("shops.json", &bytes("{\"shops\": [{\"id\": \"甲\", \"fee\": 1}]}\r\n", order));
        let outcome = pack.evaluate(&read(&path).expect("sound data"), &limits).expect("a result");
        let result = outcome.to_json(&guiju::JsonOptions::default());
        let lines = data("shops.jsonl", &bytes("{\"id\": \"甲\", \"fee\": 1}\n", order));
        assert_eq!(words(read(&lines)), "read");
        let result = data("result.json", &bytes(&result, order));
        assert_eq!(words(guiju_files::result(&result, &limits)), "read");
    }
    let damaged = data("shops.json", b"\xFF\xFE{");
    assert_eq!(words(read(&damaged)), Code::NotUtf8.id());
}

#[test]
fn rules_are_read_no_further_than_the_limit() {
    let folder = folder("files_large");
    fs::write(folder.join("p.guiju"), RULES).expect("rules");
    let limits = |pack_bytes| Limits { pack_bytes, ..Limits::default() };
    let file = folder.join("p.guiju");
    assert!(guiju_files::rule_file(&file, &limits(RULES.len())).is_ok());
    assert_eq!(words(guiju_files::rule_file(&file, &limits(RULES.len() - 1))), Code::TooLarge.id());
    #[cfg(unix)]
    assert_eq!(words(guiju_files::pack("/dev/zero", &limits(1_000))), Code::TooLarge.id());
}

#[test]
fn all_files_of_a_pack_have_a_limit_together() {
    let folder = folder("files_large_together");
    fs::write(folder.join("p.guiju"), RULES).expect("rules");
    for more in 0..3 {
        fs::write(folder.join(format!("q{more}.guiju")), "-- nothing\n".repeat(10))
            .expect("a file");
    }
    let name = folder.to_str().expect("a plain path");
    let pack = |pack_total_bytes| {
        guiju_files::pack(name, &Limits { pack_total_bytes, ..Limits::default() })
    };
    let all = RULES.len() + 3 * 110;
    assert!(pack(all).is_ok_and(|checked| checked.pack().is_some()));
    assert_eq!(words(pack(all - 1)), Code::PackTooLarge.id());
}

#[test]
fn what_a_host_has_read_is_read_by_its_name() {
    let limits = Limits::default();
    let small = Limits { data_bytes: 8, ..Limits::default() };
    let rules = vec![guiju::Source::new("p.guiju", RULES)];
    let checked = guiju::Parsed::parse(rules, &limits).check();
    let schema = checked.pack().expect("a sound pack").schema();
    let json = br#"{"shops": [{"id": "A", "fee": 1}]}"#;
    let given = |name: &str, bytes: &[u8], limits: &Limits| {
        words(
            Gathered::given(name, bytes.to_vec(), limits)
                .and_then(|file| file.read(Reading::new(schema, limits))),
        )
    };
    assert_eq!(given("shops.JSON", json, &limits), "read");
    assert_eq!(given("shops.jsonl", br#"{"id": "A", "fee": 1}"#, &limits), "read");
    assert_eq!(given("shops.xlsx", json, &limits), Code::BadWorkbook.id());
    assert_eq!(given("shops.json", json, &small), Code::DataTooLarge.id());
    assert!(given("shops.csv", b"id,fee\nA,1\n", &limits).contains("shops.csv is not data"));
    assert!(given("", json, &limits).contains("is not data that can be read"));
}
