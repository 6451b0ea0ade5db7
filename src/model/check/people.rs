//! Persons: the population at the start, and those who arrive.

use super::field::{Bound, Field};
use super::households::Households;
use super::law::at_corners;
use super::parameters::short;
use super::{Checker, label, number};
use crate::model::cells::{FAULTS_PER_FILE, Row, Sheet};
use crate::model::fault::{Fault, Place};
use crate::model::raw::{RawModel, RawRate, RawStream, Unit};
use crate::model::resolved::{Elapsed, MAX_AGE, PersonRow, Rate, Stream};
use crate::model::tree::Spot;
use std::collections::BTreeSet;

/// Most persons at the start.
const MAX_PERSONS: f64 = 10_000_000.0;

/// What each column of a persons file is.
struct Columns {
    count: usize,
    age: Option<usize>,
    household: Option<usize>,
    attributes: Vec<usize>,
    /// Per track: the state and the elapsed time.
    tracks: Vec<(Option<usize>, Option<usize>)>,
}

impl Checker<'_> {
    /// The population and the arrival streams.
    pub(super) fn people(&mut self, raw: &RawModel, spot: Spot<'_>) {
        let population = spot.at("population");
        if let Some(citation) = &raw.population.source {
            self.cite(citation, population.at("source"));
        }
        if !self.model.report_ages.is_empty() && self.needs_age.is_none() {
            self.needs_age = Some("`report_ages` asks for age bands".to_owned());
        }
        self.model.population_origin = self.origin(raw.population.source.as_ref(), raw.population.grade);
        let file = &raw.population.file;
        if let Some(sheet) = self.sheet(file, population.at("file")) {
            self.model.has_age = sheet.find("age").is_some();
            let before = self.faults.len();
            self.model.population = self.rows(&sheet, true);
            let persons: f64 = self.model.population.iter().map(|row| row.count).sum();
            if persons > MAX_PERSONS {
                let message = format!("the population holds {persons} persons; at most {MAX_PERSONS} fit");
                let fault = Fault::new("too-many", &Place::start_of(file), message, "too many persons");
                self.faults.push(fault.help("is the column `persons` a count? use `--scale` for samples"));
            } else if persons == 0.0 && self.faults.len() == before {
                let fault = Fault::new("empty-population", &Place::start_of(file), "nobody lives here", "no persons");
                self.faults.push(fault.help("give at least one line with `persons` above 0"));
            }
        }
        self.starting_shares(spot.at("track"));
        for (name, stream) in &raw.stream {
            self.good_name("stream", name, true, spot.at("stream").at(name).key());
            self.stream(name, stream, spot.at("stream").at(name));
        }
    }

    /// Whoever the starting shares apply to must have shares that sum to at most one.
    fn starting_shares(&mut self, spot: Spot<'_>) {
        let mut found = Vec::new();
        let (model, years) = (&self.model, self.years().count());
        for (id, track) in model.tracks.iter().enumerate() {
            let tables = track.initial.iter().flat_map(|initial| &initial.tables);
            if tables.into_iter().any(|&table| model.tables[table].values.is_empty()) {
                continue;
            }
            let rows = model.population.iter().filter(|row| row.states.get(id).is_some_and(Option::is_none));
            let kinds: BTreeSet<(&[u8], u8)> = rows.map(|row| (row.values.as_slice(), row.age)).collect();
            let factor = |table: usize, (values, age): (&[u8], u8)| {
                model.tables[table].at(&model.attributes, values, age.into(), 0, years)
            };
            let factors: Vec<Vec<f64>> = kinds
                .iter()
                .map(|kind| {
                    track
                        .initial
                        .iter()
                        .map(|initial| initial.tables.iter().map(|&table| factor(table, *kind)).product())
                        .collect()
                })
                .collect();
            let mut ids = Vec::new();
            track.initial.iter().for_each(|initial| initial.share.parameters(&mut |id| ids.push(id)));
            ids.sort_unstable();
            ids.dedup();
            let mut worst = (1.0 + 1e-9, (&[][..], 0));
            at_corners(&model.parameters, &ids, &mut |parameters| {
                let shares: Vec<f64> = track.initial.iter().map(|initial| initial.share.value(parameters)).collect();
                for (kind, factors) in kinds.iter().zip(&factors) {
                    let sum: f64 = shares.iter().zip(factors).map(|(share, factor)| share * factor).sum();
                    if sum > worst.0 {
                        worst = (sum, *kind);
                    }
                }
            });
            if worst.0 > 1.0 + 1e-9 && ids.iter().all(|&id| self.good_priors[id]) {
                found.push((track.name.clone(), worst.0, self.who(worst.1)));
            }
        }
        for (name, sum, who) in found {
            let place = spot.at(&name).at("initial").key().clone();
            let message = format!("the starting shares of `{name}` sum to {} for {who}; they sum to at most 1", short(sum));
            self.fault(
                "split-sum",
                &place,
                message,
                "these shares",
                "lower a share, a table that multiplies it, or the reach of a prior",
            );
        }
    }

    /// Attribute values and age in words.
    fn who(&self, (values, age): (&[u8], u8)) -> String {
        let pairs = self.model.attributes.iter().zip(values);
        let mut words: Vec<String> =
            pairs.map(|(attribute, &value)| format!("{} `{}`", attribute.name, attribute.values[usize::from(value)])).collect();
        words.extend(self.model.has_age.then(|| format!("age {age}")));
        if words.is_empty() { "everybody".to_owned() } else { words.join(", ") }
    }

    fn stream(&mut self, name: &str, raw: &RawStream, spot: Spot<'_>) {
        if let Some(citation) = &raw.source {
            self.cite(citation, spot.at("source"));
        }
        let rate = self.rate(&raw.rate, spot.at("rate"));
        if raw.stationary && !matches!(rate, Rate::PerYear(_)) {
            let message = format!("the stream `{name}` is stationary, but its rate is not constant");
            self.fault(
                "not-stationary",
                spot.at("stationary").value(),
                message,
                "not stationary",
                "use `rate = { per_year = … }`, or remove `stationary`",
            );
        }
        if raw.closed && !raw.stationary {
            let message = format!("the stream `{name}` is closed, but brings nobody at the start");
            let help = "add `stationary = true`: a closed stream is those who are already there at the start";
            self.fault("closed-stream", spot.at("closed").value(), message, "nobody", help);
        }
        let first = |_| Some((0, Elapsed::Years(number(0.0))));
        let persons = match &raw.persons {
            Some(file) => match self.sheet(file, spot.at("persons")) {
                Some(sheet) => {
                    let before = self.faults.len();
                    let mut rows = self.rows(&sheet, false);
                    if raw.stationary && rows.iter().any(|row| row.household.is_some()) {
                        let message = format!("the stream `{name}` is stationary, but its persons live together");
                        let help = "let persons of a stationary stream live alone, or remove `stationary`";
                        self.fault("not-stationary", spot.at("stationary").value(), message, "not stationary", help);
                    }
                    // Who arrives did not live here at the start, so the starting shares are not theirs.
                    for row in &mut rows {
                        for state in &mut row.states {
                            *state = state.take().or_else(|| first(0));
                        }
                    }
                    if self.faults.len() == before && rows.iter().map(|row| row.count).sum::<f64>() <= 0.0 {
                        let fault =
                            Fault::new("empty-population", &Place::start_of(file), "nobody can arrive", "no weight above 0");
                        self.faults.push(fault.help("give at least one line with `weight` above 0"));
                    }
                    rows
                }
                None => Vec::new(),
            },
            None => vec![PersonRow {
                count: 1.0,
                age: 0,
                values: vec![0; self.model.attributes.len()],
                household: None,
                states: (0..self.model.tracks.len()).map(first).collect(),
            }],
        };
        let label = label(raw.label.as_ref(), name);
        let (stationary, closed) = (raw.stationary, raw.closed);
        let origin = self.origin(raw.source.as_ref(), raw.grade);
        self.model.streams.push(Stream { name: name.to_owned(), label, rate, persons, stationary, closed, origin });
    }

    fn rate(&mut self, raw: &RawRate, spot: Spot<'_>) -> Rate {
        let field = Field::new("the rate of arrivals", Unit::PersonsPerYear, Bound::NotNegative);
        match raw {
            RawRate::PerYear(rate) => Rate::PerYear(self.field(rate, field, spot.at("per_year"))),
            RawRate::ByYear(years) => {
                let spot = spot.at("by_year");
                let mut rates = vec![None; self.years().count()];
                for (year, rate) in years {
                    let place = spot.at(year);
                    let rate = self.field(rate, field, place);
                    match year.parse::<i32>() {
                        Ok(number) => {
                            self.within_horizon(number, "the year", place.key());
                            if self.years().contains(&number) {
                                rates[(number - self.model.first_year) as usize] = Some(rate);
                            }
                        }
                        Err(_) => self.fault(
                            "bad-year",
                            place.key(),
                            format!("`{year}` is no calendar year"),
                            "no year",
                            "write a year, such as `2021 = 100`",
                        ),
                    }
                }
                if let Some(gap) = rates.iter().position(Option::is_none) {
                    let message = format!("there is no rate of arrivals for {}", self.model.first_year + gap as i32);
                    self.fault("missing-year", spot.key(), message, "not every year", "give every year of the model");
                }
                Rate::ByYear(rates.into_iter().map(|rate| rate.unwrap_or(number(0.0))).collect())
            }
            RawRate::Sinusoidal(wave) => {
                let spot = spot.at("sinusoidal");
                Rate::Sinusoidal {
                    mean: self.field(&wave.mean_per_year, field, spot.at("mean_per_year")),
                    amplitude: self.field(&wave.amplitude, Field::share("the amplitude"), spot.at("amplitude")),
                    peak: self.field(&wave.peak, Field::share("the peak"), spot.at("peak")),
                }
            }
        }
    }

    fn rows(&mut self, sheet: &Sheet<'_>, population: bool) -> Vec<PersonRow> {
        let Some(columns) = self.columns(sheet, population) else { return Vec::new() };
        let (mut rows, mut seen, mut households) = (Vec::new(), BTreeSet::new(), Households::default());
        let before = self.faults.len();
        for row in sheet.rows() {
            if self.faults.len() - before >= FAULTS_PER_FILE {
                break;
            }
            let (Some(mut person), key) = self.person(&row, &columns, population) else { continue };
            if let Some(column) = columns.household.filter(|&column| !row.cell(column).is_empty()) {
                // Two persons of one household may be alike.
                person.household = Some(self.joins(&mut households, &row, column, &person));
            } else if !seen.insert(key) {
                let help = "add the counts up in one line; persons are known by their line";
                self.fault("duplicate-row", &row.place(), "an earlier line describes the same persons", "a second time", help);
            }
            rows.push(person);
        }
        rows
    }

    fn columns(&mut self, sheet: &Sheet<'_>, population: bool) -> Option<Columns> {
        let (count, why) = if population { ("persons", "the number of persons") } else { ("weight", "the relative frequency") };
        let count_at = sheet.need(count, why, &mut self.faults);
        let reason =
            if population { self.needs_age.clone() } else { self.model.has_age.then(|| "the population has ages".to_owned()) };
        let age = match reason {
            Some(why) => Some(sheet.need("age", &why, &mut self.faults)),
            None => sheet.find("age").map(Some),
        };
        let household = sheet.find("household");
        let mut known = vec![count.to_owned(), "age".to_owned(), "household".to_owned()];
        let mut attributes = Vec::new();
        for attribute in &self.model.attributes {
            attributes.push(sheet.need(&attribute.name, "it is an attribute of the model", &mut self.faults));
            known.push(attribute.name.clone());
        }
        let mut tracks = Vec::new();
        for track in &self.model.tracks {
            let elapsed = format!("{}.elapsed_years", track.name);
            tracks.push((sheet.find(&track.name), sheet.find(&elapsed)));
            known.extend([track.name.clone(), elapsed]);
        }
        for (column, name) in sheet.columns().enumerate() {
            self.find("column", name, known.iter().map(String::as_str), &sheet.column(column));
        }
        for (id, (state, elapsed)) in tracks.iter().enumerate() {
            if let (None, Some(elapsed)) = (state, elapsed) {
                let name = &self.model.tracks[id].name;
                let fault = Fault::new(
                    "missing-column",
                    &sheet.column(*elapsed),
                    format!("the column `{name}` is missing: elapsed in which state?"),
                    "needs a state",
                );
                self.faults.push(fault.help(format!("add a column `{name}` with the state at the start")));
            }
        }
        let age = match age {
            Some(column) => Some(column?),
            None => None,
        };
        let attributes = attributes.into_iter().collect::<Option<_>>()?;
        Some(Columns { count: count_at?, age, household, attributes, tracks })
    }

    /// One line as persons, and what tells it from other lines.
    fn person(&mut self, row: &Row<'_, '_>, columns: &Columns, population: bool) -> (Option<PersonRow>, String) {
        let before = self.faults.len();
        let mut key = String::new();
        let count = row.number(columns.count, &mut self.faults).unwrap_or(0.0);
        if count < 0.0 {
            self.fault(
                "out-of-range",
                &row.at(columns.count),
                format!("the count is {count}"),
                "negative",
                "a count is 0 or more",
            );
        } else if population && count.fract() != 0.0 {
            self.fault(
                "out-of-range",
                &row.at(columns.count),
                format!("{count} persons is no whole number"),
                "not whole",
                "the population counts whole persons",
            );
        }
        let age = columns.age.and_then(|column| {
            key += row.cell(column);
            let age = row.number(column, &mut self.faults)?;
            if age.fract() != 0.0 || !(0.0..=MAX_AGE as f64).contains(&age) {
                let message = format!("the age is {}", row.cell(column));
                self.fault(
                    "outside-age",
                    &row.at(column),
                    message,
                    "no such age",
                    format!("give whole years from 0 to {MAX_AGE}; older persons count as {MAX_AGE}"),
                );
            }
            Some(age.clamp(0.0, MAX_AGE as f64) as u8)
        });
        let mut values = Vec::new();
        for (id, &column) in columns.attributes.iter().enumerate() {
            let attribute = &self.model.attributes[id];
            let cell = row.cell(column);
            key = key + "\n" + cell;
            if let Some(value) = attribute.values.iter().position(|value| value == cell) {
                values.push(value as u8);
            } else {
                let (kind, known) = (format!("value of `{}`", attribute.name), attribute.values.clone());
                self.find(&kind, cell, known.iter().map(String::as_str), &row.at(column));
            }
        }
        let mut states = Vec::new();
        for (track, &(state, elapsed)) in columns.tracks.iter().enumerate() {
            for column in [state, elapsed].into_iter().flatten() {
                key = key + "\n" + row.cell(column);
            }
            states.push(state.and_then(|column| {
                let name = row.cell(column);
                let names = &self.model.tracks[track].states;
                let id = match names.iter().position(|state| state.name == name) {
                    Some(id) => id,
                    None => self.state_of(track, name, &row.at(column))?,
                };
                Some((id, elapsed.map_or(Some(Elapsed::Years(number(0.0))), |column| self.elapsed(row, column))?))
            }));
        }
        if self.faults.len() > before {
            return (None, key);
        }
        (Some(PersonRow { count, age: age.unwrap_or(0), values, household: None, states }), key)
    }

    fn elapsed(&mut self, row: &Row<'_, '_>, column: usize) -> Option<Elapsed> {
        match row.cell(column) {
            "stationary" => Some(Elapsed::Stationary),
            "" => Some(Elapsed::Years(number(0.0))),
            _ => {
                let years = row.number(column, &mut self.faults)?;
                if years < 0.0 {
                    let help = "write the years since the state was entered, or `stationary`";
                    self.fault("out-of-range", &row.at(column), format!("the elapsed time is {years}"), "negative", help);
                }
                Some(Elapsed::Years(number(years)))
            }
        }
    }
}
