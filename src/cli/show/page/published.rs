//! Published numbers and breaks in them: what was found, and what of the model it is held against.

use super::Page;
use super::markdown::Column;
use crate::cli::breaks;
use crate::cli::number::figures;
use std::collections::BTreeSet;

impl Page<'_> {
    /// All counts, with a column per year.
    pub(super) fn published(&mut self) {
        let (show, texts, counts) = (self.show, self.texts, &self.show.model.counts);
        if counts.is_empty() {
            return;
        }
        self.document.heading(2, &show.texts.show.published);
        let years: BTreeSet<i32> = counts.iter().flat_map(|count| &count.value).map(|&(year, _)| year).collect();
        let headers: Vec<String> = years.iter().map(i32::to_string).collect();
        let mut columns = vec![Column::words(&texts.count)];
        columns.extend(headers.iter().map(|name| Column::numbers(name)));
        columns.extend([&texts.is_counted, &texts.remark, &texts.grade, &texts.source].map(|name| Column::words(name)));
        let rows: Vec<Vec<String>> = counts
            .iter()
            .map(|count| {
                let value = |&year: &i32| count.in_year(year).map_or_else(String::new, |value| figures(value, show.language));
                let remark = count.remark.as_ref().map(|remark| show.language.pick(remark).to_owned());
                let mut cells = vec![self.titled(&count.name, &count.label)];
                cells.extend(years.iter().map(value));
                cells.extend([show.counted(count), remark.unwrap_or_default()]);
                cells.extend(self.origin(Some(count.source), count.note.as_deref(), Some(count.grade)));
                cells
            })
            .collect();
        self.document.table(&columns, &rows);
    }

    /// Years from which figures are not comparable with those before.
    pub(super) fn breaks(&mut self) {
        let (show, texts, found) = (self.show, self.texts, &self.show.model.breaks);
        if found.is_empty() {
            return;
        }
        self.document.heading(2, &show.texts.show.breaks);
        let columns =
            [&texts.from_year, &texts.change, &texts.tracks, &texts.grade, &texts.source].map(|name| Column::words(name));
        let rows: Vec<Vec<String>> = found
            .iter()
            .map(|one| {
                let tracks = breaks::tracks(show.model, one, show.language);
                let mut cells = vec![one.year.to_string(), self.titled(&one.name, &one.label), tracks];
                cells.extend(self.origin(Some(one.source), one.note.as_deref(), Some(one.grade)));
                cells
            })
            .collect();
        self.document.table(&columns, &rows);
    }
}
