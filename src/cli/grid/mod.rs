//! `piramide grid`: what a scenario of a run saves under other levers.

mod file;
mod report;

use super::args::GridArgs;
use super::failure::{Failure, print};
use super::folder::{self, Work};
use super::language::Language;
use super::text::Texts;
use crate::analysis::grid::{Job, grid as try_all};
use crate::compile::Options;
use report::Report;

/// Name of the file in the folder of the run.
const FILE: &str = "grid.csv";

/// Tries all combinations, shows them, and writes them into the folder of the run.
///
/// # Errors
/// There is no complete run, the model or the scenario has no lever, it was stopped, or the disk failed.
pub(super) fn grid(args: &GridArgs) -> Result<(), Failure> {
    let (manifest, model) = folder::of_run(&args.run, args.model.as_deref())?;
    let identity = &manifest.identity;
    let (plan, scenario, year) = folder::trial(&args.run, identity, &model, args.scenario.as_deref(), args.year)?;
    let mut draws = folder::values(&args.run, &model)?;
    draws.truncate(args.draws as usize);
    let job = Job {
        model: &model,
        options: Options { last_year: year, scale: identity.scale },
        scenario: &scenario,
        year,
        seed: identity.seed,
        draws,
    };
    let words = format!("{} {} {year}", identity.short(), scenario.name);
    let work = Work { run: &args.run, kind: "grid", words: &words, draws: job.draws.len(), threads: args.threads };
    let found = work.of(|memo| try_all(&job, &plan, memo))?;
    let language = Language::choose(args.lang);
    let texts = Texts::new(language);
    let report = Report {
        plan: &plan,
        scenario: &scenario,
        found: &found,
        year,
        prices: model.prices.constant_year,
        language,
        texts: &texts,
    };
    print(&report.text())?;
    work.keep(FILE, file::csv(&report))
}
