//! What is compared with what, and what of it is shown; and why that may be nothing.

use crate::analysis::compare::{Comparison, Row};
use crate::cli::args::{CompareArgs, LevelArg};
use crate::cli::failure::Failure;
use crate::store::members::{Members, Place};
use crate::store::{Identity, Manifest};
use std::collections::BTreeSet;
use std::ops::RangeInclusive;
use std::path::Path;

/// The pairs of scenarios to compare: of the first run, and of the second or the same run.
///
/// # Errors
/// A scenario is not there, or none is in both.
pub(super) fn pairs(
    first: (&Path, &Identity),
    second: Option<(&Path, &Manifest)>,
    asked: &[String],
) -> Result<Vec<(String, String)>, Failure> {
    let alone = second.is_none();
    let second = second.map_or(first, |(folder, manifest)| (folder, &manifest.identity));
    let of = |(folder, identity): (&Path, &Identity), name: &String| {
        if identity.scenarios.contains(name) {
            return Ok(name.clone());
        }
        let there = identity.scenarios.join(", ");
        Err(Failure::Usage(format!("{} has no scenario `{name}`; it has {there}", folder.display())))
    };
    let pairs: Vec<(String, String)> = match (asked, &*first.1.scenarios, &*second.1.scenarios) {
        // The first scenario stands for itself: all others against it.
        ([] | [_], [base, others @ ..], _) if alone && asked.iter().all(|name| name == base) => {
            others.iter().map(|other| (base.clone(), other.clone())).collect()
        }
        ([one, other], ..) => vec![(of(first, one)?, of(second, other)?)],
        ([other], [base, ..], _) if alone => vec![(base.clone(), of(second, other)?)],
        ([name], ..) => vec![(of(first, name)?, of(second, name)?)],
        // With one scenario each there is nothing to choose, whatever they are called.
        ([], [one], [other]) => vec![(one.clone(), other.clone())],
        ([], here, there) => here.iter().filter(|name| there.contains(name)).map(|name| (name.clone(), name.clone())).collect(),
        _ => return Err(Failure::Usage("--scenario is given more than twice; there are two to compare".to_owned())),
    };
    if !pairs.is_empty() {
        return Ok(pairs);
    }
    let names = |(folder, identity): (&Path, &Identity)| format!("{} has {}", folder.display(), identity.scenarios.join(", "));
    Err(Failure::Usage(if alone {
        format!("{} alone: there is no other scenario to compare it with; name a second run", names(first))
    } else {
        let remedy = "choose one of each with --scenario A --scenario B";
        format!("no scenario is in both runs: {}; {}; {remedy}", names(first), names(second))
    }))
}

/// Which rows are shown.
pub(super) struct Choice<'a> {
    metrics: &'a [String],
    levels: Vec<&'static str>,
    tracks: &'a [String],
    years: Option<&'a RangeInclusive<i32>>,
}

impl<'a> Choice<'a> {
    pub(super) fn new(args: &'a CompareArgs) -> Self {
        let levels = match (&*args.levels, &*args.tracks) {
            ([], []) => vec![LevelArg::Total, LevelArg::Domain, LevelArg::Track],
            ([], _) => vec![LevelArg::Track, LevelArg::State],
            (levels, _) => levels.to_vec(),
        };
        Self {
            metrics: &args.metrics,
            levels: levels.into_iter().map(LevelArg::name).collect(),
            tracks: &args.tracks,
            years: args.years.as_ref(),
        }
    }

    /// Whether a row is to be shown.
    pub(super) fn shows(&self, row: &Row) -> bool {
        self.metrics.contains(&row.metric)
            && self.levels.contains(&&*row.place.level)
            && (self.tracks.is_empty() || self.tracks.contains(&row.place.track))
            && self.years.is_none_or(|years| years.contains(&row.place.year))
    }

    /// # Errors
    /// The runs have nothing in common, or nothing of what is asked for.
    pub(super) fn check(&self, found: &Comparison, runs: [&Members; 2]) -> Result<(), Failure> {
        let refuse = |message: String| Err(Failure::Usage(message));
        if found.rows.is_empty() {
            let [first, second] = runs.map(years);
            let years = first.intersection(&second).count();
            return refuse(if years == 0 {
                let (first, second) = (span(&first), span(&second));
                format!("the runs have no calendar year in common: {first} and {second}; run one again with another --horizon")
            } else if runs[0].metrics.iter().any(|metric| runs[1].metrics.contains(metric)) {
                "the runs have no row in common: no total, domain, track or state; compare runs of one model".to_owned()
            } else {
                "the runs have no metric in common; run one again with this version of piramide".to_owned()
            });
        }
        let all =
            |of: fn(&Row) -> &str| -> BTreeSet<&str> { found.rows.iter().map(of).filter(|name| !name.is_empty()).collect() };
        for (asked, option, there) in
            [(self.metrics, "metric", all(|row| &row.metric)), (self.tracks, "track", all(|row| &row.place.track))]
        {
            if let Some(name) = asked.iter().find(|name| !there.contains(name.as_str())) {
                let there = there.into_iter().collect::<Vec<_>>().join(", ");
                return refuse(format!("--{option} {name}: the runs do not both have it; both have {there}"));
            }
        }
        let common: BTreeSet<i32> = found.rows.iter().map(|row| row.place.year).collect();
        if let Some(asked) = self.years.filter(|asked| !common.iter().any(|year| asked.contains(year))) {
            let asked = span(&asked.clone().collect());
            return refuse(format!("--year {asked}: the runs do not both have it; both have {}", span(&common)));
        }
        if !found.rows.iter().any(|row| self.shows(row)) {
            let track = if self.tracks.is_empty() { String::new() } else { format!(" of {}", self.tracks.join(", ")) };
            return refuse(format!("no row of level {}{track} is in both runs; choose another --level", self.levels.join(", ")));
        }
        Ok(())
    }
}

fn years(run: &Members) -> BTreeSet<i32> {
    run.places.keys().map(|place| place.year).collect()
}

/// Years from first to last.
pub(super) fn span(years: &BTreeSet<i32>) -> String {
    match (years.first(), years.last()) {
        (Some(first), Some(last)) if first < last => format!("{first}..{last}"),
        (Some(year), _) => year.to_string(),
        _ => "none".to_owned(),
    }
}

/// How a place is called in a table, without scenario and year; `None`: all inwoners.
pub(super) fn name(place: &Place) -> Option<String> {
    let Place { level, domain, track, state, layer, combination, gate, .. } = place;
    let name = match level.as_str() {
        "state" => format!("{track}.{state}"),
        "gate" => format!("{track}.{gate}"),
        "track" => track.clone(),
        "domain" => domain.clone(),
        "client" if !state.is_empty() => format!("{track}.{state}"),
        "client" => {
            if track.is_empty() {
                domain.clone()
            } else {
                track.clone()
            }
        }
        "layer" => layer.clone(),
        "combination" => combination.clone(),
        _ => return None,
    };
    Some(format!("{level} {name}"))
}
