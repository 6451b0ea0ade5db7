//! The model as a page in Markdown: a document that one reads from top to bottom, in the words of the terminal.

mod accounts;
mod figures;
mod homes;
mod markdown;
mod people;
mod plan;
mod published;
mod scenarios;
mod tracks;

use super::Show;
use super::words::letter;
use crate::cli::number::whole;
use crate::cli::text::{Page as Texts, fill};
use crate::model::{Grade, Label, Origin};
use homes::{Home, Homes};
use markdown::{Column, Document};

/// The page of a model.
pub(super) fn text(show: &Show<'_>) -> String {
    let mut page = Page { show, texts: &show.texts.page, homes: Homes::new(show.model), document: Document::default() };
    page.head();
    for track in 0..show.model.tracks.len() {
        page.track(track);
    }
    page.numbers_under(&page.texts.several, Home::Shared);
    page.people();
    page.demography();
    page.streams();
    page.shared();
    page.resources();
    page.prices();
    page.accounts();
    page.published();
    page.breaks();
    page.plan();
    page.scenarios();
    page.limits();
    page.sources();
    page.document.finish()
}

/// A page that is being written: each part is a method that adds it, and adds nothing if the model has none of it.
struct Page<'a> {
    show: &'a Show<'a>,
    texts: &'a Texts,
    homes: Homes,
    document: Document,
}

impl<'a> Page<'a> {
    /// What the model is, how to read the page, and how good the figures are.
    fn head(&mut self) {
        let (show, model) = (self.show, self.show.model);
        self.document.heading(1, self.pick(&model.label));
        let persons: f64 = model.population.iter().map(|row| row.count).sum();
        let tracks: Vec<&str> = model.tracks.iter().map(|track| self.pick(&track.label)).collect();
        let words = [
            ("first", &*model.first_year.to_string()),
            ("last", &model.last_year.to_string()),
            ("default", &model.default_last_year.to_string()),
            ("persons", &whole(persons as usize, show.language)),
            ("count", &tracks.len().to_string()),
            ("tracks", &tracks.join("; ")),
        ];
        self.document.text(&fill(&self.texts.years, &words));
        self.about(model.about.as_ref());
        self.document.text(&self.texts.reading);
        self.document.text(&self.texts.written);

        self.document.heading(2, &show.texts.show.grades);
        let all = show.all();
        let rows: Vec<Vec<String>> = [Grade::A, Grade::B, Grade::C, Grade::D]
            .into_iter()
            .map(|grade| {
                let count = all.iter().filter(|figure| figure.origin.grade == Some(grade)).count();
                vec![letter(grade).to_owned(), show.meaning(grade).to_owned(), whole(count, show.language)]
            })
            .collect();
        let texts = self.texts;
        let columns = [Column::words(&texts.grade), Column::words(&texts.meaning), Column::numbers(&texts.figures)];
        self.document.table(&columns, &rows);
    }

    /// What is not in the model yet.
    fn limits(&mut self) {
        let (show, limits) = (self.show, &self.show.model.limits);
        if limits.is_empty() {
            return;
        }
        self.document.heading(2, &show.texts.show.limits);
        let entries: Vec<(String, &str)> = limits
            .iter()
            .map(|limit| {
                let grade = limit.grade.map(|grade| fill(&show.texts.show.grade, &[("grade", letter(grade))]));
                let title = format!("{}. {}", show.language.pick(&limit.label), grade.unwrap_or_default());
                (title.trim_end().to_owned(), show.language.pick(&limit.about))
            })
            .collect();
        self.document.entries(&entries);
    }

    /// Where figures come from, by the keys that stand beside them.
    fn sources(&mut self) {
        let (texts, sources) = (self.texts, &self.show.model.sources);
        if sources.is_empty() {
            return;
        }
        self.document.heading(2, &texts.sources);
        let columns = [&texts.key, &texts.author, &texts.year, &texts.title, &texts.place_of].map(|name| Column::words(name));
        let rows: Vec<Vec<String>> = sources
            .iter()
            .map(|source| {
                let place = source.place.clone().unwrap_or_default();
                vec![format!("`{}`", source.key), source.author.clone(), source.year.to_string(), source.title.clone(), place]
            })
            .collect();
        self.document.table(&columns, &rows);
    }

    fn about(&mut self, text: Option<&'a Label>) {
        if let Some(text) = text {
            self.document.text(self.pick(text));
        }
    }

    fn pick(&self, label: &'a Label) -> &'a str {
        self.show.language.pick(label)
    }

    /// Label and name, or the name alone if that is all there is.
    fn titled(&self, name: &str, label: &Label) -> String {
        let label = self.show.language.pick(label);
        if label == name { format!("`{name}`") } else { format!("{label} (`{name}`)") }
    }

    /// Grade and source of a figure as two cells.
    fn origin(&self, source: Option<usize>, note: Option<&str>, grade: Option<Grade>) -> [String; 2] {
        let key = source.map(|id| format!("`{}`", self.show.model.sources[id].key)).unwrap_or_default();
        let source = note.map_or_else(|| key.clone(), |note| format!("{key}: {note}"));
        [grade.map_or_else(String::new, |grade| letter(grade).to_owned()), source]
    }

    fn origin_of(&self, origin: Option<&Origin>) -> [String; 2] {
        let language = self.show.language;
        let note = origin.and_then(|origin| language.note(origin.note.as_deref(), origin.note_nl.as_deref()));
        self.origin(origin.and_then(|origin| origin.source), note, origin.and_then(|origin| origin.grade))
    }
}

/// Runs of equal values: first and last place, and the value.
fn runs<T: PartialEq>(values: &[T]) -> Vec<(usize, usize, &T)> {
    let mut runs: Vec<(usize, usize, &T)> = Vec::new();
    for (at, value) in values.iter().enumerate() {
        match runs.last_mut() {
            Some((_, last, same)) if **same == *value => *last = at,
            _ => runs.push((at, at, value)),
        }
    }
    runs
}

/// A run of years or ages in words: `2019`, `2020-2022`, or `2023+` if nothing follows.
fn span(first: i64, last: i64, end: i64) -> String {
    match (first == last, last == end) {
        (_, true) => format!("{first}+"),
        (true, false) => first.to_string(),
        (false, false) => format!("{first}-{last}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_values_stand_together() {
        assert_eq!(runs(&[1, 1, 2, 1]), [(0, 1, &1), (2, 2, &2), (3, 3, &1)]);
        assert_eq!(runs::<u8>(&[]), []);
        assert_eq!([span(0, 17, 110), span(66, 66, 110), span(67, 110, 110)], ["0-17", "66", "67+"]);
    }
}
