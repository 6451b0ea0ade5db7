//! Every proof that runs the crate from outside, in one binary.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test that cannot go on should stop")]

mod accounts;
mod ages;
mod attached;
mod blackbox;
mod capacity;
mod cli;
mod cohort;
mod compare;
mod coupling;
mod faults;
mod frailty;
mod gates;
mod golden;
mod growth;
mod hamlet;
mod hengelo;
mod households;
mod jaarrekening;
mod labels;
mod language;
mod overload;
mod page;
mod prices;
mod random;
mod rooms;
mod runs;
mod schema;
mod set;
mod shocks;
mod tipping;
mod town;
mod trends;
mod twin;
mod verification;
mod village;
