//! `piramide show`: a model in words, every number with its source and grade.

mod figures;
mod gates;
mod page;
mod people;
mod scenarios;
mod tracks;
mod words;

use super::args::ShowArgs;
use super::failure::{Failure, print};
use super::language::Language;
use super::text::{Texts, fill, paragraph, paragraphs, wrapped};
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
    let names = if args.markdown { Names::Labels } else { Names::Keys };
    let show = Show { model: &model, texts: &texts, language, names, medians, scenarios, grade: args.grade };
    print(&if args.markdown { page::text(&show) } else { show.text() })
}

/// Columns of the text.
const WIDTH: usize = 80;

/// A model that is being shown. Each section is a method that gives its title and its paragraphs; [`Show::text`] lists them.
struct Show<'a> {
    model: &'a Model,
    texts: &'a Texts,
    language: Language,
    names: Names,
    /// The median of every prior: the values at which expressions are shown.
    medians: Vec<f64>,
    /// Scenarios to show, by index.
    scenarios: Vec<usize>,
    /// Only the figures of this grade.
    grade: Option<Grade>,
}

/// What parts of the model are called in sentences.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Names {
    /// By the names that one writes in a model.
    Keys,
    /// By what people read.
    Labels,
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

    /// Adds a text of the model, with an empty line between its paragraphs.
    fn about(&mut self, indent: usize, text: &str) {
        for (at, paragraph) in paragraphs(text).into_iter().enumerate() {
            if at > 0 {
                self.lines.push(String::new());
            }
            // What follows a break stands as far out as what comes before it.
            let lines = wrapped(&paragraph, 0, WIDTH - indent);
            self.lines.extend(lines.iter().map(|line| " ".repeat(indent) + line.trim_start()));
        }
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
        if let Some(about) = &model.about {
            for said in paragraphs(self.language.pick(about)) {
                text += &format!("\n{}", paragraph(&said));
            }
        }
        let mut sections = vec![self.people(), self.demography(), self.streams(), self.resources()];
        sections.extend((0..model.tracks.len()).map(|track| self.track(track)));
        sections.extend([self.parameters(), self.tables(), self.shared(), self.correlations()]);
        sections.extend([
            self.measures(),
            self.plan(),
            self.accounts(),
            self.published(),
            self.breaks(),
            self.limits(),
            self.grades(),
        ]);
        text += &sections.iter().filter(|section| !section.lines.is_empty()).map(Section::text).collect::<String>();
        text
    }

    /// What is not in the model yet.
    fn limits(&self) -> Section {
        let mut section = Section::new(&self.texts.show.limits);
        for limit in &self.model.limits {
            let grade = limit.grade.map(|grade| fill(&self.texts.show.grade, &[("grade", words::letter(grade))]));
            section.add(0, &format!("{}. {}", self.language.pick(&limit.label), grade.unwrap_or_default()));
            section.about(2, self.language.pick(&limit.about));
        }
        section
    }
}
