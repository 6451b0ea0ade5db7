//! Targets as data: which published numbers a model is fitted to, how sure each is, and what is counted alike.
//!
//! A file of targets names counts and lines of the accounts that the model already holds with their source and grade; so no number is
//! entered twice. It adds how sure a number is, and to which class of numbers it belongs.

use std::collections::BTreeMap;
use std::ops::Range;

use serde::Deserialize;
use toml::Spanned;

use super::reading::{Reading, Term};
use crate::model::{Content, Fault, Faults, Grade, Model, Place, UNCHANGED, did_you_mean};

/// What a file of targets says.
#[derive(Debug, Clone)]
pub struct Targets {
    /// Index in [`Model::scenarios`] of the scenario that is held against the past.
    pub scenario: usize,
    /// First and last calendar year of the targets.
    pub years: (i32, i32),
    /// Classes of numbers that the model may miss in the same way.
    pub classes: Vec<Class>,
    /// Groups of numbers of which nobody says who counts.
    pub perimeters: Vec<Perimeter>,
    /// The numbers, in the order of the file and by year.
    pub list: Vec<Target>,
    /// Correlation between what the model misses of one number in two years.
    pub correlation: f64,
}

/// Numbers that the model may miss in the same way.
#[derive(Debug, Clone, PartialEq)]
pub struct Class {
    /// Name.
    pub name: String,
    /// Scale of the half-normal prior of the model discrepancy, as a standard deviation of the logarithm.
    pub discrepancy: f64,
}

/// A factor between what the model counts and what was published, because the source does not say who counts.
#[derive(Debug, Clone, PartialEq)]
pub struct Perimeter {
    /// Name.
    pub name: String,
    /// Standard deviation of its logarithm; the median is 1.
    pub sigma: f64,
    /// Why it is not known.
    pub reason: String,
    /// Quality of the evidence.
    pub grade: Grade,
}

/// One published number of one year.
#[derive(Debug, Clone)]
pub struct Target {
    /// Name in the file, and the year: `jeugd_clienten.2021`.
    pub name: String,
    /// What people read, in English.
    pub label: String,
    /// Name in the file; the same for all years.
    pub series: String,
    /// Calendar year.
    pub year: i32,
    /// What was published, in persons, indicaties or euros; never 0, negative if it is an income.
    pub observed: f64,
    /// Standard deviation of its logarithm.
    pub error: f64,
    /// Index in [`Targets::classes`].
    pub class: usize,
    /// Index in [`Targets::perimeters`].
    pub perimeter: Option<usize>,
    /// Index in [`Model::sources`].
    pub source: usize,
    /// Where the model says it.
    pub reading: Reading,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawTargets {
    scenario: Spanned<String>,
    #[serde(default = "half")]
    correlation: Spanned<f64>,
    #[serde(default)]
    class: BTreeMap<Spanned<String>, RawClass>,
    #[serde(default)]
    perimeter: BTreeMap<Spanned<String>, RawPerimeter>,
    #[serde(default)]
    target: Vec<Spanned<RawTarget>>,
}

fn half() -> Spanned<f64> {
    Spanned::new(0..0, 0.5)
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawClass {
    discrepancy: Spanned<f64>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawPerimeter {
    sigma: Spanned<f64>,
    reason: String,
    grade: Grade,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawTarget {
    count: Option<Spanned<String>>,
    account: Option<Spanned<String>>,
    class: Spanned<String>,
    error: Spanned<f64>,
    years: Option<Vec<Spanned<i32>>>,
    perimeter: Option<Spanned<String>>,
}

/// A number of the model that a target names.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Named {
    Count(usize),
    Account(usize),
}

impl Targets {
    /// Leaves the model no other scenario than the one that is held against the past and unchanged policy: every draw of a fit compiles
    /// all there are.
    pub fn leave_own(&mut self, model: &mut Model) {
        let name = model.scenarios[self.scenario].name.clone();
        model.scenarios.retain(|scenario| scenario.name == name || scenario.name == UNCHANGED);
        self.scenario = model.scenarios.iter().position(|scenario| scenario.name == name).unwrap_or(0);
    }

    /// Reads a file of targets for a model; `file` is its name, for faults.
    ///
    /// # Errors
    /// All faults, each with its place: an unknown name, a year without a number, an error of 0, two targets that say the same, no
    /// target at all.
    pub fn read(file: &str, text: &str, model: &Model) -> Result<Self, Faults> {
        let mut reader = Reader { model, file, faults: vec![] };
        let targets = match toml::from_str::<RawTargets>(text) {
            Ok(raw) => reader.targets(&raw),
            Err(error) => {
                let span = error.span().unwrap_or(0..0);
                reader.fault("not-a-target-file", span, error.message().trim(), "here", "see calibration/README.md for the form");
                None
            }
        };
        match targets {
            Some(targets) if reader.faults.is_empty() => Ok(targets),
            _ => Err(Faults::new(reader.faults, |name| (name == file).then(|| text.to_owned()))),
        }
    }
}

impl Targets {
    /// Those for which `keep` holds; classes and perimeters stay, so that points mean the same.
    #[must_use]
    pub fn only(&self, keep: impl Fn(&Target) -> bool) -> Self {
        let list: Vec<Target> = self.list.iter().filter(|target| keep(target)).cloned().collect();
        let years = list.iter().map(|target| target.year);
        let years = (years.clone().min().unwrap_or(self.years.0), years.max().unwrap_or(self.years.1));
        Self { years, list, ..self.clone() }
    }
}

struct Reader<'a> {
    model: &'a Model,
    file: &'a str,
    faults: Vec<Fault>,
}

impl Reader<'_> {
    fn fault(
        &mut self,
        code: &'static str,
        span: Range<usize>,
        message: impl Into<String>,
        label: &str,
        help: impl Into<String>,
    ) {
        let place = Place { file: self.file.into(), span };
        self.faults.push(Fault::new(code, &place, message, label).help(help));
    }

    fn find<'b>(&mut self, what: &str, name: &Spanned<String>, known: impl Iterator<Item = &'b str>) -> Option<usize> {
        let known: Vec<&str> = known.collect();
        let place = known.iter().position(|known| known == name.get_ref());
        if place.is_none() {
            let help =
                did_you_mean(name.get_ref(), known.iter().copied()).unwrap_or_else(|| format!("name a {what} that there is"));
            self.fault("unknown-name", name.span(), format!("there is no {what} `{}`", name.get_ref()), "not known", help);
        }
        place
    }

    /// A number in `(0, most]`.
    fn positive(&mut self, number: &Spanned<f64>, most: f64, what: &str) -> f64 {
        let value = *number.get_ref();
        if !(value > 0.0 && value <= most) {
            let message = format!("{what} is {value}");
            let help = format!("give a number above 0 and at most {most}; 0.03 is about 3 percent");
            self.fault("no-spread", number.span(), message, "nothing is known exactly", help);
        }
        value
    }

    fn targets(&mut self, raw: &RawTargets) -> Option<Targets> {
        let model = self.model;
        let scenario = self.find("scenario", &raw.scenario, model.scenarios.iter().map(|scenario| scenario.name.as_str()));
        let correlation = *raw.correlation.get_ref();
        if !(0.0..1.0).contains(&correlation) {
            let help = "0: each year is a fact of its own; 0.5 is usual";
            self.fault("correlation", raw.correlation.span(), format!("the correlation is {correlation}"), "not in [0, 1)", help);
        }
        let classes: Vec<Class> = (raw.class.iter())
            .map(|(name, class)| Class {
                name: name.get_ref().clone(),
                discrepancy: self.positive(&class.discrepancy, 1.0, "the scale of the discrepancy"),
            })
            .collect();
        let perimeters: Vec<Perimeter> = (raw.perimeter.iter())
            .map(|(name, perimeter)| Perimeter {
                name: name.get_ref().clone(),
                sigma: self.positive(&perimeter.sigma, 1.0, "the standard deviation of the perimeter"),
                reason: perimeter.reason.clone(),
                grade: perimeter.grade,
            })
            .collect();
        let mut list = Vec::new();
        let mut named = Vec::new();
        for target in &raw.target {
            self.target(target, &classes, &perimeters, &mut named, &mut list);
        }
        self.ties(&named);
        if raw.target.is_empty() {
            let help = "add a `[[target]]` that names a count or a line of the accounts";
            self.fault("no-target", 0..0, "the file has no target", "nothing to be fitted to", help);
        }
        let years = list.iter().map(|target: &Target| target.year);
        let years = (years.clone().min()?, years.max()?);
        Some(Targets { scenario: scenario?, years, classes, perimeters, list, correlation })
    }

    fn target(
        &mut self,
        spanned: &Spanned<RawTarget>,
        classes: &[Class],
        perimeters: &[Perimeter],
        named: &mut Vec<(Named, Range<usize>)>,
        list: &mut Vec<Target>,
    ) -> Option<()> {
        let (raw, model) = (spanned.get_ref(), self.model);
        let what = match (&raw.count, &raw.account) {
            (Some(name), None) => Named::Count(self.find("count", name, model.counts.iter().map(|count| count.name.as_str()))?),
            (None, Some(name)) => {
                Named::Account(self.find("account", name, model.accounts.iter().map(|account| account.name.as_str()))?)
            }
            _ => {
                let help = "`count = \"...\"` names a published number, `account = \"...\"` a line of the accounts";
                self.fault("no-definition", spanned.span(), "a target names one count or one account", "which number?", help);
                return None;
            }
        };
        let place = raw.count.as_ref().or(raw.account.as_ref()).map_or(0..0, Spanned::span);
        if named.iter().any(|(known, _)| *known == what) {
            let help = "list all years in one target";
            self.fault("twice", place, "this number is a target already", "would count twice", help);
            return None;
        }
        named.push((what, place.clone()));
        let class = self.find("class", &raw.class, classes.iter().map(|class| class.name.as_str()));
        let perimeter = match &raw.perimeter {
            Some(name) => Some(self.find("perimeter", name, perimeters.iter().map(|known| known.name.as_str()))?),
            None => None,
        };
        let error = self.positive(&raw.error, 1.0, "the observation error");
        let (series, label, source, published) = match what {
            Named::Count(id) => {
                let count = &model.counts[id];
                (&count.name, &count.label.en, count.source, &count.value)
            }
            Named::Account(id) => {
                let account = &model.accounts[id];
                (&account.name, &account.label.en, account.source, &account.euro)
            }
        };
        let known: Vec<i32> = published.iter().map(|&(year, _)| year).collect();
        let years: Vec<(i32, Range<usize>)> = match &raw.years {
            Some(years) => years.iter().map(|year| (*year.get_ref(), year.span())).collect(),
            None => known.iter().map(|&year| (year, place.clone())).collect(),
        };
        for (year, span) in years {
            let Some(&(_, observed)) = published.iter().find(|&&(of, _)| of == year) else {
                let listed: Vec<String> = known.iter().map(i32::to_string).collect();
                let help = format!("published are {}", listed.join(", "));
                self.fault("no-number", span, format!("`{series}` has no number of {year}"), "nothing to be fitted to", help);
                continue;
            };
            if year < model.first_year {
                let help = format!("the model begins in {}", model.first_year);
                self.fault("year", span, format!("{year} lies before the run"), "outside the run", help);
                continue;
            }
            let reading = match what {
                Named::Count(id) => count(model, id, year),
                Named::Account(id) => account(model, id, year),
            };
            let Some(reading) = reading.filter(|_| observed != 0.0) else {
                let help = "name a count that is no ratio, or a line that tracks explain";
                self.fault(
                    "nothing-to-fit",
                    span,
                    format!("the model says nothing of `{series}` that could be fitted"),
                    "no",
                    help,
                );
                continue;
            };
            list.push(Target {
                name: format!("{series}.{year}"),
                label: label.clone(),
                series: series.clone(),
                year,
                observed,
                error,
                class: class?,
                perimeter,
                source,
                reading,
            });
        }
        Some(())
    }

    /// Refuses numbers that follow from other targets: they would count as two facts.
    fn ties(&mut self, named: &[(Named, Range<usize>)]) {
        let model = self.model;
        let is = |what: Named| named.iter().any(|(known, _)| *known == what);
        for (what, span) in named {
            match *what {
                Named::Count(id) => {
                    if let Some(per) = model.counts[id].per.filter(|&per| is(Named::Count(per))) {
                        let message =
                            format!("`{}` is a ratio, and `{}` is a target too", model.counts[id].name, model.counts[per].name);
                        self.fault("tied", span.clone(), message, "follows from others", "take the two numbers, not their ratio");
                    }
                    let parts = |of: &[crate::model::Counted]| of.iter().all(|place| model.counts[id].of.contains(place));
                    let part = (model.counts.iter().enumerate()).find(|(other, count)| {
                        *other != id
                            && is(Named::Count(*other))
                            && count.metric == model.counts[id].metric
                            && count.clients == model.counts[id].clients
                            && count.of.len() < model.counts[id].of.len()
                            && parts(&count.of)
                    });
                    if let Some((_, part)) = part {
                        let message = format!("`{}` contains `{}`, which is a target too", model.counts[id].name, part.name);
                        self.fault("tied", span.clone(), message, "counts some persons twice", "take the parts, or the whole");
                    }
                }
                Named::Account(id) => {
                    let mut whole = model.accounts[id].part_of;
                    while let Some(above) = whole {
                        if is(Named::Account(above)) {
                            let message = format!(
                                "`{}` is a part of `{}`, which is a target too",
                                model.accounts[id].name, model.accounts[above].name
                            );
                            self.fault("tied", span.clone(), message, "counts some euros twice", "take the parts, or the whole");
                        }
                        whole = model.accounts[above].part_of;
                    }
                }
            }
        }
    }
}

/// What the model says of a count.
pub(super) fn count(model: &Model, id: usize, year: i32) -> Option<Reading> {
    let spec = &model.counts[id];
    if spec.per.is_some() {
        return None;
    }
    let terms = spec.of.iter().map(|&of| (Term::Count { of, clients: spec.clients, metric: spec.metric }, 1.0));
    Some(Reading::new(model, terms, year))
}

/// What the model says of a line of the accounts.
pub(super) fn account(model: &Model, id: usize, year: i32) -> Option<Reading> {
    let mut terms = Vec::new();
    gather(model, id, &mut terms);
    let tracks = terms.iter().any(|(term, _)| matches!(term, Term::Booked(_)));
    tracks.then(|| Reading::new(model, terms.into_iter(), year))
}

fn gather(model: &Model, id: usize, terms: &mut Vec<(Term, f64)>) {
    match &model.accounts[id].content {
        Content::Spending(bookings) => terms.extend(bookings.iter().map(|booking| (Term::Booked(*booking), booking.share))),
        Content::Fixed(_) => terms.push((Term::Fixed(id), 1.0)),
        Content::Apart(_) => {}
        Content::Parts => {
            for part in (0..model.accounts.len()).filter(|&part| model.accounts[part].part_of == Some(id)) {
                gather(model, part, terms);
            }
        }
    }
}
