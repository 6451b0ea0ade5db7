//! `piramide ledger`: the saving of a scenario of a run, divided over its measures.

mod file;
mod report;

use super::args::LedgerArgs;
use super::failure::{Failure, print};
use super::folder::{self, Work};
use super::language::Language;
use super::text::Texts;
use crate::analysis::ledger::{Job, Method, ledger as divide};
use crate::compile::Options;
use report::Report;

/// Names of the files in the folder of the run: what the engine found, and the twin.
pub(super) const ENGINE_FILE: &str = "ledger.csv";
pub(super) const TWIN_FILE: &str = "ledger_twin.csv";

/// Draws that the twin takes of a run: they are enough for a first answer.
const TWIN_DRAWS: usize = 16;

/// Divides the saving, shows it, and writes all of it into the folder of the run.
///
/// # Errors
/// There is no complete run, the model or the scenario has nothing to divide, it was stopped, or the disk failed.
pub(super) fn ledger(args: &LedgerArgs) -> Result<(), Failure> {
    let (manifest, model) = folder::of_run(&args.run, args.model.as_deref())?;
    let identity = &manifest.identity;
    let (plan, scenario, year) = folder::trial(&args.run, identity, &model, args.scenario.as_deref(), args.year)?;
    let method = if args.engine { Method::Engine } else { Method::Twin };
    let mut draws = folder::values(&args.run, &model)?;
    if method == Method::Twin {
        draws.truncate(TWIN_DRAWS);
    }
    let job = Job {
        model: &model,
        options: Options { last_year: year, scale: identity.scale },
        scenario: &scenario,
        seed: identity.seed,
        draws,
        replications: if method == Method::Twin { 1 } else { identity.replications },
        method,
        orders: args.orders,
    };
    let words = format!("{} {} {method:?} {year} {}", identity.short(), scenario.name, args.orders);
    let work = Work { run: &args.run, kind: "ledger", words: &words, draws: job.draws.len(), threads: args.threads };
    let found = work.of(|memo| divide(&job, &plan, memo))?;
    let language = Language::choose(args.lang);
    let texts = Texts::new(language);
    let report = Report { model: &model, plan: &plan, scenario: &scenario, found: &found, year, method, language, texts: &texts };
    print(&report.text())?;
    let name = if method == Method::Twin { TWIN_FILE } else { ENGINE_FILE };
    work.keep(name, file::csv(&report, identity.first_year))
}
