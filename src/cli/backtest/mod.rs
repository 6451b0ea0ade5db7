//! `piramide backtest`: a fit to the first years, held against what came.

use super::args::BacktestArgs;
use super::calibrate::{begin, digest, targets_of, tell::Stages};
use super::failure::{Failure, note, print};
use super::table::STYLE;
use super::{design, folder, interrupt};
use crate::calibration::{
    Backtest, CalibrationError, Effort, Kind, LaterNumber, Memo, Miss, Targets, backtest as foretell, foretold, read_later,
};
use crate::cli::args::DesignArg;
use crate::ensemble;
use crate::model::POSTERIOR;
use comfy_table::Table;
use std::fmt::Write as _;
use std::fs;

/// Later numbers of the model that is built in.
const HENGELO: &str = include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/calibration/hengelo/later.csv"));
/// Draws at which later numbers are foretold.
const DRAWS: u32 = 256;

/// Fits, foretells, compares, and writes everything.
///
/// # Errors
/// The model, a file or the command is at fault, it was stopped, or the disk failed.
pub(super) fn backtest(args: &BacktestArgs) -> Result<(), Failure> {
    let (files, mut model) = folder::read_with(args.fit.model.as_deref(), &args.fit.set)?;
    let (name, text) = targets_of(args.fit.model.as_deref(), args.fit.targets.as_deref())?;
    let mut targets = Targets::read(&name, &text, &model)?;
    targets.leave_own(&mut model);
    let later = later(args, &model)?;
    let effort = Effort::BRIEF;
    let digest = digest(&files, &text, args.fit.seed, &args.fit.set, &format!("{effort:?} {}", args.until));
    let out = args.fit.out.clone().unwrap_or_else(|| format!("runs/backtest-{}-{}", model.name, &digest[..10]).into());
    let work = begin(&out, &digest)?;
    let (stop, told) = (interrupt::flag(), Stages::new(&effort));
    let memo = Memo::new(Some(work.clone()), stop, &told);
    let pool = ensemble::pool(args.fit.threads.unwrap_or(0))?;
    let (_, found) = pool.install(|| foretell(&model, &targets, args.until, args.fit.seed, effort, &memo))?;
    let (draws, _) = design::draws(&DesignArg::Fitted, DRAWS, args.fit.seed, &model, &files, &args.fit.set)?;
    let values: Vec<Vec<f64>> = (0..if later.is_empty() { 0 } else { DRAWS }).map(|draw| draws.values(draw)).collect();
    let said = pool.install(|| foretold(&model, targets.scenario, &later, &values, args.fit.seed))?;
    told.end();
    let file = out.join("backtest.csv");
    fs::write(&file, csv(&found, &later, &said))
        .map_err(|error| Failure::Undone(format!("error: cannot write {}: {error}", file.display())))?;
    let _ = fs::remove_dir_all(&work);
    print(&held_out(&found))?;
    if !later.is_empty() {
        print(&compared(&later, &said, files.get(POSTERIOR).is_some()))?;
    }
    note(&format!("all numbers: {}", file.display()));
    Ok(())
}

fn later(args: &BacktestArgs, model: &crate::model::Model) -> Result<Vec<LaterNumber>, Failure> {
    let (name, text) = match (&args.later, &args.fit.model) {
        (Some(path), _) => {
            let text = fs::read_to_string(path);
            (path.display().to_string(), text.map_err(|error| Failure::Usage(format!("{}: {error}", path.display())))?)
        }
        (None, None) => ("calibration/hengelo/later.csv".to_owned(), HENGELO.to_owned()),
        (None, Some(_)) => return Ok(vec![]),
    };
    read_later(&text, model).map_err(|problem| Failure::Usage(format!("{name}: {problem}")))
}

/// Three digits, and whole numbers as they are.
fn short(value: f64) -> String {
    if value.abs() >= 1e6 {
        format!("{:.2} m", value / 1e6)
    } else if value.abs() >= 1e4 {
        format!("{:.0} k", value / 1e3)
    } else {
        format!("{value:.0}")
    }
}

fn held_out(found: &Backtest) -> String {
    let mut table = Table::new();
    table.load_style(STYLE);
    table.set_content_arrangement(comfy_table::ContentArrangement::Dynamic);
    table.set_width(80);
    table.set_header(["number", "came", "80 %", "median", "last year", "trend"]);
    for later in &found.list {
        let mark = if later.covered() { "" } else { " *" };
        let other = |value: Option<f64>| value.map_or_else(|| "-".to_owned(), short);
        table.add_row([
            later.name.clone(),
            short(later.came),
            format!("{} to {}{mark}", short(later.quantiles[1]), short(later.quantiles[3])),
            short(later.quantiles[2]),
            other(later.last),
            other(later.trend),
        ]);
    }
    let mut text = format!("Fitted up to {}, held against what came; * outside its 80 %\n\n{table}\n\n", found.until);
    let line = |what: &str, miss: Option<Miss>| {
        miss.map_or_else(String::new, |miss| {
            format!("  {what:<12} MAPE {:5.1} %   score {:6.3}   of {} numbers\n", 100.0 * miss.mape, miss.interval, miss.count)
        })
    };
    text += &line("model", found.model(|later| later.last));
    text += &line("last year", found.other(|later| later.last));
    text += &line("model", found.model(|later| later.trend));
    text += &line("trend", found.other(|later| later.trend));
    let _ = writeln!(
        text,
        "\n80 % intervals hold {:.0} % of {} numbers; CRPS {:.3}. One year has little power: this\nis no proof. Where priors were set with that year in view, it is kinder than a forecast.",
        100.0 * found.coverage(),
        found.list.len(),
        found.crps()
    );
    text
}

fn compared(later: &[LaterNumber], said: &[[f64; 3]], fitted: bool) -> String {
    let mut table = Table::new();
    table.load_style(STYLE);
    table.set_header(["number", "year", "", "value", "model, 80 %", "median"]);
    for (row, [low, middle, high]) in later.iter().zip(said) {
        let kind = match row.kind {
            Kind::Forecast => "forecast",
            Kind::Realised => "realised",
        };
        let mark = if (*low..=*high).contains(&row.value) { "" } else { " *" };
        table.add_row([
            row.number.clone(),
            row.year.to_string(),
            kind.to_owned(),
            short(row.value),
            format!("{} to {}{mark}", short(*low), short(*high)),
            short(*middle),
        ]);
    }
    let of = if fitted { "the model's full fit" } else { "the priors of the model, which has no fit" };
    format!("\nLater years by {of}, policy unchanged.\nA forecast of others is a comparison, not a test; * outside\n\n{table}\n")
}

fn csv(found: &Backtest, later: &[LaterNumber], said: &[[f64; 3]]) -> String {
    let mut text = String::from("what,number,year,value,p10,p50,p90,z,crps,last_year,trend\n");
    let number = |value: Option<f64>| value.map_or_else(String::new, |value| format!("{value:.5e}"));
    for row in &found.list {
        let (name, year) = row.name.rsplit_once('.').unwrap_or((&row.name, ""));
        let _ = writeln!(
            text,
            "held_out,{name},{year},{:.6e},{:.5e},{:.5e},{:.5e},{:.2},{:.4},{},{}",
            row.came,
            row.quantiles[1],
            row.quantiles[2],
            row.quantiles[3],
            row.z,
            row.crps,
            number(row.last),
            number(row.trend)
        );
    }
    for (row, [low, middle, high]) in later.iter().zip(said) {
        let kind = if row.kind == Kind::Forecast { "forecast" } else { "realised" };
        let _ = writeln!(text, "{kind},{},{},{:.6e},{low:.5e},{middle:.5e},{high:.5e},,,,", row.number, row.year, row.value);
    }
    text
}

impl From<CalibrationError> for Failure {
    fn from(error: CalibrationError) -> Self {
        match error {
            CalibrationError::Stopped => Self::Undone(error.to_string()),
            CalibrationError::NoOutcomes | CalibrationError::Model(_) | CalibrationError::Years(_) => {
                Self::Usage(error.to_string())
            }
            CalibrationError::File { .. } => Self::Undone(format!("error: {error}")),
        }
    }
}
