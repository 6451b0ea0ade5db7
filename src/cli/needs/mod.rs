//! `piramide needs`: what must be true for a plan to save what it books.

mod file;
mod report;

use super::args::NeedsArgs;
use super::failure::{Failure, note, print};
use super::language::Language;
use super::text::Texts;
use super::{design, folder, interrupt, progress, run};
use crate::analysis::needs::{Job, needs as try_all};
use crate::compile::Options;
use crate::ensemble::{self, Design};
use crate::model::UNCHANGED;
use report::Report;

/// Tries every measure of a scenario at several strengths, and shows how strong each must be.
///
/// # Errors
/// The model or the command is at fault, it was stopped, or the disk failed.
pub(super) fn needs(args: &NeedsArgs) -> Result<(), Failure> {
    let (files, mut model) = folder::read_with(args.model.as_deref(), &args.set)?;
    let Some(plan) = model.plan.clone() else {
        return Err(Failure::Usage(format!("the model {} books nothing: describe what is booked under [plan]", model.name)));
    };
    let tested = args.scenario.clone().or_else(|| plan.test.first().cloned());
    let Some(scenario) = tested else {
        return Err(Failure::Usage("name the scenario that is to be tried: --scenario S".to_owned()));
    };
    let scenarios = run::choose(&mut model, &[scenario.clone(), UNCHANGED.to_owned()])?;
    let year = args.year.unwrap_or(plan.years().1);
    if !(model.first_year..=model.last_year).contains(&year) {
        let (first, last) = (model.first_year, model.last_year);
        return Err(Failure::Usage(format!("{year} lies outside the model, which runs from {first} to {last}")));
    }
    let options = Options { last_year: year, scale: args.scale };
    let (draws, _) = design::draws(&args.design, args.draws, args.seed, &model, &files, &args.set)?;
    let design = Design { draws: args.draws, replications: args.replications };
    let job = Job {
        model: &model,
        options: &options,
        scenarios: [scenarios[0], scenarios[1]],
        year,
        seed: args.seed,
        draws: &draws,
        design,
    };
    let pool = ensemble::pool(args.threads.unwrap_or(0))?;
    let (stop, shown) = (interrupt::flag(), progress::on_stderr());
    let found = try_all(&job, &plan, &pool, shown.as_ref(), stop)?;
    shown.writing();
    drop(shown);
    let Some(found) = found else {
        if stop.load(std::sync::atomic::Ordering::Relaxed) {
            return Err(Failure::Undone("stopped before the first member was done".to_owned()));
        }
        return Err(Failure::Usage(format!(
            "no measure of `{scenario}` names a parameter that says how strong it is (`strength`)"
        )));
    };
    let language = Language::choose(args.lang);
    let report = Report {
        model: &model,
        plan: &plan,
        scenario: scenarios[0],
        year,
        found: &found,
        language,
        texts: &Texts::new(language),
    };
    print(&report.text())?;
    if let Some(out) = &args.out {
        file::csv(&report)
            .and_then(|bytes| std::fs::write(out, bytes))
            .map_err(|error| Failure::Undone(format!("cannot write {}: {error}", out.display())))?;
        note(&format!("all numbers: {}", out.display()));
    }
    if found.stopped {
        return Err(Failure::Undone(format!("stopped: {} of {} members are in these numbers", found.members, design.members())));
    }
    Ok(())
}
