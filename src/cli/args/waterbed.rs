//! What `waterbed` takes.

use super::threads;
use crate::cli::language::Language;
use clap::Args;
use std::path::PathBuf;

const AFTER_WATERBED_HELP: &str = "\
What is followed:
  Every member of the run is lived once more with and without the measures: same
  inwoners, same luck, so the same hulpvragen but for those that the measures bring.
  Hulpvragen that reached maatwerk in one year under `ongewijzigd-beleid`, and by
  then had not under the scenario, are followed for exactly 24 months. Each ends in
  one row. What all others save is told beside it, by the year: avoided at first,
  changed (out of maatwerk sooner, later or at another price) and drawn (only there
  because of the measures). Together that is the saving of the run, before
  investments and contracts.

  Who bears it is told by wijk, age band and household: persons who wait, help by
  the own network, and what is saved. Fewer than 10 persons are not shown,
  nor what would tell of them.

Where the numbers are:
  waterbed.csv and burden.csv in the folder of the run.

How long it takes:
  About as long as the run itself took for two scenarios. Ctrl-C keeps what is
  done; the same command goes on.

Examples:
  piramide waterbed runs/hengelo-1a2b3c4d
  piramide waterbed runs/hengelo-1a2b3c4d --scenario plan-2022-op-bewijs --cohort 2025

Exit codes:
  0  shown
  1  it was stopped, or the disk failed
  2  the command is at fault: no run, no such scenario or year";

/// What `waterbed` takes.
#[derive(Debug, Args)]
#[command(after_help = AFTER_WATERBED_HELP)]
pub(in crate::cli) struct WaterbedArgs {
    /// Folder of a complete run
    #[arg(value_name = "RUN")]
    pub(in crate::cli) run: PathBuf,
    /// Folder of the model that was run; without it the built-in Hengelo
    #[arg(long, value_name = "MODEL")]
    pub(in crate::cli) model: Option<PathBuf>,
    /// Scenario of the run [default: its last]
    #[arg(long, value_name = "S")]
    pub(in crate::cli) scenario: Option<String>,
    /// Calendar year in which maatwerk was reached [default: the last of the plan that can be followed to its end]
    #[arg(long, value_name = "Y")]
    pub(in crate::cli) cohort: Option<i32>,
    /// Cores to use at once, without effect on results [default: all]
    #[arg(long, value_name = "T", allow_negative_numbers = true, value_parser = threads)]
    pub(in crate::cli) threads: Option<usize>,
    /// Language of the table [default: nl in a Dutch locale, else en]
    #[arg(long, value_name = "LANGUAGE")]
    pub(in crate::cli) lang: Option<Language>,
}
