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
        let owner =
            if symbol.owner.is_empty() { String::new() } else { format!("{}.", symbol.owner) };
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
    let found = after(
        "let sale.good = kind in (cash, card) and by.grade = a and shop.kind <> big else \"{amount}\" / \"{shop.owner}\" @ g:1",
    );
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
fn figures_of_records_are_members_of_their_owner() {
    let rules = "tally clerk.sold from sale by by { require counted in n else \"{shop.owner}\" @ 1 sum amount count as sales in 筆 target count @ 1 }\n\
        tally sale.like in 種 from sale by (kind, amount) { count distinct by }\n\
        tally n from sale { require by.sold > 0 元 and by.sales > 1 筆 and like > 1 種 else \"{by.sold} {like}\" @ 1 average by.sold target sum amount @ 1 }\n\
        extend tally clerk.sold { after good require kind = cash else \"{kind}\" @ 1 maximum amount as best }\n\
        drop tally clerk.sold @ 1";
    let found = after(rules);
    let expected = [
        "clerk Entity clerk",
        "sold* Tally clerk.sold",
        "sale Entity sale",
        "by Field sale.by",
        "n Tally n",
        "shop Entity shop",
        "owner Field shop.owner",
        "1 Clause g.1",
        "amount Field sale.amount",
        "sales* Kpi clerk.sales",
        "筆* Unit 筆",
        "1 Clause g.1",
        "sale Entity sale",
        "like* Tally sale.like",
        "種* Unit 種",
        "sale Entity sale",
        "kind Field sale.kind",
        "amount Field sale.amount",
        "by Field sale.by",
        "n* Tally n",
        "sale Entity sale",
        "by Field sale.by",
        "sold Tally clerk.sold",
        "by Field sale.by",
        "sales Kpi clerk.sales",
        "筆 Unit 筆",
        "like Tally sale.like",
        "種 Unit 種",
        "by Field sale.by",
        "sold Tally clerk.sold",
        "like Tally sale.like",
        "1 Clause g.1",
        "by Field sale.by",
        "sold Tally clerk.sold",
        "amount Field sale.amount",
        "1 Clause g.1",
        "clerk Entity clerk",
        "sold Tally clerk.sold",
        "kind Field sale.kind",
        "cash Choice sale.kind.cash",
        "kind Field sale.kind",
        "1 Clause g.1",
        "amount Field sale.amount",
        "best* Kpi clerk.best",
        "clerk Entity clerk",
        "sold Tally clerk.sold",
        "1 Clause g.1",
    ];
    assert_eq!(found, expected);
}

#[test]
fn a_key_that_both_have_is_a_name_of_both() {
    let found = after(
        "tally clerk.sold from sale by (kind, grade) { count }\nextend sale { grade: x | y @ 1 }",
    )
    .split_off(3);
    assert_eq!(
        found,
        [
            "kind Field sale.kind",
            "grade Field clerk.grade",
            "grade Field sale.grade",
            "sale Entity sale",
            "grade* Field sale.grade",
            "x* Choice sale.grade.x",
            "y* Choice sale.grade.y",
            "1 Clause g.1"
        ]
    );
}

#[test]
fn parts_of_awards_ask_of_applicants_or_of_all() {
    let rules = "obligation o expect some(sale: kind = cash) else \"x\" @ 1\nkpi pool for programme = 5 元 @ 1\n\
        award best \"甲\" for programme by kind in 家 from shop { require o is met and every(sale: by.grade in (a, b)) else \"{owner}\" @ 1\n\
        order highest n places 5 ties open reserve 2 } @ 1\n\
        award paid from shop { require kind <> big else \"x\" @ 1 order earliest id budget pool give n * 1 元 rest stop } @ 1\n\
        award won from sale { order lowest amount, highest by.id places grants } @ 1\n\
        extend shop { grants: int @ 1 }\n\
        tally n from sale { count }\nkpi all for programme = sum(paid.amount) + count(counted in best) when best.rank > 1 @ 1";
    let found = after(rules);
    let expected = [
        "o* Obligation o",
        "sale Entity sale",
        "kind Field sale.kind",
        "cash Choice sale.kind.cash",
        "1 Clause g.1",
        "pool* Kpi pool",
        "1 Clause g.1",
        "best* Award best",
        "kind Field shop.kind",
        "家* Unit 家",
        "shop Entity shop",
        "o Obligation o",
        "sale Entity sale",
        "by Field sale.by",
        "grade Field clerk.grade",
        "a Choice clerk.grade.a",
        "b Choice clerk.grade.b",
        "owner Field shop.owner",
        "1 Clause g.1",
        "n Tally n",
        "1 Clause g.1",
        "paid* Award paid",
        "shop Entity shop",
        "kind Field shop.kind",
        "big Choice shop.kind.big",
        "1 Clause g.1",
        "id Field shop.id",
        "pool Kpi pool",
        "n Tally n",
        "1 Clause g.1",
        "won* Award won",
        "sale Entity sale",
        "amount Field sale.amount",
        "by Field sale.by",
        "id Field clerk.id",
        "grants Field shop.grants",
        "1 Clause g.1",
        "shop Entity shop",
        "grants* Field shop.grants",
        "1 Clause g.1",
        "n* Tally n",
        "sale Entity sale",
        "all* Kpi all",
        "paid Award paid",
        "best Award best",
        "1 Clause g.1",
    ];
    assert_eq!(found, expected);
    let test = "test \"t\" { shop S { kind: big sale R { } } expect S.best.rank = 1 expect S counted in best @ 1 expect S.sale.R.won.rank between 1 and 2\n\
        expect S.sale.R not in won expect S.clerk.C.sold = 5 元 }\ntally clerk.sold from sale { sum amount }";
    let own = "tally clerk.sold from sale { sum amount }";
    let mut all = after(&format!("{rules}\n{test}")).split_off(expected.len());
    all.truncate(all.len() - after(own).len());
    let expected = [
        "shop Entity shop",
        "kind Field shop.kind",
        "big Choice shop.kind.big",
        "sale Entity sale",
        "best Award best",
        "best Award best",
        "1 Clause g.1",
        "sale Entity sale",
        "won Award won",
        "sale Entity sale",
        "won Award won",
        "clerk Entity clerk",
        "sold Tally clerk.sold",
    ];
    assert_eq!(all, expected);
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
    let parsed =
        Parsed::parse_with(vec![Source::new("b.guiju", new)], &Limits::default(), &library);
    let names = parsed.names();
    let fine = names.find(NameKind::Value, "shop", "fine").expect("it is declared");
    let uses: Vec<u32> = names
        .mentions()
        .iter()
        .filter(|mention| mention.named == fine)
        .map(|mention| mention.span.source.0)
        .collect();
    // The pack's own file is the first.
    assert_eq!(uses, [0, 0, 1, 1]);
    let own = mentions(&names, parsed.sources());
    assert!(
        own.contains(&"a Pack a".to_owned()) && own.contains(&"h Document h".to_owned()),
        "{own:?}"
    );
    // What the base cites is its own document's clause; the edition's is one of two, which the
    // checker asks about.
    let clauses =
        own.iter().filter(|shown| shown.starts_with("1 Clause")).cloned().collect::<Vec<_>>();
    assert_eq!(clauses, ["1 Clause h.1", "1 Clause g.1"]);
}

#[test]
fn what_a_record_belongs_to_is_read_by_the_name_of_its_entity() {
    let found = after(
        "entity line in sale { key id: text n: int }\n\
         tally sale.lines from line {\n\
         select sale.kind = cash and shop.kind = big count distinct sale } @ g:1\n\
         tally entries from line { count } @ g:1\n\
         once one by (sale, n) among entries keep none else \"x\" @ g:1\n\
         test \"t\" { shop S { sale A { line L { n: 1 } } } expect S.line.A.L.n = 1 }",
    );
    let sales = found.iter().filter(|found| found.as_str() == "sale Entity sale").count();
    assert_eq!(sales, 6, "{found:#?}");
    for wanted in ["kind Field sale.kind", "cash Choice sale.kind.cash", "big Choice shop.kind.big"]
    {
        assert!(found.iter().any(|found| found == wanted), "{wanted}\n{found:#?}");
    }
    let fields = found.iter().filter(|found| found.as_str() == "n Field line.n").count();
    assert_eq!(fields, 3, "{found:#?}");
}

#[test]
fn a_list_is_the_entity_that_a_text_is_in() {
    let found = after(
        "entity barred in programme { key no: text }\nlet sale.fine = shop.owner not in barred and kind in (cash) @ g:1",
    );
    let found: Vec<&str> = found.iter().map(String::as_str).collect();
    assert_eq!(found[..2], ["barred* Entity barred", "no* Field barred.no"]);
    assert!(found.contains(&"barred Entity barred"), "{found:?}");
    assert!(found.contains(&"cash Choice sale.kind.cash"), "{found:?}");
}

#[test]
fn what_an_award_made_of_a_record_is_called_by_the_award() {
    let found = after(
        "award won from sale { order highest amount  places 1 }\n\
         tally last from sale { select counted in won  sum won.rank }\n\
         entity part in sale { key id: text }\n\
         tally parts from part { select sale counted in won  sum sale.won.rank }",
    );
    let named = |wanted: &str| found.iter().filter(|name| *name == wanted).count();
    assert_eq!(named("won Award won"), 4, "{found:?}");
    // Where it is the parent, who counts, and whose rank it is; and where two tallies take it from.
    assert_eq!(named("sale Entity sale"), 5, "{found:?}");
}
