//! `piramide growth`: what made spending grow between two years of a run.

mod file;
mod report;

use super::args::GrowthArgs;
use super::failure::{Failure, note, print};
use super::folder;
use super::language::Language;
use super::text::Texts;
use crate::analysis::growth::growth;
use crate::store::Identity;
use crate::store::members::Members;
use report::Report;

/// Name of the file in the folder of the run.
const FILE: &str = "growth.csv";

/// Shows how spending grew, and writes all of it.
///
/// # Errors
/// There is no complete run, nothing in it costs money or it is not of the model, or the disk refuses.
pub(super) fn growth_of(args: &GrowthArgs) -> Result<(), Failure> {
    let (manifest, model) = folder::of_run(&args.run, args.model.as_deref())?;
    let identity = &manifest.identity;
    let scenario = folder::scenario(&args.run, identity, args.scenario.as_deref())?;
    let years = years(args, identity)?;
    let members = Members::read(&args.run, &manifest, &[scenario])?;
    let found = growth(&model, &members, scenario, years, args.states);
    if found.is_empty() {
        let run = args.run.display();
        return Err(Failure::Usage(format!("nothing in {run} costs money in {} or {}", years[0], years[1])));
    }
    let language = Language::choose(args.lang);
    let report = Report {
        model: &model,
        found: &found,
        scenario,
        years,
        members: members.members,
        language,
        texts: &Texts::new(language),
    };
    print(&report.text())?;
    let file = args.out.clone().unwrap_or_else(|| args.run.join(FILE));
    file::csv(&found, &model, scenario, years)
        .and_then(|bytes| std::fs::write(&file, bytes))
        .map_err(|error| Failure::Undone(format!("cannot write {}: {error}", file.display())))?;
    note(&format!("all numbers: {}", file.display()));
    Ok(())
}

/// The two years, both of the run and in their order.
fn years(args: &GrowthArgs, identity: &Identity) -> Result<[i32; 2], Failure> {
    let (first, last) = (identity.first_year, identity.last_year);
    let years = [args.from.unwrap_or(first), args.to.unwrap_or(last)];
    if let Some(year) = years.iter().find(|year| !(first..=last).contains(year)) {
        let run = args.run.display();
        return Err(Failure::Usage(format!("{run} runs from {first} to {last}; {year} is not among these years")));
    }
    if years[0] >= years[1] {
        let [from, to] = years;
        return Err(Failure::Usage(format!("growth is from one year to a later one; {from} to {to} is not")));
    }
    Ok(years)
}
