//! Who lives here, who comes and who goes.

use super::{Section, Show};
use crate::cli::number::whole;
use crate::cli::table::STYLE;
use crate::cli::text::fill;
use crate::model::{Hazard, Rate, Stream};
use comfy_table::{CellAlignment, Table};

/// Lower bounds of the age bands of a model that names none.
const AGES: [u8; 4] = [0, 18, 65, 75];

impl Show<'_> {
    /// Persons by age band and wijk, with prices.
    pub(super) fn people(&self) -> Section {
        let (model, texts) = (self.model, &self.texts.show);
        let mut section = Section::new(&fill(&texts.people, &[("year", &model.first_year.to_string())]));
        let (header, rows) = self.inwoners();
        let mut table = Table::new();
        table.load_style(STYLE).set_header(header).add_rows(rows);
        for column in table.column_iter_mut() {
            column.set_padding((0, 1));
        }
        for column in table.column_iter_mut().skip(1) {
            column.set_cell_alignment(CellAlignment::Right);
        }
        section.lines.extend(table.trim_fmt().lines().map(str::to_owned));
        section.add(0, &self.origin_of(model.population_origin.as_ref()));
        section.add(0, &fill(&texts.prices, &[("year", &model.prices.constant_year.to_string())]));
        section.add(0, &self.origin_of(model.prices.origin.as_ref()));
        section
    }

    /// Persons at the start: the header of a table, and a row per wijk and one of all together.
    pub(super) fn inwoners(&self) -> (Vec<String>, Vec<Vec<String>>) {
        let (model, texts) = (self.model, &self.texts.show);
        let ages = match (model.has_age, model.report_ages.is_empty()) {
            (false, _) => vec![0],
            (true, true) => AGES.to_vec(),
            (true, false) => model.report_ages.clone(),
        };
        let wijken = model.wijk.map_or(&[][..], |wijk| &model.attributes[wijk].values);
        let persons = |from: Option<usize>, wijk: Option<usize>| {
            let inside = |age: u8| from.is_none_or(|band| age >= ages[band] && ages.get(band + 1).is_none_or(|&next| age < next));
            let here = |values: &[u8]| wijk.is_none_or(|wijk| model.wijk.is_some_and(|id| usize::from(values[id]) == wijk));
            let rows = model.population.iter().filter(|row| inside(row.age) && here(&row.values));
            whole(rows.map(|row| row.count).sum::<f64>() as usize, self.language)
        };
        // Wijken run down, so that a town of many fits the width.
        let band = |band: usize| match (model.has_age, ages.get(band + 1)) {
            (false, _) => texts.no_age.clone(),
            (true, Some(next)) => format!("{}-{}", ages[band], next - 1),
            (true, None) => format!("{}+", ages[band]),
        };
        let bands = if model.has_age { 0..ages.len() } else { 0..0 };
        let header = [texts.wijk.clone()].into_iter().chain(bands.clone().map(band)).chain([texts.all.clone()]);
        let rows = (0..wijken.len()).map(|wijk| (wijken[wijk].clone(), Some(wijk))).chain([(texts.all.clone(), None)]);
        let row = |(name, wijk)| {
            let cells = bands.clone().map(|band| persons(Some(band), wijk)).chain([persons(None, wijk)]);
            [name].into_iter().chain(cells).collect()
        };
        (header.collect(), rows.map(row).collect())
    }

    /// Births, deaths and departures.
    pub(super) fn demography(&self) -> Section {
        let mut section = Section::new(&self.texts.show.demography);
        for event in self.events() {
            section.add(0, &event);
        }
        section
    }

    /// Births, deaths and departures, a sentence each.
    pub(super) fn events(&self) -> Vec<String> {
        let (texts, life) = (&self.texts.show, &self.model.demography);
        let hazards: [(&String, Option<&Hazard>); 3] = [
            (&texts.death, life.death.as_ref()),
            (&texts.leave, life.leave.as_ref()),
            (&texts.birth, life.birth.as_ref().map(|birth| &birth.hazard)),
        ];
        let said = |(text, hazard): (&String, Option<&Hazard>)| {
            let hazard = hazard?;
            Some(fill(text, &[("rate", &self.value(&hazard.per_year)), ("factors", &self.factors(hazard))]))
        };
        hazards.into_iter().filter_map(said).collect()
    }

    /// Arrivals.
    pub(super) fn streams(&self) -> Section {
        let mut section = Section::new(&self.texts.show.streams);
        for stream in &self.model.streams {
            section.add(0, &self.stream(stream));
        }
        section
    }

    /// A stream with its source, in words.
    pub(super) fn stream(&self, stream: &Stream) -> String {
        let texts = &self.texts.show;
        let (text, rate) = match &stream.rate {
            Rate::PerYear(rate) => (&texts.stream_year, self.value(rate)),
            Rate::ByYear(rates) => {
                let values = rates.iter().map(|rate| rate.value(&self.medians));
                let (low, high) = values.fold((f64::MAX, f64::MIN), |(low, high), x| (low.min(x), high.max(x)));
                (&texts.stream_years, format!("{} - {}", self.number(low), self.number(high)))
            }
            Rate::Sinusoidal { mean, .. } => (&texts.stream_season, self.value(mean)),
        };
        let words = [("name", &*stream.name), ("label", self.language.pick(&stream.label)), ("rate", &rate)];
        let mut more = if stream.stationary { texts.stream_stationary.clone() } else { String::new() };
        if stream.closed {
            more += &format!(" {}", texts.stream_closed);
        }
        format!("{} {more} {}", fill(text, &words), self.origin_of(stream.origin.as_ref()))
    }
}
