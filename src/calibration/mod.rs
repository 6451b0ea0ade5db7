//! Calibration: which values of the uncertain numbers agree with what was observed, and what the data do not tell.
//!
//! ```text
//! targets ─┐
//! model ───┴► map (the twin) ─► posterior ─► its best point ─► chains ─► draws
//!                 ▲                                              │
//!                 └── correction ◄── engine less twin ◄──────────┘
//! ```
//!
//! Nothing here knows of care or of a municipality but [`Targets`] and [`Municipality`]: any [`Map`] can be calibrated against any [`Data`].

mod backtest;
mod chain;
mod correction;
mod data;
mod decision;
mod diagnose;
mod fit;
mod full;
mod later;
mod map;
mod memo;
mod mixing;
mod outlook;
mod posterior;
mod reading;
mod recover;
mod smoother;
mod surrogate;
mod targets;
#[cfg(test)]
mod tests;

pub use backtest::{Backtest, Later, Miss, backtest};
pub use chain::{Chain, Dice, walk};
pub use correction::Correction;
pub use data::Data;
pub use decision::Decision;
pub use diagnose::{Case, Diagnosis, Diagnostic, Foretold, Learned, Ridge, Verdict};
pub use fit::{Effort, Fit, Job};
pub use full::{calibrated, held_out};
pub use later::{Kind, LaterNumber, foretold, read_later};
pub use map::{Function, Map, Municipality};
pub use memo::{Memo, Silence, Tell};
pub use mixing::{Mixing, quantile};
pub use outlook::Outlook;
pub use posterior::{Laplace, Point, Posterior};
pub use reading::Reading;
pub use recover::{RANKS, Ranks, Uniformity, ranks};
pub use smoother::{Smoothing, smooth};
pub use surrogate::Surrogate;
pub use targets::{Class, Perimeter, Target, Targets};

use std::fmt;
use std::path::PathBuf;

/// Why a calibration cannot go on.
#[derive(Debug)]
pub enum CalibrationError {
    /// It was asked to stop; what is done is kept.
    Stopped,
    /// The map has no outcomes where they are needed.
    NoOutcomes,
    /// The model does not count what a target names, or does not fit.
    Model(String),
    /// No target before or after this year.
    Years(i32),
    /// A file cannot be written.
    File {
        /// The file.
        file: PathBuf,
        /// What the system said.
        reason: String,
    },
}

impl fmt::Display for CalibrationError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Stopped => write!(f, "stopped; the same command goes on from here"),
            Self::NoOutcomes => write!(
                f,
                "the model has no outcome near the data: a target is 0 or of the other sign in it; leave it out, or widen the priors"
            ),
            Self::Model(what) => write!(f, "{what}"),
            Self::Years(until) => {
                write!(f, "the targets have no year up to {until}, or none after it; choose another with --until")
            }
            Self::File { file, reason } => write!(f, "cannot write {}: {reason}", file.display()),
        }
    }
}

impl std::error::Error for CalibrationError {}
