//! Receipts under attack: whatever is changed in one, it is refused or no longer signed, and
//! nothing panics.

use guiju::{JsonOptions, Limits, Parsed, Source};
use guiju_seal::{
    Difference, Material, PrivateKey, Receipt, ReceiptError, Role, Signer, Statement, digest, seal,
};
use proptest::prelude::*;

const PRIVATE: &str = "-----BEGIN PRIVATE KEY-----\nMC4CAQAwBQYDK2VwBCIEIJ1hsZ3v/VpguoRK9JLsLMREScVpezJpGXA7rAMcrn9g\n-----END PRIVATE KEY-----\n";

fn statement() -> Statement {
    let rules =
        "pack fees\nentity shop { key id: text  fee: money }\nkpi cost = fee because \"示範\"\n";
    let parsed = Parsed::parse(vec![Source::new("folder/fees.guiju", rules)], &Limits::default());
    let pack = parsed.check().into_pack().expect("sound rules");
    let file = |role, name: &str, text: &str| Material::of(role, name, text.as_bytes());
    let files = [
        file(Role::Previous, "result_107.json", "{}"),
        file(Role::Data, "店家.csv", "id\n"),
        file(Role::Data, "a.csv", ""),
    ];
    Statement::new(&pack, &JsonOptions::default(), Some("甲\u{7}"), "{}").with(files)
}

#[test]
fn a_receipt_says_what_was_stated_and_who_signed() {
    let key = PrivateKey::from_pem(PRIVATE).expect("a key");
    let text = seal(&statement(), Some(&key)).expect("sealed");
    let receipt = Receipt::read(&text).expect("a receipt");
    assert_eq!(receipt.statement(), &statement());
    assert_eq!(receipt.key_ids().collect::<Vec<_>>(), [key.public().id()]);
    assert!(receipt.is_signed_by(&key.public()));
    assert_eq!(
        statement().result,
        digest(b"{}\n"),
        "the digest of the file that the command writes"
    );
    let names: Vec<&str> = statement()
        .materials
        .iter()
        .map(|file| match file.name.as_str() {
            "fees.guiju" => "rules",
            "a.csv" => "a",
            "店家.csv" => "shops",
            _ => "earlier",
        })
        .collect();
    assert_eq!(
        names,
        ["rules", "a", "shops", "earlier"],
        "in the order of roles and names, without folders"
    );
    let unsigned = Receipt::read(&seal(&statement(), None).expect("sealed")).expect("a receipt");
    assert!(!unsigned.is_signed_by(&key.public()) && unsigned.key_ids().next().is_none());
}

#[test]
fn a_signer_of_the_host_may_fail() {
    struct Broken;
    impl Signer for Broken {
        fn key_id(&self) -> String {
            String::new()
        }
        fn sign(&self, _: &[u8]) -> Result<Vec<u8>, String> {
            Err("the card is not in the reader".to_owned())
        }
    }
    assert_eq!(seal(&statement(), Some(&Broken)), Err("the card is not in the reader".to_owned()));
}

#[test]
fn every_difference_is_told() {
    let stated = statement();
    let mut found = stated.clone();
    found.engine = "9.9.9".to_owned();
    found.pack = "other".to_owned();
    found.options.clear();
    found.result = digest(b"");
    found.materials.retain(|file| file.name != "a.csv");
    found
        .materials
        .iter_mut()
        .filter(|file| file.role == Role::Rules)
        .for_each(|file| file.sha256 = digest(b""));
    let found = found.with([Material::of(Role::Data, "b.csv", b"")]);
    let said = stated.differences(&found);
    assert!(
        matches!(
            said.as_slice(),
            [
                Difference::Engine { .. },
                Difference::Pack { .. },
                Difference::Options,
                Difference::Changed(_),
                Difference::Missing(_),
                Difference::Added(_),
                Difference::Result { .. }
            ]
        ),
        "{said:?}"
    );
}

#[test]
fn keys_are_never_shown() {
    let key = PrivateKey::from_pem(PRIVATE).expect("a key");
    assert!(!format!("{key:?}").contains("J1hsZ3v"));
    let broken = PrivateKey::from_pem(&PRIVATE.replace("MC4", "MC5")).expect_err("no key");
    assert!(!format!("{broken:?} {broken}").contains("J1hsZ3v"));
}

#[test]
fn what_is_too_large_is_no_receipt() {
    assert_eq!(Receipt::read(&" ".repeat(5 << 20)).err(), Some(ReceiptError::TooLarge));
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn nothing_that_was_changed_is_still_signed(at in any::<prop::sample::Index>(), byte in any::<u8>(), cut in any::<bool>()) {
        let key = PrivateKey::from_pem(PRIVATE).expect("a key");
        let text = seal(&statement(), Some(&key)).expect("sealed");
        let mut bytes = text.clone().into_bytes();
        let at = at.index(bytes.len());
        if cut { bytes.truncate(at) } else { bytes[at] = byte }
        if let Ok(changed) = String::from_utf8(bytes)
            && let Ok(receipt) = Receipt::read(&changed)
            && receipt.is_signed_by(&key.public())
        {
            // Blanks and the name of the key are not signed; what is stated is.
            prop_assert_eq!(receipt.statement(), &statement());
        }
    }

    #[test]
    fn no_text_panics(text in ".{0,200}") {
        prop_assert!(Receipt::read(&text).is_err());
        prop_assert!(PrivateKey::from_pem(&text).is_err());
    }
}
