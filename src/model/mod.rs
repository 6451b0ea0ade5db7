//! The model language: from a folder of TOML and CSV to a checked [`Model`], or to all its faults at once.
//!
//! ```text
//! folder ─► files ─► tree (TOML with spans) ─► shape (keys and types, by the schema) ─► raw (serde) ─► check ─► Model
//! ```

pub mod expression;
pub mod raw;
pub mod resolved;

pub use expression::Expression;
pub use resolved::*;
