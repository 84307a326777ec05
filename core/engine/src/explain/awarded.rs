//! What would have to change for an award to count a record that a rule asks about, and what the
//! award made of it. Not here: explanations of awards themselves (`whole`).

use super::Explainer;
use crate::eval::reference::expr::Subject;
use crate::output::Place;
use guiju_model::index::FieldId;
use guiju_model::standing::Decision;
use guiju_model::text::{Locale, Localized};

impl Explainer<'_> {
    pub(super) fn awarded(
        &self,
        via: Option<FieldId>,
        award: usize,
        wanted: bool,
        subject: Subject<'_>,
    ) -> Localized {
        let label = self.rules.awards.get(award).map(|award| award.label.clone());
        let (label, who) = (label.unwrap_or_default(), self.who(via, subject));
        let (zh, en) = if wanted {
            ("須計入", "must be counted in")
        } else {
            ("不得計入", "must not be counted in")
        };
        let row = match subject {
            Subject::Root { root, .. } => Some(root),
            _ => self.counterpart_row(via, subject),
        };
        let place = row.and_then(|row| Place::of(self.pack, self.data, self.outcome, award, row));
        let (now_zh, now_en) = match place {
            Some(place) => {
                let (zh, en) = match place.standing.decision {
                    Decision::Counted => ("計入", "counted"),
                    Decision::Refused => ("不計入", "refused"),
                    Decision::Undetermined => ("尚不能確定", "undetermined"),
                };
                let why = place.reason();
                (
                    format!("（目前：{zh}，{}）", why.zh),
                    format!(" (now: {en}, {})", why.get(Locale::En)),
                )
            }
            None => Default::default(),
        };
        Localized::new(
            format!("「{}」{zh}「{}」{now_zh}", who.zh, label.zh),
            format!("`{}` {en} \"{}\"{now_en}", who.get(Locale::En), label.get(Locale::En)),
        )
    }
}
