//! What two pages have room for.

use super::{Writer, cells};
use crate::analysis::savings::TOTAL;
use crate::report::html::Said;
use crate::report::page::{Part, Section, Sheet};
use crate::report::shown::place;

impl Writer<'_> {
    /// The test in the year that is told in full.
    pub(super) fn brief_test(&self) -> Option<Section> {
        let (texts, table) = (&self.texts.test, &self.texts.table);
        let tried = self.tried();
        if tried.is_empty() {
            return None;
        }
        let mut parts = Vec::new();
        for subject in &tried {
            let (pen, when) = (self.pen(subject.run), subject.run.year());
            parts.push(Part::Heading { text: subject.label.clone() });
            let mut rows = Vec::new();
            for (domain, kind) in Self::asked(subject) {
                let Some(row) = subject.run.saving(subject.scenario, domain, kind, when) else { continue };
                let [mean, low, high] = pen.band(row, self.unit);
                let reserve = pen.amount(row.cell("reserve_p80"), self.unit, place(row));
                let name = self.claim_name(subject, domain, kind);
                let booked = pen.given(row.cell("booked"), self.unit);
                rows.push(cells(&[&name, &booked, &mean, &low, &high, &self.chance(subject, row), &reserve]));
            }
            let words = [("scenario", subject.label.clone()), ("unit", Said::plain(self.unit_name(self.unit)))];
            let caption = Said::listed(&[Said::year(when), self.say(&texts.caption, &words)]);
            let head = [&table.claim, &table.booked, &table.saving, &table.low, &table.high, &table.of_fifty, &table.reserve80];
            parts.push(Part::Table(Sheet { caption, head: self.heads(head), rows, numbers_from: 1 }));
            if let Some(row) = subject.run.saving(subject.scenario, TOTAL, "net", when).filter(|row| row.cell("chance").is_some())
            {
                parts.extend(self.reserve(subject, row).map(|said| Part::Words { html: said.html }));
            }
        }
        Some(self.section("test", &texts.title, Vec::new(), parts))
    }

    /// What is and is not in the bands, and how to make it again.
    pub(super) fn brief_rest(&self) -> Vec<Section> {
        let mut sure = self.sure();
        // What is not in the model fills a page by itself: the report has it.
        let heading = sure.parts.iter().position(|part| matches!(part, Part::Heading { .. }));
        sure.parts.truncate(heading.unwrap_or(sure.parts.len()));
        let all = [self.ledger(), self.contradictions(), Some(sure), Some(self.brief_reproduce())];
        all.into_iter().flatten().collect()
    }
}
