//! `--design`: from what is typed to the draws of a run.

use super::args::{DesignArg, SetArgs};
use super::failure::{Failure, note};
use crate::design::{Design, Draws, Rows};
use crate::model::{Files, Model, POSTERIOR};
use crate::store::{self, Identity};

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
            (Design::Rows(rows), Some(format!("rows:{}", Identity::hash(bytes))))
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
            (Design::Rows(rows.without(given)), Some(format!("rows:{}", Identity::hash(&bytes))))
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

/// Rows of a Parquet file.
fn parquet(bytes: Vec<u8>, name: &str) -> Result<Rows, Failure> {
    let at = |problem: String| Failure::Usage(format!("the design {name}: {problem}"));
    let (names, values) = store::draws::read(bytes).map_err(at)?;
    Rows::new(names, values).map_err(|error| at(error.to_string()))
}
