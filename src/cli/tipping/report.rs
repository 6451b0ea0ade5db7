//! The tipping point of places, for a terminal of 80 columns.

use crate::analysis::tipping::{Curve, LEAST, Number, Point, Tipping, Turn, metric};
use crate::cli::language::Language;
use crate::cli::number::{Amounts, figures, significant, whole, written};
use crate::cli::table::{STYLE, amounts_unit, under_names};
use crate::cli::text::{Texts, fill, paragraph};
use crate::model::Model;
use comfy_table::Table;

/// Most wijken listed with the highest, and with the lowest load.
const LISTED: usize = 5;

/// No such number.
const NONE: &str = "\u{2013}";

/// A number about fewer than ten persons.
const HIDDEN: &str = "<10";

/// What there is to tell.
pub(super) struct Report<'a> {
    /// What came out.
    pub(super) found: &'a Tipping,
    /// The model.
    pub(super) model: &'a Model,
    /// Index of the scenario.
    pub(super) scenario: usize,
    /// The reader's language.
    pub(super) language: Language,
    /// Texts in that language.
    pub(super) texts: &'a Texts,
}

impl Report<'_> {
    /// The whole of it.
    pub(super) fn text(&self) -> String {
        let texts = &self.texts.tipping;
        let last = self.found.curves.iter().map(|curve| curve.year).max().unwrap_or(0);
        let shown: Vec<&Curve> = self.found.curves.iter().filter(|curve| curve.year == last).collect();
        let words = [
            ("model", self.language.pick(&self.model.label)),
            ("scenario", self.language.pick(&self.model.scenarios[self.scenario].label)),
            ("year", &last.to_string()),
            ("members", &whole(self.found.members as usize, self.language)),
            ("prices", &self.model.prices.constant_year.to_string()),
        ];
        let mut text = [&texts.title, &texts.rule].map(|line| paragraph(&fill(line, &words))).concat();
        for of_resource in shown.chunk_by(|one, next| one.resource == next.resource) {
            text += &format!("\n{}", self.resource(of_resource));
        }
        let hidden = text.contains(HIDDEN);
        let legend = [&texts.load, &texts.prevented, &texts.next, &texts.euro, &self.texts.table.digits];
        let legend: String =
            legend.into_iter().chain(hidden.then_some(&texts.hidden)).map(|line| paragraph(&fill(line, &words))).collect();
        format!("{text}\n{legend}")
    }

    /// The curves of one resource: the city, and then the wijken that have places of their own.
    fn resource(&self, curves: &[&Curve]) -> String {
        let texts = &self.texts.tipping;
        let mut text = String::new();
        for city in curves.iter().filter(|curve| curve.wijk.is_none()) {
            text += &format!("{}\n{}", self.city(city), paragraph(&(self.effect(city) + &self.said(city))));
        }
        let mut wijken: Vec<&Curve> = curves.iter().filter(|curve| curve.wijk.is_some()).copied().collect();
        if wijken.iter().any(|curve| now(curve).numbers[metric::PLACES].is_some()) {
            let load = |curve: &Curve| now(curve).numbers[metric::LOAD].map_or(f64::NEG_INFINITY, |load| load.estimate.mean);
            wijken.sort_by(|one, other| load(other).total_cmp(&load(one)));
            if wijken.len() > 2 * LISTED {
                wijken.drain(LISTED..wijken.len() - LISTED);
            }
            text += &format!("\n{}", self.wijken(&wijken));
        } else if !wijken.is_empty() {
            text += &paragraph(&texts.shared);
        }
        text
    }

    /// The city, number of places by number of places.
    fn city(&self, curve: &Curve) -> String {
        let texts = &self.texts.tipping;
        let mut table = Table::new();
        let headers = [&texts.times, &texts.places, &texts.load_head, &texts.used, &texts.waiting, &texts.weeks];
        let effect = [&texts.prevented_head, &texts.next_head, &self.texts.table.euro];
        table.load_style(STYLE).set_header(headers.into_iter().chain(effect));
        for point in &curve.points {
            let show = |metric: usize, as_text: &dyn Fn(&Number) -> String| cell(point, metric, as_text);
            table.add_row([
                format!(" {}", self.times(point.factor)),
                show(metric::PLACES, &|number| self.count(number)),
                show(metric::LOAD, &|number| self.percent(number)),
                show(metric::UTILISATION, &|number| self.percent(number)),
                show(metric::WAITING, &|number| self.count(number)),
                show(metric::WAIT, &|number| self.count(number)),
                show(metric::PREVENTED, &|number| self.count(number)),
                show(metric::BY_NEXT, &|number| self.fine(number)),
                show(metric::SAVED_BY_NEXT, &|number| self.count(number)),
            ]);
        }
        let label = self.language.pick(&self.model.resources[curve.resource].label).to_owned();
        let names = core::iter::once(Some(label)).chain(core::iter::repeat(None)).take(curve.points.len());
        under_names(table, names.collect())
    }

    /// The wijken with the places of now, the highest load first, and where each tips.
    fn wijken(&self, curves: &[&Curve]) -> String {
        let texts = &self.texts.tipping;
        let mut table = Table::new();
        let headers = [&texts.wijk, &texts.places, &texts.load_head, &texts.waiting, &texts.weeks];
        table.load_style(STYLE).set_header(headers.into_iter().chain([&texts.prevented_head, &texts.tips]));
        let names = self.model.wijk.map_or(&[][..], |attribute| &self.model.attributes[attribute].values);
        for curve in curves {
            let point = now(curve);
            let show = |metric: usize, as_text: &dyn Fn(&Number) -> String| cell(point, metric, as_text);
            table.add_row([
                format!(" {}", curve.wijk.map_or("", |wijk| &names[wijk])),
                show(metric::PLACES, &|number| self.count(number)),
                show(metric::LOAD, &|number| self.percent(number)),
                show(metric::WAITING, &|number| self.count(number)),
                show(metric::WAIT, &|number| self.count(number)),
                show(metric::PREVENTED, &|number| self.count(number)),
                self.tips(curve),
            ]);
        }
        under_names(table, vec![None; curves.len()])
    }

    /// Where a curve tips, in factors on the places.
    fn tips(&self, curve: &Curve) -> String {
        let times = |point: usize| self.times(curve.points[point].factor);
        match curve.turn {
            None if curve.points.iter().any(|point| point.hides(metric::BY_NEXT)) => HIDDEN.to_owned(),
            None => NONE.to_owned(),
            Some(Turn::Between { from: 0, to, .. }) => format!("\u{2264} {}", times(to)),
            Some(Turn::Between { from, to, .. }) => format!("{}\u{2013}{}", times(from), times(to)),
            Some(Turn::From(0) | Turn::TooFew | Turn::NoEffect) => "?".to_owned(),
            Some(Turn::From(from)) => format!("\u{2265} {}", times(from)),
        }
    }

    /// What the places of now do, in words.
    fn effect(&self, curve: &Curve) -> String {
        let [Some(prevented), Some(saved)] = [metric::PREVENTED, metric::SAVED].map(|metric| now(curve).numbers[metric]) else {
            return String::new();
        };
        let (mean, error) = known(&saved);
        let amounts = Amounts::of(mean.abs());
        let words = [
            ("year", &*curve.year.to_string()),
            ("prevented", &self.count(&prevented)),
            ("band", &self.band(&prevented)),
            ("saved", &amounts.written(mean, significant(mean, error), self.language)),
            ("unit", amounts_unit(self.texts, amounts)),
        ];
        fill(&self.texts.tipping.effect, &words) + " "
    }

    /// Where the city tips, in words.
    fn said(&self, curve: &Curve) -> String {
        let texts = &self.texts.tipping;
        let tell = |message: &str, points: [usize; 3]| {
            let shown = points.map(|at| {
                let point = &curve.points[at];
                let show = |metric: usize, as_text: &dyn Fn(&Number) -> String| cell(point, metric, as_text);
                let load = show(metric::LOAD, &|number| self.percent(number));
                [self.times(point.factor), show(metric::PLACES, &|number| self.count(number)), load]
            });
            let [from, near, to] = shown.each_ref().map(|shown| shown.each_ref().map(String::as_str));
            let words = [
                ("from", from[1]),
                ("near", near[1]),
                ("to", to[1]),
                ("times_from", from[0]),
                ("times_near", near[0]),
                ("times_to", to[0]),
                ("load_from", from[2]),
                ("load_near", near[2]),
                ("load_to", to[2]),
                ("least", &whole(LEAST, self.language)),
            ];
            fill(message, &words)
        };
        let here = curve.points.iter().position(|point| point.factor == 1.0).unwrap_or(0);
        match curve.turn {
            // Hidden, or there is no place at any factor: the table shows it.
            None => String::new(),
            Some(Turn::TooFew) => tell(&texts.too_few, [0; 3]),
            Some(Turn::NoEffect) => texts.no_effect.clone(),
            Some(Turn::From(0)) => texts.unknown.clone(),
            Some(Turn::From(from)) => tell(&texts.beyond, [from; 3]),
            Some(Turn::Between { from, near, to }) => {
                let where_to = if from == 0 { &texts.below } else { &texts.between };
                let now = match here {
                    now if now <= from => &texts.now_before,
                    now if now >= to => &texts.now_after,
                    _ => &texts.now_inside,
                };
                format!("{} {} {now}", tell(where_to, [from, near, to]), texts.sides)
            }
        }
    }

    fn times(&self, factor: f64) -> String {
        if factor.is_finite() { figures(factor, self.language) } else { self.texts.tipping.unlimited.clone() }
    }

    fn count(&self, number: &Number) -> String {
        let (mean, error) = known(number);
        written(mean, significant(mean, error), self.language)
    }

    /// To a thousandth at most.
    fn fine(&self, number: &Number) -> String {
        let (mean, error) = known(number);
        written(mean, significant(100.0 * mean, 100.0 * error) - 2, self.language)
    }

    fn percent(&self, number: &Number) -> String {
        let (mean, error) = known(number);
        format!("{} %", written(100.0 * mean, significant(100.0 * mean, 100.0 * error).max(0), self.language))
    }

    fn band(&self, number: &Number) -> String {
        let (mean, error) = known(number);
        let [low, .., high] = number.estimate.realised.map(|bound| written(bound, significant(mean, error), self.language));
        format!("{low} \u{2013} {high}")
    }
}

/// A number as a cell.
fn cell(point: &Point, metric: usize, as_text: &dyn Fn(&Number) -> String) -> String {
    match &point.numbers[metric] {
        Some(number) => as_text(number),
        None if point.hides(metric) => HIDDEN.to_owned(),
        None => NONE.to_owned(),
    }
}

/// Mean and standard error; NaN where it is not known.
fn known(number: &Number) -> (f64, f64) {
    (number.estimate.mean, number.estimate.mcse.unwrap_or(f64::NAN))
}

/// The point with the places that the model has.
fn now(curve: &Curve) -> &Point {
    curve.points.iter().find(|point| point.factor == 1.0).unwrap_or(&curve.points[0])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analysis::tipping::METRICS;
    use crate::analysis::{Estimate, tipping};

    /// A table of Hengelo in which every number is as large as it may be in a town twice as large.
    fn told(language: Language, turn: Option<Turn>, few: bool) -> String {
        let model = crate::model::read(&crate::model::embedded::hengelo()).unwrap();
        let factors = tipping::all(&[0.25, 1.25]);
        let estimate = |mean: f64| Estimate { mean, mcse: Some(0.001 * mean.abs()), realised: [mean; 7], split: None };
        let town =
            [1_234.0, 12.34, 1.04, 9e3, 9e3, 9e3, 9e3, 9e3, 9e3, 1_680.0, 52.1, 2e3, 1_234.0, 0.4, -0.123, 1.7e6, -12_340.0];
        let point = |&factor: &f64| {
            let mut point = Point { factor, numbers: [None; METRICS.len()], few_ask: few, few_in_maatwerk: few };
            let known = town.map(|mean| Some(Number { members: 8, estimate: estimate(mean) }));
            point.numbers = core::array::from_fn(|metric| known[metric].filter(|_| !point.hides(metric)));
            point
        };
        let curve = |wijk| Curve { resource: 0, wijk, year: 2030, points: factors.iter().map(point).collect(), turn };
        let curves = core::iter::once(None).chain((0..9).map(Some)).map(curve).collect();
        let found = Tipping { factors: factors.clone(), curves, members: 8, stopped: false };
        Report { found: &found, model: &model, scenario: 0, language, texts: &Texts::new(language) }.text()
    }

    #[test]
    fn the_numbers_of_a_town_fit_eighty_columns() {
        let turn = Turn::Between { from: 1, near: 2, to: 3 };
        for language in [Language::Nl, Language::En] {
            for (turn, few) in [(Some(turn), false), (Some(Turn::From(1)), false), (None, true)] {
                let text = told(language, turn, few);
                assert!(text.lines().all(|line| line.chars().count() <= 80), "{text}");
            }
        }
    }

    #[test]
    fn every_end_has_its_words() {
        let said = |turn| told(Language::En, turn, false).split_whitespace().collect::<Vec<_>>().join(" ");
        let between = |from, near, to| said(Some(Turn::Between { from, near, to }));
        assert!(between(1, 2, 3).contains("near 1,234 places (1 times those of now)"));
        assert!(between(1, 2, 3).contains("between 1,234 and 1,234 places (0.25 to 1.25 times)"));
        assert!(between(1, 2, 3).contains("On which side") && between(2, 2, 3).contains("surely lie before"));
        assert!(between(0, 1, 2).contains("at 1,234 places at most") && between(0, 1, 2).contains("surely lie beyond"));
        assert!(
            said(Some(Turn::From(2))).contains("at 1,234 places or more")
                && said(Some(Turn::From(0))).contains("cannot tell where")
        );
        assert!(
            said(Some(Turn::NoEffect)).contains("no tipping point to name")
                && said(Some(Turn::TooFew)).contains("at least 8 draws")
        );
        assert!(!said(None).contains("<10") && told(Language::En, None, true).contains("<10: fewer than ten persons"));
    }
}
