//! The verdict of every tally on every record of its scope, with the reason and the clause.

use guiju::VerdictKind;

use super::Report;
use super::table::{Cell, Grid, Look};
use crate::words;

impl Report<'_> {
    /// Of one root, or of all.
    pub(crate) fn records(&self, only: Option<usize>) -> Grid {
        let schema = self.evaluation.pack().schema();
        let mut header = vec![
            self.pick("資料", "record"),
            self.pick("計數項", "tally"),
            self.pick("結果", "verdict"),
            self.pick("理由", "reason"),
            self.pick("依據", "clause"),
        ];
        if only.is_none() {
            header.insert(0, schema.root_entity().label.get(self.locale));
        }
        let mut grid = Grid::new(self.pick("逐筆結果", "Records"), &header);
        for root in only.map_or(0..self.evaluation.data().len(), |root| root..root + 1) {
            for record in self.evaluation.verdicts(root) {
                let verdict = match record.verdict {
                    VerdictKind::Counted => Look::Plain,
                    VerdictKind::Refused => Look::Bad,
                    VerdictKind::Undetermined => Look::Open,
                };
                let mut cells: Vec<Cell> = vec![
                    format!("{}/{}", schema.entities[record.entity].name, record.key).into(),
                    record.label.get(self.locale).into(),
                    verdict.on(words::verdict(record.verdict, self.locale)),
                    record
                        .reason
                        .as_ref()
                        .map(|reason| reason.get(self.locale))
                        .unwrap_or_default()
                        .into(),
                    super::clause(record.clause),
                ];
                if only.is_none() {
                    cells.insert(0, self.evaluation.data().root_key(root).into());
                }
                grid.row(cells);
            }
        }
        grid
    }
}
