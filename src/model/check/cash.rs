//! What is not paid by volume: every part of a track at most once, under one rule.

use super::Checker;
use super::accounts::said;
use super::field::Field;
use crate::model::plan::{Cash, CashRule};
use crate::model::raw::RawCash;
use crate::model::tree::Spot;

impl Checker<'_> {
    /// An entry; none if it is about nothing or has no rule.
    pub(super) fn cash(&mut self, name: &str, raw: &RawCash, spot: Spot<'_>) -> Option<Cash> {
        self.good_name("cash", name, false, spot.key());
        let source = self.cite(&raw.source, spot.at("source")).unwrap_or(0);
        let mut of = Vec::new();
        for (number, what) in raw.of.iter().enumerate() {
            let place = spot.at("of").index(number);
            let Some(part) = self.part_of_track(what, place) else { continue };
            if of.contains(&part) || self.model.cash.iter().any(|other| other.of.contains(&part)) {
                let message = format!("how `{what}` is paid is said twice");
                let help = "one entry says it: a contract, a minimum, or fixed";
                self.fault("defined-twice", place.value(), message, "a second time", help);
            }
            of.push(part);
        }
        if raw.of.is_empty() {
            let help = "name states or attached costs: `[\"vervoer.rit\"]`";
            self.fault("no-cash", spot.at("of").value(), format!("`{name}` is about no cost"), "empty", help);
        }
        let rule = self.cash_rule(name, raw, spot)?;
        Some(Cash {
            name: name.to_owned(),
            label: said(&raw.label),
            of,
            rule,
            source,
            note: raw.source.note.clone(),
            grade: raw.grade,
        })
    }

    fn cash_rule(&mut self, name: &str, raw: &RawCash, spot: Spot<'_>) -> Option<CashRule> {
        let rule = match (&raw.follows, &raw.minimum, raw.fixed) {
            (Some(follows), None, false) => {
                let years = self.field(&follows.years, Field::time("the time"), spot.at("follows").at("years"));
                CashRule::Follows(follows.by, years)
            }
            (None, Some(minimum), false) => {
                let place = spot.at("minimum");
                self.within_horizon(minimum.year, "the year", place.at("year").value());
                CashRule::Minimum(self.field(&minimum.share, Field::share("the share"), place.at("share")), minimum.year)
            }
            (None, None, true) => CashRule::Fixed,
            _ => {
                let message = format!("`{name}` says more than one way in which it is paid, or none");
                let help = "give one of `follows = { by = \"contract\", years = 1 }`, `minimum = { share = 0.8, year = 2024 }`, `fixed = true`";
                self.fault("no-cash", spot.key(), message, "one of three", help);
                return None;
            }
        };
        Some(rule)
    }
}
