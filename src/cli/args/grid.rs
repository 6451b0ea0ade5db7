//! What `grid` takes.

use super::threads;
use crate::cli::language::Language;
use clap::Args;
use std::path::PathBuf;

const AFTER_GRID_HELP: &str = "\
What is tried:
  Every combination of three levers on a scenario of a run, with its draws and one
  history of each:

  effect  all measures that name how strong they are: half as strong, as they are,
          one and a half times, twice; a share stays at most 100 %
  later   all that the scenario does comes 0, 1 or 2 years later
  places  75, 100 or 125 % of the places, from the start of the scenario on

  A lever that the scenario does not have is left out. Told is the gross saving of
  one year, and the chance that it reaches what is booked.

Where the numbers are:
  grid.csv in the folder of the run, by domain of the plan and in all.

How long it takes:
  Hengelo: up to 37 histories of each draw. Ctrl-C keeps what is done; the same
  command goes on.

Examples:
  piramide grid runs/hengelo-1a2b3c4d --scenario plan-2022-op-bewijs
  piramide grid runs/hengelo-1a2b3c4d --draws 96

Exit codes:
  0  shown
  1  it was stopped, or the disk failed
  2  the command is at fault: no run, no plan, no measure";

/// What `grid` takes.
#[derive(Debug, Args)]
#[command(after_help = AFTER_GRID_HELP)]
pub(in crate::cli) struct GridArgs {
    /// Folder of a complete run
    #[arg(value_name = "RUN")]
    pub(in crate::cli) run: PathBuf,
    /// Folder of the model that was run; without it the built-in Hengelo
    #[arg(long, value_name = "MODEL")]
    pub(in crate::cli) model: Option<PathBuf>,
    /// Scenario of the run [default: its last]
    #[arg(long, value_name = "S")]
    pub(in crate::cli) scenario: Option<String>,
    /// Calendar year [default: the last for which something is booked]
    #[arg(long, value_name = "Y")]
    pub(in crate::cli) year: Option<i32>,
    /// Draws of the run that are taken, from the first on
    #[arg(long, value_name = "N", default_value_t = 48, value_parser = clap::value_parser!(u32).range(1..))]
    pub(in crate::cli) draws: u32,
    /// Cores to use at once, without effect on results [default: all]
    #[arg(long, value_name = "T", allow_negative_numbers = true, value_parser = threads)]
    pub(in crate::cli) threads: Option<usize>,
    /// Language of the table [default: nl in a Dutch locale, else en]
    #[arg(long, value_name = "LANGUAGE")]
    pub(in crate::cli) lang: Option<Language>,
}
