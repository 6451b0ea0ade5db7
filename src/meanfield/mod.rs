//! The mean-field twin: the same compiled tables solved as expected values, without chance.
//!
//! Persons who share nothing with others need no simulation: their expected numbers follow from linear equations. The twin
//! divides the town into cells of persons who are alike ([`town`]) and follows the expected persons per state of every cell
//! through time. Tracks that hazards alone move are solved exactly, coupled tracks together ([`markov`]). Where a time in a
//! state decides, a chain of phases stands for the elapsed time, one phase per time step ([`grid`], [`nodes`]): a discrete
//! phase-type law that needs no fit and converges with the square of the step.
//!
//! It shares `compile` with the engine and nothing else, so that each checks the other.

mod classes;
mod counts;
mod course;
mod decay;
mod grid;
mod lack;
mod lanes;
mod lives;
mod markov;
mod nodes;
mod quadrature;
mod town;

use crate::compile::layout::{Level, MAATWERK, metric};
use crate::compile::{Compiled, Track};
use counts::Counts;
pub use lack::{Lack, without};
use std::rc::Rc;
use town::{Folk, Town};

/// How finely the twin solves.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Settings {
    /// Time steps per year of tracks on which a time in a state decides; a multiple of 2, of 4 with `extrapolate`.
    pub steps_per_year: usize,
    /// Parts of the year with a birthday node at each end; a multiple of 4.
    pub birthdays: usize,
    /// Nodes for frailty, at most 16.
    pub frailty: usize,
    /// Whether to solve with half the steps as well and extrapolate to none (Richardson 1911): removes the leading error.
    pub extrapolate: bool,
    /// Whether persons of one cohort with different birthdays are taken together in years in which it makes no difference to their
    /// rates. What an earlier birthday did to them is then averaged.
    pub joined: bool,
    /// Most joint states for which tracks are solved together.
    pub joint_states: usize,
    /// Whether to tell also of single states how many persons come into them for the first time in a period; if not, [`metric::UNIQUE`]
    /// of states is NaN. Of tracks, clients and domains it is told in any case.
    pub unique_in_states: bool,
}

impl Settings {
    /// For many evaluations over few years, such as a calibration. Without extrapolation: quarters of a year are fine enough, but half
    /// a year is as long as many stays, and to extrapolate from there does more harm than good.
    pub const FAST: Self = Self::DEFAULT;
    /// For the whole horizon. What is enough for three years is enough for more.
    pub const DEFAULT: Self = Self {
        steps_per_year: 4,
        birthdays: 4,
        frailty: 4,
        extrapolate: false,
        joined: true,
        joint_states: 64,
        unique_in_states: false,
    };
    /// Where it must be nearly exact: to compare with, and to see how good the others are.
    pub const FINE: Self = Self {
        steps_per_year: 8,
        birthdays: 4,
        frailty: 8,
        extrapolate: true,
        joined: false,
        joint_states: 256,
        unique_in_states: true,
    };
}

/// Expected counts of the whole city.
#[derive(Debug, Clone, PartialEq)]
pub struct Expected {
    /// In the units of [`crate::compile::layout::METRICS`]. Shape: one group of the layout, [unit × period × metric]; NaN where not represented.
    pub values: Vec<f64>,
    /// What is not represented.
    pub lacks: Vec<Lack>,
}

/// The twin at work. It keeps its memory, so that one that solves many draws in turn loses no time on that.
#[derive(Default)]
pub struct Twin {
    /// Of towns that it no longer needs.
    towns: Vec<town::Memory>,
    grid: grid::Memory,
}

/// Solves one scenario of a draw.
pub fn solve(compiled: &Compiled, scenario: usize, settings: &Settings) -> Expected {
    Twin::default().solve(compiled, scenario, settings)
}

impl core::fmt::Debug for Twin {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("Twin").finish_non_exhaustive()
    }
}

impl Twin {
    /// Solves one scenario of a draw. Numbers do not depend on what was solved before.
    pub fn solve(&mut self, compiled: &Compiled, scenario: usize, settings: &Settings) -> Expected {
        let (tracks, resources) = (&compiled.scenarios[scenario].tracks, compiled.scenarios[scenario].resources.len());
        let (blocks, lacks) = blocks(compiled, tracks, resources, settings);
        let towns = self.towns(compiled, &blocks, settings);
        let mut values = once(&towns, scenario, settings, &mut self.grid);
        if settings.extrapolate {
            let half = Settings { steps_per_year: settings.steps_per_year / 2, ..*settings };
            for (value, coarse) in values.iter_mut().zip(once(&towns, scenario, &half, &mut self.grid)) {
                *value += (*value - coarse) / 3.0;
            }
        }
        self.towns.extend(towns.into_iter().map(|(town, _)| town.end()));
        Expected { values, lacks }
    }

    /// A town for all blocks that need the same birthdays, and first of all one for everybody. A date of birth that tells some tracks
    /// apart costs the others nothing.
    fn towns<'a, 'b>(
        &mut self,
        compiled: &'a Compiled,
        blocks: &'b [Block],
        settings: &Settings,
    ) -> Vec<(Town<'a>, Vec<&'b Block>)> {
        let mut needs: Vec<(Vec<f64>, Vec<&Block>)> = vec![(vec![], vec![])];
        for block in blocks {
            let tracks = compiled.scenarios.iter().flat_map(|scenario| block.tracks.iter().map(|&track| &scenario.tracks[track]));
            let breaks = town::breaks(tracks, compiled.years);
            match needs.iter_mut().find(|(known, _)| *known == breaks) {
                Some((_, blocks)) => blocks.push(block),
                None => needs.push((breaks, vec![block])),
            }
        }
        let folk = Rc::new(Folk::new(compiled));
        let of = |(breaks, blocks): (Vec<f64>, _)| {
            let memory = self.towns.pop().unwrap_or_default();
            (Town::new(compiled, Rc::clone(&folk), settings, &breaks, memory), blocks)
        };
        needs.into_iter().map(of).collect()
    }
}

/// The values of all blocks, without extrapolation.
fn once(towns: &[(Town<'_>, Vec<&Block>)], scenario: usize, settings: &Settings, memory: &mut grid::Memory) -> Vec<f64> {
    let everybody = &towns[0].0;
    let compiled = everybody.compiled;
    let layout = &compiled.layout;
    let tracks = &compiled.scenarios[scenario].tracks;
    let mut counts = Counts::new(layout);
    for (row, unit) in layout.units.iter().enumerate() {
        if unit.level == Level::Total {
            everybody.count(row, &mut counts);
        }
    }
    for (town, block) in towns.iter().flat_map(|(town, blocks)| blocks.iter().map(move |&block| (town, block))) {
        if block.tracks.iter().all(|&track| nodes::memoryless(&tracks[track])) {
            markov::solve(town, scenario, block, &mut counts);
        } else {
            grid::solve(town, scenario, block, settings, memory, &mut counts);
        }
    }
    let mut values = counts.finish(layout, &compiled.scenarios[scenario]);
    for (row, _) in layout.units.iter().enumerate().filter(|(_, unit)| unit.level == Level::State && !settings.unique_in_states) {
        for period in 0..layout.periods() {
            values[layout.offset(0, row, period) + metric::UNIQUE] = f64::NAN;
        }
    }
    values
}

/// Tracks that are solved together.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Block {
    tracks: Vec<usize>,
    /// Whether hazards read the other tracks of the block.
    coupled: bool,
    /// Domains of which all tracks are in the block.
    domains: Vec<usize>,
}

/// Divides the tracks into blocks: those that read each other together, then those of one domain, as far as that is possible.
fn blocks(compiled: &Compiled, tracks: &[Track], resources: usize, settings: &Settings) -> (Vec<Block>, Vec<Lack>) {
    let fits = |list: &[usize]| {
        list.len() == 1
            || (list.iter().all(|&track| nodes::memoryless(&tracks[track]))
                && list.iter().map(|&track| tracks[track].states.len()).product::<usize>() <= settings.joint_states)
    };
    let mut lacks = Vec::new();
    if compiled.succession && (0..compiled.population.len()).any(|row| compiled.households.led_by(row).len() > 1) {
        let passes_on = |&track: &usize| tracks[track].household;
        lacks.extend((0..tracks.len()).filter(passes_on).map(|track| Lack::Succession { track }));
    }
    lacks.extend((0..tracks.len()).filter(|&track| tracks[track].burdened).map(|track| Lack::Overload { track }));
    let mut blocks: Vec<Block> =
        (0..tracks.len()).map(|track| Block { tracks: vec![track], coupled: true, domains: vec![] }).collect();
    let mut coupled: Vec<Vec<usize>> = (0..tracks.len()).map(|track| vec![track]).collect();
    for (track, spec) in tracks.iter().enumerate() {
        for &other in &spec.reads {
            join(&mut coupled, track, other);
        }
    }
    for group in &coupled {
        if fits(group) {
            merge(&mut blocks, group);
        } else {
            for &track in group {
                for block in blocks.iter_mut().filter(|block| block.tracks == [track]) {
                    block.coupled = false;
                }
                if !tracks[track].reads.is_empty() {
                    lacks.push(Lack::Coupling { track });
                }
            }
        }
    }
    let domains = compiled.domains.iter().flatten().max().map_or(0, |&last| last + 1);
    for domain in 0..domains {
        let members: Vec<usize> = (0..tracks.len()).filter(|&track| compiled.domains[track] == Some(domain)).collect();
        let mut whole: Vec<usize> = blocks
            .iter()
            .filter(|block| block.tracks.iter().any(|track| members.contains(track)))
            .flat_map(|block| block.tracks.clone())
            .collect();
        whole.sort_unstable();
        let same = blocks.iter().filter(|block| block.tracks.iter().any(|track| members.contains(track)));
        let coupled = same.clone().all(|block| block.coupled) || same.count() == 1;
        if members.is_empty() {
            continue;
        }
        if coupled && fits(&whole) {
            merge(&mut blocks, &whole);
            for block in blocks.iter_mut().filter(|block| block.tracks == whole) {
                block.domains.push(domain);
            }
        } else {
            lacks.push(Lack::Domain { domain });
        }
    }
    let asking = tracks.iter().enumerate().filter(|(_, track)| track.gates.iter().any(|gate| gate.running.is_some()));
    lacks.extend(asking.map(|(track, _)| Lack::Running { track }));
    let taken = |&resource: &usize| {
        tracks.iter().flat_map(|track| &track.states).any(|state| state.place.is_some_and(|place| place.resource == resource))
    };
    lacks.extend((0..resources).filter(taken).map(|resource| Lack::Places { resource }));
    let told_apart =
        |&track: &usize| tracks[track].labels > 0 && tracks[track].states.iter().any(|state| state.layer == MAATWERK);
    lacks.extend((0..tracks.len()).filter(told_apart).map(|track| Lack::Labels { track }));
    lacks.push(Lack::Layers);
    (blocks, lacks)
}

fn join(groups: &mut Vec<Vec<usize>>, one: usize, other: usize) {
    let of = |groups: &[Vec<usize>], track| groups.iter().position(|group| group.contains(&track));
    let (Some(a), Some(b)) = (of(groups, one), of(groups, other)) else { return };
    if a != b {
        let moved = groups.remove(b.max(a));
        groups[b.min(a)].extend(moved);
        groups[b.min(a)].sort_unstable();
    }
}

fn merge(blocks: &mut Vec<Block>, tracks: &[usize]) {
    let (inside, mut outside): (Vec<Block>, Vec<Block>) =
        blocks.drain(..).partition(|block| block.tracks.iter().any(|track| tracks.contains(track)));
    outside.push(Block {
        tracks: tracks.to_vec(),
        coupled: inside.iter().all(|block| block.coupled),
        domains: inside.into_iter().flat_map(|block| block.domains).collect(),
    });
    *blocks = outside;
}
