//! `--design`: from what is typed to the draws of a run.

use super::args::{DesignArg, SetArgs};
use super::failure::{Failure, note};
use crate::calibration::Diagnostic;
use crate::design::{Design, Draws, Rows};
use crate::model::{Files, Model, POSTERIOR, embedded};
use crate::store::{self, Identity};
use std::path::Path;

/// What a calibration says of itself, if it lies beside its draws.
const DIAGNOSTICS: &str = "diagnostics.json";

/// What the calibration of the built-in Hengelo says of itself.
const HENGELO_DIAGNOSTICS: &str = include_str!("../../calibration/hengelo/diagnostics.json");

/// `count` draws of the design that was typed, and what the manifest calls it. What a file says of parameters that are given is left
/// out. `files` are those of the model, which may hold the draws of its fit.
///
/// # Errors
/// The design does not fit the model or the number of draws, or its file cannot be read.
pub(super) fn draws<'m>(
    design: &DesignArg,
    count: u32,
    seed: u64,
    model: &'m Model,
    files: &Files,
    set: &SetArgs,
) -> Result<(Draws<'m>, String), Failure> {
    let given = |name: &str| set.values.iter().any(|(given, _)| given == name);
    let (design, name) = match (design, files.get(POSTERIOR)) {
        (DesignArg::Random, _) => (Design::Random, None),
        (DesignArg::Fitted, None) => {
            note("this model has no calibration: draws are of its priors");
            (Design::Random, None)
        }
        (DesignArg::Fitted, Some(bytes)) => {
            let rows = parquet(bytes.to_vec(), POSTERIOR)?.without(given);
            (Design::Rows(rows), Some(named(bytes)))
        }
        (DesignArg::Sobol, _) => (Design::Sobol, None),
        (DesignArg::Lhs, _) => (Design::Latin, None),
        (DesignArg::File(path), _) => {
            let name = path.display().to_string();
            let at = |problem: String| Failure::Usage(format!("the design {name}: {problem}"));
            let bytes = std::fs::read(path).map_err(|error| at(error.to_string()))?;
            let rows = if path.extension().is_some_and(|ending| ending.eq_ignore_ascii_case("parquet")) {
                parquet(bytes.clone(), &name)?
            } else {
                Rows::read(&bytes).map_err(|error| at(error.to_string()))?
            };
            (Design::Rows(rows.without(given)), Some(named(&bytes)))
        }
    };
    if design == Design::Sobol && !count.is_power_of_two() {
        let (below, above) = (1 << count.ilog2(), count.checked_next_power_of_two());
        let above = above.map_or_else(String::new, |above| format!(" or {above}"));
        note(&format!("{count} draws do not fill the space evenly; with --design sobol use a power of two: {below}{above}"));
    }
    if let Design::Rows(rows) = &design
        && (count as usize) > rows.count()
    {
        let (rows, last) = (rows.count(), count - 1);
        note(&format!("the design has {rows} rows: draws {rows} to {last} take them again from the first, with other luck"));
    }
    let name = name.unwrap_or_else(|| design.name().to_owned());
    let draws = Draws::new(model, seed, count, design).map_err(|error| Failure::Usage(error.to_string()))?;
    Ok((draws, name))
}

/// What the calibration says of itself whose draws a run takes, `design` being what the manifest calls them; nothing of other draws. It
/// lies beside them in the model's folder; of those of Hengelo it is built in.
///
/// # Errors
/// The file is damaged.
pub(super) fn checks(design: &str, folder: Option<&Path>, files: &Files) -> Result<Vec<(String, Diagnostic)>, Failure> {
    let fitted = |files: &Files| files.get(POSTERIOR).is_some_and(|bytes| design == named(bytes));
    if !fitted(files) {
        return Ok(Vec::new());
    }
    let beside = folder.map(|folder| folder.join(DIAGNOSTICS));
    let beside = beside.and_then(|file| Some((file.display().to_string(), std::fs::read_to_string(&file).ok()?)));
    let built_in = || fitted(&embedded::hengelo()).then(|| (DIAGNOSTICS.to_owned(), HENGELO_DIAGNOSTICS.to_owned()));
    let Some((name, text)) = beside.or_else(built_in) else { return Ok(Vec::new()) };
    Diagnostic::read(&text).map_err(|error| Failure::Usage(format!("{name} is damaged: {error}")))
}

/// What the manifest calls draws that are the rows of a file.
fn named(bytes: &[u8]) -> String {
    format!("rows:{}", Identity::hash(bytes))
}

/// Rows of a Parquet file.
fn parquet(bytes: Vec<u8>, name: &str) -> Result<Rows, Failure> {
    let at = |problem: String| Failure::Usage(format!("the design {name}: {problem}"));
    let (names, values) = store::draws::read(bytes).map_err(at)?;
    Rows::new(names, values).map_err(|error| at(error.to_string()))
}
