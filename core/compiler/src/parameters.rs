//! A pack with other values for its named constants: what would be if a share or a deadline were
//! another.
//!
//! The value takes the place of the one that `let` gives, before anything is checked: it may be any
//! constant of the same kind, and whatever depends on it follows. Not here: new rules, for which a
//! pack amends another.

use crate::check::{self, amend, amend::Amended};
use crate::pipeline::{PackError, Parsed};
use crate::source_pack::SourcePack;
use crate::syntax;
use crate::syntax::ast::{Item, ItemKind, Let};
use guiju_model::diagnostic::{Code, Diagnostic, Findings};
use guiju_model::limits::Limits;
use guiju_model::source::{Source, SourceId, Span};
use guiju_model::text::nearest;

impl SourcePack {
    /// The pack with values in the place of those of its constants, each written as in rules.
    ///
    /// # Errors
    /// Every problem: a name that is no constant, a value that is none or of another kind, and
    /// rules that do not hold with it.
    ///
    /// ```
    /// use guiju::{KpiValue, Limits, Parsed, Source};
    /// let rules = "pack shops\nsource g { 1 }\nentity shop { key id: text  fee: money }\nlet share = 30% @ 1\nkpi due = fee * share @ 1";
    /// let limits = Limits::default();
    /// let pack = Parsed::parse(vec![Source::new("shops.guiju", rules)], &limits).check().into_pack()?;
    /// let data = pack.read_json(r#"{"shops": [{"id": "S1", "fee": 100}]}"#, None, &limits).expect("sound data");
    /// // The data need not be read again.
    /// let half = pack.with_parameters(&[("share", "50%")], &limits)?;
    /// let outcome = half.evaluate(&data, &limits).expect("within limits");
    /// assert_eq!(outcome.roots[0].kpis[guiju::KpiId::new(0)], KpiValue::Known(50.into()));
    /// assert!(pack.with_parameters(&[("share", "5 元")], &limits).is_err());
    /// # Ok::<(), guiju::PackError>(())
    /// ```
    pub fn with_parameters(
        &self,
        values: &[(&str, &str)],
        limits: &Limits,
    ) -> Result<SourcePack, PackError> {
        self.variations(limits).with(values)
    }

    /// The pack for many values of its constants: its files are read once, and only checked again
    /// with each of them.
    pub fn variations(&self, limits: &Limits) -> Variations<'_> {
        let Parsed { sources, editions, .. } = self.parsed_again(limits);
        let names = editions
            .iter()
            .map(|edition| (edition.name.clone(), edition.sources.clone()))
            .collect();
        // What is odd about the rules was said when they were first read.
        let amended = amend::amend(editions, &sources, &mut Findings::new(0));
        Variations { pack: self, limits: limits.clone(), sources, names, amended }
    }

    /// The constants that were given other values, as name and value.
    pub fn parameters(&self) -> Vec<(&str, &str)> {
        self.given_constants().map(|(_, name, value)| (name, value)).collect()
    }

    /// The same with the number of the file that each stands in.
    pub fn given_constants(&self) -> impl Iterator<Item = (usize, &str, &str)> {
        self.rules.sources.iter().enumerate().filter_map(|(at, source)| {
            let (name, value) = source.parameter()?;
            Some((at, name, value))
        })
    }

    /// The pack's own files, read anew.
    pub(crate) fn parsed_again(&self, limits: &Limits) -> Parsed {
        let files = |sources: &[SourceId]| {
            let of = |id: &SourceId| self.rules.sources.get(id.0 as usize).cloned();
            sources
                .iter()
                .filter_map(of)
                .filter(|source| source.parameter().is_none())
                .collect::<Vec<_>>()
        };
        let editions = &self.rules.editions;
        let library = |base: &str| {
            editions.iter().find(|(name, _)| name == base).map(|(_, sources)| files(sources))
        };
        let newest = editions.last().map(|(_, sources)| files(sources)).unwrap_or_default();
        Parsed::parse_with(newest, limits, &library)
    }

    /// What is wrong with a constant that has become of another kind.
    fn other_kind(
        &self,
        changed: &SourcePack,
        name: &str,
        sources: &[Source],
    ) -> Option<Diagnostic> {
        let of = |pack: &SourcePack| {
            pack.rules
                .constants
                .iter()
                .find(|constant| constant.name == name)
                .map(|constant| constant.ty.clone())
        };
        let (old, new) = (of(self)?, of(changed)?);
        if old == new {
            return None;
        }
        let id = sources
            .iter()
            .position(|source| source.parameter().is_some_and(|(given, _)| given == name))?;
        let end = sources.get(id)?.text().trim_end().len() as u32;
        let span = Span { source: SourceId(id as u32), start: value_starts(name), end };
        Some(Diagnostic::new(Code::TypeMismatch).word(old.describe()).word(new.describe()).at(span))
    }
}

/// A pack on its way to other values of its constants. See [`SourcePack::variations`].
pub struct Variations<'p> {
    pack: &'p SourcePack,
    limits: Limits,
    sources: Vec<Source>,
    names: Vec<(String, Vec<SourceId>)>,
    amended: Amended,
}

impl Variations<'_> {
    /// The pack with values in the place of those of its constants, beside those it had already.
    ///
    /// # Errors
    /// As [`SourcePack::with_parameters`].
    pub fn with(&self, values: &[(&str, &str)]) -> Result<SourcePack, PackError> {
        let pack = match self.checked(values) {
            Some(pack) => pack,
            // An error is told best where the editions still stand one by one.
            None => self.told(values)?,
        };
        let sources = pack.sources().to_vec();
        let changed: Vec<Diagnostic> = values
            .iter()
            .filter_map(|(name, _)| self.pack.other_kind(&pack, name, &sources))
            .collect();
        if changed.is_empty() { Ok(pack) } else { Err(PackError { sources, diagnostics: changed }) }
    }

    /// The values that hold: those given now, and before them those given earlier for other
    /// constants.
    fn all<'v>(
        &'v self,
        values: &'v [(&'v str, &'v str)],
    ) -> impl Iterator<Item = (&'v str, &'v str)> {
        let earlier = self
            .pack
            .parameters()
            .into_iter()
            .filter(|(name, _)| !values.iter().any(|(other, _)| other == name));
        earlier.chain(values.iter().copied())
    }

    /// The pack, where nothing is wrong with it.
    fn checked(&self, values: &[(&str, &str)]) -> Option<SourcePack> {
        let mut amended = self.amended.clone();
        let mut sources = self.sources.clone();
        let mut findings = Findings::new(self.limits.diagnostics);
        for (name, text) in self.all(values) {
            replace_constant(
                &mut amended.items.iter_mut().collect::<Vec<_>>(),
                &mut sources,
                &mut findings,
                name,
                text,
                &self.limits,
            );
        }
        if findings.has_errors() {
            return None;
        }
        let checked =
            check::rules(amended, sources, self.names.clone(), &self.limits, &mut findings);
        checked.into_pack(&self.limits)
    }

    /// The same with every edition read again, for what is to be said of errors.
    fn told(&self, values: &[(&str, &str)]) -> Result<SourcePack, PackError> {
        let mut parsed = self.pack.parsed_again(&self.limits);
        for (name, text) in self.all(values) {
            let Parsed { sources, editions, findings, .. } = &mut parsed;
            let mut items: Vec<&mut Item> =
                editions.iter_mut().flat_map(|edition| &mut edition.items).collect();
            replace_constant(&mut items, sources, findings, name, text, &self.limits);
        }
        if parsed.findings.has_errors() {
            return Err(PackError {
                sources: parsed.sources,
                diagnostics: parsed.findings.finish(),
            });
        }
        parsed.check().into_pack().map_err(|error| blamed(error, values))
    }
}

/// Gives a constant of some items, the newest last, another value; its text becomes a file of its
/// own.
fn replace_constant(
    among: &mut [&mut Item],
    sources: &mut Vec<Source>,
    findings: &mut Findings,
    name: &str,
    text: &str,
    limits: &Limits,
) {
    let id = SourceId(sources.len() as u32);
    let source = Source::of_parameter(name, text);
    let items = syntax::parse(&source, id, false, limits, findings);
    sources.push(source);
    let span =
        Span { source: id, start: value_starts(""), end: value_starts(name).saturating_sub(3) };
    let known = || among.iter().filter_map(|item| constant(item));
    if !known().any(|known| known.name.node == name) {
        let nearest =
            nearest(name, known().map(|known| known.name.node.as_str())).map(str::to_owned);
        findings.push(
            Diagnostic::new(Code::UnknownName).arg(name).at(span).suggest(nearest.as_deref()),
        );
        return;
    }
    let value = match items.as_slice() {
        [
            Item {
                kind:
                    ItemKind::Let(Let {
                        owner: None,
                        name: read,
                        label: None,
                        value,
                        message: None,
                        ground: None,
                    }),
                ..
            },
        ] if read.node == name => value.clone(),
        _ => {
            // Where the text is no value at all, the parser has said so.
            if !findings.has_errors() {
                findings.push(Diagnostic::new(Code::ConstantNeeded).at(span));
            }
            return;
        }
    };
    let own = among
        .iter_mut()
        .rev()
        .filter_map(
            |item| if let ItemKind::Let(found) = &mut item.kind { Some(found) } else { None },
        )
        .filter(|found| found.owner.is_none());
    if let Some(found) = own.into_iter().find(|found| found.name.node == name) {
        found.value = value;
    }
}

/// Says under which values rules do not hold, where an error is in these.
fn blamed(mut error: PackError, values: &[(&str, &str)]) -> PackError {
    let PackError { sources, diagnostics } = &mut error;
    let with: Vec<String> = values
        .iter()
        .map(|(name, value)| format!("{name} = {}", guiju_model::text::show(value)))
        .collect();
    let with = with.join(", ");
    for diagnostic in diagnostics {
        let place =
            diagnostic.labels.first().and_then(|label| sources.get(label.span.source.0 as usize));
        if place.is_some_and(|source| source.parameter().is_none()) {
            let said = std::mem::replace(diagnostic, Diagnostic::new(diagnostic.code));
            *diagnostic = said.note(format!("改成 `{with}` 之後"), format!("with `{with}`"));
        }
    }
    error
}

fn constant(item: &Item) -> Option<&Let> {
    if let ItemKind::Let(found) = &item.kind {
        Some(found).filter(|found| found.owner.is_none())
    } else {
        None
    }
}

/// Where the value begins in its text; for no name, where the name does.
fn value_starts(name: &str) -> u32 {
    let head = if name.is_empty() { "let ".len() } else { format!("let {name} = ").len() };
    head as u32
}
