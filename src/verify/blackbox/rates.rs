//! Hazards that are nothing, and a thousand times what they are.

use super::{Finding, Trial, within};
use crate::compile::layout::{Level, metric};
use crate::compile::{self, CompileError, Compiled, Exit, Intensity, Options, Plan, Rate, Scenario, Table, Track, When};
use crate::engine::{Event, Luck, Observer, Tally, What};
use crate::model::MAX_AGE;

/// What hazards are multiplied by.
const THOUSAND: f64 = 1_000.0;
/// Most events that a thousandfold may bring, if all hazards of all persons were the highest there are: a minute or so. The town
/// is made smaller to stay below.
const MOST_EVENTS: f64 = 2e7;
/// Most events of one person in it: a way out of a state can be used about a million times with luck of its own.
const MOST_PER_PERSON: f64 = 1e6;

/// Counts moves out of every state of every track.
struct Moves(Vec<Vec<u64>>);

impl Moves {
    fn new(tracks: &[Track]) -> Self {
        Self(tracks.iter().map(|track| vec![0; track.states.len()]).collect())
    }
}

impl Observer for Moves {
    fn event(&mut self, event: &Event) {
        if let What::Moves { track, from, .. } = event.what {
            self.0[track][usize::from(from)] += 1;
        }
    }
}

/// Whether nothing but a hazard ends a state: no time, no age, no gate that sends people on, no place that comes free.
fn ends_by_hazard(track: &Track, state: usize) -> bool {
    let spec = &track.states[state];
    let held = |to: u8| usize::from(to) == state;
    let gated = track.gates.iter().any(|gate| {
        gate.running.is_some()
            || held(gate.to)
            || gate.variants.iter().filter_map(|variant| variant.delay.as_ref()).any(|delay| held(delay.0))
    });
    !gated && spec.wait.is_none() && spec.exits.iter().all(|exit| matches!(exit.when, When::Rate(_)))
}

/// Whether every hazard that fires in such a state ends or renews a stay: it is not where those go who find no place, and nobody
/// of a household stands in it who only waits for their turn.
fn always_leaves(track: &Track, state: usize) -> bool {
    let full = track.states.iter().filter_map(|other| other.place).any(|place| usize::from(place.full) == state);
    let waits = track.household && state == 0;
    !(full || waits || track.states[state].sink)
}

/// Every hazard of every track times a factor.
pub(super) fn times(compiled: &mut Compiled, factor: f64) {
    for track in compiled.scenarios.iter_mut().flat_map(|scenario| &mut scenario.tracks) {
        for exit in track.states.iter_mut().flat_map(|state| &mut state.exits).chain(&mut track.from_any) {
            if let When::Rate(rate) = &mut exit.when {
                rate.level *= factor;
            }
        }
        for onset in &mut track.onsets {
            onset.rate.level *= factor;
        }
    }
}

pub(super) fn zero(trial: &Trial<'_>) -> Result<Finding, CompileError> {
    let must = "all hazards of tracks 0: nobody leaves a state that only hazards end";
    let tracks = &trial.compiled.scenarios[trial.scenario].tracks;
    let luck = Luck::new(trial.seed, 0, 0);
    let moves = |factor: f64| -> u64 {
        let mut town = trial.compiled.shocked(luck).into_owned();
        times(&mut town, factor);
        let (mut tally, mut seen) = (Tally::new(&town.layout), Moves::new(tracks));
        trial.live(&town, trial.scenario, luck, &mut tally, Some(&mut seen));
        let by_hazard = tracks.iter().zip(&seen.0).flat_map(|(track, moves)| {
            moves.iter().enumerate().filter(|&(state, _)| ends_by_hazard(track, state)).map(|(_, moves)| moves)
        });
        by_hazard.sum()
    };
    Ok(match moves(1.0) {
        0 => Finding::absent(must, "nobody leaves such a state"),
        before => {
            let after = moves(0.0);
            Finding::new(must, after == 0, format!("{before} moves before, {after} after"))
        }
    })
}

/// In a state that only hazards end people leave at no less than their lowest hazard and at no more than their highest.
///
/// Moves less the cumulated hazard of those who are there are a martingale, so that the number of moves `n` is that of a Poisson
/// process that has run for it, and it lies between `low` and `high` times the person-years. By Chernoff's bound
/// `P(N <= n) <= exp(-z²/2)` with `z = (mean - n) / √mean`, and `P(N >= n) <= exp(-z²/2)` with `z = (n - mean) / √n`: scores that
/// are judged as if they were normal.
pub(super) fn thousandfold(trial: &Trial<'_>) -> Result<Finding, CompileError> {
    let must = "all hazards of tracks x 1000: states are left 1000 times as fast";
    let Some((town, luck)) = small(trial)? else {
        return Ok(Finding::absent(must, "no hazards, or such that a thousand times as high never end"));
    };
    let scenario = &town.scenarios[trial.scenario];
    let mut fast = town.clone();
    times(&mut fast, THOUSAND);
    let (mut tally, mut seen) = (Tally::new(&town.layout), Moves::new(&scenario.tracks));
    let counts = trial.live(&fast, trial.scenario, luck, &mut tally, Some(&mut seen));
    let (mut scores, mut all) = (Vec::new(), 0);
    for (row, unit) in town.layout.units.iter().enumerate() {
        let (Level::State, Some(index), Some(state)) = (unit.level, unit.track, unit.state) else { continue };
        let track = &scenario.tracks[index];
        let years = Trial::last(&town, &counts, row, metric::PERSON_TIME);
        if ends_by_hazard(track, state) && always_leaves(track, state) && years > 0.0 {
            let moves = seen.0[index][state];
            all += moves;
            let name = &trial.model.tracks[index].states[state].name;
            let [low, high] = bounds(&town, scenario, track, state).map(|rate| THOUSAND * rate * years);
            scores.push((beyond(moves as f64, low, high), format!("{}/{name}", track.name)));
        }
    }
    if all == 0 {
        return Ok(Finding::absent(must, "nobody leaves a state that only hazards end"));
    }
    let Finding { seen, outcome, .. } = within(must, &scores);
    Ok(Finding { must, seen: format!("{all} moves in a year; {seen}"), outcome })
}

/// How far a number of moves lies outside two expectations, in standard errors.
fn beyond(moves: f64, low: f64, high: f64) -> f64 {
    if moves < low {
        (low - moves) / low.sqrt()
    } else if moves > high {
        (moves - high) / moves.sqrt()
    } else {
        0.0
    }
}

/// The first year of a town so small that a thousand times its hazards can be lived, under the shocks of its first member.
fn small(trial: &Trial<'_>) -> Result<Option<(Compiled, Luck)>, CompileError> {
    let luck = Luck::new(trial.seed, 0, 0);
    let of = |scale: f64| -> Result<(Compiled, f64), CompileError> {
        let plan = Plan::new(trial.model, &Options { last_year: trial.model.first_year, scale })?;
        let compiled = plan.compile(&compile::draw(trial.model, trial.seed, 0))?;
        let arrivals: f64 = compiled.streams.iter().map(|stream| most_arrivals(&stream.intensity)).sum();
        Ok((compiled.shocked(luck).into_owned(), plan.persons() as f64 + arrivals))
    };
    let (town, persons) = of(trial.options.scale)?;
    let scenario = &town.scenarios[trial.scenario];
    let highest =
        |track: &Track| (0..track.states.len()).map(|state| bounds(&town, scenario, track, state)[1]).fold(0.0, f64::max);
    // Candidates of a hulpvraag come at their bound, whether they are kept or not.
    let candidates = |track: &Track| -> f64 {
        let rates = track.onsets.iter().map(|onset| onset.rate.level * onset.coupling_max * reach(&town, &onset.rate)[1]);
        rates.sum()
    };
    let each = THOUSAND * scenario.tracks.iter().map(|track| highest(track) + candidates(track)).sum::<f64>();
    if each == 0.0 || each > MOST_PER_PERSON {
        return Ok(None);
    }
    let share = MOST_EVENTS / (each * persons.max(1.0));
    if share >= 1.0 {
        return Ok(Some((town, luck)));
    }
    let (town, persons) = of((share * trial.options.scale).max(1e-6))?;
    Ok((persons > 0.0).then_some((town, luck)))
}

/// No fewer than are expected to arrive in the first year.
fn most_arrivals(intensity: &Intensity) -> f64 {
    match intensity {
        Intensity::Yearly { rates, .. } => rates.first().copied().unwrap_or(0.0),
        Intensity::Seasonal { mean, amplitude, .. } => mean * (1.0 + amplitude),
    }
}

/// The lowest and the highest rate per year at which anybody leaves a state by hazards, over all persons, moments and states of
/// other tracks.
fn bounds(town: &Compiled, scenario: &Scenario, track: &Track, state: usize) -> [f64; 2] {
    let spec = &track.states[state];
    let away = |exit: &Exit| {
        let of =
            |epoch: usize| exit.split.shares(epoch).filter(|&(to, _)| usize::from(to) != state).map(|(_, share)| share).sum();
        let shares: Vec<f64> = (0..scenario.begins.len()).map(of).collect();
        extremes(&shares)
    };
    let own = spec.exits.iter().filter_map(Exit::rate).map(|rate| (rate, [1.0; 2]));
    // A hazard from any state that leads back to the same one is no move.
    let any = track.from_any.iter().filter_map(|exit| exit.rate().map(|rate| (rate, away(exit))));
    let free = track.free.map(usize::from) == Some(state);
    let onsets = track.onsets.iter().filter(|_| free).map(|onset| (&onset.rate, [1.0; 2]));
    let mut sum = [0.0; 2];
    for (rate, share) in own.chain(any).chain(onsets) {
        let (course, reach) = (extremes(&rate.course), reach(town, rate));
        let mut bound = [0, 1].map(|side| rate.level * share[side] * course[side] * reach[side]);
        for (_, factors) in &rate.couplings {
            let factors = extremes(factors);
            bound = [0, 1].map(|side| bound[side] * factors[side]);
        }
        if let Some(overload) = rate.overload {
            bound = [bound[0] * overload.factor.min(1.0), bound[1] * overload.factor.max(1.0)];
        }
        sum = [0, 1].map(|side| sum[side] + bound[side]);
    }
    sum
}

/// The least and the largest factor of table and frailty.
fn reach(town: &Compiled, rate: &Rate) -> [f64; 2] {
    let table = &town.tables[rate.table];
    let mut found = [f64::INFINITY, 0.0f64];
    for &(factor, first) in &table.profiles {
        let cohorts = if table.aged { compile::cohorts(table.years) } else { 1 };
        for cohort in 0..cohorts {
            for rate in lived(table, first + cohort, cohort) {
                found = [found[0].min(factor * rate), found[1].max(factor * rate)];
            }
        }
    }
    let frail = match &town.frailty {
        Some(frailty) if rate.frail => extremes(&frailty.atoms),
        _ => [1.0; 2],
    };
    [0, 1].map(|side| if found[0] <= found[1] { found[side] * frail[side] } else { 0.0 })
}

/// The rates of a row in its years, but for those before birth.
fn lived(table: &Table, row: usize, cohort: usize) -> impl Iterator<Item = f64> {
    let pieces = &table.pieces[row * (table.years + 1)..][..table.years];
    pieces.iter().enumerate().flat_map(move |(year, piece)| {
        let age = if table.aged { (year + MAX_AGE + 1) as i64 - cohort as i64 } else { 1 };
        [(age >= 1).then_some(piece.young), (age >= 0).then_some(piece.old)].into_iter().flatten()
    })
}

/// The least and the largest of some factors; one where there are none.
fn extremes(factors: &[f64]) -> [f64; 2] {
    if factors.is_empty() {
        return [1.0; 2];
    }
    factors.iter().fold([f64::INFINITY, 0.0], |[low, high], &factor| [low.min(factor), high.max(factor)])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn more_than_chance_does_is_seen() {
        assert_eq!(beyond(95.0, 90.0, 110.0), 0.0);
        assert_eq!(beyond(100.0, 400.0, 500.0), 15.0);
        assert_eq!(beyond(400.0, 50.0, 100.0), 15.0);
        assert!(within("", &[(f64::NAN, String::new())]).outcome == super::super::Outcome::Fails);
    }
}
