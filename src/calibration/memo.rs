//! What has been worked out already. A calibration is a row of units of work, each of which follows from those before; whoever keeps
//! them goes on where it was stopped, to the same bits.

use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};

use rayon::prelude::*;
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::CalibrationError;

/// Keeps units of work in a folder, one file each.
#[derive(Debug)]
pub struct Memo<'a> {
    /// Where; nowhere if nothing is to be kept.
    folder: Option<PathBuf>,
    /// What the names of all units begin with.
    prefix: String,
    stop: &'a AtomicBool,
    told: &'a dyn Tell,
}

/// Who wants to know how far it is.
pub trait Tell: std::fmt::Debug + Sync {
    /// A unit of work begins, or was there already; `part` is empty, or names a part of the work and ends with a point.
    fn unit(&self, part: &str, name: &str, known: bool);
}

/// Tells nobody.
#[derive(Debug)]
pub struct Silence;

impl Tell for Silence {
    fn unit(&self, _: &str, _: &str, _: bool) {}
}

impl<'a> Memo<'a> {
    /// In a folder that exists, or nowhere; ends before the next unit when `stop` turns true.
    pub fn new(folder: Option<PathBuf>, stop: &'a AtomicBool, told: &'a dyn Tell) -> Self {
        Self { folder, prefix: String::new(), stop, told }
    }

    /// The same for a part of the work, whose units have names of their own.
    #[must_use]
    pub fn part(&self, name: &str) -> Self {
        Self { folder: self.folder.clone(), prefix: format!("{}{name}.", self.prefix), stop: self.stop, told: self.told }
    }

    /// The unit of a name, made if it is not there.
    ///
    /// # Errors
    /// It was stopped, the unit cannot be made, or the disk fails.
    pub fn unit<T: Serialize + DeserializeOwned>(
        &self,
        name: &str,
        make: impl FnOnce() -> Result<T, CalibrationError>,
    ) -> Result<T, CalibrationError> {
        let path = self.folder.as_ref().map(|folder| folder.join(format!("{}{name}.json", self.prefix)));
        // A file that cannot be read is made again.
        let known = path.as_ref().and_then(|path| serde_json::from_slice(&std::fs::read(path).ok()?).ok());
        self.told.unit(&self.prefix, name, known.is_some());
        if let Some(known) = known {
            return Ok(known);
        }
        if self.stop.load(Ordering::Relaxed) {
            return Err(CalibrationError::Stopped);
        }
        let made = make()?;
        if let Some(path) = path {
            let failed = |error: std::io::Error| CalibrationError::File { file: path.clone(), reason: error.to_string() };
            let text = serde_json::to_vec(&made).map_err(|error| failed(error.into()))?;
            // A half-written file never has its name.
            let draft = path.with_extension("part");
            std::fs::write(&draft, text).and_then(|()| std::fs::rename(&draft, &path)).map_err(failed)?;
        }
        Ok(made)
    }

    /// What all of `count` draws make, in their order; `chunk` of them, at least 1, are a unit and are made at once.
    ///
    /// # Errors
    /// As [`Self::unit`].
    pub fn draws<T: Serialize + DeserializeOwned + Send>(
        &self,
        count: usize,
        chunk: usize,
        make: impl Fn(usize) -> Result<Vec<T>, CalibrationError> + Sync,
    ) -> Result<Vec<T>, CalibrationError> {
        let mut all = Vec::new();
        for first in (0..count).step_by(chunk.max(1)) {
            let draws = first..count.min(first + chunk.max(1));
            all.extend(self.unit(&format!("draws-{first}"), || {
                let made: Result<Vec<Vec<T>>, CalibrationError> = draws.into_par_iter().map(&make).collect();
                Ok(made?.into_iter().flatten().collect::<Vec<T>>())
            })?);
        }
        Ok(all)
    }
}
