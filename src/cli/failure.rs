//! Why a command did not do what it was asked, and the exit code that says so.

#[derive(Debug)] pub struct Faults; impl Faults { fn render(&self,_:bool)->String{String::new()} }
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
                let _ = writeln!(stderr, "error: {message}\n\nFor more information, try '--help'.");
                ExitCode::from(2)
            }
            Self::Model(faults) => {
                let _ = writeln!(stderr, "{}", faults.render(stderr.is_terminal()));
                ExitCode::from(2)
            }
            Self::Undone(message) => {
                let _ = writeln!(stderr, "{message}");
                ExitCode::from(1)
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
