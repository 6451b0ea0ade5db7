//! Measures: what they do when their effects are taken away or doubled.

use super::{Finding, Trial, differing, several, shape};
use crate::compile::layout::{Level, metric};
use crate::compile::{self, CompileError, Compiled, Plan};
use crate::model::{Effect, Expression, Measure, Model, Scenario};

/// The measures of a scenario, each effect changed to that which `change` makes of the operation, the value and the parameter.
fn changed(scenario: &Scenario, values: &[f64], change: impl Fn(Effect, f64, f64) -> f64) -> Scenario {
    let mut scenario = scenario.clone();
    for (parameter, effect, expression) in scenario.measures.iter_mut().flat_map(|measure| &mut measure.effects) {
        *expression = Expression::Number(change(*effect, expression.value(values), values[*parameter]));
    }
    scenario
}

/// The value that changes nothing.
fn neutral(effect: Effect, base: f64) -> f64 {
    match effect {
        Effect::Set => base,
        Effect::Scale => 1.0,
        Effect::Shift => 0.0,
    }
}

pub(super) fn removed(trial: &Trial<'_>) -> Result<Finding, CompileError> {
    let must = "measures that change nothing: a difference of exactly 0";
    let with_measures = |scenario: &Scenario| !scenario.measures.is_empty();
    if !trial.model.scenarios.iter().any(with_measures) {
        return Ok(Finding::absent(must, "no scenario of the model has a measure"));
    }
    let values = compile::draw(trial.model, trial.seed, 0);
    let without =
        trial.model.scenarios.iter().map(|scenario| changed(scenario, &values, |effect, _, base| neutral(effect, base)));
    let model = Model { scenarios: without.collect(), ..trial.model.clone() };
    let compiled = shape::compiled(trial, &model, &trial.options)?;
    let base = trial.members_of(&compiled, trial.scenario, |_| {});
    let (mut scenarios, mut numbers) = (0, 0);
    for (index, _) in model.scenarios.iter().enumerate().filter(|&(index, s)| index != trial.scenario && with_measures(s)) {
        scenarios += 1;
        numbers += differing(&base, &trial.members_of(&compiled, index, |_| {}));
    }
    let seen = format!("{} with effects of 0, {} differ", several(scenarios, "scenario"), several(numbers, "number"));
    Ok(Finding::new(must, numbers == 0, seen))
}

pub(super) fn doubled(trial: &Trial<'_>) -> Result<Finding, CompileError> {
    Ok(as_by_hand(trial, by_hand))
}

/// How far a scenario moves is a matter of the model: twice the effect need not do twice as much, nor even more. So that is
/// told, and what must be is judged: a measure from the first day is its parameters, changed by hand. The draws must be the same
/// to the last bit, and so is then what the engine makes of them.
fn as_by_hand(trial: &Trial<'_>, by_hand: impl Fn(&Scenario, &[f64]) -> Vec<f64>) -> Finding {
    let must = "effects doubled, from the first day: the bits of a change by hand";
    let values = compile::draw(trial.model, trial.seed, 0);
    let (mut scenarios, mut off, mut told) = (0, 0, String::new());
    for scenario in trial.model.scenarios.iter().filter(|scenario| !scenario.measures.is_empty()) {
        let at_once = from_first_day(scenario, trial.model.first_year);
        let twice = changed(&at_once, &values, |effect, to, base| neutral(effect, base) + 2.0 * (to - neutral(effect, base)));
        // What would leave the range of a parameter makes no model: then as it is, or not at all.
        let made = [(&twice, "doubled"), (&at_once, "as it is")].into_iter().find_map(|(scenario, how)| {
            let town = with_measures(trial, scenario, &values)?;
            Some((agrees(trial, scenario, &town, &by_hand(scenario, &values))?, town, how))
        });
        let Some((same, town, how)) = made else { continue };
        scenarios += 1;
        off += usize::from(!same);
        if told.is_empty() {
            let [before, after] = [0, 1].map(|scenario| cost(trial, &trial.members_of(&town, scenario, |_| {})));
            let change = 100.0 * (after / before - 1.0);
            if change.is_finite() {
                told = format!("; `{}` {how} moves cost by {change:+.1} %", scenario.name);
            }
        }
    }
    if scenarios == 0 {
        return Finding::absent(must, "no scenario has measures that can begin on the first day");
    }
    Finding::new(must, off == 0, format!("{}, {off} not as by hand{told}", several(scenarios, "scenario")))
}

/// All measures of a scenario in full from the first day of the model.
fn from_first_day(scenario: &Scenario, first_year: i32) -> Scenario {
    let start = f64::from(first_year);
    let measures = scenario.measures.iter().map(|measure| Measure { start, ramp_months: 0, ..measure.clone() });
    Scenario { measures: measures.collect(), ..scenario.clone() }
}

/// A draw of other scenarios; nothing where they are no model.
fn compiled(trial: &Trial<'_>, scenarios: Vec<Scenario>, values: &[f64]) -> Option<Compiled> {
    let model = Model { scenarios, ..trial.model.clone() };
    Plan::new(&model, &trial.options).and_then(|plan| plan.compile(values)).ok()
}

/// The draw without measures, and with those of a scenario.
fn with_measures(trial: &Trial<'_>, scenario: &Scenario, values: &[f64]) -> Option<Compiled> {
    let bare = Scenario { measures: Vec::new(), ..scenario.clone() };
    compiled(trial, vec![bare, scenario.clone()], values)
}

/// Whether a scenario is the draw of parameters that were changed by hand, without measures.
fn agrees(trial: &Trial<'_>, scenario: &Scenario, town: &Compiled, moved: &[f64]) -> Option<bool> {
    let bare = Scenario { measures: Vec::new(), ..scenario.clone() };
    let mut hand = compiled(trial, vec![bare], moved)?;
    let (ours, mut theirs) = (&town.scenarios[1], hand.scenarios.remove(0));
    // Candidates of a hulpvraag are bounded over all scenarios, of which there is one more on our side.
    let bounds = ours.tracks.iter().flat_map(|track| &track.onsets);
    for (onset, bound) in theirs.tracks.iter_mut().flat_map(|track| &mut track.onsets).zip(bounds) {
        onset.rate = onset.rate.clone().bounded_by(bound.rate.level);
        onset.coupling_max = bound.coupling_max;
    }
    Some(*ours == theirs && town.tables == hand.tables && town.frailty == hand.frailty)
}

/// Parameters as the measures of a scenario leave them: all `set`, then all `scale`, then all `shift`.
fn by_hand(scenario: &Scenario, values: &[f64]) -> Vec<f64> {
    let mut changed = values.to_vec();
    for stage in [Effect::Set, Effect::Scale, Effect::Shift] {
        let effects = scenario.measures.iter().flat_map(|measure| &measure.effects);
        for (parameter, effect, expression) in effects.filter(|(_, effect, _)| *effect == stage) {
            let (value, to) = (&mut changed[*parameter], expression.value(values));
            match effect {
                Effect::Set => *value += to - *value,
                Effect::Scale => *value *= 1.0 + (to - 1.0),
                Effect::Shift => *value += to,
            }
        }
    }
    changed
}

/// Cents of all members together.
fn cost(trial: &Trial<'_>, counts: &[Vec<i64>]) -> f64 {
    counts.iter().map(|counts| trial.sum(counts, Level::Total, metric::COST_CONSTANT)).sum::<i64>() as f64
}

#[cfg(test)]
mod tests {
    use super::super::Outcome;
    use super::super::tests::{model, trial};
    use super::*;

    /// A measure that did something else than it says would be as far from a right hand as a wrong hand is from it.
    #[test]
    fn a_measure_that_is_not_its_parameters_is_seen() {
        let model = model();
        let trial = trial(&model);
        let judged = |hand: &dyn Fn(&Scenario, &[f64]) -> Vec<f64>| as_by_hand(&trial, hand).outcome;
        assert_eq!(judged(&by_hand), Outcome::Holds);
        assert_eq!(judged(&|_, values| values.to_vec()), Outcome::Fails);
        for parameter in 0..model.parameters.len() {
            let slip = |scenario: &Scenario, values: &[f64]| {
                let mut moved = by_hand(scenario, values);
                moved[parameter] *= 1.0 + 1e-5;
                moved
            };
            assert_eq!(judged(&slip), Outcome::Fails, "{}", model.parameters[parameter].name);
        }
    }
}
