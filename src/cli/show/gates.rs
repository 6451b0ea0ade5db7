//! Gates: what they stand before, whom they reach, and what becomes of the diverted.

use super::{Section, Show};
use crate::cli::text::fill;
use crate::model::{Gate, Then, Track, Variant, date};

impl Show<'_> {
    /// The gates of a track with their variants.
    pub(super) fn gates(&self, track: &Track, section: &mut Section) {
        if !track.gates.is_empty() {
            section.add(0, &format!("{}:", self.texts.show.gates));
        }
        for (depth, line) in self.gate_lines(track) {
            section.add(2 + 2 * depth, &line);
        }
    }

    /// The gates of a track, each followed by its variants; with their depth, 0 or 1.
    pub(super) fn gate_lines(&self, track: &Track) -> Vec<(usize, String)> {
        let mut lines = Vec::new();
        for (id, gate) in track.gates.iter().enumerate() {
            lines.push((0, self.gate(track, id, gate)));
            lines.extend(gate.variants.iter().map(|variant| (1, self.variant(track, variant))));
        }
        lines
    }

    fn gate(&self, track: &Track, id: usize, gate: &Gate) -> String {
        let (name, label) = (&*gate.name, self.language.pick(&gate.label));
        let (asked, to, who) = (self.asked(track, id), self.state_name(track, gate.to), self.who(gate));
        let words = [("name", name), ("label", label), ("asked", &asked), ("to", &to), ("who", &who)];
        fill(&self.texts.show.gate, &words)
    }

    /// The states that a gate stands before.
    fn asked(&self, track: &Track, gate: usize) -> String {
        let mut behind: Vec<usize> = track.transitions.iter().flat_map(|transition| transition.behind(gate)).collect();
        behind.sort_unstable();
        behind.dedup();
        self.row(behind.into_iter().map(|state| self.state_name(track, state)))
    }

    /// Whose requests pass a gate.
    fn who(&self, gate: &Gate) -> String {
        let texts = &self.texts.show;
        let mut who = Vec::new();
        who.extend(gate.new.then(|| texts.gate_new.clone()));
        who.extend(gate.renewal.then(|| texts.gate_renewal.clone()));
        who.extend(gate.running.map(|(from, until)| {
            let text = if gate.runs_out { &texts.gate_running_on } else { &texts.gate_running };
            fill(text, &[("from", &date(from)), ("until", &date(until))])
        }));
        who.join(", ")
    }

    fn variant(&self, track: &Track, variant: &Variant) -> String {
        let texts = &self.texts.show;
        let (reach, success) = (self.percent(&variant.reach), self.percent(&variant.success));
        let label = self.language.pick(&variant.label);
        let words = [("name", &*variant.name), ("label", label), ("reach", &reach), ("success", &success)];
        let mut parts = vec![fill(&texts.variant, &words)];
        if let Some(relapse) = &variant.relapse {
            let still = relapse.still.iter();
            parts.extend(
                still.map(|(years, share)| {
                    fill(&texts.still, &[("years", &self.number(*years)), ("share", &self.percent(share))])
                }),
            );
            parts.push(match relapse.then {
                Then::Plateau => texts.then_plateau.clone(),
                Then::Hazard => texts.then_hazard.clone(),
                Then::Onset => texts.then_onset.clone(),
            });
        }
        if let Some((state, years)) = &variant.delay {
            let state = self.state_name(track, *state);
            parts.push(fill(&texts.delay, &[("years", &self.value(years)), ("state", &state)]));
        }
        let amounts = [(&texts.per_reached, &variant.cost_per_reached), (&texts.per_diverted, &variant.cost_per_diverted)];
        let costs: Vec<String> = amounts
            .into_iter()
            .filter_map(|(text, amount)| Some(fill(text, &[("amount", &self.value(amount.as_ref()?))])))
            .collect();
        if !costs.is_empty() {
            parts.push(format!("{} {}", costs.join(", "), fill(&texts.price_year, &[("year", &variant.price_year.to_string())])));
            parts.extend(self.year_factors(&variant.cost_times));
        }
        format!("{}.", parts.join("; "))
    }
}
