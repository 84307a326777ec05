//! Changes of rules and what tests make of them: every kind of change, what is proven to change
//! nothing, what is proposed and allowed.

use guiju::{Code, Fate, Limits, MutantOptions, Mutants, Parsed, Source, SourcePack, allowances};

const RULES: &str = r#"
pack shops
source g { 1 "who counts"  2 "when" }
period 113/01/01 .. 113/12/31  @ 2
let least "least seats" = 20  @ 1
entity market { key id: text  grant: money }
entity shop in market {
  key name: text
  kind: shop | kiosk | stall
  seats: int
  opened: date
  size: int?
}
classify shop.class: large | small | other ordered {
  kind = stall    => other  @ 1
  seats >= least  => large  @ 1
  otherwise       => small  @ 1
}
tally large_shops from shop {
  select class = large
  require opened in period and kind in (shop, kiosk) else "not of this year" @ 2
  count
} @ 1
kpi due = round(grant * 10%, 1 元) when large_shops > 0 @ 1
"#;

fn pack(text: &str) -> SourcePack {
    Parsed::parse(vec![Source::new("shops.guiju", text)], &Limits::default())
        .check()
        .into_pack()
        .expect("sound rules")
}

fn mutants(pack: &SourcePack, propose: bool) -> Mutants {
    pack.mutants(MutantOptions { propose, inherited: true }, &Limits::default(), &mut |_, _| ())
        .expect("its tests pass")
}

/// A test that notices next to nothing.
const LAX: &str = r#"
test "a large shop" {
  market M1 { grant: 1_000 元  shop A { kind: shop  seats: 30  opened: 113/05/05 } }
  expect M1.large_shops = 1
}
"#;

#[test]
fn every_change_is_told_as_it_would_read() {
    let found = mutants(&pack(&format!("{RULES}{LAX}")), false);
    let line = |mutant: &guiju::Mutant| {
        let fate = match &mutant.fate {
            Fate::Noticed(_) => "noticed",
            Fate::Refused => "refused",
            Fate::Equivalent => "equivalent",
            Fate::Survived => "SURVIVED",
            Fate::Allowed(_) => "allowed",
        };
        let would = mutant.would.as_deref().unwrap_or("–");
        let (line, clauses) = (mutant.position.line, mutant.clauses.join(", "));
        format!(
            "{line:>2} {} [{clauses}] {}: {} → {would}: {fate}\n",
            mutant.kind.id(),
            mutant.item,
            mutant.was
        )
    };
    insta::assert_snapshot!(found.list.iter().map(line).collect::<String>());
}

/// An award by group and one of records, figures of records by keys, every measure, conditions over
/// records.
const CALL: &str = r#"
pack call
source g { 1 "who is funded"  2 "what experts say" }
entity project { key id: text  field: ict | bio  cost: money }
entity review in project { key expert: text  round: int  day: date  points: number 0..100 in 分  late: bool }
tally review.all from review by (round, day) { average points  minimum points as least in 分  count distinct points as kinds in 種 }  @ 2
tally best in 分 from review {
  require all >= 10 分 and least >= 0 分 and kinds >= 1 種 else "all" @ 2
  maximum points
  target count @ 2
}
obligation known expect some(review: not late) @ 2
award funded for programme by field from project {
  require known is met else "late" @ 1
  order highest best, lowest cost
  budget 100 元  give min(cost, 60 元)  rest partly
  ties open
  reserve 1
} @ 1
award heard from review { order earliest day  places 2  ties together } @ 2
test "one is funded" {
  project A { field: ict  cost: 70 元  review X { round: 1  day: 114/01/01  points: 80 分  late: false } }
  expect A.funded.amount = 60 元
  expect A.review.X.heard.rank = 1
}
"#;

#[test]
fn awards_measures_and_keys_are_changed() {
    let found = mutants(&pack(CALL), true);
    let line = |mutant: &guiju::Mutant| {
        let fate = match &mutant.fate {
            Fate::Noticed(_) => "noticed",
            Fate::Refused => "refused",
            Fate::Equivalent => "equivalent",
            Fate::Survived if mutant.proposal.is_some() => "survived, with a proposal",
            Fate::Survived | Fate::Allowed(_) => "survived",
        };
        format!(
            "{} {}: {} → {}: {fate}\n",
            mutant.kind.id(),
            mutant.item,
            mutant.was,
            mutant.would.as_deref().unwrap_or("–")
        )
    };
    insta::assert_snapshot!(
        found.list.iter().map(line).collect::<String>() + "\n" + &found.proposals.concat()
    );
}

#[test]
fn proposals_pass_and_notice() {
    let text = format!("{RULES}{LAX}");
    let found = mutants(&pack(&text), true);
    let survived =
        |found: &Mutants| found.list.iter().filter(|mutant| mutant.fate == Fate::Survived).count();
    let proposed = found.list.iter().filter(|mutant| mutant.proposal.is_some()).count();
    assert!(proposed > 10 && proposed <= survived(&found), "{proposed} of {}", survived(&found));
    let with_them = pack(&format!("{text}\n{}", found.proposals.join("\n")));
    assert!(with_them.run_tests(&Limits::default()).iter().all(|test| test.failures.is_empty()));
    assert_eq!(survived(&mutants(&with_them, false)), survived(&found) - proposed);
}

#[test]
fn what_changes_no_result_is_proven() {
    // Both conditions hold for the same shops; a row that decides nothing the next one would not; a
    // constant that nothing reads.
    let rules = r#"
pack shops
source g { 1 "who counts" }
let unread = 5  @ 1
entity market { key id: text }
entity shop in market { key name: text  kind: shop | kiosk | stall  open: bool? }
classify shop.class: large | small ordered {
  kind = shop   => large  @ 1
  kind = kiosk  => large  @ 1
  otherwise     => small  @ 1
}
tally shops from shop {
  select kind = shop
  select kind in (shop, kiosk)
  require open or not open else "not known" @ 1
  count
} @ 1
tally large from shop { select class = large  count } @ 1
test "kinds" {
  market M1 { shop A { kind: shop  open: true } shop B { kind: kiosk  open: true } shop C { kind: stall  open: false } }
  expect M1.shops = 1
  expect M1.large = 2
}
"#;
    let found = mutants(&pack(rules), false);
    let same = found.list.iter().filter(|mutant| mutant.fate == Fate::Equivalent);
    let same: Vec<String> = same
        .map(|mutant| format!("{} → {}", mutant.was, mutant.would.as_deref().unwrap_or("–")))
        .collect();
    assert_eq!(
        same,
        [
            "5 → 6",
            "5 → 4",
            "kind = shop => large @ 1 kind = kiosk => large → kind = kiosk => large @ 1 kind = shop => large",
            "select kind in (shop, kiosk) → –",
            "select kind in (shop, kiosk) → select kind in (shop)",
        ]
    );
}

#[test]
fn changes_are_allowed_with_a_reason() {
    let mut found = mutants(&pack(&format!("{RULES}{LAX}")), false);
    let file = "-- Why.\n\nlet least\n-  20\n+ 21\nbecause \"寬鬆\" / \"lax\"\n\nkpi gone\n- 1\n+\nbecause \"沒有了\"\n";
    let (allowed, findings) = allowances(&Source::new("mutants.allow", file));
    assert!(findings.is_empty());
    let before = found.score("shops");
    let unused = found.allow(&allowed);
    assert_eq!(
        unused.iter().map(|finding| finding.code).collect::<Vec<_>>(),
        [Code::AllowedInVain]
    );
    assert_eq!(found.score("shops"), (before.0, before.1 - 1));
    assert!(found.list.iter().any(|mutant| matches!(&mutant.fate, Fate::Allowed(reason) if reason.get(guiju::Locale::En) == "lax")));
    for broken in [
        "- 20\n",
        "let least\n+ 21\n",
        "let least\n- 20\n+ 21\n",
        "let least\n- 20\n+ 21\nbecause nothing\n",
        "let x\n",
    ] {
        let (allowed, findings) = allowances(&Source::new("mutants.allow", broken));
        assert!(
            allowed.is_empty()
                && findings.iter().any(|finding| finding.code == Code::AllowanceUnread),
            "{broken}"
        );
    }
}

#[test]
fn failing_tests_tell_nothing() {
    let text =
        format!("{RULES}{LAX}").replace("expect M1.large_shops = 1", "expect M1.large_shops = 2");
    let failing = pack(&text)
        .mutants(MutantOptions::default(), &Limits::default(), &mut |_, _| ())
        .expect_err("a test fails");
    assert_eq!(failing.0, ["a large shop"]);
}
