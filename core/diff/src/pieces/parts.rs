//! The parts of an item, each ready to be compared with those of the same item in another pack. Not
//! here: which parts belong together (`pieces`).

use super::super::Part;
use super::super::force::{Force, asked_name};
use super::super::meant::{Meant, places};
use super::super::said::Said;
use super::super::wording::spelled;
use super::{Piece, grounds};
use guiju_compiler::check::amend::exprs;
use guiju_compiler::syntax::ast::{
    Entity, Expr, Ground, Item, ItemKind, Let, Require, SourceDocument, Table, Tally,
};
use guiju_compiler::syntax::{Token, TokenKind, placed};
use guiju_model::source::Span;
use guiju_model::text::fold;
use std::ops::Range;

fn piece<'a>(
    force: &Force,
    part: Part,
    number: usize,
    name: Option<&'a str>,
    span: Span,
    grounds: Vec<&'a Ground>,
) -> Piece<'a> {
    let said = said(force, force.words(span), span, &grounds);
    Piece {
        part,
        number,
        name,
        asks: None,
        span,
        text: force.quoted(span),
        own_grounds: 0,
        rows: Vec::new(),
        grounds,
        said,
    }
}

fn said(force: &Force, words: Vec<(Token, Range<usize>)>, span: Span, grounds: &[&Ground]) -> Said {
    let mut said = Said::of(words, &force.cited(grounds, span), force.clauses(grounds));
    said.spell(|text, locale| spelled(text, &force.rules, locale));
    said
}

/// What the words of a text with these formulas and conditions mean; they stand at `places` in it,
/// and what it rests on at `cited`.
fn meant(
    force: &Force,
    entity: &str,
    exprs: &[&Expr],
    words: Vec<(Token, Range<usize>)>,
    places: &[Range<usize>],
    cited: &[Range<usize>],
) -> Meant {
    Meant::of(
        exprs,
        entity,
        &force.values,
        Said::of(words, &[places, cited].concat(), Vec::new()).logic,
    )
}

/// The entity whose values an item may name.
fn entity_of<'a>(force: &'a Force, kind: &'a ItemKind) -> &'a str {
    match kind {
        ItemKind::Let(item) => item.owner.as_ref().map_or("", |owner| &owner.node),
        ItemKind::Classify(item) => &item.entity.node,
        ItemKind::Tally(item) => &item.entity.node,
        ItemKind::Award(item) => &item.entity.node,
        ItemKind::Check(item) => &item.entity.node,
        _ => force.rules.schema.entities.get(force.rules.schema.root).map_or("", |root| &root.name),
    }
}

pub(super) fn whole<'a>(force: &Force, item: &'a Item) -> Piece<'a> {
    let mut piece = piece(force, Part::Whole, 0, None, item.span, grounds(&item.kind));
    let words = match &item.kind {
        // That other entities have a value of this name says nothing of this one.
        ItemKind::Let(named) if named.owner.is_some() => {
            Span { start: named.name.span.start, ..item.span }
        }
        _ => item.span,
    };
    let mut found = Vec::new();
    exprs(&item.kind, &mut |expr| found.push(expr.clone()));
    let found: Vec<&Expr> = found.iter().collect();
    let (places, cited) = (places(&found, words.start), force.cited(&piece.grounds, words));
    let mut tokens = force.words(words);
    if let ItemKind::Table(Table { file: Some(file), .. }) = &item.kind {
        let rows = file.rows.as_deref().unwrap_or_default();
        piece.rows = rows.iter().map(|row| row.span).collect();
        tokens.extend(rows.iter().flat_map(|row| &row.cells).map(|cell| {
            let value = Token { kind: TokenKind::Number, text: fold(&cell.node) };
            (value, usize::MAX..usize::MAX)
        }));
    }
    piece.said = said(force, tokens.clone(), words, &piece.grounds);
    piece.said.means(meant(force, entity_of(force, &item.kind), &found, tokens, &places, &cited));
    if let ItemKind::Source(_) = item.kind {
        // Its clauses are quoted where rules cite them.
        piece.text = head(force, item.span, None).text;
    }
    piece
}

/// The parts of an item that are compared one by one.
pub(super) fn pieces<'a>(force: &'a Force, item: &'a Item) -> Vec<Piece<'a>> {
    match &item.kind {
        ItemKind::Tally(tally) => of_tally(force, item.span, tally),
        ItemKind::Entity(entity) => of_entity(force, item.span, entity),
        ItemKind::Source(source) => of_source(force, item.span, source),
        _ => vec![whole(force, item)],
    }
}

fn of_tally<'a>(force: &'a Force, span: Span, tally: &'a Tally) -> Vec<Piece<'a>> {
    let mut pieces = vec![head(force, span, tally.ground.as_ref())];
    // A part that cites nothing rests on what the tally as a whole rests on.
    let entity = tally.entity.node.as_str();
    let part = |part, number, span: Span, condition: &Expr, ground: Option<&'a Ground>| {
        let mut piece = piece(force, part, number, None, span, ground.into_iter().collect());
        let (places, cited) = (places(&[condition], span.start), force.cited(&piece.grounds, span));
        piece.said.means(meant(force, entity, &[condition], force.words(span), &places, &cited));
        if piece.grounds.is_empty() {
            piece.grounds.extend(&tally.ground);
        }
        piece
    };
    pieces.extend(tally.select.iter().enumerate().map(|(n, select)| {
        part(Part::Select, n, select.span, &select.condition, select.ground.as_ref())
    }));
    pieces.extend(tally.require.iter().enumerate().map(|(n, require)| {
        match asked_name(require).zip(force.named(tally, require)) {
            Some((name, (named, declared))) => {
                by_name(force, n, (entity, &name.node), require, named, declared)
            }
            None => {
                part(Part::Require, n, require.span, &require.condition, require.ground.as_ref())
            }
        }
    }));
    let targets = tally.targets.iter().map(|target| target.span);
    let others = tally.splits.iter().map(|split| split.span).chain(targets);
    let spans: Vec<Span> =
        tally.measures.iter().map(|measure| measure.span).chain(others).collect();
    if let Some(first) = spans.first() {
        let mut said = Said::of(spans.iter().flat_map(|span| force.words(*span)), &[], Vec::new());
        let of = |span: Span, exprs: &[&Expr]| {
            meant(force, entity, exprs, force.words(span), &places(exprs, span.start), &[])
        };
        let sums = tally
            .measures
            .iter()
            .map(|measure| of(measure.span, &measure.of.iter().collect::<Vec<_>>()));
        let splits = tally.splits.iter().map(|split| of(split.span, &[&split.by]));
        let targets = tally
            .targets
            .iter()
            .map(|target| of(target.span, &target.sum.iter().collect::<Vec<_>>()));
        said.means(sums.chain(splits).chain(targets).fold(Meant::default(), Meant::and));
        let text = spans.iter().map(|span| force.quoted(*span)).collect::<Vec<_>>().join("\n");
        let grounds = tally.ground.iter().collect();
        pieces.push(Piece {
            part: Part::Figures,
            number: 0,
            name: None,
            asks: None,
            span: *first,
            text,
            own_grounds: 0,
            rows: Vec::new(),
            grounds,
            said,
        });
    }
    pieces
}

/// A requirement that asks for a named condition says what the condition says, as if it stood
/// there.
fn by_name<'a>(
    force: &Force,
    number: usize,
    (entity, name): (&str, &'a str),
    require: &'a Require,
    named: &'a Let,
    declared: Span,
) -> Piece<'a> {
    let body = Span { start: named.value.span.start, ..declared };
    let own: Vec<&Ground> = named.ground.iter().collect();
    let cited = force.cited(&own, body);
    let own_grounds = own.len();
    let grounds: Vec<&Ground> = own.into_iter().chain(&require.ground).collect();
    // No citation is where the word would stand.
    let word = placed("require").map(|(word, _)| (word, usize::MAX..usize::MAX));
    let words: Vec<(Token, Range<usize>)> = word.chain(force.words(body)).collect();
    let mut said = Said::of(words.iter().cloned(), &cited, Vec::new());
    let reasons = grounds.iter().filter_map(|ground| {
        if let Ground::Because(reason) = ground { Some(reason) } else { None }
    });
    let reasons =
        reasons.flat_map(|reason| std::iter::once(reason.zh.clone()).chain(reason.en.clone()));
    let clauses = force.clauses(&grounds);
    said.spell(|text, locale| spelled(text, &force.rules, locale));
    said.rest_on(if clauses.is_empty() { reasons.collect() } else { clauses });
    let places = places(&[&named.value], body.start);
    said.means(meant(force, entity, &[&named.value], words, &places, &cited));
    let text = force.quoted(declared);
    Piece {
        part: Part::Require,
        number,
        name: None,
        asks: Some(name),
        span: require.span,
        text,
        grounds,
        own_grounds,
        rows: Vec::new(),
        said,
    }
}

fn of_entity<'a>(force: &'a Force, span: Span, entity: &'a Entity) -> Vec<Piece<'a>> {
    let mut pieces = vec![head(force, span, None)];
    pieces.extend(entity.fields.iter().enumerate().map(|(number, field)| {
        let mut piece = piece(
            force,
            Part::Field,
            number,
            Some(&field.name.node),
            field.span,
            field.ground.iter().collect(),
        );
        if piece.grounds.is_empty() {
            piece.grounds.extend(force.extension(field.span));
        }
        piece
    }));
    pieces
}

fn of_source<'a>(force: &Force, span: Span, source: &'a SourceDocument) -> Vec<Piece<'a>> {
    let mut pieces = vec![head(force, span, None)];
    pieces.extend(source.clauses.iter().enumerate().map(|(number, clause)| {
        piece(force, Part::Clause, number, Some(&clause.id.node), clause.span, Vec::new())
    }));
    pieces
}

/// What stands before the braces of an item, and the ground after them.
fn head<'a>(force: &Force, span: Span, ground: Option<&'a Ground>) -> Piece<'a> {
    let text = force.text(span);
    let brace = placed(text)
        .find(|(token, _)| token.text == "{")
        .map_or(text.len(), |(_, place)| place.start);
    let line = text.get(..brace).unwrap_or(text).trim_end();
    let ground = ground.into_iter().collect::<Vec<_>>();
    let mut basis = force.clauses(&ground);
    let after = match ground.first() {
        Some(Ground::Clauses(names)) => format!(
            " @ {}",
            names.iter().map(|name| name.node.as_str()).collect::<Vec<_>>().join(", ")
        ),
        Some(Ground::Because(reason)) => {
            basis.push(reason.zh.clone());
            let en = reason.en.as_ref().map(|en| format!(" / \"{en}\"")).unwrap_or_default();
            format!(" {} \"{}\"{en}", force.spelled("because", span), reason.zh)
        }
        None => String::new(),
    };
    let said = Said::of(
        force.words(span).into_iter().take_while(|(_, place)| place.end <= line.len()),
        &[],
        basis,
    );
    let text = format!("{line} {{ … }}{after}");
    // Where a later edition says what a tally rests on, the heading is its own.
    let cited = ground
        .iter()
        .find_map(|ground| if let Ground::Clauses(names) = ground { names.first() } else { None });
    let span =
        cited.map(|name| name.span).filter(|cited| cited.source != span.source).unwrap_or(span);
    Piece {
        part: Part::Head,
        number: 0,
        name: None,
        asks: None,
        span,
        text,
        own_grounds: 0,
        rows: Vec::new(),
        grounds: ground,
        said,
    }
}
