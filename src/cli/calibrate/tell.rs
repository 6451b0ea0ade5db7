//! How far a calibration is: a line per stage, with the time it has taken.

use crate::calibration::{Effort, Tell};
use crate::cli::failure::note;
use std::sync::Mutex;
use std::time::Instant;

/// Tells on standard error.
#[derive(Debug)]
pub(in crate::cli) struct Stages {
    begun: Instant,
    /// Steps of the longest stage, for the share that is done.
    steps: u32,
    /// The stage that was told last, and tenths of it.
    last: Mutex<(String, u32)>,
}

impl Stages {
    pub(in crate::cli) fn new(effort: &Effort) -> Self {
        #[expect(clippy::disallowed_methods, reason = "the time is shown, never used")]
        let begun = Instant::now();
        Self { begun, steps: effort.draws, last: Mutex::default() }
    }

    fn say(&self, text: &str) {
        let seconds = self.begun.elapsed().as_secs();
        note(&format!("{:>3}:{:02}  {text}", seconds / 60, seconds % 60));
    }

    pub(in crate::cli) fn end(&self) {
        self.say("done");
    }
}

impl Tell for Stages {
    fn unit(&self, part: &str, name: &str, known: bool) {
        let (stage, number) = match name.rsplit_once('-') {
            Some((stage, number)) if number.parse::<u32>().is_ok() => (stage, number.parse::<u32>().unwrap_or(0)),
            _ => (name, 0),
        };
        let Ok(mut last) = self.last.lock() else { return };
        let tenth = 10 * number / self.steps;
        let whole = format!("{part}{stage}");
        if last.0 != whole {
            *last = (whole, 0);
            let known = if known { " (done before)" } else { "" };
            let part = match part {
                "" => "",
                "C3." => "C3, recovery: ",
                "C4." => "C4, two tracks: ",
                "C10." => "C10, a year held out: ",
                "C11." => "C11, second method: ",
                other => other,
            };
            self.say(&format!("{part}{}{known}", words(stage)));
        } else if stage.ends_with("draws") && tenth > last.1 {
            last.1 = tenth;
            self.say(&format!("  {} % of the steps", 10 * tenth));
        }
    }
}

/// What a stage does.
fn words(stage: &str) -> String {
    let round = |rest: &str| -> String {
        let (number, what) = rest.split_once('-').unwrap_or((rest, ""));
        let number = number.parse::<u32>().unwrap_or(0) + 1;
        let what = match what {
            "warm-begin" => "four chains begin",
            "warm" => "the chains find their place",
            "settle" => "the chains settle",
            "draws" => "the chains draw",
            "engine" => "the engine is held against its twin",
            other => other,
        };
        format!("round {number}: {what}")
    };
    match stage {
        "idle" => "which inputs play a part".to_owned(),
        "first-climb" => "a first climb".to_owned(),
        "chance" => "what chance does: histories of the engine".to_owned(),
        "climb" => "climbs from ten points".to_owned(),
        "training" => "a stand-in for the twin around the best point".to_owned(),
        "prior" => "a stand-in for the twin over the whole prior".to_owned(),
        "town" => "towns made by the engine are fitted".to_owned(),
        "ranks" => "300 made towns are fitted".to_owned(),
        "smoother" => "500 members of the engine, four times".to_owned(),
        "later" => "the year that was held out".to_owned(),
        "foretold" => "what the engine foretells at the draws".to_owned(),
        "fresh" => "the engine against the corrected twin, at fresh draws".to_owned(),
        other => other.strip_prefix("round-").map_or_else(|| other.to_owned(), round),
    }
}
