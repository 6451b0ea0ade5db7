//! `piramide run --member D.R --trace PERSON`: the life of one person, event by event.

use super::failure::Failure;
use super::language::Language;
use super::number::written;
use super::table::STYLE;
use super::text::{Texts, fill};
use crate::compile::{Compiled, Options, Plan};
use crate::design::Draws;
use crate::engine::{self, Event, Luck, Observer, PersonId, Tally, What, Why};
use crate::ensemble::{EnsembleError, Member};
use crate::model::{Model, date};
use comfy_table::{CellAlignment, Table};

/// The lives of persons in one member.
#[derive(Debug)]
pub(super) struct Lives<'a> {
    pub(super) model: &'a Model,
    pub(super) texts: &'a Texts,
    pub(super) language: Language,
    pub(super) seed: u64,
    pub(super) draws: Draws<'a>,
    pub(super) member: Member,
}

/// Keeps the events of one person.
struct Follow {
    person: PersonId,
    events: Vec<Event>,
}

impl Observer for Follow {
    fn event(&mut self, event: &Event) {
        if event.person == self.person {
            self.events.push(*event);
        }
    }
}

impl Lives<'_> {
    /// The life of a person under each scenario, as tables.
    ///
    /// # Errors
    /// Nobody in this member has that number, or the draw makes no model.
    pub(super) fn of(&self, person: u64, options: &Options, scenarios: &[usize]) -> Result<String, Failure> {
        let plan = Plan::new(self.model, options)?;
        let Member { draw, replication } = self.member;
        let values = self.draws.values(draw);
        let compiled = plan.compile(&values).map_err(|reason| EnsembleError::Compile { draw, reason })?;
        let luck = Luck::new(self.seed, draw, replication);
        let compiled = compiled.shocked(luck);
        let mut tally = Tally::new(plan.layout());
        let mut text = String::new();
        for &scenario in scenarios {
            let mut follow = Follow { person: PersonId(person), events: Vec::new() };
            tally.reset();
            engine::simulate(&compiled, scenario, luck, &mut tally, &mut follow);
            if follow.events.is_empty() {
                return Err(Failure::Usage(format!(
                    "nobody in member {} has the number {person}; those there at the start are 0 to {}, and a child has the number \
                     that the life of its mother shows",
                    self.member,
                    plan.persons().saturating_sub(1),
                )));
            }
            // Births are known before the rest of a life; a stable sort keeps what happens at one moment in its order.
            follow.events.sort_by(|a, b| a.time.total_cmp(&b.time));
            let words = [
                ("person", &*person.to_string()),
                ("member", &self.member.to_string()),
                ("scenario", self.language.pick(&self.model.scenarios[scenario].label)),
            ];
            text += &format!("{}\n\n{}\n\n", fill(&self.texts.trace.title, &words), self.table(&follow.events, &compiled));
        }
        Ok(text)
    }

    fn table(&self, events: &[Event], compiled: &Compiled) -> String {
        let texts = &self.texts.trace;
        let mut table = Table::new();
        table.load_style(STYLE);
        table.set_header([&texts.moment, &texts.age, &texts.event]);
        let age = |time: f64, born: f64| if compiled.has_age { format!("{}", (time - born).floor()) } else { String::new() };
        // A gate that does not reach somebody changes nothing for them.
        let told = |event: &&Event| !matches!(event.what, What::Asks { reached: None, .. });
        for event in events.iter().filter(told) {
            table.add_row([self.date(event.time), age(event.time, event.born), self.happening(event, compiled)]);
        }
        if let Some(last) = events.last()
            && !matches!(last.what, What::Dies | What::Leaves)
        {
            let end = compiled.years as f64;
            table.add_row([self.date(end), age(end, last.born), texts.end.clone()]);
        }
        for column in table.column_iter_mut() {
            column.set_padding((0, 1));
        }
        if let Some(column) = table.column_mut(1) {
            column.set_cell_alignment(CellAlignment::Right);
        }
        table.trim_fmt()
    }

    fn happening(&self, event: &Event, compiled: &Compiled) -> String {
        let texts = &self.texts.trace;
        let track = |track: usize| self.language.pick(&self.model.tracks[track].label);
        let state = |track: usize, state: u8| self.language.pick(&self.model.tracks[track].states[usize::from(state)].label);
        let names = |track: usize, gate: usize, variant: usize| {
            let gate = &self.model.tracks[track].gates[gate];
            [&gate.label, &gate.variants[variant].label].map(|label| self.language.pick(label))
        };
        match event.what {
            What::Enters => {
                let how = match event.time {
                    time if time <= 0.0 => &texts.present,
                    time if compiled.has_age && time <= event.born => &texts.born,
                    _ => &texts.arrives,
                };
                let values = compiled.profiles.values(event.profile);
                let traits = self
                    .model
                    .attributes
                    .iter()
                    .zip(values)
                    .map(|(attribute, &value)| attribute.values[usize::from(value)].as_str());
                [how.as_str()].into_iter().chain(traits).collect::<Vec<_>>().join(", ")
            }
            What::Begins { track: id, state: at, elapsed } => {
                let years = written(elapsed, -1, self.language);
                fill(&texts.since, &[("track", track(id)), ("state", state(id, at)), ("years", &years)])
            }
            What::TakesOver { track: id, state: at, elapsed } => {
                let years = written(elapsed, -1, self.language);
                fill(&texts.takes_over, &[("track", track(id)), ("state", state(id, at)), ("years", &years)])
            }
            What::Moves { track: id, from, to, .. } if from == to => {
                fill(&texts.renews, &[("track", track(id)), ("state", state(id, to))])
            }
            What::Moves { track: id, from, to, .. } => {
                fill(&texts.moves, &[("track", track(id)), ("from", state(id, from)), ("to", state(id, to))])
            }
            What::Asks { track: id, gate, asked, reached, .. } => {
                let Some((variant, diverted)) = reached else { return String::new() };
                let [gate, variant] = names(id, gate, variant);
                let words = [("track", track(id)), ("state", state(id, asked)), ("gate", gate), ("variant", variant)];
                fill(if diverted { &texts.diverted } else { &texts.reached }, &words)
            }
            What::Returns { track: id, gate, variant, why } => {
                let [gate, variant] = names(id, gate, variant);
                let text = match why {
                    Why::Relapse => &texts.relapses,
                    Why::Delay => &texts.waited,
                    Why::Onset => &texts.ends,
                };
                fill(text, &[("track", track(id)), ("gate", gate), ("variant", variant)])
            }
            What::GivesBirth(child) => fill(&texts.birth, &[("person", &child.0.to_string())]),
            What::Dies => texts.dies.clone(),
            What::Leaves => texts.leaves.clone(),
        }
    }

    /// The date of a moment in years since the model's start.
    fn date(&self, time: f64) -> String {
        date(f64::from(self.model.first_year) + time)
    }
}
