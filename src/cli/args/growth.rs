//! What `growth` takes.

use crate::cli::language::Language;
use clap::Args;
use std::path::PathBuf;

const AFTER_GROWTH_HELP: &str = "\
What it shows:
  Spending in two years of a run, in euro of the year itself, per domain and per
  track, and what made it grow:
  price      euro of the year per constant euro: the price index of the model
  volume     person-years in the states that cost something
  intensity  constant euro per person-year: which states people are in, hours and
             indicaties for each, tariffs that grow beyond the index, gates
  Beside them the clients, each counted once, and what their indicated care cost.

How to read it:
  In percent the three multiply to the growth: 1.04 x 1.10 x 1.02 = 1.17, in every
  member. In euro the growth is divided over them, without a remainder, by the
  logarithmic mean of both years (LMDI, Ang 2004).
  band     in which 90 % of the members lie
  \u{2013}        in some member there is no spending, or nobody, in one of the years
  Digits stop where another seed would change them.

  growth.csv holds all numbers, with person-years.

Examples:
  piramide run --horizon 2019..2026 --out runs/now
  piramide growth runs/now
  piramide growth runs/now --from 2019 --to 2021 --states --lang nl
  piramide growth runs/mine --model models/mine --out growth.csv

Exit codes:
  0  shown
  1  a file of the run is damaged, or the disk failed
  2  the command is at fault: no run, nothing that costs money, years outside the run";

/// What `growth` takes.
#[derive(Debug, Args)]
#[command(after_help = AFTER_GROWTH_HELP)]
pub(in crate::cli) struct GrowthArgs {
    /// Folder of a complete run
    #[arg(value_name = "RUN")]
    pub(in crate::cli) run: PathBuf,
    /// Folder of the model that was run; without it the built-in Hengelo
    #[arg(long, value_name = "MODEL")]
    pub(in crate::cli) model: Option<PathBuf>,
    /// First of the two calendar years [default: the first of the run]
    #[arg(long, value_name = "Y")]
    pub(in crate::cli) from: Option<i32>,
    /// Second of the two [default: the last of the run]
    #[arg(long, value_name = "Y")]
    pub(in crate::cli) to: Option<i32>,
    /// Scenario of the run [default: `ongewijzigd-beleid`, or the only one there is]
    #[arg(long, value_name = "S")]
    pub(in crate::cli) scenario: Option<String>,
    /// Show each state under its track
    #[arg(long)]
    pub(in crate::cli) states: bool,
    /// File for all numbers, as CSV [default: growth.csv in the folder of the run]
    #[arg(long, value_name = "FILE")]
    pub(in crate::cli) out: Option<PathBuf>,
    /// Language of the table [default: nl in a Dutch locale, else en]
    #[arg(long, value_name = "LANGUAGE")]
    pub(in crate::cli) lang: Option<Language>,
}
