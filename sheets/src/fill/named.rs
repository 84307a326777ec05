//! Single values by name, for forms: what is known of a figure, and fields of a root.
//!
//! Not here: pages.

use guiju::{Exact, Limits, MONEY};

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

    /// The value of a name, with money in a unit, or in that of the sheet; `None` where there is no
    /// such value.
    pub(crate) fn value(&self, name: &str, unit: Option<&str>) -> Option<Cell> {
        let unit = match unit {
            None => None,
            Some(unit) => {
                let (sign, factor) = MONEY.iter().find(|(known, _)| *known == unit)?;
                Some(((*sign).to_owned(), Exact::from(*factor)))
            }
        };
        let filler =
            Filler { unit: unit.or_else(|| self.filler.unit.clone()), ..self.filler.clone() };
        let root = filler.filling.root;
        let figure = |name: &str| filler.kpis.find_id(|kpi| kpi.name == name);
        let split = || {
            let (name, suffix) = name.rsplit_once('.')?;
            let (_, shows) = Shows::NAMES.iter().find(|(known, _)| *known == suffix)?;
            Some((figure(name)?, *shows))
        };
        let found = figure(name).map(|kpi| (kpi, Shows::Achieved)).or_else(split);
        if let Some((kpi, shows)) = found {
            let programme = filler.kpis.get(kpi)?.programme;
            if shows == Shows::Window && (programme || filler.within.is_none()) {
                return None;
            }
            let root = if programme { None } else { Some(root?) };
            return Some(filler.shown(root, kpi, shows));
        }
        let schema = filler.filling.evaluation.pack().schema();
        let field = schema.root_entity().fields.iter().position(|field| field.name == name)?;
        Some(filler.field(schema.root, field, root?))
    }

    /// The name that is most like one that is none.
    pub(crate) fn nearest(&self, name: &str) -> Option<String> {
        let schema = self.filler.filling.evaluation.pack().schema();
        let kpis = self.filler.kpis.iter().map(|kpi| kpi.name);
        let fields = schema.root_entity().fields.iter().map(|field| field.name.as_str());
        guiju::nearest(name, kpis.chain(fields)).map(str::to_owned)
    }
}
