//! Tracks: states, what they cost, and how persons move between them.

use super::{Carrier, Clock, Elapsed, Gate, Label, Layer, Origin, PlaceOf, Then, Wait};
use crate::model::expression::Expression;

/// A track with its states and moves.
#[derive(Debug, Clone)]
pub struct Track {
    /// Name.
    pub name: String,
    /// What people read.
    pub label: Label,
    /// What it holds and assumes, in paragraphs.
    pub about: Option<Label>,
    /// Index in [`Model::domains`](super::Model::domains).
    pub domain: Option<usize>,
    /// Whose need it is.
    pub unit: Carrier,
    /// Labels that a hulpvraag may bear; a label id indexes this.
    pub labels: Vec<NeedLabel>,
    /// States; a state id indexes this. The first is the default start.
    pub states: Vec<State>,
    /// State id of `geen_hulpvraag`, if the track has it: hazards from it are candidate processes of a hulpvraag.
    pub free: Option<usize>,
    /// Moves.
    pub transitions: Vec<Transition>,
    /// Gates; a gate id indexes this.
    pub gates: Vec<Gate>,
    /// What follows its states; an attached id indexes this.
    pub attached: Vec<Attached>,
    /// Shares at the start: state id, probability, factors (table ids), elapsed time. The rest starts in state 0.
    pub initial: Vec<Initial>,
    /// Where the numbers come from that stand in the track itself, without a name.
    pub origin: Option<Origin>,
}

impl Track {
    /// State ids that a transition can lead to, gates included.
    pub fn leads(&self, transition: &Transition) -> Vec<usize> {
        let mut states: Vec<usize> = transition.to.iter().map(|(state, _)| *state).collect();
        for gate in transition.gates.iter().flatten().map(|&gate| &self.gates[gate]) {
            states.push(gate.to);
            for variant in &gate.variants {
                states.extend(variant.delay.iter().map(|(state, _)| *state));
                let onset = variant.relapse.as_ref().is_some_and(|relapse| relapse.then == Then::Onset);
                states.extend(self.free.filter(|_| onset));
            }
        }
        states
    }
}

/// What multiplies an amount of money, year by year and the same for everybody.
#[derive(Debug, Clone, Default)]
pub struct YearFactors {
    /// Ids of tables of factors that tell nothing but years apart.
    pub tables: Vec<usize>,
    /// Trend ids.
    pub trends: Vec<usize>,
    /// Shock ids.
    pub shocks: Vec<usize>,
}

/// A label that a hulpvraag bears from the moment it arises, such as who referred.
#[derive(Debug, Clone)]
pub struct NeedLabel {
    /// Name.
    pub name: String,
    /// What people read.
    pub label: Label,
}

/// A state.
#[derive(Debug, Clone)]
pub struct State {
    /// Name.
    pub name: String,
    /// What people read.
    pub label: Label,
    /// Layer; `None`: outside the pyramid.
    pub layer: Option<Layer>,
    /// Never left.
    pub sink: bool,
    /// Not taken over by another member of the household.
    pub personal: bool,
    /// Euros per person-year.
    pub cost_per_person_year: Option<Expression>,
    /// Euros at each entry.
    pub cost_per_start: Option<Expression>,
    /// Euros at each new indicatie.
    pub cost_per_indicatie: Option<Expression>,
    /// Price level of these amounts.
    pub price_year: i32,
    /// What multiplies these amounts.
    pub cost_times: YearFactors,
    /// Indicaties held at once.
    pub indicaties_per_person: Expression,
    /// Hours of informal help a week.
    pub informal_hours_per_week: Expression,
    /// The place that it takes.
    pub place: Option<PlaceOf>,
    /// What is waited for in it.
    pub wait: Option<Wait>,
}

impl State {
    /// Whether an amount is given for it.
    pub fn costs_something(&self) -> bool {
        [&self.cost_per_person_year, &self.cost_per_start, &self.cost_per_indicatie].into_iter().any(Option::is_some)
    }

    /// State ids that who asks for this state may come to instead: where those go who find no place, or what is waited for.
    pub fn instead(&self) -> impl Iterator<Item = usize> {
        self.place.iter().map(|place| place.full).chain(self.wait.map(|wait| wait.state))
    }
}

/// A cost, or an income, that follows states of its track.
#[derive(Debug, Clone)]
pub struct Attached {
    /// Name.
    pub name: String,
    /// What people read.
    pub label: Label,
    /// Ids of the states that it follows, each in a layer, with units per person.
    pub of: Vec<(usize, Expression)>,
    /// Euros per person-year and unit, 0 or more.
    pub per_person_year: Expression,
    /// Whether the municipality receives them.
    pub income: bool,
    /// Whether they follow prices; if not, they are the same nominal euros in every year.
    pub indexed: bool,
    /// What multiplies them.
    pub times: YearFactors,
    /// Price level of them.
    pub price_year: i32,
}

/// A move.
#[derive(Debug, Clone)]
pub struct Transition {
    /// State ids it leaves from.
    pub from: Vec<usize>,
    /// Declared as `"*"`: its hazard's clock runs through changes of state. `from` then lists every state that is no sink.
    pub from_any: bool,
    /// When.
    pub clock: Clock,
    /// State ids and shares; the shares sum to one.
    pub to: Vec<(usize, Expression)>,
    /// Gate id before each target of `to`, in the same order; empty where none has one.
    pub gates: Vec<Option<usize>>,
    /// Label id of the needs that it brings from `geen_hulpvraag`, on a track with labels.
    pub label: Option<usize>,
}

impl Transition {
    /// State ids that are asked for behind gate `gate`.
    pub fn behind(&self, gate: usize) -> impl Iterator<Item = usize> {
        self.to.iter().zip(&self.gates).filter(move |(_, before)| **before == Some(gate)).map(|((state, _), _)| *state)
    }
}

/// Who starts in a state.
#[derive(Debug, Clone)]
pub struct Initial {
    /// State id.
    pub state: usize,
    /// Probability before factors.
    pub share: Expression,
    /// Table ids.
    pub tables: Vec<usize>,
    /// Whether the person's frailty multiplies it.
    pub frail: bool,
    /// Time since entry.
    pub elapsed: Elapsed,
    /// Share of each label of the track, in its order; they sum to one. Empty: all bear the first, if there are any.
    pub labels: Vec<Expression>,
}
