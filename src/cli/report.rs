//! `piramide report`: one page that anybody can open, made from complete runs.

use super::args::ReportArgs;
use super::failure::{Failure, print};
use super::folder;
use crate::report::{FACTSHEET_FILE, Kind, REPORT_FILE, ReportError, Source, build};
use crate::store::draft::write_whole;
use std::path::{Path, PathBuf};

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

/// A run and its model.
fn source(run: &Path, folder: Option<&Path>) -> Result<Source, Failure> {
    let (manifest, model) = folder::of_run(run, folder)?;
    Ok(Source { folder: run.to_owned(), manifest, model })
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
