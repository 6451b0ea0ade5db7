//! Which model a command is about: a folder, or the built-in one, as it stands or with some parameters given.

use super::args::SetArgs;
use super::failure::Failure;
use crate::model::{self, Files, Given, GivenError, Model};
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
