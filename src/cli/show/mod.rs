//! `piramide show`: a model in words, every number with its source and grade.

mod figures;
mod gates;
mod people;
mod scenarios;
mod tracks;
mod words;

use super::args::ShowArgs;
use super::failure::{Failure, print};
use super::language::Language;
use super::text::{Texts, fill, wrapped};
use super::{folder, run};
use crate::model::{Grade, Model};

/// Prints the model.
///
/// # Errors
/// The model is at fault, or has no such scenario.
pub(super) fn show(args: &ShowArgs) -> Result<(), Failure> {
    let (_, mut model) = folder::read_with(args.model.as_deref(), &args.set)?;
    let asked: Vec<String> = args.scenario.iter().cloned().collect();
    let scenarios = if asked.is_empty() { (0..model.scenarios.len()).collect() } else { run::choose(&mut model, &asked)? };
    let language = Language::choose(args.lang);
    let texts = Texts::new(language);
    let medians = crate::compile::medians(&model);
    let show = Show { model: &model, texts: &texts, language, medians, scenarios, grade: args.grade };
    print(&show.text())
}

/// Columns of the text.
const WIDTH: usize = 80;

/// A model that is being shown. Each section is a method that gives its title and its paragraphs; [`Show::text`] lists them.
struct Show<'a> {
    model: &'a Model,
    texts: &'a Texts,
    language: Language,
    /// The median of every prior: the values at which expressions are shown.
    medians: Vec<f64>,
    /// Scenarios to show, by index.
    scenarios: Vec<usize>,
    /// Only the figures of this grade.
    grade: Option<Grade>,
}

/// A title, and lines of at most [`WIDTH`] columns.
struct Section {
    title: String,
    lines: Vec<String>,
}

impl Section {
    fn new(title: &str) -> Self {
        Self { title: title.to_owned(), lines: Vec::new() }
    }

    /// Adds a paragraph, broken at spaces, `indent` columns in and two more from its second line.
    fn add(&mut self, indent: usize, text: &str) {
        self.lines.extend(wrapped(text, indent, WIDTH));
    }

    fn text(&self) -> String {
        let line = self.title.chars().count().min(WIDTH);
        let text = format!("\n{}\n{}\n\n", self.title, "─".repeat(line));
        self.lines.iter().fold(text, |text, line| text + line.trim_end() + "\n")
    }
}

impl Show<'_> {
    fn text(&self) -> String {
        let (model, texts) = (self.model, &self.texts.show);
        let years = [("first", model.first_year), ("last", model.last_year), ("default", model.default_last_year)];
        let years = years.map(|(key, year)| (key, year.to_string()));
        let years: Vec<(&str, &str)> = years.iter().map(|(key, year)| (*key, year.as_str())).collect();
        let mut text = format!("{} ({})\n{}\n", self.language.pick(&model.label), model.name, fill(&texts.years, &years));
        if let Some(grade) = self.grade {
            return text + &self.of_grade(grade).text();
        }
        let mut sections = vec![self.people(), self.demography(), self.streams(), self.resources()];
        sections.extend((0..model.tracks.len()).map(|track| self.track(track)));
        sections.extend([self.parameters(), self.tables(), self.shared(), self.correlations()]);
        sections.extend([self.measures(), self.accounts(), self.grades()]);
        text += &sections.iter().filter(|section| !section.lines.is_empty()).map(Section::text).collect::<String>();
        text
    }
}
