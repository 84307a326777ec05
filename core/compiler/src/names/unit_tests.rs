//! Names found where they stand, in every place that a pack can have them.

use super::{NameKind, Names};
use crate::pipeline::Parsed;
use guiju_model::limits::Limits;
use guiju_model::source::Source;

/// Every mention of a file, as `word kind owner.name`, with `*` where it is declared.
fn mentions(names: &Names, sources: &[Source]) -> Vec<String> {
    let show = |mention: &super::Mention| {
        let symbol = &names.list()[mention.named].symbol;
        let written = sources[mention.span.source.0 as usize].slice(mention.span);
        let star = if mention.declares { "*" } else { "" };
        let owner = if symbol.owner.is_empty() { String::new() } else { format!("{}.", symbol.owner) };
        format!("{written}{star} {:?} {owner}{}", symbol.kind, symbol.name)
    };
    names.mentions().iter().map(show).collect()
}

fn read(text: &str) -> Vec<String> {
    let parsed = Parsed::parse(vec![Source::new("a.guiju", text)], &Limits::default());
    mentions(&parsed.names(), parsed.sources())
}

const DATA: &str = "pack p\nsource g { 1 \"一\" }\nentity shop { key id: text kind: big | small owner: text? }\n\
    entity sale in shop { key id: text by: clerk kind: cash | card amount: money }\nentity clerk in shop { key id: text grade: a | b }\n";

/// What is read after the data of these tests.
fn after(text: &str) -> Vec<String> {
    read(&format!("{DATA}{text}")).split_off(read(DATA).len())
}

#[test]
fn a_bare_word_is_a_choice_of_the_field_it_is_compared_with() {
    let found =
        after("let sale.good = kind in (cash, card) and by.grade = a and shop.kind <> big else \"{amount}\" / \"{shop.owner}\" @ g:1");
    let expected = [
        "sale Entity sale",
        "good* Value sale.good",
        "kind Field sale.kind",
        "cash Choice sale.kind.cash",
        "card Choice sale.kind.card",
        "by Field sale.by",
        "grade Field clerk.grade",
        "a Choice clerk.grade.a",
        "shop Entity shop",
        "kind Field shop.kind",
        "big Choice shop.kind.big",
        "amount Field sale.amount",
        "shop Entity shop",
        "owner Field shop.owner",
        "g Document g",
        "1 Clause g.1",
    ];
    assert_eq!(found, expected);
}

#[test]
fn parts_of_a_split_are_found_by_either_way_of_naming_them() {
    let found = after(
        "tally n in 家 from sale { require good count sum amount as m split kind split kind = cash into yes, no }\n\
         kpi k = n.cash + n.yes + m * 2 家 @ 1\nonce o by id between n keep first of (n) else \"x\" @ 1",
    );
    let expected = [
        "n* Tally n",
        "家* Unit 家",
        "sale Entity sale",
        "amount Field sale.amount",
        "m* Kpi m",
        "kind Field sale.kind",
        "kind Field sale.kind",
        "cash Choice sale.kind.cash",
        "yes* Part n.yes",
        "no* Part n.no",
        "k* Kpi k",
        "n Tally n",
        "cash Choice sale.kind.cash",
        "n Tally n",
        "yes Part n.yes",
        "m Kpi m",
        "家 Unit 家",
        "1 Clause g.1",
        "o* Once o",
        "id Field sale.id",
        "n Tally n",
        "n Tally n",
        "1 Clause g.1",
    ];
    assert_eq!(found, expected);
}

#[test]
fn tests_are_read_to_the_last_word() {
    let rules = "tally n in 家 from sale { require amount > 0 元 else \"x\" @ 1 count }\nobligation o expect n > 1 家 else \"x\" @ 1\n\
        obligation every for every kpi with target expect value >= target else \"x\" @ 1\n\
        check c on sale.amount expect amount > 0 元 else \"x\" @ 1\n";
    let test = "example e: sale { kind: cash }\ntest \"t\" { shop S { kind: big targets { n: 3 家 } sale R like e { kind: card } }\n\
        expect S.n = 1 家 expect S.o is met expect S.sale.R counted in n @ 1 expect S.sale.R.kind = card expect S.sale.R has no issue c\n\
        expect programme.n between 1 家 and 2 家 expect S.every_n is met }";
    let found = after(&format!("{rules}{test}")).split_off(after(rules).len());
    let expected = [
        "e* Example e",
        "sale Entity sale",
        "kind Field sale.kind",
        "cash Choice sale.kind.cash",
        "shop Entity shop",
        "kind Field shop.kind",
        "big Choice shop.kind.big",
        "n Tally n",
        "家 Unit 家",
        "sale Entity sale",
        "e Example e",
        "kind Field sale.kind",
        "card Choice sale.kind.card",
        "n Tally n",
        "家 Unit 家",
        "o Obligation o",
        "sale Entity sale",
        "n Tally n",
        "1 Clause g.1",
        "sale Entity sale",
        "kind Field sale.kind",
        "card Choice sale.kind.card",
        "sale Entity sale",
        "c Check c",
        "n Tally n",
        "家 Unit 家",
        "家 Unit 家",
        "every Obligation every",
        "n Tally n",
    ];
    assert_eq!(found, expected);
}

#[test]
fn editions_share_their_names() {
    let base = "pack a\nsource g { 1 }\nentity shop { key id: text fee: money? }\nlet shop.fine = fee > 0 元 else \"x\" @ 1\n\
        tally n from shop { require fine count }";
    let new = "pack b amends a\nsource h { 1 }\nextend tally n { after fine require fee < 9 元 else \"x\" @ 1 drop fine @ h:1 }";
    let library = |name: &str| (name == "a").then(|| vec![Source::new("a.guiju", base)]);
    let parsed = Parsed::parse_with(vec![Source::new("b.guiju", new)], &Limits::default(), &library);
    let names = parsed.names();
    let fine = names.find(NameKind::Value, "shop", "fine").expect("it is declared");
    let uses: Vec<u32> = names.mentions().iter().filter(|mention| mention.named == fine).map(|mention| mention.span.source.0).collect();
    // The pack's own file is the first.
    assert_eq!(uses, [0, 0, 1, 1]);
    let own = mentions(&names, parsed.sources());
    assert!(own.contains(&"a Pack a".to_owned()) && own.contains(&"h Document h".to_owned()), "{own:?}");
    // What the base cites is its own document's clause; the edition's is one of two, which the checker asks about.
    let clauses = own.iter().filter(|shown| shown.starts_with("1 Clause")).cloned().collect::<Vec<_>>();
    assert_eq!(clauses, ["1 Clause h.1", "1 Clause g.1"]);
}
