//! Name, period, attributes, domains, sources and prices.

use super::{Checker, label};
use crate::model::raw::RawModel;
use crate::model::resolved::{Attribute, Domain, Label, Prices, Source};
use crate::model::tree::Spot;

/// Longest period, years.
const MAX_YEARS: i32 = 200;
/// Most values of one attribute.
const MAX_VALUES: usize = 250;
/// Most combinations of attribute values.
const MAX_COMBINATIONS: usize = 20_000;

impl Checker<'_> {
    /// Name, period, attributes, domains and sources.
    pub(super) fn header(&mut self, raw: &RawModel, spot: Spot<'_>) {
        self.period(raw, spot.at("model"));
        self.model.about = self.about(raw.model.about.as_ref(), spot.at("model").at("about"));
        self.attributes(raw, spot.at("attribute"));
        for (name, domain) in &raw.domain {
            self.good_name("domain", name, true, spot.at("domain").at(name).key());
            self.model.domains.push(Domain { name: name.clone(), label: label(Some(&domain.label), name) });
        }
        for (key, source) in &raw.source {
            let place = spot.at("source").at(key);
            for (field, text) in [("author", &source.author), ("title", &source.title)] {
                if text.trim().is_empty() {
                    let help = "name the author or institution, the year and the title";
                    self.fault(
                        "empty-text",
                        place.at(field).value(),
                        format!("the {field} of the source `{key}` is empty"),
                        "empty",
                        help,
                    );
                }
            }
            self.model.sources.push(Source {
                key: key.clone(),
                author: source.author.clone(),
                year: source.year,
                title: source.title.clone(),
                place: source.place.clone(),
            });
        }
        self.used_sources = vec![false; raw.source.len()];
    }

    fn period(&mut self, raw: &RawModel, spot: Spot<'_>) {
        let header = &raw.model;
        self.good_name("model", &header.name, true, spot.at("name").value());
        let model = &mut self.model;
        model.name.clone_from(&header.name);
        model.label = Label { nl: header.label.nl.clone(), en: header.label.en.clone() };
        model.first_year = header.first_year;
        model.last_year = header.last_year;
        if !(1900..=2500).contains(&header.first_year) {
            let message = format!("the first year is {}", header.first_year);
            self.fault(
                "bad-period",
                spot.at("first_year").value(),
                message,
                "no such year",
                "use a calendar year between 1900 and 2500",
            );
            self.model.first_year = 2000;
        }
        let first = self.model.first_year;
        if header.last_year < first || header.last_year - first >= MAX_YEARS {
            let message =
                format!("the last year {} does not follow the first year {first} within {MAX_YEARS} years", header.last_year);
            let help = "the last year is inclusive: `first_year = 2021, last_year = 2030` is ten years";
            self.fault("bad-period", spot.at("last_year").value(), message, "not a period", help);
            self.model.last_year = first;
        }
        self.model.default_last_year = header.default_last_year.unwrap_or(self.model.last_year);
        if header.default_last_year.is_some() {
            self.within_horizon(self.model.default_last_year, "the year", spot.at("default_last_year").value());
        }
        let ages = header.report_ages.clone().unwrap_or_default();
        let rising = ages.windows(2).all(|pair| pair[0] < pair[1]);
        if header.report_ages.is_some() && (ages.first() != Some(&0) || !rising) {
            let help = "give the lower bound of each band, rising and beginning with 0: `[0, 18, 65]`";
            self.fault(
                "bad-ages",
                spot.at("report_ages").value(),
                "the age bands do not cover every age once",
                "these bounds",
                help,
            );
        }
        self.model.report_ages = ages;
    }

    fn attributes(&mut self, raw: &RawModel, spot: Spot<'_>) {
        let mut combinations = 1usize;
        for (name, attribute) in &raw.attribute {
            let place = spot.at(name);
            self.good_name("attribute", name, false, place.key());
            if matches!(name.as_str(), "age" | "year" | "persons" | "weight" | "value" | "household") {
                let message = format!("`{name}` cannot be the name of an attribute");
                self.fault(
                    "bad-name",
                    place.key(),
                    message,
                    "this name",
                    "it is a column that the language itself uses in CSV files",
                );
            }
            let values = place.at("values");
            if attribute.values.is_empty() || attribute.values.len() > MAX_VALUES {
                let message = format!("the attribute `{name}` has {} values", attribute.values.len());
                self.fault("bad-values", values.value(), message, "these values", format!("give 1 to {MAX_VALUES} values"));
            }
            for (index, value) in attribute.values.iter().take(MAX_VALUES).enumerate() {
                if value.trim() != value || value.is_empty() {
                    let help = "blanks are cut off cells of CSV files, so such a value can never be found";
                    self.fault(
                        "bad-values",
                        values.index(index).value(),
                        format!("`{value}` is empty or has blanks around it"),
                        "this value",
                        help,
                    );
                }
                if attribute.values[..index].contains(value) {
                    let message = format!("the value `{value}` stands twice in the attribute `{name}`");
                    self.fault("defined-twice", values.index(index).value(), message, "a second time", "keep one of the two");
                }
            }
            combinations = combinations.saturating_mul(attribute.values.len().max(1));
            if combinations > MAX_COMBINATIONS {
                let message = format!(
                    "the attributes up to `{name}` make {combinations} combinations; at most {MAX_COMBINATIONS} are told apart"
                );
                self.fault("too-many", place.key(), message, "one too many", "give an attribute fewer values");
                combinations = 1;
            }
            let label = label(attribute.label.as_ref(), name);
            self.model.attributes.push(Attribute { name: name.clone(), label, values: attribute.values.clone() });
        }
        self.model.wijk = self.model.attributes.iter().position(|attribute| attribute.name == "wijk");
    }

    /// Price index: given years, then constant growth to the last year that can be asked for.
    pub(super) fn prices(&mut self, raw: &RawModel, spot: Spot<'_>) {
        let Some(prices) = &raw.prices else {
            let first_year = self.model.first_year;
            self.model.prices = Prices { constant_year: first_year, first_year, index: vec![1.0], origin: None };
            return;
        };
        let spot = spot.at("prices");
        self.cite(&prices.source, spot.at("source"));
        let mut given: Vec<(i32, f64)> = Vec::new();
        for (year, &value) in &prices.index {
            let place = spot.at("index").at(year);
            let Ok(number) = year.parse::<i32>() else {
                self.fault(
                    "bad-year",
                    place.key(),
                    format!("`{year}` is no calendar year"),
                    "no year",
                    "write a year, such as `2021 = 100.0`",
                );
                continue;
            };
            if value <= 0.0 {
                let message = format!("the price index of {year} is {value}");
                self.fault("out-of-range", place.value(), message, "not above 0", "a price index is more than 0");
            }
            given.push((number, value));
        }
        given.sort_by_key(|pair| pair.0);
        let index = spot.at("index").key();
        let Some(&(first_year, _)) = given.first() else {
            self.fault(
                "missing-year",
                index,
                "the price index holds no year",
                "empty",
                "give at least one year: `index = { 2021 = 100.0 }`",
            );
            return;
        };
        if let Some(pair) = given.windows(2).find(|pair| pair[1].0 != pair[0].0 + 1) {
            let message = format!("the price index jumps from {} to {}", pair[0].0, pair[1].0);
            self.fault("missing-year", index, message, "not every year", "give every year between the first and the last");
            return;
        }
        if !(prices.growth_after > -0.5 && prices.growth_after < 1.0) {
            let message = format!("prices grow by {} a year", prices.growth_after);
            let help = "write a share: 0.025 is two and a half percent";
            self.fault("out-of-range", spot.at("growth_after").value(), message, "outside -0.5 to 1", help);
            return;
        }
        let mut values: Vec<f64> = given.iter().map(|pair| pair.1).collect();
        let last_given = first_year.saturating_add(values.len() as i32 - 1);
        let needed = self.model.last_year.max(prices.constant_year.min(self.model.last_year + 50));
        for _ in last_given..needed {
            values.push(values[values.len() - 1] * (1.0 + prices.growth_after));
        }
        let origin = self.origin(Some(&prices.source), Some(prices.grade));
        self.model.prices = Prices { constant_year: prices.constant_year, first_year, index: values, origin };
        self.price_year(prices.constant_year, spot.at("constant_year"));
        if self.model.first_year < first_year {
            let message = format!("the price index begins in {first_year}, the model in {}", self.model.first_year);
            self.fault("missing-year", index, message, "begins too late", "give the index from the first year of the model on");
        }
    }

    /// Reports a price level that the index does not reach.
    pub(super) fn price_year(&mut self, year: i32, spot: Spot<'_>) {
        let prices = &self.model.prices;
        let last = prices.first_year.saturating_add(prices.index.len() as i32 - 1);
        if prices.index.len() > 1 && !(prices.first_year..=last).contains(&year) {
            let message = format!("the price index has no year {year}; it runs from {} to {last}", prices.first_year);
            self.fault("missing-year", spot.value(), message, "outside the index", "add the year to `[prices] index`");
        }
    }
}
