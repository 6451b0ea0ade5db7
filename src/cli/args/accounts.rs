//! What `accounts` takes.

use crate::cli::language::Language;
use clap::Args;
use std::path::PathBuf;

const AFTER_ACCOUNTS_HELP: &str = "\
What it shows:
  The lines of the municipality's accounts (`[account]` in the model) in one year:
  what the accounts say, what the model says with the band in which 90 % of the
  members lie, and by how much the model differs. A line under another is a part
  of it. Euros are those of the year itself. Under them the numbers published of
  that year (`[count]`): clients, indicaties, indicaties per client.

How to read it:
  fixed    no track explains the line: the model takes the amount of the accounts,
           in other years that of the nearest year at the prices of the year
  apart    it stands beside the spending, such as a budget set elsewhere
  \u{2013}        the run does not count it: run the model again
  Digits stop where another seed would change them.

  accounts.csv holds all lines and numbers with reasons, remarks and sources.

Examples:
  piramide run --horizon 2019..2021 --out runs/now
  piramide accounts runs/now
  piramide accounts runs/now --year 2020 --lang nl
  piramide accounts runs/mine --model models/mine --out accounts.csv

Exit codes:
  0  shown
  1  a file of the run is damaged, or the disk failed
  2  the command is at fault: no run, nothing published, a year outside the run";

/// What `accounts` takes.
#[derive(Debug, Args)]
#[command(after_help = AFTER_ACCOUNTS_HELP)]
pub(in crate::cli) struct AccountsArgs {
    /// Folder of a complete run
    #[arg(value_name = "RUN")]
    pub(in crate::cli) run: PathBuf,
    /// Folder of the model that was run; without it the built-in Hengelo
    #[arg(long, value_name = "MODEL")]
    pub(in crate::cli) model: Option<PathBuf>,
    /// Calendar year [default: the last of the run of which something is published]
    #[arg(long, value_name = "Y")]
    pub(in crate::cli) year: Option<i32>,
    /// Scenario of the run [default: `ongewijzigd-beleid`, or the only one there is]
    #[arg(long, value_name = "S")]
    pub(in crate::cli) scenario: Option<String>,
    /// File for all lines, as CSV [default: accounts.csv in the folder of the run]
    #[arg(long, value_name = "FILE")]
    pub(in crate::cli) out: Option<PathBuf>,
    /// Language of the table [default: nl in a Dutch locale, else en]
    #[arg(long, value_name = "LANGUAGE")]
    pub(in crate::cli) lang: Option<Language>,
}
