//! What a pack makes of a list of clauses: the rules that cite each and whether tests would miss
//! them, or why none does.

use std::collections::HashSet;

use guiju::{ClauseCoverage, CoverageState, Fate, Json, Limits, Locale, MutantOptions, SourcePack};

use super::table::Grid;
use crate::words::{count, pick};

/// The clauses that a test would miss: one fails where a rule that rests on the clause is changed
/// or gone.
pub(crate) struct Tested(HashSet<String>);

impl Tested {
    /// Changes the rules one at a time; `None` where tests fail as it is, so that nothing can be
    /// told.
    pub(crate) fn of(pack: &SourcePack, limits: &Limits) -> Option<Tested> {
        let options = MutantOptions { propose: false, inherited: true };
        let changes = pack.mutants(options, limits, &mut |_, _| ()).ok()?;
        let noticed = changes
            .list
            .into_iter()
            .filter(|mutant| matches!(mutant.fate, Fate::Noticed(_)))
            .flat_map(|mutant| mutant.clauses);
        let expected = pack.run_tests(limits).into_iter().flat_map(|result| result.clauses);
        Some(Tested(noticed.chain(expected).map(|clause| id(&clause).to_owned()).collect()))
    }

    fn has(&self, clause: &str) -> bool {
        self.0.contains(id(clause))
    }
}

/// A clause without its document: rules may name it or not.
fn id(clause: &str) -> &str {
    clause.split_once(':').map_or(clause, |(_, id)| id)
}

/// The table, and a line that counts.
pub(crate) fn text(
    coverage: &[ClauseCoverage<'_>],
    tested: Option<&Tested>,
    locale: Locale,
) -> String {
    let pick = |zh, en| pick(locale, zh, en);
    let header = [
        pick("條文", "clause"),
        pick("處理情形", "dealt with"),
        pick("規則或理由", "rules or reason"),
    ];
    let mut grid = Grid::new(pick("條文涵蓋情形", "Clauses"), &header);
    for clause in coverage {
        let (state, detail) = match &clause.state {
            CoverageState::Cited(_, places)
                if tested.is_some_and(|tested| !tested.has(&clause.id)) =>
            {
                (
                    pick(
                        "已引用，但拿掉這些規則也沒有測試會發現",
                        "cited, but no test would notice if these rules were gone",
                    ),
                    places.join(" "),
                )
            }
            CoverageState::Cited(_, places) => (pick("已引用", "cited"), places.join(" ")),
            CoverageState::Uncomputable(known) => {
                let reason = known
                    .uncomputable
                    .as_ref()
                    .map(|reason| reason.get(locale))
                    .unwrap_or_default();
                (pick("無法計算", "not computable"), reason.to_owned())
            }
            CoverageState::Uncited(known) => {
                (pick("沒有規則引用", "cited by no rule"), known.summary.get(locale).to_owned())
            }
            CoverageState::Unlisted => (pick("規則包沒有這一條", "not in the pack"), String::new()),
        };
        grid.row(vec![clause.id.clone(), state.to_owned(), detail]);
    }
    let open = coverage.iter().filter(|clause| !clause.is_covered()).count();
    let total = match locale {
        Locale::ZhTw => format!("{} 條條文，{open} 條沒有處理", coverage.len()),
        Locale::En => {
            format!("{}, {open} not dealt with", count(coverage.len(), "clause", "clauses"))
        }
    };
    format!("{}\n{total}", grid.text())
}

/// The same for programs: `state` is `cited`, `not_computable`, `uncited` or `unlisted`; of a
/// clause that is cited, `tested` says whether a test would notice if its rules were gone.
pub(crate) fn to_json(
    coverage: &[ClauseCoverage<'_>],
    tested: Option<&Tested>,
    json: &mut Json,
    locale: Locale,
) {
    json.list(|json| {
        for clause in coverage {
            json.object(|json| {
                json.key("clause").text(&clause.id);
                let state = match &clause.state {
                    CoverageState::Cited(_, places) => {
                        json.key("rules")
                            .list(|json| places.iter().for_each(|place| json.text(place)));
                        "cited"
                    }
                    CoverageState::Uncomputable(known) => {
                        json.key("reason").text_or_null(
                            known.uncomputable.as_ref().map(|reason| reason.get(locale)),
                        );
                        "not_computable"
                    }
                    CoverageState::Uncited(_) => "uncited",
                    CoverageState::Unlisted => "unlisted",
                };
                json.key("state").text(state);
                if let (CoverageState::Cited(..), Some(tested)) = (&clause.state, tested) {
                    json.key("tested").bool(tested.has(&clause.id));
                }
            });
        }
    });
}
