//! One alliance of the field sample, put together from its parts.

use super::draw::Draw;
use super::members::{self, day};
use super::money::{self, Books};
use super::published::Field;
use super::record::{Activity, Fate, Head, Member, Money, Outcome, Staff};
use super::{names, results};

/// All records of one alliance.
pub(crate) struct Alliance {
    pub(crate) head: Head,
    pub(crate) member: Vec<Member>,
    pub(crate) books: Books,
    pub(crate) activity: Vec<Activity>,
    pub(crate) outcome: Vec<Outcome>,
    pub(crate) staff: Vec<Staff>,
    pub(crate) targets: Vec<(&'static str, i64)>,
    pub(crate) previous: Vec<(&'static str, i64)>,
}

impl Alliance {
    /// The KPIs `company_members` for sure, and how many more it may be.
    pub(crate) fn company_members(&self) -> (usize, usize) {
        let counted = self.member.iter().filter(|member| member.fate == Fate::Counted).count();
        let unknown =
            self.member.iter().filter(|member| matches!(member.fate, Fate::Unknown(_))).count();
        (counted, unknown)
    }
}

/// Draws alliance number `turn` of the sample, at this place of its field, with this operating
/// revenue and grant in 元.
pub(crate) fn draw(
    field: &Field,
    place: i64,
    turn: usize,
    revenue: i64,
    grant: i64,
) -> anyhow::Result<Alliance> {
    let mut draw = Draw::stream(turn as u64 + 1);
    let draw = &mut draw;
    let id = format!("{}{place:02}", field.prefix);
    let (phase, phase_year) = (draw.between(1, 2), draw.between(1, 3));
    let first_year = (phase, phase_year) == (1, 1);
    let has_banner = draw.percent(85);
    let head = Head {
        id: id.clone(),
        name: names::alliance(field, place, draw),
        host: names::host(draw),
        field: field.id,
        phase,
        phase_year,
        grant: Money(grant),
        website_since: Some(day(i32::try_from(2019 - (phase - 1) * 3 - (phase_year - 1))?, 5, 1)?),
        website_updated: if draw.percent(90) { Some(day(2019, 10, 20)?) } else { None },
        website_names_ministry: if draw.percent(90) { Some(draw.percent(95)) } else { None },
        highlights: if draw.percent(70) {
            "範例：辦理技術推廣與諮詢，協助會員改善製程。"
        } else {
            ""
        },
        banner_format: if has_banner { draw.pick(["PNG", "PNG", "PNG", "JPG"]) } else { "" },
        banner_width: has_banner.then_some(222),
        banner_height: has_banner.then_some(112),
        fate: Fate::Counted,
    };
    let fee_budget = revenue * draw.between(30, 48) / 100;
    let member = members::draw(field, turn, first_year, fee_budget, draw)?;
    let books = money::draw(&id, turn, revenue, &member, draw)?;
    let mut targets = vec![
        ("company_members", draw.between(14, 22)),
        ("operating_revenue", revenue * draw.between(75, 130) / 100 / 10_000 * 10_000),
        ("promotions", draw.between(3, 6)),
        ("seminars", draw.between(2, 4)),
    ];
    if draw.percent(70) {
        targets.push(("seminar_participants", draw.between(5, 16) * 10));
        targets.push(("consultations", draw.between(2, 6)));
        targets.push(("site_visits", draw.between(2, 4)));
    }
    if draw.percent(50) {
        targets.push(("new_technologies", draw.between(1, 2)));
        targets.push(("patents", 1));
    }
    let mut previous = Vec::new();
    if !first_year {
        previous.push(("company_members", draw.between(10, 17)));
        if draw.percent(85) {
            previous
                .push(("operating_revenue", revenue * draw.between(65, 112) / 100 / 1_000 * 1_000));
        }
    }
    Ok(Alliance {
        activity: results::activities(turn, draw)?,
        outcome: results::outcomes(&id, turn, &member, draw),
        staff: results::staff(draw),
        head,
        member,
        books,
        targets,
        previous,
    })
}
