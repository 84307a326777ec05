//! What a pack makes of a list of clauses: the rules that cite each, or why none does.

use guiju::{ClauseCoverage, CoverageState, Json, Locale};

use super::table::Grid;
use crate::words::{count, pick};

/// The table, and a line that counts.
pub(crate) fn text(coverage: &[ClauseCoverage<'_>], locale: Locale) -> String {
    let pick = |zh, en| pick(locale, zh, en);
    let header = [pick("條文", "clause"), pick("處理情形", "dealt with"), pick("規則或理由", "rules or reason")];
    let mut grid = Grid::new(pick("條文涵蓋情形", "Clauses"), &header);
    for clause in coverage {
        let (state, detail) = match &clause.state {
            CoverageState::Cited(_, places) => (pick("已引用", "cited"), places.join(" ")),
            CoverageState::Uncomputable(known) => {
                let reason = known.uncomputable.as_ref().map(|reason| reason.get(locale)).unwrap_or_default();
                (pick("無法計算", "not computable"), reason.to_owned())
            }
            CoverageState::Uncited(known) => (pick("沒有規則引用", "cited by no rule"), known.summary.get(locale).to_owned()),
            CoverageState::Unlisted => (pick("規則包沒有這一條", "not in the pack"), String::new()),
        };
        grid.row(vec![clause.id.clone(), state.to_owned(), detail]);
    }
    let open = coverage.iter().filter(|clause| !clause.is_covered()).count();
    let total = match locale {
        Locale::ZhTw => format!("{} 條條文，{open} 條沒有處理", coverage.len()),
        Locale::En => format!("{}, {open} not dealt with", count(coverage.len(), "clause", "clauses")),
    };
    format!("{}\n{total}", grid.text())
}

/// The same for programs: `state` is `cited`, `not_computable`, `uncited` or `unlisted`.
pub(crate) fn to_json(coverage: &[ClauseCoverage<'_>], json: &mut Json, locale: Locale) {
    json.list(|json| {
        for clause in coverage {
            json.object(|json| {
                json.key("clause").text(&clause.id);
                let state = match &clause.state {
                    CoverageState::Cited(_, places) => {
                        json.key("rules").list(|json| places.iter().for_each(|place| json.text(place)));
                        "cited"
                    }
                    CoverageState::Uncomputable(known) => {
                        json.key("reason").text_or_null(known.uncomputable.as_ref().map(|reason| reason.get(locale)));
                        "not_computable"
                    }
                    CoverageState::Uncited(_) => "uncited",
                    CoverageState::Unlisted => "unlisted",
                };
                json.key("state").text(state);
            });
        }
    });
}
