//! Which rules a pack was made from: digests that results name, so that anybody who has the files
//! can tell whether these were the ones.
//!
//! Not here: the digest of data (`data::canonical`), and receipts, which name files and are signed
//! (`guiju-seal`).

use guiju_model::digest::{self, Digest};
use guiju_model::rules::Rules;
use guiju_model::source::{Source, SourceId};

/// What a pack was made from.
///
/// The digest of an edition is the SHA-256 of the digests of its files of rules, a line each, in
/// the order they were read in, which in a folder is that of their names. Files that hold only
/// tests and examples are left out, and the text of a file counts without a byte order mark and
/// with plain line ends. For files that are written so, `sha256sum *.guiju | cut -c1-64 |
/// sha256sum` says the same.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Provenance {
    /// The digest of each edition, the oldest first, by the name of its pack.
    pub editions: Vec<(String, String)>,
    /// The constants that were given another value than the rules have, with that value as it is
    /// written in rules.
    pub parameters: Vec<(String, String)>,
}

impl Provenance {
    pub(crate) fn of(rules: &Rules) -> Provenance {
        let edition = |(name, files): &(String, Vec<SourceId>)| {
            let mut edition = Digest::default();
            for id in files.iter().filter(|id| rules.rule_files.binary_search(id).is_ok()) {
                if let Some(source) = rules.sources.get(id.0 as usize) {
                    edition.feed(&file(source));
                    edition.feed("\n");
                }
            }
            (name.clone(), edition.finish())
        };
        let given = rules.sources.iter().filter_map(Source::parameter);
        Provenance {
            editions: rules.editions.iter().map(edition).collect(),
            parameters: given.map(|(name, value)| (name.to_owned(), value.to_owned())).collect(),
        }
    }
}

/// The digest of one file.
fn file(source: &Source) -> String {
    let text = source.text();
    digest::of(&text.strip_prefix('\u{FEFF}').unwrap_or(text).replace("\r\n", "\n"))
}
