//! Piramide: how likely are the savings a municipality has booked on care in the neighbourhood?
pub mod compile;
pub mod engine;
pub mod luck;
pub mod maths;
pub mod model;
