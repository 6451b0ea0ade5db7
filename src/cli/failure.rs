//! Why a command did not do what it was asked, and the exit code that says so.

use crate::analysis::AnalysisError;
use crate::compile::CompileError;
use crate::ensemble::EnsembleError;
use crate::model::Faults;
use crate::store::StoreError;
use std::io::{self, IsTerminal, Write};
use std::process::ExitCode;

/// An end other than success.
#[derive(Debug)]
pub(super) enum Failure {
    /// What was typed cannot be done: exit code 2.
    Usage(String),
    /// The model is at fault: exit code 2.
    Model(Box<Faults>),
    /// It was begun and not finished, or a check failed: exit code 1.
    Undone(String),
    /// A comparison that shows neither agreement nor difference: exit code 3.
    Imprecise(String),
    /// Whoever read our output has enough (`| head`). What had to be kept is on disk, so this is no failure.
    Closed,
}

impl Failure {
    /// Says what happened on standard error and gives the exit code.
    pub(super) fn report(self) -> ExitCode {
        let mut stderr = io::stderr();
        // Nobody is left to tell if standard error is closed; the exit code still says it.
        match self {
            Self::Usage(message) => {
                let _ = writeln!(stderr, "error: {message}");
                ExitCode::from(2)
            }
            Self::Model(faults) => {
                let _ = write!(stderr, "{}", faults.render(stderr.is_terminal()));
                ExitCode::from(2)
            }
            Self::Undone(message) => {
                let _ = writeln!(stderr, "{message}");
                ExitCode::from(1)
            }
            Self::Imprecise(message) => {
                let _ = writeln!(stderr, "{message}");
                ExitCode::from(3)
            }
            Self::Closed => ExitCode::SUCCESS,
        }
    }
}

impl From<Faults> for Failure {
    fn from(faults: Faults) -> Self {
        Self::Model(Box::new(faults))
    }
}

impl From<CompileError> for Failure {
    fn from(error: CompileError) -> Self {
        Self::Usage(error.to_string())
    }
}

impl From<EnsembleError> for Failure {
    /// A draw that makes no model is the model's fault; threads are the machine's.
    fn from(error: EnsembleError) -> Self {
        match error {
            EnsembleError::Compile { .. } => Self::Usage(error.to_string()),
            EnsembleError::Threads { .. } | EnsembleError::Unbalanced { .. } => Self::Undone(format!("error: {error}")),
        }
    }
}

impl From<StoreError> for Failure {
    /// Another folder is asked for in the command; all else that can fail is the machine's.
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Foreign { .. } | StoreError::Other { .. } | StoreError::NoRun { .. } | StoreError::Incomplete { .. } => {
                Self::Usage(error.to_string())
            }
            StoreError::Ensemble(error) => error.into(),
            StoreError::Busy { .. } | StoreError::Damaged { .. } | StoreError::File { .. } => {
                Self::Undone(format!("error: {error}"))
            }
        }
    }
}

impl From<AnalysisError> for Failure {
    fn from(error: AnalysisError) -> Self {
        match error {
            AnalysisError::Store(error) => error.into(),
            AnalysisError::Bands { .. } => Self::Undone(format!("error: {error}")),
        }
    }
}

/// Says something beside the results, on standard error. If nobody listens there, that changes nothing.
pub(super) fn note(text: &str) {
    let _ = writeln!(io::stderr(), "{text}");
}

/// Writes to standard output.
///
/// # Errors
/// The reader has gone away, or the disk behind it is full.
pub(super) fn print(text: &str) -> Result<(), Failure> {
    let mut stdout = io::stdout().lock();
    stdout.write_all(text.as_bytes()).and_then(|()| stdout.flush()).map_err(|trouble| match trouble.kind() {
        io::ErrorKind::BrokenPipe => Failure::Closed,
        _ => Failure::Undone(format!("error: cannot write the output: {trouble}")),
    })
}
