//! Places, when there are none, or enough for everybody.

use super::{Finding, Trial};
use crate::compile::layout::{Level, metric, wait};
use crate::compile::{CompileError, Compiled, Origin};
use crate::meanfield::{Lack, without};

/// Every resource with so many times the places; infinite: for everybody.
fn times(compiled: &mut Compiled, scenario: usize, factor: f64) {
    let scenario = &mut compiled.scenarios[scenario];
    for resource in 0..scenario.resources.len() {
        scenario.rooms = scenario.rooms_times(resource, factor);
    }
}

/// Sum over all queues of the city and all years.
fn waits(trial: &Trial<'_>, counts: &[i64], wanted: usize) -> i64 {
    let layout = &trial.compiled.layout;
    let queues = layout.queues.iter().enumerate().filter(|(_, queue)| queue.wijk.is_none()).map(|(number, _)| number);
    let years = |queue| (0..layout.years).map(move |year| layout.wait_offset(queue, 3 * year + 2));
    queues.flat_map(years).map(|at| counts[at + wanted]).sum()
}

pub(super) fn unlimited(trial: &Trial<'_>) -> Result<Finding, CompileError> {
    let must = "places for everybody: no list, and the same bits as without places";
    let resources = trial.model.resources.len();
    if resources == 0 {
        return Ok(Finding::absent(must, "nothing runs out in this model"));
    }
    let lacks: Vec<Lack> = (0..resources).map(|resource| Lack::Places { resource }).collect();
    let open = trial.edited(|town| times(town, trial.scenario, f64::INFINITY));
    let free = trial.edited(|town| *town = without(town, &lacks).into_owned());
    let listed: i64 = open.iter().map(|counts| waits(trial, counts, wait::UNMET_NEED)).sum();
    let length = trial.compiled.layout.group_len();
    let city = |counts: &[Vec<i64>]| counts.iter().map(|counts| counts[..length].to_vec()).collect::<Vec<_>>();
    let finding = Finding::same(must, &city(&open), &city(&free));
    // Without places somebody whose way leads to a list would stand there, with nothing to wait for.
    let comparable = !sends_to_list(&trial.compiled, trial.scenario);
    Ok(if listed == 0 && comparable { finding } else { Finding::new(must, listed == 0, format!("{listed} ticks on lists")) })
}

/// Whether anybody starts or arrives on a list, or a move or a gate leads to one.
fn sends_to_list(compiled: &Compiled, scenario: usize) -> bool {
    let kinds =
        || compiled.population.iter().map(|(kind, _)| kind).chain(compiled.streams.iter().flat_map(|stream| &stream.kinds));
    compiled.scenarios[scenario].tracks.iter().enumerate().any(|(index, track)| {
        let exits = track.states.iter().flat_map(|state| &state.exits).chain(&track.from_any).map(|exit| &exit.split);
        let targets = exits.chain(track.onsets.iter().map(|onset| &onset.split)).flat_map(|split| &split.targets).copied();
        let delays = track.gates.iter().flat_map(|gate| &gate.variants).filter_map(|variant| variant.delay.as_ref());
        let gates = track.gates.iter().map(|gate| gate.to).chain(delays.map(|delay| delay.0));
        let starts = kinds().filter_map(|kind| match kind.origins[index] {
            Origin::State(state, _) => Some(state),
            Origin::Shares => None,
        });
        let shares = track.initial.iter().map(|initial| initial.state);
        targets.chain(gates).chain(starts).chain(shares).any(|state| track.states[usize::from(state)].wait.is_some())
    })
}

pub(super) fn none(trial: &Trial<'_>) -> Result<Finding, CompileError> {
    let must = "no places at all: nobody is let in, nobody is lost";
    if trial.model.resources.is_empty() {
        return Ok(Finding::absent(must, "nothing runs out in this model"));
    }
    let closed = trial.edited(|town| times(town, trial.scenario, 0.0));
    let served = closed.iter().map(|counts| waits(trial, counts, wait::SERVED)).sum();
    let persons = |counts: &[Vec<i64>]| counts.iter().map(|counts| trial.sum(counts, Level::Total, metric::PERSON_TIME)).sum();
    Ok(shut(must, served, persons(&closed), persons(trial.counts())))
}

fn shut(must: &'static str, served: i64, persons: i64, before: i64) -> Finding {
    let lost = if persons == before { "as many persons as before" } else { "another number of persons" };
    Finding::new(must, served == 0 && persons == before, format!("{served} let in, {lost}"))
}
