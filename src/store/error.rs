//! What can go wrong with a run folder, each with its remedy.

use std::fmt;
use std::io;
use std::path::{Path, PathBuf};

use crate::ensemble::EnsembleError;

/// Why a run cannot be kept or read.
#[derive(Debug)]
pub enum StoreError {
    /// The folder holds something that is not a run.
    Foreign {
        /// The folder.
        folder: PathBuf,
    },
    /// The folder holds a run of something else.
    Other {
        /// The folder.
        folder: PathBuf,
        /// Every difference, for people.
        differences: Vec<String>,
    },
    /// Another process is writing the folder.
    Busy {
        /// The folder.
        folder: PathBuf,
    },
    /// The folder to read holds no run.
    NoRun {
        /// The folder.
        folder: PathBuf,
    },
    /// The run to read is not complete.
    Incomplete {
        /// The folder.
        folder: PathBuf,
        /// Members that are complete.
        done: u64,
        /// Members asked for.
        members: u64,
        /// What the user typed after the name of the program.
        command: String,
    },
    /// A file of the run does not hold what was written into it.
    Damaged {
        /// The file.
        file: PathBuf,
        /// What is wrong with it.
        what: String,
    },
    /// The system refuses to read or write.
    File {
        /// The file or folder.
        file: PathBuf,
        /// `read`, `write`, ...
        doing: &'static str,
        /// What it said.
        source: io::Error,
    },
    /// The members cannot be simulated.
    Ensemble(EnsembleError),
}

impl StoreError {
    /// For `map_err`: an error of the system while `doing` something with `file`.
    pub fn file(file: &Path, doing: &'static str) -> impl FnOnce(io::Error) -> Self {
        let file = file.to_owned();
        move |source| Self::File { file, doing, source }
    }
}

impl fmt::Display for StoreError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Foreign { folder } => write!(
                f,
                "{} is not empty and holds no run of piramide; nothing was touched; choose another folder with --out",
                folder.display()
            ),
            Self::Other { folder, differences } => write!(
                f,
                "{} holds another run ({}); nothing was touched; choose another folder with --out, or remove this one",
                folder.display(),
                differences.join("; ")
            ),
            Self::Busy { folder } => write!(
                f,
                "another process is writing {}; wait until it ends, or choose another folder with --out",
                folder.display()
            ),
            Self::NoRun { folder } => write!(
                f,
                "{} is no run folder: there is no manifest.json in it; name a folder that `piramide run` has written",
                folder.display()
            ),
            Self::Incomplete { folder, done, members, command } => write!(
                f,
                "the run in {} is not complete ({done} of {members} members, or not all tables); the same command goes on with \
                 it: piramide {command}",
                folder.display()
            ),
            Self::Damaged { file, what } => {
                write!(f, "{} is damaged: {what}; remove the folder it is in and run again", file.display())
            }
            Self::File { file, doing, source } => {
                write!(f, "cannot {doing} {}: {source}; ", file.display())?;
                match source.kind() {
                    io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded | io::ErrorKind::FileTooLarge => f.write_str(
                        "make room and give the same command again: what is complete is kept, and the run goes on from there",
                    ),
                    io::ErrorKind::NotFound => f.write_str("check the path"),
                    _ => f.write_str("check that the folder may be written, or choose another one with --out"),
                }
            }
            Self::Ensemble(error) => error.fmt(f),
        }
    }
}

impl std::error::Error for StoreError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::File { source, .. } => Some(source),
            Self::Ensemble(error) => Some(error),
            _ => None,
        }
    }
}

impl From<EnsembleError> for StoreError {
    fn from(error: EnsembleError) -> Self {
        Self::Ensemble(error)
    }
}
