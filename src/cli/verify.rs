//! `piramide verify`: models whose answer is known, simulated and judged; and what must hold of any model.

use super::args::VerifyArgs;
use super::failure::{Failure, print};
use super::folder;
use crate::compile::Options;
use crate::verify::blackbox::{Finding, Outcome, Trial};
use crate::verify::{Cell, Check, Effort, Verdict, VerifyError, checks, run};
use std::path::Path;

/// Numbers shown of a check that failed, the farthest off first.
const SHOWN: usize = 5;
/// Members of a model on trial, if nothing else is asked.
const MEMBERS: u32 = 32;
/// Calendar years of its horizon.
const YEARS: i32 = 3;
/// The word for the model that is built in.
const BUILT_IN: &str = "hengelo";

/// Runs the checks, or the one that is named, and says of each what it proves and whether it holds; or puts a model on trial.
///
/// # Errors
/// A check failed or could not be run, or there is neither a check nor a model of that name.
pub(super) fn verify(args: &VerifyArgs) -> Result<(), Failure> {
    let all = checks();
    let names = || all.iter().map(|check| check.name).collect::<Vec<_>>().join(", ");
    let asked = |check: &&Check| args.what.as_deref().is_none_or(|name| name == check.name);
    let chosen: Vec<&Check> = all.iter().filter(asked).collect();
    if let (Some(name), true) = (&args.what, chosen.is_empty()) {
        return match name.as_str() {
            BUILT_IN => on_trial(None, args),
            folder if Path::new(folder).is_dir() => on_trial(Some(Path::new(folder)), args),
            _ => {
                let known = names();
                Err(Failure::Usage(format!(
                    "there is no model folder and no check `{name}`; the checks are {known}, and `{BUILT_IN}` is built in"
                )))
            }
        };
    }
    let mut failed = 0;
    for check in &chosen {
        let verdict = run(check, &Effort { replications: args.replications, seed: args.seed })?;
        failed += usize::from(!verdict.passed);
        print(&told(&verdict))?;
    }
    print(&format!("{} checks, {failed} failed\n", chosen.len()))?;
    if failed > 0 { Err(Failure::Undone("error: the engine does not give the known answers".to_owned())) } else { Ok(()) }
}

/// Looks at a model from outside.
fn on_trial(folder: Option<&Path>, args: &VerifyArgs) -> Result<(), Failure> {
    let (_, model) = folder::read(folder)?;
    let last_year = model.last_year.min(model.first_year + YEARS - 1);
    let members = args.replications.unwrap_or(MEMBERS);
    let trial = Trial::new(&model, Options { last_year, scale: 1.0 }, members, args.seed)?;
    print(&format!("`{}`, {} to {last_year}, {} members of one draw\n", model.name, model.first_year, members.max(3)))?;
    let (mut done, mut failed, mut printed) = (0, 0, Ok(()));
    trial.run(|finding| {
        done += 1;
        failed += usize::from(finding.outcome == Outcome::Fails);
        if printed.is_ok() {
            printed = print(&found(finding));
        }
    })?;
    printed?;
    print(&format!("{done} tests, {failed} failed; `piramide gap` compares with the twin number by number\n"))?;
    if failed > 0 { Err(Failure::Undone("error: something does not hold that must of any model".to_owned())) } else { Ok(()) }
}

/// A finding in two lines.
fn found(finding: &Finding) -> String {
    let word = match finding.outcome {
        Outcome::Holds => "ok",
        Outcome::Fails => "FAILED",
        Outcome::Absent => "n/a",
    };
    format!("{word:6}  {}\n        {}\n", finding.must, finding.seen)
}

/// A verdict in two lines, and where it failed in a few more.
fn told(verdict: &Verdict) -> String {
    let mut text = format!(
        "{:6}  {}: {}\n        {} numbers over {} replications, largest |z| {:.2}, limit {:.2}\n",
        if verdict.passed { "ok" } else { "FAILED" },
        verdict.name,
        verdict.proves,
        verdict.cells.len(),
        verdict.replications,
        verdict.max_z,
        verdict.limit,
    );
    text += &match &verdict.twin {
        Some(twin) => format!(
            "        mean-field twin: {} numbers, largest relative error {:.1e}, limit {:.0e}\n",
            twin.numbers, twin.error, twin.limit,
        ),
        None => "        the mean-field twin has no places that run out\n".to_owned(),
    };
    if verdict.passed {
        return text;
    }
    if let Some(where_) = &verdict.unbalanced {
        text += &format!("        the books do not balance: {where_}\n");
    }
    if let Some(twin) = verdict.twin.as_ref().filter(|twin| twin.error > twin.limit) {
        text += &format!("        the twin is farthest off at {}\n", twin.what);
    }
    // What cannot be compared at all is farther off than anything else.
    let distance = |cell: &Cell| if cell.z.is_nan() { f64::INFINITY } else { cell.z.abs() };
    let mut cells: Vec<&Cell> = verdict.cells.iter().filter(|cell| !cell.precise || distance(cell) >= verdict.limit).collect();
    cells.sort_by(|a, b| distance(b).total_cmp(&distance(a)));
    for cell in cells.into_iter().take(SHOWN) {
        let why = if cell.precise { "" } else { ", too uncertain to prove anything" };
        text += &format!("        {}: {} expected, {} seen, z = {:.2}{why}\n", cell.what, cell.expected, cell.mean, cell.z);
    }
    text
}

impl From<VerifyError> for Failure {
    fn from(error: VerifyError) -> Self {
        match error {
            VerifyError::Faults(faults) => faults.into(),
            VerifyError::Compile(error) => error.into(),
            VerifyError::NoModel(_) | VerifyError::NoRow(_) => Self::Undone(format!("error: {error}")),
        }
    }
}
