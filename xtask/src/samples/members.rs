//! The members of one alliance: mostly valid company members, and a few that the rules leave out
//! for one reason each.

use super::draw::Draw;
use super::names;
use super::published::Field;
use super::record::{Fate, Flaw, Member, Money, flaw};
use guiju::Date;

/// The day of a Gregorian year, month and day that exists.
pub(crate) fn day(year: i32, month: u32, day: u32) -> anyhow::Result<Date> {
    Date::from_ymd(year, month, day)
        .ok_or_else(|| anyhow::anyhow!("{year}-{month}-{day} is no day"))
}

/// Why a member is not, or not surely, among the company members. The first four are out of scope,
/// the next refused.
const FLAWS: [Flaw; 13] = [
    flaw("108-2", "mainland company: “other”", "陸資企業：列為其他"),
    flaw("108-2", "research institute: “other”", "研究型法人：列為其他"),
    flaw("108-1", "domestic but not registered: “other”", "國內但未登記：列為其他"),
    flaw("104-2.a", "individual member", "個人會員"),
    flaw(
        "108-4",
        "collaboration contract unrelated to the core technology",
        "僅有產學合約且與核心技術無關",
    ),
    flaw("108-4", "collaboration contract signed by a co-PI", "僅有產學合約且由共同主持人簽署"),
    flaw("108-3", "contract begins on 108/11/01", "合約自 108/11/01 起"),
    flaw("108-3", "contract ends on 108/10/30", "合約至 108/10/30 止"),
    flaw("107-4", "no signature of the PI", "計畫主持人未簽章"),
    flaw("107-4", "only the department's seal", "只有系所章"),
    flaw("107-4", "no seal of the institution", "未蓋學校章"),
    flaw("107-4", "no seal of the member", "廠商未用印"),
    flaw("107-5", "renewal without a receipt", "續約無繳費收據"),
];

/// Flaws of alliance number `turn` in the whole sample: three in turn, so that every one occurs.
fn planted(turn: usize) -> impl Iterator<Item = usize> {
    (0..3).map(move |place| (turn * 3 + place) % FLAWS.len())
}

const NO_CONTRACT: Flaw =
    flaw("108-3", "contract period not filled in: undetermined", "合約期間未填：無法判定");
const NO_RECEIPT: Flaw =
    flaw("107-5", "renewal receipt not filled in: undetermined", "續約收據未填：無法判定");

/// Draws the members; fees of all add up to about the budget.
pub(crate) fn draw(
    field: &Field,
    turn: usize,
    first_year: bool,
    fee_budget: i64,
    draw: &mut Draw,
) -> anyhow::Result<Vec<Member>> {
    let good = draw.between(14, 19);
    let usual_fee = fee_budget / good;
    let mut members: Vec<Member> = Vec::new();
    let mut taken = Vec::new();
    for place in 0..good {
        let kind = if place < 3 {
            "company"
        } else {
            draw.pick([
                "company",
                "company",
                "company",
                "company",
                "company",
                "association",
                "foundation",
            ])
        };
        let mut member = valid(kind, field, &taken, usual_fee, draw)?;
        vary(&mut member, first_year, draw);
        taken.push(member.name.clone());
        members.push(member);
    }
    for index in planted(turn) {
        let kind = match index {
            1 => "research_institute",
            3 => "individual",
            _ => "company",
        };
        let mut member = valid(kind, field, &taken, usual_fee, draw)?;
        spoil(&mut member, index)?;
        taken.push(member.name.clone());
        members.push(member);
    }
    for (every, offset, undetermined) in [(12, 5, NO_CONTRACT), (20, 7, NO_RECEIPT)] {
        if turn % every == offset {
            let mut member = valid("company", field, &taken, usual_fee, draw)?;
            if undetermined == NO_CONTRACT {
                member.contract = None;
            } else {
                (member.renewal, member.renewal_receipt) = (true, None);
            }
            member.fate = Fate::Unknown(undetermined);
            taken.push(member.name.clone());
            members.push(member);
        }
    }
    if turn % 10 == 3 {
        // Left to be asked of the member: new_hires is then undetermined, money is not.
        members[4].new_hires = None;
    }
    if turn % 6 == 1 {
        // 107-9: a value without its method is not counted.
        members[5].added_value = Some(Money(300_000));
        members[5].added_value_method = "";
        members[5].added_value_evidence = String::new();
    }
    Ok(members)
}

/// A member that the rules count, with a fee about the usual one.
fn valid(
    kind: &'static str,
    field: &Field,
    taken: &[String],
    usual_fee: i64,
    draw: &mut Draw,
) -> anyhow::Result<Member> {
    let region = draw.pick(["north", "north", "north", "central", "south", "south", "east"]);
    let added = if draw.percent(25) { draw.between(2, 60) * 50_000 } else { 0 };
    Ok(Member {
        name: names::member(field, kind, taken, draw),
        kind,
        origin: "domestic",
        registered: kind != "individual",
        contract: Some((day(2019, 2, 1)?, day(2020, 1, 31)?)),
        contract_kind: "membership",
        core_related: None,
        contract_signatory: "pi",
        member_seal: draw.pick([
            "company_and_owner",
            "company_and_owner",
            "company_and_signature",
            "round_with_proof",
        ]),
        institution_seal: draw.pick(["university", "college"]),
        pi_signed: true,
        renewal: false,
        renewal_receipt: None,
        fee: Money((usual_fee * draw.between(50, 150) / 100 / 1_000 * 1_000).max(2_000)),
        region,
        size: if kind == "company" && draw.percent(15) { "large" } else { "small" },
        industry: "general",
        new_hires: Some(if draw.percent(12) { draw.between(1, 3) } else { 0 }),
        added_value: Some(Money(added)),
        added_value_method: if added > 0 {
            draw.pick(["新增訂單金額", "前後年度營收差額", "成本節省金額"])
        } else {
            ""
        },
        added_value_evidence: if added > 0 {
            format!("產值說明-{:03}", draw.between(1, 999))
        } else {
            String::new()
        },
        responsible_person: names::person(draw),
        address: names::address(region, draw),
        phone: names::phone(draw),
        fate: Fate::Counted,
    })
}

/// Variety that leaves the member counted.
fn vary(member: &mut Member, first_year: bool, draw: &mut Draw) {
    match draw.between(1, 20) {
        1 => member.origin = "foreign",
        2 => (member.origin, member.registered) = ("foreign", false),
        3 => (member.contract_kind, member.core_related) = ("collaboration", Some(true)),
        4 | 5 => member.contract_kind = "memorandum",
        6 => (member.contract_kind, member.contract_signatory) = ("membership", "co_pi"),
        _ => {}
    }
    // A contract that covers 108/10/31 on its last or first day still covers it.
    let day = |year, month, day| Date::from_ymd(year, month, day);
    let edge = match draw.between(1, 12) {
        1 => day(2018, 11, 1).zip(day(2019, 10, 31)),
        2 => day(2019, 10, 31).zip(day(2020, 10, 30)),
        3 => day(2018, 2, 1).zip(day(2021, 1, 31)),
        _ => None,
    };
    member.contract = edge.or(member.contract);
    if !first_year && draw.percent(50) {
        (member.renewal, member.renewal_receipt) = (true, Some(true));
    }
    if draw.percent(10) {
        member.fee = Money(0);
    }
}

/// Makes the member fail for the flaw with this index, and for no other.
fn spoil(member: &mut Member, index: usize) -> anyhow::Result<()> {
    match index {
        0 => member.origin = "mainland",
        2 => member.registered = false,
        4 => (member.contract_kind, member.core_related) = ("collaboration", Some(false)),
        5 => {
            (member.contract_kind, member.core_related, member.contract_signatory) =
                ("collaboration", Some(true), "co_pi")
        }
        6 => member.contract = Some((day(2019, 11, 1)?, day(2020, 10, 31)?)),
        7 => member.contract = Some((day(2018, 10, 31)?, day(2019, 10, 30)?)),
        8 => member.pi_signed = false,
        9 => member.institution_seal = "department",
        10 => member.institution_seal = "none",
        11 => member.member_seal = "none",
        12 => (member.renewal, member.renewal_receipt) = (true, Some(false)),
        // The kind alone decides.
        _ => {}
    }
    member.fate = Fate::Not(FLAWS[index]);
    Ok(())
}
