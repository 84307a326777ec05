//! Receipts: a result is sealed, verified, and every byte that is changed afterwards is found and
//! named.

mod common;

use std::fs;
use std::path::Path;

use common::{run, show};

/// A pair of keys made for these tests alone.
const PRIVATE: &str = "-----BEGIN PRIVATE KEY-----\nMC4CAQAwBQYDK2VwBCIEIJ1hsZ3v/VpguoRK9JLsLMREScVpezJpGXA7rAMcrn9g\n-----END PRIVATE KEY-----\n";
const PUBLIC: &str = "-----BEGIN PUBLIC KEY-----\nMCowBQYDK2VwAyEA11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=\n-----END PUBLIC KEY-----\n";
const OTHER: &str = "-----BEGIN PUBLIC KEY-----\nMCowBQYDK2VwAyEAPUAXw+hDiVqStwqnTRt+vJyYLM8uxJaMwM1V8Sr0Zgw=\n-----END PUBLIC KEY-----\n";

struct Sealed {
    folder: tempfile::TempDir,
}

impl Sealed {
    /// The market sealed: rules and data copied, so that they can be changed.
    fn new(key: bool) -> Sealed {
        let folder = tempfile::tempdir().expect("a folder");
        let fixtures = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures");
        for part in ["shops", "market"] {
            fs::create_dir(folder.path().join(part)).expect("a folder");
            for file in fs::read_dir(fixtures.join(part)).expect("fixtures") {
                let file = file.expect("a file").path();
                if file.is_file() {
                    fs::copy(
                        &file,
                        folder.path().join(part).join(file.file_name().unwrap_or_default()),
                    )
                    .expect("copied");
                }
            }
        }
        let sealed = Sealed { folder };
        for (name, text) in [("private.pem", PRIVATE), ("public.pem", PUBLIC), ("other.pem", OTHER)]
        {
            sealed.write(name, text.as_bytes());
        }
        let (pack, data, receipt, private) = (
            sealed.at("shops"),
            sealed.at("market"),
            sealed.at("receipt.json"),
            sealed.at("private.pem"),
        );
        let mut args =
            vec!["evaluate", &pack, &data, "--format", "json", "--records", "--seal", &receipt];
        if key {
            args.extend(["--key", &private]);
        }
        let output = run(&args);
        assert_eq!(output.status.code(), Some(0), "{}", show(&output));
        sealed.write("result.json", &output.stdout);
        sealed
    }

    fn at(&self, name: &str) -> String {
        self.folder.path().join(name).display().to_string()
    }

    fn write(&self, name: &str, bytes: &[u8]) {
        fs::write(self.folder.path().join(name), bytes).expect("written");
    }

    fn replace(&self, name: &str, from: &str, to: &str) {
        let text = fs::read_to_string(self.at(name)).expect("text");
        assert!(text.contains(from), "{name} has {from}");
        self.write(name, text.replacen(from, to, 1).as_bytes());
    }

    /// What `verify` says, without the folder of this run.
    fn verify(&self, more: &[&str]) -> String {
        let (receipt, pack, data, result) =
            (self.at("receipt.json"), self.at("shops"), self.at("market"), self.at("result.json"));
        let mut args =
            vec!["verify", &receipt, &pack, &data, "--result", &result, "--locale", "en"];
        args.extend(more);
        let folder = format!("{}/", self.folder.path().display());
        show(&run(&args)).replace(&folder, "")
    }

    fn verify_signed(&self) -> String {
        self.verify(&["--key", &self.at("public.pem")])
    }
}

#[test]
fn what_was_sealed_is_verified() {
    let sealed = Sealed::new(true);
    insta::assert_snapshot!("receipt_verified", sealed.verify_signed());
    // The digest in the receipt is that of the file as it was written.
    assert!(
        sealed
            .verify(&["--key", &sealed.at("public.pem"), "--format", "json"])
            .contains("\"verified\": true")
    );
}

#[test]
fn a_changed_byte_is_found_and_named() {
    for (file, from, to, named) in [
        ("market/shop.csv", "2500", "2501", "shop.csv"),
        ("shops/shops.guiju", "夜市攤商評核", "夜市攤商考核", "shops/shops.guiju"),
        ("result.json", "\"known\"", "\"Known\"", "/markets/1/kpis/open_shops/state"),
        ("result.json", "{", "{ ", "differs from byte 2 on"),
    ] {
        let sealed = Sealed::new(true);
        sealed.replace(file, from, to);
        let said = sealed.verify_signed();
        assert!(said.starts_with("status: 1"), "{file}: {said}");
        let line = said.lines().find(|line| line.contains(named));
        assert!(line.is_some_and(|line| !line.ends_with("the same")), "{file}: {said}");
    }
    let sealed = Sealed::new(true);
    sealed.write("market/reviewed.csv", b"market,evidence\n");
    sealed.write("market/more.csv", b"");
    let said = sealed.verify_signed();
    assert!(said.contains("more.csv"), "{said}");
}

#[test]
fn data_that_cannot_be_judged_any_more_is_still_compared() {
    let sealed = Sealed::new(true);
    sealed.write("market/shop.csv", b"market,name\nM9,x\n");
    let said = sealed.verify_signed();
    assert!(
        said.starts_with("status: 1") && said.contains("not what the receipt states: shop.csv"),
        "{said}"
    );
}

#[test]
fn a_receipt_is_only_taken_with_its_signature() {
    let sealed = Sealed::new(true);
    insta::assert_snapshot!("receipt_without_key", sealed.verify(&[]));
    let said = sealed.verify(&["--key", &sealed.at("other.pem")]);
    assert!(
        said.starts_with("status: 1") && said.contains("not signed by the key given"),
        "{said}"
    );
    insta::assert_snapshot!(
        "receipt_private_key",
        sealed.verify(&["--key", &sealed.at("private.pem")])
    );
    insta::assert_snapshot!(
        "receipt_no_key",
        sealed.verify(&["--key", &sealed.at("market/shop.csv")])
    );
    // A byte of what was signed.
    let receipt = fs::read_to_string(sealed.at("receipt.json")).expect("a receipt");
    let at = receipt.find("payload\": \"").map_or(0, |at| at + 200);
    let mut bytes = receipt.into_bytes();
    bytes[at] = if bytes[at] == b'A' { b'B' } else { b'A' };
    sealed.write("receipt.json", &bytes);
    assert!(sealed.verify_signed().starts_with("status: 1"));
}

#[test]
fn without_a_key_anybody_could_have_written_it() {
    let sealed = Sealed::new(false);
    let said = sealed.verify(&[]);
    assert!(said.starts_with("status: 0") && said.contains("but nobody signed it"), "{said}");
    let said = sealed.verify_signed();
    assert!(
        said.starts_with("status: 1") && said.contains("not signed by the key given"),
        "{said}"
    );
}

#[test]
fn what_cannot_be_written_or_read_is_said_so() {
    let sealed = Sealed::new(true);
    let shown = |args: &[&str]| {
        show(&run(args)).replace(&format!("{}/", sealed.folder.path().display()), "")
    };
    let (pack, data) = (sealed.at("shops"), sealed.at("market"));
    let nowhere = sealed.at("no/receipt.json");
    let said =
        shown(&["evaluate", &pack, &data, "--format", "csv", "--seal", &nowhere, "--locale", "en"]);
    assert!(
        said.starts_with("status: 1")
            && said.contains("error: cannot write the receipt no/receipt.json"),
        "{said}"
    );
    sealed.write("receipt.json", b"{}");
    insta::assert_snapshot!("receipt_none", sealed.verify_signed());
    let said = shown(&[
        "evaluate",
        &pack,
        &data,
        "--seal",
        &sealed.at("new.json"),
        "--key",
        &sealed.at("public.pem"),
        "--locale",
        "en",
    ]);
    assert!(
        said.contains("no Ed25519 private key") && !Path::new(&sealed.at("new.json")).exists(),
        "{said}"
    );
}
