//! `piramide schema`: the JSON Schema of the model language, from the types that read it.

use super::failure::{Failure, print};
use crate::model;

/// Writes the schema to standard output.
///
/// # Errors
/// The reader of our output has gone away, or its disk is full.
pub(super) fn schema() -> Result<(), Failure> {
    print(&model::schema())
}
