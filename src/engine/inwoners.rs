//! Inwoners: who is here, from when to when and in which household. No track has a say in it, so they are the same in every scenario
//! of a member, and found once for all of them.

use super::Who;
use super::contest::Crowd;
use super::household::Home;
use super::life::{End, Town};
use super::observe::Observer;
use super::tally::Tally;
use super::walk::{Start, Starts, begin_alike};
use crate::compile::{Compiled, Kind};
use crate::luck::{Luck, PersonId, Row, wide};
use std::ops::Range;

/// Persons taken through each step together, at least: so the code and the tables of one step stay near, and most persons need no more
/// than the first two.
const BATCH: usize = 128;

/// Where somebody comes from.
#[derive(Debug, Clone, Copy)]
pub(super) enum Source {
    /// Who is there at the start or arrives: number of their kind.
    Kind(u32),
    /// Who is born: seat of their mother.
    Mother(u32),
}

/// A person whose life is to be led.
#[derive(Debug, Clone, Copy)]
pub(super) struct Seat {
    pub who: Who,
    pub source: Source,
    pub end: End,
    /// Members of the household, at its referent; 0 at the others.
    pub size: u32,
    /// Of the scenario at hand.
    pub start: Start,
}

impl Seat {
    fn new(who: Who, source: Source, size: usize) -> Self {
        Self { who, source, end: End::Horizon, size: size as u32, start: Start::default() }
    }
}

/// In which the lives of a member are led: for those of the next, so that it is not made and given back again.
#[derive(Debug, Default)]
pub(super) struct Memory {
    crowd: Crowd,
    starts: Starts,
    seats: Vec<Seat>,
    batches: Vec<usize>,
}

/// All who live in a town in one member.
pub(super) struct Inwoners<'a> {
    compiled: &'a Compiled,
    luck: Luck,
    kinds: Vec<Kind>,
    /// Referents first in each household; those born in a batch at its end.
    seats: Vec<Seat>,
    /// Where each batch ends.
    batches: Vec<usize>,
    /// Of those who are settled together: the numbers that decide when they die and leave.
    fates: Vec<[f64; 2]>,
    /// Where they start in the scenario that was led last, and which that was.
    starts: Starts,
    found: Option<usize>,
    crowd: Crowd,
}

impl<'a> Inwoners<'a> {
    /// Those there at the start, all who arrive, and all who are born to them.
    pub(super) fn new(compiled: &'a Compiled, luck: Luck, memory: Memory) -> Self {
        let Memory { crowd, starts, mut seats, mut batches } = memory;
        seats.clear();
        batches.clear();
        let (kinds, fates) = (Vec::new(), Vec::new());
        let mut inwoners = Self { compiled, luck, kinds, seats, batches, fates, starts, found: None, crowd };
        let town = Town::new(compiled, luck);
        let (mut members, mut newborn) = (Vec::new(), Vec::new());
        // Identities count the persons of the rows before.
        let mut number = 0;
        let first: Vec<u64> = (compiled.population.iter())
            .map(|(_, count)| {
                number += u64::from(*count);
                number - u64::from(*count)
            })
            .collect();
        for (row, (_, count)) in compiled.population.iter().enumerate() {
            let household = compiled.households.led_by(row);
            for n in 0..if household.is_empty() { 0 } else { u64::from(*count) } {
                members.clear();
                let referent = PersonId(first[row] + n);
                let shared = (referent, town.kin(referent));
                let member = |&member: &usize| (town.initial(PersonId(first[member] + n), shared, member), member);
                members.extend(household.iter().map(member));
                inwoners.take_in(&town, &members, &mut newborn);
            }
        }
        for stream in 0..compiled.streams.len() {
            town.arrivals(stream, &mut |household| inwoners.take_in(&town, household, &mut newborn));
        }
        inwoners.close(&town, &mut newborn);
        inwoners.kinds = town.into_kinds();
        inwoners
    }

    /// Takes in a household of persons of these kinds, referent first, and closes the batch if enough have come.
    #[inline]
    fn take_in(&mut self, town: &Town<'_>, household: &[(Who, usize)], newborn: &mut Vec<Who>) {
        let size = |index| if index == 0 { household.len() } else { 0 };
        let seat = |(index, &(who, kind)): (usize, &(Who, usize))| Seat::new(who, Source::Kind(kind as u32), size(index));
        self.seats.extend(household.iter().enumerate().map(seat));
        if self.seats.len() - self.batches.last().unwrap_or(&0) >= BATCH {
            self.close(town, newborn);
        }
    }

    /// Decides how frail all who have come are, how long they are here and whom they bear, and the same of those.
    fn close(&mut self, town: &Town<'_>, newborn: &mut Vec<Who>) {
        let mut begin = *self.batches.last().unwrap_or(&0);
        while begin < self.seats.len() {
            let end = self.seats.len();
            self.endow(town, begin..end);
            let mut next = begin;
            while next < end {
                let household = next..next + self.seats[next].size as usize;
                next = household.end;
                self.settle(town, household.clone(), begin);
                for mother in household {
                    town.births(&self.seats[mother].who, newborn);
                    self.seats.extend(newborn.drain(..).map(|child| Seat::new(child, Source::Mother(mother as u32), 1)));
                }
            }
            begin = end;
        }
        self.batches.push(begin);
    }

    /// Decides how frail persons are, and draws the numbers that decide how long they are here.
    fn endow(&mut self, town: &Town<'_>, persons: Range<usize>) {
        let (seats, fates) = (&mut self.seats[persons], &mut self.fates);
        fates.clear();
        wide(
            #[inline(always)]
            || {
                for some in seats.chunks_mut(Row::LENGTH) {
                    let last = some.len() - 1;
                    let (own, [death, leave]) = town.numbers(std::array::from_fn(|n| some[n.min(last)].who.id));
                    for (n, seat) in some.iter_mut().enumerate() {
                        town.frail(&mut seat.who, own[n]);
                        fates.push([death[n], leave[n]]);
                    }
                }
            },
        );
    }

    /// Decides how long each member of a household is here, and from when on the household is known by them: from the moment the last of
    /// those before them has died or left. `first` is the person of the first of the numbers that were drawn.
    fn settle(&mut self, town: &Town<'_>, household: Range<usize>, first: usize) {
        let mut gone = f64::NEG_INFINITY;
        let fates = &self.fates[household.start - first..];
        for (index, (Seat { who, end, .. }, fate)) in self.seats[household].iter_mut().zip(fates).enumerate() {
            // Who live together leave by one number: each at the moment their own hazard gives, which are near each other.
            *end = town.settle(who, [fate[0], fates[0][1]]);
            if index > 0 {
                who.heads = if self.compiled.succession { gone } else { f64::INFINITY };
            }
            gone = gone.max(who.leave);
        }
    }

    /// Lives their lives in a scenario, and adds their counts to `tally`, which must be empty.
    pub(super) fn live(&mut self, scenario: usize, tally: &mut Tally, observer: &mut impl Observer) {
        let scenarios = &self.compiled.scenarios;
        let known = self.found.is_some_and(|found| begin_alike(&scenarios[found], &scenarios[scenario]));
        if !known {
            self.starts.clear();
            self.found = Some(scenario);
        }
        let (crowd, starts) = (std::mem::take(&mut self.crowd), std::mem::take(&mut self.starts));
        let mut home = Home::new(self.compiled, scenario, self.luck, crowd, starts);
        let mut begin = 0;
        for &end in &self.batches {
            if !known {
                let (batch, kinds) = (&mut self.seats[begin..end], &self.kinds);
                wide(
                    #[inline(always)]
                    || {
                        for seat in batch {
                            seat.start = home.find_start(seat, kinds);
                        }
                    },
                );
            }
            while begin < end {
                let next = begin + self.seats[begin].size as usize;
                home.lead_household(begin..next, &self.seats, &self.kinds, tally, observer);
                begin = next;
            }
        }
        home.lead(&scenarios[scenario], tally, observer);
        (self.crowd, self.starts) = home.into_memory();
    }

    /// The memory in which lives were led.
    pub(super) fn into_memory(self) -> Memory {
        let Self { crowd, starts, seats, batches, .. } = self;
        Memory { crowd, starts, seats, batches }
    }
}
