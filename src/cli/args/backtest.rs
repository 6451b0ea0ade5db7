//! What `backtest` takes.

use super::calibrate::FitArgs;
use clap::Args;
use std::path::PathBuf;

const AFTER_BACKTEST_HELP: &str = "\
What is computed:
  The model is fitted to the targets up to --until only, and foretells those of
  the years after it: the engine at 400 draws of that fit, with what it missed
  of the same number before, and the errors that are left. Beside it stand two
  forecasts that anybody could make: the number of the last year that was known,
  and the straight line through the last two.

  Then numbers of later years are held against the model's full fit: forecasts
  of others, which is a comparison and no test, and what was realised. They
  stand in a CSV file: number,year,value,kind,source with kind forecast or
  realised. A new figure is a new line.

How to read it:
  80 %     in eight of ten cases what came should lie between these
  MAPE     mean absolute error, as a part of what came
  score    interval score at 80 %: width, and ten times what lies outside of it;
           a forecast without an interval pays ten times its error
  CRPS     the same idea for a whole distribution, as a part of what came
  One year of a dozen numbers has little power: a pass is no proof. The priors
  of Hengelo were set with 2021 in view: the test is kinder than a forecast.

Examples:
  piramide backtest                     fit on 2019 and 2020, foretell 2021
  piramide backtest --set covid=0       as if the model knew of no covid
  piramide backtest --later mine.csv

Exit codes:
  0  done
  1  it was stopped, or the disk failed
  2  the command, the model or a file is at fault";

/// What `backtest` takes.
#[derive(Debug, Args)]
#[command(after_help = AFTER_BACKTEST_HELP)]
pub(in crate::cli) struct BacktestArgs {
    /// What is fitted.
    #[command(flatten)]
    pub(in crate::cli) fit: FitArgs,
    /// File of later numbers [default: that of the built-in Hengelo]
    #[arg(long, value_name = "FILE")]
    pub(in crate::cli) later: Option<PathBuf>,
    /// The last year that the fit knows
    #[arg(long, value_name = "YEAR", default_value_t = 2020)]
    pub(in crate::cli) until: i32,
}
