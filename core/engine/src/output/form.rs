//! What a form needs, as JSON: a pack's fields with their labels, and what there is to say about a
//! record. Not here: results (`json`), figures (`progress`).

use crate::describe::KpiForm;
use crate::pack::Pack;
use crate::validate::FieldIssue;
use guiju_model::json::Json;
use guiju_model::schema::{Choices, Field, FieldKind, PROGRAMME, Schema};
use guiju_model::text::{Locale, Localized};

impl Pack {
    /// The pack as a form sees it: entities and fields with their labels, KPIs, documents and
    /// clauses. No rules.
    ///
    /// ```
    /// use guiju::{Limits, Parsed, Source};
    /// let rules = "pack shops \"商店\"\nentity shop { key id \"編號\": text }";
    /// let pack = Parsed::parse(vec![Source::new("p.guiju", rules)], &Limits::default()).check().into_pack()?;
    /// assert!(pack.to_json().contains(r#"{"kind":"text","label":{"en":null,"zh":"編號"},"name":"id","optional":false}"#));
    /// # Ok::<(), guiju::PackError>(())
    /// ```
    pub fn to_json(&self) -> String {
        let (schema, pack) = (self.schema(), self);
        let mut json = Json::compact();
        json.object(|json| {
            json.key("documents").list(|json| {
                for document in self.documents() {
                    json.object(|json| {
                        json.key("clauses").list(|json| {
                            for clause in &document.clauses {
                                json.object(|json| {
                                    json.key("id").text(&clause.id);
                                    both(json.key("summary"), &clause.summary);
                                });
                            }
                        });
                        named(json, &document.label, &document.name);
                    });
                }
            });
            json.key("editions")
                .list(|json| self.editions().into_iter().for_each(|edition| json.text(edition)));
            json.key("entities").list(|json| {
                for (index, entity) in schema.entities.entries() {
                    json.object(|json| {
                        json.key("child").bool(entity.child);
                        json.key("fields").list(|json| {
                            entity.own_fields().iter().for_each(|of| field(json, of, schema))
                        });
                        json.key("key").text_or_null(
                            entity.fields.get(entity.key).map(|field| field.name.as_str()),
                        );
                        named(json, &entity.label, &entity.name);
                        let parent = schema.parent(index);
                        let parent = parent.and_then(|parent| schema.entities.get(parent));
                        let parent = parent.map(|parent| parent.name.as_str());
                        let shared = schema.is_shared(index).then_some(PROGRAMME);
                        json.key("parent").text_or_null(parent.or(shared));
                        json.key("programme").bool(Some(index) == schema.programme);
                    });
                }
            });
            json.key("kpis").list(|json| {
                for kpi in pack.kpis() {
                    json.object(|json| {
                        json.key("form").text(match kpi.form {
                            KpiForm::Measure => "measure",
                            KpiForm::Part => "part",
                            KpiForm::Formula => "formula",
                        });
                        named(json, kpi.label, kpi.name);
                        json.key("programme").bool(kpi.programme);
                        json.key("unit").text(&kpi.unit.sign());
                    });
                }
            });
            named(json, self.label(), self.name());
            match pack.period() {
                None => json.key("period").null(),
                Some(period) => json.key("period").object(|json| {
                    json.key("end").text(&period.end.to_string());
                    json.key("start").text(&period.start.to_string());
                }),
            }
            json.key("root").text(&schema.root_entity().name);
        });
        json.finish()
    }
}

fn field(json: &mut Json, field: &Field, schema: &Schema) {
    let choices = |json: &mut Json, choices: &Choices| {
        json.key("choices").list(|json| {
            choices
                .values
                .iter()
                .for_each(|choice| json.object(|json| named(json, &choice.label, &choice.name)))
        });
    };
    json.object(|json| {
        let kind = match &field.kind {
            FieldKind::Text => "text",
            FieldKind::Bool => "bool",
            FieldKind::Date => "date",
            FieldKind::Period => "period",
            FieldKind::Money => "money",
            FieldKind::Int => "int",
            FieldKind::Percent => "percent",
            FieldKind::Range(low, high) => {
                json.key("high").number(*high);
                json.key("low").number(*low);
                "range"
            }
            FieldKind::Number(decimal) => {
                if let Some((low, high)) = &decimal.range {
                    json.key("high").text(&high.to_string());
                    json.key("low").text(&low.to_string());
                }
                json.optional("unit", decimal.unit.as_deref());
                "number"
            }
            FieldKind::SignedMoney => "signed_money",
            FieldKind::Choice(values) => {
                choices(json, values);
                "choice"
            }
            FieldKind::List(values) => {
                choices(json, values);
                "list"
            }
            FieldKind::Reference(entity) => {
                json.optional(
                    "of",
                    schema.entities.get(*entity).map(|entity| entity.name.as_str()),
                );
                "reference"
            }
        };
        json.key("kind").text(kind);
        named(json, &field.label, &field.name);
        json.key("optional").bool(field.optional);
    });
}

fn named(json: &mut Json, label: &Localized, name: &str) {
    both(json.key("label"), label);
    json.key("name").text(name);
}

fn both(json: &mut Json, text: &Localized) {
    json.object(|json| {
        json.key("en").text_or_null(text.en.as_deref());
        json.key("zh").text(&text.zh);
    });
}

impl FieldIssue {
    /// Writes the issue in one language.
    pub fn to_json(&self, json: &mut Json, locale: Locale) {
        json.object(|json| {
            json.key("clause").text_or_null(self.clause.as_deref());
            json.key("code").text(&self.code);
            json.optional("help", self.help.as_ref().map(|help| help.get(locale)));
            json.key("message").text(self.message.get(locale));
            json.key("path").text(&self.path);
            json.key("severity").text(self.severity.id());
        });
    }
}
