//! What a calibration leaves: draws for `run`, chains, tables, diagnostics.

use super::{day, report};
use crate::calibration::{Diagnosis, Diagnostic, Fit, Municipality, Perimeter, Verdict, quantile};
use crate::cli::failure::Failure;
use crate::cli::table::STYLE;
use crate::maths::normal_quantile;
use crate::store::columns::{Column, Kind, unit_name};
use crate::store::draft::Draft;
use crate::store::{StoreError, draws};
use comfy_table::Table;
use serde_json::json;
use std::io::Write;
use std::path::Path;

/// Name of the file of diagnostics; it comes last, so that a folder that has it is complete.
pub(super) const DIAGNOSTICS: &str = "diagnostics.json";

/// What is told of the inputs beside the diagnosis.
#[derive(Debug)]
pub(super) struct Inputs {
    /// Values at draws evenly spaced over all chains, by draw and parameter id.
    values: Vec<Vec<f64>>,
    /// Per input: 5, 50 and 95 % quantiles before and after the fit, in its own unit.
    pub(super) ranges: Vec<[[f64; 3]; 2]>,
    /// Per direction that the data taught most about: the inputs with the largest part in it.
    pub(super) directions: Vec<Vec<(String, f64)>>,
}

const SHARES: [f64; 3] = [0.05, 0.5, 0.95];

impl Inputs {
    /// At about `kept` draws. Neighbours come from different chains, so that the first hundred are as good as any.
    pub(super) fn new(municipality: &Municipality<'_>, fit: &Fit, directions: Vec<Vec<(String, f64)>>, kept: u32) -> Self {
        let (chains, length) = (fit.draws.len(), fit.draws.first().map_or(0, Vec::len));
        let per_chain = (kept as usize / chains.max(1)).clamp(1, length.max(1));
        let at = |number: usize| &fit.draws[number % chains][(number / chains) * length / per_chain].inputs;
        let parameters = municipality.parameters();
        let values: Vec<Vec<f64>> =
            (0..chains * per_chain).map(|number| municipality.scores.values(&at(number)[..parameters])).collect();
        let of_parameter = |&id: &usize| {
            let after: Vec<f64> = values.iter().map(|row| row[id]).collect();
            [municipality.model.parameters[id].prior.usual(), SHARES.map(|share| quantile(&after, share))]
        };
        let of_perimeter = |(number, perimeter): (usize, &Perimeter)| {
            let after: Vec<f64> = fit.draws.iter().flatten().map(|point| point.inputs[parameters + number]).collect();
            let factor = |score: f64| libm::exp(perimeter.sigma * score);
            [SHARES.map(|share| factor(normal_quantile(share))), SHARES.map(|share| factor(quantile(&after, share)))]
        };
        let perimeters = municipality.targets.perimeters.iter().enumerate().map(of_perimeter);
        let ranges = municipality.scores.ids().iter().map(of_parameter).chain(perimeters).collect();
        Self { values, ranges, directions }
    }
}

/// Writes everything into a folder.
///
/// # Errors
/// The disk refuses.
pub(super) fn write(
    folder: &Path,
    municipality: &Municipality<'_>,
    fit: &Fit,
    found: &Diagnosis,
    inputs: &Inputs,
) -> Result<(), Failure> {
    posterior(folder, municipality, inputs)?;
    chains(folder, municipality, fit)?;
    file(folder, "directions.csv", &directions(found))?;
    file(folder, "parameters.csv", &parameters(municipality, inputs, found))?;
    file(folder, "targets.csv", &targets(municipality, found))?;
    file(folder, "report.html", &report::html(municipality, inputs, found))?;
    file(folder, DIAGNOSTICS, &diagnostics(found, &day::today()))?;
    Ok(())
}

fn file(folder: &Path, name: &str, text: &str) -> Result<(), StoreError> {
    let mut draft = Draft::new(folder, name)?;
    let path = draft.path().to_owned();
    draft.write_all(text.as_bytes()).map_err(StoreError::file(&path, "write"))?;
    draft.keep()
}

/// Values of the uncertain parameters.
fn posterior(folder: &Path, municipality: &Municipality<'_>, inputs: &Inputs) -> Result<(), StoreError> {
    let column = |&id: &usize| {
        let parameter = &municipality.model.parameters[id];
        let unit = Some(unit_name(parameter.unit).to_owned());
        let column = Column { name: parameter.name.clone(), kind: Kind::Number, unit, description: parameter.label.en.clone() };
        (column, inputs.values.iter().map(|row| row[id]).collect())
    };
    let columns: Vec<(Column, Vec<f64>)> = municipality.scores.ids().iter().map(column).collect();
    draws::write(folder, "posterior.parquet", &columns)
}

fn chains(folder: &Path, municipality: &Municipality<'_>, fit: &Fit) -> Result<(), StoreError> {
    let points = || {
        fit.draws.iter().enumerate().flat_map(|(chain, points)| points.iter().enumerate().map(move |(step, p)| (chain, step, p)))
    };
    let column = |name: &str, description: &str, values: Vec<f64>| {
        (Column { name: name.into(), kind: Kind::Number, unit: None, description: description.into() }, values)
    };
    let mut columns = vec![
        column("chain", "Number of the chain.", points().map(|(chain, ..)| chain as f64).collect()),
        column("step", "Step of the chain.", points().map(|(_, step, _)| step as f64).collect()),
        column("log_density", "Logarithm of the posterior density.", points().map(|(.., point)| point.log_density).collect()),
    ];
    for (id, name) in municipality.names().iter().enumerate() {
        columns.push(column(name, "Score of the prior.", points().map(|(.., point)| point.inputs[id]).collect()));
    }
    for (id, class) in municipality.targets.classes.iter().enumerate() {
        let of = |point: &crate::calibration::Point| fit.data.discrepancies(&point.scores)[id];
        let name = format!("discrepancy.{}", class.name);
        columns.push(column(&name, "Standard deviation of the logarithm.", points().map(|(.., point)| of(point)).collect()));
    }
    draws::write(folder, "chains.parquet", &columns)
}

/// Keys `C1` to `C13`; what was not run says so, with what was found when it last was.
fn diagnostics(found: &Diagnosis, day: &str) -> String {
    let mut list = serde_json::Map::new();
    for (key, one) in &found.list {
        let day = one.date.as_deref().unwrap_or(day);
        let all = json!({
            "verdict": one.verdict,
            "value": one.value,
            "limit": one.limit,
            "date": day,
            "version": env!("CARGO_PKG_VERSION"),
            "said": one.said,
        });
        list.insert(key.clone(), all);
    }
    serde_json::to_string_pretty(&list).unwrap_or_default() + "\n"
}

/// Eigenvalues, and pairs that trade off.
fn directions(found: &Diagnosis) -> String {
    let mut text = String::from("what,one,other,value\n");
    for (number, value) in found.eigenvalues.iter().enumerate() {
        text += &format!("eigenvalue,{},,{value:.5e}\n", number + 1);
    }
    for ridge in &found.ridges {
        text += &format!("correlation,{},{},{:.3}\n", ridge.one, ridge.other, ridge.correlation);
        text += &format!("collinearity,{},{},{:.1}\n", ridge.one, ridge.other, ridge.index);
        for (end, part) in ["low", "high"].iter().zip(ridge.spending.unwrap_or([f64::NAN; 2])) {
            text += &format!("spending_{end},{},{},{part:.4}\n", ridge.one, ridge.other);
        }
    }
    for profile in &found.profiles {
        for (score, drop) in &profile.drops {
            text += &format!("profile,{},{score:.3},{drop:.3}\n", profile.name);
        }
    }
    text
}

fn parameters(municipality: &Municipality<'_>, inputs: &Inputs, found: &Diagnosis) -> String {
    let mut text =
        String::from("parameter,unit,grade,prior_p05,prior_p50,prior_p95,p05,p50,p95,contraction,overlap,shift,label,conflict\n");
    for (id, learned) in found.learned.iter().enumerate() {
        let [prior, posterior] = inputs.ranges[id];
        let (unit, grade) = match municipality.scores.ids().get(id) {
            Some(&id) => {
                let parameter = &municipality.model.parameters[id];
                (unit_name(parameter.unit), format!("{:?}", parameter.grade))
            }
            None => ("factor", "D".to_owned()),
        };
        let numbers: Vec<String> = prior.iter().chain(&posterior).map(|value| format!("{value:.5e}")).collect();
        text += &format!(
            "{},{unit},{grade},{},{:.3},{:.3},{:.3},{},{}\n",
            learned.name,
            numbers.join(","),
            learned.contraction,
            learned.overlap,
            learned.shift,
            learned.label,
            learned.conflict
        );
    }
    text
}

fn targets(municipality: &Municipality<'_>, found: &Diagnosis) -> String {
    let mut text = String::from("target,year,class,error,observed,p025,p10,p50,p90,p975,z\n");
    for (target, foretold) in municipality.targets.list.iter().zip(&found.foretold) {
        let quantiles: Vec<String> = foretold.quantiles.iter().map(|value| format!("{value:.5e}")).collect();
        let class = &municipality.targets.classes[target.class].name;
        text += &format!(
            "{},{},{class},{},{:.5e},{},{:.2}\n",
            target.series,
            target.year,
            target.error,
            foretold.observed,
            quantiles.join(","),
            foretold.z
        );
    }
    text
}

/// The diagnostics, for the terminal.
pub(super) fn table(list: &[(String, Diagnostic)]) -> String {
    let mut table = Table::new();
    table.load_style(STYLE);
    table.set_content_arrangement(comfy_table::ContentArrangement::Dynamic);
    table.set_width(80);
    table.set_header(["", "verdict", "found"]);
    for (key, one) in list {
        let verdict = match one.verdict {
            Verdict::Pass => "pass",
            Verdict::Fail => "FAIL",
            Verdict::NotRun => "not run",
        };
        table.add_row([key.as_str(), verdict, &one.said]);
    }
    format!("{table}\n")
}
