//! A track: its states, and its moves as sentences.

use super::{Section, Show};
use crate::cli::text::fill;
use crate::model::{
    Attached, Carrier, Clock, Coupling, Dwell, Elapsed, Expression, Growth, Hazard, Initial, NeedLabel, Resource, State, Track,
    Transition, YearFactors, date,
};

impl Show<'_> {
    /// States with layer and cost, moves, and who starts where.
    pub(super) fn track(&self, id: usize) -> Section {
        let (track, texts) = (&self.model.tracks[id], &self.texts.show);
        let label = format!("{} (`{}`)", self.language.pick(&track.label), track.name);
        let mut section = Section::new(&fill(&texts.track, &[("track", &label)]));
        if let Some(about) = &track.about {
            section.about(0, self.language.pick(about));
            section.lines.push(String::new());
        }
        for line in self.whose(track) {
            section.add(0, &line);
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
        if !track.attached.is_empty() {
            section.add(0, &format!("{}:", texts.attached));
        }
        for attached in &track.attached {
            section.add(2, &self.attached(track, attached));
        }
        if !track.initial.is_empty() {
            section.add(0, &format!("{}:", texts.start));
        }
        for initial in &track.initial {
            let (state, share) = (self.state_name(track, initial.state), self.value(&initial.share));
            let (factors, since) = (self.initial_factors(initial), self.since(&initial.elapsed));
            let words = [("state", &*state), ("share", &share), ("factors", &factors), ("since", &since)];
            section.add(2, &fill(&texts.initial, &words));
            if let Some(shares) = self.label_shares(track, initial) {
                section.add(4, &shares);
            }
        }
        section.add(0, &format!("{} {}", texts.unnamed, self.origin_of(track.origin.as_ref())));
        section
    }

    /// The name of a state in a sentence.
    pub(super) fn state_name(&self, track: &Track, state: usize) -> String {
        let state = &track.states[state];
        self.named(&state.name, &state.label)
    }

    /// What multiplies a share at the start, after a comma; nothing if nothing does.
    pub(super) fn initial_factors(&self, initial: &Initial) -> String {
        let mut factors = self.tables_named(&initial.tables);
        factors.extend(initial.frail.then(|| self.texts.show.frail.clone()));
        listed(&factors)
    }

    /// For how long those who begin in a state have been there.
    pub(super) fn since(&self, elapsed: &Elapsed) -> String {
        let texts = &self.texts.show;
        match elapsed {
            Elapsed::Stationary => texts.since_stationary.clone(),
            Elapsed::Years(years) if self.is_zero(years) => texts.since_now.clone(),
            Elapsed::Years(years) => fill(&texts.since_years, &[("years", &self.value(years))]),
        }
    }

    fn state(&self, track: &Track, state: &State) -> String {
        let texts = &self.texts.show;
        let label = self.language.pick(&state.label);
        let name = if label == state.name { format!("`{label}`") } else { format!("`{}`, {label}", state.name) };
        let mut parts = vec![self.texts.layer(state.layer).to_owned()];
        parts.extend(state.sink.then(|| texts.sink.clone()));
        parts.extend(self.costs(state));
        parts.extend(self.places(track, state));
        if !self.is_zero(&state.informal_hours_per_week) {
            parts.push(fill(&texts.hours, &[("hours", &self.value(&state.informal_hours_per_week))]));
        }
        if state.indicaties_per_person.value(&self.medians) > 1.0 {
            parts.push(fill(&texts.indicaties, &[("count", &self.value(&state.indicaties_per_person))]));
        }
        format!("{name}: {}.", parts.join("; "))
    }

    /// What a state costs, and the shocks on it.
    pub(super) fn costs(&self, state: &State) -> Vec<String> {
        let texts = &self.texts.show;
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
        costs.extend(self.year_factors(&state.cost_times));
        costs
    }

    /// The place that a state takes, or what is waited for in it.
    pub(super) fn places(&self, track: &Track, state: &State) -> Vec<String> {
        let texts = &self.texts.show;
        let takes = state.place.as_ref().map(|place| {
            let resource = &self.model.resources[place.resource];
            let (amount, resource) = (self.value(&place.amount), self.named(&resource.name, &resource.label));
            let full = self.state_name(track, place.full);
            fill(&texts.takes, &[("amount", &amount), ("resource", &resource), ("state", &full)])
        });
        // Where all stand in one line, its class says nothing.
        let mut waits = self.model.tracks.iter().flat_map(|track| &track.states).filter_map(|state| state.wait);
        let text = if waits.any(|wait| wait.class > 0) { &texts.waits_class } else { &texts.waits };
        let waits = state.wait.map(|wait| {
            let class = wait.class.to_string();
            let words = [("state", &*self.state_name(track, wait.state)), ("class", &class)];
            fill(text, &words)
        });
        takes.into_iter().chain(waits).collect()
    }

    /// What follows states of a track, and what it costs or brings in.
    pub(super) fn attached(&self, track: &Track, attached: &Attached) -> String {
        let texts = &self.texts.show;
        let follows = attached.of.iter().map(|(state, units)| {
            let state = self.state_name(track, *state);
            fill(&texts.follows, &[("units", &self.value(units)), ("state", &state)])
        });
        let text = if attached.income { &texts.attached_income } else { &texts.attached_cost };
        let words = [
            ("name", &*attached.name),
            ("label", self.language.pick(&attached.label)),
            ("follows", &follows.collect::<Vec<_>>().join(", ")),
            ("amount", &self.value(&attached.per_person_year)),
        ];
        let prices = fill(&texts.price_year, &[("year", &attached.price_year.to_string())]);
        let mut parts = vec![format!("{} {prices}", fill(text, &words))];
        parts.extend((!attached.indexed).then(|| texts.not_indexed.clone()));
        parts.extend(self.year_factors(&attached.times));
        format!("{}.", parts.join("; "))
    }

    fn transition(&self, track: &Track, transition: &Transition) -> String {
        let (from, when) = (self.from(track, transition), self.when(&transition.clock));
        let to = self.labelled(track, transition, &self.ways(track, transition).join(", "));
        fill(&self.texts.show.transition, &[("from", &from), ("when", &when), ("to", &to)])
    }

    /// The domain of a track, whose need it is, and the labels that needs bear.
    pub(super) fn whose(&self, track: &Track) -> Vec<String> {
        let texts = &self.texts.show;
        let domain = track.domain.map(|domain| self.language.pick(&self.model.domains[domain].label));
        let mut lines: Vec<String> = domain.map(|domain| fill(&texts.domain, &[("domain", domain)])).into_iter().collect();
        lines.extend((track.unit == Carrier::Household).then(|| texts.household.clone()));
        let name = |label: &NeedLabel| format!("`{}` ({})", label.name, self.language.pick(&label.label));
        let labels: Vec<String> = track.labels.iter().map(name).collect();
        lines.extend((!labels.is_empty()).then(|| fill(&texts.labels, &[("labels", &labels.join(", "))])));
        lines
    }

    /// Where a move leads, and the label of the need that it brings.
    pub(super) fn labelled(&self, track: &Track, transition: &Transition, to: &str) -> String {
        transition.label.map_or_else(
            || to.to_owned(),
            |label| {
                let NeedLabel { name, label } = &track.labels[label];
                fill(&self.texts.show.labelled, &[("to", to), ("label", &self.named(name, label))])
            },
        )
    }

    /// The share of each label among those who start in a state, if they bear any.
    pub(super) fn label_shares(&self, track: &Track, initial: &Initial) -> Option<String> {
        let named = track.labels.iter().zip(&initial.labels);
        let shares: Vec<String> =
            named.map(|(label, share)| format!("{} {}", self.named(&label.name, &label.label), self.percent(share))).collect();
        (!shares.is_empty()).then(|| fill(&self.texts.show.label_shares, &[("shares", &shares.join(", "))]))
    }

    /// The states that a move leaves from.
    pub(super) fn from(&self, track: &Track, transition: &Transition) -> String {
        if transition.from_any {
            return self.texts.show.any.clone();
        }
        self.row(transition.from.iter().map(|&state| self.state_name(track, state)))
    }

    /// When a move happens.
    pub(super) fn when(&self, clock: &Clock) -> String {
        let texts = &self.texts.show;
        match clock {
            Clock::Hazard(hazard) => {
                fill(&texts.hazard, &[("rate", &self.value(&hazard.per_year)), ("factors", &self.factors(hazard))])
            }
            Clock::Dwell(dwell) => self.time(dwell),
            Clock::Age(ages) => {
                let born = |(moment, age): &(f64, f64)| {
                    fill(&texts.born_before, &[("date", &date(*moment)), ("age", &self.exact_age(*age))])
                };
                let born: Vec<String> = ages.born_before.iter().map(born).collect();
                let text = if born.is_empty() { &texts.at_age } else { &texts.at_ages };
                fill(text, &[("age", &self.exact_age(ages.others)), ("born", &born.join("; "))])
            }
        }
    }

    /// Where a move leads, each way with its share and the gate before it.
    pub(super) fn ways(&self, track: &Track, transition: &Transition) -> Vec<String> {
        let texts = &self.texts.show;
        let way = |(at, (state, share)): (usize, &(usize, Expression))| {
            let (share_text, name) = (self.percent(share), self.state_name(track, *state));
            if let Some(Some(gate)) = transition.gates.get(at) {
                let gate = &track.gates[*gate];
                let gate = self.named(&gate.name, &gate.label);
                return fill(&texts.through, &[("share", &share_text), ("state", &name), ("gate", &gate)]);
            }
            if *share == Expression::Number(1.0) && transition.from != [*state] {
                return fill(&texts.certain_to, &[("state", &name)]);
            }
            let text = if transition.from == [*state] { &texts.renewed } else { &texts.share_to };
            fill(text, &[("share", &share_text), ("state", &name)])
        };
        transition.to.iter().enumerate().map(way).collect()
    }

    fn exact_age(&self, age: f64) -> String {
        let texts = &self.texts.show;
        let months = (age * 12.0).round() as u32;
        let text = if months.is_multiple_of(12) { &texts.whole_age } else { &texts.exact_age };
        fill(text, &[("years", &(months / 12).to_string()), ("months", &(months % 12).to_string())])
    }

    /// What multiplies a hazard, after a comma; nothing if nothing does.
    pub(super) fn factors(&self, hazard: &Hazard) -> String {
        let texts = &self.texts.show;
        let mut parts = self.tables_named(&hazard.tables);
        parts.extend(self.trends_named(&hazard.trends));
        parts.extend(self.shocks_named(&hazard.shocks));
        parts.extend(hazard.frail.then(|| texts.frail.clone()));
        for Coupling { track, factors, otherwise } in &hazard.while_in {
            let track = &self.model.tracks[*track];
            let mut part = |text: &str, factor: &Expression, state: &str| {
                let words =
                    [("factor", &*self.value(factor)), ("track", &self.named(&track.name, &track.label)), ("state", state)];
                parts.push(fill(text, &words));
            };
            for (state, factor) in track.states.iter().zip(factors).filter(|(_, factor)| *factor != otherwise) {
                part(&texts.while_in, factor, &self.named(&state.name, &state.label));
            }
            if *otherwise != Expression::Number(1.0) {
                part(&texts.while_elsewhere, otherwise, "");
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
        let mut section = Section::new(&self.texts.show.resources);
        for resource in &self.model.resources {
            section.add(0, &self.resource(resource));
            if let Some(about) = &resource.about {
                section.about(2, self.language.pick(about));
            }
            section.add(2, &self.origin_of(resource.origin.as_ref()));
        }
        section
    }

    /// How many places a resource has, and whose they are.
    pub(super) fn resource(&self, resource: &Resource) -> String {
        let texts = &self.texts.show;
        let words = [
            ("name", &*resource.name),
            ("label", self.language.pick(&resource.label)),
            ("places", &self.value(&resource.places)),
            ("whose", if resource.per_wijk { &texts.whose_wijk } else { &texts.whose_city }),
            ("factors", &listed(&self.tables_named(&resource.tables))),
        ];
        fill(&texts.resource, &words)
    }

    fn tables_named(&self, tables: &[usize]) -> Vec<String> {
        let names: Vec<String> = tables.iter().map(|&id| format!("`{}`", self.model.tables[id].name)).collect();
        let text = fill(&self.texts.show.times, &[("names", &names.join(", "))]);
        if names.is_empty() { Vec::new() } else { vec![text] }
    }

    /// What multiplies an amount from year to year.
    pub(super) fn year_factors(&self, factors: &YearFactors) -> Vec<String> {
        let mut parts = self.tables_named(&factors.tables);
        parts.extend(self.trends_named(&factors.trends));
        parts.extend(self.shocks_named(&factors.shocks));
        parts
    }

    /// Those that grow by a share a year, then those with a factor per year.
    fn trends_named(&self, trends: &[usize]) -> Vec<String> {
        let texts = &self.texts.show;
        let steady = |id: &usize| matches!(self.model.trends[*id].growth, Growth::Steady { .. });
        let (growing, yearly): (Vec<usize>, Vec<usize>) = trends.iter().partition(|id| steady(id));
        let named = |text: &str, trends: Vec<usize>| {
            let names: Vec<String> = trends.iter().map(|&id| format!("`{}`", self.model.trends[id].name)).collect();
            (!names.is_empty()).then(|| fill(text, &[("names", &names.join(", "))]))
        };
        [named(&texts.growth, growing), named(&texts.yearly, yearly)].into_iter().flatten().collect()
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
