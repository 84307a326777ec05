//! Single values by name, for forms: what is known of a figure, and fields of a root; and why a
//! name has none.
//!
//! Not here: pages, and where forms have the names (`form`).

use guiju::{Code, Diagnostic, Exact, FieldKind, Limits, Localized, MONEY, Unit};

use super::{FillError, Filler, Filling};
use crate::layout::Shows;
use crate::page::Cell;

/// The values of one root, and of the programme, by name.
pub(crate) struct Named<'a> {
    filler: Filler<'a>,
}

impl<'a> Named<'a> {
    /// # Errors
    /// As of [`super::fill`].
    pub(crate) fn new(filling: &Filling<'a>, limits: &Limits) -> Result<Named<'a>, FillError> {
        Ok(Named { filler: Filler::new(filling, limits)? })
    }

    /// The value of a name, with money in a unit, or in that of the sheet.
    ///
    /// # Errors
    /// [`Code::FormName`] where there is no such value, [`Code::FormMark`] where it cannot be shown
    /// so.
    pub(crate) fn value(&self, name: &str, unit: Option<&str>) -> Result<Cell, Box<Diagnostic>> {
        let known = unit.map(|unit| money(name, unit)).transpose()?;
        let filler =
            Filler { unit: known.or_else(|| self.filler.unit.clone()), ..self.filler.clone() };
        let root = filler.filling.root;
        let figure = |name: &str| filler.kpis.find_id(|kpi| kpi.name == name);
        let split = || {
            let (name, suffix) = name.rsplit_once('.')?;
            let (_, shows) = Shows::NAMES.iter().find(|(known, _)| *known == suffix)?;
            Some((figure(name)?, *shows))
        };
        let found = figure(name).map(|kpi| (kpi, Shows::Achieved)).or_else(split);
        if let Some((id, shows)) = found
            && let Some(kpi) = filler.kpis.get(id)
        {
            if shows == Shows::Window {
                self.has_window(name, kpi.programme)?;
            }
            let shows_money = *kpi.unit == Unit::Money && shows != Shows::Attainment;
            if let Some(unit) = unit.filter(|_| !shows_money) {
                return Err(not_money(name, unit));
            }
            let root = if kpi.programme { None } else { root };
            return Ok(filler.shown(root, id, shows));
        }
        let schema = filler.filling.evaluation.pack().schema();
        let fields = &schema.root_entity().fields;
        match (fields.find_id(|field| field.name == name), root) {
            (Some(at), Some(root)) => {
                let kind = fields.get(at).map(|field| &field.kind);
                let is_money = matches!(kind, Some(FieldKind::Money | FieldKind::SignedMoney));
                match unit.filter(|_| !is_money) {
                    Some(unit) => Err(not_money(name, unit)),
                    None => Ok(filler.field(schema.root, at, root)),
                }
            }
            _ => Err(self.unknown(name)),
        }
    }

    /// Whether the figures of a window are there.
    fn has_window(&self, name: &str, is_of_programme: bool) -> Result<(), Box<Diagnostic>> {
        if is_of_programme {
            return Err(mark(
                name,
                ["整體計畫的指標不分填報期間", "figures of the programme have no windows"],
                &Localized::new("請拿掉 `.window`", "leave out `.window`"),
            ));
        }
        if self.filler.within.is_some() {
            return Ok(());
        }
        let names = self.filler.filling.layout.window_names();
        let way_out = if names.is_empty() {
            Localized::new(
                "規則包沒有說明任何期間：請拿掉 `.window`",
                "the pack describes no windows: leave out `.window`",
            )
        } else {
            let names = guiju::listed(names.into_iter());
            Localized::new(
                format!("請以 `--window` 指定期間：{}", names.zh),
                format!("name one with `--window`: {}", names.get(guiju::Locale::En)),
            )
        };
        let why = ["沒有指定是哪一個填報期間", "no window is named that it is of"];
        Err(mark(name, why, &way_out))
    }

    /// That there is no such name, with those that there are.
    fn unknown(&self, name: &str) -> Box<Diagnostic> {
        let schema = self.filler.filling.evaluation.pack().schema();
        let kpis = self.filler.kpis.iter().map(|kpi| kpi.name);
        let fields = schema.root_entity().fields.iter().map(|field| field.name.as_str());
        let plain: Vec<&str> = kpis.chain(fields).collect();
        let more: Vec<String> = self
            .filler
            .kpis
            .iter()
            .flat_map(|kpi| {
                let of_kpi = Shows::NAMES.iter().filter(|(_, shows)| {
                    *shows != Shows::Window || !kpi.programme && self.filler.within.is_some()
                });
                of_kpi.map(|(suffix, _)| format!("{}.{suffix}", kpi.name))
            })
            .collect();
        let all = plain.iter().copied().chain(more.iter().map(String::as_str));
        let found = Diagnostic::new(Code::FormName)
            .arg(name)
            .word(guiju::listed(plain.iter().copied()))
            .suggest(guiju::nearest(name, all));
        Box::new(found)
    }
}

/// A unit of money, and how many 元 it is.
fn money(name: &str, unit: &str) -> Result<(String, Exact), Box<Diagnostic>> {
    if let Some((sign, factor)) = MONEY.iter().find(|(known, _)| *known == unit) {
        return Ok(((*sign).to_owned(), Exact::from(*factor)));
    }
    let units = || MONEY.iter().map(|(unit, _)| *unit);
    let shown = guiju::printable(unit);
    let why =
        Localized::new(format!("`{shown}` 不是金額單位"), format!("`{shown}` is no unit of money"));
    let known = guiju::listed(units());
    let way_out = Localized::new(
        format!("名稱之後可以寫的單位：{}", known.zh),
        format!("the units that may follow the name are {}", known.get(guiju::Locale::En)),
    );
    let meant = guiju::nearest(unit, units()).map(|unit| format!("{name} {unit}"));
    Err(Box::new(mark_of(&format!("{name} {unit}"), why, &way_out).suggest(meant.as_deref())))
}

fn not_money(name: &str, unit: &str) -> Box<Diagnostic> {
    mark(
        &format!("{name} {unit}"),
        ["它不是金額，沒有金額單位", "it is no money, and has no unit of it"],
        &Localized::new(format!("請只寫 `{name}`"), format!("write `{name}` alone")),
    )
}

/// What is wrong with a mark, or with the name of a cell, and the way out.
pub(crate) fn mark(written: &str, [zh, en]: [&str; 2], way_out: &Localized) -> Box<Diagnostic> {
    Box::new(mark_of(written, Localized::new(zh, en), way_out))
}

fn mark_of(written: &str, why: Localized, way_out: &Localized) -> Diagnostic {
    Diagnostic::new(Code::FormMark).arg(written).word(why).word(way_out.clone())
}
