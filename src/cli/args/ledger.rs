//! What `ledger` takes.

use super::threads;
use crate::cli::language::Language;
use clap::Args;
use std::path::PathBuf;

const AFTER_LEDGER_HELP: &str = "\
What is divided:
  The saving of a scenario: what help and gates cost under `ongewijzigd-beleid`
  less what they cost under it, before other investments and contracts. The
  share of a measure is what it adds, averaged over all orders in which the
  measures could have come (Shapley's value): shares sum to the saving, and what
  measures take from each other is borne half and half.

  share  its part of the saving
  alone  what it saves if nothing else is done
  last   what it adds when all else is done already

  Measures that touch nothing in common are divided apart. In a group of up to six
  all sets are worked out; of a larger one orders are drawn, each with its reverse,
  and the error of that is in the numbers.

Who works it out:
  The mean-field twin, in seconds to minutes, with the first 16 draws of the run; it
  knows nothing of places that run out. --engine takes all draws and histories of
  the run: half an hour for Hengelo. Ctrl-C keeps what is done; the same command
  goes on.

Examples:
  piramide ledger runs/hengelo-1a2b3c4d
  piramide ledger runs/hengelo-1a2b3c4d --scenario plan-2022-op-bewijs --lang nl
  piramide ledger runs/hengelo-1a2b3c4d --engine

Exit codes:
  0  shown
  1  it was stopped, or the disk failed
  2  the command is at fault: no run, no plan, no measure";

/// What `ledger` takes.
#[derive(Debug, Args)]
#[command(after_help = AFTER_LEDGER_HELP)]
pub(in crate::cli) struct LedgerArgs {
    /// Folder of a complete run
    #[arg(value_name = "RUN")]
    pub(in crate::cli) run: PathBuf,
    /// Folder of the model that was run; without it the built-in Hengelo
    #[arg(long, value_name = "MODEL")]
    pub(in crate::cli) model: Option<PathBuf>,
    /// Scenario of the run [default: its last]
    #[arg(long, value_name = "S")]
    pub(in crate::cli) scenario: Option<String>,
    /// Calendar year that is shown; the file has those before it too [default: the last for which something is booked]
    #[arg(long, value_name = "Y")]
    pub(in crate::cli) year: Option<i32>,
    /// Let the engine work it out instead of its twin
    #[arg(long)]
    pub(in crate::cli) engine: bool,
    /// Orders of arrival drawn per member of a large group, each with its reverse
    #[arg(long, value_name = "N", default_value_t = 2, value_parser = clap::value_parser!(u32).range(1..=1000))]
    pub(in crate::cli) orders: u32,
    /// Cores to use at once, without effect on results [default: all]
    #[arg(long, value_name = "T", allow_negative_numbers = true, value_parser = threads)]
    pub(in crate::cli) threads: Option<usize>,
    /// Language of the table [default: nl in a Dutch locale, else en]
    #[arg(long, value_name = "LANGUAGE")]
    pub(in crate::cli) lang: Option<Language>,
}
