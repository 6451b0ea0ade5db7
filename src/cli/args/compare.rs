//! What `compare` takes.

use super::horizon;
use crate::cli::language::Language;
use clap::{Args, ValueEnum};
use std::ops::RangeInclusive;
use std::path::PathBuf;

const AFTER_COMPARE_HELP: &str = "\
What is compared:
  Every difference is the second less the first, per calendar year. Two runs are
  compared in each scenario that both have, or, with --scenario A --scenario B,
  in A of the first and B of the second. In one run alone its first scenario is
  compared with each other, or A with B.

Paired or not:
  With the same model, seed, design, draws, replications and scale, member
  (draw, replication) of both runs has the same parameters and the same luck. Its
  numbers are taken from each other, so that what is shared falls out: far less
  noise, and a band of differences. Other runs share no luck. Then only the means
  are compared, with the errors of both.

How to read it:
  s.e.     standard error: the difference would change by about that much with
           another seed; digits stop there
  band     90 % of the members differ by something in it, uncertain parameters
           and chance together
  above 0  part of the members in which the second is higher: the chance of it
           (`always`: in all of these members)

  What is the same in every member is counted, not listed. --out writes all
  levels, metrics and years, with all quantiles.

Examples:
  piramide run models/mine --out runs/before
  (change the model)
  piramide run models/mine --out runs/after
  piramide compare runs/before runs/after
  piramide compare runs/before runs/after --metric cost_constant --year 2026
  piramide compare runs/before runs/after --track huishouden --out differences.csv
  piramide compare runs/plan --scenario ongewijzigd-beleid --scenario eerst-samen

Exit codes:
  0  compared
  1  a file of a run is damaged, or the disk failed
  2  the command is at fault: no run, not complete, nothing in common";

/// What `compare` takes.
#[derive(Debug, Args)]
#[command(after_help = AFTER_COMPARE_HELP)]
pub(in crate::cli) struct CompareArgs {
    /// Folder of the first run
    #[arg(value_name = "RUN")]
    pub(in crate::cli) first: PathBuf,
    /// Folder of the second run; without it the scenarios of the first are compared
    #[arg(value_name = "RUN")]
    pub(in crate::cli) second: Option<PathBuf>,
    /// Scenario, once for both or twice: of the first, then of the second [default: all in both]
    #[arg(long = "scenario", value_name = "S")]
    pub(in crate::cli) scenarios: Vec<String>,
    /// Metric to show; repeatable
    #[arg(long = "metric", value_name = "M", default_values = ["unique_persons", "cost_constant"])]
    pub(in crate::cli) metrics: Vec<String>,
    /// Rows to show; repeatable [default: total, domain, track; with --track: track, state]
    #[arg(long = "level", value_name = "LEVEL")]
    pub(in crate::cli) levels: Vec<LevelArg>,
    /// Only rows of this track; repeatable
    #[arg(long = "track", value_name = "T")]
    pub(in crate::cli) tracks: Vec<String>,
    /// Calendar year to show, or the first and last, such as 2026 or 2024..2026 [default: all in both]
    #[arg(long = "year", value_name = "A..B", value_parser = years)]
    pub(in crate::cli) years: Option<RangeInclusive<i32>>,
    /// File for every number, as CSV
    #[arg(long, value_name = "FILE")]
    pub(in crate::cli) out: Option<PathBuf>,
    /// Language of the tables [default: nl in a Dutch locale, else en]
    #[arg(long, value_name = "LANGUAGE")]
    pub(in crate::cli) lang: Option<Language>,
}

/// What a row counts, as in the column `level` of the files.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(in crate::cli) enum LevelArg {
    /// All inwoners
    Total,
    /// Persons helped in a domain
    Domain,
    /// Persons helped on a track
    Track,
    /// Persons in a state of a track
    State,
    /// Persons by their highest layer
    Layer,
    /// Persons by all layers they are in at once
    Combination,
    /// Requests at a gate
    Gate,
    /// What follows states: attached costs and income
    Attached,
}

impl LevelArg {
    /// Its name in the files.
    pub(in crate::cli) fn name(self) -> &'static str {
        match self {
            Self::Total => "total",
            Self::Domain => "domain",
            Self::Track => "track",
            Self::State => "state",
            Self::Layer => "layer",
            Self::Combination => "combination",
            Self::Gate => "gate",
            Self::Attached => "attached",
        }
    }
}

fn years(text: &str) -> Result<RangeInclusive<i32>, String> {
    let both = if text.contains("..") { text.to_owned() } else { format!("{text}..{text}") };
    horizon(&both).map_err(|_| "expected a calendar year or two, such as 2026 or 2024..2026".to_owned())
}
