//! Tools of the exact answers: matrix exponentials, quadrature, dwell laws. They share nothing with `compile` and `engine`.

mod chain;
mod law;
mod matrix;
mod quadrature;
mod renewal;

pub(super) use chain::Chain;
pub(super) use law::Law;
pub(super) use matrix::Matrix;
pub(super) use quadrature::{integral, nodes};
pub(super) use renewal::{Exit, Process, Solution};
