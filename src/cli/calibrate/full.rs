//! The diagnostics of `--full`, and what is said of them without it.

use crate::calibration::{
    CalibrationError, Case, Data, Decision, Diagnostic, Effort, Memo, Municipality, Target, Targets, backtest, calibrated,
    held_out, ranks,
};
use crate::model::{self, Files, Model};

/// Those that take long.
const KEYS: [&str; 4] = ["C3", "C4", "C10", "C11"];
/// What was found of the built-in fit, as `diagnostics.json` of `calibrate --full`.
const FOUND: &str = include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/calibration/hengelo/diagnostics.json"));
/// Two tracks that can be fitted three hundred times.
static PROOF: include_dir::Dir<'static> = include_dir::include_dir!("$CARGO_MANIFEST_DIR/calibration/proof");
/// Its targets.
const PROOF_TARGETS: &str = include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/calibration/proof.toml"));
/// Towns made of it.
const TOWNS: u32 = 300;

/// Works them out.
///
/// # Errors
/// The model has no outcomes where they are needed, it was stopped, or the disk fails.
pub(super) fn diagnose(
    case: &Case<'_>,
    model: &Model,
    targets: &Targets,
    engine: &Municipality<'_>,
    memo: &Memo<'_>,
) -> Result<Vec<(String, Diagnostic)>, CalibrationError> {
    let last = targets.list.iter().filter(|target| is_amount(model, target)).map(|target| target.year).max();
    let last = last.unwrap_or(targets.years.1);
    let (_, later) = backtest(model, targets, last - 1, case.seed, Effort::BRIEF, &memo.part("C10"))?;
    Ok(vec![
        ("C10".to_owned(), held_out(&later)),
        ("C11".to_owned(), case.second_method(engine, case.decision, &memo.part("C11"))?),
        ("C4".to_owned(), proof(case.seed, &memo.part("C4"))?),
        ("C3".to_owned(), case.recovery(engine, case.decision, &memo.part("C3"))?),
    ])
}

/// What a fit is for: what was spent in the last year of which that is known.
pub(super) fn decision(model: &Model, targets: &Targets) -> Decision {
    let last = targets.list.iter().filter(|target| is_amount(model, target)).map(|target| target.year).max();
    let chosen = targets.list.iter().enumerate().filter(|(_, target)| Some(target.year) == last && is_amount(model, target));
    Decision { outcomes: chosen.map(|(id, _)| id).collect() }
}

fn is_amount(model: &Model, target: &Target) -> bool {
    model.accounts.iter().any(|account| account.name == target.series)
}

/// C4 on two tracks.
fn proof(seed: u64, memo: &Memo<'_>) -> Result<Diagnostic, CalibrationError> {
    let fault = |error: String| CalibrationError::Model(format!("the model calibration/proof: {error}"));
    let model = model::read(&Files::from_embedded(&PROOF)).map_err(|error| fault(error.to_string()))?;
    let targets = Targets::read("calibration/proof.toml", PROOF_TARGETS, &model).map_err(|error| fault(error.to_string()))?;
    let town = Municipality::new(&model, &targets).map_err(fault)?;
    Ok(calibrated(&ranks(&town, &Data::of(&targets), seed, TOWNS, memo)?, seed))
}

/// What is said of them if they are not worked out: what was found before, if it was this fit.
pub(super) fn not_run(built_in: bool) -> Vec<(String, Diagnostic)> {
    let found: serde_json::Value = serde_json::from_str(FOUND).unwrap_or_default();
    let known = |key: &str| {
        let one = found.get(key).filter(|_| built_in)?;
        let mut known: Diagnostic = serde_json::from_value(one.clone()).ok()?;
        let version = one.get("version")?.as_str()?;
        known.said = format!("{} (worked out on {}, version {version})", known.said, known.date.as_deref()?);
        Some(known)
    };
    let of = |key: &str| (key.to_owned(), known(key).unwrap_or_else(|| Diagnostic::not_run("not worked out: add --full")));
    KEYS.map(of).into()
}
