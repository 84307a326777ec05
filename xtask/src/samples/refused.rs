//! Money that the rules leave out, one reason a record: it lies among what counts and must not
//! change a total.
//!
//! Each record is in order but for its one flaw, so that a rule that is missing or wrong shows in
//! the total.

use super::draw::Draw;
use super::members::day;
use super::money::{Books, signing_day, within_year};
use super::record::{Collaboration, Fate, Flaw, Member, Money, Transfer, flaw};

/// Why money taken in is not counted; the order is that of the arms of [`Books::refused_revenue`].
const REVENUE_FLAWS: [Flaw; 16] = [
    flaw("104-3.b", "receipt without the accounting stamp", "收據未經會計核章"),
    flaw(
        "108-W",
        "received before the programme year (108/01/31)",
        "收款日早於計畫年度（108/01/31）",
    ),
    flaw(
        "108-W",
        "received after the programme year (109/02/01)",
        "收款日晚於計畫年度（109/02/01）",
    ),
    flaw("108-6", "donated equipment", "捐贈設備"),
    flaw("108-6", "school incentive", "學校獎勵金"),
    flaw("108-6", "the programme's own grant", "計畫補助款"),
    flaw("108-6", "funds of another project", "其他計畫經費"),
    flaw("108-6", "technology transfer booked as other income", "技轉收入列為其他收入"),
    flaw("104-3.c", "label does not match and no signed explanation", "名目不符且無簽名說明"),
    flaw("107-6", "amount differs from its evidence", "金額與憑證不符"),
    flaw("104-2.g", "evidence reviewed in an earlier year", "憑證前年度已審查"),
    flaw("104-2.h", "evidence counted by another programme", "憑證已由其他計畫列報"),
    flaw("108-5", "technical service paid by a research institute", "技術服務費由研究型法人支付"),
    flaw("108-5", "technical service paid by a government office", "技術服務費由政府機關支付"),
    flaw("108-7", "donation of an individual", "個人捐款"),
    flaw("104-3.b", "membership fee without the accounting stamp", "會員費收據未經會計核章"),
];
const TRANSFER_FLAWS: [Flaw; 7] = [
    flaw("107-8", "counterpart is not a counted member", "對象不是有效廠商會員"),
    flaw("104-7.b", "transferor is neither PI nor co-PI", "技轉人非主持人或共同主持人"),
    flaw("104-7.b", "not derived in the programme", "非計畫執行期間衍生"),
    flaw("108-8", "signed on 107/12/31", "簽訂日 107/12/31"),
    flaw("108-8", "signed on 109/02/01", "簽訂日 109/02/01"),
    flaw("104-2.g", "evidence reviewed in an earlier year", "憑證前年度已審查"),
    flaw("104-2.h", "evidence counted by another programme", "憑證已由其他計畫列報"),
];
const COLLABORATION_FLAWS: [Flaw; 9] = [
    flaw("104-7.e", "application pending, not signed", "申請中，尚未簽約"),
    flaw("107-8", "counterpart is not a counted member", "對象不是有效廠商會員"),
    flaw("104-7.c", "signatory is neither PI nor co-PI", "立約人非主持人或共同主持人"),
    flaw("104-7.c", "not derived in the programme", "非計畫執行期間衍生"),
    flaw("108-9", "signed on 107/12/31", "簽訂日 107/12/31"),
    flaw("108-9", "signed on 109/02/01", "簽訂日 109/02/01"),
    flaw("104-7.d", "no evidence", "無佐證資料"),
    flaw("104-2.g", "evidence reviewed in an earlier year", "憑證前年度已審查"),
    flaw("104-2.h", "evidence counted by another programme", "憑證已由其他計畫列報"),
];
const TWICE: Flaw = flaw(
    "107-7",
    "one piece of evidence in two groups: both are refused",
    "同一憑證重複列報於不同項目：皆不計",
);

impl Books {
    /// Adds the records of alliance number `turn` that do not count: in turn, so that every flaw
    /// occurs.
    pub(super) fn plant(
        &mut self,
        turn: usize,
        payers: &[&Member],
        (good, bad): (&Member, &Member),
        draw: &mut Draw,
    ) -> anyhow::Result<()> {
        for (place, payer) in payers.iter().enumerate().take(4) {
            self.refused_revenue((turn * 4 + place) % REVENUE_FLAWS.len(), payer, draw)?;
        }
        if turn.is_multiple_of(2) {
            self.refused_transfer(turn / 2 % TRANSFER_FLAWS.len(), good, bad, draw)?;
        }
        self.refused_collaboration(turn % COLLABORATION_FLAWS.len(), good, bad, draw)?;
        if turn % 4 == 1 {
            self.reported_twice(turn % 8 == 1, good, draw)?;
        }
        Ok(())
    }

    /// A record with the revenue flaw of this index.
    fn refused_revenue(
        &mut self,
        index: usize,
        payer: &Member,
        draw: &mut Draw,
    ) -> anyhow::Result<()> {
        let amount = draw.between(10, 200) * 1_000;
        let member = (payer.name.clone(), payer.kind);
        let (category, payer) = match index {
            0..=2 | 6 | 9 | 11 => ("technical_service", member),
            3 => ("donation", member),
            4 => ("other", ("範例大學".to_owned(), "school")),
            5 => ("other", ("補助機關".to_owned(), "government")),
            7 => ("other", member),
            8 => ("course_fee", member),
            10 => ("seminar_fee", member),
            12 => ("technical_service", ("財團法人範例研究所".to_owned(), "research_institute")),
            13 => ("technical_service", ("範例市政府".to_owned(), "government")),
            14 => ("donation", ("王○○".to_owned(), "individual")),
            _ => ("membership_fee", member),
        };
        let received = within_year(draw)?;
        let mut record = self.receipt(category, payer, amount, received);
        match index {
            0 | 15 => record.receipt_stamped = false,
            1 => record.received = day(2019, 1, 31)?,
            2 => record.received = day(2020, 2, 1)?,
            3 => record.source = "donated_equipment",
            4 => record.source = "school_incentive",
            5 => record.source = "programme_grant",
            6 => record.source = "other_project",
            7 => record.source = "technology_transfer",
            8 => (record.label_matches, record.explanation_signed) = (false, Some(false)),
            9 => record.evidence_amount = Some(Money(amount - 1_000)),
            10 => self.reviewed.push(record.evidence.clone()),
            11 => self.elsewhere.push(record.evidence.clone()),
            // The payer alone decides.
            _ => {}
        }
        record.fate = Fate::Not(REVENUE_FLAWS[index]);
        self.revenue.push(record);
        Ok(())
    }

    fn refused_transfer(
        &mut self,
        index: usize,
        good: &Member,
        bad: &Member,
        draw: &mut Draw,
    ) -> anyhow::Result<()> {
        let signed = signing_day(draw)?;
        let mut record = self.licence(
            if index == 0 { bad } else { good },
            draw.between(5, 60) * 10_000,
            signed,
            draw,
        );
        match index {
            1 => record.transferor = "other",
            2 => record.derived_in_programme = false,
            3 => record.signed = day(2018, 12, 31)?,
            4 => record.signed = day(2020, 2, 1)?,
            5 => self.reviewed.push(record.evidence.clone()),
            6 => self.elsewhere.push(record.evidence.clone()),
            _ => {}
        }
        record.fate = Fate::Not(TRANSFER_FLAWS[index]);
        self.transfer.push(record);
        Ok(())
    }

    fn refused_collaboration(
        &mut self,
        index: usize,
        good: &Member,
        bad: &Member,
        draw: &mut Draw,
    ) -> anyhow::Result<()> {
        let signed = signing_day(draw)?;
        let mut record = self.project(
            if index == 1 { bad } else { good },
            draw.between(10, 150) * 10_000,
            signed,
            draw,
        );
        match index {
            0 => (record.status, record.signed) = ("pending", None),
            2 => record.signatory = "other",
            3 => record.derived_in_programme = false,
            4 => record.signed = Some(day(2018, 12, 31)?),
            5 => record.signed = Some(day(2020, 2, 1)?),
            6 => (record.evidence_kind, record.evidence) = ("none", String::new()),
            7 => self.reviewed.push(record.evidence.clone()),
            8 => self.elsewhere.push(record.evidence.clone()),
            _ => {}
        }
        record.fate = Fate::Not(COLLABORATION_FLAWS[index]);
        self.collaboration.push(record);
        Ok(())
    }

    /// The same document as regular income and as a transfer or collaboration, each in order by
    /// itself.
    fn reported_twice(
        &mut self,
        as_transfer: bool,
        payer: &Member,
        draw: &mut Draw,
    ) -> anyhow::Result<()> {
        let amount = draw.between(5, 40) * 10_000;
        let (received, signed) = (within_year(draw)?, signing_day(draw)?);
        let mut income =
            self.receipt("technical_service", (payer.name.clone(), payer.kind), amount, received);
        income.fate = Fate::Not(TWICE);
        let evidence = income.evidence.clone();
        if as_transfer {
            let again = Transfer {
                evidence,
                fate: Fate::Not(TWICE),
                ..self.licence(payer, amount, signed, draw)
            };
            self.transfer.push(again);
        } else {
            let again = Collaboration {
                evidence,
                fate: Fate::Not(TWICE),
                ..self.project(payer, amount, signed, draw)
            };
            self.collaboration.push(again);
        }
        self.revenue.push(income);
        Ok(())
    }
}
