//! The command line: thin doors, one file per command.
//!
//! Results go to standard output and into the run folder; progress, notes and faults go to standard error. The exit code is
//! 0 when all was done, 1 when a check failed or a run stopped before its end, 2 when the command or the model is at fault, 3
//! when a comparison is not precise enough to show anything.

mod accounts;
mod args;
mod backtest;
mod breaks;
mod calibrate;
mod check;
mod compare;
mod design;
mod failure;
mod folder;
mod gap;
mod grid;
mod growth;
mod interrupt;
mod ledger;
mod needs;
mod new;
mod plan;
mod progress;
mod report;
mod run;
mod schema;
mod show;
mod single;
mod table;
mod text;
mod tipping;
mod trace;
mod verify;
mod waterbed;

use crate::words::{language, number};
use args::{Cli, Command};
use clap::Parser;
use failure::Failure;
use std::process::ExitCode;

/// Does what the command line asks, and gives the exit code.
pub fn main() -> ExitCode {
    let command = match Cli::try_parse_from(args::with_command(std::env::args_os().collect())) {
        Ok(cli) => cli.command,
        Err(refusal) => {
            // Help and version are refusals to clap too, with exit code 0.
            let _ = refusal.print();
            return ExitCode::from(if refusal.use_stderr() { 2 } else { 0 });
        }
    };
    let done = match command {
        Command::Run(args) => run::run(&args),
        Command::Check(args) => check::check(&args),
        Command::Show(args) => show::show(&args),
        Command::Schema => schema::schema(),
        Command::Gap(args) => gap::compare(&args),
        Command::Compare(args) => compare::runs(&args),
        Command::Accounts(args) => accounts::accounts_of(&args),
        Command::Growth(args) => growth::growth_of(&args),
        Command::TestPlan(args) => plan::test_plan(&args),
        Command::Report(args) => report::report(&args),
        Command::Ledger(args) => ledger::ledger(&args),
        Command::Grid(args) => grid::grid(&args),
        Command::Waterbed(args) => waterbed::waterbed(&args),
        Command::Needs(args) => needs::needs(&args),
        Command::New(args) => new::new(&args),
        Command::Tipping(args) => tipping::tipping(&args),
        Command::Verify(args) => verify::verify(&args),
        Command::Calibrate(args) => calibrate::calibrate(&args),
        Command::Backtest(args) => backtest::backtest(&args),
    };
    done.map_or_else(Failure::report, |()| ExitCode::SUCCESS)
}
