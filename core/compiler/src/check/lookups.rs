//! `table`: values chosen by constants. Its keys and values, rows that stand twice, keys without a
//! row; and what asks for a value. Not here: `classify` and `case`, which choose by conditions.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::constants::value;
use super::expr::{Scope, dotted, error, field_type, node};
use super::functions::is_function;
use super::{Checker, duplicate, label};
use crate::syntax::ast::{self, Name};
use guiju_engine::eval::reference::message::constant_words;
use guiju_model::diagnostic::{Code, Diagnostic};
use guiju_model::number::Exact;
use guiju_model::rules::{
    Expr, ExprKind, KeyMatch, Table, TableColumn, TableKey, TableOtherwise, TableRow, Type, Value,
};
use guiju_model::schema::FieldKind;
use guiju_model::source::Span;
use guiju_model::text::{Localized, joined_words};
use guiju_model::unit::Unit;

/// A table as other rules see it: the place of each of its keys, as written, among those of the
/// model.
pub(super) struct TableName {
    places: Vec<usize>,
}

/// What a number can be.
#[derive(Clone)]
struct Bounds {
    least: Exact,
    /// Where only whole numbers can be: the first and the last.
    wholes: Option<(i64, i64)>,
}

impl Checker<'_> {
    pub(super) fn tables(&mut self, written: &[ast::Table]) {
        for item in written {
            let name = &item.name.node;
            if is_function(name) {
                self.report(Diagnostic::new(Code::ReservedName).arg(name).at(item.name.span));
                continue;
            }
            match self.table(item) {
                Some((table, places)) => {
                    self.index.add_table(name, self.tables.len());
                    self.tables.push(table);
                    self.table_names.push(TableName { places });
                }
                None => drop(self.lost.names.insert(name.clone())),
            }
        }
    }

    fn table(&mut self, item: &ast::Table) -> Option<(Table, Vec<usize>)> {
        let name = &item.name.node;
        let (mut keys, mut bounds, mut kinds) = (Vec::new(), Vec::new(), Vec::new());
        for key in &item.keys {
            let (key, kind) = self.key(key)?;
            keys.push(key);
            bounds.push(bounds_of(&kind));
            kinds.push(kind);
        }
        let steps: Vec<usize> =
            (0..keys.len()).filter(|at| keys[*at].matches != KeyMatch::Equal).collect();
        if let Some(second) = steps.get(1) {
            self.report(Diagnostic::new(Code::SecondStep).arg(name).at(item.keys[*second].span));
            return None;
        }
        // The key with steps comes last, so that rows of one kind stand together.
        let mut order: Vec<usize> = (0..keys.len()).filter(|at| !steps.contains(at)).collect();
        order.extend(&steps);
        let places: Vec<usize> = (0..keys.len())
            .map(|at| order.iter().position(|other| *other == at).unwrap_or(at))
            .collect();
        let columns = if item.columns.is_empty() { 1 } else { item.columns.len() };
        let mut types: Vec<Option<Expr>> = vec![None; columns];
        let mut rows: Vec<TableRow> = Vec::new();
        let mut sound = true;
        let in_file = match &item.file {
            Some(file) => self.rows_of_file(item, file, &kinds, &mut types)?,
            None => Vec::new(),
        };
        rows.extend(in_file.into_iter().map(|row| {
            let keys = order.iter().filter_map(|at| row.keys.get(*at).cloned()).collect();
            TableRow { keys, ..row }
        }));
        for row in &item.rows {
            if row.keys.len() != keys.len() || row.values.len() != columns {
                self.report(ragged(name, keys.len(), columns).at(row.span));
                sound = false;
                continue;
            }
            let cells: Vec<Option<Value>> =
                row.keys.iter().zip(&keys).map(|(cell, key)| self.cell(cell, key)).collect();
            let cells: Option<Vec<Value>> = order.iter().map(|at| cells[*at].clone()).collect();
            let values = self.values_of(&row.values, &mut types);
            let basis = match (&row.ground, &item.ground) {
                (None, Some(_)) => self.basis_if_any(None),
                (ground, _) => self.basis(ground.as_ref(), name, row.span),
            };
            match (cells, values) {
                (Some(keys), Some(values)) => {
                    rows.push(TableRow { span: row.span, keys, values, basis })
                }
                _ => sound = false,
            }
        }
        let otherwise = match &item.otherwise {
            None => None,
            Some(row) => {
                if row.values.len() != columns {
                    let diagnostic = ragged(name, keys.len(), columns).at(row.span);
                    self.report(diagnostic.note(
                        self.quoted("`otherwise` 沒有鍵，只寫值", row.span),
                        self.quoted("`otherwise` has values only, no keys", row.span),
                    ));
                    return None;
                }
                let values = self.values_of(&row.values, &mut types);
                // Of a table in a file it is said of the whole.
                let of_table = item.ground.is_some() || item.file.is_some();
                let basis = match (&row.ground, of_table) {
                    (None, true) => self.basis_if_any(None),
                    (ground, _) => {
                        self.basis(ground.as_ref(), &self.spelled("otherwise", row.span), row.span)
                    }
                };
                Some(TableOtherwise { values: values?, basis })
            }
        };
        let keys: Vec<TableKey> = order.iter().map(|at| keys[*at].clone()).collect();
        let named: Vec<Option<&ast::EnumValue>> = if item.columns.is_empty() {
            vec![None]
        } else {
            item.columns.iter().map(Some).collect()
        };
        let column = |(written, first): (Option<&ast::EnumValue>, Option<Expr>)| TableColumn {
            name: written.map(|column| column.name.node.clone()).unwrap_or_default(),
            label: written.map_or_else(
                || label(item.label.as_ref(), name),
                |column| label(column.label.as_ref(), &column.name.node),
            ),
            ty: first.map_or(Type::Error, |first| first.ty),
        };
        let columns: Vec<TableColumn> = named.into_iter().zip(types).map(column).collect();
        self.columns_declared_twice(item);
        rows.sort_by(|a, b| a.keys.cmp(&b.keys));
        for pair in rows.windows(2) {
            if pair[0].keys == pair[1].keys {
                let (first, second) = if pair[0].span < pair[1].span {
                    (&pair[0], &pair[1])
                } else {
                    (&pair[1], &pair[0])
                };
                let diagnostic = Diagnostic::new(Code::DoubleKey).arg(name).at(second.span);
                self.report(diagnostic.also(first.span, "與這一列", "and this row"));
                sound = false;
            }
        }
        let basis = match &item.file {
            Some(_) => self.basis(item.ground.as_ref(), name, item.name.span),
            None => self.basis_if_any(item.ground.as_ref()),
        };
        let label = label(item.label.as_ref(), name);
        let table = Table {
            name: name.clone(),
            label,
            keys,
            columns,
            rows,
            otherwise,
            graduated: item.graduated,
            basis,
        };
        if !sound || table.columns.iter().any(|column| column.ty == Type::Error) {
            if table.rows.is_empty() && sound {
                let found = Localized::new("沒有任何一列", "no row at all");
                self.report(
                    Diagnostic::new(Code::Syntax)
                        .word(Localized::new("一列", "a row"))
                        .word(found)
                        .at(item.name.span),
                );
            }
            return None;
        }
        if table.graduated && !self.graduates(item, &table) {
            return None;
        }
        let bounds: Vec<Option<Bounds>> = order.iter().map(|at| bounds[*at].clone()).collect();
        self.gaps(item, &table, &bounds);
        Some((table, places))
    }

    fn columns_declared_twice(&mut self, item: &ast::Table) {
        for (at, column) in item.columns.iter().enumerate() {
            if let Some(first) =
                item.columns[..at].iter().find(|other| other.name.node == column.name.node)
            {
                self.report(duplicate(&column.name.node, column.name.span, first.name.span));
            }
        }
    }

    /// A key names the field whose type it has, or a type.
    fn key(&mut self, written: &ast::TableKey) -> Option<(TableKey, FieldKind)> {
        let kind = match written.of.as_slice() {
            [name] => match name.node.as_str() {
                "text" => FieldKind::Text,
                "date" => FieldKind::Date,
                "money" => FieldKind::Money,
                "int" => FieldKind::Int,
                "number" => FieldKind::Number(Box::default()),
                "percent" => FieldKind::Percent,
                "bool" => FieldKind::Bool,
                _ => {
                    let types = "text, date, money, int, number, percent, bool";
                    let meant = self.meant(&name.node, types.split(", "));
                    let diagnostic = Diagnostic::new(Code::UnknownKeyType)
                        .arg(&name.node)
                        .arg(types)
                        .at(name.span);
                    self.report(diagnostic.suggest(meant.as_deref()));
                    return None;
                }
            },
            [owner, name] => {
                let entity = self.entity(owner)?;
                if let Some(field) = self.index.field(entity, &name.node) {
                    self.schema.entities[entity].fields[field].kind.clone()
                } else if let Some(class) = self.index.class(entity, &name.node) {
                    FieldKind::Choice(Arc::clone(&self.classes[class].choices))
                } else {
                    let shape = &self.schema.entities[entity];
                    let nearest = self
                        .meant(&name.node, shape.fields.iter().map(|field| field.name.as_str()));
                    let diagnostic = Diagnostic::new(Code::UnknownField)
                        .arg(&name.node)
                        .arg(&shape.name)
                        .at(name.span);
                    self.report(diagnostic.suggest(nearest.as_deref()));
                    return None;
                }
            }
            _ => return None,
        };
        let ty = field_type(&kind);
        let fits = match written.matches {
            KeyMatch::Equal => !matches!(ty, Type::Period | Type::List(_) | Type::Reference(_)),
            KeyMatch::From | KeyMatch::Above => matches!(ty, Type::Number(_) | Type::Date),
        };
        if !fits {
            let expected = match written.matches {
                KeyMatch::Equal => Localized::new("可以比對的值", "a value that can be matched"),
                _ => Localized::new("數字或日期", "a number or a date"),
            };
            self.report(
                Diagnostic::new(Code::TypeMismatch)
                    .word(expected)
                    .word(ty.describe())
                    .at(written.span),
            );
            return None;
        }
        Some((TableKey { matches: written.matches, ty }, kind))
    }

    /// A cell under a key.
    fn cell(&mut self, written: &ast::Expr, key: &TableKey) -> Option<Value> {
        let choices = if let Type::Choice(choices) = &key.ty { Some(choices) } else { None };
        let expr = self.expr(written, Scope::Constant, choices);
        if expr.ty == Type::Error {
            return None;
        }
        // A date is compared by itself, so what it is compared with is only a placeholder.
        let like =
            Expr { span: expr.span, ty: key.ty.clone(), kind: ExprKind::EachValue, nodes: 1 };
        if !self.agree(&like, &expr, &Localized::new("比對", "matched")) {
            return None;
        }
        self.constant_cell(&expr)
    }

    fn constant_cell(&mut self, expr: &Expr) -> Option<Value> {
        let found = value(expr).ok();
        if found.is_none() {
            self.report(Diagnostic::new(Code::ConstantNeeded).at(expr.span));
        }
        found
    }

    /// The values of a row; `types` has the first value of each column.
    fn values_of(
        &mut self,
        written: &[ast::Expr],
        types: &mut [Option<Expr>],
    ) -> Option<Vec<Value>> {
        let mut values = Vec::new();
        for (cell, first) in written.iter().zip(types) {
            let expr = self.expr(cell, Scope::Constant, None);
            let fits = match first {
                None => expr.ty != Type::Error,
                Some(first) => {
                    self.agree(first, &expr, &Localized::new("同欄並列", "in one column"))
                }
            };
            values.push(if fits { self.constant_cell(&expr) } else { None });
            first.get_or_insert(expr);
        }
        values.into_iter().collect()
    }

    /// Whether rates can be applied to each part of the last key.
    fn graduates(&mut self, item: &ast::Table, table: &Table) -> bool {
        let steps = table
            .keys
            .last()
            .is_some_and(|key| key.matches != KeyMatch::Equal && matches!(key.ty, Type::Number(_)));
        let rates = table.columns.iter().all(|column| column.ty == Type::Number(Unit::Ratio));
        if !(steps && rates) || table.otherwise.is_some() {
            self.report(Diagnostic::new(Code::NotGraduated).arg(&table.name).at(item.name.span));
            return false;
        }
        true
    }

    /// Keys that no row has: of choices and of the least that a number can be, surely; of texts,
    /// probably.
    fn gaps(&mut self, item: &ast::Table, table: &Table, bounds: &[Option<Bounds>]) {
        if table.otherwise.is_some() {
            return;
        }
        let equal = table.keys.iter().filter(|key| key.matches == KeyMatch::Equal).count();
        let groups: BTreeSet<&[Value]> = table.rows.iter().map(|row| &row.keys[..equal]).collect();
        // Every combination of choices there can be; anything else that is matched has values
        // beyond those listed.
        let mut combinations: Vec<Vec<Value>> = vec![Vec::new()];
        let mut open = false;
        for (key, bounds) in table.keys[..equal].iter().zip(bounds) {
            let wholes = bounds.as_ref().and_then(|bounds| bounds.wholes);
            let values: Vec<Value> = match (&key.ty, wholes) {
                (Type::Choice(choices), _) => {
                    (0..choices.values.len()).map(Value::Choice).collect()
                }
                (Type::Bool, _) => vec![Value::Bool(true), Value::Bool(false)],
                // One more than there are rows tells a gap.
                (_, Some((low, high))) => (low..=high)
                    .take(table.rows.len() + 1)
                    .map(|whole| Value::Number(whole.into()))
                    .collect(),
                _ => {
                    open = true;
                    break;
                }
            };
            combinations = combinations
                .iter()
                .flat_map(|row| {
                    values
                        .iter()
                        .map(move |value| [row.as_slice(), std::slice::from_ref(value)].concat())
                })
                .collect();
            if combinations.len() > 100_000 {
                break;
            }
        }
        if open {
            self.report(Diagnostic::new(Code::TableMayMiss).arg(&table.name).at(item.name.span));
        } else if let Some(missing) =
            combinations.iter().find(|row| !groups.contains(row.as_slice()))
        {
            let shown = shown(missing, &table.keys);
            self.report(
                Diagnostic::new(Code::TableGap).arg(&table.name).word(shown).at(item.name.span),
            );
            return;
        }
        let Some(Bounds { least, .. }) = bounds.get(equal).and_then(Option::as_ref) else { return };
        // In the order of their keys, so that those of one group stand together.
        for rows in table.rows.chunk_by(|a, b| a.keys[..equal] == b.keys[..equal]) {
            let Some((first, Value::Number(edge))) =
                rows.first().and_then(|row| Some((row, row.keys.last()?)))
            else {
                continue;
            };
            let group = &first.keys[..equal];
            // Nothing is below the least there can be, so nothing is above no edge at it but it
            // itself.
            if edge > least {
                let shown = shown(&[group, &[Value::Number(least.clone())]].concat(), &table.keys);
                self.report(
                    Diagnostic::new(Code::TableGap).arg(&table.name).word(shown).at(first.span),
                );
            }
        }
    }

    /// `name(key, …)` or `name.column(key, …)`, where a table has that name.
    pub(super) fn lookup_call(
        &mut self,
        span: Span,
        name: &[Name],
        arguments: &[ast::Expr],
        scope: Scope,
    ) -> Option<Expr> {
        let (first, column) = match name {
            [first] => (first, None),
            [first, column] => (first, Some(column)),
            _ => return None,
        };
        if self.lost.names.contains(&first.node) {
            return Some(error(span));
        }
        let at = self.index.table(&first.node)?;
        let table = &self.tables[at];
        let (keys, columns, graduated) =
            (table.keys.clone(), table.columns.clone(), table.graduated);
        let steps = table.steps();
        let places = self.table_names[at].places.clone();
        let names: Vec<&str> = columns.iter().map(|column| column.name.as_str()).collect();
        let found = match column {
            None if columns.len() == 1 => Some(0),
            None => None,
            Some(column) => names.iter().position(|name| *name == column.node),
        };
        let Some(found) = found else {
            let meant = column
                .and_then(|column| self.meant(&column.node, names.iter().copied()))
                .map(|near| format!("{}.{near}", first.node));
            let known: Vec<Localized> = names
                .iter()
                .map(|column| Localized::same(format!("{}.{column}", first.node)))
                .collect();
            let known = joined_words(&known.iter().collect::<Vec<_>>(), "、", ", ");
            self.report(
                Diagnostic::new(Code::UnknownColumn)
                    .arg(dotted(name))
                    .word(known)
                    .at(span)
                    .suggest(meant.as_deref()),
            );
            return Some(error(span));
        };
        if arguments.len() != keys.len() {
            return Some(self.wrong_arguments(span, &keys.len().to_string(), arguments.len()));
        }
        let mut of: Vec<Option<Expr>> = vec![None; keys.len()];
        for (argument, place) in arguments.iter().zip(places) {
            let key = &keys[place];
            let choices = if let Type::Choice(choices) = &key.ty { Some(choices) } else { None };
            let expr = self.expr(argument, scope, choices);
            let like =
                Expr { span: expr.span, ty: key.ty.clone(), kind: ExprKind::EachValue, nodes: 1 };
            if !self.agree(&like, &expr, &Localized::new("比對", "matched")) {
                return Some(error(span));
            }
            of[place] = Some(expr);
        }
        let of: Vec<Expr> = of.into_iter().flatten().collect();
        let ty = match keys.last() {
            // A part of what the rates are applied to.
            Some(key) if graduated => key.ty.clone(),
            _ => columns[found].ty.clone(),
        };
        Some(node(span, ty, ExprKind::Lookup { table: at, column: found, of, steps }))
    }
}

/// What a number of a kind can be.
fn bounds_of(kind: &FieldKind) -> Option<Bounds> {
    let wholes = if let FieldKind::Range(low, high) = kind { Some((*low, *high)) } else { None };
    kind.bounds().and_then(|(least, _)| Some(Bounds { least: least?, wholes }))
}

/// A row with more or fewer keys or values than the table has.
fn ragged(name: &str, keys: usize, values: usize) -> Diagnostic {
    Diagnostic::new(Code::RaggedTableRow).arg(name).arg(keys.to_string()).arg(values.to_string())
}

/// The keys of a row, choices as rules write them.
fn shown(values: &[Value], keys: &[TableKey]) -> Localized {
    let one = |(value, key): (&Value, &TableKey)| match (value, &key.ty) {
        (Value::Choice(at), Type::Choice(choices)) => {
            Localized::same(choices.values[*at].name.clone())
        }
        (Value::Bool(value), _) => Localized::same(value.to_string()),
        (value, ty) => constant_words(value, ty),
    };
    let words: Vec<Localized> = values.iter().zip(keys).map(one).collect();
    joined_words(&words.iter().collect::<Vec<_>>(), "、", ", ")
}
