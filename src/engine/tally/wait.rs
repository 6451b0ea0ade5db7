//! Requests for places, and what became of them.

use super::{HALF, Tally, Trail, ticks};
use crate::compile::layout::{Group, NONE, TICKS_PER_YEAR, WAITS, metric, wait};
use crate::compile::{PARTS, Scenario};

/// What became of a request for a place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// Let in, at once or after a wait.
    Served,
    /// Left the list for a state no heavier than the one asked for.
    GaveUp,
    /// Left the list for a heavier state.
    Escalated,
    /// Died or moved away.
    Left,
    /// Still waits at the end of the horizon.
    StillWaiting,
    /// Found no place, and no list to wait on.
    TurnedAway,
}

/// A request for a place of a resource.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Request {
    /// Resource id.
    pub resource: u16,
    /// Index of the wijk; 0 where there are none.
    pub wijk: u16,
    /// When it was made; years since the start, negative for who waited at the start already.
    pub joined: f64,
    /// When the wait ended; years since the start.
    pub ended: f64,
    /// How.
    pub outcome: Outcome,
}

impl Tally {
    /// Notes what became of a request.
    pub(in crate::engine) fn wait(&mut self, trail: &Trail, resource: usize, joined: f64, ended: f64, outcome: Outcome) {
        let wijk = trail.zone as u16;
        self.requests.push(Request { resource: resource as u16, wijk, joined, ended, outcome });
    }

    /// All requests of the member, in the order in which they ended.
    pub fn requests_made(&self) -> &[Request] {
        &self.requests
    }

    /// The numbers of all queues. The volumes of the city and the wijken are counted already.
    pub(super) fn waits(&self, scenario: &Scenario, counts: &mut [i64]) {
        let mut line = Line::new(2 * self.layout.years);
        for (number, queue) in self.layout.queues.iter().enumerate() {
            line.clear();
            let ours = |request: &&Request| {
                usize::from(request.resource) == queue.resource && queue.wijk.is_none_or(|wijk| usize::from(request.wijk) == wijk)
            };
            for request in self.requests.iter().filter(ours) {
                line.add(request);
            }
            let group = match queue.wijk {
                None => Some(0),
                Some(wijk) => self.layout.groups.iter().position(|group| *group == Group::Wijk(wijk)),
            };
            for period in 0..self.layout.periods() {
                let first = period / 3 * 2;
                let halves = if period % 3 == 2 { first..first + 2 } else { first + period % 3..first + period % 3 + 1 };
                let used = group.map_or(0, |group| self.places_used(scenario, queue.resource, group, period, counts));
                let at = self.layout.wait_offset(number, period);
                let out = &mut counts[at..at + WAITS.len()];
                line.count(halves, out);
                out[wait::PLACES_USED] = used;
            }
        }
    }

    /// Time that places of a resource were taken by persons of a group, in millionths of a place-year.
    fn places_used(&self, scenario: &Scenario, resource: usize, group: usize, period: usize, counts: &[i64]) -> i64 {
        let mut used = 0i128;
        for (track, &row) in scenario.tracks.iter().zip(&self.rows.states) {
            for (number, state) in track.states.iter().enumerate() {
                if let Some(place) = state.place.filter(|place| place.resource == resource) {
                    let time = counts[self.layout.offset(group, row + number, period) + metric::PERSON_TIME];
                    used += i128::from(time) * i128::from(place.amount);
                }
            }
        }
        (used * (1_000_000 / PARTS as i128) / i128::from(TICKS_PER_YEAR)) as i64
    }
}

/// What happened in one half-year.
#[derive(Debug, Clone, Default)]
struct Half {
    /// Numbers of [`WAITS`] that add up over halves, and those on the list when it begins and ends.
    sums: [i64; wait::UNMET_NEED + 1],
    /// Waits, above zero, of those served in it; ticks.
    served: Vec<i64>,
    /// Waits, above zero, of those who asked in it, and whether they ended in a place; ticks.
    asked: Vec<(i64, bool)>,
}

/// One queue, half-year by half-year.
struct Line {
    halves: Vec<Half>,
    served: Vec<i64>,
    asked: Vec<(i64, bool)>,
}

impl Line {
    fn new(halves: usize) -> Self {
        Self { halves: vec![Half::default(); halves], served: Vec::new(), asked: Vec::new() }
    }

    fn clear(&mut self) {
        for half in &mut self.halves {
            half.sums.fill(0);
            half.served.clear();
            half.asked.clear();
        }
    }

    fn add(&mut self, request: &Request) {
        // Who waits at the start joined before it.
        let joined = if request.joined <= 0.0 { ticks(request.joined).min(-1) } else { ticks(request.joined) };
        let ended = ticks(request.ended);
        let (asked, last) = (joined.div_euclid(HALF), ended / HALF);
        let waited = ended - joined;
        let served = request.outcome == Outcome::Served;
        if let Some(half) = usize::try_from(asked).ok().and_then(|half| self.halves.get_mut(half)) {
            half.sums[wait::REQUESTS] += 1;
            half.sums[wait::AT_ONCE] += i64::from(served && waited == 0);
            half.sums[wait::TURNED_AWAY] += i64::from(request.outcome == Outcome::TurnedAway);
            if waited > 0 {
                half.asked.push((waited, served));
            }
        }
        if let Some(half) = self.halves.get_mut(last as usize) {
            let how = match request.outcome {
                Outcome::Served => Some(wait::SERVED),
                Outcome::GaveUp => Some(wait::GAVE_UP),
                Outcome::Escalated => Some(wait::ESCALATED),
                Outcome::Left => Some(wait::LEFT),
                // Counted where they were made; nobody leaves a list by being turned away, or at the end of the horizon.
                Outcome::TurnedAway | Outcome::StillWaiting => None,
            };
            if let Some(how) = how {
                half.sums[how] += 1;
            }
            if served && waited > 0 {
                half.served.push(waited);
            }
        }
        if waited > 0 {
            let end = self.halves.len() as i64 - 1;
            for number in asked.max(0)..=last.min(end) {
                let (begins, ends) = (number * HALF, (number + 1) * HALF);
                let half = &mut self.halves[number as usize];
                half.sums[wait::UNMET_NEED] += ended.min(ends) - joined.max(begins);
                half.sums[wait::WAITING_START] += i64::from(joined < begins);
                half.sums[wait::WAITING_END] += i64::from(ended >= ends);
            }
        }
    }

    /// The numbers of some half-years together.
    fn count(&mut self, halves: std::ops::Range<usize>, out: &mut [i64]) {
        let (first, last) = (halves.start, halves.end - 1);
        self.served.clear();
        self.asked.clear();
        for half in &self.halves[halves] {
            for (sum, value) in out.iter_mut().zip(half.sums) {
                *sum += value;
            }
            self.served.extend_from_slice(&half.served);
            self.asked.extend_from_slice(&half.asked);
        }
        out[wait::WAITING_START] = self.halves[first].sums[wait::WAITING_START];
        out[wait::WAITING_END] = self.halves[last].sums[wait::WAITING_END];
        [out[wait::WAIT_MEAN], out[wait::WAIT_P90]] = completed(out[wait::SERVED], &mut self.served);
        [out[wait::ASKED_WAIT_MEAN], out[wait::ASKED_WAIT_P90]] =
            asked(out[wait::AT_ONCE], out[wait::TURNED_AWAY], &mut self.asked);
    }
}

/// Mean and nearest-rank 90th percentile of the waits of `served` persons, of which `longer` are those above zero.
fn completed(served: i64, longer: &mut [i64]) -> [i64; 2] {
    if served == 0 {
        return [NONE; 2];
    }
    let sum: i128 = longer.iter().map(|&wait| i128::from(wait)).sum();
    // The ceil(0.9 n)-th smallest; those served at once come first.
    let rank = (9 * served + 9) / 10 - (served - longer.len() as i64);
    let p90 = if rank <= 0 { 0 } else { *longer.select_nth_unstable(rank as usize - 1).1 };
    [(sum / i128::from(served)) as i64, p90]
}

/// A tenth, with a margin for the rounding of products that should be one.
const TENTH: f64 = 0.1 + 1e-12;

/// Mean and 90th percentile of the wait that those who asked were in for: the time until a place, in which those who left the
/// list otherwise, or still wait, count for as long as they waited. Who gives up is no longer seen to wait, so that this is the
/// wait of somebody who would not (Kaplan and Meier 1958, *Nonparametric estimation from incomplete observations*, Journal of
/// the American Statistical Association 53:457-481). Where the last to be seen still waits, the mean ends there and is too low;
/// a percentile that is never reached is none.
fn asked(at_once: i64, turned_away: i64, longer: &mut [(i64, bool)]) -> [i64; 2] {
    let all = at_once + turned_away + longer.len() as i64;
    if all == 0 {
        return [NONE; 2];
    }
    // Share who still wait after a time.
    let mut still = 1.0 - at_once as f64 / all as f64;
    let (mut area, mut before, mut p90) = (0.0, 0, if still <= TENTH { 0 } else { NONE });
    // Of those who end at one moment the served come first.
    longer.sort_unstable_by_key(|&(waited, served)| (waited, !served));
    for (index, &(waited, served)) in longer.iter().enumerate() {
        area += still * (waited - before) as f64;
        before = waited;
        if served {
            still *= 1.0 - 1.0 / (longer.len() - index) as f64;
            if p90 == NONE && still <= TENTH {
                p90 = waited;
            }
        }
    }
    [libm::round(area) as i64, p90]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn percentiles_by_nearest_rank() {
        assert_eq!(completed(0, &mut []), [NONE; 2]);
        assert_eq!(completed(10, &mut [50]), [5, 0]);
        assert_eq!(completed(10, &mut [50, 30]), [8, 30]);
        assert_eq!(completed(1, &mut [7]), [7, 7]);
        assert_eq!(completed(11, &mut [9, 8]), [1, 8]);
    }

    /// By hand: 4 ask; one is served at once, one after 2, one leaves after 3, one is served after 6.
    #[test]
    fn those_who_leave_count_for_as_long_as_they_waited() {
        assert_eq!(asked(1, 0, &mut [(6, true), (2, true), (3, false)]), [4, 6]);
        // Again 0.75 × 2 + 0.5 × 4 = 3.5, but nobody stays to see the end.
        assert_eq!(asked(1, 0, &mut [(6, false), (2, true), (3, false)]), [4, NONE]);
        assert_eq!(asked(9, 1, &mut []), [0, 0]);
        assert_eq!(asked(8, 2, &mut []), [0, NONE]);
        assert_eq!(asked(0, 0, &mut []), [NONE; 2]);
    }
}
