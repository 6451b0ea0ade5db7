//! What `calibrate` takes.

use super::{SEED, SetArgs, seed, threads};
use clap::Args;
use std::path::PathBuf;

const AFTER_CALIBRATE_HELP: &str = "\
What is computed:
  Which values of the uncertain numbers agree with what was published, given
  their priors. The mean-field twin gives what the model expects; to that comes
  a correction for what the twin lacks, fitted on runs of the engine. What lies
  between the two and the published number is observation error, a discrepancy
  per class of numbers, which is learned too, and chance. Steps: ten climbs to
  the best point, chains at it, the correction, chains again, diagnostics.

  A file of targets names counts and lines of the accounts of the model, and
  says how sure each is: see calibration/README.md.

Where results go:
  To --out, by default a folder under runs/ named after the model and a digest
  of all that decides the results.
    posterior.parquet  draws of the uncertain numbers, for --design of `run`
    chains.parquet     every draw of every chain, in scores of the priors
    parameters.csv     per number: prior and posterior, and what taught it
    targets.csv        per target: published, and what the fitted model says
    diagnostics.json   C1 to C13, each with verdict, value and limit
    report.html        all of it, to read
  Ctrl-C loses at most the unit of work under way; the same command goes on.

Examples:
  piramide calibrate                              the built-in Hengelo
  piramide calibrate models/mine --targets mine.toml
  piramide calibrate --set covid=0                as if that had not been
  piramide run --design runs/calibration-hengelo-1a2b3c4d5e/posterior.parquet

Exit codes:
  0  all diagnostics that were run pass
  1  one fails, it was stopped, or the disk failed
  2  the command, the model or the targets are at fault";

/// What is fitted, and where that goes.
#[derive(Debug, Args)]
pub(in crate::cli) struct FitArgs {
    /// Folder of the model; without it the built-in Hengelo
    #[arg(value_name = "MODEL")]
    pub(in crate::cli) model: Option<PathBuf>,
    /// File of targets [default: that of the built-in Hengelo]
    #[arg(long, value_name = "FILE")]
    pub(in crate::cli) targets: Option<PathBuf>,
    /// Parameters that are given.
    #[command(flatten)]
    pub(in crate::cli) set: SetArgs,
    /// Where all chance begins: another seed is another fit
    #[arg(long, value_name = "K", default_value_t = SEED, allow_negative_numbers = true, value_parser = seed)]
    pub(in crate::cli) seed: u64,
    /// Cores to use at once, without effect on results [default: all]
    #[arg(long, value_name = "T", allow_negative_numbers = true, value_parser = threads)]
    pub(in crate::cli) threads: Option<usize>,
    /// Folder for the results [default: one under runs/, named after the command, the model and a digest of all that decides the results]
    #[arg(long, value_name = "DIR")]
    pub(in crate::cli) out: Option<PathBuf>,
}

/// What `calibrate` takes.
#[derive(Debug, Args)]
#[command(after_help = AFTER_CALIBRATE_HELP)]
pub(in crate::cli) struct CalibrateArgs {
    /// What is fitted.
    #[command(flatten)]
    pub(in crate::cli) fit: FitArgs,
    /// Also what takes long: recovery of made towns (C3), simulation-based calibration (C4), a year held out (C10) and a second method
    /// (C11); half an hour more
    #[arg(long)]
    pub(in crate::cli) full: bool,
    /// Steps of each of four chains that count; fewer make a trial, with fewer histories of the engine too
    #[arg(long, value_name = "N", default_value_t = 2000, allow_negative_numbers = true, value_parser = steps)]
    pub(in crate::cli) draws: u32,
}

fn steps(text: &str) -> Result<u32, String> {
    match text.parse() {
        Ok(number @ 20..=1_000_000) => Ok(number),
        _ => Err("expected a whole number from 20 to 1000000".to_owned()),
    }
}
