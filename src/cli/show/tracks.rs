//! A track: its states, and its moves as sentences.

use super::{Section, Show};
use crate::cli::text::fill;
use crate::model::{Carrier, Clock, Dwell, Elapsed, Hazard, NeedLabel, State, Track, Transition};

impl Show<'_> {
    /// States with layer and cost, moves, and who starts where.
    pub(super) fn track(&self, id: usize) -> Section {
        let (track, texts) = (&self.model.tracks[id], &self.texts.show);
        let label = format!("{} (`{}`)", self.language.pick(&track.label), track.name);
        let mut section = Section::new(&fill(&texts.track, &[("track", &label)]));
        if let Some(domain) = track.domain {
            section.add(0, &fill(&texts.domain, &[("domain", self.language.pick(&self.model.domains[domain].label))]));
        }
        if track.unit == Carrier::Household {
            section.add(0, &texts.household);
        }
        if !track.labels.is_empty() {
            let name = |label: &NeedLabel| format!("`{}` ({})", label.name, self.language.pick(&label.label));
            let names: Vec<String> = track.labels.iter().map(name).collect();
            section.add(0, &fill(&texts.labels, &[("labels", &names.join(", "))]));
        }
        section.add(0, &format!("{}:", texts.states));
        for state in &track.states {
            section.add(2, &self.state(track, state));
        }
        if !track.transitions.is_empty() {
            section.add(0, &format!("{}:", texts.moves));
        }
        for transition in &track.transitions {
            section.add(2, &self.transition(track, transition));
        }
        self.gates(track, &mut section);
        if !track.initial.is_empty() {
            section.add(0, &format!("{}:", texts.start));
        }
        for initial in &track.initial {
            let (text, years) = match &initial.elapsed {
                Elapsed::Stationary => (&texts.initial_stationary, String::new()),
                Elapsed::Years(years) if years.value(&self.medians) == 0.0 => (&texts.initial, String::new()),
                Elapsed::Years(years) => (&texts.initial_years, self.value(years)),
            };
            let mut factors = self.tables_named(&initial.tables);
            factors.extend(initial.frail.then(|| texts.frail.clone()));
            let (state, share) = (format!("`{}`", track.states[initial.state].name), self.value(&initial.share));
            let words = [("state", &*state), ("share", &share), ("factors", &listed(&factors)), ("years", &years)];
            section.add(2, &fill(text, &words));
            if !initial.labels.is_empty() {
                let named = track.labels.iter().zip(&initial.labels);
                let shares: Vec<String> =
                    named.map(|(label, share)| format!("`{}` {}", label.name, self.percent(share))).collect();
                section.add(4, &fill(&texts.label_shares, &[("shares", &shares.join(", "))]));
            }
        }
        section.add(0, &format!("{} {}", texts.unnamed, self.origin_of(track.origin.as_ref())));
        section
    }

    fn state(&self, track: &Track, state: &State) -> String {
        let texts = &self.texts.show;
        let label = self.language.pick(&state.label);
        let name = if label == state.name { format!("`{label}`") } else { format!("`{}`, {label}", state.name) };
        let mut parts = vec![self.texts.layer(state.layer).to_owned()];
        parts.extend(state.sink.then(|| texts.sink.clone()));
        let amounts = [
            (&texts.per_year, &state.cost_per_person_year),
            (&texts.per_start, &state.cost_per_start),
            (&texts.per_indicatie, &state.cost_per_indicatie),
        ];
        let mut costs: Vec<String> = amounts
            .into_iter()
            .filter_map(|(text, amount)| Some(fill(text, &[("amount", &self.value(amount.as_ref()?))])))
            .collect();
        if let Some(last) = costs.last_mut() {
            *last += &format!(" {}", fill(&texts.price_year, &[("year", &state.price_year.to_string())]));
        }
        parts.extend(costs);
        parts.extend(self.shocks_named(&state.cost_shocks));
        let other = |id: usize| format!("`{}`", track.states[id].name);
        parts.extend(state.place.as_ref().map(|place| {
            let (amount, resource) = (self.value(&place.amount), &*self.model.resources[place.resource].name);
            fill(&texts.takes, &[("amount", &amount), ("resource", resource), ("state", &other(place.full))])
        }));
        parts.extend(
            state.wait.map(|wait| fill(&texts.waits, &[("state", &other(wait.state)), ("class", &wait.class.to_string())])),
        );
        if state.informal_hours_per_week.value(&self.medians) != 0.0 {
            parts.push(fill(&texts.hours, &[("hours", &self.value(&state.informal_hours_per_week))]));
        }
        if state.indicaties_per_person.value(&self.medians) > 1.0 {
            parts.push(fill(&texts.indicaties, &[("count", &self.value(&state.indicaties_per_person))]));
        }
        format!("{name}: {}.", parts.join("; "))
    }

    fn transition(&self, track: &Track, transition: &Transition) -> String {
        let texts = &self.texts.show;
        let name = |state: usize| format!("`{}`", track.states[state].name);
        let from = if transition.from_any {
            texts.any.clone()
        } else {
            transition.from.iter().map(|&state| name(state)).collect::<Vec<_>>().join(", ")
        };
        let to: Vec<String> = (transition.to.iter())
            .enumerate()
            .map(|(at, (state, share))| {
                if let Some(Some(gate)) = transition.gates.get(at) {
                    let gate = &track.gates[*gate].name;
                    let words = [("share", &*self.percent(share)), ("state", &name(*state)), ("gate", gate)];
                    return fill(&texts.through, &words);
                }
                let again = transition.from == [*state];
                let text = if again { &texts.renewed } else { &texts.share_to };
                fill(text, &[("share", &self.percent(share)), ("state", &name(*state))])
            })
            .collect();
        let mut to = to.join(", ");
        if let Some(label) = transition.label {
            let label = format!("`{}`", track.labels[label].name);
            to = fill(&texts.labelled, &[("to", &to), ("label", &label)]);
        }
        match &transition.clock {
            Clock::Hazard(hazard) => {
                let (rate, factors) = (self.value(&hazard.per_year), self.factors(hazard));
                fill(&texts.hazard, &[("from", &from), ("rate", &rate), ("factors", &factors), ("to", &to)])
            }
            Clock::Dwell(dwell) => fill(&texts.dwell, &[("from", &from), ("time", &self.time(dwell)), ("to", &to)]),
            Clock::Age(age) => {
                let months = (age * 12.0).round() as u32;
                let (years, months) = ((months / 12).to_string(), (months % 12).to_string());
                fill(&texts.at_age, &[("from", &from), ("years", &years), ("months", &months), ("to", &to)])
            }
        }
    }

    /// What multiplies a hazard, after a comma; nothing if nothing does.
    pub(super) fn factors(&self, hazard: &Hazard) -> String {
        let texts = &self.texts.show;
        let mut parts = self.tables_named(&hazard.tables);
        if !hazard.trends.is_empty() {
            let names: Vec<String> = hazard.trends.iter().map(|&id| format!("`{}`", self.model.trends[id].name)).collect();
            parts.push(fill(&texts.growth, &[("names", &names.join(", "))]));
        }
        parts.extend(self.shocks_named(&hazard.shocks));
        parts.extend(hazard.frail.then(|| texts.frail.clone()));
        for (track, factors) in &hazard.while_in {
            let track = &self.model.tracks[*track];
            for (state, factor) in track.states.iter().zip(factors) {
                if factor != &crate::model::Expression::Number(1.0) {
                    let (track, state) = (format!("`{}`", track.name), format!("`{}`", state.name));
                    let words = [("factor", &*self.value(factor)), ("track", &track), ("state", &state)];
                    parts.push(fill(&texts.while_in, &words));
                }
            }
        }
        if let Some(overload) = &hazard.overload {
            let words = [("factor", &*self.value(&overload.factor)), ("hours", &self.value(&overload.above_hours_per_week))];
            parts.push(fill(&texts.bears, &words));
        }
        listed(&parts)
    }

    /// What runs out: how many places, whose, and where the number comes from.
    pub(super) fn resources(&self) -> Section {
        let texts = &self.texts.show;
        let mut section = Section::new(&texts.resources);
        for resource in &self.model.resources {
            let words = [
                ("name", &*resource.name),
                ("label", self.language.pick(&resource.label)),
                ("places", &self.value(&resource.places)),
                ("whose", if resource.per_wijk { &texts.whose_wijk } else { &texts.whose_city }),
                ("factors", &listed(&self.tables_named(&resource.tables))),
            ];
            section.add(0, &fill(&texts.resource, &words));
            section.add(2, &self.origin_of(resource.origin.as_ref()));
        }
        section
    }

    fn tables_named(&self, tables: &[usize]) -> Vec<String> {
        let names: Vec<String> = tables.iter().map(|&id| format!("`{}`", self.model.tables[id].name)).collect();
        let text = fill(&self.texts.show.times, &[("names", &names.join(", "))]);
        if names.is_empty() { Vec::new() } else { vec![text] }
    }

    fn shocks_named(&self, shocks: &[usize]) -> Option<String> {
        let names: Vec<String> = shocks.iter().map(|&id| format!("`{}`", self.model.shocks[id].name)).collect();
        (!names.is_empty()).then(|| fill(&self.texts.show.shock, &[("names", &names.join(", "))]))
    }

    fn time(&self, dwell: &Dwell) -> String {
        let texts = &self.texts.show;
        let law = |text: &str, a: &str, b: &str| fill(text, &[("a", a), ("b", b)]);
        match dwell {
            Dwell::Exponential { mean } => law(&texts.exponential, &self.value(mean), ""),
            Dwell::Weibull { scale, shape } => law(&texts.weibull, &self.value(scale), &self.value(shape)),
            Dwell::Gamma { mean, shape } => law(&texts.gamma, &self.value(mean), &self.value(shape)),
            Dwell::Lognormal { median, sigma } => law(&texts.lognormal, &self.value(median), &self.value(sigma)),
            Dwell::Uniform { min, max } => law(&texts.uniform, &self.value(min), &self.value(max)),
            Dwell::Fixed(years) => law(&texts.fixed, &self.value(years), ""),
            Dwell::Empirical { edges, .. } => {
                let edge = |value: Option<&f64>| self.number(value.copied().unwrap_or(0.0));
                law(&texts.empirical, &edge(edges.first()), &edge(edges.last()))
            }
        }
    }
}

/// Parts after a comma.
fn listed(parts: &[String]) -> String {
    if parts.is_empty() { String::new() } else { format!(", {}", parts.join(", ")) }
}
