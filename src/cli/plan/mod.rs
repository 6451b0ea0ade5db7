//! `piramide test-plan`: a run held against the plan of its model.

mod cash;
mod report;
mod shares;

use super::args::TestPlanArgs;
use super::failure::{Failure, print};
use super::folder;
use super::language::Language;
use super::text::Texts;
use crate::analysis::savings;
use crate::model::Model;
use crate::store::{Identity, SAVINGS_FILE};
use report::Report;
use shares::Found;
use std::path::Path;

/// Shows what the scenarios of a run save, and the chance that they reach what is booked.
///
/// # Errors
/// There is no complete run, or it was not held against a plan.
pub(super) fn test_plan(args: &TestPlanArgs) -> Result<(), Failure> {
    let (manifest, model) = folder::of_run(&args.run, args.model.as_deref())?;
    let language = Language::choose(args.lang);
    let year = args.year;
    match text(&args.run, &model, &manifest.identity, language, &Texts::new(language), year)? {
        Some(text) => print(&text),
        None => Err(Failure::Usage(format!(
            "{} holds no savings: that takes a model with a [plan], and `ongewijzigd-beleid` beside another scenario in one run",
            args.run.display()
        ))),
    }
}

/// The savings of a complete run in words and tables; `None` if it was not held against a plan.
///
/// # Errors
/// A file of the run is not one of ours, or the year is not in it.
pub(super) fn text(
    run: &Path,
    model: &Model,
    identity: &Identity,
    language: Language,
    texts: &Texts,
    year: Option<i32>,
) -> Result<Option<String>, Failure> {
    let rows = savings::read(run)?;
    let (Some(plan), Some(last)) = (&model.plan, rows.iter().filter(|row| !row.scenario.is_empty()).map(|row| row.year).max())
    else {
        return Ok(None);
    };
    let year = year.unwrap_or_else(|| plan.years().1.min(last));
    if !rows.iter().any(|row| !row.scenario.is_empty() && row.year == year) {
        return Err(Failure::Usage(format!("{} says nothing of {year}; it ends in {last}", run.join(SAVINGS_FILE).display())));
    }
    let (contracts, cash) = (savings::read_contracts(run)?, savings::read_cash(run)?);
    let found = Found::read(run)?;
    let members = identity.design().members() as usize;
    Ok(Some(
        Report {
            model,
            plan,
            rows: &rows,
            contracts: &contracts,
            cash: &cash,
            found: &found,
            members,
            year,
            last,
            language,
            texts,
        }
        .text(),
    ))
}
