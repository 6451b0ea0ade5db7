//! Who lives here, who comes and goes, what they share, what runs out, and at which prices it is all counted.

use super::homes::Home;
use super::markdown::Column;
use super::{Page, runs, span};
use crate::cli::number::figures;
use crate::cli::text::fill;
use crate::model::{Birth, Rate, Stream};

impl Page<'_> {
    /// Inwoners at the start, and what tells them apart.
    pub(super) fn people(&mut self) {
        let (show, model) = (self.show, self.show.model);
        self.document.heading(2, &fill(&show.texts.show.people, &[("year", &model.first_year.to_string())]));
        let mut attributes = Vec::new();
        attributes.extend(model.has_age.then(|| show.texts.show.age.clone()));
        attributes.extend(
            (model.attributes.iter())
                .map(|attribute| format!("{} ({})", show.language.pick(&attribute.label), attribute.values.join(", "))),
        );
        if !attributes.is_empty() {
            self.document.text(&fill(&self.texts.attributes, &[("attributes", &attributes.join("; "))]));
        }
        let (header, rows) = show.inwoners();
        let columns: Vec<Column<'_>> = header
            .iter()
            .enumerate()
            .map(|(at, name)| if at == 0 { Column::words(name) } else { Column::numbers(name) })
            .collect();
        self.document.table(&columns, &rows);
        self.document.text(&show.origin_of(model.population_origin.as_ref()));
    }

    /// Births, deaths and departures.
    pub(super) fn demography(&mut self) {
        let show = self.show;
        let mut events = show.events();
        if events.is_empty() {
            return;
        }
        events.extend(show.model.demography.birth.iter().map(|birth| self.birth(birth)));
        self.document.heading(2, &show.texts.show.demography);
        self.document.list(&events);
        self.numbers(Home::Demography);
    }

    /// Who can be a mother, and what the newborn is like.
    fn birth(&self, birth: &Birth) -> String {
        let (show, attributes) = (self.show, &self.show.model.attributes);
        let label = |id: usize| show.language.pick(&attributes[id].label);
        let mothers: Vec<String> = (birth.mothers.iter())
            .map(|&(id, value)| format!("{} {}", label(id), attributes[id].values[usize::from(value)]))
            .collect();
        let newborn: Vec<String> = (birth.newborn.iter())
            .map(|(id, shares)| {
                let shares: Vec<String> = (attributes[*id].values.iter().zip(shares))
                    .map(|(value, share)| format!("{value} {}", show.percent(share)))
                    .collect();
                format!("{} {}", label(*id), shares.join(", "))
            })
            .collect();
        let mothers = if mothers.is_empty() { show.texts.table.everybody.clone() } else { mothers.join(", ") };
        let mut text = fill(&self.texts.mothers, &[("mothers", &mothers)]);
        if !newborn.is_empty() {
            text += &format!(" {}", fill(&self.texts.newborn, &[("newborn", &newborn.join("; "))]));
        }
        text
    }

    /// Arrivals.
    pub(super) fn streams(&mut self) {
        let (show, streams) = (self.show, &self.show.model.streams);
        if streams.is_empty() {
            return;
        }
        self.document.heading(2, &show.texts.show.streams);
        let lines: Vec<String> =
            streams.iter().flat_map(|stream| [Some(show.stream(stream)), self.by_year(stream)]).flatten().collect();
        self.document.list(&lines);
        self.numbers(Home::Streams);
    }

    /// Arrivals of each calendar year, where they are given so.
    fn by_year(&self, stream: &Stream) -> Option<String> {
        let Rate::ByYear(rates) = &stream.rate else { return None };
        let (first, last) = (i64::from(self.show.model.first_year), i64::from(self.show.model.last_year));
        let years: Vec<String> = runs(rates)
            .into_iter()
            .map(|(from, to, rate)| format!("{}: {}", span(first + from as i64, first + to as i64, last), self.show.value(rate)))
            .collect();
        Some(format!("`{}`: {}.", stream.name, years.join("; ")))
    }

    /// What strikes everybody together, what makes persons differ, and which numbers go together.
    pub(super) fn shared(&mut self) {
        let (show, model, texts) = (self.show, self.show.model, self.texts);
        if !model.shocks.is_empty() || model.frailty.is_some() {
            self.document.heading(2, &show.texts.show.shocks);
            let rows: Vec<Vec<String>> = model
                .shocks
                .iter()
                .map(|shock| {
                    let spread = [show.value(&shock.sigma), show.value(&shock.persistence)];
                    let origin = self.origin(Some(shock.source), shock.note.as_deref(), Some(shock.grade));
                    [self.titled(&shock.name, &shock.label)].into_iter().chain(spread).chain(origin).collect()
                })
                .collect();
            let columns = [&texts.shock, &texts.spread, &texts.persistence, &texts.grade, &texts.source];
            self.document.table(&columns.map(|name| Column::words(name)), &rows);
            if let Some(frailty) = &model.frailty {
                let figure = show.frailty(frailty);
                self.document.text(&format!("{} {}", figure.text, show.origin_of(Some(&figure.origin))));
            }
            self.numbers(Home::Luck);
        }
        if !model.correlations.is_empty() {
            self.document.heading(2, &show.texts.show.correlations);
            let rows: Vec<Vec<String>> = model
                .correlations
                .iter()
                .map(|pair| {
                    let names = pair.between.map(|id| format!("`{}`", model.parameters[id].name));
                    let origin = self.origin(Some(pair.source), pair.note.as_deref(), Some(pair.grade));
                    names.into_iter().chain([show.number(pair.rho)]).chain(origin).collect()
                })
                .collect();
            let columns = [&texts.one, &texts.other, &texts.rho, &texts.grade, &texts.source];
            self.document.table(&columns.map(|name| Column::words(name)), &rows);
        }
    }

    /// What runs out.
    pub(super) fn resources(&mut self) {
        let (show, model) = (self.show, self.show.model);
        if model.resources.is_empty() {
            return;
        }
        self.document.heading(2, &show.texts.show.resources);
        for resource in &model.resources {
            let origin = show.origin_of(resource.origin.as_ref());
            self.document.text(&format!("{} {origin}", show.resource(resource)));
            self.about(resource.about.as_ref());
        }
        self.numbers(Home::Resources);
    }

    /// The price index.
    pub(super) fn prices(&mut self) {
        let (show, prices) = (self.show, &self.show.model.prices);
        self.document.heading(2, &self.texts.prices);
        self.document.text(&fill(&show.texts.show.prices, &[("year", &prices.constant_year.to_string())]));
        if prices.index.len() > 1 {
            let years = (prices.first_year..).zip(&prices.index);
            let index: Vec<String> = years.map(|(year, index)| format!("{year}: {}", figures(*index, show.language))).collect();
            self.document.text(&fill(&self.texts.index, &[("index", &index.join("; "))]));
            self.document.text(&show.origin_of(prices.origin.as_ref()));
        }
    }
}
