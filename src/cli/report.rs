//! `piramide report`: one page that anybody can open, made from complete runs.

use super::args::ReportArgs;
use super::failure::{Failure, print};
use super::folder;
use crate::model::{Model, embedded};
use crate::report::{FACTSHEET_FILE, Kind, REPORT_FILE, ReportError, Source, build};
use crate::store::Identity;
use crate::store::draft::write_whole;
use std::path::{Path, PathBuf};

/// What the calibration of the built-in Hengelo says of itself.
const HENGELO_DIAGNOSTICS: &str = include_str!("../../calibration/hengelo/diagnostics.json");

/// Draws of a calibration, in the folder of a model.
const POSTERIOR: &str = "posterior.parquet";

/// What a calibration says of itself, if it lies beside its draws.
const DIAGNOSTICS: &str = "diagnostics.json";

/// Writes the page.
///
/// # Errors
/// A folder holds no complete run or that of another model, a table is damaged, or the disk refuses.
pub(super) fn report(args: &ReportArgs) -> Result<(), Failure> {
    let (runs, models) = (args.runs.len(), args.model.len());
    if models > 1 && models != runs {
        return Err(Failure::Usage(format!("{models} models for {runs} runs: give --model once, or once for each run")));
    }
    let model = |at: usize| args.model.get(if models == 1 { 0 } else { at }).map(PathBuf::as_path);
    let sources = args.runs.iter().enumerate().map(|(at, run)| source(run, model(at))).collect::<Result<_, _>>()?;
    let (kind, name) = if args.factsheet { (Kind::Factsheet, FACTSHEET_FILE) } else { (Kind::Report, REPORT_FILE) };
    let page = build(sources, kind, args.lang)?;
    let file = args.out.clone().unwrap_or_else(|| args.runs[0].join(name));
    let folder = file.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let name = file.file_name().map(|name| name.to_string_lossy().into_owned());
    let name = name.ok_or_else(|| Failure::Usage(format!("{} names no file", file.display())))?;
    write_whole(folder, &name, page.as_bytes())?;
    print(&format!("{}\n", file.display()))
}

/// A run, its model, and what its calibration says of itself.
fn source(run: &Path, folder: Option<&Path>) -> Result<Source, Failure> {
    let (manifest, mut model) = folder::of_run(run, folder)?;
    for name in &manifest.identity.scenarios {
        if !model.scenarios.iter().any(|known| known.name == *name) {
            let scenario = model.compose(name).map_err(|refusal| Failure::Usage(refusal.to_string()))?;
            model.scenarios.push(scenario);
        }
    }
    let diagnostics = diagnostics(&manifest.identity, &model, folder);
    Ok(Source { folder: run.to_owned(), manifest, model, diagnostics })
}

/// Those beside the draws in the model's folder; those of Hengelo where the run has its draws.
fn diagnostics(identity: &Identity, model: &Model, folder: Option<&Path>) -> Option<String> {
    if let Some(text) = folder.and_then(|folder| std::fs::read_to_string(folder.join(DIAGNOSTICS)).ok()) {
        return Some(text);
    }
    let hengelo = embedded::hengelo();
    let draws = hengelo.iter().find(|(name, _)| *name == POSTERIOR).map(|(_, bytes)| Identity::hash(bytes));
    let same = draws.is_some() && identity.inputs.get(POSTERIOR) == draws.as_ref();
    (same && model.name == identity.model).then(|| HENGELO_DIAGNOSTICS.to_owned())
}

impl From<ReportError> for Failure {
    fn from(error: ReportError) -> Self {
        match error {
            ReportError::Store(error) => error.into(),
            ReportError::Missing { .. } => Self::Usage(error.to_string()),
            ReportError::Damaged { .. } | ReportError::Template(_) => Self::Undone(format!("error: {error}")),
        }
    }
}
