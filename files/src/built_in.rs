//! The built-in packs by name; none of them for hosts that bring packs of their own. Not here: the
//! packs themselves (`guiju-rules`).

#[cfg(feature = "built-in")]
pub(crate) use guiju_rules::{NAMES, allowed_mutants, pack, rules, sheets, sources};
#[cfg(not(feature = "built-in"))]
pub(crate) use none::{NAMES, allowed_mutants, pack, rules, sheets, sources};

#[cfg(not(feature = "built-in"))]
mod none {
    use guiju::{Pack, Source};

    pub(crate) const NAMES: [&str; 0] = [];

    pub(crate) fn pack(_: &str) -> Result<Pack, ()> {
        Err(())
    }

    pub(crate) fn rules(_: &str) -> Option<Vec<Source>> {
        None
    }

    pub(crate) fn sources(_: &str) -> Option<Vec<Source>> {
        None
    }

    pub(crate) fn allowed_mutants(_: &str) -> Option<Source> {
        None
    }

    pub(crate) fn sheets(_: &str) -> Option<Source> {
        None
    }
}
