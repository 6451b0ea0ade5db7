//! Which model a command is about: a folder, or the built-in one, as it stands or with some parameters given. And which run of it.

use super::args::SetArgs;
use super::failure::{Failure, note};
use crate::model::{self, Files, Given, GivenError, Model, UNCHANGED};
use crate::store::{Identity, Manifest};
use std::path::Path;

/// The files of a model and what they mean; Hengelo when no folder is named.
///
/// # Errors
/// All faults of the folder.
pub(super) fn read(folder: Option<&Path>) -> Result<(Files, Model), Failure> {
    let files = files(folder)?;
    let model = model::read(&files)?;
    Ok((files, model))
}

/// A complete run and the model that was run: that of the folder, or Hengelo. Says so if the model has changed since.
///
/// # Errors
/// There is no complete run, or it is one of another model; or all faults of the folder.
pub(super) fn of_run(run: &Path, folder: Option<&Path>) -> Result<(Manifest, Model), Failure> {
    let manifest = Manifest::of_complete(run)?;
    let (files, model) = read(folder)?;
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
