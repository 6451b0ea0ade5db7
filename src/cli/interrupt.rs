//! Ctrl-C and SIGTERM: ask for an end once, and take it the second time.

use std::sync::atomic::{AtomicBool, Ordering};

static STOP: AtomicBool = AtomicBool::new(false);

/// A flag that turns true when the user or the system asks this process to end. A second request ends it at once, with
/// exit code 1; results are written so that this loses at most the members under way.
pub(super) fn flag() -> &'static AtomicBool {
    let again = || {
        if STOP.swap(true, Ordering::Relaxed) {
            #[expect(clippy::exit, reason = "the user asked twice, and files are whole at every moment")]
            std::process::exit(1);
        }
    };
    // Without a handler a signal ends the process at once, which files survive too.
    drop(ctrlc::set_handler(again));
    &STOP
}
