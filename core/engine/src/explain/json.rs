//! Explanations as JSON, texts in one language; keys in alphabetical order. No decisions here:
//! everything is in the data.

use super::answer::{
    AggregateExplanation, AwardExplanation, ClassExplanation, Explanation, GroupExplanation,
    KpiExplanation, Line, ObligationExplanation, Operand, RecordExplanation,
    RequirementExplanation, RuleReference, Statement, VerdictExplanation, WholeExplanation,
};
use guiju_model::json::Json;
use guiju_model::text::{Locale, Localized};

impl Explanation {
    /// Writes the explanation, texts in one language.
    pub fn to_json(&self, json: &mut Json, locale: Locale) {
        let mut writer = Writer { json, locale };
        writer.object(|to| match self {
            Explanation::Kpi(kpi) => to.under("kpi", |to| to.kpi(kpi)),
            Explanation::Record(record) => to.under("record", |to| to.record(record)),
            Explanation::Obligation(obligation) => {
                to.under("obligation", |to| to.obligation(obligation))
            }
            Explanation::Whole(whole) => to.under("whole", |to| to.whole(whole)),
        });
    }
}

struct Writer<'j> {
    json: &'j mut Json,
    locale: Locale,
}

impl Writer<'_> {
    fn object(&mut self, fill: impl FnOnce(&mut Self)) {
        self.json.open('{');
        fill(self);
        self.json.close('}');
    }

    fn under(&mut self, key: &str, fill: impl FnOnce(&mut Self)) {
        self.json.key(key);
        self.object(fill);
    }

    fn objects<T>(&mut self, key: &str, of: &[T], write: impl Fn(&mut Self, &T)) {
        self.json.key(key).open('[');
        of.iter().for_each(|each| self.object(|to| write(to, each)));
        self.json.close(']');
    }

    fn text(&mut self, key: &str, text: &str) {
        self.json.key(key).text(text);
    }

    fn texts(&mut self, key: &str, texts: &[String]) {
        self.json.key(key).list(|json| texts.iter().for_each(|text| json.text(text)));
    }

    fn text_or_null(&mut self, key: &str, text: Option<&str>) {
        self.json.key(key).text_or_null(text);
    }

    fn number(&mut self, key: &str, number: usize) {
        self.json.key(key).number(number as i64);
    }

    fn words(&mut self, key: &str, words: &Localized) {
        self.json.key(key).text(words.get(self.locale));
    }

    /// `null` where there are none.
    fn words_or_null(&mut self, key: &str, words: Option<&Localized>) {
        self.json.key(key).text_or_null(words.map(|words| words.get(self.locale)));
    }

    fn award(&mut self, award: &AwardExplanation) {
        self.text_or_null("clause", award.clause.as_deref());
        self.words("figures", &award.figures);
        self.text("id", &award.id);
        self.words("label", &award.label);
        self.texts("needs", &award.needs);
        self.words("reason", &award.reason);
        self.text("verdict", award.verdict);
    }

    fn whole(&mut self, whole: &WholeExplanation) {
        if !whole.awards.is_empty() {
            self.objects("awards", &whole.awards, Self::award);
        }
        self.words("entity", &whole.entity);
        self.objects("kpis", &whole.kpis, Self::kpi);
        self.objects("obligations", &whole.obligations, Self::obligation);
        self.objects("records", &whole.records, Self::record);
        self.text_or_null("root", whole.root.as_deref());
        self.number("truncated", whole.truncated);
    }

    fn kpi(&mut self, kpi: &KpiExplanation) {
        self.objects("aggregates", &kpi.aggregates, Self::aggregate);
        self.text_or_null("formula", kpi.formula.as_deref());
        self.objects("groups", &kpi.groups, Self::group);
        self.text("id", &kpi.id);
        self.words("label", &kpi.label);
        self.texts("needs", &kpi.needs);
        self.objects("operands", &kpi.operands, Self::operand);
        self.text_or_null("root", kpi.root.as_deref());
        self.under("rule", |to| to.rule(&kpi.rule));
        match &kpi.statement {
            None => self.json.key("statement").null(),
            Some(statement) => self.under("statement", |to| to.statement(statement)),
        }
        let locale = self.locale;
        match &kpi.target {
            None => self.json.key("target").null(),
            Some((target, rest)) => self.json.key("target").list(|json| {
                json.text(target.get(locale));
                json.text_or_null(rest.as_ref().map(|rest| rest.get(locale)));
            }),
        }
        self.words("value", &kpi.value);
    }

    fn aggregate(&mut self, aggregate: &AggregateExplanation) {
        self.objects("roots", &aggregate.roots, |to, own| {
            to.text("root", &own.root);
            to.words("value", &own.value);
        });
        self.number("truncated", aggregate.truncated);
        self.words("value", &aggregate.value);
        self.text("written", &aggregate.written);
    }

    fn group(&mut self, group: &GroupExplanation) {
        self.words("label", &group.label);
        self.texts("maybe", &group.maybe);
        self.texts("roots", &group.roots);
        self.number("truncated", group.truncated);
        self.words("value", &group.value);
    }

    fn operand(&mut self, operand: &Operand) {
        self.texts("clauses", &operand.clauses);
        self.words("label", &operand.label);
        self.text("name", &operand.name);
        self.words("value", &operand.value);
    }

    fn statement(&mut self, statement: &Statement) {
        self.under("declared", |to| to.line(&statement.declared));
        self.words("entity", &statement.entity);
        self.objects("lines", &statement.lines, Self::line);
    }

    fn line(&mut self, line: &Line) {
        self.json.key("amount").text_or_null(line.amount.as_deref());
        self.texts("clauses", &line.clauses);
        self.texts("keys", &line.keys);
        self.text("kind", line.kind);
        self.words("label", &line.label);
        self.number("records", line.records);
        self.number("truncated", line.truncated);
        self.json.key("value").text_or_null(line.value.as_deref());
        self.number("without_amount", line.without_amount);
    }

    fn record(&mut self, record: &RecordExplanation) {
        if !record.awards.is_empty() {
            self.objects("awards", &record.awards, Self::award);
        }
        self.objects("classes", &record.classes, Self::class);
        self.words("entity", &record.entity);
        self.text("key", &record.key);
        self.text("root", &record.root);
        self.objects("verdicts", &record.verdicts, Self::verdict);
    }

    fn class(&mut self, class: &ClassExplanation) {
        self.words("label", &class.label);
        match &class.rule {
            None => self.json.key("rule").null(),
            Some(rule) => self.under("rule", |to| to.rule(rule)),
        }
        let locale = self.locale;
        self.json
            .key("values")
            .list(|json| class.values.iter().for_each(|value| json.text(value.get(locale))));
    }

    fn verdict(&mut self, verdict: &VerdictExplanation) {
        self.words("label", &verdict.label);
        self.texts("needs", &verdict.needs);
        self.objects("requirements", &verdict.requirements, Self::requirement);
        self.text("tally", &verdict.tally);
        self.text("verdict", verdict.verdict);
    }

    fn requirement(&mut self, requirement: &RequirementExplanation) {
        self.text("answer", requirement.answer);
        self.words_or_null("change", requirement.change.as_ref());
        self.objects("counterparts", &requirement.counterparts, |to, counterpart| {
            to.text("record", &counterpart.record);
            to.under("verdict", |to| to.verdict(&counterpart.verdict));
        });
        self.words("message", &requirement.message);
        self.texts("rivals", &requirement.rivals);
        self.under("rule", |to| to.rule(&requirement.rule));
        self.number("truncated", requirement.truncated);
    }

    fn obligation(&mut self, obligation: &ObligationExplanation) {
        self.objects("aggregates", &obligation.aggregates, Self::aggregate);
        self.text("expect", &obligation.expect);
        self.words_or_null("gap", obligation.gap.as_ref());
        self.text("id", &obligation.id);
        self.words("label", &obligation.label);
        self.words_or_null("message", obligation.message.as_ref());
        self.texts("needs", &obligation.needs);
        self.objects("operands", &obligation.operands, Self::operand);
        self.text_or_null("root", obligation.root.as_deref());
        self.under("rule", |to| to.rule(&obligation.rule));
        self.text("status", obligation.status);
        self.text_or_null("when", obligation.when.as_deref());
    }

    fn rule(&mut self, rule: &RuleReference) {
        self.words_or_null("because", rule.because.as_ref());
        let locale = self.locale;
        self.json.key("clauses").list(|json| {
            for (id, says) in &rule.clauses {
                json.list(|json| {
                    [id, says.get(locale)].into_iter().for_each(|text| json.text(text))
                });
            }
        });
        self.text("pack", &rule.pack);
        self.text_or_null("place", rule.place.as_deref());
    }
}
