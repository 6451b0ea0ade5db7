//! The accounts: every line has one content, parts add up to the cent, and every cost of a state or attached is booked once.

use super::{Checker, label};
use crate::model::raw::{RawAccount, RawModel};
use crate::model::resolved::{Account, Booked, Booking, Content, Label};
use crate::model::tree::Spot;
use indexmap::IndexMap;
use std::ops::RangeInclusive;

/// Amounts beyond this many euros cannot be meant, and their cents would no longer be exact.
pub(super) const MOST: f64 = 1e12;

impl Checker<'_> {
    /// All lines, in declared order.
    pub(super) fn accounts(&mut self, raw: &RawModel, spot: Spot<'_>) {
        let spot = spot.at("account");
        let names: Vec<&str> = raw.account.keys().map(String::as_str).collect();
        let before = self.faults.len();
        for (name, account) in &raw.account {
            self.account(raw, name, account, &names, spot.at(name));
        }
        if self.faults.len() == before && !names.is_empty() {
            self.parts(spot);
            self.booked(raw, spot);
        }
    }

    fn account(&mut self, raw: &RawModel, name: &str, account: &RawAccount, names: &[&str], spot: Spot<'_>) {
        self.good_name("line of the accounts", name, false, spot.key());
        let source = self.cite(&account.source, spot.at("source")).unwrap_or(0);
        let domain = self.find("domain", &account.domain, raw.domain.keys().map(String::as_str), spot.at("domain").value());
        let part_of = account
            .part_of
            .as_ref()
            .and_then(|whole| self.find("line of the accounts", whole, names.iter().copied(), spot.at("part_of").value()));
        let help = "give euros of the year; income is negative";
        let euro = self.by_year(&account.euro, -MOST..=MOST, ("this is no amount in euros", help), spot.at("euro"));
        let has_parts = raw.account.values().any(|other| other.part_of.as_deref() == Some(name));
        let given = [has_parts, !account.spending.is_empty(), account.fixed.is_some(), account.apart.is_some()];
        if given.iter().filter(|&&given| given).count() != 1 {
            let message = format!("the line `{name}` must have one content: parts, `spending`, `fixed` or `apart`");
            let help = "name the tracks whose spending is booked here, or say why no track explains it; a line that others are a \
                        `part_of` has no more than that";
            self.fault("account-content", spot.key(), message, "this line", help);
        }
        if account.apart.is_some() && account.part_of.is_some() {
            let message = format!("the line `{name}` stands apart, and is part of another");
            self.fault("account-content", spot.at("part_of").key(), message, "both", "what stands apart is part of no total");
        }
        let content = if let Some(why) = &account.fixed {
            Content::Fixed(said(why))
        } else if let Some(why) = &account.apart {
            Content::Apart(said(why))
        } else if has_parts {
            Content::Parts
        } else {
            Content::Spending(self.bookings(account, spot.at("spending")))
        };
        if matches!(content, Content::Fixed(_) | Content::Apart(_)) && euro.is_empty() {
            let message = format!("the line `{name}` has no amount");
            let help = "give it at least for one year: `euro = { 2021 = 364000 }`";
            self.fault("no-amount", spot.key(), message, "nothing to go by", help);
        }
        self.model.accounts.push(Account {
            name: name.to_owned(),
            label: label(Some(&account.label), name),
            domain: domain.unwrap_or(0),
            euro,
            part_of,
            content,
            remark: account.remark.as_ref().map(said),
            source,
            note: account.source.note.clone(),
            grade: account.grade,
        });
    }

    /// Numbers by calendar year of the model, in order; a fault at each that is not in `range`, with these words and remedy.
    pub(super) fn by_year(
        &mut self,
        given: &IndexMap<String, f64>,
        range: RangeInclusive<f64>,
        (message, help): (&str, &str),
        spot: Spot<'_>,
    ) -> Vec<(i32, f64)> {
        let mut numbers = Vec::new();
        for (year, &number) in given {
            let place = spot.at(year);
            let Some(year) = year.parse::<i32>().ok().filter(|number| number.to_string() == *year) else {
                let message = format!("`{}` is no calendar year", super::shown(year));
                self.fault("bad-year", place.key(), message, "not a year", "write it as `2021`");
                continue;
            };
            self.within_horizon(year, "the year", place.key());
            if range.contains(&number) {
                numbers.push((year, number));
            } else {
                self.fault("out-of-range", place.value(), message, "out of range", help);
            }
        }
        numbers.sort_by_key(|&(year, _)| year);
        numbers
    }

    fn bookings(&mut self, account: &RawAccount, spot: Spot<'_>) -> Vec<Booking> {
        let mut bookings = Vec::new();
        for (what, &share) in &account.spending {
            let place = spot.at(what);
            let (track, part) = what.split_once('.').map_or((what.as_str(), None), |(track, part)| (track, Some(part)));
            let Some(track) = self.track_of(track, place.key()) else { continue };
            let of = match part.map(|part| (part, part.strip_prefix("attached."))) {
                None => Some(Booked::States),
                Some((_, Some(attached))) => self.attached_of(track, attached, place.key()).map(Booked::Attached),
                Some((state, None)) => self.state_of(track, state, place.key()).map(Booked::State),
            };
            let Some(of) = of else { continue };
            if share <= 0.0 || share > 1.0 {
                let message = format!("{share} is no share of what `{what}` costs");
                self.fault("out-of-range", place.value(), message, "more than 0, at most 1", "1 books all of it here");
            }
            bookings.push(Booking { track, of, share });
        }
        bookings
    }

    /// Lines with parts: no line is a part of itself, and what the accounts say of the parts adds up.
    fn parts(&mut self, spot: Spot<'_>) {
        let accounts = std::mem::take(&mut self.model.accounts);
        for (id, account) in accounts.iter().enumerate() {
            let wholes = std::iter::successors(account.part_of, |&whole| accounts[whole].part_of);
            if wholes.take(accounts.len()).any(|whole| whole == id) {
                let message = format!("`{}` is a part of itself", account.name);
                let help = "a line is part of a larger one, and the largest of none";
                self.fault("account-circle", spot.at(&account.name).at("part_of").value(), message, "in a circle", help);
            }
            if account.content != Content::Parts {
                continue;
            }
            for &(year, whole) in &account.euro {
                let parts = accounts.iter().filter(|part| part.part_of == Some(id));
                let given: Vec<Option<f64>> = parts.map(|part| part.in_year(year)).collect();
                let sum: i64 = given.iter().flatten().copied().map(cents).sum();
                let missing = given.iter().filter(|part| part.is_none()).count();
                if missing > 0 || sum != cents(whole) {
                    let missing = if missing > 0 { format!("; {missing} without an amount") } else { String::new() };
                    let message = format!(
                        "the parts of `{}` add up to {} in {year}, not to {whole}{missing}",
                        account.name,
                        sum as f64 / 100.0
                    );
                    let help = "give every part its amount of that year; what no track explains is a line with `fixed`";
                    self.fault("accounts-sum", spot.at(&account.name).at("euro").value(), message, "this total", help);
                }
            }
        }
        self.model.accounts = accounts;
    }

    /// Every state that costs something, and every attached cost, is booked in full, once.
    fn booked(&mut self, raw: &RawModel, spot: Spot<'_>) {
        let mut found = Vec::new();
        for (number, track) in self.model.tracks.iter().enumerate() {
            let states = track.states.iter().enumerate().filter(|(_, state)| state.costs_something());
            let states = states.map(|(id, state)| (state.name.clone(), [Booked::State(id), Booked::States].to_vec()));
            let attached = track.attached.iter().enumerate();
            let attached = attached.map(|(id, one)| (format!("attached.{}", one.name), vec![Booked::Attached(id)]));
            for (name, under) in states.chain(attached) {
                let bookings = self.model.accounts.iter().flat_map(Account::bookings);
                let here = bookings.filter(|booking| booking.track == number && under.contains(&booking.of));
                let share = here.fold(0.0, |sum: f64, booking| sum + booking.share);
                // Thirds and the like miss one by a rounding.
                if (share - 1.0).abs() > 1e-9 {
                    let track = &track.name;
                    found.push(format!(
                        "{share} of what `{track}.{name}` costs is booked on lines of the accounts, not all of it"
                    ));
                }
            }
        }
        let place = raw.account.keys().next().map_or_else(|| spot.key(), |first| spot.at(first).key());
        for message in found {
            let help = "book it under `spending` of one line, or in shares that add up to 1 under several";
            self.fault("spending-unbooked", place, message, "these accounts", help);
        }
    }
}

/// Euros in whole cents.
fn cents(euros: f64) -> i64 {
    (100.0 * euros).round() as i64
}

pub(super) fn said(text: &crate::model::raw::RawLabel) -> Label {
    Label { nl: text.nl.clone(), en: text.en.clone() }
}
