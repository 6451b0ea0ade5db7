//! `piramide verify`: models whose answer is known, simulated and judged; and what must hold of any model.

use super::args::VerifyArgs;
use super::failure::{Failure, print};
use super::{folder, interrupt, progress};
use crate::compile::Options;
use crate::verify::blackbox::{COUNT, Finding, Outcome, Trial};
use crate::verify::{Cell, Check, Effort, Verdict, VerifyError, checks, run};
use std::path::Path;
use std::sync::atomic::Ordering;

/// Numbers shown of a check that failed, the farthest off first.
const SHOWN: usize = 5;
/// Members of a model on trial, if nothing else is asked.
const MEMBERS: u32 = 32;
/// Calendar years of its horizon.
const YEARS: i32 = 3;
/// Columns of the longest line, and those left free before all but the first of what belongs together.
const WIDTH: usize = 80;
const INDENT: usize = 8;
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
    if !args.set.values.is_empty() {
        return Err(Failure::Usage(
            "--set is for a model: the answers of a check are known for its own parameters only".to_owned(),
        ));
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
    let (_, model) = folder::read_with(folder, &args.set)?;
    let last_year = model.last_year.min(model.first_year + YEARS - 1);
    let members = args.replications.unwrap_or(MEMBERS);
    let stop = interrupt::flag();
    let trial = Trial::new(&model, Options { last_year, scale: 1.0 }, members, args.seed)?.until(stop);
    print(&format!("`{}`, {} to {last_year}, {} members of one draw\n", model.name, model.first_year, members.max(3)))?;
    let progress = progress::Tests::new(COUNT as u64);
    let (mut outcomes, mut printed) = (Vec::new(), Ok(()));
    trial.run(|finding| {
        outcomes.push(finding.outcome);
        let tell = || if printed.is_ok() { print(&found(finding)) } else { Ok(()) };
        let told = progress.advance(outcomes.len() as u64, tell);
        printed = std::mem::replace(&mut printed, Ok(())).and(told);
    })?;
    drop(progress);
    printed?;
    if stop.load(Ordering::Relaxed) {
        return Err(Failure::Undone(format!("stopped after {} of {COUNT} tests", outcomes.len())));
    }
    let of = |wanted| outcomes.iter().filter(|&&outcome| outcome == wanted).count();
    let (holds, failed, absent) = (of(Outcome::Holds), of(Outcome::Fails), of(Outcome::Absent));
    print(&format!(
        "{COUNT} tests: {holds} ok, {failed} failed, {absent} n/a\n`piramide gap` compares with the twin number by number\n"
    ))?;
    if failed > 0 { Err(Failure::Undone("error: something does not hold that must of any model".to_owned())) } else { Ok(()) }
}

/// A finding in two lines, or as many as it takes.
fn found(finding: &Finding) -> String {
    let word = match finding.outcome {
        Outcome::Holds => "ok",
        Outcome::Fails => "FAILED",
        Outcome::Absent => "n/a",
    };
    wrapped(&format!("{word:6}  {}", finding.must)) + &wrapped(&format!("{:INDENT$}{}", "", finding.seen))
}

/// A line, broken between words where it is too long. A word that is too long itself stays whole.
fn wrapped(line: &str) -> String {
    let (mut text, mut column) = (String::new(), 0);
    for word in line.split_inclusive(' ') {
        let length = word.trim_end().chars().count();
        if column + length > WIDTH && column > INDENT {
            text.truncate(text.trim_end().len());
            text += &format!("\n{:INDENT$}", "");
            column = INDENT;
        }
        text += word;
        column += word.chars().count();
    }
    text.truncate(text.trim_end().len());
    text + "\n"
}

/// A verdict in a few lines, and where it failed in a few more.
fn told(verdict: &Verdict) -> String {
    let mut lines = vec![format!("{:6}  {}: {}", if verdict.passed { "ok" } else { "FAILED" }, verdict.name, verdict.proves,)];
    let mut say = |line: String| lines.push(format!("{:INDENT$}{line}", ""));
    say(format!(
        "{} numbers over {} replications, largest |z| {:.2}, limit {:.2}",
        verdict.cells.len(),
        verdict.replications,
        verdict.max_z,
        verdict.limit,
    ));
    say(match &verdict.twin {
        Some(twin) => format!(
            "mean-field twin: {} numbers, largest relative error {:.1e}, limit {:.0e}",
            twin.numbers, twin.error, twin.limit,
        ),
        None => "the mean-field twin has no places that run out".to_owned(),
    });
    if verdict.passed {
        return lines.iter().map(|line| wrapped(line)).collect();
    }
    if let Some(where_) = &verdict.unbalanced {
        say(format!("the books do not balance: {where_}"));
    }
    if let Some(twin) = verdict.twin.as_ref().filter(|twin| twin.error > twin.limit) {
        say(format!("the twin is farthest off at {}", twin.what));
    }
    // What cannot be compared at all is farther off than anything else.
    let distance = |cell: &Cell| if cell.z.is_nan() { f64::INFINITY } else { cell.z.abs() };
    let mut cells: Vec<&Cell> = verdict.cells.iter().filter(|cell| !cell.precise || distance(cell) >= verdict.limit).collect();
    cells.sort_by(|a, b| distance(b).total_cmp(&distance(a)));
    for cell in cells.into_iter().take(SHOWN) {
        let why = if cell.precise { "" } else { ", too uncertain to prove anything" };
        say(format!("{}: {} expected, {} seen, z = {:.2}{why}", cell.what, cell.expected, cell.mean, cell.z));
    }
    lines.iter().map(|line| wrapped(line)).collect()
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_lines_are_broken_between_words() {
        assert_eq!(wrapped("ok      all is well"), "ok      all is well\n");
        let long = wrapped(&format!("        {}", "twelve chars ".repeat(12)));
        assert!(long.lines().all(|line| line.len() <= WIDTH && line.starts_with("        ")), "{long}");
        assert_eq!(long.lines().count(), 3, "{long}");
        let name = "x".repeat(90);
        assert_eq!(wrapped(&format!("        {name}")), format!("        {name}\n"));
    }
}
