//! The report: one page for who has to weigh a plan, made from the tables of complete runs.
//!
//! Nothing is worked out here. Every number is read from a table of a run and carries its file, row and column, so that it can be read
//! back; it is rounded for the reader and put into words. A page holds both languages, needs no network and no script.

mod chart;
mod html;
mod page;
mod run;
mod section;
mod shown;
mod table;
mod text;

use crate::store::StoreError;
use crate::words::Language;
use crate::words::number::Amounts;
use minijinja::syntax::SyntaxConfig;
use minijinja::value::Serde;
use minijinja::{AutoEscape, Environment, UndefinedBehavior, context};
use page::Page;
use run::Run;
use section::Writer;
use std::fmt;
use std::path::PathBuf;
use text::Texts;

pub use run::Source;

/// Name of the report in the run folder.
pub const REPORT_FILE: &str = "report.html";

/// Name of the two pages for print.
pub const FACTSHEET_FILE: &str = "factsheet.html";

/// Why there is no report.
#[derive(Debug)]
pub enum ReportError {
    /// The run folder cannot be read.
    Store(StoreError),
    /// The run folder lacks a file that every run of this version has.
    Missing {
        /// The run folder.
        folder: PathBuf,
        /// The file.
        file: &'static str,
    },
    /// A file is not one of ours.
    Damaged {
        /// The file.
        file: PathBuf,
        /// What is wrong.
        what: String,
    },
    /// A page cannot be written: a template is wrong.
    Template(String),
}

impl fmt::Display for ReportError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Store(error) => error.fmt(f),
            Self::Missing { folder, file } => {
                let folder = folder.display();
                write!(f, "{folder} has no {file}: it was run by an older piramide; run it again into another folder")
            }
            Self::Damaged { file, what } => {
                write!(f, "{} is damaged: {what}; write it again with the command it comes from", file.display())
            }
            Self::Template(what) => write!(f, "the page cannot be written: {what}"),
        }
    }
}

impl std::error::Error for ReportError {}

impl From<StoreError> for ReportError {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

/// Which page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// All of it, for a screen.
    Report,
    /// Two pages for print.
    Factsheet,
}

/// The page of these runs, at least one, as HTML; `first` is the language that is shown until the reader chooses.
///
/// # Errors
/// A table is missing or damaged.
pub fn build(sources: Vec<Source>, kind: Kind, first: Language) -> Result<String, ReportError> {
    let runs: Vec<Run> =
        sources.into_iter().zip(1..).map(|(source, number)| Run::read(source, number)).collect::<Result<_, _>>()?;
    let unit = unit(&runs);
    let mut pages = Vec::new();
    for language in [Language::Nl, Language::En] {
        let texts = Texts::new(language);
        let writer = Writer::new(&runs, &texts, language, unit, kind == Kind::Report);
        pages.push(match kind {
            Kind::Report => writer.report(language == first),
            Kind::Factsheet => writer.factsheet(language == first),
        });
    }
    render(&pages, kind)
}

/// The unit that suits what is booked and saved.
fn unit(runs: &[Run]) -> Amounts {
    let rows = runs.iter().flat_map(|run| &run.savings).flat_map(table::Table::rows);
    let seen = rows.filter(|row| !row.text("scenario").is_empty() && row.text("kind") != "claim");
    let amounts = seen.flat_map(|row| ["booked", "mean"].map(|column| row.value(column).unwrap_or(0.0).abs()));
    Amounts::of(amounts.fold(0.0, f64::max))
}

fn render(pages: &[Page], kind: Kind) -> Result<String, ReportError> {
    let failed = |error: minijinja::Error| ReportError::Template(format!("{error:#}"));
    let mut templates = Environment::new();
    templates.set_syntax(SyntaxConfig::builder().trim_blocks(true).lstrip_blocks(true).build().map_err(failed)?);
    templates.set_auto_escape_callback(|_| AutoEscape::Html);
    templates.set_undefined_behavior(UndefinedBehavior::Strict);
    let all = [
        ("head.html", include_str!("templates/head.html")),
        ("bar.html", include_str!("templates/bar.html")),
        ("front.html", include_str!("templates/front.html")),
        ("section.html", include_str!("templates/section.html")),
        ("sheet.html", include_str!("templates/sheet.html")),
        ("report.html", include_str!("templates/report.html")),
        ("factsheet.html", include_str!("templates/factsheet.html")),
    ];
    for (name, text) in all {
        templates.add_template(name, text).map_err(failed)?;
    }
    let name = match kind {
        Kind::Report => REPORT_FILE,
        Kind::Factsheet => FACTSHEET_FILE,
    };
    let page = templates.get_template(name).map_err(failed)?;
    page.render(context! { pages => Serde(pages), theme => include_str!("theme.css") }).map_err(failed)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    /// Relative luminance of a colour such as `#16242f` (WCAG 2.2).
    fn luminance(colour: &str) -> f64 {
        let part = |at: usize| {
            let share = f64::from(u8::from_str_radix(&colour[at..at + 2], 16).unwrap()) / 255.0;
            if share <= 0.040_45 { share / 12.92 } else { libm::pow((share + 0.055) / 1.055, 2.4) }
        };
        0.2126 * part(1) + 0.7152 * part(3) + 0.0722 * part(5)
    }

    fn contrast(one: &str, other: &str) -> f64 {
        let (one, other) = (luminance(one), luminance(other));
        (one.max(other) + 0.05) / (one.min(other) + 0.05)
    }

    /// What a machine cannot see in a page with charts: the theme's own colours beside each other, in light and in dark.
    #[test]
    fn colours_of_the_theme_are_told_apart() {
        let theme = include_str!("theme.css");
        let schemes: Vec<BTreeMap<&str, &str>> = theme
            .split(":root {")
            .skip(1)
            .map(|block| {
                let tokens = block.split('}').next().unwrap_or_default().split(';');
                tokens.filter_map(|token| token.trim().strip_prefix("--")?.split_once(": ")).collect()
            })
            .collect();
        assert_eq!(schemes.len(), 2);
        let text = [("ink", 7.0), ("quiet", 4.5), ("link", 4.5), ("strong", 4.5), ("other", 4.5), ("edge", 3.0)];
        let on = ["paper", "wash"];
        let drawn = [("edge", "soft"), ("strong", "middle"), ("strong", "soft"), ("other", "soft"), ("other", "middle")];
        for scheme in &schemes {
            for ((front, least), back) in text.iter().flat_map(|text| on.map(|back| (*text, back))) {
                assert!(contrast(scheme[front], scheme[back]) >= least, "{front} on {back}");
            }
            for (front, back) in drawn {
                assert!(
                    contrast(scheme[front], scheme[back]) >= 3.0,
                    "{front} on {back}: {}",
                    contrast(scheme[front], scheme[back])
                );
            }
            assert!(contrast(scheme["ink"], scheme["focus-ground"]) >= 4.5 && contrast(scheme["focus"], scheme["paper"]) >= 3.0);
        }
    }
}
