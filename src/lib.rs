//! Piramide: how likely are the savings a municipality has booked on care in the neighbourhood?
#[cfg(feature = "cli")]
pub mod analysis;
#[cfg(feature = "cli")]
pub mod cli;
pub mod compile;
pub mod engine;
#[cfg(feature = "cli")]
pub mod ensemble;
pub mod luck;
pub mod maths;
pub mod model;
#[cfg(feature = "cli")]
pub mod store;
#[cfg(feature = "cli")]
pub mod verify;
