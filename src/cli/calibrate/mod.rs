//! `piramide calibrate`: a model fitted to published numbers.

mod day;
mod files;
mod full;
mod report;
pub(super) mod tell;

use super::args::{CalibrateArgs, SetArgs};
use super::failure::{Failure, note, print};
use super::{folder, interrupt};
use crate::calibration::{CalibrationError, Case, Data, Diagnostic, Effort, Job, Memo, Municipality, Outlook, Targets, Verdict};
use crate::ensemble;
use crate::model::{Files, POSTERIOR};
use crate::store::Identity;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use tell::Stages;

/// The targets of the model that is built in.
const HENGELO: (&str, &str) =
    ("calibration/hengelo/targets.toml", include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/calibration/hengelo/targets.toml")));

/// Draws in the file that `run` takes.
const KEPT: u32 = 512;
/// Directions of which the report tells what they consist of.
const DIRECTIONS: usize = 5;

/// Fits, diagnoses, and writes everything.
///
/// # Errors
/// The model, the targets or the command are at fault, it was stopped, the disk failed, or a diagnostic fails.
pub(super) fn calibrate(args: &CalibrateArgs) -> Result<(), Failure> {
    let (sources, mut model) = folder::read_with(args.fit.model.as_deref(), &args.fit.set)?;
    let (name, text) = targets_of(args.fit.model.as_deref(), args.fit.targets.as_deref())?;
    let mut targets = Targets::read(&name, &text, &model)?;
    targets.leave_own(&mut model);
    let effort = Effort::of(args.draws);
    let digest = digest(&sources, &text, args.fit.seed, &args.fit.set, &format!("{effort:?} {}", args.full));
    let out = args.fit.out.clone().unwrap_or_else(|| PathBuf::from(format!("runs/calibration-{}-{}", model.name, &digest[..10])));
    let work = begin(&out, &digest)?;
    let known = out.join(files::DIAGNOSTICS);
    if let Ok(text) = fs::read_to_string(&known) {
        let found =
            Diagnostic::read(&text).map_err(|error| Failure::Undone(format!("{} is damaged: {error}", known.display())))?;
        let _ = fs::remove_dir_all(&work);
        note(&format!("{} holds this calibration already: nothing was done again", out.display()));
        return end(&found);
    }
    let municipality = Municipality::new(&model, &targets).map_err(Failure::Usage)?;
    let outlook = Outlook::new(&model, targets.scenario).map_err(Failure::Usage)?;
    let decision = full::decision(&model, &targets);
    let data = Data::of(&targets);
    let names = municipality.names();
    let classes: Vec<String> = targets.classes.iter().map(|class| class.name.clone()).collect();
    note(&format!(
        "{} uncertain numbers, {} targets from {} to {}; results go to {}",
        names.len(),
        targets.list.len(),
        targets.years.0,
        targets.years.1,
        out.display()
    ));
    let (stop, told) = (interrupt::flag(), Stages::new(&effort));
    let memo = Memo::new(Some(work.clone()), stop, &told);
    let pool = ensemble::pool(args.fit.threads.unwrap_or(0))?;
    let job = Job { map: &municipality, engine: Some(&municipality), data: &data, seed: args.fit.seed, effort };
    let (fit, found, directions) = pool.install(|| {
        let fit = job.fit(&memo)?;
        let case = Case {
            fit: &fit,
            map: &municipality,
            engine: Some(&municipality),
            outlook: Some(&outlook),
            decision: &decision,
            names: &names,
            classes: &classes,
            seed: args.fit.seed,
        };
        let mut found = case.diagnose(&memo)?;
        if args.full {
            found.list.extend(full::diagnose(&case, &model, &targets, &municipality, &memo)?);
        } else {
            // Of the fit that is built in, what was found when it was last worked out stands with it.
            found
                .list
                .extend(full::not_run(args.fit.model.is_none() && args.fit.targets.is_none() && args.fit.set.values.is_empty()));
        }
        found.list.sort_by_key(|(key, _)| key[1..].parse::<u32>().unwrap_or(0));
        let directions = case.loadings(DIRECTIONS);
        Ok::<_, CalibrationError>((fit, found, directions))
    })?;
    told.end();
    let inputs = files::Inputs::new(&municipality, &fit, directions, KEPT);
    files::write(&out, &municipality, &fit, &found, &inputs)?;
    // All is in the results now.
    let _ = fs::remove_dir_all(&work);
    end(&found.list)
}

/// Shows the diagnostics; one that fails is a failure.
fn end(list: &[(String, Diagnostic)]) -> Result<(), Failure> {
    print(&files::table(list))?;
    let failed: Vec<&str> = list.iter().filter(|(_, one)| one.verdict == Verdict::Fail).map(|(key, _)| key.as_str()).collect();
    if failed.is_empty() { Ok(()) } else { Err(Failure::Undone(format!("{} fail: see above", failed.join(", ")))) }
}

/// A digest of all that decides the results.
pub(super) fn digest(files: &Files, targets: &str, seed: u64, set: &SetArgs, effort: &str) -> String {
    let mut all = format!("{} {seed} {effort} {:?} {targets}", env!("CARGO_PKG_VERSION"), set.values);
    // What an earlier fit found does not matter to this one.
    for (file, bytes) in files.iter().filter(|(file, _)| *file != POSTERIOR) {
        let _ = write!(all, "{file} {}", Identity::hash(bytes));
    }
    Identity::hash(all.as_bytes())
}

/// The file of targets of a model: its name and text.
pub(super) fn targets_of(model: Option<&Path>, file: Option<&Path>) -> Result<(String, String), Failure> {
    let Some(path) = file else {
        if model.is_some() {
            return Err(Failure::Usage(
                "name the targets of this model with --targets; calibration/README.md tells their form".into(),
            ));
        }
        return Ok((HENGELO.0.to_owned(), HENGELO.1.to_owned()));
    };
    let text = fs::read_to_string(path).map_err(|error| Failure::Usage(format!("the targets {}: {error}", path.display())))?;
    Ok((path.display().to_string(), text))
}

/// Makes the folder of results, or goes on in it; returns that of the work.
pub(super) fn begin(out: &Path, digest: &str) -> Result<PathBuf, Failure> {
    let failed = |what: &Path, error: std::io::Error| Failure::Undone(format!("error: cannot write {}: {error}", what.display()));
    let (work, identity) = (out.join("work"), out.join("identity"));
    match fs::read_to_string(&identity) {
        Ok(known) if known.trim() == digest => {}
        Ok(_) => {
            return Err(Failure::Usage(format!(
                "{} holds a calibration of another model, or with other targets or settings; name another folder with --out",
                out.display()
            )));
        }
        Err(_) if out.read_dir().is_ok_and(|mut files| files.next().is_some()) => {
            return Err(Failure::Usage(format!("{} holds something else; name another folder with --out", out.display())));
        }
        Err(_) => {}
    }
    fs::create_dir_all(&work).map_err(|error| failed(&work, error))?;
    fs::write(&identity, digest).map_err(|error| failed(&identity, error))?;
    Ok(work)
}
