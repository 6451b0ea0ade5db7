//! Which model a command is about: a folder, or the built-in one.

use super::failure::Failure;
use crate::model::{self, Files, Model};
use std::path::Path;

/// The files of a model and what they mean; Hengelo when no folder is named.
///
/// # Errors
/// All faults of the folder.
pub(super) fn read(folder: Option<&Path>) -> Result<(Files, Model), Failure> {
    let files = folder.map_or_else(|| Ok(model::embedded::hengelo()), Files::from_directory)?;
    let model = model::read(&files)?;
    Ok((files, model))
}
