//! What can be typed, as typed. What it means for a model is decided in the file of each command.

mod accounts;
mod backtest;
mod calibrate;
mod compare;
mod grid;
mod growth;
mod ledger;
mod needs;
mod new;
mod plan;
mod report;
mod set;
mod tipping;
mod waterbed;

use super::language::Language;
use crate::ensemble::Member;
use crate::model::Grade;
use clap::{Args, Parser, Subcommand};
use std::ffi::OsString;
use std::ops::RangeInclusive;
use std::path::PathBuf;

pub(super) use accounts::AccountsArgs;
pub(super) use backtest::BacktestArgs;
pub(super) use calibrate::CalibrateArgs;
pub(super) use compare::{CompareArgs, LevelArg};
pub(super) use grid::GridArgs;
pub(super) use growth::GrowthArgs;
pub(super) use ledger::LedgerArgs;
pub(super) use needs::NeedsArgs;
pub(super) use new::NewArgs;
pub(super) use plan::TestPlanArgs;
pub(super) use report::ReportArgs;
pub(super) use set::SetArgs;
pub(super) use tipping::TippingArgs;
pub(super) use waterbed::WaterbedArgs;

/// Draws of a run that does not say how many.
pub(super) const DRAWS: u32 = 96;
/// Most draws of a comparison that does not say how many; a power of two, as a Sobol design likes it.
pub(super) const GAP_DRAWS: u32 = 4096;
/// Replications of each draw in a run that does not say how many.
pub(super) const REPLICATIONS: u32 = 2;
/// Seed of a run that does not choose one.
pub(super) const SEED: u64 = 1;

/// How likely are the savings a municipality has booked on care in the neighbourhood?
#[derive(Debug, Parser)]
#[command(name = "piramide", version, max_term_width = 100, override_usage = "piramide [COMMAND] [OPTIONS]")]
#[command(after_help = AFTER_HELP, after_long_help = AFTER_LONG_HELP)]
pub(super) struct Cli {
    /// What to do.
    #[command(subcommand)]
    pub(super) command: Command,
}

const AFTER_HELP: &str = "\
Without a command, `piramide` runs Hengelo, which is built in.
`piramide --help` explains more; `piramide run --help` says what a draw is.";

const AFTER_LONG_HELP: &str = "\
Piramide simulates every inwoner of a municipality, event by event, through
informal help, basisondersteuning and maatwerk, many times over. For each year
it says how many people and how much money, and how sure that is.

A model is a folder with TOML and CSV files. Hengelo is built in and is used
wherever no folder is named.

Examples:
  piramide                        run Hengelo to 2026, and hold it against its plan: about a minute
  piramide --draws 16             a first look, in a few seconds
  piramide --horizon 2019..2040   ten years more
  piramide run models/mine        your own model, as it stands
  piramide check models/mine      its faults, each with its place and a hint
  piramide schema > schema.json   for an editor that checks while you type
  piramide report runs/a          a page for the council, in Dutch and English
  piramide compare runs/a runs/b  how the second run differs from the first
  piramide tipping                what more or fewer places would do

Exit codes:
  0  done
  1  a check failed, or the run stopped before its end
  2  the command or the model is at fault
  3  a comparison is not precise enough yet (gap)";

/// The commands.
#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Simulate a model many times and say what came out
    Run(Box<RunArgs>),
    /// Read a model and show every fault in it
    Check(CheckArgs),
    /// Show a model in words: every number with its source and grade
    Show(ShowArgs),
    /// Begin a model of another municipality: a folder that runs at once, to be filled in
    New(NewArgs),
    /// Write the JSON Schema of the model language
    Schema,
    /// Run models whose answer is known, and compare; or look at your own model from outside
    Verify(VerifyArgs),
    /// Compare the engine with its mean-field twin, number by number
    Gap(GapArgs),
    /// Say how a second run differs from a first, and how sure that is
    Compare(CompareArgs),
    /// Hold a run against the municipality's accounts and its numbers of clients, line by line
    Accounts(AccountsArgs),
    /// Say what made spending grow between two years: price, volume, intensity
    Growth(GrowthArgs),
    /// Hold a run against the plan of its model: what is saved, and the chance that it is as much as booked
    TestPlan(TestPlanArgs),
    /// Write a page that anybody can open: how likely the booked savings are, and what that rests on
    Report(ReportArgs),
    /// Divide the saving of a scenario over its measures, and say what these take from each other
    Ledger(LedgerArgs),
    /// Try a scenario with its measures stronger or weaker, later, and with more or fewer places
    Grid(GridArgs),
    /// Follow those whom a scenario keeps out of maatwerk: where are they 24 months later?
    Waterbed(WaterbedArgs),
    /// Say how strong each measure must be for its domain to save what is booked
    Needs(NeedsArgs),
    /// Show from which load on places turn help into waiting
    Tipping(TippingArgs),
    /// Fit a model to published numbers, and say what these do not tell
    Calibrate(CalibrateArgs),
    /// Fit a model to the first years only, and hold what it foretells against what came
    Backtest(BacktestArgs),
}

const AFTER_RUN_HELP: &str = "\
What is computed:
  A draw is one set of values for all that is uncertain: rates, durations,
  prices. A replication is one history of the town under such a set: the same
  values, other luck. Each pair is a member; 128 draws x 2 replications are 256
  members. More draws show better what we do not know, more replications show
  better what chance does. All scenarios meet the same draws and the same luck.
  Draws are those of the model's calibration if it has one (--design fitted).
  Of the priors, --design sobol with a power of two of draws, or lhs, shows as
  much with fewer draws as random.

Where results go:
  To --out, by default a folder under runs/ named after the model and a digest
  of all that decides the results. bands.csv holds means and quantiles,
  periods.parquet every member, manifest.json what was run and with what.
  The same command goes on with a run that was stopped, and does nothing for
  one that is complete. A folder with anything else in it is refused.

Examples:
  piramide run --scenario ongewijzigd-beleid --draws 32
  piramide run models/mine --scenario plan --scenario plan+later
  piramide run --knowledge 2026             the plan of 2022, had it known this
  piramide run --member 17.0                to the last bit as in the whole run
  piramide run --member 17.0 --trace 4711   the life of one person in it
  piramide run --design sobol --draws 256   the uncertain values spread evenly
  piramide run --design posterior.csv       a row per draw, reused when they run out
  piramide run --scale 0.1 --draws 16       a tenth of the inwoners: quick
  piramide run --set covid=0                what if that had not been

Exit codes:
  0  done
  1  the run stopped before its end, or the disk failed
  2  the command or the model is at fault";

/// What `run` takes.
#[derive(Debug, Args)]
#[command(after_help = AFTER_RUN_HELP)]
pub(super) struct RunArgs {
    /// Folder of the model; without it the built-in Hengelo
    #[arg(value_name = "MODEL")]
    pub(super) model: Option<PathBuf>,
    /// Scenario to run, by the name of its file; repeatable. `a+b` puts two together, `a@2026` is `a` with what was known in 2026. Without
    /// it: `ongewijzigd-beleid`, and what the model's plan is held against
    #[arg(long = "scenario", value_name = "S")]
    pub(super) scenarios: Vec<String>,
    /// All scenarios with what was known in this year, in place of the year that each names
    #[arg(long, value_name = "YEAR", value_parser = clap::value_parser!(i32).range(i64::from(*crate::model::KNOWLEDGE.start())..=i64::from(*crate::model::KNOWLEDGE.end())))]
    pub(super) knowledge: Option<i32>,
    /// Sets of uncertain values
    #[arg(long, value_name = "N", default_value_t = DRAWS, allow_negative_numbers = true, value_parser = draws)]
    pub(super) draws: u32,
    /// Where these sets come from: `fitted` (what agrees with the published numbers, from the model's own calibration; the priors if it has
    /// none), or its priors, `random`, `sobol` (evenly; best with a power of two) or `lhs` (Latin hypercube); or a CSV or Parquet file with a
    /// column per parameter and a row per draw
    #[arg(long, value_name = "DESIGN", default_value = "fitted", value_parser = design)]
    pub(super) design: DesignArg,
    /// Parameters that are given.
    #[command(flatten)]
    pub(super) set: SetArgs,
    /// Histories under each draw
    #[arg(long, value_name = "R", default_value_t = REPLICATIONS, allow_negative_numbers = true, value_parser = replications)]
    pub(super) replications: u32,
    /// Where all chance begins: another seed gives other draws and other luck
    #[arg(long, value_name = "K", default_value_t = SEED, allow_negative_numbers = true, value_parser = seed)]
    pub(super) seed: u64,
    /// Cores to use at once, without effect on results [default: all]
    #[arg(long, value_name = "T", allow_negative_numbers = true, value_parser = threads)]
    pub(super) threads: Option<usize>,
    /// Folder for the results [default: runs/MODEL-DIGEST]
    #[arg(long, value_name = "DIR")]
    pub(super) out: Option<PathBuf>,
    /// First and last calendar year, such as 2019..2030; the first is that of the model
    #[arg(long, value_name = "A..B", value_parser = horizon)]
    pub(super) horizon: Option<RangeInclusive<i32>>,
    /// Factor on the number of persons, and of places with them; results are not scaled back
    #[arg(long, value_name = "X", default_value_t = 1.0, allow_negative_numbers = true, value_parser = scale)]
    pub(super) scale: f64,
    /// Run one member alone, draw D and replication R, both counted from 0; writes no files
    #[arg(long, value_name = "D.R")]
    pub(super) member: Option<Member>,
    /// Print the life of one person, by number from 0 in the order of the population; needs --member
    #[arg(long, value_name = "PERSON", requires = "member", allow_negative_numbers = true, value_parser = person)]
    pub(super) trace: Option<u64>,
    /// Language of tables and numbers [default: nl in a Dutch locale, else en]
    #[arg(long, value_name = "LANGUAGE")]
    pub(super) lang: Option<Language>,
}

/// What `check` takes.
#[derive(Debug, Args)]
pub(super) struct CheckArgs {
    /// Folder of the model; without it the built-in Hengelo
    #[arg(value_name = "MODEL")]
    pub(super) model: Option<PathBuf>,
}

const AFTER_GAP_HELP: &str = "\
What is compared:
  The mean-field twin solves the same model as expected values, without chance.
  Each member of the engine is set beside the twin at the same parameters and
  shocks, so that only personal luck lies between them. What the twin does not
  represent is listed, switched off in the engine for the comparison, and its
  effect is shown apart. Shown is, per row and metric, the year that is worst;
  --out writes all.

What is found for each number:
  agrees     it differs by no more than chance (1 % false alarm over all numbers
             together) plus 0.1 %, at a standard error of at most 0.5 %
  differs    it differs by more, at such a standard error
  imprecise  its standard error is above 0.5 %, or comes from fewer than 128
             members: neither agreement nor difference is shown
  zero, unknown   both have nothing, or the twin does not know it: not compared

How many members:
  They are added until every number is precise, or --draws are there. Four times
  as many halve the errors. So does --scale 4, four times the persons, with the
  same number of members: as much work for the engine, but the twin is solved
  once for all persons who are alike. That is the way for numbers of few persons.
  Ctrl-C shows what is there so far.

Examples:
  piramide gap                              the built-in Hengelo
  piramide gap --horizon 2019..2022         sooner precise
  piramide gap models/mine --scale 10       ten times the persons
  piramide gap --design posterior.csv --out numbers.csv

Exit codes:
  0  all numbers agree
  1  some differ, or the comparison was stopped
  2  the command or the model is at fault
  3  none differs, but not all are precise enough yet";

/// What `gap` takes.
#[derive(Debug, Args)]
#[command(after_help = AFTER_GAP_HELP)]
pub(super) struct GapArgs {
    /// Folder of the model; without it the built-in Hengelo
    #[arg(value_name = "MODEL")]
    pub(super) model: Option<PathBuf>,
    /// Scenario, by the name of its file [default: `ongewijzigd-beleid`, or the first]
    #[arg(long, value_name = "S")]
    pub(super) scenario: Option<String>,
    /// Most sets of uncertain values, one history under each; fewer if every number is precise sooner
    #[arg(long, value_name = "N", default_value_t = GAP_DRAWS, allow_negative_numbers = true, value_parser = draws)]
    pub(super) draws: u32,
    /// How these sets are spread: `random`, `sobol`, `lhs`, or a CSV file with a column per parameter and a row per draw
    #[arg(long, value_name = "DESIGN", default_value = "random", value_parser = design)]
    pub(super) design: DesignArg,
    /// Parameters that are given.
    #[command(flatten)]
    pub(super) set: SetArgs,
    /// Where all chance begins: another seed is another comparison
    #[arg(long, value_name = "K", default_value_t = SEED, value_parser = seed)]
    pub(super) seed: u64,
    /// Cores to use at once, without effect on results [default: all]
    #[arg(long, value_name = "T", value_parser = threads)]
    pub(super) threads: Option<usize>,
    /// First and last calendar year, such as 2019..2030
    #[arg(long, value_name = "A..B", value_parser = horizon)]
    pub(super) horizon: Option<RangeInclusive<i32>>,
    /// Factor on the number of persons: with four times as many, errors are half as large
    #[arg(long, value_name = "X", default_value_t = 1.0, value_parser = scale)]
    pub(super) scale: f64,
    /// File for every number, as CSV
    #[arg(long, value_name = "FILE")]
    pub(super) out: Option<PathBuf>,
    /// Language of the table [default: nl in a Dutch locale, else en]
    #[arg(long, value_name = "LANGUAGE")]
    pub(super) lang: Option<Language>,
}

/// What `show` takes.
#[derive(Debug, Args)]
pub(super) struct ShowArgs {
    /// Folder of the model; without it the built-in Hengelo
    #[arg(value_name = "MODEL")]
    pub(super) model: Option<PathBuf>,
    /// Only the measures of this scenario; `a+b` puts two together. Without it: those of all
    #[arg(long, value_name = "S")]
    pub(super) scenario: Option<String>,
    /// Parameters that are given.
    #[command(flatten)]
    pub(super) set: SetArgs,
    /// Only the figures of this grade, each with its source; D are our own assumptions
    #[arg(long, value_name = "A|B|C|D", value_parser = grade)]
    pub(super) grade: Option<Grade>,
    /// As a page in Markdown, to read from top to bottom: models/hengelo/README.md is one
    #[arg(long, conflicts_with = "grade")]
    pub(super) markdown: bool,
    /// Language of texts and numbers [default: nl in a Dutch locale, else en]
    #[arg(long, value_name = "LANGUAGE")]
    pub(super) lang: Option<Language>,
}

fn grade(text: &str) -> Result<Grade, String> {
    match text {
        "A" | "a" => Ok(Grade::A),
        "B" | "b" => Ok(Grade::B),
        "C" | "c" => Ok(Grade::C),
        "D" | "d" => Ok(Grade::D),
        _ => Err("grades are A (official, Hengelo), B (official, Dutch), C (published study) and D (our assumption)".to_owned()),
    }
}

const AFTER_VERIFY_HELP: &str = "\
Is the engine right? (no name, or that of a check)
  Small models whose exact answers are known are simulated and compared with
  them, and so is the mean-field twin. Each check has as many histories as a
  proof takes; all of them take a minute or two.

Is a model what it seems? (the folder of a model)
  21 tests of what must hold of any model, seen from outside: with tariffs of 0
  nothing is spent, with places for everybody nobody waits, measures without an
  effect change nothing, ten times the persons give ten times the mean. Each
  says what was done and must be seen, then what was seen; `n/a` if the model
  has nothing that it is about. It looks at the first three years of one draw,
  32 members of it: seconds for a village, a minute for a town. With fewer than
  16 members spreads are not judged. The list is that of TECH-VER
  (Buyukkaramikli et al. 2019, PharmacoEconomics 37:1391-1408).

A right engine fails a check, or a test that chance has part in, with about one
seed in 10,000. Ctrl-C ends a trial after what is under way.

Examples:
  piramide verify                     all checks
  piramide verify pyramid-capacity    one of them
  piramide verify models/mine         your own model
  piramide verify hengelo             the one that is built in

Exit codes:
  0  all holds
  1  something does not, or it was stopped
  2  the command or the model is at fault";

/// What `verify` takes.
#[derive(Debug, Args)]
#[command(after_help = AFTER_VERIFY_HELP)]
pub(super) struct VerifyArgs {
    /// One check by name, or the folder of a model; without it all checks
    #[arg(value_name = "CHECK|MODEL")]
    pub(super) what: Option<String>,
    /// Parameters that are given.
    #[command(flatten)]
    pub(super) set: SetArgs,
    /// Histories of each check or members of a model: the more the sharper, at least 3 [default: each check's own; 32 of a
    /// model]
    #[arg(long, value_name = "R", value_parser = replications)]
    pub(super) replications: Option<u32>,
    /// Seed of the luck; another seed is another proof
    #[arg(long, value_name = "K", default_value_t = 1)]
    pub(super) seed: u64,
}

fn draws(text: &str) -> Result<u32, String> {
    positive(text, "draw")
}

/// A design as it is typed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum DesignArg {
    /// The draws of the fit that the model holds; of its priors if it holds none.
    Fitted,
    /// Each draw by itself.
    Random,
    /// Scrambled Sobol points.
    Sobol,
    /// Latin hypercube.
    Lhs,
    /// Rows of this file.
    File(PathBuf),
}

fn design(text: &str) -> Result<DesignArg, String> {
    match text {
        "fitted" => Ok(DesignArg::Fitted),
        "random" => Ok(DesignArg::Random),
        "sobol" => Ok(DesignArg::Sobol),
        "lhs" => Ok(DesignArg::Lhs),
        file if [".csv", ".parquet"].iter().any(|ending| file.to_ascii_lowercase().ends_with(ending)) => {
            Ok(DesignArg::File(file.into()))
        }
        _ => Err("expected fitted, random, sobol, lhs or the name of a .csv or .parquet file".to_owned()),
    }
}

fn replications(text: &str) -> Result<u32, String> {
    positive(text, "replication")
}

fn positive(text: &str, thing: &str) -> Result<u32, String> {
    match text.parse() {
        Ok(0) => Err(format!("a run needs at least one {thing}")),
        Ok(number) => Ok(number),
        Err(_) => Err(format!("expected a whole number from 1 to {}", u32::MAX)),
    }
}

fn seed(text: &str) -> Result<u64, String> {
    text.parse().map_err(|_| format!("expected a whole number from 0 to {}", u64::MAX))
}

fn person(text: &str) -> Result<u64, String> {
    text.parse().map_err(|_| "expected the number of a person, such as 4711".to_owned())
}

fn threads(text: &str) -> Result<usize, String> {
    match text.parse() {
        Ok(number @ 1..=1024) => Ok(number),
        _ => Err("expected a whole number from 1 to 1024".to_owned()),
    }
}

fn horizon(text: &str) -> Result<RangeInclusive<i32>, String> {
    let years = text.split_once("..").and_then(|(first, last)| {
        let year = |text: &str| text.parse::<i32>().ok().filter(|year| (1..=9999).contains(year));
        Some((year(first)?, year(last)?))
    });
    match years {
        Some((first, last)) if first <= last => Ok(first..=last),
        Some(_) => Err("the last year comes before the first".to_owned()),
        None => Err("expected two calendar years, such as 2019..2030".to_owned()),
    }
}

fn scale(text: &str) -> Result<f64, String> {
    match text.parse::<f64>() {
        Ok(factor) if (1e-6..=1e4).contains(&factor) => Ok(factor),
        _ => Err("expected a factor from 0.000001 to 10000, such as 0.1".to_owned()),
    }
}

/// The words of a command line, with the command that may be left out: where it begins with an option, or with nothing at
/// all, `run` is meant.
pub(super) fn with_command(mut words: Vec<OsString>) -> Vec<OsString> {
    let own = ["-h", "--help", "-V", "--version"];
    let first = words.get(1).map(|word| word.to_string_lossy().into_owned());
    if first.is_none_or(|word| word.starts_with('-') && !own.contains(&word.as_str())) {
        words.insert(words.len().min(1), "run".into());
    }
    words
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory;

    #[test]
    fn the_commands_are_well_formed() {
        Cli::command().debug_assert();
    }

    #[test]
    fn run_may_be_left_out() {
        let words = |line: &str| with_command(line.split(' ').map(OsString::from).collect()).join(" ".as_ref()).into_string();
        assert_eq!(words("piramide").as_deref(), Ok("piramide run"));
        assert_eq!(words("piramide --draws 3").as_deref(), Ok("piramide run --draws 3"));
        for whole in ["piramide run", "piramide check models/x", "piramide --help", "piramide -V", "piramide chekc"] {
            assert_eq!(words(whole).as_deref(), Ok(whole));
        }
    }

    #[test]
    fn ranges_read_as_written() {
        assert_eq!(horizon("2019..2030"), Ok(2019..=2030));
        assert_eq!(horizon("2019..2019"), Ok(2019..=2019));
        for wrong in ["2030..2019", "2019", "2019..", "..2030", "2019-2030", "2019..=2030", "0..99999", "a..b"] {
            assert!(horizon(wrong).is_err(), "{wrong}");
        }
        assert_eq!(scale("0.5"), Ok(0.5));
        for wrong in ["0", "-1", "NaN", "inf", "half", "1e9"] {
            assert!(scale(wrong).is_err(), "{wrong}");
        }
    }
}
