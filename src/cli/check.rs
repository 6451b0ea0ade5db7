//! `piramide check`: every fault of a model, or what is in it.

use super::args::CheckArgs;
use super::failure::{Failure, print};
use super::folder;

/// Reads the model and says in two lines what it holds.
///
/// # Errors
/// The faults.
pub(super) fn check(args: &CheckArgs) -> Result<(), Failure> {
    let (_, model) = folder::read(args.model.as_deref())?;
    let persons: f64 = model.population.iter().map(|row| row.count).sum();
    let tracks: Vec<&str> = model.tracks.iter().map(|track| track.name.as_str()).collect();
    let scenarios: Vec<&str> = model.scenarios.iter().map(|scenario| scenario.name.as_str()).collect();
    print(&format!(
        "{} is without faults: {persons} persons, {} to {}, {} parameters\ntracks: {}\nscenarios: {}\n",
        model.name,
        model.first_year,
        model.last_year,
        model.parameters.len(),
        tracks.join(", "),
        scenarios.join(", "),
    ))
}
