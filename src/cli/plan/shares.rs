//! What `ledger` and `waterbed` have found of the run, told beside its savings.

use super::report::Report;
use crate::analysis::savings::TOTAL;
use crate::cli::failure::Failure;
use crate::cli::ledger::{ENGINE_FILE, TWIN_FILE};
use crate::cli::number::{significant, written};
use crate::cli::table::{STYLE, drawn};
use crate::cli::text::{fill, paragraph, wrapped};
use crate::cli::waterbed;
use comfy_table::Table;
use serde::Deserialize;
use std::path::Path;

/// Columns for the name of a measure.
const NAME: usize = 44;

/// Statistic of a row of the waterbed that counts.
const NUMBER: &str = "hulpvragen";

/// A line of either file, as far as it is told.
#[derive(Debug, Deserialize)]
pub(super) struct Line {
    scenario: String,
    /// Of the ledger.
    #[serde(default)]
    measure: String,
    #[serde(default)]
    domain: String,
    /// Of the waterbed.
    #[serde(default)]
    name: String,
    year: i32,
    metric: String,
    mean: Option<f64>,
    mcse: Option<f64>,
    p05: Option<f64>,
    p95: Option<f64>,
}

/// What was found of a run; nothing where a command has not been called.
#[derive(Debug, Default)]
pub(super) struct Found {
    ledger: Vec<Line>,
    waterbed: Vec<Line>,
}

impl Found {
    /// Reads what there is. The engine's ledger goes before the twin's.
    ///
    /// # Errors
    /// A file is not one of ours.
    pub(super) fn read(run: &Path) -> Result<Self, Failure> {
        let lines = |name: &str| -> Result<Option<Vec<Line>>, Failure> {
            let file = run.join(name);
            if !file.exists() {
                return Ok(None);
            }
            let lines = csv::Reader::from_path(&file).and_then(|reader| reader.into_deserialize().collect());
            lines.map(Some).map_err(|error| {
                let file = file.display();
                Failure::Undone(format!(
                    "{file} is damaged: {error}; remove it, or write it again with the command it comes from"
                ))
            })
        };
        let ledger = match lines(ENGINE_FILE)? {
            Some(lines) => Some(lines),
            None => lines(TWIN_FILE)?,
        };
        Ok(Self { ledger: ledger.unwrap_or_default(), waterbed: lines(waterbed::FILE)?.unwrap_or_default() })
    }
}

impl Report<'_> {
    /// Which measure saves what, and where the care goes.
    pub(super) fn found(&self, name: &str) -> String {
        self.ledger(name) + &self.waterbed(name)
    }

    fn ledger(&self, name: &str) -> String {
        let texts = &self.texts.plan;
        let here = |line: &&Line| line.scenario == name && line.domain == TOTAL && line.year == self.year;
        let mut shares: Vec<&Line> =
            self.found.ledger.iter().filter(here).filter(|line| line.metric == "share" || line.metric == "total").collect();
        if shares.is_empty() {
            return String::new();
        }
        // The total comes last, whatever it is.
        shares.sort_by(|a, b| {
            a.measure.is_empty().cmp(&b.measure.is_empty()).then(b.mean.partial_cmp(&a.mean).unwrap_or(std::cmp::Ordering::Equal))
        });
        let measures = self.model.scenarios.iter().find(|scenario| scenario.name == name).map(|scenario| &scenario.measures);
        let mut table = Table::new();
        table.load_style(STYLE).set_header([&texts.who, &texts.saving, &self.texts.table.band]);
        for line in shares {
            let measure = measures.into_iter().flatten().find(|measure| measure.name == line.measure);
            let label = match measure {
                Some(measure) => self.language.pick(&measure.label),
                None if line.measure.is_empty() => &texts.total,
                None => &line.measure,
            };
            let label: Vec<String> = wrapped(label, 0, NAME).iter().map(|part| format!(" {}", part.trim_start())).collect();
            let place = significant(line.mean.unwrap_or(0.0), line.mcse.unwrap_or(f64::NAN));
            let amount = |euros: Option<f64>| euros.map_or_else(String::new, |euros| self.amount(euros, place));
            table.add_row([label.join("\n"), amount(line.mean), format!("{} \u{2013} {}", amount(line.p05), amount(line.p95))]);
        }
        drawn(table)
    }

    fn waterbed(&self, name: &str) -> String {
        let (texts, rows) = (&self.texts.plan, &self.texts.waterbed);
        let of = |what: &str| {
            let here = |line: &&Line| line.scenario == name && line.name == what && line.metric == NUMBER;
            self.found.waterbed.iter().find(here)
        };
        let number = |line: &Line| {
            let mean = line.mean.unwrap_or(0.0);
            written(mean, significant(mean, line.mcse.unwrap_or(f64::NAN)).max(0), self.language)
        };
        let Some(avoided) = of("avoided").filter(|line| line.mean.is_some_and(|mean| mean > 0.0)) else { return String::new() };
        let names = [
            ("solved", &rows.solved),
            ("informeel", &rows.informeel),
            ("formeel", &rows.formeel),
            ("basis", &rows.basis),
            ("wacht", &rows.wacht),
            ("lighter", &rows.lighter),
            ("heavier", &rows.heavier),
            ("other_act", &rows.other_act),
            ("wlz", &rows.wlz),
            ("gone", &rows.gone),
            ("censored", &rows.censored),
        ];
        let mut told: Vec<(&Line, &str)> = names.iter().filter_map(|(what, label)| Some((of(what)?, label.as_str()))).collect();
        told.retain(|(line, _)| line.mean.is_some_and(|mean| mean > 0.0));
        told.sort_by(|a, b| b.0.mean.partial_cmp(&a.0.mean).unwrap_or(std::cmp::Ordering::Equal));
        let told: Vec<String> = told.iter().map(|(line, label)| format!("{} {}", label.to_lowercase(), number(line))).collect();
        let words = [("avoided", &*number(avoided)), ("year", &avoided.year.to_string()), ("rows", &told.join(", "))];
        paragraph(&fill(&texts.whither, &words))
    }
}
