//! What one alliance did beside taking in money: activities, outcomes of its members, and its
//! staff.

use guiju::Date;

use super::draw::Draw;
use super::members::day;
use super::record::{Activity, Fate, Flaw, Member, Money, Outcome, Staff, flaw};

/// Why an activity is not counted, with its kind.
const ACTIVITY_FLAWS: [(&str, Flaw); 8] = [
    ("promotion", flaw("108-15", "neither hosted nor co-hosted", "非主辦或協辦")),
    (
        "promotion",
        flaw("104-4.b", "photos only: no poster, no sign-in sheet", "只有照片，無海報或簽到表"),
    ),
    (
        "promotion",
        flaw(
            "108-W",
            "held before the programme year (108/01/31)",
            "辦理日早於計畫年度（108/01/31）",
        ),
    ),
    (
        "seminar",
        flaw("104-5.a", "photos only: no poster, no sign-in sheet", "只有照片，無海報或簽到表"),
    ),
    ("consultation", flaw("108-17", "not for a company member", "對象非廠商會員")),
    ("site_visit", flaw("108-18", "not for a company member", "對象非廠商會員")),
    (
        "site_visit",
        flaw(
            "104-5.c",
            "sign-in sheet only: no visit form, no photo",
            "只有簽到表，無訪視單或照片",
        ),
    ),
    (
        "seminar",
        flaw(
            "104-4.c",
            "also reported as a promotion: one of the two counts",
            "同一場活動另列推廣活動：擇一認列",
        ),
    ),
];
const OUTCOME_FLAWS: [Flaw; 6] = [
    flaw("104-6.d", "the school's own", "屬學校所有"),
    flaw("108-19", "beneficiary is not a counted member", "受益者不是有效廠商會員"),
    flaw("104-6.a", "product without evidence", "新產品無佐證"),
    flaw("104-6.c", "patent number “申請中” (pending)", "專利號填「申請中」"),
    flaw("104-6.c", "patent company “無” (none)", "專利公司填「無」"),
    flaw("104-6.c", "no patent number", "未填專利號"),
];

/// Draws the activities of alliance number `turn`.
pub(crate) fn activities(turn: usize, draw: &mut Draw) -> anyhow::Result<Vec<Activity>> {
    let mut activities = Vec::new();
    for (kind, low, high) in
        [("promotion", 3, 6), ("seminar", 2, 4), ("consultation", 2, 5), ("site_visit", 2, 4)]
    {
        for _ in 0..draw.between(low, high) {
            activities.push(activity(kind, activities.len(), draw)?);
        }
    }
    for place in 0..2 {
        let index = (turn * 2 + place) % ACTIVITY_FLAWS.len();
        let (kind, reason) = ACTIVITY_FLAWS[index];
        let mut record = activity(kind, activities.len(), draw)?;
        match index {
            0 => record.role = "none",
            1 | 3 => record.evidence_kinds = vec!["photo"],
            2 => record.date = day(2019, 1, 31)?,
            4 | 5 => record.audience = "other",
            6 => record.evidence_kinds = vec!["sign_in_sheet"],
            _ => {
                let promotion = activity("promotion", activities.len(), draw)?;
                (record.date, record.event) = (promotion.date, promotion.event.clone());
                activities.push(promotion);
            }
        }
        record.fate = Fate::Not(reason);
        activities.push(record);
    }
    activities.sort_by_key(|record| record.date);
    for (place, record) in activities.iter_mut().enumerate() {
        record.id = format!("A{:02}", place + 1);
    }
    Ok(activities)
}

/// An activity in order.
fn activity(kind: &'static str, number: usize, draw: &mut Draw) -> anyhow::Result<Activity> {
    let open = matches!(kind, "promotion" | "seminar");
    let days = i32::try_from(draw.between(20, 340))?;
    let date = Date::from_epoch_days(day(2019, 2, 1)?.epoch_days() + days)
        .ok_or_else(|| anyhow::anyhow!("no such day"))?;
    Ok(Activity {
        id: String::new(),
        kind,
        date,
        event: if open { format!("EV{:02}", number + 1) } else { String::new() },
        role: if open { draw.pick(["host", "host", "co_host"]) } else { "host" },
        audience: if open { draw.pick(["company_member", "other"]) } else { "company_member" },
        participants: if open { draw.between(12, 120) } else { draw.between(1, 12) },
        evidence_kinds: match kind {
            "site_visit" => {
                draw.pick([&["visit_form"] as &[_], &["photo"], &["visit_form", "photo"]]).to_vec()
            }
            "consultation" => vec![draw.pick(["photo", "sign_in_sheet"])],
            _ => draw
                .pick([
                    &["poster"] as &[_],
                    &["sign_in_sheet"],
                    &["poster", "sign_in_sheet"],
                    &["poster", "photo"],
                ])
                .to_vec(),
        },
        fate: Fate::Counted,
    })
}

/// Draws the outcomes of alliance number `turn`.
pub(crate) fn outcomes(id: &str, turn: usize, members: &[Member], draw: &mut Draw) -> Vec<Outcome> {
    let counted: Vec<&Member> =
        members.iter().filter(|member| member.fate == Fate::Counted).collect();
    let left_out = members.iter().find(|member| matches!(member.fate, Fate::Not(_)));
    let mut outcomes: Vec<Outcome> = Vec::new();
    for place in 0..draw.between(2, 5) {
        let kind = draw.pick(["product", "technology", "patent"]);
        outcomes.push(outcome(id, kind, place, counted[draw.index(counted.len())], draw));
    }
    let index = turn % OUTCOME_FLAWS.len();
    let kind = match index {
        0 | 1 => "technology",
        2 => "product",
        _ => "patent",
    };
    let mut record = outcome(id, kind, 9, counted[0], draw);
    match index {
        0 => record.owner = "school",
        1 => record.beneficiary = left_out.map(|member| member.name.clone()).unwrap_or_default(),
        2 => record.evidence = String::new(),
        3 => record.patent_no = "申請中".to_owned(),
        4 => record.patent_company = "無".to_owned(),
        _ => record.patent_no = String::new(),
    }
    record.fate = Fate::Not(OUTCOME_FLAWS[index]);
    outcomes.push(record);
    for (place, record) in outcomes.iter_mut().enumerate() {
        record.id = format!("O{}", place + 1);
    }
    outcomes
}

/// An outcome in order.
fn outcome(
    id: &str,
    kind: &'static str,
    place: i64,
    beneficiary: &Member,
    draw: &mut Draw,
) -> Outcome {
    let patent = kind == "patent";
    Outcome {
        id: String::new(),
        kind,
        beneficiary: beneficiary.name.clone(),
        owner: "member",
        patent_no: if patent { format!("範例-{id}-{place}") } else { String::new() },
        patent_company: if patent { beneficiary.name.clone() } else { String::new() },
        patent_state: if patent { draw.pick(["applied", "granted"]) } else { "" },
        evidence: if kind == "product" { format!("{id}-P{place}") } else { String::new() },
        fate: Fate::Counted,
    }
}

/// Draws the staff: approved and actual numbers of each level.
pub(crate) fn staff(draw: &mut Draw) -> Vec<Staff> {
    [
        ("undergraduate", 3, 6_000),
        ("master", 4, 10_000),
        ("phd", 2, 16_000),
        ("postdoc", 1, 58_000),
        ("assistant", 2, 36_000),
    ]
    .into_iter()
    .enumerate()
    .map(|(place, (level, most, pay))| {
        let approved = draw.between(0, most);
        let actual = (approved + draw.between(-1, 1)).max(0);
        Staff {
            id: format!("S{}", place + 1),
            level,
            approved,
            actual,
            monthly_pay: (actual > 0).then_some(Money(pay)),
            company_pays_monthly: (level == "phd" && actual > 0 && draw.percent(30))
                .then_some(Money(10_000)),
            fate: Fate::Counted,
        }
    })
    .collect()
}
