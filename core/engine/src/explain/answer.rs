//! Answers as data; put into words for people by `text`, written as JSON by `json`. Not here: how
//! they are found.
//!
//! Amounts reconcile to the last cent: declared = out of scope + refused + undetermined + counted.

use guiju_model::text::Localized;

/// An answer, as data; [`Explanation::to_text`] puts it into words.
#[derive(Clone, Debug)]
pub enum Explanation {
    /// On a KPI.
    Kpi(Box<KpiExplanation>),
    /// On a record.
    Record(RecordExplanation),
    /// On an obligation.
    Obligation(Box<ObligationExplanation>),
    /// On a root, or the programme, as a whole.
    Whole(Box<WholeExplanation>),
}

/// A root, or the programme, as a whole: every figure and obligation, and the records that do not
/// count, or may not.
#[derive(Clone, Debug)]
pub struct WholeExplanation {
    /// The root's key; `None` for the programme.
    pub root: Option<String>,
    /// What people call such a root, or the programme.
    pub entity: Localized,
    /// Its KPIs.
    pub kpis: Vec<KpiExplanation>,
    /// Its obligations.
    pub obligations: Vec<ObligationExplanation>,
    /// What the awards made of it, and why.
    pub awards: Vec<AwardExplanation>,
    /// Its records that some tally refuses or leaves open, with the verdicts of those tallies
    /// alone; none for the programme.
    pub records: Vec<RecordExplanation>,
    /// How many such records were left out, because there are more than an explanation may hold.
    pub truncated: usize,
}

/// Why an award counts a root or a record, or does not.
#[derive(Clone, Debug)]
pub struct AwardExplanation {
    /// The name of the award.
    pub id: String,
    /// What people call it.
    pub label: Localized,
    /// `counted`, `refused` or `undetermined`.
    pub verdict: &'static str,
    /// Its rank, amount and place on the waiting list in words, as far as it has them.
    pub figures: Localized,
    /// Why.
    pub reason: Localized,
    /// The first clause that this rests on, as `document:clause`.
    pub clause: Option<String>,
    /// What is missing and would decide it.
    pub needs: Vec<String>,
}

/// Why a KPI has its value.
#[derive(Clone, Debug)]
pub struct KpiExplanation {
    /// The root's key; `None` for a KPI of the programme.
    pub root: Option<String>,
    /// The KPI's id.
    pub id: String,
    /// What people call it.
    pub label: Localized,
    /// Its value in words.
    pub value: Localized,
    /// Its target and the difference from it, in words.
    pub target: Option<(Localized, Option<Localized>)>,
    /// Where the rule comes from.
    pub rule: RuleReference,
    /// The formula as written, for a KPI that is computed from others.
    pub formula: Option<String>,
    /// What the formula refers to, with values.
    pub operands: Vec<Operand>,
    /// What the formula computes over the roots, and what each root has in it; for a KPI of the
    /// programme.
    pub aggregates: Vec<AggregateExplanation>,
    /// The same KPI for each group of roots; for a KPI of the programme that is grouped.
    pub groups: Vec<GroupExplanation>,
    /// Where every declared record went, for a KPI that counts records.
    pub statement: Option<Statement>,
    /// What is missing and would decide it.
    pub needs: Vec<String>,
}

/// Something a formula refers to.
#[derive(Clone, Debug)]
pub struct Operand {
    /// Its name in the rules.
    pub name: String,
    /// What people call it.
    pub label: Localized,
    /// Its value in words.
    pub value: Localized,
    /// The clauses it rests on, for a constant of the pack.
    pub clauses: Vec<String>,
}

/// A figure over many roots: their sum, average, number and so on.
#[derive(Clone, Debug)]
pub struct AggregateExplanation {
    /// As it is written.
    pub written: String,
    /// What it comes to, in words.
    pub value: Localized,
    /// The roots that made it, those with the most first; of a condition, those it does not hold
    /// for first.
    pub roots: Vec<Contribution>,
    /// How many roots were left out, because there are more than an explanation may hold.
    pub truncated: usize,
}

/// What one root has in a figure over many.
#[derive(Clone, Debug)]
pub struct Contribution {
    /// The root's key.
    pub root: String,
    /// Its own figure in words, or whether the condition holds for it.
    pub value: Localized,
}

/// A KPI of the programme for the roots of one group.
#[derive(Clone, Debug)]
pub struct GroupExplanation {
    /// What the roots have in common.
    pub label: Localized,
    /// The KPI's value for them, in words.
    pub value: Localized,
    /// Their keys; shortened where there are more than an explanation may hold.
    pub roots: Vec<String>,
    /// Keys of roots that may belong to them, likewise: whether they do is not known.
    pub maybe: Vec<String>,
    /// How many keys were left out of the two.
    pub truncated: usize,
}

/// The declared records of an entity, each in exactly one line.
#[derive(Clone, Debug)]
pub struct Statement {
    /// What the records are called.
    pub entity: Localized,
    /// All of them.
    pub declared: Line,
    /// Out of scope, refused (by requirement, in order), undetermined, and counted, which add up to
    /// what was declared.
    pub lines: Vec<Line>,
}

/// Some records of a statement.
#[derive(Clone, Debug)]
pub struct Line {
    /// What became of them: `declared` (all), `out_of_scope`, `refused`, `undetermined`,
    /// `elsewhere` (in another part) or `counted`.
    pub kind: &'static str,
    /// Why they are here.
    pub label: Localized,
    /// The clause behind it.
    pub clauses: Vec<String>,
    /// How many.
    pub records: usize,
    /// What they amount to, exactly, where the KPI adds up an amount; amounts not given are left
    /// out.
    pub amount: Option<String>,
    /// The same as results write it, without its unit.
    pub value: Option<String>,
    /// How many of them do not give the amount.
    pub without_amount: usize,
    /// Their keys; shortened where there are more than an explanation may hold.
    pub keys: Vec<String>,
    /// How many keys were left out.
    pub truncated: usize,
}

/// Why a record counts or does not.
#[derive(Clone, Debug)]
pub struct RecordExplanation {
    /// The root's key.
    pub root: String,
    /// The record's entity.
    pub entity: Localized,
    /// The record's key.
    pub key: String,
    /// Classifications of the record, with the possible values.
    pub classes: Vec<ClassExplanation>,
    /// Each tally of such records.
    pub verdicts: Vec<VerdictExplanation>,
    /// What the awards among such records made of it, and why.
    pub awards: Vec<AwardExplanation>,
}

/// What a classification makes of a record.
#[derive(Clone, Debug)]
pub struct ClassExplanation {
    /// What the classification is called.
    pub label: Localized,
    /// The value, or the values that remain possible.
    pub values: Vec<Localized>,
    /// The row that decided, or otherwise.
    pub rule: Option<RuleReference>,
}

/// The verdict of one tally on a record.
#[derive(Clone, Debug)]
pub struct VerdictExplanation {
    /// The tally's id.
    pub tally: String,
    /// What people call it.
    pub label: Localized,
    /// `out_of_scope`, `counted`, `refused` or `undetermined`.
    pub verdict: &'static str,
    /// Each requirement with its answer, in order; empty out of scope.
    pub requirements: Vec<RequirementExplanation>,
    /// What is missing and would decide it, by way of every record it asks about.
    pub needs: Vec<String>,
}

/// A requirement on a record.
#[derive(Clone, Debug)]
pub struct RequirementExplanation {
    /// `met`, `failed` or `unknown`.
    pub answer: &'static str,
    /// What is said where it fails.
    pub message: Localized,
    /// Where the rule comes from.
    pub rule: RuleReference,
    /// What would have to change, where it is not met.
    pub change: Option<Localized>,
    /// The records of other groups with the same key, for a non-duplication rule.
    pub rivals: Vec<String>,
    /// The records whose verdicts it hangs on, those they hang on in turn after each, every one
    /// once.
    pub counterparts: Vec<CounterpartExplanation>,
    /// How many of them were left out, at the least, because there are more than an explanation may
    /// hold.
    pub truncated: usize,
}

/// A record that another asks to be `counted in` a tally, and that does not count there, or may
/// not.
#[derive(Clone, Debug)]
pub struct CounterpartExplanation {
    /// The record as `entity/key`.
    pub record: String,
    /// The verdict of that tally on it, and why; what it hangs on itself stands after it.
    pub verdict: VerdictExplanation,
}

/// Why an obligation is met or not.
#[derive(Clone, Debug)]
pub struct ObligationExplanation {
    /// The root's key; `None` for an obligation of the programme.
    pub root: Option<String>,
    /// The obligation's id.
    pub id: String,
    /// What people call it.
    pub label: Localized,
    /// `met`, `not_met`, `undetermined` or `not_applicable`.
    pub status: &'static str,
    /// What is said where it is not met.
    pub message: Option<Localized>,
    /// The conditions as written.
    pub when: Option<String>,
    /// What is expected, as written.
    pub expect: String,
    /// What the conditions refer to, with values.
    pub operands: Vec<Operand>,
    /// What the conditions compute over the roots, for an obligation of the programme.
    pub aggregates: Vec<AggregateExplanation>,
    /// How much is missing, in words.
    pub gap: Option<Localized>,
    /// Where the rule comes from.
    pub rule: RuleReference,
    /// What is missing and would decide it.
    pub needs: Vec<String>,
}

/// Where a rule comes from.
#[derive(Clone, Debug, Default)]
pub struct RuleReference {
    /// The pack: where editions amend one another, the one that says it.
    pub pack: String,
    /// The file and line.
    pub place: Option<String>,
    /// The clauses, as `document:clause`, with what they say in short.
    pub clauses: Vec<(String, Localized)>,
    /// The author's own reason, where no clause is cited.
    pub because: Option<Localized>,
}
