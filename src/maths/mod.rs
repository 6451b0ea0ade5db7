//! Portable mathematics: the same bits on every machine, native or WebAssembly.
//!
//! Everything rests on IEEE 754 arithmetic and the functions of the crate `libm`, which are plain Rust; the standard library's
//! `exp`, `ln` and so on belong to the platform and would let two machines disagree in the last bit.
//!
//! Both regularised integrals are a prefactor times a series or continued fraction. The prefactor is a density, and is
//! written with its deviance from the mode ([`stirling`]) so that large shapes do not cancel.
//!
//! Both quantiles are found by Newton's method on the logarithm of the smaller tail, in a coordinate in which the density
//! is log-concave (`ln x` for the gamma, `logit x` for the beta). Distribution function and survival function are then
//! log-concave too, so that Newton's method converges from any start (see [`newton`]).

mod beta;
mod cholesky;
mod gamma;
mod gauss;
mod newton;
mod normal;
mod stirling;

pub use beta::{beta_inc, beta_quantile};
pub use cholesky::cholesky;
pub use gamma::{gamma_p, gamma_quantile};
pub use gauss::gauss;
pub use normal::{normal_cdf, normal_quantile};

#[cfg(test)]
mod tests;
