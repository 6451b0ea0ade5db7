//! A file that is either there whole or not there at all.

use std::fs::{self, File};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

use super::StoreError;

/// Ending of a file that is not finished.
pub(super) const UNFINISHED: &str = ".partial";

/// A file under a temporary name in its own folder; [`Draft::keep`] gives it its name. Dropped before that, it is removed.
#[derive(Debug)]
pub struct Draft {
    target: PathBuf,
    temporary: PathBuf,
    file: Option<BufWriter<File>>,
}

impl Draft {
    /// Starts the file that will be called `name` in `folder`.
    ///
    /// # Errors
    /// The folder cannot be written.
    pub fn new(folder: &Path, name: &str) -> Result<Self, StoreError> {
        let temporary = folder.join(format!("{name}{UNFINISHED}"));
        let file = File::create(&temporary).map_err(StoreError::file(&temporary, "write"))?;
        Ok(Self { target: folder.join(name), temporary, file: Some(BufWriter::with_capacity(1 << 16, file)) })
    }

    /// Writes everything to the disk itself and gives the file its name.
    ///
    /// # Errors
    /// The disk refuses, for instance because it is full.
    pub fn keep(mut self) -> Result<(), StoreError> {
        let outcome = self.finish();
        outcome.map_err(StoreError::file(&self.target, "write"))
    }

    /// The path the file will have.
    pub fn path(&self) -> &Path {
        &self.target
    }

    fn finish(&mut self) -> io::Result<()> {
        if let Some(buffer) = &mut self.file {
            buffer.flush()?;
            buffer.get_ref().sync_all()?;
            fs::rename(&self.temporary, &self.target)?;
            self.file = None;
            if let Some(folder) = self.target.parent() {
                sync_folder(folder)?;
            }
        }
        Ok(())
    }
}

impl Write for Draft {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match &mut self.file {
            Some(file) => file.write(bytes),
            None => Err(io::ErrorKind::NotConnected.into()),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.as_mut().map_or(Ok(()), Write::flush)
    }
}

impl Drop for Draft {
    fn drop(&mut self) {
        if let Some(buffer) = self.file.take() {
            // Its bytes are worth nothing: do not write the rest of them.
            drop(buffer.into_parts());
            let _ = fs::remove_file(&self.temporary);
        }
    }
}

/// A file's new name is on the disk only when its folder is.
fn sync_folder(folder: &Path) -> io::Result<()> {
    if cfg!(unix) { File::open(folder)?.sync_all() } else { Ok(()) }
}

/// Writes a small file whole.
///
/// # Errors
/// The disk refuses, for instance because it is full.
pub fn write_whole(folder: &Path, name: &str, bytes: &[u8]) -> Result<(), StoreError> {
    let mut draft = Draft::new(folder, name)?;
    draft.write_all(bytes).map_err(StoreError::file(&folder.join(name), "write"))?;
    draft.keep()
}
