//! `piramide waterbed`: where the care goes that a scenario of a run keeps out of maatwerk.

mod burden;
mod file;
mod report;

use super::args::WaterbedArgs;
use super::failure::{Failure, note, print};
use super::folder::{self, Work};
use super::language::Language;
use super::text::Texts;
use crate::analysis::waterbed::{Job, waterbed as follow};
use crate::compile::Options;
use crate::model::UNCHANGED;
use report::Report;

/// Names of the files in the folder of the run.
pub(super) const FILE: &str = "waterbed.csv";
const BURDEN_FILE: &str = "burden.csv";

/// Follows the hulpvragen, shows what became of them and who bears it, and writes all of it into the folder of the run.
///
/// # Errors
/// There is no complete run, it has no such scenario or year, it was stopped, or the disk failed.
pub(super) fn waterbed(args: &WaterbedArgs) -> Result<(), Failure> {
    let (manifest, mut model) = folder::of_run(&args.run, args.model.as_deref())?;
    let identity = &manifest.identity;
    let name = folder::changed(&args.run, identity, args.scenario.as_deref())?.to_owned();
    let scenarios = super::run::choose(&mut model, &[UNCHANGED.to_owned(), name])?;
    let last = identity.last_year;
    let start = model.scenarios[scenarios[1]].measures.iter().map(|measure| measure.start).fold(f64::INFINITY, f64::min);
    let first = if start.is_finite() { start.ceil() as i32 } else { identity.first_year };
    // The last of the plan that can be followed to its end, but with measures at work.
    let late = model.plan.as_ref().map_or(first, |plan| plan.years().1 - 1);
    let cohort = args.cohort.unwrap_or_else(|| late.min(last - 2).max(first).min(last));
    if !(identity.first_year..=last).contains(&cohort) {
        let run = args.run.display();
        return Err(Failure::Usage(format!(
            "{run} runs from {} to {last}; {cohort} is not among these years",
            identity.first_year
        )));
    }
    if cohort + 2 > last {
        let first = identity.first_year;
        note(&format!(
            "the run ends before 24 months have passed for all: run it with --horizon {first}..{} to see them",
            cohort + 2
        ));
    }
    let draws = folder::values(&args.run, &model)?;
    let job = Job {
        model: &model,
        options: Options { last_year: last, scale: identity.scale },
        scenarios: [scenarios[0], scenarios[1]],
        cohort,
        seed: identity.seed,
        draws,
        replications: identity.replications,
    };
    let words = format!("{} {} {cohort}", identity.short(), model.scenarios[scenarios[1]].name);
    let work = Work { run: &args.run, kind: "waterbed", words: &words, draws: job.draws.len(), threads: args.threads };
    let found = work.of(|memo| follow(&job, memo))?;
    let language = Language::choose(args.lang);
    let texts = Texts::new(language);
    let report = Report {
        model: &model,
        scenario: &model.scenarios[scenarios[1]],
        found: &found,
        cohort,
        shown: model.plan.as_ref().map_or(last, |plan| plan.years().1.min(last)),
        first_year: identity.first_year,
        prices: model.prices.constant_year,
        language,
        texts: &texts,
    };
    print(&report.text())?;
    work.keep(BURDEN_FILE, burden::csv(&report))?;
    work.keep(FILE, file::csv(&report))
}
