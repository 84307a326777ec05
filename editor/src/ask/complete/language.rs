//! The words of the language that may stand at the cursor, by the item they stand in. Not here:
//! names (`complete`).

use super::Offers;
use guiju_model::words::WORDS;

impl Offers<'_> {
    /// The words of the language that may stand within an item.
    pub(super) fn words_of(&mut self, head: &str) {
        let rules: &[&str] = match head {
            "pack" => &["kw_amends"],
            "source" => &["kw_dated", "not_computable", "kw_because"],
            "entity" => &["kw_in_parent", "kw_key", "list_of", "kw_signed", "kw_number"],
            "tally" | "extend" => &[
                "kw_select",
                "kw_require",
                "kw_count",
                "kw_distinct",
                "kw_sum",
                "kw_average",
                "kw_minimum",
                "kw_maximum",
                "kw_target",
                "kw_split",
                "kw_into",
                "kw_as",
                "kw_first",
                "kw_after",
                "kw_drop",
                "kw_from",
                "kw_by",
            ],
            "award" => &[
                "for_programme",
                "kw_from",
                "kw_require",
                "kw_order",
                "kw_places",
                "kw_budget",
                "kw_give",
                "kw_rest",
                "in_proportion",
                "kw_step",
                "kw_ties",
                "kw_reserve",
                "is_met",
            ],
            "classify" => &["kw_ordered", "kw_otherwise"],
            "once" => &[
                "kw_by",
                "kw_between",
                "within_programme",
                "kw_keep",
                "keep_first",
                "keep_best",
                "kw_none",
            ],
            "kpi" => &["for_programme", "kw_in_unit", "kw_case", "kw_when"],
            "obligation" => &[
                "for_programme",
                "every_target",
                "kw_advice",
                "kw_warning",
                "kw_error",
                "kw_when",
                "kw_expect",
            ],
            "check" => &["kw_on", "kw_advice", "kw_warning", "kw_error", "kw_when", "kw_expect"],
            "table" => &["kw_by", "kw_from_key", "kw_above", "kw_graduated", "kw_otherwise"],
            "let" => &["kw_case", "kw_ordered", "kw_otherwise"],
            _ => &[],
        };
        let of_conditions = [
            "kw_and",
            "kw_or",
            "kw_not",
            "kw_in",
            "not_in",
            "kw_has",
            "has_any",
            "has_all",
            "kw_covers",
            "kw_matches",
            "counted",
            "is_known",
            "is_not_known",
            "kw_else",
            "kw_because",
        ];
        let formulas = !matches!(head, "pack" | "source" | "entity" | "period" | "drop");
        let all: Vec<&str> =
            rules.iter().chain(of_conditions.iter().filter(|_| formulas)).copied().collect();
        self.words_called(&all, 4);
    }

    pub(super) fn words_called(&mut self, rules: &[&str], rank: u8) {
        for rule in rules {
            if let Some(word) = WORDS.iter().find(|word| word.rule == *rule) {
                self.word(word.spelled(self.words), rank);
            }
        }
    }
}
