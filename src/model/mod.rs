//! The model language: from a folder of TOML and CSV to a checked [`Model`], or to all its faults at once.
//!
//! ```text
//! folder ─► files ─► tree (TOML with spans) ─► shape (keys and types, by the schema) ─► raw (serde) ─► check ─► Model
//! ```

mod cells;
mod check;
mod compose;
mod correlation;
mod date;
mod dimension;
pub mod embedded;
pub mod expression;
mod fault;
mod files;
mod formula;
mod given;
mod knowledge;
pub mod plan;
mod prior;
pub mod raw;
mod read;
#[cfg(feature = "cli")]
mod render;
pub mod resolved;
mod schema;
mod shape;
mod tree;

pub use check::scenarios::UNCHANGED;
pub use compose::ComposeError;
pub use correlation::Correlation;
pub use date::date;
pub use expression::Expression;
#[cfg(feature = "cli")]
pub(crate) use fault::did_you_mean;
pub use fault::{Fault, Faults, Place};
pub use files::{Files, POSTERIOR};
pub use given::{Given, GivenError, read_given};
pub use knowledge::KNOWLEDGE;
pub use plan::*;
pub use read::read;
pub use resolved::*;
pub use schema::schema;
