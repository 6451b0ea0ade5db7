//! What the templates are given: pages, sections and their parts. Fields that end in `html` are safe to put into the page as they are;
//! what is needed both with its marks and without is a [`Said`].

use super::html::Said;
use serde::Serialize;

/// A page in one language.
#[derive(Debug, Serialize)]
pub(super) struct Page {
    pub(super) language: &'static str,
    /// Whether this is the language that is shown first.
    pub(super) chosen: bool,
    pub(super) title: String,
    pub(super) place: String,
    pub(super) front: Front,
    pub(super) sections: Vec<Section>,
    pub(super) words: PageWords,
}

/// What the frame of a page says.
#[derive(Debug, Serialize)]
pub(super) struct PageWords {
    pub(super) content: String,
    pub(super) skip: String,
    pub(super) numbers: String,
    pub(super) download: String,
    pub(super) from: String,
    pub(super) key: String,
    pub(super) foot_html: String,
}

/// What is seen first.
#[derive(Debug, Serialize)]
pub(super) struct Front {
    /// What was tested.
    pub(super) tested_html: Vec<String>,
    /// Whether cards are rows, because there are many.
    pub(super) compact: bool,
    /// A card per scenario.
    pub(super) cards: Vec<FrontCard>,
    /// What it rests on.
    pub(super) rests_html: Vec<String>,
    pub(super) tested: String,
    pub(super) likely: String,
    pub(super) rests: String,
    pub(super) key_html: String,
}

/// A scenario on the first page.
#[derive(Debug, Serialize)]
pub(super) struct FrontCard {
    pub(super) title: Said,
    pub(super) claims: Vec<FrontClaim>,
    /// Said where there is no claim to show.
    pub(super) note_html: String,
}

/// A claim on the first page.
#[derive(Debug, Serialize)]
pub(super) struct FrontClaim {
    pub(super) sentence_html: String,
    pub(super) svg: String,
}

/// A section.
#[derive(Debug, Serialize)]
pub(super) struct Section {
    pub(super) id: String,
    pub(super) title: Said,
    pub(super) lead_html: Vec<String>,
    pub(super) parts: Vec<Part>,
}

/// A part of a section.
#[derive(Debug, Serialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub(super) enum Part {
    /// A heading.
    Heading { text: Said },
    /// A paragraph.
    Words { html: String },
    /// A chart with its sentence, its table and its file.
    Chart(Chart),
    /// A choice of levers, and what comes out of each.
    Levers(Levers),
    /// A table on its own.
    Table(Sheet),
    /// A table that is folded away.
    Folded { summary: Said, sheet: Sheet },
    /// Cards beside each other.
    Cards { cards: Vec<Card> },
    /// A list.
    List { items_html: Vec<String> },
    /// Terms and what they mean.
    Terms { terms: Vec<Term> },
    /// Something to type or to copy.
    Code { text: String, label: String },
}

/// A chart: one or more images that belong together.
#[derive(Debug, Serialize)]
pub(super) struct Chart {
    pub(super) id: String,
    pub(super) title: Said,
    /// What it shows, as a conclusion.
    pub(super) sentence_html: String,
    pub(super) panels: Vec<Panel>,
    /// Images beside each other that belong together; 0: as many as fit.
    pub(super) abreast: usize,
    /// How to read its marks.
    pub(super) key: Vec<Key>,
    pub(super) sheet: Sheet,
    /// The same numbers as they stand in the tables, as a file in a link.
    pub(super) csv: String,
    /// Name of that file.
    pub(super) csv_name: String,
    /// Files of the run that it comes from.
    pub(super) from: String,
}

/// One image of a chart.
#[derive(Debug, Serialize)]
pub(super) struct Panel {
    pub(super) caption: Said,
    pub(super) svg: String,
}

/// A mark and what it means.
#[derive(Debug, Serialize)]
pub(super) struct Key {
    /// Class of the mark.
    pub(super) mark: &'static str,
    pub(super) text: Said,
}

/// A table.
#[derive(Debug, Default, Serialize)]
pub(super) struct Sheet {
    pub(super) caption: Said,
    pub(super) head: Vec<Said>,
    /// The first cell of a row names it.
    pub(super) rows: Vec<Vec<String>>,
    /// Columns, from 0, that hold numbers.
    pub(super) numbers_from: usize,
}

/// Levers to choose by, without a script: all outcomes are in the page, and the one that fits the choice is shown.
#[derive(Debug, Serialize)]
pub(super) struct Levers {
    pub(super) id: String,
    pub(super) title: Said,
    pub(super) each: Vec<Lever>,
    pub(super) outcomes: Vec<Outcome>,
}

/// A lever.
#[derive(Debug, Serialize)]
pub(super) struct Lever {
    pub(super) name: Said,
    /// Name of the choice.
    pub(super) group: String,
    pub(super) picks: Vec<Pick>,
}

/// Where a lever can stand.
#[derive(Debug, Serialize)]
pub(super) struct Pick {
    pub(super) id: String,
    /// Class of the outcomes that fit.
    pub(super) class: String,
    pub(super) text: Said,
    pub(super) chosen: bool,
}

/// What comes out of a choice.
#[derive(Debug, Serialize)]
pub(super) struct Outcome {
    /// A class for each lever.
    pub(super) class: String,
    pub(super) html: String,
}

/// A card.
#[derive(Debug, Serialize)]
pub(super) struct Card {
    pub(super) title: Said,
    /// What it says, by heading.
    pub(super) lines: Vec<CardLine>,
}

/// A line of a card.
#[derive(Debug, Serialize)]
pub(super) struct CardLine {
    pub(super) name: Said,
    pub(super) html: String,
}

/// A term of the glossary.
#[derive(Debug, Serialize)]
pub(super) struct Term {
    pub(super) id: String,
    pub(super) name: String,
    pub(super) html: String,
}
