//! What `needs` takes.

use super::{DesignArg, SEED, SetArgs, design, draws, replications, scale, seed, threads};
use crate::cli::language::Language;
use clap::Args;
use std::path::PathBuf;

/// Draws of a table that does not say how many. Every member is simulated four times per measure.
const DRAWS: u32 = 32;

const AFTER_NEEDS_HELP: &str = "\
What is computed:
  Each measure that names its `strength` is tried at nothing, a third, two thirds
  and all of what it can be, while all else in the scenario stays as it is: same
  draws, same inwoners, same luck. Between these the saving of its domain is a
  straight line, and where that line meets the booked amount is what must be
  true: on average, and with a chance of 80 %. The percentile says how many of
  100 draws of what we believe lie below that.

  A share can be 100 % at most; another strength is tried up to four times the
  largest draw. Saved is the cost of help, before investments.

Examples:
  piramide needs                                the first scenario of the plan
  piramide needs --scenario uitvoering-2025 --year 2026 --lang nl
  piramide needs --draws 8                      a first look
  piramide needs models/mine --out needs.csv

Exit codes:
  0  shown
  1  it was stopped, or the disk failed
  2  the command or the model is at fault: no plan, no strength";

/// What `needs` takes.
#[derive(Debug, Args)]
#[command(after_help = AFTER_NEEDS_HELP)]
pub(in crate::cli) struct NeedsArgs {
    /// Folder of the model; without it the built-in Hengelo
    #[arg(value_name = "MODEL")]
    pub(in crate::cli) model: Option<PathBuf>,
    /// Scenario whose measures are tried; `a+b` puts two together [default: the first that the plan names]
    #[arg(long, value_name = "S")]
    pub(in crate::cli) scenario: Option<String>,
    /// Calendar year [default: the last for which something is booked]
    #[arg(long, value_name = "Y")]
    pub(in crate::cli) year: Option<i32>,
    /// Sets of uncertain values
    #[arg(long, value_name = "N", default_value_t = DRAWS, allow_negative_numbers = true, value_parser = draws)]
    pub(in crate::cli) draws: u32,
    /// Where these sets come from, as for `run`
    #[arg(long, value_name = "DESIGN", default_value = "fitted", value_parser = design)]
    pub(in crate::cli) design: DesignArg,
    /// Parameters that are given.
    #[command(flatten)]
    pub(in crate::cli) set: SetArgs,
    /// Histories under each draw
    #[arg(long, value_name = "R", default_value_t = 1, allow_negative_numbers = true, value_parser = replications)]
    pub(in crate::cli) replications: u32,
    /// Where all chance begins
    #[arg(long, value_name = "K", default_value_t = SEED, allow_negative_numbers = true, value_parser = seed)]
    pub(in crate::cli) seed: u64,
    /// Cores to use at once, without effect on results [default: all]
    #[arg(long, value_name = "T", allow_negative_numbers = true, value_parser = threads)]
    pub(in crate::cli) threads: Option<usize>,
    /// Factor on the number of persons, and of places with them; a first look only
    #[arg(long, value_name = "X", default_value_t = 1.0, allow_negative_numbers = true, value_parser = scale)]
    pub(in crate::cli) scale: f64,
    /// File for every number, as CSV
    #[arg(long, value_name = "FILE")]
    pub(in crate::cli) out: Option<PathBuf>,
    /// Language of the table [default: nl in a Dutch locale, else en]
    #[arg(long, value_name = "LANGUAGE")]
    pub(in crate::cli) lang: Option<Language>,
}
