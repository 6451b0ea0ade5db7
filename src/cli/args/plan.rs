//! What `test-plan` takes.

use crate::cli::language::Language;
use clap::Args;
use std::path::PathBuf;

const AFTER_TEST_PLAN_HELP: &str = "\
What is held against what:
  A saving is what help costs under `ongewijzigd-beleid` less what it costs under
  the scenario, in the same history of the town: same inwoners, same luck, same
  good and bad years. It is held against what the model's [plan] books for that
  domain and year.

  gross       cost of help saved
  net         less investments: those the plan books, or where the scenario says
              so what gates and contracts cost in the simulation
  cumulative  net from the first year on, less what is spent once

  A chance is told as so many of fifty futures. The reserve is what must be set
  aside so that the booked amount is there in 80 or 95 of a hundred futures.
  After its last year a booked amount goes on as it is, in constant euros.

Where the numbers are:
  savings.csv in the folder of the run: both bands, constant and nominal euros,
  every year and domain, and the amounts of the plan to the euro; contracts.csv
  what a lump sum means for both sides; cashable.csv what of a saving can be
  taken from the budget. Once `ledger` and `waterbed` have been called on the run,
  it is also told which measure saves what, and where the care goes.

Examples:
  piramide                           Hengelo against its plan, as `run` shows it
  piramide test-plan runs/hengelo-1a2b3c4d --year 2025 --lang nl
  piramide run --scenario ongewijzigd-beleid \\
      --scenario uitvoering-2025+personeelskrapte --out runs/krapte
  piramide test-plan runs/krapte

Exit codes:
  0  shown
  1  a file of the run is damaged
  2  the command is at fault: no run, no plan, a year outside the run";

/// What `test-plan` takes.
#[derive(Debug, Args)]
#[command(after_help = AFTER_TEST_PLAN_HELP)]
pub(in crate::cli) struct TestPlanArgs {
    /// Folder of a complete run of `ongewijzigd-beleid` and at least one other scenario
    #[arg(value_name = "RUN")]
    pub(in crate::cli) run: PathBuf,
    /// Folder of the model that was run; without it the built-in Hengelo
    #[arg(long, value_name = "MODEL")]
    pub(in crate::cli) model: Option<PathBuf>,
    /// Calendar year that is told in full [default: the last for which something is booked]
    #[arg(long, value_name = "Y")]
    pub(in crate::cli) year: Option<i32>,
    /// Language of the table [default: nl in a Dutch locale, else en]
    #[arg(long, value_name = "LANGUAGE")]
    pub(in crate::cli) lang: Option<Language>,
}
