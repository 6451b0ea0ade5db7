//! How far a run is: a bar on a terminal, plain lines anywhere else (a log, a cluster job).

use crate::ensemble::Progress;
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use std::cell::Cell;
use std::io::{IsTerminal, Write};
use std::time::{Duration, Instant};

/// Plain lines come at every tenth of the members.
const LINES: u64 = 10;
/// What takes no longer than this needs no progress.
const PATIENCE: Duration = Duration::from_secs(5);

/// The progress that suits where standard error goes.
pub(super) fn on_stderr() -> Box<dyn Progress> {
    if std::io::stderr().is_terminal() {
        Box::new(Bar::new())
    } else {
        Box::new(Lines::new(std::io::stderr(), "members", Duration::ZERO))
    }
}

/// A bar with the time left.
struct Bar(ProgressBar);

impl Bar {
    fn new() -> Self {
        Self(ProgressBar::with_draw_target(None, ProgressDrawTarget::stderr()))
    }
}

impl Progress for Bar {
    fn start(&self, done: u64, total: u64) {
        let style = ProgressStyle::with_template("{bar:32} {pos} of {len} members, {eta} left");
        self.0.set_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()));
        self.0.set_length(total);
        self.0.set_position(done);
        // What an earlier run did says nothing of the speed of this one.
        self.0.reset_eta();
    }

    fn expect(&self, total: u64) {
        self.0.set_length(total);
    }

    fn advance(&self, done: u64) {
        self.0.set_position(done);
    }

    fn writing(&self) {
        self.0.finish_and_clear();
    }
}

impl Drop for Bar {
    fn drop(&mut self) {
        self.0.finish_and_clear();
    }
}

/// Progress through a few long tests, each of which prints what it found; seen only if they take long.
pub(super) struct Tests {
    /// On a terminal.
    bar: Option<ProgressBar>,
    /// Elsewhere.
    lines: Lines<std::io::Stderr>,
}

impl Tests {
    /// Before the first of `total`.
    pub(super) fn new(total: u64) -> Self {
        let lines = Lines::new(std::io::stderr(), "tests", PATIENCE);
        lines.start(0, total);
        let bar = std::io::stderr().is_terminal().then(|| {
            let bar = ProgressBar::with_draw_target(Some(total), ProgressDrawTarget::hidden());
            let style = ProgressStyle::with_template("{bar:32} {pos} of {len} tests, {elapsed}");
            bar.with_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()))
        });
        Self { bar, lines }
    }

    /// Lets the test that makes `done` of them print what it found: above the bar, not into it.
    pub(super) fn advance<T>(&self, done: u64, print: impl FnOnce() -> T) -> T {
        let Some(bar) = &self.bar else {
            let printed = print();
            self.lines.advance(done);
            return printed;
        };
        let printed = bar.suspend(print);
        bar.set_position(done);
        if bar.is_hidden() && self.lines.begun.elapsed() >= PATIENCE {
            bar.set_draw_target(ProgressDrawTarget::stderr());
        }
        printed
    }
}

impl Drop for Tests {
    fn drop(&mut self) {
        if let Some(bar) = &self.bar {
            bar.finish_and_clear();
        }
    }
}

/// A line per tenth.
struct Lines<W: Write> {
    out: std::cell::RefCell<W>,
    /// What there are so many of.
    things: &'static str,
    /// Time before the first line.
    patience: Duration,
    begun: Instant,
    before: Cell<u64>,
    done: Cell<u64>,
    total: Cell<u64>,
    told: Cell<u64>,
}

impl<W: Write> Lines<W> {
    fn new(out: W, things: &'static str, patience: Duration) -> Self {
        #[expect(clippy::disallowed_methods, reason = "the time left is shown, never used")]
        let begun = Instant::now();
        let zero = || 0.into();
        Self { out: out.into(), things, patience, begun, before: zero(), done: zero(), total: zero(), told: zero() }
    }

    /// Progress is a courtesy: where it cannot be written, the run goes on.
    fn say(&self, line: &str) {
        let _ = writeln!(self.out.borrow_mut(), "{line}");
    }
}

impl<W: Write> Progress for Lines<W> {
    fn start(&self, done: u64, total: u64) {
        self.before.set(done);
        self.done.set(done);
        self.expect(total);
        if done > 0 {
            self.say(&format!("{done} of {total} {} were there already", self.things));
        }
    }

    fn expect(&self, total: u64) {
        self.total.set(total);
        self.told.set(self.done.get() * LINES / total.max(1));
    }

    fn advance(&self, done: u64) {
        self.done.set(done);
        let (total, before) = (self.total.get().max(1), self.before.get());
        let tenth = done * LINES / total;
        let elapsed = self.begun.elapsed();
        if tenth > self.told.get() && elapsed >= self.patience {
            self.told.set(tenth);
            let left = elapsed.mul_f64(total.saturating_sub(done) as f64 / done.saturating_sub(before).max(1) as f64);
            let left = if done >= total { String::new() } else { format!(", about {} left", duration(left)) };
            self.say(&format!("{done} of {total} {}{left}", self.things));
        }
    }
}

/// A time as people say it, rounded.
fn duration(time: Duration) -> String {
    let seconds = time.as_secs_f64().ceil() as u64;
    match seconds {
        0..120 => format!("{seconds} s"),
        120..7200 => format!("{} min", seconds.div_ceil(60)),
        _ => format!("{} h", seconds.div_ceil(3600)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(before: u64, total: u64) -> Vec<String> {
        let lines = Lines::new(Vec::new(), "members", Duration::ZERO);
        lines.start(before, total);
        for done in before + 1..=total {
            lines.advance(done);
        }
        lines.writing();
        String::from_utf8(lines.out.into_inner()).unwrap().lines().map(str::to_owned).collect()
    }

    #[test]
    fn a_log_gets_a_line_per_tenth() {
        let said = lines(0, 256);
        assert_eq!(said.len(), 10, "{said:?}");
        assert!(said[0].starts_with("26 of 256 members, about "), "{said:?}");
        assert_eq!(said[9], "256 of 256 members");
    }

    #[test]
    fn a_resumed_run_tells_the_rest() {
        let said = lines(90, 100);
        assert_eq!(said, ["90 of 100 members were there already", "100 of 100 members"]);
        assert_eq!(lines(0, 3).len(), 3);
    }

    #[test]
    fn a_run_that_needs_less_than_was_said_tells_so() {
        let lines = Lines::new(Vec::new(), "members", Duration::ZERO);
        lines.start(0, 1000);
        lines.advance(50);
        lines.expect(100);
        for done in 51..=100 {
            lines.advance(done);
        }
        let said = String::from_utf8(lines.out.into_inner()).unwrap();
        assert!(said.starts_with("60 of 100 members, about ") && said.ends_with("\n100 of 100 members\n"), "{said}");
        assert_eq!(said.lines().count(), 5, "{said}");
    }

    #[test]
    fn what_is_soon_done_says_nothing() {
        let lines = Lines::new(Vec::new(), "tests", Duration::from_secs(600));
        lines.start(0, 20);
        for done in 1..=20 {
            lines.advance(done);
        }
        assert_eq!(lines.out.into_inner(), b"");
    }

    #[test]
    fn times_are_short() {
        assert_eq!(duration(Duration::from_millis(300)), "1 s");
        assert_eq!(duration(Duration::from_secs(119)), "119 s");
        assert_eq!(duration(Duration::from_secs(121)), "3 min");
        assert_eq!(duration(Duration::from_secs(7201)), "3 h");
    }
}
