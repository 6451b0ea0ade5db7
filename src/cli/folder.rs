//! Which model a command is about: a folder, or the built-in one, as it stands or with some parameters given. And which run of it.

use super::args::SetArgs;
use super::failure::{Failure, note};
use super::interrupt;
use crate::calibration::{CalibrationError, Memo, Tell};
use crate::ensemble;
use crate::model::{self, Files, Given, GivenError, Model, Plan, Scenario, UNCHANGED};
use crate::store::tables::DRAWS_FILE;
use crate::store::{self, Identity, Manifest};
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Mutex;

/// The files of a model and what they mean; Hengelo when no folder is named.
///
/// # Errors
/// All faults of the folder.
pub(super) fn read(folder: Option<&Path>) -> Result<(Files, Model), Failure> {
    let files = files(folder)?;
    let model = model::read(&files)?;
    Ok((files, model))
}

/// A complete run and the model that was run: that of the folder, or Hengelo, with the scenarios that the run put together. Says so if the
/// model has changed since.
///
/// # Errors
/// There is no complete run, or it is one of another model or of scenarios that are no longer there; or all faults of the folder.
pub(super) fn of_run(run: &Path, folder: Option<&Path>) -> Result<(Manifest, Model), Failure> {
    let manifest = Manifest::of_complete(run)?;
    let (files, mut model) = read(folder)?;
    let identity = &manifest.identity;
    if identity.model != model.name {
        let (run, other, name) = (run.display(), &identity.model, &model.name);
        return Err(Failure::Usage(format!(
            "{run} is a run of the model `{other}`, not of `{name}`; name its folder with --model"
        )));
    }
    if files.iter().any(|(name, bytes)| identity.inputs.get(name).is_none_or(|hash| *hash != Identity::hash(bytes))) {
        note("the model has changed since this run: numbers are those of the run, lines and names those of the model now");
    }
    for name in &identity.scenarios {
        if !model.scenarios.iter().any(|known| known.name == *name) {
            let scenario = model.compose(name).map_err(|refusal| Failure::Usage(refusal.to_string()))?;
            model.scenarios.push(scenario);
        }
    }
    Ok((manifest, model))
}

/// The scenario of a run that is asked for; without one the only one there is, or `ongewijzigd-beleid`.
///
/// # Errors
/// The run does not have it.
pub(super) fn scenario<'a>(run: &Path, identity: &'a Identity, asked: Option<&'a str>) -> Result<&'a str, Failure> {
    let asked = match (asked, &*identity.scenarios) {
        (Some(name), _) => name,
        (None, [only]) => only,
        (None, _) => UNCHANGED,
    };
    if !identity.scenarios.iter().any(|name| name == asked) {
        let there = identity.scenarios.join(", ");
        return Err(Failure::Usage(format!("{} has no scenario `{asked}`; it has {there}", run.display())));
    }
    Ok(asked)
}

/// The scenario of a run beside `ongewijzigd-beleid` that is asked for; without one its last.
///
/// # Errors
/// The run does not have it, or has not both.
pub(super) fn changed<'a>(run: &Path, identity: &'a Identity, asked: Option<&str>) -> Result<&'a str, Failure> {
    let others: Vec<&str> = identity.scenarios.iter().map(String::as_str).filter(|name| *name != UNCHANGED).collect();
    let found = asked.map_or_else(|| others.last().copied(), |name| others.iter().find(|other| **other == name).copied());
    let said = |asked: &str| if asked.is_empty() { String::new() } else { format!(" `{asked}`") };
    found.ok_or_else(|| {
        let (run, asked) = (run.display(), said(asked.unwrap_or_default()));
        let there = if others.is_empty() { format!("nothing beside `{UNCHANGED}`") } else { others.join(", ") };
        Failure::Usage(format!("{run} has no scenario{asked} to hold against `{UNCHANGED}`; it has {there}"))
    })
}

/// What is held against the plan of a model: the plan, the scenario of the run that is asked for or its last, with its measures, and the
/// year that is asked for or the last for which something is booked.
///
/// # Errors
/// The model has no plan, the run has no such scenario or year, or the scenario has no measures.
pub(super) fn trial(
    run: &Path,
    identity: &Identity,
    model: &Model,
    scenario: Option<&str>,
    year: Option<i32>,
) -> Result<(Plan, Scenario, i32), Failure> {
    let Some(plan) = model.plan.clone() else {
        return Err(Failure::Usage(format!("the model {} books nothing: describe what is booked under [plan]", model.name)));
    };
    let name = changed(run, identity, scenario)?;
    let scenario = model.compose(name).map_err(|refusal| Failure::Usage(refusal.to_string()))?;
    if scenario.measures.is_empty() {
        return Err(Failure::Usage(format!("the scenario `{name}` has no measures: there is nothing to divide or to change")));
    }
    let year = year.unwrap_or_else(|| plan.years().1.min(identity.last_year));
    let (first, last) = (identity.first_year, identity.last_year);
    if !(first..=last).contains(&year) {
        return Err(Failure::Usage(format!("{} runs from {first} to {last}; {year} is not among these years", run.display())));
    }
    Ok((plan, scenario, year))
}

/// The parameter values of every draw of a run, by id of the model.
///
/// # Errors
/// The file is damaged, or the model has other parameters than the run.
pub(super) fn values(run: &Path, model: &Model) -> Result<Vec<Vec<f64>>, Failure> {
    let file = run.join(DRAWS_FILE);
    let damaged = |what: String| Failure::Undone(format!("{} is damaged: {what}", file.display()));
    let bytes = fs::read(&file).map_err(|error| damaged(error.to_string()))?;
    let (names, rows) = store::draws::read(bytes).map_err(damaged)?;
    let column = |name: &str| names.iter().position(|known| known == name);
    let columns: Option<Vec<usize>> = model.parameters.iter().map(|parameter| column(&parameter.name)).collect();
    let columns =
        columns.ok_or_else(|| Failure::Usage("the model has other parameters than the run: run it again".to_owned()))?;
    Ok(rows.chunks(names.len().max(1)).map(|row| columns.iter().map(|&at| row[at]).collect()).collect())
}

/// Says on standard error how many draws are done, for work that is kept in units of some draws.
#[derive(Debug)]
struct Told {
    done: Mutex<usize>,
    draws: usize,
}

impl Told {
    /// Of so many draws.
    fn new(draws: usize) -> Self {
        Self { done: Mutex::new(0), draws }
    }
}

impl Tell for Told {
    fn unit(&self, _: &str, name: &str, known: bool) {
        let first: usize = name.strip_prefix("draws-").and_then(|number| number.parse().ok()).unwrap_or(0);
        let Ok(mut done) = self.done.lock() else { return };
        if first > *done && !known {
            note(&format!("{first} of {} draws", self.draws));
        }
        *done = first;
    }
}

/// What is worked out of a run draw by draw. It is kept beside the run, so that the same command goes on where it was stopped.
pub(super) struct Work<'a> {
    /// Folder of the run.
    pub(super) run: &'a Path,
    /// What it is: the beginning of the name of its folder.
    pub(super) kind: &'a str,
    /// All that it follows from.
    pub(super) words: &'a str,
    /// How many draws it takes.
    pub(super) draws: usize,
    /// Cores to use at once.
    pub(super) threads: Option<usize>,
}

impl Work<'_> {
    fn folder(&self) -> PathBuf {
        self.run.join(format!("{}-{}.work", self.kind, &Identity::hash(self.words.as_bytes())[..10]))
    }

    /// Does it, or goes on with it.
    ///
    /// # Errors
    /// It cannot be done with this model, it was stopped, or the disk failed.
    pub(super) fn of<T: Send>(&self, make: impl FnOnce(&Memo<'_>) -> Result<T, CalibrationError> + Send) -> Result<T, Failure> {
        let folder = self.folder();
        fs::create_dir_all(&folder).map_err(|error| Failure::Undone(format!("cannot make {}: {error}", folder.display())))?;
        let told = Told::new(self.draws);
        let memo = Memo::new(Some(folder), interrupt::flag(), &told);
        ensemble::pool(self.threads.unwrap_or(0))?.install(|| make(&memo)).map_err(|error| match error {
            CalibrationError::Model(what) => Failure::Usage(what),
            other => Failure::Undone(other.to_string()),
        })
    }

    /// Writes all numbers into the folder of the run and forgets the parts.
    ///
    /// # Errors
    /// The disk failed.
    pub(super) fn keep(&self, name: &str, bytes: std::io::Result<Vec<u8>>) -> Result<(), Failure> {
        let file = self.run.join(name);
        bytes
            .and_then(|bytes| fs::write(&file, bytes))
            .map_err(|error| Failure::Undone(format!("cannot write {}: {error}", file.display())))?;
        let _ = fs::remove_dir_all(self.folder());
        note(&format!("all numbers: {}", file.display()));
        Ok(())
    }
}

/// The same with some parameters given.
///
/// # Errors
/// All faults of the folder; a parameter that it does not have, that is given twice or has no such value.
pub(super) fn read_with(folder: Option<&Path>, set: &SetArgs) -> Result<(Files, Model), Failure> {
    let given = given(set);
    if let Some((name, _)) = set.values.iter().find(|(name, value)| given[name].to_bits() != value.to_bits()) {
        return Err(Failure::Usage(format!("--set gives `{name}` two values")));
    }
    let files = files(folder)?;
    let model = model::read_given(&files, &given).map_err(|error| match error {
        GivenError::Model(faults) => Failure::Model(faults),
        GivenError::Unknown(..) | GivenError::OutOfRange { .. } => Failure::Usage(format!("--set: {error}")),
    })?;
    Ok((files, model))
}

/// Parameters that are given, by name.
pub(super) fn given(set: &SetArgs) -> Given {
    set.values.iter().cloned().collect()
}

fn files(folder: Option<&Path>) -> Result<Files, Failure> {
    Ok(folder.map_or_else(|| Ok(model::embedded::hengelo()), Files::from_directory)?)
}
