//! The sections of the report, a file each.

mod burden;
mod cashable;
mod claims;
mod factsheet;
mod fans;
mod front;
mod glossary;
mod grid;
mod growth;
mod ledger;
mod needs;
mod reproduce;
mod rests;
mod steps;
mod waterbed;
mod wijken;

use super::chart::{Axis, Names};
use super::html::{Said, data_link, escape, say};
use super::page::{Chart, Key, Page, PageWords, Panel, Part, Section, Sheet};
use super::run::Run;
use super::shown::{Pen, euros};
use super::table::Row;
use super::text::Texts;
use crate::words::Language;
use crate::words::number::Amounts;
use std::cell::Cell;

/// Writes the sections in one language.
pub(super) struct Writer<'a> {
    pub(super) runs: &'a [Run],
    pub(super) texts: &'a Texts,
    pub(super) language: Language,
    /// Unit of savings.
    pub(super) unit: Amounts,
    /// Whether the page has a glossary that words can lead to.
    pub(super) glossary: bool,
    /// Charts so far, to number the next.
    charts: Cell<usize>,
}

/// A scenario of a run that the report tells of.
#[derive(Debug, Clone)]
pub(super) struct Subject<'a> {
    pub(super) run: &'a Run,
    pub(super) scenario: &'a str,
    /// What people read.
    pub(super) label: Said,
}

/// What a chart is made of.
pub(super) struct Drawn<'a> {
    pub(super) title: Said,
    pub(super) sentence: Said,
    pub(super) panels: Vec<Panel>,
    /// Images beside each other that belong together; 0: as many as fit.
    pub(super) abreast: usize,
    pub(super) key: Vec<Key>,
    pub(super) sheet: Sheet,
    /// Columns of its file.
    pub(super) columns: &'a [&'a str],
    /// Rows of its file.
    pub(super) rows: Vec<Row<'a>>,
    /// Name of its file, without an ending.
    pub(super) name: &'a str,
    /// Files of the run that it comes from.
    pub(super) from: &'a str,
}

impl<'a> Writer<'a> {
    pub(super) fn new(runs: &'a [Run], texts: &'a Texts, language: Language, unit: Amounts, glossary: bool) -> Self {
        Self { runs, texts, language, unit, glossary, charts: Cell::new(0) }
    }

    /// The whole report.
    pub(super) fn report(&self, chosen: bool) -> Page {
        let sections = vec![
            self.claims(),
            Some(self.fans()),
            self.test(),
            self.curves(),
            self.needs(),
            self.grid(),
            self.ledger(),
            self.waterbed(),
            self.cashable(),
            self.burden(),
            Some(self.growth()),
            self.wijken(),
            self.levers(),
            Some(self.calibration()),
            self.contradictions(),
            self.assumptions(),
            Some(self.sure()),
            Some(self.glossary()),
            Some(self.reproduce()),
        ];
        self.page(chosen, sections.into_iter().flatten().collect())
    }

    /// Two pages for print.
    pub(super) fn factsheet(&self, chosen: bool) -> Page {
        self.page(chosen, self.brief_test().into_iter().chain(self.brief_rest()).collect())
    }

    fn page(&self, chosen: bool, sections: Vec<Section>) -> Page {
        let (code, frame) = (self.code(), &self.texts.frame);
        Page {
            language: code,
            chosen,
            title: self.title(),
            place: self.place(),
            front: self.front(),
            sections,
            words: PageWords {
                content: frame.content.clone(),
                skip: frame.skip.clone(),
                numbers: frame.numbers.clone(),
                download: frame.download.clone(),
                from: frame.from.clone(),
                key: frame.key.clone(),
                foot_html: self.say(&frame.foot, &[]).html,
            },
        }
    }

    pub(super) fn code(&self) -> &'static str {
        match self.language {
            Language::Nl => "nl",
            Language::En => "en",
        }
    }

    /// A message with its words filled in.
    pub(super) fn say(&self, message: &str, words: &[(&str, Said)]) -> Said {
        let terms = self.glossary.then(|| format!("{}-term-", self.code()));
        say(message, words, terms.as_deref())
    }

    /// A message in which nothing is filled in.
    pub(super) fn said(&self, message: &str) -> Said {
        self.say(message, &[])
    }

    pub(super) fn pen(&self, run: &Run) -> Pen {
        Pen { language: self.language, run: run.number }
    }

    /// Name of a unit of amounts.
    pub(super) fn unit_name(&self, unit: Amounts) -> &'a str {
        let units = &self.texts.unit;
        match unit {
            Amounts::Euro => &units.euro,
            Amounts::Thousand => &units.thousand,
            Amounts::Million => &units.million,
        }
    }

    /// An axis of amounts; `label` is the whole of what stands along it.
    pub(super) fn axis<'b>(&self, label: &'b str, unit: Amounts) -> Axis<'b> {
        Axis { label, per: euros(unit), language: self.language }
    }

    /// What the report is about: every scenario of every run beside unchanged policy.
    pub(super) fn subjects(&self) -> Vec<Subject<'a>> {
        let of = |run: &'a Run| run.changed().into_iter().map(move |scenario| (run, scenario));
        let all = self.runs.iter().flat_map(of);
        all.map(|(run, scenario)| Subject { run, scenario, label: self.label(run, scenario) }).collect()
    }

    /// Those of runs that were held against a plan.
    pub(super) fn tried(&self) -> Vec<Subject<'a>> {
        let tried = |subject: &Subject<'a>| subject.run.savings.is_some() && subject.run.compares();
        self.subjects().into_iter().filter(tried).collect()
    }

    /// What people call a scenario; with the run if there are more.
    pub(super) fn label(&self, run: &Run, scenario: &str) -> Said {
        let label = run.scenario(scenario).map_or(scenario, |scenario| self.language.pick(&scenario.label));
        if self.runs.len() == 1 { Said::name(label) } else { Said::name(&format!("{label} ({})", run.name())) }
    }

    /// What people call a domain of the plan, or all of them.
    pub(super) fn plan_domain(&self, run: &'a Run, name: &str) -> Said {
        let domains = run.source.model.plan.iter().flat_map(|plan| &plan.domains);
        let found = domains.into_iter().find(|domain| domain.name == name).map(|domain| self.language.pick(&domain.label));
        match found {
            Some(label) => Said::name(label),
            None if name == crate::analysis::savings::TOTAL => self.said(&self.texts.table.total),
            None => Said::name(name),
        }
    }

    /// Names of the domains of the plan, the total last.
    pub(super) fn plan_domains(run: &'a Run) -> Vec<&'a str> {
        let domains = run.source.model.plan.iter().flat_map(|plan| &plan.domains).map(|domain| domain.name.as_str());
        domains.chain([crate::analysis::savings::TOTAL]).collect()
    }

    /// A name for the next image.
    pub(super) fn image(&self) -> String {
        self.charts.set(self.charts.get() + 1);
        format!("{}-c{}", self.code(), self.charts.get())
    }

    /// An image with its caption; `draw` is given its names.
    pub(super) fn panel(&self, caption: Said, description: &str, draw: impl FnOnce(Names<'_>) -> String) -> Panel {
        let id = self.image();
        let svg = draw(Names { id: &id, title: &caption.plain, description });
        Panel { caption, svg }
    }

    /// A chart as a part of a section.
    pub(super) fn chart(&self, drawn: Drawn<'_>) -> Part {
        let mut csv = csv::Writer::from_writer(Vec::new());
        // Writing to memory cannot fail.
        let _ = csv.write_record(drawn.columns);
        for row in &drawn.rows {
            let _ = csv.write_record(drawn.columns.iter().map(|column| row.text(column)));
        }
        let text = String::from_utf8(csv.into_inner().unwrap_or_default()).unwrap_or_default();
        Part::Chart(Chart {
            id: self.image(),
            title: drawn.title,
            sentence_html: drawn.sentence.html,
            panels: drawn.panels,
            abreast: drawn.abreast,
            key: drawn.key,
            sheet: drawn.sheet,
            csv: data_link(&text),
            csv_name: format!("{}.csv", drawn.name),
            from: drawn.from.to_owned(),
        })
    }

    pub(super) fn key(&self, mark: &'static str, text: &str) -> Key {
        Key { mark, text: self.said(text) }
    }

    /// Heads of a table.
    pub(super) fn heads<const N: usize>(&self, texts: [&String; N]) -> Vec<Said> {
        texts.iter().map(|text| self.said(text)).collect()
    }

    /// A title with the unit of the amounts under it.
    pub(super) fn in_unit(&self, title: &Said, unit: Amounts) -> Said {
        let unit = self.unit_name(unit);
        Said { html: format!("{} ({})", title.html, escape(unit)), plain: format!("{} ({unit})", title.plain) }
    }

    pub(super) fn section(&self, name: &str, title: &str, lead: Vec<Said>, parts: Vec<Part>) -> Section {
        let lead_html = lead.into_iter().map(|said| said.html).collect();
        Section { id: format!("{}-{name}", self.code()), title: self.said(title), lead_html, parts }
    }
}

/// A command as it is typed.
pub(super) fn code(text: &str) -> Said {
    Said { html: format!("<code>{}</code>", escape(text)), plain: text.to_owned() }
}

/// The cells of a row of a table.
pub(super) fn cells(texts: &[&Said]) -> Vec<String> {
    texts.iter().map(|said| said.html.clone()).collect()
}
