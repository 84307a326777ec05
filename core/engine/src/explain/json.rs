//! Explanations as JSON, texts in one language; keys in alphabetical order. No decisions here: everything is in the data.

use super::answer::{
    ClassExplanation, Explanation, KpiExplanation, Line, ObligationExplanation, Operand, RecordExplanation, RequirementExplanation,
    RuleReference, Statement, VerdictExplanation,
};
use guiju_model::json::Json;
use guiju_model::text::{Locale, Localized};

impl Explanation {
    /// Writes the explanation, texts in one language.
    pub fn to_json(&self, json: &mut Json, locale: Locale) {
        let mut writer = Writer { json, locale };
        writer.object(|to| match self {
            Explanation::Kpi(kpi) => to.kpi(kpi),
            Explanation::Record(record) => to.record(record),
            Explanation::Obligation(obligation) => to.obligation(obligation),
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

    fn kpi(&mut self, kpi: &KpiExplanation) {
        self.under("kpi", |to| {
            to.json.key("formula").text_or_null(kpi.formula.as_deref());
            to.text("id", &kpi.id);
            to.words("label", &kpi.label);
            to.texts("needs", &kpi.needs);
            to.objects("operands", &kpi.operands, Self::operand);
            to.text("root", &kpi.root);
            to.under("rule", |to| to.rule(&kpi.rule));
            match &kpi.statement {
                None => to.json.key("statement").null(),
                Some(statement) => to.under("statement", |to| to.statement(statement)),
            }
            let locale = to.locale;
            match &kpi.target {
                None => to.json.key("target").null(),
                Some((target, rest)) => to.json.key("target").list(|json| {
                    json.text(target.get(locale));
                    json.text_or_null(rest.as_ref().map(|rest| rest.get(locale)));
                }),
            }
            to.words("value", &kpi.value);
        });
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
        self.words("label", &line.label);
        self.number("records", line.records);
        self.number("truncated", line.truncated);
        self.number("without_amount", line.without_amount);
    }

    fn record(&mut self, record: &RecordExplanation) {
        self.under("record", |to| {
            to.objects("classes", &record.classes, Self::class);
            to.words("entity", &record.entity);
            to.text("key", &record.key);
            to.text("root", &record.root);
            to.objects("verdicts", &record.verdicts, Self::verdict);
        });
    }

    fn class(&mut self, class: &ClassExplanation) {
        self.words("label", &class.label);
        match &class.rule {
            None => self.json.key("rule").null(),
            Some(rule) => self.under("rule", |to| to.rule(rule)),
        }
        let locale = self.locale;
        self.json.key("values").list(|json| class.values.iter().for_each(|value| json.text(value.get(locale))));
    }

    fn verdict(&mut self, verdict: &VerdictExplanation) {
        self.words("label", &verdict.label);
        self.objects("requirements", &verdict.requirements, Self::requirement);
        self.text("tally", &verdict.tally);
        self.text("verdict", verdict.verdict);
    }

    fn requirement(&mut self, requirement: &RequirementExplanation) {
        self.text("answer", requirement.answer);
        self.words_or_null("change", requirement.change.as_ref());
        self.words("message", &requirement.message);
        self.texts("rivals", &requirement.rivals);
        self.under("rule", |to| to.rule(&requirement.rule));
    }

    fn obligation(&mut self, obligation: &ObligationExplanation) {
        self.under("obligation", |to| {
            to.text("expect", &obligation.expect);
            to.words_or_null("gap", obligation.gap.as_ref());
            to.text("id", &obligation.id);
            to.words("label", &obligation.label);
            to.words_or_null("message", obligation.message.as_ref());
            to.texts("needs", &obligation.needs);
            to.objects("operands", &obligation.operands, Self::operand);
            to.text("root", &obligation.root);
            to.under("rule", |to| to.rule(&obligation.rule));
            to.text("status", obligation.status);
            to.json.key("when").text_or_null(obligation.when.as_deref());
        });
    }

    fn rule(&mut self, rule: &RuleReference) {
        self.words_or_null("because", rule.because.as_ref());
        let locale = self.locale;
        self.json.key("clauses").list(|json| {
            for (id, says) in &rule.clauses {
                json.list(|json| [id, says.get(locale)].into_iter().for_each(|text| json.text(text)));
            }
        });
        self.text("pack", &rule.pack);
        self.json.key("place").text_or_null(rule.place.as_deref());
    }
}
