//! `--design`: from what is typed to the draws of a run.

use super::args::{DesignArg, RunArgs};
use super::failure::{Failure, note};
use crate::design::{Design, Draws, Rows};
use crate::model::Model;
use crate::store::Identity;

/// The draws that the command asks for, and what the manifest calls their design.
///
/// # Errors
/// The design does not fit the model or the number of draws, or its file cannot be read.
pub(super) fn draws<'m>(args: &RunArgs, model: &'m Model) -> Result<(Draws<'m>, String), Failure> {
    let (design, name) = match &args.design {
        DesignArg::Random => (Design::Random, None),
        DesignArg::Sobol => (Design::Sobol, None),
        DesignArg::Lhs => (Design::Latin, None),
        DesignArg::File(path) => {
            let at = |problem: String| Failure::Usage(format!("the design {}: {problem}", path.display()));
            let bytes = std::fs::read(path).map_err(|error| at(error.to_string()))?;
            let rows = Rows::read(&bytes).map_err(|error| at(error.to_string()))?;
            (Design::Rows(rows), Some(format!("rows:{}", Identity::hash(&bytes))))
        }
    };
    if design == Design::Sobol && !args.draws.is_power_of_two() {
        let (below, above) = (1 << args.draws.ilog2(), args.draws.checked_next_power_of_two());
        let above = above.map_or_else(String::new, |above| format!(" or {above}"));
        note(&format!(
            "{} draws do not fill the space evenly; with --design sobol use a power of two: {below}{above}",
            args.draws
        ));
    }
    if let Design::Rows(rows) = &design
        && (args.draws as usize) > rows.count()
    {
        let (rows, last) = (rows.count(), args.draws - 1);
        note(&format!("the design has {rows} rows: draws {rows} to {last} take them again from the first, with other luck"));
    }
    let name = name.unwrap_or_else(|| design.name().to_owned());
    let draws = Draws::new(model, args.seed, args.draws, design).map_err(|error| Failure::Usage(error.to_string()))?;
    Ok((draws, name))
}
