//! Rules that are laid over a pack as an edition of its own: what it is called, and how its files
//! begin.
//!
//! Not here: checking them (`pack`).

use guiju::SourcePack;

/// Whether rules begin by saying which pack they are.
pub(crate) fn names_its_pack(rules: &str) -> bool {
    let first = rules
        .lines()
        .map(str::trim)
        .find(|line| !line.is_empty() && !line.starts_with("--"))
        .unwrap_or_default();
    ["pack", "規則包"].iter().any(|word| {
        first.strip_prefix(word).is_some_and(|rest| rest.starts_with(char::is_whitespace))
    })
}

/// A name that no edition has.
pub(crate) fn name(pack: &SourcePack) -> String {
    let (taken, name) = (pack.editions(), pack.name());
    let of_amendment = |end: &str| {
        end.is_empty() || end.strip_prefix('_').is_some_and(|number| number.parse::<u32>().is_ok())
    };
    let stem = name
        .rsplit_once("_amended")
        .filter(|(_, end)| of_amendment(end))
        .map_or(name, |(stem, _)| stem);
    let base = format!("{stem}_amended");
    let numbered = (2..).map(|n| format!("{base}_{n}"));
    std::iter::once(base.clone())
        .chain(numbered)
        .find(|name| !taken.contains(&name.as_str()))
        .unwrap_or(base)
}

/// What says that rules amend this pack.
pub(crate) fn head(pack: &SourcePack, name: &str) -> String {
    let quoted = |text: &str| format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""));
    let label = pack.label();
    let chinese = quoted(&format!("{}（修訂）", label.zh));
    let english = label
        .en
        .as_ref()
        .map(|en| format!(" / {}", quoted(&format!("{en}, amended"))))
        .unwrap_or_default();
    format!("pack {name} {chinese}{english} amends {}\n", pack.name())
}
