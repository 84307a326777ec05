//! Explanations in words, in the reader's language. No decisions here: everything is in the data.

use super::answer::{
    AggregateExplanation, AwardExplanation, CounterpartExplanation, Explanation, KpiExplanation,
    Line, ObligationExplanation, Operand, RecordExplanation, RequirementExplanation, RuleReference,
    VerdictExplanation, WholeExplanation,
};
use guiju_model::text::{Locale, printable};

/// Keys of one line that are written out; the JSON has all of them.
const KEYS_SHOWN: usize = 20;
/// Lines of one list that are written out, likewise.
const LINES_SHOWN: usize = 20;

impl Explanation {
    /// The explanation as paragraphs of plain text.
    pub fn to_text(&self, locale: Locale) -> String {
        let mut writer = Writer { out: Printed(String::new()), locale };
        // Writing to a string cannot fail.
        let _ = match self {
            Explanation::Kpi(kpi) => writer.kpi(kpi),
            Explanation::Record(record) => writer.record(record),
            Explanation::Obligation(obligation) => writer.obligation(obligation),
            Explanation::Whole(whole) => writer.whole(whole),
        };
        writer.out.0
    }
}

/// What has been written: every call is part of one line, whatever labels, keys and messages of
/// rules and data contain.
pub(super) struct Printed(pub(super) String);

impl Printed {
    /// What `write!` and `writeln!` call.
    pub(super) fn write_fmt(&mut self, arguments: std::fmt::Arguments<'_>) -> std::fmt::Result {
        let text = arguments.to_string();
        let (line, ends) =
            text.strip_suffix('\n').map_or((text.as_str(), false), |line| (line, true));
        self.0.push_str(&printable(line));
        if ends {
            self.0.push('\n');
        }
        Ok(())
    }
}

struct Writer {
    out: Printed,
    locale: Locale,
}

impl Writer {
    fn pick<'a>(&self, zh: &'a str, en: &'a str) -> &'a str {
        match self.locale {
            Locale::ZhTw => zh,
            Locale::En => en,
        }
    }

    /// The key of a root, or the programme.
    fn root<'a>(&self, root: &'a Option<String>) -> &'a str {
        root.as_deref().unwrap_or(self.pick("整體計畫", "programme"))
    }

    fn award(&mut self, award: &AwardExplanation, indent: &str) -> std::fmt::Result {
        let verdict = match (award.verdict, self.locale) {
            ("counted", Locale::ZhTw) => "計入",
            ("refused", Locale::ZhTw) => "不計入",
            (_, Locale::ZhTw) => "未定",
            (verdict, Locale::En) => verdict,
        };
        let (label, reason, figures) = (
            award.label.get(self.locale),
            award.reason.get(self.locale),
            award.figures.get(self.locale),
        );
        let clause = award.clause.as_ref().map(|clause| format!(" [{clause}]")).unwrap_or_default();
        let colon = if self.locale == Locale::En { ": " } else { "：" };
        writeln!(self.out, "{indent}{label} ({}){colon}{verdict}{clause}", award.id)?;
        if !figures.is_empty() {
            writeln!(self.out, "{indent}  {figures}")?;
        }
        writeln!(self.out, "{indent}  {reason}")?;
        self.needs(&award.needs, &format!("{indent}  "))
    }

    fn whole(&mut self, whole: &WholeExplanation) -> std::fmt::Result {
        let entity = whole.entity.get(self.locale);
        match &whole.root {
            Some(root) => writeln!(self.out, "{entity} {root}")?,
            None => writeln!(self.out, "{entity}")?,
        }
        for kpi in &whole.kpis {
            writeln!(self.out)?;
            self.kpi(kpi)?;
        }
        for obligation in &whole.obligations {
            writeln!(self.out)?;
            self.obligation(obligation)?;
        }
        for award in &whole.awards {
            writeln!(self.out)?;
            self.award(award, "")?;
        }
        for record in &whole.records {
            writeln!(self.out)?;
            self.record(record)?;
        }
        if whole.truncated > 0 {
            let more = whole.truncated;
            writeln!(self.out)?;
            writeln!(
                self.out,
                "{}",
                match self.locale {
                    Locale::ZhTw => format!("…另有 {more} 筆不計入或尚不能確定的資料"),
                    Locale::En =>
                        format!("… and {more} more records that do not count, or may not"),
                }
            )?;
        }
        Ok(())
    }

    fn kpi(&mut self, kpi: &KpiExplanation) -> std::fmt::Result {
        let locale = self.locale;
        writeln!(self.out, "{} {} ({})", self.root(&kpi.root), kpi.label.get(locale), kpi.id)?;
        writeln!(self.out, "  = {}", kpi.value.get(locale))?;
        if let Some((target, difference)) = &kpi.target {
            let difference = difference
                .as_ref()
                .map(|difference| format!("{}{}", self.pick("，", ", "), difference.get(locale)));
            writeln!(
                self.out,
                "  {} {}{}",
                self.pick("目標", "target"),
                target.get(locale),
                difference.unwrap_or_default()
            )?;
        }
        if let Some(formula) = &kpi.formula {
            writeln!(self.out, "  {} {formula}", self.pick("算式", "formula"))?;
        }
        self.operands(&kpi.operands)?;
        self.aggregates(&kpi.aggregates)?;
        for group in &kpi.groups {
            writeln!(self.out, "    {} = {}", group.label.get(locale), group.value.get(locale))?;
            self.keys("", &group.roots, group.truncated)?;
            if !group.maybe.is_empty() {
                self.keys(self.pick("可能也屬於：", "perhaps too: "), &group.maybe, 0)?;
            }
        }
        self.rule(&kpi.rule, "  ")?;
        if let Some(statement) = &kpi.statement {
            writeln!(self.out)?;
            self.line(&statement.declared, statement.entity.get(locale), false)?;
            for line in &statement.lines {
                self.line(line, "", true)?;
            }
        }
        self.needs(&kpi.needs, "  ")
    }

    /// Figures over roots: those with the same figure in one line.
    fn aggregates(&mut self, aggregates: &[AggregateExplanation]) -> std::fmt::Result {
        let locale = self.locale;
        for aggregate in aggregates {
            writeln!(self.out, "    {} = {}", aggregate.written, aggregate.value.get(locale))?;
            let mut left = aggregate.roots.len() + aggregate.truncated;
            for alike in aggregate.roots.chunk_by(|a, b| a.value == b.value).take(LINES_SHOWN) {
                left -= alike.len();
                let shown: Vec<&str> =
                    alike.iter().take(KEYS_SHOWN).map(|own| own.root.as_str()).collect();
                let hidden = alike.len() - shown.len();
                let more = if hidden > 0 { format!(" … +{hidden}") } else { String::new() };
                writeln!(
                    self.out,
                    "      {}: {}{more}",
                    alike[0].value.get(locale),
                    shown.join(self.pick("、", ", "))
                )?;
            }
            if left > 0 {
                writeln!(self.out, "      … +{left}")?;
            }
        }
        Ok(())
    }

    fn keys(&mut self, label: &str, keys: &[String], truncated: usize) -> std::fmt::Result {
        let shown = &keys[..keys.len().min(KEYS_SHOWN)];
        let hidden = keys.len() - shown.len() + truncated;
        let more = if hidden > 0 { format!(" … +{hidden}") } else { String::new() };
        writeln!(self.out, "      {label}{}{more}", shown.join(self.pick("、", ", ")))
    }

    fn line(&mut self, line: &Line, entity: &str, keys: bool) -> std::fmt::Result {
        let locale = self.locale;
        let (records, amount) = (line.records, line.amount.as_deref());
        let count = match locale {
            Locale::ZhTw => format!("{records} 筆"),
            Locale::En => format!("{records} record{}", if records == 1 { "" } else { "s" }),
        };
        let amount = amount.map(|amount| format!("  {amount}")).unwrap_or_default();
        let clauses = if line.clauses.is_empty() {
            String::new()
        } else {
            format!("  @ {}", line.clauses.join(", "))
        };
        let label = line.label.get(locale);
        let head =
            if entity.is_empty() { format!("    {label}") } else { format!("  {label} {entity}") };
        write!(self.out, "{head}: {count}{amount}{clauses}")?;
        if line.without_amount > 0 {
            let open = line.without_amount;
            write!(
                self.out,
                "{}",
                match locale {
                    Locale::ZhTw => format!("（另有 {open} 筆未填金額）"),
                    Locale::En => format!(" ({open} without an amount)"),
                }
            )?;
        }
        writeln!(self.out)?;
        if keys && !line.keys.is_empty() {
            self.keys("", &line.keys, line.truncated)?;
        }
        Ok(())
    }

    fn operands(&mut self, operands: &[Operand]) -> std::fmt::Result {
        for operand in operands {
            let clauses = if operand.clauses.is_empty() {
                String::new()
            } else {
                format!("  @ {}", operand.clauses.join(", "))
            };
            writeln!(
                self.out,
                "    {} ({}) = {}{clauses}",
                operand.label.get(self.locale),
                operand.name,
                operand.value.get(self.locale)
            )?;
        }
        Ok(())
    }

    fn rule(&mut self, rule: &RuleReference, indent: &str) -> std::fmt::Result {
        for (id, summary) in &rule.clauses {
            writeln!(self.out, "{indent}@ {id} {}", summary.get(self.locale))?;
        }
        if let Some(reason) = &rule.because {
            writeln!(
                self.out,
                "{indent}{}{}",
                self.pick("理由：", "because: "),
                reason.get(self.locale)
            )?;
        }
        if let Some(place) = &rule.place {
            writeln!(self.out, "{indent}{} {} ({place})", self.pick("規則", "rule"), rule.pack)?;
        }
        Ok(())
    }

    fn needs(&mut self, needs: &[String], indent: &str) -> std::fmt::Result {
        if needs.is_empty() {
            return Ok(());
        }
        writeln!(
            self.out,
            "{indent}{}",
            self.pick("補上以下資料即可確定：", "what would decide it:")
        )?;
        for need in needs {
            writeln!(self.out, "{indent}  {need}")?;
        }
        Ok(())
    }

    fn record(&mut self, record: &RecordExplanation) -> std::fmt::Result {
        let locale = self.locale;
        writeln!(self.out, "{} {} {}", record.root, record.entity.get(locale), record.key)?;
        for class in &record.classes {
            let values: Vec<&str> = class.values.iter().map(|value| value.get(locale)).collect();
            writeln!(
                self.out,
                "  {}: {}",
                class.label.get(locale),
                values.join(self.pick(" 或 ", " or "))
            )?;
            if let Some(rule) = &class.rule {
                self.rule(rule, "    ")?;
            }
        }
        for verdict in &record.verdicts {
            self.verdict(verdict, "", "  ")?;
        }
        if record.verdicts.is_empty() && record.awards.is_empty() {
            let none = self
                .pick("沒有核計項目或核給與這筆資料有關", "no tally and no award decides on it");
            writeln!(self.out, "  {none}")?;
        }
        record.awards.iter().try_for_each(|award| self.award(award, "  "))
    }

    /// A verdict on the record in question, or on one that it hangs on, whose name stands before
    /// it.
    fn verdict(
        &mut self,
        verdict: &VerdictExplanation,
        record: &str,
        indent: &str,
    ) -> std::fmt::Result {
        let locale = self.locale;
        let word = match verdict.verdict {
            "out_of_scope" => self.pick("不屬於本項", "out of scope"),
            "counted" => self.pick("計入", "counted"),
            "refused" => self.pick("不計入", "refused"),
            _ => self.pick("尚不能確定", "undetermined"),
        };
        writeln!(
            self.out,
            "{indent}{record}{} ({}): {word}",
            verdict.label.get(locale),
            verdict.tally
        )?;
        for requirement in
            verdict.requirements.iter().filter(|requirement| requirement.answer != "met")
        {
            let mark = if requirement.answer == "failed" { "✗" } else { "?" };
            writeln!(self.out, "{indent}  {mark} {}", requirement.message.get(locale))?;
            if let Some(change) = &requirement.change {
                writeln!(self.out, "{indent}    → {}", change.get(locale))?;
            }
            self.rule(&requirement.rule, &format!("{indent}    "))?;
            self.counterparts(requirement, &format!("{indent}    "))?;
        }
        let all = verdict.requirements.len();
        let met =
            verdict.requirements.iter().filter(|requirement| requirement.answer == "met").count();
        if met > 0 {
            writeln!(
                self.out,
                "{indent}  ✓ {}",
                match locale {
                    Locale::ZhTw if met == all => format!("{met} 項要求都符合"),
                    Locale::ZhTw => format!("其餘 {met} 項要求符合"),
                    Locale::En =>
                        format!("{met} requirement{} met", if met == 1 { "" } else { "s" }),
                }
            )?;
        }
        self.needs(&verdict.needs, &format!("{indent}  "))
    }

    /// The records that a requirement hangs on. A chain of them ends with the last, which is always
    /// shown.
    fn counterparts(
        &mut self,
        requirement: &RequirementExplanation,
        indent: &str,
    ) -> std::fmt::Result {
        let all = &requirement.counterparts;
        let hidden = all.len().saturating_sub(LINES_SHOWN);
        for (n, CounterpartExplanation { record, verdict }) in all.iter().enumerate() {
            if hidden > 0 && n == LINES_SHOWN - 1 {
                writeln!(self.out, "{indent}… +{hidden}")?;
            }
            if n < LINES_SHOWN - 1 || n + 1 == all.len() {
                self.verdict(verdict, &format!("{record}: "), indent)?;
            }
        }
        if requirement.truncated > 0 && requirement.rivals.is_empty() {
            writeln!(self.out, "{indent}… +{}", requirement.truncated)?;
        }
        Ok(())
    }

    fn obligation(&mut self, obligation: &ObligationExplanation) -> std::fmt::Result {
        let locale = self.locale;
        let status = match obligation.status {
            "met" => self.pick("達成", "met"),
            "not_met" => self.pick("未達成", "not met"),
            "not_applicable" => self.pick("不適用", "not applicable"),
            _ => self.pick("尚不能確定", "undetermined"),
        };
        writeln!(
            self.out,
            "{} {} ({}): {status}",
            self.root(&obligation.root),
            obligation.label.get(locale),
            obligation.id
        )?;
        if let Some(message) = &obligation.message {
            writeln!(self.out, "  ✗ {}", message.get(locale))?;
        }
        if let Some(when) = &obligation.when {
            writeln!(self.out, "  {} {when}", self.pick("適用於", "when"))?;
        }
        writeln!(self.out, "  {} {}", self.pick("應有", "expected"), obligation.expect)?;
        self.operands(&obligation.operands)?;
        self.aggregates(&obligation.aggregates)?;
        if let Some(gap) = &obligation.gap {
            writeln!(self.out, "  {} {}", self.pick("尚差", "missing"), gap.get(locale))?;
        }
        self.rule(&obligation.rule, "  ")?;
        self.needs(&obligation.needs, "  ")
    }
}
