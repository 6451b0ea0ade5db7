//! Lines of the accounts: what they say, and what of the tracks is booked on each.

use super::Page;
use super::markdown::Column;
use crate::cli::number::written;
use crate::cli::text::fill;
use crate::model::{Account, Booking, Content};
use std::collections::BTreeSet;

impl Page<'_> {
    /// All lines, domain by domain.
    pub(super) fn accounts(&mut self) {
        let (show, model) = (self.show, self.show.model);
        if model.accounts.is_empty() {
            return;
        }
        self.document.heading(2, &show.texts.show.accounts);
        for (id, domain) in model.domains.iter().enumerate() {
            let lines: Vec<&Account> = model.accounts.iter().filter(|account| account.domain == id).collect();
            if !lines.is_empty() {
                self.document.heading(3, show.language.pick(&domain.label));
                self.lines(&lines);
            }
        }
    }

    fn lines(&mut self, accounts: &[&Account]) {
        let (show, texts) = (self.show, self.texts);
        let years: BTreeSet<i32> = accounts.iter().flat_map(|account| &account.euro).map(|&(year, _)| year).collect();
        let headers: Vec<String> = years.iter().map(|year| format!("{} {year}", show.texts.table.euro)).collect();
        let mut columns = vec![Column::words(&texts.line)];
        columns.extend(headers.iter().map(|name| Column::numbers(name)));
        let rest = [&texts.part_of, &texts.consists, &texts.remark, &texts.grade, &texts.source];
        columns.extend(rest.map(|name| Column::words(name)));
        let rows: Vec<Vec<String>> = accounts
            .iter()
            .map(|account| {
                let amount = |&year: &i32| account.in_year(year).map_or_else(String::new, |euro| written(euro, 0, show.language));
                let whole = account.part_of.map(|id| show.language.pick(&show.model.accounts[id].label).to_owned());
                let remark = account.remark.as_ref().map(|remark| show.language.pick(remark).to_owned());
                let mut cells = vec![show.language.pick(&account.label).to_owned()];
                cells.extend(years.iter().map(amount));
                cells.extend([whole.unwrap_or_default(), self.content(account), remark.unwrap_or_default()]);
                cells.extend(self.origin(Some(account.source), account.note.as_deref(), Some(account.grade)));
                cells
            })
            .collect();
        self.document.table(&columns, &rows);
    }

    fn content(&self, account: &Account) -> String {
        let (show, words) = (self.show, &self.show.texts.accounts);
        match &account.content {
            Content::Parts => self.texts.parts.clone(),
            Content::Spending(bookings) => {
                let parts: Vec<String> = bookings.iter().map(|booking| self.booking(booking)).collect();
                fill(&self.texts.spending, &[("parts", &parts.join("; "))])
            }
            Content::Fixed(why) => format!("{}: {}", words.fixed, show.language.pick(why)),
            Content::Apart(why) => format!("{}: {}", words.apart, show.language.pick(why)),
        }
    }

    fn booking(&self, booking: &Booking) -> String {
        let show = self.show;
        let track = &show.model.tracks[booking.track];
        let mut what = show.language.pick(&track.label).to_owned();
        if let Some(state) = booking.state {
            what += &format!(": {}", show.state_name(track, state));
        }
        if booking.share < 1.0 {
            what = fill(&self.texts.share_of, &[("share", &show.number(100.0 * booking.share)), ("what", &what)]);
        }
        what
    }
}
