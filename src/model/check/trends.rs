//! Trends: factors by calendar year.

use super::Checker;
use super::field::{Bound, Field};
use crate::model::expression::Expression;
use crate::model::raw::{Number, RawModel, RawTrend, Unit};
use crate::model::resolved::{Growth, Trend};
use crate::model::tree::Spot;
use indexmap::IndexMap;

impl Checker<'_> {
    /// All trends, in declared order.
    pub(super) fn trends(&mut self, raw: &RawModel, spot: Spot<'_>) {
        for (name, trend) in &raw.trend {
            let place = spot.at("trend").at(name);
            self.good_name("trend", name, true, place.key());
            if raw.table.contains_key(name) {
                let message = format!("`{name}` is both a table and a trend");
                let help = "rename one: `times = [\"…\"]` names both kinds";
                self.fault("defined-twice", place.key(), message, "also a table", help);
            }
            let growth = self.growth(name, trend, place);
            self.model.trends.push(Trend { name: name.clone(), growth });
        }
    }

    fn growth(&mut self, name: &str, raw: &RawTrend, spot: Spot<'_>) -> Growth {
        match (&raw.factor_per_year, raw.reference_year, &raw.by_year) {
            (Some(factor), Some(reference_year), None) => {
                let field = Field::new("the growth factor", Unit::Factor, Bound::Positive);
                let factor_per_year = self.field(factor, field, spot.at("factor_per_year"));
                self.within_horizon(reference_year, "the year", spot.at("reference_year").value());
                Growth::Steady { factor_per_year, reference_year }
            }
            (None, None, Some(years)) => Growth::ByYear(self.yearly(name, years, spot.at("by_year"))),
            _ => {
                let message = format!("the trend `{name}` must say how it goes, in one of two ways");
                let help = "give `factor_per_year` and `reference_year`, or a factor for each year: `by_year = { 2021 = 1, \"2022+\" = 1.1 }`";
                self.fault("one-of", spot.key(), message, "one of the two", help);
                Growth::ByYear(Vec::new())
            }
        }
    }

    /// The factor of every year of the model.
    fn yearly(&mut self, name: &str, years: &IndexMap<String, Number>, spot: Spot<'_>) -> Vec<Expression> {
        let before = self.faults.len();
        let mut factors: Vec<Option<Expression>> = vec![None; self.years().count()];
        for (key, factor) in years {
            let place = spot.at(key);
            let factor = self.field(factor, Field::factor("the factor"), place);
            let Some(steps) = self.years_of(key, &|| place.key().clone()) else { continue };
            if let Some(taken) = steps.clone().find(|&step| factors[step].is_some()) {
                let message = format!("`{key}` gives {} a second factor", self.model.first_year + taken as i32);
                self.fault("overlap", place.key(), message, "a second time", "every year is given once: ranges must not overlap");
            }
            factors[steps].fill(Some(factor));
        }
        // A key that was refused leaves a gap of its own; one message is enough.
        if let Some(gap) = factors.iter().position(Option::is_none).filter(|_| self.faults.len() == before) {
            let message = format!("the trend `{name}` has no factor for {}", self.model.first_year + gap as i32);
            self.fault("missing-year", spot.key(), message, "not every year", "give every year of the model: `\"2024+\" = 1`");
        }
        factors.into_iter().flatten().collect()
    }
}
