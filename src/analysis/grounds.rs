//! What the numbers of a run rest on: `assumptions.csv`, `measures.csv`, `checks.csv`, and `tallies.csv`, which counts them.
//!
//! Whoever tells of a run reads these and counts nothing himself.

use serde::Serialize;
use std::path::Path;

use super::AnalysisError;
use super::bands::{Band, Sheet};
use super::savings::{self, Euros, Kind, TOTAL};
use crate::calibration::Verdict;
use crate::model::{Grade, Model, Parameter, Prior, date};
use crate::store::columns::unit_name;
use crate::store::{ASSUMPTIONS_FILE, CHECKS_FILE, Job, MEASURES_FILE, Run, StoreError, TALLIES_FILE};

/// Standard errors by which draws must lie on one side of what was believed before it is said that they were moved there.
const CLEARLY: f64 = 3.0;

/// With fewer draws than this it is not said: three in four on one side would not be enough.
const ENOUGH: usize = 36;

/// A row of `assumptions.csv`: a parameter. The fields are its columns, in order.
#[derive(Debug, Clone, PartialEq, Serialize)]
struct Assumption<'a> {
    parameter: &'a str,
    label: &'a str,
    label_nl: &'a str,
    unit: &'a str,
    grade: Grade,
    certain: bool,
    low: f64,
    median: f64,
    high: f64,
    moved: Option<Moved>,
    source: &'a str,
    citation: String,
    note: &'a str,
    note_nl: &'a str,
}

/// Whether the draws of a run lie elsewhere than what was believed beforehand.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
enum Moved {
    No,
    Up,
    Down,
}

/// A row of `measures.csv`: a measure of a scenario. The fields are its columns, in order.
#[derive(Debug, Clone, PartialEq, Serialize)]
struct MeasureRow<'a> {
    scenario: &'a str,
    measure: &'a str,
    label: &'a str,
    label_nl: &'a str,
    domain: &'a str,
    start: String,
    ramp_months: u32,
    strength: &'a str,
    grade: Option<Grade>,
    source: &'a str,
    citation: String,
    note: &'a str,
    note_nl: &'a str,
    seen: &'a str,
    seen_nl: &'a str,
}

/// A row of `checks.csv`: a check of the calibration. The fields are its columns, in order.
#[derive(Debug, Clone, PartialEq, Serialize)]
struct CheckRow<'a> {
    check: &'a str,
    verdict: Verdict,
    value: Option<f64>,
    limit: &'a str,
    said: &'a str,
    date: &'a str,
}

/// A row of `tallies.csv`: so many of so many. The fields are its columns, in order.
#[derive(Debug, Clone, PartialEq, Serialize)]
struct Tally<'a> {
    what: &'a str,
    scenario: &'a str,
    year: Option<i32>,
    count: usize,
    of: usize,
}

impl<'a> Tally<'a> {
    fn of_run(what: &'a str, count: usize, of: usize) -> Self {
        Self { what, scenario: "", year: None, count, of }
    }
}

/// Writes the tables of a run of which all members, and its savings, are there; none that would have no row.
///
/// # Errors
/// The disk refuses.
pub(super) fn write(run: &Run<'_>) -> Result<(), AnalysisError> {
    let job = run.job();
    let assumptions = assumptions(job);
    keep(job.folder, ASSUMPTIONS_FILE, &assumptions)?;
    keep(job.folder, MEASURES_FILE, &measures(job))?;
    keep(job.folder, CHECKS_FILE, &checks(job))?;
    let likely = likely(&savings::read(job.folder)?);
    let mut tallies = tallies(job, &assumptions);
    let of = |(scenario, year, count, of)| Tally { what: "likely", scenario, year: Some(year), count, of };
    tallies.extend(likely.iter().map(|(scenario, year, count, all)| of((scenario.as_str(), *year, *count, *all))));
    Ok(keep(job.folder, TALLIES_FILE, &tallies)?)
}

fn keep<T: Serialize>(folder: &Path, file: &str, rows: &[T]) -> Result<(), StoreError> {
    if rows.is_empty() {
        return Ok(());
    }
    let mut sheet = Sheet::new(folder, file)?;
    rows.iter().try_for_each(|row| sheet.add(row))?;
    sheet.keep()
}

fn assumptions<'a>(job: &'a Job<'_>) -> Vec<Assumption<'a>> {
    let model = job.model;
    let draws: Vec<Vec<f64>> = (0..job.identity.draws).map(|draw| job.members.parameters(draw)).collect();
    let row = |(id, parameter): (usize, &'a Parameter)| {
        let values: Vec<f64> = draws.iter().map(|draw| draw[id]).collect();
        let [low, median, high] = parameter.prior.usual();
        Assumption {
            parameter: &parameter.name,
            label: &parameter.label.en,
            label_nl: &parameter.label.nl,
            unit: unit_name(parameter.unit),
            grade: parameter.grade,
            certain: matches!(parameter.prior, Prior::Fixed(_)),
            low,
            median,
            high,
            moved: moved(&values, median),
            source: &model.sources[parameter.source].key,
            citation: citation(model, Some(parameter.source)),
            note: parameter.note.as_deref().unwrap_or_default(),
            note_nl: parameter.note_nl.as_deref().unwrap_or_default(),
        }
    };
    model.parameters.iter().enumerate().map(row).collect()
}

/// As many draws of a belief lie below its median as above; a difference that chance hardly makes says that the draws are of
/// something else.
fn moved(values: &[f64], median: f64) -> Option<Moved> {
    let count = |side: &dyn Fn(f64) -> bool| values.iter().filter(|&&value| side(value)).count() as f64;
    let more = count(&|value| value > median) - count(&|value| value < median);
    (values.len() >= ENOUGH).then(|| match () {
        () if more.abs() <= CLEARLY * (values.len() as f64).sqrt() => Moved::No,
        () if more > 0.0 => Moved::Up,
        () => Moved::Down,
    })
}

/// A source as it is cited.
fn citation(model: &Model, source: Option<usize>) -> String {
    source.map_or_else(String::new, |id| {
        let source = &model.sources[id];
        format!("{} ({}), {}", source.author, source.year, source.title)
    })
}

fn measures<'a>(job: &'a Job<'_>) -> Vec<MeasureRow<'a>> {
    let model = job.model;
    let mut rows = Vec::new();
    for name in &job.identity.scenarios {
        let scenario = model.scenarios.iter().find(|scenario| scenario.name == *name);
        for measure in scenario.into_iter().flat_map(|scenario| &scenario.measures) {
            let origin = measure.origin.as_ref();
            let source = origin.and_then(|origin| origin.source);
            let plan = model.plan.as_ref().zip(measure.domain);
            rows.push(MeasureRow {
                scenario: name,
                measure: &measure.name,
                label: &measure.label.en,
                label_nl: &measure.label.nl,
                domain: plan.map_or("", |(plan, id)| &plan.domains[id].name),
                start: date(measure.start),
                ramp_months: measure.ramp_months,
                strength: measure.strength.map_or("", |id| &model.parameters[id].name),
                grade: origin.and_then(|origin| origin.grade),
                source: source.map_or("", |id| &model.sources[id].key),
                citation: citation(model, source),
                note: origin.and_then(|origin| origin.note.as_deref()).unwrap_or_default(),
                note_nl: origin.and_then(|origin| origin.note_nl.as_deref()).unwrap_or_default(),
                seen: measure.seen.as_ref().map_or("", |seen| &seen.en),
                seen_nl: measure.seen.as_ref().map_or("", |seen| &seen.nl),
            });
        }
    }
    rows
}

fn checks<'a>(job: &'a Job<'_>) -> Vec<CheckRow<'a>> {
    let row = |(name, found): &'a (String, crate::calibration::Diagnostic)| CheckRow {
        check: name,
        verdict: found.verdict,
        value: found.value,
        limit: &found.limit,
        said: &found.said,
        date: found.date.as_deref().unwrap_or_default(),
    };
    job.checks.iter().map(row).collect()
}

/// What is counted of the run as a whole.
fn tallies<'a>(job: &Job<'_>, assumptions: &[Assumption<'_>]) -> Vec<Tally<'a>> {
    let uncertain: Vec<&Assumption<'_>> = assumptions.iter().filter(|row| !row.certain).collect();
    let grades = [("grade_a", Grade::A), ("grade_b", Grade::B), ("grade_c", Grade::C), ("grade_d", Grade::D)];
    let graded = |grade: Grade| uncertain.iter().filter(|row| row.grade == grade).count();
    let mut rows: Vec<Tally<'a>> =
        grades.into_iter().map(|(what, grade)| Tally::of_run(what, graded(grade), uncertain.len())).collect();
    if uncertain.iter().all(|row| row.moved.is_some()) {
        let moved = uncertain.iter().filter(|row| row.moved != Some(Moved::No)).count();
        rows.push(Tally::of_run("moved", moved, uncertain.len()));
    }
    let passed = job.checks.iter().filter(|(_, found)| found.verdict == Verdict::Pass).count();
    rows.push(Tally::of_run("checks_passed", passed, job.checks.len()));
    rows
}

/// How many booked amounts are rather reached than not, of those that can be tried: per scenario and year, those of the domains, of the
/// total, and of the total less investments.
fn likely(savings: &[savings::Row]) -> Vec<(String, i32, usize, usize)> {
    let mut found: Vec<(String, i32, usize, usize)> = Vec::new();
    for row in savings.iter().filter(|row| !row.scenario.is_empty()) {
        let asked = row.kind == Kind::Gross || row.kind == Kind::Net && row.domain == TOTAL;
        if !asked || row.euros != Euros::Constant || row.band != Band::Realised {
            continue;
        }
        let same = |(scenario, year, ..): &(String, i32, usize, usize)| *scenario == row.scenario && *year == row.year;
        let at = found.iter().position(same).unwrap_or_else(|| {
            found.push((row.scenario.clone(), row.year, 0, 0));
            found.len() - 1
        });
        found[at].2 += usize::from(row.chance.is_some_and(|chance| chance >= 0.5));
        found[at].3 += usize::from(row.chance.is_some());
    }
    found.sort_by(|a, b| (&a.0, a.1).cmp(&(&b.0, b.1)));
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::columns;

    #[test]
    fn draws_are_moved_where_chance_hardly_brings_them() {
        let draws = |above: usize, below: usize| [vec![2.0; above], vec![0.0; below]].concat();
        assert_eq!(moved(&draws(20, 16), 1.0), Some(Moved::No));
        assert_eq!(moved(&draws(27, 9), 1.0), Some(Moved::No), "18 more of 36: three standard errors, and no more");
        assert_eq!(moved(&draws(28, 8), 1.0), Some(Moved::Up));
        assert_eq!(moved(&draws(8, 28), 1.0), Some(Moved::Down));
        assert_eq!(moved(&[1.0; 40], 1.0), Some(Moved::No), "what is certain stays where it is");
        assert_eq!(moved(&draws(35, 0), 1.0), None, "too few to say");
    }

    /// What every file says of its columns is what stands in it.
    #[test]
    fn the_files_have_the_columns_that_are_described() {
        fn head(row: impl Serialize) -> Vec<String> {
            let mut file = csv::Writer::from_writer(Vec::new());
            file.serialize(row).unwrap();
            let text = String::from_utf8(file.into_inner().unwrap()).unwrap();
            text.lines().next().unwrap().split(',').map(str::to_owned).collect()
        }
        let names = |columns: Vec<columns::Column>| columns.into_iter().map(|column| column.name).collect::<Vec<String>>();
        let check = CheckRow { check: "C1", verdict: Verdict::Pass, value: None, limit: "", said: "", date: "" };
        assert_eq!(head(check), names(columns::check_columns()));
        assert_eq!(head(Tally::of_run("moved", 1, 2)), names(columns::tally_columns()));
    }
}
