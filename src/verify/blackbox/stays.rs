//! Little's law in a finite window, per layer, for clients and per list, to the tick.
//!
//! Little (1961, *A proof for the queuing formula L = λW*, Operations Research 9:383-387) equates the mean number present
//! with arrivals times their mean stay. In a window, with stays cut at its edges, that is an identity: the time of persons
//! together is the sum of the stays that touch it. The engine sums it from stocks and the two ends of each stay; here an
//! observer writes down every stay, from events and the model as it is written alone.

use std::collections::BTreeMap;

use rayon::prelude::*;

use super::{Finding, Trial, several};
use crate::compile::layout::{Group, Layout, Level, TICKS_PER_YEAR, Unit, metric, wait};
use crate::compile::{CompileError, Profiles};
use crate::engine::{Event, Luck, Observer, Tally, What};
use crate::luck::PersonId;
use crate::model::{Layer, Model};

const HALF: i64 = TICKS_PER_YEAR / 2;

/// What persons stay in: a row of the layout.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Row {
    /// A state of a track.
    State(usize, usize),
    /// A layer as the highest over all tracks, or outside the pyramid.
    Layer(Option<Layer>),
    /// Maatwerk on a track, or on any track of a domain.
    Clients(usize),
    DomainClients(usize),
}

/// Stays of a wijk in a row that touch a half-year, and the time that they last in it, in ticks.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
struct Stays {
    number: i64,
    time: i64,
}

/// Somebody who is there.
#[derive(Debug)]
struct Present {
    wijk: usize,
    /// Per track the state, and since when.
    states: Vec<(usize, i64)>,
    /// The rows that follow from the states, and since when.
    rows: Vec<(Row, i64)>,
}

/// Writes down every stay of a member.
#[derive(Debug)]
struct Witness<'a> {
    model: &'a Model,
    profiles: &'a Profiles,
    halves: usize,
    present: BTreeMap<PersonId, Present>,
    /// Per row and wijk, one after the other, the half-years.
    stays: BTreeMap<(Row, usize), Vec<Stays>>,
    /// Stays written down.
    written: usize,
}

impl<'a> Witness<'a> {
    fn new(model: &'a Model, profiles: &'a Profiles, years: usize) -> Self {
        Self { model, profiles, halves: 2 * years, present: BTreeMap::new(), stays: BTreeMap::new(), written: 0 }
    }

    /// Rows that follow from these states: one of a layer, and those of clients, each once.
    fn rows(model: &Model, states: &[(usize, i64)]) -> Vec<Row> {
        let layers = states.iter().zip(&model.tracks).map(|(&(state, _), track)| track.states[state].layer);
        let mut rows = vec![Row::Layer(layers.clone().flatten().max())];
        for (track, _) in layers.enumerate().filter(|&(_, layer)| layer == Some(Layer::Maatwerk)) {
            rows.push(Row::Clients(track));
            let domain = model.tracks[track].domain.map(Row::DomainClients);
            rows.extend(domain.filter(|row| !rows.contains(row)));
        }
        rows
    }

    /// Writes down a stay.
    fn note(&mut self, row: Row, wijk: usize, since: i64, until: i64) {
        self.written += 1;
        let halves = self.stays.entry((row, wijk)).or_insert_with(|| vec![Stays::default(); self.halves]);
        for (half, stays) in halves.iter_mut().enumerate().take((until / HALF) as usize + 1).skip((since / HALF) as usize) {
            let begin = half as i64 * HALF;
            stays.number += 1;
            stays.time += until.min(begin + HALF) - since.max(begin);
        }
    }

    /// Somebody is in another state of a track from now on.
    fn turn(&mut self, person: PersonId, track: usize, state: usize, now: i64) {
        let Some(mut present) = self.present.remove(&person) else { return };
        let (before, since) = present.states[track];
        if state != before {
            self.note(Row::State(track, before), present.wijk, since, now);
            present.states[track] = (state, now);
            let rows = Self::rows(self.model, &present.states);
            for &(row, since) in present.rows.iter().filter(|(row, _)| !rows.contains(row)) {
                self.note(row, present.wijk, since, now);
            }
            let known = |row: &Row| present.rows.iter().find(|(known, _)| known == row).map_or(now, |&(_, since)| since);
            present.rows = rows.iter().map(|row| (*row, known(row))).collect();
        }
        self.present.insert(person, present);
    }

    /// Somebody is no longer there.
    fn end(&mut self, present: &Present, now: i64) {
        for (track, &(state, since)) in present.states.iter().enumerate() {
            self.note(Row::State(track, state), present.wijk, since, now);
        }
        for &(row, since) in &present.rows {
            self.note(row, present.wijk, since, now);
        }
    }

    /// All stays of a row, in a wijk or in all of the city, in a half-year.
    fn of(&self, row: Row, wijk: Option<usize>, half: usize) -> Stays {
        let rows = self.stays.range((row, wijk.unwrap_or(0))..=(row, wijk.unwrap_or(usize::MAX)));
        rows.fold(Stays::default(), |sum, (_, halves)| Stays {
            number: sum.number + halves[half].number,
            time: sum.time + halves[half].time,
        })
    }
}

impl Observer for Witness<'_> {
    fn event(&mut self, event: &Event) {
        // The engine's own rounding to ticks, written again: a witness that asked the engine would see what it sees.
        let now = (event.time.max(0.0) * TICKS_PER_YEAR as f64) as i64;
        match event.what {
            What::Enters => {
                let states = vec![(0, now); self.model.tracks.len()];
                let rows = Self::rows(self.model, &states).into_iter().map(|row| (row, now)).collect();
                self.present.insert(event.person, Present { wijk: self.profiles.wijk[event.profile], states, rows });
            }
            What::Begins { track, state, .. } => {
                // Nobody was in the first state before.
                if let Some(present) = self.present.get_mut(&event.person) {
                    present.states[track].0 = usize::from(state);
                    let rows = Self::rows(self.model, &present.states);
                    present.rows = rows.into_iter().map(|row| (row, now)).collect();
                }
            }
            What::TakesOver { track, state, .. } => self.turn(event.person, track, usize::from(state), now),
            What::Moves { track, to, .. } => self.turn(event.person, track, usize::from(to), now),
            What::Dies | What::Leaves => {
                if let Some(present) = self.present.remove(&event.person) {
                    self.end(&present, now);
                }
            }
            What::Asks { .. } | What::Returns { .. } | What::GivesBirth(_) => {}
        }
    }
}

/// What came of comparisons.
#[derive(Debug, Default)]
struct Compared {
    stays: usize,
    numbers: usize,
    other: usize,
    /// Something in which they differ.
    what: Option<String>,
}

impl Compared {
    fn and(self, more: Self) -> Self {
        Self {
            stays: self.stays + more.stays,
            numbers: self.numbers + more.numbers,
            other: self.other + more.other,
            what: self.what.or(more.what),
        }
    }

    fn add(&mut self, written: i64, counted: i64, what: impl FnOnce() -> String) {
        self.numbers += 1;
        if written != counted {
            self.other += 1;
            self.what.get_or_insert_with(what);
        }
    }

    /// The stays of a member against its counts.
    fn member(model: &Model, layout: &Layout, witness: &Witness<'_>, counts: &[i64]) -> Self {
        let mut compared = Self { stays: witness.written, ..Self::default() };
        let name = |row| match row {
            Row::State(track, state) => format!("{}/{}", model.tracks[track].name, model.tracks[track].states[state].name),
            Row::Layer(layer) => layer.map_or("outside the pyramid".to_owned(), |layer| format!("layer {}", layer.name())),
            Row::Clients(track) => format!("clients of {}", model.tracks[track].name),
            Row::DomainClients(domain) => format!("clients of {}", model.domains[domain].name),
        };
        let groups = layout.groups.iter().enumerate().filter_map(|(group, kind)| match kind {
            Group::City => Some((group, None)),
            Group::Wijk(wijk) => Some((group, Some(*wijk))),
            Group::Age(_) => None,
        });
        let rows: Vec<(usize, Row)> = layout.units.iter().enumerate().filter_map(|(unit, of)| Some((unit, row(of)?))).collect();
        let period = |half: usize| half / 2 * 3 + half % 2;
        for (group, wijk) in groups {
            for &(unit, row) in &rows {
                for half in 0..2 * layout.years {
                    let at = layout.offset(group, unit, period(half));
                    let Stays { number, time } = witness.of(row, wijk, half);
                    compared.add(number, counts[at + metric::STOCK_START] + counts[at + metric::STARTS], || name(row));
                    compared.add(time, counts[at + metric::PERSON_TIME], || name(row));
                }
            }
        }
        for (number, queue) in layout.queues.iter().enumerate() {
            let waits = |row| matches!(row, Row::State(track, state) if model.waits_for(track, state) == Some(queue.resource));
            for half in 0..2 * layout.years {
                let waiting = rows.iter().filter(|&&(_, row)| waits(row)).map(|&(_, row)| witness.of(row, queue.wijk, half).time);
                let counted = counts[layout.wait_offset(number, period(half)) + wait::UNMET_NEED];
                compared.add(waiting.sum(), counted, || format!("list of {}", model.resources[queue.resource].name));
            }
        }
        compared
    }
}

/// The row that a unit counts, if it is one of a state, a layer or clients of all labels.
fn row(unit: &Unit) -> Option<Row> {
    match unit.level {
        Level::State => Some(Row::State(unit.track?, unit.state?)),
        Level::Layer => Some(Row::Layer(unit.layer)),
        Level::Client if unit.label.is_some() => None,
        Level::Client => unit.track.map(Row::Clients).or(unit.domain.map(Row::DomainClients)),
        Level::Track | Level::Domain | Level::Combination | Level::Total | Level::Gate => None,
    }
}

pub(super) fn little(trial: &Trial<'_>) -> Result<Finding, CompileError> {
    let must = "every stay written down: Little's law per row and list, to the tick";
    let (model, layout) = (trial.model, &trial.compiled.layout);
    let member = |tally: &mut Tally, member| {
        let luck = Luck::new(trial.seed, 0, member);
        let town = trial.compiled.shocked(luck);
        let mut witness = Witness::new(model, &trial.compiled.profiles, layout.years);
        let counts = trial.live(&town, trial.scenario, luck, tally, Some(&mut witness));
        let horizon = witness.halves as i64 * HALF;
        for present in std::mem::take(&mut witness.present).into_values() {
            witness.end(&present, horizon);
        }
        Compared::member(model, layout, &witness, &counts)
    };
    let members = (0..trial.members).into_par_iter().map_init(|| Tally::new(layout), member);
    let Compared { stays, numbers, other, what } = members.reduce(Compared::default, Compared::and);
    let seen = several(stays, "stay");
    Ok(match what {
        Some(what) => Finding::new(must, false, format!("{seen}, {other} of {numbers} numbers differ, one of them of {what}")),
        None => Finding::new(must, stays > 0, format!("{seen}, {numbers} numbers, all the same")),
    })
}
