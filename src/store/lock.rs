//! Who writes a run folder: one process at a time.

use std::fs::{File, TryLockError};
use std::io;
use std::path::Path;

use super::StoreError;

/// Name of the file that a running process holds a lock on.
pub(super) const LOCK: &str = ".lock";

/// A folder's lock. It ends when this is dropped, or with the process, however that ends.
#[derive(Debug)]
pub(super) struct Lock(File);

impl Lock {
    /// Takes the lock of a folder, which has to be there.
    ///
    /// # Errors
    /// Another process has it, or the folder cannot be written.
    pub(super) fn take(folder: &Path) -> Result<Self, StoreError> {
        let path = folder.join(LOCK);
        let file = File::options().write(true).create(true).truncate(false).open(&path);
        let file = file.map_err(StoreError::file(&path, "write"))?;
        match file.try_lock() {
            Ok(()) => Ok(Self(file)),
            Err(TryLockError::WouldBlock) => Err(StoreError::Busy { folder: folder.to_owned() }),
            // Some network file systems know no locks; that is no reason not to run.
            Err(TryLockError::Error(error)) if error.kind() == io::ErrorKind::Unsupported => Ok(Self(file)),
            Err(TryLockError::Error(error)) => Err(StoreError::file(&path, "lock")(error)),
        }
    }
}

impl Drop for Lock {
    fn drop(&mut self) {
        // Closing the file is not enough: a process that is just being started has a copy of it, and would keep the lock until it
        // runs a program of its own.
        let _ = self.0.unlock();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_lock_ends_when_it_is_dropped_whoever_has_a_copy_of_its_file() {
        let folder = tempfile::tempdir().unwrap();
        let lock = Lock::take(folder.path()).unwrap();
        let copy = lock.0.try_clone().unwrap();
        assert!(matches!(Lock::take(folder.path()), Err(StoreError::Busy { .. })));
        drop(lock);
        Lock::take(folder.path()).unwrap();
        drop(copy);
    }
}
