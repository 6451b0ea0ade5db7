//! `manifest.json`: what the run is, and how far it is.

use std::collections::BTreeMap;
use std::path::Path;

use serde::{Deserialize, Serialize};

use super::StoreError;
use super::draft::write_whole;
use crate::ensemble::Design;

/// Name of the file.
pub const MANIFEST: &str = "manifest.json";

/// Everything that the numbers of a run follow from. Equal identities give equal data files, bit for bit.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Identity {
    /// Version of piramide.
    pub piramide: String,
    /// Commit it was built from, or `unknown`.
    pub commit: String,
    /// Name of the model.
    pub model: String,
    /// blake3 hash, in hexadecimal, of every input file by its name within the model.
    pub inputs: BTreeMap<String, String>,
    /// Seed of all luck.
    pub seed: u64,
    /// How the draws lie: `random`, `sobol`, `lhs`, or `rows:` and the blake3 hash of their file.
    #[serde(default = "random")]
    pub parameter_design: String,
    /// Parameters that have one value in every draw, whatever their prior, and that value in their unit.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub set: BTreeMap<String, f64>,
    /// Parameter draws.
    pub draws: u32,
    /// Replications of each draw.
    pub replications: u32,
    /// Names of the scenarios, in the order of the tables.
    pub scenarios: Vec<String>,
    /// First calendar year.
    pub first_year: i32,
    /// Last calendar year, inclusive.
    pub last_year: i32,
    /// Simulated share or multiple of the population.
    pub scale: f64,
}

/// The only design there was when a manifest did not name it.
fn random() -> String {
    "random".to_owned()
}

impl Identity {
    /// Version of this piramide.
    pub const VERSION: &'static str = env!("CARGO_PKG_VERSION");

    /// Commit this piramide was built from, or `unknown`.
    pub const COMMIT: &'static str = match option_env!("PIRAMIDE_COMMIT") {
        Some(commit) => commit,
        None => "unknown",
    };

    /// Hash of an input file's bytes, as [`Identity::inputs`] keeps it.
    pub fn hash(bytes: &[u8]) -> String {
        blake3::hash(bytes).to_hex().to_string()
    }

    /// The members.
    pub fn design(&self) -> Design {
        Design { draws: self.draws, replications: self.replications }
    }

    /// 32 bytes that differ whenever the identity does.
    pub fn digest(&self) -> [u8; 32] {
        // A struct of texts, integers and one finite number always becomes JSON; were it not so, the digest of nothing is
        // still one that no spool has.
        blake3::hash(&serde_json::to_vec(self).unwrap_or_default()).into()
    }

    /// First ten hexadecimal digits of the digest, to name a folder by.
    pub fn short(&self) -> String {
        blake3::Hash::from(self.digest()).to_hex()[..10].to_owned()
    }

    /// What differs from the run that is `there`, for people; empty if nothing does.
    pub fn differences(&self, there: &Self) -> Vec<String> {
        let in_words = |change| match change {
            Change::Setting { what, first, second } => format!("{what} {first} there, {second} asked"),
            Change::Input { name, how: Edit::Changed } => format!("input {name} has changed"),
            Change::Input { name, how: Edit::Added } => format!("input {name} is new"),
            Change::Input { name, how: Edit::Removed } => format!("input {name} is gone"),
        };
        there.changes(self).into_iter().map(in_words).collect()
    }

    /// What changed from this run to a `second` one: settings first, then input files; empty if nothing did.
    pub fn changes(&self, second: &Self) -> Vec<Change> {
        let settings = self.settings().into_iter().zip(second.settings());
        let mut found: Vec<Change> = settings
            .filter(|((_, one), (_, other))| one != other)
            .map(|((what, first), (_, second))| Change::Setting { what, first, second })
            .collect();
        let mut input = |name: &String, how| found.push(Change::Input { name: name.clone(), how });
        for (name, hash) in &second.inputs {
            match self.inputs.get(name) {
                None => input(name, Edit::Added),
                Some(old) if old != hash => input(name, Edit::Changed),
                Some(_) => {}
            }
        }
        for name in self.inputs.keys().filter(|name| !second.inputs.contains_key(*name)) {
            input(name, Edit::Removed);
        }
        found
    }

    /// All but the inputs, by name.
    fn settings(&self) -> [(&'static str, String); 11] {
        let set: Vec<String> = self.set.iter().map(|(name, value)| format!("{name}={value}")).collect();
        [
            ("piramide", self.piramide.clone()),
            ("commit", self.commit.clone()),
            ("model", self.model.clone()),
            ("seed", self.seed.to_string()),
            ("design", self.parameter_design.clone()),
            ("set", if set.is_empty() { "nothing".to_owned() } else { set.join(", ") }),
            ("draws", self.draws.to_string()),
            ("replications", self.replications.to_string()),
            ("scenarios", self.scenarios.join(", ")),
            ("horizon", format!("{}..{}", self.first_year, self.last_year)),
            ("scale", self.scale.to_string()),
        ]
    }
}

/// Something that differs between two runs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Change {
    /// Something that was chosen.
    Setting {
        /// Its name: `seed`, `horizon`, ...
        what: &'static str,
        /// In the first run.
        first: String,
        /// In the second run.
        second: String,
    },
    /// A file of the model.
    Input {
        /// Its name within the model.
        name: String,
        /// What happened to it.
        how: Edit,
    },
}

/// What happened to a file from a first run to a second.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Edit {
    /// Both have it, with other content.
    Changed,
    /// Only the second has it.
    Added,
    /// Only the first has it.
    Removed,
}

impl Change {
    /// Whether member (draw, replication) of the one run no longer has the same draw and luck as that of the other. Another
    /// model has other persons; another `scale` too.
    pub fn parts_luck(&self) -> bool {
        let deciding = ["model", "seed", "design", "draws", "replications", "scale"];
        matches!(self, Self::Setting { what, .. } if deciding.contains(what))
    }
}

/// How far a run is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum State {
    /// Members or tables are missing. The same command goes on with it.
    Incomplete,
    /// Everything is there.
    Complete,
}

/// What may differ between two runs with the same data files.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Circumstances {
    /// Threads of the last session.
    pub threads: usize,
    /// Command line of the last session.
    pub command_line: Vec<String>,
    /// Sessions: one, and one more for each time it was resumed.
    pub sessions: u32,
    /// Wall time of all sessions, seconds.
    pub wall_seconds: f64,
}

/// The manifest.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Manifest {
    /// What the run is.
    pub identity: Identity,
    /// Number of members asked for: draws × replications.
    pub members: u64,
    /// How far it is.
    pub state: State,
    /// Members that are complete. While a run is going on, or after a crash, there may be more of them than this.
    pub members_done: u64,
    /// What does not touch the data.
    pub circumstances: Circumstances,
}

impl Manifest {
    /// Reads the manifest of a folder; `None` if it has none.
    ///
    /// # Errors
    /// It cannot be read, or is no manifest.
    pub fn read(folder: &Path) -> Result<Option<Self>, StoreError> {
        let file = folder.join(MANIFEST);
        let bytes = match std::fs::read(&file) {
            Ok(bytes) => bytes,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(StoreError::file(&file, "read")(error)),
        };
        serde_json::from_slice(&bytes).map(Some).map_err(|error| StoreError::Damaged { file, what: error.to_string() })
    }

    /// Reads the manifest of a folder whose run is complete.
    ///
    /// # Errors
    /// There is no run, it is not complete, or its manifest cannot be read.
    pub fn of_complete(folder: &Path) -> Result<Self, StoreError> {
        // Asked first, because the system words a file in the place of a folder in its own way.
        let manifest = if folder.is_dir() { Self::read(folder)? } else { None };
        let manifest = manifest.ok_or_else(|| StoreError::NoRun { folder: folder.to_owned() })?;
        if manifest.state == State::Complete {
            return Ok(manifest);
        }
        // The first word is where this program lay.
        let command: Vec<&str> = manifest.circumstances.command_line.iter().skip(1).map(String::as_str).collect();
        Err(StoreError::Incomplete {
            folder: folder.to_owned(),
            done: manifest.members_done,
            members: manifest.members,
            command: command.join(" "),
        })
    }

    /// Writes the manifest.
    ///
    /// # Errors
    /// The disk refuses.
    pub(super) fn write(&self, folder: &Path) -> Result<(), StoreError> {
        let mut text = serde_json::to_string_pretty(self)
            .map_err(|error| StoreError::file(&folder.join(MANIFEST), "write")(error.into()))?;
        text.push('\n');
        write_whole(folder, MANIFEST, text.as_bytes())
    }
}
