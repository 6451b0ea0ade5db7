//! `piramide compare`: how a second run differs from a first.

mod choice;
mod report;

use super::args::CompareArgs;
use super::failure::{Failure, note, print};
use super::language::Language;
use super::text::Texts;
use crate::analysis::compare::{Comparison, Row, compare};
use crate::compile::layout::METRICS;
use crate::store::members::{Members, Place};
use crate::store::{Change, Manifest};
use choice::Choice;
use report::Report;
use serde::Serialize;
use std::path::Path;

/// Compares two runs, or two scenarios of one run, and shows the differences.
///
/// # Errors
/// There is no complete run, nothing in common, or a file that is damaged.
pub(super) fn runs(args: &CompareArgs) -> Result<(), Failure> {
    let first = Manifest::of_complete(&args.first)?;
    let second = args.second.as_deref().map(Manifest::of_complete).transpose()?;
    let pairs = choice::pairs((&args.first, &first.identity), args.second.as_deref().zip(second.as_ref()), &args.scenarios)?;
    let here = pairs.iter().map(|(first, _)| first.as_str());
    let there = pairs.iter().map(|(_, second)| second.as_str());
    let (one, other) = match args.second.as_deref().zip(second.as_ref()) {
        Some((folder, manifest)) => (read(&args.first, &first, here)?, Some(read(folder, manifest, there)?)),
        None => (read(&args.first, &first, here.chain(there))?, None),
    };
    let changes = second.as_ref().map_or_else(Vec::new, |second| first.identity.changes(&second.identity));
    let paired = !changes.iter().any(Change::parts_luck);
    let found = compare(&one, other.as_ref().unwrap_or(&one), &pairs, paired);
    let choice = Choice::new(args);
    choice.check(&found, [&one, other.as_ref().unwrap_or(&one)])?;
    let language = Language::choose(args.lang);
    let report = Report {
        folders: [&args.first, args.second.as_ref().unwrap_or(&args.first)],
        found: &found,
        shown: found.rows.iter().filter(|row| choice.shows(row)).collect(),
        changes: &changes,
        members: one.members,
        language,
        texts: &Texts::new(language),
    };
    print(&report.text(&pairs))?;
    if let Some(file) = &args.out {
        csv(&found)
            .and_then(|bytes| std::fs::write(file, bytes))
            .map_err(|error| Failure::Undone(format!("cannot write {}: {error}", file.display())))?;
        note(&format!("all numbers: {}", file.display()));
    }
    Ok(())
}

fn read<'a>(folder: &Path, manifest: &Manifest, scenarios: impl Iterator<Item = &'a str>) -> Result<Members, Failure> {
    Ok(Members::read(folder, manifest, &scenarios.collect::<Vec<_>>())?)
}

/// Unit of a metric; empty for one that this version does not know.
fn unit(metric: &str) -> &'static str {
    METRICS.iter().find(|known| known.name == metric).map_or("", |known| known.unit)
}

/// A line of the file. The fields are its columns, in order; those that `bands.csv` has too are named as there.
#[derive(Debug, Serialize)]
struct Line<'a> {
    first_scenario: &'a str,
    second_scenario: &'a str,
    year: i32,
    level: &'a str,
    domain: &'a str,
    track: &'a str,
    state: String,
    layer: String,
    metric: &'a str,
    unit: &'a str,
    first: f64,
    first_mcse: Option<f64>,
    second: f64,
    second_mcse: Option<f64>,
    difference: f64,
    mcse: Option<f64>,
    mcse_unpaired: Option<f64>,
    p05: Option<f64>,
    p10: Option<f64>,
    p25: Option<f64>,
    p50: Option<f64>,
    p75: Option<f64>,
    p90: Option<f64>,
    p95: Option<f64>,
    above: Option<f64>,
    above_mcse: Option<f64>,
    below: Option<f64>,
    parameter_share: Option<f64>,
}

impl<'a> Line<'a> {
    fn new(row: &'a Row) -> Self {
        let Row { place, second, metric, difference } = row;
        let Place { scenario, year, level, domain, track, state, layer, combination, gate } = place;
        let or = |name: &str, prefix: &str, other: &str| {
            if other.is_empty() { name.to_owned() } else { format!("{prefix}:{other}") }
        };
        let pairs = difference.pairs;
        let [p05, p10, p25, p50, p75, p90, p95] = pairs.map_or([None; 7], |pairs| pairs.band.map(Some));
        Self {
            first_scenario: scenario,
            second_scenario: second,
            year: *year,
            level,
            domain,
            track,
            state: or(state, "gate", gate),
            layer: or(layer, "combination", combination),
            metric,
            unit: unit(metric),
            first: difference.first.0,
            first_mcse: difference.first.1,
            second: difference.second.0,
            second_mcse: difference.second.1,
            difference: difference.mean,
            mcse: difference.se,
            mcse_unpaired: difference.se_unpaired(),
            p05,
            p10,
            p25,
            p50,
            p75,
            p90,
            p95,
            above: pairs.map(|pairs| pairs.above),
            above_mcse: pairs.and_then(|pairs| pairs.above_se),
            below: pairs.map(|pairs| pairs.below),
            parameter_share: pairs.and_then(|pairs| pairs.parameter_share),
        }
    }
}

/// Every number.
fn csv(found: &Comparison) -> std::io::Result<Vec<u8>> {
    let mut writer = csv::Writer::from_writer(Vec::new());
    for row in &found.rows {
        writer.serialize(Line::new(row))?;
    }
    writer.into_inner().map_err(csv::IntoInnerError::into_error)
}
