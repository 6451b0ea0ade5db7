//! A model folder as bytes, wherever it comes from: a disk, the binary itself, or memory.

use super::fault::{Fault, Faults, Place};
use std::borrow::Cow;
use std::collections::BTreeMap;
use std::path::Path;

/// Largest CSV file that is read, bytes.
pub(super) const MAX_CSV_BYTES: u64 = 64 << 20;
/// Largest TOML file that is read, bytes. People write these by hand.
pub(super) const MAX_TOML_BYTES: u64 = 4 << 20;
/// Most files in one folder.
const MAX_FILES: usize = 10_000;
/// Most folders inside one another.
const MAX_DEPTH: usize = 8;

/// Name of the file with the draws of a fit, in the folder of a model that has been fitted.
pub const POSTERIOR: &str = "posterior.parquet";

/// The TOML and CSV files of a model folder and the draws of its fit, by path relative to it, with `/`.
#[derive(Debug, Clone, Default)]
pub struct Files {
    files: BTreeMap<String, Cow<'static, [u8]>>,
}

impl Files {
    /// Files from memory: pairs of a relative path and content.
    pub fn from_memory<P: Into<String>, C: Into<Vec<u8>>>(files: impl IntoIterator<Item = (P, C)>) -> Self {
        Self { files: files.into_iter().map(|(path, content)| (path.into(), Cow::Owned(content.into()))).collect() }
    }

    /// Files of a folder that is embedded in the binary.
    pub fn from_embedded(folder: &'static include_dir::Dir<'static>) -> Self {
        let mut files = BTreeMap::new();
        let mut rest = vec![folder];
        while let Some(next) = rest.pop() {
            rest.extend(next.dirs());
            for file in next.files() {
                let path = file.path().strip_prefix(folder.path()).unwrap_or(file.path());
                if is_model_file(path) {
                    files.insert(slashed(path), Cow::Borrowed(file.contents()));
                }
            }
        }
        Self { files }
    }

    /// Files of a folder on disk: every `.toml` and `.csv` in it, hidden ones excepted, and the draws of its fit.
    ///
    /// # Errors
    /// A missing folder, a folder without `model.toml`, a file that is too large or cannot be read; all at once.
    pub fn from_directory(folder: &Path) -> Result<Self, Faults> {
        let shown = folder.display().to_string();
        let refuse = |faults| Err(Faults::new(faults, |_| None));
        if let Err(fault) = look_at(folder, &shown) {
            return refuse(vec![*fault]);
        }
        let (mut files, mut faults) = (BTreeMap::new(), Vec::new());
        let mut rest = vec![(folder.to_path_buf(), 0)];
        while let Some((next, depth)) = rest.pop() {
            let entries = match std::fs::read_dir(&next) {
                Ok(entries) => entries,
                Err(trouble) => {
                    faults.push(unreadable(&next, &trouble));
                    continue;
                }
            };
            for path in entries.flatten().map(|entry| entry.path()) {
                let hidden = path.file_name().is_some_and(|name| name.to_string_lossy().starts_with('.'));
                if hidden {
                    continue;
                }
                if path.is_dir() && depth < MAX_DEPTH {
                    rest.push((path, depth + 1));
                } else if path.is_file() && is_model_file(&path) {
                    if files.len() == MAX_FILES {
                        let place = Place::start_of(&shown);
                        let message = format!("the folder holds more than {MAX_FILES} TOML and CSV files");
                        faults.push(Fault::new("too-many-files", &place, message, "").help("give the folder of one model"));
                        return refuse(faults);
                    }
                    match load(&path) {
                        Ok(content) => {
                            let inside = path.strip_prefix(folder).unwrap_or(&path);
                            files.insert(slashed(inside), Cow::Owned(content));
                        }
                        Err(fault) => faults.push(*fault),
                    }
                }
            }
        }
        if faults.is_empty() { Ok(Self { files }) } else { refuse(faults) }
    }

    /// The content of a file.
    pub fn get(&self, path: &str) -> Option<&[u8]> {
        self.files.get(path).map(AsRef::as_ref)
    }

    /// All files, sorted by path.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &[u8])> {
        self.files.iter().map(|(path, content)| (path.as_str(), content.as_ref()))
    }

    /// Adds or replaces a file.
    pub fn insert(&mut self, path: impl Into<String>, content: impl Into<Vec<u8>>) {
        self.files.insert(path.into(), Cow::Owned(content.into()));
    }

    /// Takes a file away.
    pub fn remove(&mut self, path: &str) {
        self.files.remove(path);
    }
}

/// Refuses what is no model folder before anything of it is read.
fn look_at(folder: &Path, shown: &str) -> Result<(), Box<Fault>> {
    let fault =
        |code, message: String, help: &str| Err(Box::new(Fault::new(code, &Place::start_of(shown), message, "").help(help)));
    if !folder.exists() {
        return fault(
            "missing-folder",
            format!("there is no folder `{shown}`"),
            "check the path; a model is a folder that holds `model.toml`",
        );
    }
    if !folder.is_dir() {
        return fault(
            "no-folder",
            format!("`{shown}` is a file"),
            "a model is a folder that holds `model.toml`: give the folder",
        );
    }
    if !folder.join("model.toml").is_file() {
        return fault(
            "missing-file",
            format!("the folder `{shown}` holds no `model.toml`"),
            "a model is a folder that holds `model.toml`",
        );
    }
    Ok(())
}

/// Reads one file, unless it is too large.
fn load(path: &Path) -> Result<Vec<u8>, Box<Fault>> {
    let size = std::fs::metadata(path).map_err(|trouble| Box::new(unreadable(path, &trouble)))?.len();
    too_large(&path.display().to_string(), size).map_or(Ok(()), |fault| Err(Box::new(fault)))?;
    std::fs::read(path).map_err(|trouble| Box::new(unreadable(path, &trouble)))
}

/// The fault of a file that is too large to be meant.
pub(super) fn too_large(path: &str, size: u64) -> Option<Fault> {
    let limit = if is_toml(path) { MAX_TOML_BYTES } else { MAX_CSV_BYTES };
    (size > limit).then(|| {
        let message = format!("the file is larger than {} MB ({size} bytes)", limit >> 20);
        Fault::new("too-large", &Place::start_of(path), message, "")
            .help("is this the right file? a table can be split by attribute")
    })
}

fn unreadable(path: &Path, trouble: &std::io::Error) -> Fault {
    let place = Place::start_of(&path.display().to_string());
    Fault::new("unreadable", &place, format!("cannot be read: {trouble}"), "")
}

/// Whether a path ends as a TOML file does.
pub(super) fn is_toml(path: &str) -> bool {
    Path::new(path).extension().is_some_and(|extension| extension == "toml")
}

fn is_model_file(path: &Path) -> bool {
    path.extension().is_some_and(|extension| extension == "toml" || extension == "csv")
        || path.file_name().is_some_and(|name| name == POSTERIOR)
}

fn slashed(path: &Path) -> String {
    path.components().map(|part| part.as_os_str().to_string_lossy()).collect::<Vec<_>>().join("/")
}
