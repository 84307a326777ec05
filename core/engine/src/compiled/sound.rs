//! Whether rules that were read from bytes are such as checking makes them, as far as evaluation
//! relies on it: every index leads somewhere, nothing is defined by itself, every condition is
//! about what it may speak of.
//!
//! Types are not looked at: a condition on what is of another type is unknown, which is an answer.
//! Not here: reading (`wire`), what deciding classifications takes (`classes`).

use super::about::About;
use super::classes::class_steps;
use crate::pack::Pack;
use guiju_model::index::{EntityId, FieldId, KpiId, List, TallyId};
use guiju_model::limits::Limits;
use guiju_model::number::Exact;
use guiju_model::outcome::Verdict;
use guiju_model::rules::{
    Award, Basis, Claimant, Class, Expr, ExprKind, Give, Keep, KeyMatch, Kpi, KpiKind, KpiScope,
    Link, Listing, Message, ObligationScope, Once, Owner, Rules, Step, Table, Tally, Type, Value,
};
use guiju_model::schema::{Choices, FieldKind, MAX_CHOICES, Schema};

// As lists: chains of iterators are compiled anew for each use.

pub(super) fn exprs_of_kpi(kpi: &Kpi) -> Vec<&Expr> {
    let mut exprs: Vec<&Expr> = kpi.when.iter().collect();
    if let KpiKind::Formula(formula) = &kpi.kind {
        exprs.push(formula);
    }
    exprs
}

/// Of an obligation or a check.
pub(super) fn exprs_of_rule<'a>(when: &'a Option<Expr>, expect: &'a Expr) -> Vec<&'a Expr> {
    let mut exprs: Vec<&Expr> = when.iter().collect();
    exprs.push(expect);
    exprs
}

/// Whether every part is.
pub(super) fn is_sound(pack: &Pack, limits: &Limits) -> bool {
    let rules = &*pack.rules;
    let of_root = rules.kpis.iter().take_while(|kpi| kpi.scope == KpiScope::Root).count();
    let Some(class_steps) = class_steps(&rules.classes, limits.nesting) else { return false };
    let sound = Sound { rules, schema: &rules.schema, of_root, class_steps };
    let items = rules.classes.len()
        + rules.tallies.len()
        + rules.kpis.len()
        + rules.onces.len()
        + rules.awards.len()
        + rules.obligations.len()
        + rules.checks.len();
    items <= limits.items.saturating_mul(MAX_CHOICES)
        && sound.is_schema()
        && rules.constants.iter().all(|constant| {
            sound.is_basis(&constant.basis) && is_value(&constant.value, &constant.ty)
        })
        && rules.tables.iter().all(|table| sound.is_table(table))
        && rules.classes.iter().all(|class| sound.is_class(class))
        // No rule hangs on itself.
        && pack.rounds.count > 0
        && sound.are_steps(&pack.steps)
        && rules.tallies.iter().all(|tally| sound.is_tally(tally))
        && rules.onces.iter().enumerate().all(|(index, once)| sound.is_once(index, once))
        && rules.awards.iter().all(|award| sound.is_award(award))
        && rules.award_order.iter().all(|award| *award < rules.awards.len())
        && rules.kpis.iter().enumerate().all(|(index, kpi)| sound.is_kpi(index, kpi))
        && pack.kpi_order.len() == rules.kpis.len()
        && pack.kpi_order.iter().all(|kpi| kpi.index() < rules.kpis.len())
        && rules.obligations.iter().all(|rule| {
            let about =
                if rule.scope == ObligationScope::Programme { About::Roots } else { About::Root };
            let exprs = exprs_of_rule(&rule.when, &rule.expect);
            sound.is_basis(&rule.basis) && sound.are_exprs(&exprs, about)
        })
        && rules.checks.iter().all(|rule| {
            let field = rule.field.is_none_or(|field| sound.is_field(rule.entity, field));
            let exprs = || {
                sound
                    .are_exprs(&exprs_of_rule(&rule.when, &rule.expect), About::Record(rule.entity))
            };
            sound.is_entity(rule.entity)
                && field
                && sound.is_basis(&rule.basis)
                && exprs()
                && sound.is_message(&rule.message, rule.entity)
        })
}

struct Sound<'a> {
    rules: &'a Rules,
    schema: &'a Schema,
    /// How many KPIs are of the root; they come first.
    of_root: usize,
    /// What deciding each classification takes.
    class_steps: Vec<u64>,
}

impl Sound<'_> {
    fn is_schema(&self) -> bool {
        let schema = self.schema;
        let known = self.of_root == schema.kpis.len()
            && self.rules.kpis.len() == schema.kpis.len() + schema.programme_kpis.len();
        let alike = || {
            self.rules
                .kpis
                .iter()
                .zip(schema.kpis.iter().chain(&schema.programme_kpis))
                .all(|(kpi, shape)| kpi.name == shape.name)
        };
        schema.root.index() < schema.entities.len()
            && schema.programme.is_none_or(|programme| {
                programme.index() < schema.entities.len() && programme != schema.root
            })
            && known
            && alike()
            && schema.dated.iter().all(|dated| {
                dated.fields.iter().all(|(entity, field)| self.is_field(*entity, *field))
            })
            && schema.entities.entries().all(|(index, entity)| {
                let keyed = Some(index) == schema.programme
                    || entity.fields.get(entity.key).is_some_and(|key| key.kind == FieldKind::Text);
                // What is no child is the root, or belongs to the programme.
                let alone = index == schema.root || Some(index) == schema.programme;
                !(entity.child && alone)
                    && keyed
                    && (schema.nests(index) || schema.is_shared(index) && entity.levels == 0)
                    && entity.fields.iter().all(|field| self.refers(index, &field.kind))
            })
    }

    /// Whether a field of an entity holds what there is; what is shared by all roots does not refer
    /// to records of one.
    fn refers(&self, entity: EntityId, kind: &FieldKind) -> bool {
        let schema = self.schema;
        let within = match kind {
            FieldKind::Reference(target) => {
                schema.is_shared(*target) || schema.entities.get(entity).is_some_and(|of| of.child)
            }
            _ => true,
        };
        within && self.is_kind(kind)
    }

    fn is_kind(&self, kind: &FieldKind) -> bool {
        match kind {
            FieldKind::Range(low, high) => low <= high,
            FieldKind::Number(decimal) => {
                decimal.range.as_ref().is_none_or(|(low, high)| low <= high)
            }
            FieldKind::Choice(choices) | FieldKind::List(choices) => are_choices(choices),
            FieldKind::Reference(entity) => self.is_entity(*entity) && *entity != self.schema.root,
            _ => true,
        }
    }

    /// Whether it is an entity of records that rules may speak of.
    fn is_entity(&self, entity: EntityId) -> bool {
        entity.index() < self.schema.entities.len() && Some(entity) != self.schema.programme
    }

    fn is_field(&self, entity: EntityId, field: FieldId) -> bool {
        self.schema.entities.get(entity).is_some_and(|entity| entity.fields.get(field).is_some())
    }

    fn is_basis(&self, basis: &Basis) -> bool {
        let Basis::Clauses(clauses) = basis else { return true };
        clauses.iter().all(|(document, clause)| {
            self.rules.documents.get(*document).is_some_and(|known| *clause < known.clauses.len())
        })
    }

    /// Whether every row has its keys and values, in order.
    fn is_table(&self, table: &Table) -> bool {
        let (equal, step) = table.keys.split_at(table.keys.len().saturating_sub(1));
        let row = |keys: &[Value], values: &[Value]| {
            keys.iter().zip(&table.keys).all(|(value, key)| is_value(value, &key.ty))
                && values.len() == table.columns.len()
                && values
                    .iter()
                    .zip(&table.columns)
                    .all(|(value, column)| is_value(value, &column.ty))
        };
        let graduates = || {
            let steps = step.first().is_some_and(|key| {
                key.matches != KeyMatch::Equal && matches!(key.ty, Type::Number(_))
            });
            steps && table.columns.iter().all(|column| matches!(column.ty, Type::Number(_)))
        };
        !table.keys.is_empty()
            && !table.columns.is_empty()
            && equal.iter().all(|key| key.matches == KeyMatch::Equal)
            && table.keys.iter().all(|key| self.is_type(&key.ty))
            && table.columns.iter().all(|column| self.is_type(&column.ty))
            && table.rows.iter().all(|found| {
                found.keys.len() == table.keys.len() && row(&found.keys, &found.values)
            })
            && table.rows.iter().all(|found| self.is_basis(&found.basis))
            && table.rows.windows(2).all(|pair| pair[0].keys < pair[1].keys)
            && table
                .otherwise
                .iter()
                .all(|otherwise| row(&[], &otherwise.values) && self.is_basis(&otherwise.basis))
            && (!table.graduated || graduates())
            && self.is_basis(&table.basis)
    }

    fn is_class(&self, class: &Class) -> bool {
        let chosen = |value: usize| value < class.choices.values.len();
        self.is_entity(class.entity)
            && are_choices(&class.choices)
            && class.otherwise.iter().all(|(value, basis)| chosen(*value) && self.is_basis(basis))
            && class.rows.iter().all(|row| {
                chosen(row.value)
                    && self.is_basis(&row.basis)
                    && self.is_expr(&row.guard, About::Record(class.entity))
                    && all(&row.guard, &mut |expr| {
                        !is_verdict(&expr.kind)
                            && !matches!(
                                expr.kind,
                                ExprKind::Figure { .. } | ExprKind::Placed { .. }
                            )
                    })
            })
    }

    /// Whether every tally is judged once, after those whose verdicts it asks for and whatever may
    /// still refuse what these count, and every non-duplication rule is applied once, after its
    /// tallies. So no verdict hangs on itself, and neither does what it needs.
    fn are_steps(&self, steps: &[Step]) -> bool {
        let mut judged: List<TallyId, bool> = self.rules.tallies.iter().map(|_| false).collect();
        let mut applied = vec![false; self.rules.onces.len()];
        let onces = |tally: TallyId| {
            self.rules.tallies.get(tally).into_iter().flat_map(|tally| &tally.onces)
        };
        let settled = |tally: TallyId, judged: &List<TallyId, bool>, applied: &[bool]| {
            judged.get(tally) == Some(&true)
                && onces(tally).all(|once| applied.get(*once) == Some(&true))
        };
        let asks_later = |expr: &Expr, judged: &List<TallyId, bool>, applied: &[bool]| matches!(expr.kind, ExprKind::CountedIn { tally, .. } | ExprKind::Figure { tally, .. } if !settled(tally, judged, applied));
        let is_among =
            |once: &usize| self.rules.onces.get(*once).is_some_and(|once| once.among().is_some());
        let reduced = |tally: TallyId, applied: &[bool]| {
            onces(tally).all(|once| !is_among(once) || applied.get(*once) == Some(&true))
        };
        for step in steps {
            match step {
                Step::Once(index) if applied.get(*index) == Some(&false) => {
                    let once = &self.rules.onces[*index];
                    let asked = once.exprs();
                    let asks_later = asked
                        .into_iter()
                        .any(|expr| !all(expr, &mut |expr| !asks_later(expr, &judged, &applied)));
                    let mut claimants = once.groups.iter().flatten().map(|claimant| claimant.tally);
                    if asks_later
                        || !claimants.all(|tally| {
                            judged.get(tally) == Some(&true)
                                && (once.among().is_some() || reduced(tally, &applied))
                        })
                    {
                        return false;
                    }
                    applied[*index] = true;
                }
                Step::Tally(index) if judged.get(*index) == Some(&false) => {
                    let sound =
                        |expr: &Expr| all(expr, &mut |expr| !asks_later(expr, &judged, &applied));
                    if !self.rules.tallies[*index].exprs().into_iter().all(sound) {
                        return false;
                    }
                    judged[*index] = true;
                }
                _ => return false,
            }
        }
        judged.into_iter().chain(applied).all(|done| done)
    }

    fn is_tally(&self, tally: &Tally) -> bool {
        self.is_entity(tally.entity)
            && tally.require.len() + tally.onces.len() <= Verdict::MAX_REFUSALS
            && tally
                .owner
                .as_ref()
                .map_or(!tally.measures.is_empty(), |owner| self.is_owner(tally, owner))
            && tally.measures.iter().all(|measure| measure.kpi.index() < self.of_root)
            && tally.splits.iter().all(|split| {
                let parts =
                    if let Type::Choice(choices) = &split.by.ty { choices.values.len() } else { 2 };
                split.parts.len() == parts
                    && split.parts.iter().all(|kpi| kpi.index() < self.of_root)
            })
            && tally.onces.iter().all(|once| *once < self.rules.onces.len())
            && self.is_basis(&tally.basis)
            && tally.target.iter().all(|target| self.is_basis(&target.basis))
            && tally.require.iter().all(|requirement| {
                self.is_basis(&requirement.basis)
                    && self.is_message(&requirement.message, tally.entity)
            })
            && self.are_exprs(&tally.exprs(), About::Record(tally.entity))
    }

    /// Whether every record of a tally's entity may belong to a record of another, and nothing else
    /// is made of them.
    fn is_owner(&self, tally: &Tally, owner: &Owner) -> bool {
        let fields = |entity: EntityId, fields: &[FieldId]| {
            fields.iter().all(|field| self.is_field(entity, *field))
        };
        let linked = match &owner.link {
            Link::Reference(field) => {
                self.reached(About::Record(tally.entity), Some(*field)) == Some(owner.entity)
            }
            Link::Key { theirs, own } => {
                theirs.len() == own.len()
                    && fields(tally.entity, theirs)
                    && fields(owner.entity, own)
            }
        };
        let is_none =
            tally.measures.is_empty() && tally.splits.is_empty() && tally.onces.is_empty();
        linked
            && is_none
            && self.schema.entities.get(owner.entity).is_some_and(|entity| entity.child)
            && !owner.figures.is_empty()
    }

    /// Whether the holes of a message ask for nothing but data.
    fn is_message(&self, message: &Message, entity: EntityId) -> bool {
        message.holes.iter().all(|hole| {
            self.is_expr(&hole.value, About::Record(entity))
                && all(&hole.value, &mut |expr| !is_verdict(&expr.kind))
        })
    }

    fn is_once(&self, index: usize, once: &Once) -> bool {
        let kept = match &once.keep {
            Keep::None => true,
            Keep::First(ranks) => ranks.iter().all(|group| *group < once.groups.len()),
            Keep::Best { preferred } => *preferred < 2 && self.is_choice(once),
            Keep::Among(among) => matches!(once.groups.as_slice(), [group]
            if matches!(group.as_slice(), [claimant] if self.rules.tallies.get(claimant.tally).is_some_and(|tally| {
                among.exprs().into_iter().all(|expr| self.is_expr(expr, About::Record(tally.entity)))
            }))),
        };
        kept && once.message.holes.is_empty()
            && self.is_basis(&once.basis)
            && once.groups.iter().all(|group| {
                !group.is_empty() && group.iter().all(|claimant| self.is_claimant(index, claimant))
            })
    }

    /// Whether a rule has two groups of one counting tally each to choose between.
    fn is_choice(&self, once: &Once) -> bool {
        let counts = |claimant: &Claimant| {
            self.rules.tallies.get(claimant.tally).is_some_and(|tally| {
                tally.measures.iter().take(1).any(|measure| measure.of.is_none())
            })
        };
        matches!(once.groups.as_slice(), [first, second]
            if matches!((first.as_slice(), second.as_slice()), ([a], [b]) if a.tally != b.tally && counts(a) && counts(b)))
    }

    fn is_award(&self, award: &Award) -> bool {
        let of_root = award.entity == self.schema.root;
        let (one, all) = match (of_root, award.by) {
            (true, None) => (About::Root, About::Roots),
            (true, Some(field)) => (About::Root, About::Group(field)),
            // Asked of what they belong to.
            (false, _) => match self.schema.parent(award.entity) {
                Some(parent) if parent != self.schema.root => {
                    (About::Record(award.entity), About::Record(parent))
                }
                _ => (About::Record(award.entity), About::Root),
            },
        };
        let asked = award
            .asked()
            .into_iter()
            .chain(award.require.iter().map(|requirement| &requirement.condition));
        self.is_entity(award.entity)
            && award.by.is_none_or(|field| of_root && self.is_field(self.schema.root, field))
            && asked.into_iter().all(|expr| self.is_expr(expr, one))
            && self.is_expr(&award.limit, all)
            && !matches!(&award.give, Give::Proportion { step, .. } if *step <= Exact::ZERO)
            && self.is_basis(&award.basis)
            && award.require.iter().all(|requirement| {
                self.is_basis(&requirement.basis)
                    && self.is_message(&requirement.message, award.entity)
            })
    }

    fn is_claimant(&self, once: usize, claimant: &Claimant) -> bool {
        let tally = self.rules.tallies.get(claimant.tally);
        tally.is_some_and(|tally| {
            tally.onces.contains(&once)
                && claimant
                    .key
                    .iter()
                    .all(|part| self.is_expr(&part.value, About::Record(tally.entity)))
        })
    }

    fn is_kpi(&self, index: usize, kpi: &Kpi) -> bool {
        let about = if index < self.of_root { About::Root } else { About::Roots };
        let scope = match kpi.scope {
            KpiScope::Root => index < self.of_root,
            KpiScope::Programme { by } => {
                index >= self.of_root
                    && by.is_none_or(|field| self.is_field(self.schema.root, field))
            }
        };
        let kind = match kpi.kind {
            KpiKind::Measure { tally, measure } => {
                self.rules.tallies.get(tally).is_some_and(|tally| measure < tally.measures.len())
            }
            KpiKind::Part { tally, split, part } => self
                .rules
                .tallies
                .get(tally)
                .and_then(|tally| tally.splits.get(split))
                .is_some_and(|split| part < split.parts.len()),
            KpiKind::Formula(_) => true,
        };
        let counted = matches!(kpi.kind, KpiKind::Formula(_)) || about == About::Root;
        scope
            && kind
            && counted
            && self.is_basis(&kpi.basis)
            && self.are_exprs(&exprs_of_kpi(kpi), about)
    }

    fn are_exprs(&self, exprs: &[&Expr], about: About) -> bool {
        exprs.iter().all(|expr| self.is_expr(expr, about))
    }

    fn is_expr(&self, expr: &Expr, about: About) -> bool {
        let record = |via: Option<FieldId>| self.reached(about, via);
        let kpis = if about.is_roots() { self.rules.kpis.len() } else { self.of_root };
        let mut inner = about;
        let own = match &expr.kind {
            ExprKind::Constant(value) => is_value(value, &expr.ty),
            ExprKind::Field { via, field } => {
                record(*via).is_some_and(|entity| self.is_field(entity, *field))
            }
            ExprKind::RootField(field) => {
                (!about.is_roots() || about == About::Group(*field))
                    && self.is_field(self.schema.root, *field)
            }
            ExprKind::ProgrammeField(field) => {
                self.schema.programme.is_some_and(|entity| self.is_field(entity, *field))
            }
            ExprKind::Class { via, class } => self
                .rules
                .classes
                .get(*class)
                .is_some_and(|class| record(*via) == Some(class.entity)),
            ExprKind::CountedIn { via, tally } => self
                .rules
                .tallies
                .get(*tally)
                .is_some_and(|tally| record(*via) == Some(tally.entity)),
            ExprKind::Figure { via, tally, figure } => {
                let owner = self.rules.tallies.get(*tally).and_then(|tally| tally.owner.as_ref());
                owner.is_some_and(|owner| {
                    record(*via) == Some(owner.entity) && *figure < owner.figures.len()
                })
            }
            ExprKind::Kpi(kpi) | ExprKind::Previous(kpi) | ExprKind::Target(kpi) => {
                kpi.index() < kpis
            }
            ExprKind::OfProgramme(kpi) => !about.is_roots() && self.is_of_programme(*kpi, None),
            ExprKind::OfGroup { field, kpi } => {
                !about.is_roots() && self.is_of_programme(*kpi, Some(*field))
            }
            ExprKind::OneOf(of, values) => values.iter().all(|value| is_value(value, &of.ty)),
            ExprKind::Case(case) => {
                let otherwise =
                    case.otherwise.iter().all(|otherwise| self.is_basis(&otherwise.basis));
                otherwise
                    && case.values().next().is_some()
                    && case.rows.iter().all(|row| self.is_basis(&row.basis))
            }
            ExprKind::Lookup { table, column, of, steps } => {
                self.rules.tables.get(*table).is_some_and(|table| {
                    of.len() == table.keys.len()
                        && *column < table.columns.len()
                        && *steps == table.steps()
                        && of.iter().zip(&table.keys).all(|(of, key)| of.ty == key.ty)
                })
            }
            ExprKind::Round(_, _, step) => {
                matches!(&step.kind, ExprKind::Constant(Value::Number(step)) if *step > Exact::ZERO)
            }
            ExprKind::Listed(_, list) => {
                !about.is_roots()
                    && match list {
                        Listing::Register(_) => true,
                        Listing::Entity(entity) => self.schema.is_list(*entity),
                    }
            }
            ExprKind::Over { entity, .. } => {
                inner = About::Record(*entity);
                match about {
                    About::Root => self.schema.is_below(*entity, self.schema.root),
                    About::Record(of) => self.schema.is_below(*entity, of),
                    _ => false,
                }
            }
            ExprKind::IsMet(obligation) => {
                !about.is_roots() && *obligation < self.rules.obligations.len()
            }
            ExprKind::Awarded { via, award } | ExprKind::Placed { via, award, .. } => {
                let of_root = (about == About::Root).then_some(self.schema.root);
                let of = record(*via).or(of_root.filter(|_| via.is_none()));
                self.rules.awards.get(*award).is_some_and(|award| of == Some(award.entity))
            }
            ExprKind::Aggregate(..) => {
                inner = About::Root;
                about.is_roots()
            }
            _ => true,
        };
        let parts = match &expr.kind {
            ExprKind::And(parts) | ExprKind::Or(parts) | ExprKind::Extremum { of: parts, .. } => {
                !parts.is_empty()
            }
            ExprKind::Calendar(function, parts) => parts.len() == function.arguments(),
            _ => true,
        };
        own && parts
            && expr.nodes == expr.kind.steps(&self.class_steps)
            && self.is_type(&expr.ty)
            && self.are_exprs(&expr.kind.parts(), inner)
    }

    /// Whether a KPI is of the programme and, where a field is asked for, made for each of its
    /// values.
    fn is_of_programme(&self, kpi: KpiId, field: Option<FieldId>) -> bool {
        match self.rules.kpis.get(kpi).map(|kpi| kpi.scope) {
            Some(KpiScope::Programme { by }) => field.is_none() || by == field,
            _ => false,
        }
    }

    /// The entity of the record that a reference leads to.
    fn reached(&self, about: About, via: Option<FieldId>) -> Option<EntityId> {
        let entity = match about {
            About::Record(entity) => entity,
            // A root reads what it refers to, and its own fields otherwise.
            About::Root if via.is_some() => self.schema.root,
            _ => return None,
        };
        let Some(via) = via else { return Some(entity) };
        match self.schema.entities.get(entity)?.fields.get(via)?.kind {
            FieldKind::Reference(target) => Some(target),
            _ => None,
        }
    }

    fn is_type(&self, ty: &Type) -> bool {
        match ty {
            Type::Choice(choices) | Type::List(choices) => are_choices(choices),
            Type::Reference(entity) => self.is_entity(*entity),
            _ => true,
        }
    }
}

fn are_choices(choices: &Choices) -> bool {
    (1..=MAX_CHOICES).contains(&choices.values.len())
}

fn is_value(value: &Value, ty: &Type) -> bool {
    match (value, ty) {
        (Value::Choice(index), Type::Choice(choices)) => *index < choices.values.len(),
        (Value::Choice(_), _) => false,
        (Value::Period(period), _) => period.start <= period.end,
        _ => true,
    }
}

/// Whether a record is asked for, or the root, by what became of it.
fn is_verdict(kind: &ExprKind) -> bool {
    matches!(kind, ExprKind::CountedIn { .. } | ExprKind::Awarded { .. })
}

/// Whether something holds for an expression and all it is made of.
fn all(expr: &Expr, holds: &mut dyn FnMut(&Expr) -> bool) -> bool {
    holds(expr) && expr.kind.parts().into_iter().all(|part| all(part, holds))
}
