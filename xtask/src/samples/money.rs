//! The money of one alliance: what counts adds up to a given operating revenue to the 元, and
//! `refused` adds records that do not count.
//!
//! Operating revenue is fees + technical services + other income + transfers + 30 % of
//! collaborations (clause 108-10).

use guiju::Date;

use super::draw::Draw;
use super::members::day;
use super::record::{Collaboration, Fate, Member, Money, Revenue, Transfer};

/// The money records of one alliance.
pub(crate) struct Books {
    pub(crate) revenue: Vec<Revenue>,
    pub(crate) transfer: Vec<Transfer>,
    pub(crate) collaboration: Vec<Collaboration>,
    pub(crate) reviewed: Vec<String>,
    pub(crate) elsewhere: Vec<String>,
    alliance: String,
    evidence: usize,
}

impl Books {
    /// What the records made to count add up to, in 元.
    pub(crate) fn operating_revenue(&self) -> i64 {
        let counted =
            |fate: Fate, Money(amount): Money| if fate == Fate::Counted { amount } else { 0 };
        let income: i64 =
            self.revenue.iter().map(|record| counted(record.fate, record.amount)).sum();
        let transfers: i64 =
            self.transfer.iter().map(|record| counted(record.fate, record.amount)).sum();
        let collaborations: i64 =
            self.collaboration.iter().map(|record| counted(record.fate, record.amount)).sum();
        income + transfers + collaborations * 30 / 100
    }

    fn next_evidence(&mut self) -> String {
        self.evidence += 1;
        format!("{}-E{:03}", self.alliance, self.evidence)
    }

    /// A receipt in order; the caller changes what is special about it.
    pub(super) fn receipt(
        &mut self,
        category: &'static str,
        (payer, payer_kind): (String, &'static str),
        amount: i64,
        received: Date,
    ) -> Revenue {
        Revenue {
            id: String::new(),
            category,
            source: "cash",
            payer,
            payer_kind,
            amount: Money(amount),
            received,
            receipt_stamped: true,
            label_matches: true,
            explanation_signed: None,
            evidence: self.next_evidence(),
            evidence_amount: Some(Money(amount)),
            fate: Fate::Counted,
        }
    }

    pub(super) fn licence(
        &mut self,
        counterpart: &Member,
        amount: i64,
        signed: Date,
        draw: &mut Draw,
    ) -> Transfer {
        Transfer {
            id: String::new(),
            counterpart: counterpart.name.clone(),
            signed,
            amount: Money(amount),
            transferor: draw.pick(["pi", "pi", "co_pi"]),
            derived_in_programme: true,
            evidence: self.next_evidence(),
            fate: Fate::Counted,
        }
    }

    pub(super) fn project(
        &mut self,
        counterpart: &Member,
        amount: i64,
        signed: Date,
        draw: &mut Draw,
    ) -> Collaboration {
        Collaboration {
            id: String::new(),
            counterpart: counterpart.name.clone(),
            signed: Some(signed),
            status: "signed",
            amount: Money(amount),
            signatory: draw.pick(["pi", "pi", "co_pi"]),
            derived_in_programme: true,
            evidence_kind: draw.pick(["contract", "receipt", "approval_list", "official_letter"]),
            evidence: self.next_evidence(),
            fate: Fate::Counted,
        }
    }
}

/// Draws the records of alliance number `turn`; those that count add up to `target`.
pub(crate) fn draw(
    id: &str,
    turn: usize,
    target: i64,
    members: &[Member],
    draw: &mut Draw,
) -> anyhow::Result<Books> {
    let mut books = Books {
        revenue: Vec::new(),
        transfer: Vec::new(),
        collaboration: Vec::new(),
        reviewed: Vec::new(),
        elsewhere: Vec::new(),
        alliance: id.to_owned(),
        evidence: 0,
    };
    let counted: Vec<&Member> =
        members.iter().filter(|member| member.fate == Fate::Counted).collect();
    let left_out: Vec<&Member> =
        members.iter().filter(|member| matches!(member.fate, Fate::Not(_))).collect();
    fees(&mut books, members, draw)?;
    let rest = target - books.operating_revenue();

    for _ in 0..draw.between(1, 3) {
        // Multiples of 10,000, so that 30 % is whole.
        let amount = rest * draw.between(20, 60) / 100 / 10_000 * 10_000;
        if amount > 0 {
            let record =
                books.project(counted[draw.index(counted.len())], amount, signing_day(draw)?, draw);
            books.collaboration.push(record);
        }
    }
    if draw.percent(60) {
        let amount = rest * draw.between(8, 20) / 100 / 10_000 * 10_000;
        if amount > 0 {
            let record =
                books.licence(counted[draw.index(counted.len())], amount, signing_day(draw)?, draw);
            books.transfer.push(record);
        }
    }
    other_income(&mut books, rest * draw.between(5, 12) / 100 / 100 * 100, &counted, draw)?;
    let services = target - books.operating_revenue();
    let cases = draw.between(4, 7);
    for amount in draw.parts(services, cases, 100) {
        let payer = company_like_payer(&counted, draw);
        let mut record = books.receipt("technical_service", payer, amount, within_year(draw)?);
        if draw.percent(15) {
            // 104-3.d: received under another name, explained and signed.
            (record.label_matches, record.explanation_signed) = (false, Some(true));
        }
        books.revenue.push(record);
    }

    let (good, bad) = (counted[draw.index(counted.len())], left_out[draw.index(left_out.len())]);
    books.plant(turn, &counted, (good, bad), draw)?;
    number(&mut books);
    Ok(books)
}

/// One receipt for each paying member; a few share the school's statement, which names no single
/// amount.
fn fees(books: &mut Books, members: &[Member], draw: &mut Draw) -> anyhow::Result<()> {
    let statement = books.next_evidence();
    for member in members.iter().filter(|member| member.fee.0 > 0) {
        let mut record = books.receipt(
            "membership_fee",
            (member.name.clone(), member.kind),
            member.fee.0,
            within_year(draw)?,
        );
        if draw.percent(25) {
            (record.evidence, record.evidence_amount) = (statement.clone(), None);
        }
        books.revenue.push(record);
    }
    Ok(())
}

/// Seminar and course fees and donations of companies.
fn other_income(
    books: &mut Books,
    total: i64,
    counted: &[&Member],
    draw: &mut Draw,
) -> anyhow::Result<()> {
    let categories = ["seminar_fee", "seminar_fee", "course_fee", "donation", "other"];
    let count = draw.between(2, 4);
    for amount in draw.parts(total, count, 100) {
        let category = draw.pick(categories);
        // An individual may pay for a seminar; a donation counts from a company only.
        let payer = if category == "seminar_fee" && draw.percent(40) {
            (super::names::person(draw), "individual")
        } else {
            company_like_payer(counted, draw)
        };
        let record = books.receipt(category, payer, amount, within_year(draw)?);
        books.revenue.push(record);
    }
    Ok(())
}

/// A counted member, or now and then a company outside the alliance (108-5).
fn company_like_payer(counted: &[&Member], draw: &mut Draw) -> (String, &'static str) {
    if draw.percent(20) {
        return (format!("非會員範例公司{:02}", draw.between(1, 99)), "company");
    }
    let member = counted[draw.index(counted.len())];
    (member.name.clone(), member.kind)
}

/// A day of the programme year, its first and last among them.
pub(super) fn within_year(draw: &mut Draw) -> anyhow::Result<Date> {
    nth_day(
        day(2019, 2, 1)?,
        draw.pick([0, 364, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1]),
        364,
        draw,
    )
}

/// A day of the signing window 108/01/01–109/01/31, its first and last among them.
pub(super) fn signing_day(draw: &mut Draw) -> anyhow::Result<Date> {
    nth_day(day(2019, 1, 1)?, draw.pick([0, 395, -1, -1, -1, -1, -1, -1]), 395, draw)
}

/// So many days after the first, or any of the `last` days where that is negative.
fn nth_day(first: Date, days: i32, last: i64, draw: &mut Draw) -> anyhow::Result<Date> {
    let days = if days < 0 { i32::try_from(draw.between(0, last))? } else { days };
    Date::from_epoch_days(first.epoch_days() + days).ok_or_else(|| anyhow::anyhow!("no such day"))
}

/// Puts the records in the order an office files them and numbers them.
fn number(books: &mut Books) {
    books.revenue.sort_by_key(|record| (record.received, record.evidence.clone()));
    books.transfer.sort_by_key(|record| (record.signed, record.evidence.clone()));
    books.collaboration.sort_by_key(|record| (record.signed, record.evidence.clone()));
    for (place, record) in books.revenue.iter_mut().enumerate() {
        record.id = format!("R{:02}", place + 1);
    }
    for (place, record) in books.transfer.iter_mut().enumerate() {
        record.id = format!("T{}", place + 1);
    }
    for (place, record) in books.collaboration.iter_mut().enumerate() {
        record.id = format!("C{}", place + 1);
    }
}
