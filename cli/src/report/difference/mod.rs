//! What changed between two packs, as text ([`Difference::text`]) and a page ([`html`]).
//!
//! Nothing is computed here: rules and figures are compared, and differences divided among the
//! changes, by the engine. Not here: the JSON of it, which the engine writes.

pub(crate) mod html;

use guiju::{Change, DataDiff, Exact, FigureDiff, Locale, RuleDiff, Shares, Unit, VerdictSide};

use super::number::Amounts;
use super::table::Grid;
use crate::words;

const AMOUNTS: Amounts = Amounts::Exact;
/// Rows of one table of a long text.
const SHOWN: usize = 200;

/// What is shown.
pub(crate) struct Difference<'a> {
    pub(crate) rules: &'a RuleDiff,
    /// What two packs found on data, where there was some.
    pub(crate) data: Option<&'a DataDiff>,
    pub(crate) locale: Locale,
}

impl Difference<'_> {
    fn pick(&self, zh: &'static str, en: &'static str) -> &'static str {
        words::pick(self.locale, zh, en)
    }

    /// The rules clause by clause, then the figures.
    pub(crate) fn text(&self) -> String {
        let mut text = self.rules.to_text(self.locale);
        let Some(data) = self.data else { return text };
        text.push_str(&self.totals(data));
        text.push_str(&self.programme(data));
        text.push_str(&self.roots(data));
        text.push_str(&self.verdicts(data));
        text.push_str(&self.statuses(data));
        text.push_str(&format!("\n{}\n", self.note()));
        text
    }

    /// What a contribution is, in plain words.
    fn note(&self) -> &'static str {
        self.pick(
            "「影響」是每項變更自己的份量：單獨改它造成多少，加上與其他變更一起才產生的部分，由參與的變更平分。與套用的先後無關，合計必等於總差額。",
            "An effect is a change's own part: what it does alone, and an equal part of what it does only together with others. \
             No order of applying the changes matters, and the parts add up to the whole difference.",
        )
    }

    /// What a bundle of changes is called.
    fn bundle(&self, data: &DataDiff, bundle: usize) -> String {
        let numbers = data.comparison().bundles().get(bundle).into_iter().flatten();
        let changes: Vec<&Change> =
            numbers.filter_map(|number| self.rules.changes.get(*number)).collect();
        let titles: Vec<String> = changes.iter().map(|change| change.title(self.locale)).collect();
        let clause = changes.iter().find_map(|change| change.clauses.first());
        let first = clause.map(|clause| format!("@ {clause} ")).unwrap_or_default();
        format!("{first}{}", titles.join(self.pick("；", "; ")))
    }

    /// The parts of a difference as name and amount, with what was done only together last.
    fn effects(&self, data: &DataDiff, shares: &Shares) -> Vec<(String, Exact)> {
        let by =
            shares.by.iter().map(|(bundle, share)| (self.bundle(data, *bundle), share.clone()));
        let together = shares.together.iter().map(|share| {
            (self.pick("多項變更共同造成", "several changes together").to_owned(), share.clone())
        });
        by.chain(together).collect()
    }

    fn signed(value: &Exact, unit: &Unit) -> String {
        let shown = AMOUNTS.value(value, unit);
        if *value > Exact::ZERO { format!("+{shown}") } else { shown }
    }

    fn totals(&self, data: &DataDiff) -> String {
        let mut grid = Grid::new(
            self.pick("合計與各項變更的影響", "Totals, and the effect of each change"),
            &[
                self.pick("指標（各單位合計）", "KPI (sum over all)"),
                self.pick("變更前", "before"),
                self.pick("變更後", "after"),
                self.pick("差額", "difference"),
                self.pick("單位", "unit"),
                self.pick("有變動者", "changed"),
                self.pick("未定而不計", "left out"),
            ],
        );
        [1, 2, 3, 5, 6].into_iter().for_each(|column| grid.right(column));
        for total in data.totals() {
            let show = |value| AMOUNTS.value(value, total.unit);
            let difference = total
                .after
                .sub(&total.before)
                .map(|difference| Self::signed(&difference, total.unit))
                .unwrap_or_default();
            grid.row(vec![
                total.label.get(self.locale).to_owned(),
                show(&total.before),
                show(&total.after),
                difference,
                AMOUNTS.unit(total.unit),
                total.changed.to_string(),
                total.left_out.to_string(),
            ]);
            for (name, effect) in self.effects(data, &total.shares) {
                grid.row(vec![
                    format!("    {name}"),
                    String::new(),
                    String::new(),
                    Self::signed(&effect, total.unit),
                ]);
            }
        }
        grid.text()
    }

    fn programme(&self, data: &DataDiff) -> String {
        let figures = data.programme();
        self.figures(
            data,
            figures.iter().map(|figure| (None, figure)),
            self.pick("全計畫指標", "Figures of the programme"),
        )
    }

    fn roots(&self, data: &DataDiff) -> String {
        let figures: Vec<(String, FigureDiff<'_>)> = data
            .roots()
            .flat_map(|root| {
                data.figures(root)
                    .map(move |figure| (data.data().root_key(root).to_owned(), figure))
            })
            .collect();
        let title = self.pick("各單位", "Each one");
        self.figures(data, figures.iter().map(|(key, figure)| (Some(key.as_str()), figure)), title)
    }

    fn figures<'f>(
        &self,
        data: &DataDiff,
        figures: impl Iterator<Item = (Option<&'f str>, &'f FigureDiff<'f>)>,
        title: &str,
    ) -> String {
        let mut grid = Grid::new(
            title,
            &[
                self.pick("單位", "of"),
                self.pick("指標", "KPI"),
                self.pick("變更前", "before"),
                self.pick("變更後", "after"),
                self.pick("差額", "difference"),
            ],
        );
        [2, 3, 4].into_iter().for_each(|column| grid.right(column));
        let mut left = 0_usize;
        for (n, (key, figure)) in figures.enumerate() {
            if n >= SHOWN {
                left += 1;
                continue;
            }
            let show = |value| AMOUNTS.kpi_or_state(value, figure.unit, self.locale);
            grid.row(vec![
                key.unwrap_or_default().to_owned(),
                figure.label.get(self.locale).to_owned(),
                show(figure.before),
                show(figure.after),
                figure
                    .difference
                    .as_ref()
                    .map(|difference| Self::signed(difference, figure.unit))
                    .unwrap_or_default(),
            ]);
            for (name, effect) in
                figure.shares.map(|shares| self.effects(data, shares)).unwrap_or_default()
            {
                grid.row(vec![
                    String::new(),
                    format!("    {name}"),
                    String::new(),
                    String::new(),
                    Self::signed(&effect, figure.unit),
                ]);
            }
        }
        if left > 0 {
            grid.row(vec![String::new(), self.more(left)]);
        }
        grid.text()
    }

    fn more(&self, left: usize) -> String {
        match self.locale {
            Locale::ZhTw => format!("…另有 {left} 項（--alliance 或 --format json 可看全部）"),
            Locale::En => format!("… and {left} more (--alliance, or --format json, shows all)"),
        }
    }

    fn side(&self, side: &VerdictSide) -> String {
        let verdict = side.verdict.map_or(self.pick("不在範圍", "out of scope"), |verdict| {
            words::verdict(verdict, self.locale)
        });
        let reason = side
            .reason
            .as_ref()
            .map(|reason| format!(" {}", reason.get(self.locale)))
            .unwrap_or_default();
        let clause = side.clause.as_ref().map(|clause| format!(" @ {clause}")).unwrap_or_default();
        format!("{verdict}{reason}{clause}")
    }

    fn verdicts(&self, data: &DataDiff) -> String {
        let mut grid = Grid::new(
            self.pick("結果不同的資料", "Records judged otherwise"),
            &[
                self.pick("單位", "of"),
                self.pick("資料", "record"),
                self.pick("計數項", "tally"),
                self.pick("變更前", "before"),
                self.pick("變更後", "after"),
            ],
        );
        let changes =
            data.roots().flat_map(|root| data.verdicts(root).map(move |change| (root, change)));
        let mut left = 0_usize;
        for (n, (root, change)) in changes.enumerate() {
            if n >= SHOWN {
                left += 1;
                continue;
            }
            grid.row(vec![
                data.data().root_key(root).to_owned(),
                format!("{}/{}", change.entity, change.key),
                change.label.get(self.locale).to_owned(),
                self.side(&change.before),
                self.side(&change.after),
            ]);
        }
        if left > 0 {
            grid.row(vec![String::new(), self.more(left)]);
        }
        grid.text()
    }

    fn statuses(&self, data: &DataDiff) -> String {
        let mut grid = Grid::new(
            self.pick("義務狀態不同者", "Obligations with another status"),
            &[
                self.pick("單位", "of"),
                self.pick("義務", "obligation"),
                self.pick("變更前", "before"),
                self.pick("變更後", "after"),
            ],
        );
        let programme = data.programme_obligations().into_iter().map(|change| (None, change));
        let roots = data.roots().flat_map(|root| {
            data.obligations(root).into_iter().map(move |change| (Some(root), change))
        });
        let mut left = 0_usize;
        for (n, (root, change)) in programme.chain(roots).enumerate() {
            if n >= SHOWN {
                left += 1;
                continue;
            }
            let of =
                root.map_or(self.pick("全計畫", "programme"), |root| data.data().root_key(root));
            let kpi =
                change.kpi.map(|kpi| format!(" {}", kpi.get(self.locale))).unwrap_or_default();
            grid.row(vec![
                of.to_owned(),
                format!("{}{kpi}", change.label.get(self.locale)),
                words::status(change.before, self.locale).to_owned(),
                words::status(change.after, self.locale).to_owned(),
            ]);
        }
        if left > 0 {
            grid.row(vec![String::new(), self.more(left)]);
        }
        grid.text()
    }
}
