//! The built-in packs, compiled into the program: nothing to install or point at.
//!
//! Only rules and their tests are in here. Packs from folders, and data, are read by `guiju-files`.
//! Not here: the samples beside them (too large).
//!
//! ```
//! for name in guiju_rules::NAMES {
//!     let pack = guiju_rules::load(name)?;
//!     assert_eq!(pack.name(), *name);
//! }
//! # Ok::<(), guiju_rules::LoadError>(())
//! ```

#![deny(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "what people hand over reaches this crate, and none of it may end in a panic"
)]

use guiju::{CompiledError, Engine, Limits, Pack, PackError, Parsed, Source, SourcePack};

include!(concat!(env!("OUT_DIR"), "/packs.rs"));

/// A built-in pack that cannot be had.
#[derive(Clone, Debug, thiserror::Error)]
#[non_exhaustive]
pub enum LoadError {
    /// There is no pack of this name.
    #[error("there is no built-in pack `{name}`; the built-in packs are: {}", NAMES.join(", "))]
    Unknown {
        /// The name asked for.
        name: String,
    },
    /// The pack does not compile.
    #[error(transparent)]
    Pack(#[from] PackError),
    /// The bytes of the pack cannot be used.
    #[error(transparent)]
    Compiled(#[from] CompiledError),
}

/// The rule files of a built-in pack: its rules, then its tests, each by name. `None` where there
/// is no such pack.
pub fn sources(name: &str) -> Option<Vec<Source>> {
    let index = NAMES.iter().position(|known| *known == name)?;
    Some(FILES[index].iter().map(|(file, text)| Source::new(*file, *text)).collect())
}

/// The files of a built-in pack without its tests: all that evaluating needs, and half of what
/// there is to read.
pub fn rules(name: &str) -> Option<Vec<Source>> {
    let mut files = sources(name)?;
    files.retain(|file| !file.name().contains("/tests/"));
    Some(files)
}

/// The file of a built-in pack that says which changes of its rules no test need notice; empty
/// where there are none.
pub fn allowed_mutants(name: &str) -> Option<Source> {
    let index = NAMES.iter().position(|known| *known == name)?;
    ALLOWED.get(index).map(|text| Source::new(format!("{name}/mutants.allow"), *text))
}

/// The file of a built-in pack that says what its sheets show; `None` where it has none of its own.
pub fn sheets(name: &str) -> Option<Source> {
    let index = NAMES.iter().position(|known| *known == name)?;
    let text = SHEETS.get(index).filter(|text| !text.is_empty())?;
    Some(Source::new(format!("{name}/sheets.toml"), *text))
}

/// A built-in pack, compiled, without its tests.
///
/// # Errors
/// [`LoadError`] where there is no pack of this name, or where it does not compile.
pub fn load(name: &str) -> Result<SourcePack, LoadError> {
    let files = rules(name).ok_or_else(|| LoadError::Unknown { name: name.to_owned() })?;
    Ok(Parsed::parse_with(files, &Limits::default(), &rules).check().into_pack()?)
}

/// A built-in pack that was compiled when this crate was: all that judging and explaining need,
/// there in a thirtieth of the time. What reads the text of rules again needs [`load`].
///
/// ```
/// use guiju::Limits;
/// let pack = guiju_rules::pack("alliance_108")?;
/// let data = pack.read_json(r#"{"alliances": [{"id": "A"}]}"#, None, &Limits::default());
/// assert!(data.is_ok());
/// # Ok::<(), guiju_rules::LoadError>(())
/// ```
///
/// # Errors
/// [`LoadError`] where there is no pack of this name.
pub fn pack(name: &str) -> Result<Pack, LoadError> {
    let bytes = NAMES.iter().position(|known| *known == name).and_then(|at| COMPILED.get(at));
    let bytes = bytes.ok_or_else(|| LoadError::Unknown { name: name.to_owned() })?;
    // The types of expressions were checked when the bytes were made.
    Ok(Pack::from_compiled(bytes, &Limits::default())?.with_engine(Engine::default()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_unknown_name_is_told_the_known_ones() {
        let error = load("alliance_999").err().map(|error| error.to_string()).unwrap_or_default();
        assert!(
            error.contains("alliance_999") && NAMES.iter().all(|name| error.contains(name)),
            "{error}"
        );
        assert!(sources("alliance_999").is_none());
    }

    #[test]
    fn files_are_named_with_their_pack_and_sorted() {
        for name in NAMES {
            let files = sources(name).unwrap_or_default();
            assert!(
                !files.is_empty()
                    && files.iter().all(|file| file.name().starts_with(&format!("{name}/"))),
                "{name}"
            );
            let (tests, rules): (Vec<_>, Vec<_>) =
                files.iter().map(Source::name).partition(|file| file.contains("/tests/"));
            assert!(rules.is_sorted() && tests.is_sorted(), "{name}");
        }
    }
}

/// The README's example, run as a test.
#[cfg(doctest)]
#[doc = include_str!("../../README.md")]
struct Readme;

/// The examples of the page for embedders, run as tests.
#[cfg(doctest)]
#[doc = include_str!("../../docs/rust.md")]
struct Embedding;
