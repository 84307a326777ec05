//! The published figures of clause 108-T, and that they agree with each other.
//!
//! The table lost its headings; that its columns follow the order of the field list is an
//! assumption, stated wherever they are shown.

use anyhow::ensure;

/// One column of the published table; money in 仟元.
pub(crate) struct Field {
    pub(crate) id: &'static str,
    /// What ids of its alliances begin with.
    pub(crate) prefix: &'static str,
    pub(crate) zh: &'static str,
    pub(crate) en: &'static str,
    /// Follows from total and average.
    pub(crate) alliances: i64,
    pub(crate) revenue: i64,
    pub(crate) average: i64,
    pub(crate) average_grant: i64,
}

const fn field(
    id: &'static str,
    prefix: &'static str,
    zh: &'static str,
    en: &'static str,
    figures: [i64; 4],
) -> Field {
    let [alliances, revenue, average, average_grant] = figures;
    Field { id, prefix, zh, en, alliances, revenue, average, average_grant }
}

/// The columns, in order.
pub(crate) const FIELDS: [Field; 8] = [
    field("biomedical", "BM", "生醫", "Biomedical", [9, 19_833, 2_204, 2_489]),
    field("ict", "IC", "資通", "ICT", [13, 23_635, 1_818, 2_308]),
    field(
        "innovation_services",
        "IS",
        "創新服務與教育",
        "Innovation services",
        [10, 30_918, 3_092, 2_452],
    ),
    field("electromechanical", "EM", "機電材料", "Electromechanical", [11, 17_951, 1_632, 2_208]),
    field("electronics", "EL", "電子", "Electronics", [8, 27_493, 3_437, 2_621]),
    field("civil_energy", "CE", "土木能環", "Civil and energy", [15, 32_183, 2_146, 2_612]),
    field("consumer_chemistry", "CC", "民生化工", "Consumer chemistry", [10, 7_259, 726, 2_270]),
    field(
        "management_services",
        "MS",
        "經管資服",
        "Management services",
        [11, 11_022, 1_002, 2_040],
    ),
];

/// The published sum of all columns.
pub(crate) const REVENUE: i64 = 170_294;

/// A quotient to the nearest whole number, of numbers that are not negative.
pub(crate) fn rounded(total: i64, count: i64) -> i64 {
    (2 * total + count) / (2 * count)
}

/// The published figures agree with each other and with the derived numbers of alliances.
pub(crate) fn check() -> anyhow::Result<()> {
    for field in &FIELDS {
        ensure!(
            rounded(field.revenue, field.alliances) == field.average,
            "{}: total and average disagree",
            field.id
        );
    }
    ensure!(
        FIELDS.iter().map(|field| field.revenue).sum::<i64>() == REVENUE,
        "the totals do not add up"
    );
    Ok(())
}
