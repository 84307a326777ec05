//! A result as a page to put before a committee: the programme, every root with its figures and
//! obligations, and on request every record.
//!
//! The tables are those of the text form; one root alone is shown in full, with the account of
//! every figure. Each root is written before the next is looked at. Not here: how anything is drawn
//! (`page`, `chart`).

use std::collections::BTreeMap;
use std::io::{self, Write};

use guiju::{Locale, ObligationOutcome, Question, Status, VerdictKind};

use super::{attribute, begin, captioned, chart, contents, end, escape, heading, table};
use crate::report::number::Amounts;
use crate::report::table::{Cell, Grid, Look};
use crate::report::{Report, Wanted, years};
use crate::words;

/// The page of one year or of several in the order of time.
pub(crate) fn write(out: &mut impl Write, reports: &[Report<'_>], records: bool) -> io::Result<()> {
    let Some(last) = reports.last() else { return Ok(()) };
    let title = match last.only() {
        Some(root) => format!("{}{}{}", last.root_title(root), last.pick("：", ": "), last.label()),
        None => last.label().to_owned(),
    };
    begin(out, &title, last.locale)?;
    let clauses = last.pick("引用的條文", "Clauses cited");
    if let [report] = reports {
        report.facts(out)?;
        let mut parts = report.parts();
        parts.push(("clauses", clauses));
        contents(out, &parts, last.locale)?;
        report.body(out, 2, records)?;
    } else {
        let years: Vec<String> = reports.iter().map(Report::year).collect();
        let mut parts: Vec<(&str, &str)> = reports
            .iter()
            .zip(&years)
            .map(|(report, year)| (report.evaluation.pack().name(), year.as_str()))
            .collect();
        let comparison = last.pick("逐年比較", "Year by year");
        parts.extend([("years", comparison), ("clauses", clauses)]);
        contents(out, &parts, last.locale)?;
        for (report, year) in reports.iter().zip(&years) {
            heading(out, 2, report.evaluation.pack().name(), year)?;
            report.facts(out)?;
            report.body(out, 3, records)?;
        }
        heading(out, 2, "years", comparison)?;
        years::comparisons(reports).iter().try_for_each(|grid| table(out, grid, 3, None))?;
    }
    heading(out, 2, "clauses", clauses)?;
    cited(out, reports)?;
    end(out)
}

/// Every clause that rules cite, with what it says, where the links lead.
fn cited(out: &mut impl Write, reports: &[Report<'_>]) -> io::Result<()> {
    let mut clauses = BTreeMap::new();
    for report in reports {
        for document in report.evaluation.pack().documents() {
            for clause in document.clauses.iter().filter(|clause| !clause.cited.is_empty()) {
                clauses.insert(
                    format!("{}:{}", document.name, clause.id),
                    clause.summary.get(report.locale),
                );
            }
        }
    }
    writeln!(out, "<dl>")?;
    for (id, summary) in &clauses {
        writeln!(
            out,
            "<dt id=\"{}\">{}</dt><dd>{}</dd>",
            attribute(id),
            escape(id),
            escape(summary)
        )?;
    }
    writeln!(out, "</dl>")
}

impl Report<'_> {
    /// By what was judged, and what.
    fn facts(&self, out: &mut impl Write) -> io::Result<()> {
        let documents: Vec<&str> = self
            .evaluation
            .pack()
            .documents()
            .iter()
            .map(|document| document.label.get(self.locale))
            .collect();
        let editions = &self.evaluation.pack().provenance().editions;
        let editions: Vec<String> =
            editions.iter().map(|(name, digest)| format!("{name} {}", brief(digest))).collect();
        let data = self.evaluation.data().digest();
        let facts = [
            (self.pick("規則包", "rules"), editions.join(" → ")),
            (self.pick("期間", "period"), self.period().unwrap_or_default()),
            (self.pick("依據文件", "documents"), documents.join(self.pick("；", "; "))),
            (
                self.pick("資料", "data"),
                format!("{} ({}) {}", self.amount_of_data(), self.source, brief(&data)),
            ),
            (self.pick("引擎", "engine"), format!("guiju {}", env!("CARGO_PKG_VERSION"))),
        ];
        write!(out, "<dl>")?;
        for (name, fact) in facts.iter().filter(|(_, fact)| !fact.is_empty()) {
            write!(out, "<dt>{name}</dt><dd>{}</dd>", escape(fact))?;
        }
        writeln!(out, "</dl>")
    }

    /// The parts that a page of this year alone has, by id and heading.
    fn parts(&self) -> Vec<(&'static str, &'static str)> {
        if self.wanted == Wanted::Absent || self.only().is_some() {
            return Vec::new();
        }
        let pick = |zh, en| words::pick(self.locale, zh, en);
        let mut parts = vec![
            ("programme", pick("全計畫", "Programme")),
            ("obligations", pick("義務達成情形", "Obligations in all")),
            ("roots", pick("一覽", "Overview")),
            ("each", pick("逐一明細", "One by one")),
        ];
        if self.evaluation.roots.iter().all(|root| root.obligations.is_empty()) {
            parts.retain(|(id, _)| *id != "obligations");
        }
        parts
    }

    /// The heading of a part; among several years it has no place of its own.
    fn part(&self, out: &mut impl Write, level: u8, id: &str) -> io::Result<()> {
        match self.parts().iter().find(|(part, _)| *part == id) {
            Some((id, text)) if level == 2 => heading(out, level, id, text),
            Some((_, text)) => writeln!(out, "<h{level}>{text}</h{level}>"),
            None => Ok(()),
        }
    }

    fn body(&self, out: &mut impl Write, level: u8, records: bool) -> io::Result<()> {
        match (self.wanted, self.only()) {
            (Wanted::Absent, _) => writeln!(out, "<p>{}</p>", escape(&self.absent())),
            (_, Some(root)) => {
                self.root(out, root, level)?;
                if records {
                    self.each_record(out, root, level)?;
                }
                self.accounts(out, root, level)
            }
            (_, None) => self.all(out, level, records),
        }
    }

    /// The programme, then every root.
    fn all(&self, out: &mut impl Write, level: u8, records: bool) -> io::Result<()> {
        self.part(out, level, "programme")?;
        writeln!(out, "<p class=\"quiet\">{}</p>", self.rounding())?;
        for grouping in &self.evaluation.groups {
            chart::write(out, self, grouping)?;
            table(out, &self.grouping(grouping), level + 1, None)?;
        }
        table(out, &self.programme(), level + 1, None)?;
        self.awards().iter().try_for_each(|grid| table(out, grid, level + 1, None))?;
        table(out, &self.obligations_of_programme(), level + 1, None)?;
        table(out, &self.all_needs(), level + 1, None)?;
        self.part(out, level, "obligations")?;
        table(out, &self.statuses(), level + 1, None)?;
        self.part(out, level, "roots")?;
        table(out, &self.roots(), level + 1, Some(&self.overview_id()))?;
        writeln!(out, "<section class=\"roots\">")?;
        self.part(out, level, "each")?;
        let hint = self.pick(
            "點選展開；列印時只印已展開者。",
            "Click to unfold; only what is unfolded is printed.",
        );
        writeln!(out, "<p class=\"quiet screen\">{hint}</p>")?;
        for root in self.roots_wanted() {
            let tags = self.tags(&self.evaluation.roots[root].obligations);
            let (title, id) = (escape(&self.root_title(root)), attribute(&self.anchor(root)));
            writeln!(
                out,
                "<details class=\"root\"><summary><h{0}>{title}</h{0}>{tags}</summary><div id=\"{id}\">",
                level + 1
            )?;
            self.root(out, root, level + 2)?;
            if records {
                self.each_record(out, root, level + 2)?;
            }
            let (id, back) = (self.overview_id(), self.pick("↑ 回一覽", "↑ overview"));
            writeln!(
                out,
                "<p class=\"screen\"><a href=\"#{}\">{back}</a></p></div></details>",
                attribute(&id)
            )?;
        }
        writeln!(out, "</section>")
    }

    fn overview_id(&self) -> String {
        format!("{}.0", self.evaluation.pack().name())
    }

    /// How many obligations are not met or open.
    fn tags(&self, obligations: &[ObligationOutcome]) -> String {
        let tag = |class, status| {
            let found = obligations.iter().filter(|outcome| outcome.status == status).count();
            let words = words::status(status, self.locale);
            if found == 0 {
                String::new()
            } else {
                format!("<span class=\"tag {class}\">{words} {found}</span>")
            }
        };
        tag("bad", Status::NotMet) + &tag("open", Status::Undetermined)
    }

    /// One root: its figures, obligations and issues, and what is missing.
    fn root(&self, out: &mut impl Write, root: usize, level: u8) -> io::Result<()> {
        let found = &self.evaluation.roots[root];
        table(
            out,
            &self.obligations(self.pick("義務", "Obligations"), &found.obligations, Amounts::Exact),
            level,
            None,
        )?;
        table(out, &self.kpis(root), level, None)?;
        table(out, &self.waiting(root), level, None)?;
        table(out, &self.issues(&found.issues), level, None)
    }

    /// What is missing of a root, and what it leaves open.
    fn waiting(&self, root: usize) -> Grid {
        let header = [
            self.pick("資料", "record"),
            self.pick("尚缺欄位", "missing field"),
            self.pick("因此待定者", "leaves open"),
        ];
        let mut grid = Grid::new(self.pick("待補資料", "Missing data"), &header);
        let (missing, more) = self.leaves_open(root);
        for (need, open) in missing {
            let needed = self.evaluation.needed(&need);
            grid.row(vec![
                needed.record,
                needed.field.get(self.locale).to_owned(),
                open.join(self.pick("、", ", ")),
            ]);
        }
        grid.row_of_more(more, self.locale);
        grid
    }

    /// Every record, those that are refused first.
    fn each_record(&self, out: &mut impl Write, root: usize, level: u8) -> io::Result<()> {
        let kinds = [VerdictKind::Refused, VerdictKind::Undetermined, VerdictKind::Counted];
        let verdicts: Vec<VerdictKind> =
            self.evaluation.verdicts(root).map(|record| record.verdict).collect();
        let number = |kind| verdicts.iter().filter(|verdict| **verdict == kind).count();
        let counts =
            kinds.map(|kind| format!("{} {}", words::verdict(kind, self.locale), number(kind)));
        let mut grid = self.records(Some(root));
        let rank = |row: &[Cell]| match row.get(2).map(|cell| &cell.look) {
            Some(Look::Bad) => 0,
            Some(Look::Open) => 1,
            _ => 2,
        };
        grid.rows.sort_by_key(|row| rank(row));
        if grid.rows.is_empty() {
            return Ok(());
        }
        let (title, counts) = (escape(&grid.title), counts.join(self.pick("、", ", ")));
        let open = if self.only().is_some() { " open" } else { "" };
        writeln!(
            out,
            "<details{open}><summary><h{level}>{title}</h{level}> <span class=\"quiet\">{counts}</span></summary>"
        )?;
        let order =
            self.pick("不計入者在前，待定者次之", "the refused first, then the undetermined");
        captioned(out, &grid, &format!("<span class=\"quiet\">{order}</span>"))?;
        writeln!(out, "</details>")
    }

    /// In how many roots each obligation is met.
    fn statuses(&self) -> Grid {
        let [met, open, not_met, none] =
            [Status::Met, Status::Undetermined, Status::NotMet, Status::NotApplicable]
                .map(|status| words::status(status, self.locale));
        let header = [
            self.pick("義務", "obligation"),
            met,
            open,
            not_met,
            none,
            self.pick("分布", "shares"),
            self.pick("依據", "clause"),
        ];
        let root = self.evaluation.pack().schema().root_entity().label.get(self.locale);
        let title = match self.locale {
            Locale::ZhTw => format!("各項義務達成的{root}數"),
            Locale::En => format!("Obligations by number of {root}"),
        };
        let mut grid = Grid::new(title, &header);
        (1..=4).for_each(|column| grid.right(column));
        let mut found = BTreeMap::new();
        for outcome in self.evaluation.roots.iter().flat_map(|root| &root.obligations) {
            let (_, numbers) =
                found.entry((outcome.obligation, outcome.kpi)).or_insert((outcome, [0_usize; 4]));
            numbers[match outcome.status {
                Status::Met => 0,
                Status::Undetermined => 1,
                Status::NotMet => 2,
                Status::NotApplicable => 3,
            }] += 1;
        }
        for (outcome, [met, open, not_met, none]) in found.into_values() {
            let mut row = vec![self.obligation_label(outcome).into()];
            row.extend([met, open, not_met, none].map(|number| number.to_string().into()));
            row.extend([
                Look::Stack([met, open, not_met]).on(""),
                crate::report::clause(self.evaluation.pack().obligation(outcome).clause),
            ]);
            grid.row(row);
        }
        grid
    }

    /// The account of every figure and obligation of a root: what it is made of, rule by rule.
    fn accounts(&self, out: &mut impl Write, root: usize, level: u8) -> io::Result<()> {
        let found = &self.evaluation.roots[root];
        let kpis =
            self.kpis.iter().take(found.kpis.len()).map(|kpi| Question::Kpi(kpi.name.to_owned()));
        let obligations = found
            .obligations
            .iter()
            .map(|outcome| Question::Obligation(self.evaluation.pack().obligation(outcome).id));
        writeln!(out, "<h{level}>{}</h{level}>", self.pick("逐項說明", "Item by item"))?;
        let questions: Vec<Question> = kpis.chain(obligations).collect();
        for explained in self.evaluation.explain_each(root, questions, self.limits) {
            let text = explained.map_or_else(
                |error| error.message(self.locale),
                |explanation| explanation.to_text(self.locale),
            );
            let (about, account) = text.split_once('\n').unwrap_or((&text, ""));
            let account: Vec<String> = account.lines().map(escape).collect();
            writeln!(
                out,
                "<details><summary>{}</summary><pre>{}</pre></details>",
                escape(about),
                account.join("\n")
            )?;
        }
        Ok(())
    }
}

/// The first digits of a digest, enough to tell apart what people compare.
fn brief(digest: &str) -> String {
    format!("[SHA-256 {}…]", digest.get(..12).unwrap_or(digest))
}
