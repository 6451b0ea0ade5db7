//! Hazards as flat tables of cumulated rates along the diagonals of the Lexis diagram, so that the time of an event is
//! found by one look-up instead of a walk over birthdays and New Years.

use super::fault::{CompileError, within};
use super::people::Profiles;
use super::resource::parts;
use super::timeline::{Course, Timeline};
use super::trend;
use crate::model::{self, MAX_AGE, Model};

/// One calendar year of one birth cohort. A person born at fraction `f` of a year has, from the model's start to the begin of
/// this year, cumulated `sum + f × gap`.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Piece {
    /// Sum over earlier years of the rates from the birthday on.
    pub sum: f64,
    /// Sum over earlier years of the rates before the birthday, less `sum`.
    pub gap: f64,
    /// Rate in this year before the birthday, per year.
    pub young: f64,
    /// Rate in this year from the birthday on, per year.
    pub old: f64,
}

/// Relative rates by profile, age and calendar year: what multiplies a hazard's level.
#[derive(Debug, Clone, PartialEq)]
pub struct Table {
    /// Per profile its factor, and its first row: that of its first cohort.
    pub profiles: Vec<(f64, usize)>,
    /// Shape: [row × (years + 1)], the last year holding only sums.
    pub pieces: Vec<Piece>,
    /// No less than the sum of the rates over the horizon, whatever the birthday, per row; small enough to stay near, so
    /// that most who are not hit are known by it.
    pub most: Vec<f64>,
    /// No less than any rate of the row, per year and per row: times a short stay it bounds what `most` bounds over the horizon.
    pub steepest: Vec<f64>,
    /// Whether age matters; without it there is one cohort.
    pub aged: bool,
    /// Calendar years of the horizon.
    pub years: usize,
    /// Ids of the shocks that multiply it, year by year (see [`super::Compiled::shocked`]).
    pub shocks: Vec<usize>,
    /// Largest product of factors of anybody at any time.
    pub peak: f64,
}

/// Most events per person per year that a hazard may bring: a higher one is a slip of a unit, and would never end.
const MOST_PER_YEAR: f64 = 1e4;

/// How many cohorts are told apart on a horizon of so many years.
pub fn cohorts(years: usize) -> usize {
    MAX_AGE + 1 + years
}

/// Cohorts told apart: those born up to [`MAX_AGE`] + 1 years before the start, and those born in each year of the horizon.
pub fn cohort(born: f64) -> usize {
    (libm::floor(born) + (MAX_AGE + 1) as f64).max(0.0) as usize
}

impl Table {
    /// Builds the table of a hazard's tables and trends under parameter values `values`.
    pub fn new(
        model: &Model,
        profiles: &Profiles,
        hazard: &model::Hazard,
        values: &[f64],
        years: usize,
        place: &impl Fn() -> String,
    ) -> Result<Self, CompileError> {
        let model_years = (model.last_year - model.first_year + 1) as usize;
        let (moving, fixed): (Vec<_>, Vec<_>) =
            hazard.tables.iter().map(|&id| &model.tables[id]).partition(|table| table.age || table.year);
        let aged = moving.iter().any(|table| table.age);
        let trends = trend::products(model, &hazard.trends, values, years, place)?;
        let rate = |attributes: &[u8], age: i64, year: usize| {
            let age = age.clamp(0, MAX_AGE as i64) as usize;
            let factors =
                moving.iter().map(|table| table.at(&model.attributes, attributes, age, year, model_years)).product::<f64>();
            factors * trends[year]
        };
        let cohorts = if aged { cohorts(years) } else { 1 };
        let mut keys: Vec<Vec<u8>> = Vec::new();
        let mut pieces = Vec::new();
        let mut table = Self {
            profiles: vec![],
            pieces: vec![],
            most: vec![],
            steepest: vec![],
            aged,
            years,
            shocks: hazard.shocks.clone(),
            peak: 0.0,
        };
        for attributes in profiles.iter() {
            let factor: f64 = fixed.iter().map(|t| t.at(&model.attributes, attributes, 0, 0, model_years)).product();
            let key: Vec<u8> = moving.iter().flat_map(|t| t.attributes.iter().map(|&a| attributes[a])).collect();
            let known = keys.iter().position(|other| *other == key);
            let index = known.unwrap_or(keys.len());
            if known.is_none() {
                keys.push(key);
                for cohort in 0..cohorts {
                    let born = cohort as i64 - (MAX_AGE as i64 + 1);
                    let (mut before, mut after) = (0.0, 0.0);
                    for year in 0..years {
                        let age = year as i64 - born;
                        let young = if !aged || age >= 1 { rate(attributes, age - 1, year) } else { 0.0 };
                        let old = if !aged || age >= 0 { rate(attributes, age, year) } else { 0.0 };
                        pieces.push(Piece { sum: after, gap: before - after, young, old });
                        before += young;
                        after += old;
                    }
                    pieces.push(Piece { sum: after, gap: before - after, young: 0.0, old: 0.0 });
                }
            }
            table.profiles.push((factor, index * cohorts));
        }
        let highest = pieces.iter().fold(0.0, |top, piece| f64::max(top, piece.young.max(piece.old)));
        table.peak = highest * table.profiles.iter().map(|profile| profile.0).fold(0.0, f64::max);
        table.pieces = pieces;
        table.bound();
        Ok(table)
    }

    /// Row of a profile and birth cohort.
    #[inline]
    pub fn row(&self, profile: usize, cohort: usize) -> usize {
        self.profiles[profile].1 + if self.aged { cohort } else { 0 }
    }

    /// Sums up every cohort's rates and finds the highest, with a margin for the rounding of sums that end within the horizon.
    fn bound(&mut self) {
        const MARGIN: f64 = 1.0 + 1e-9;
        let total = |row: &[Piece]| row.last().map_or(0.0, |end| end.sum + end.gap.max(0.0)) * MARGIN;
        let steepest = |row: &[Piece]| row.iter().fold(0.0, |top, piece| f64::max(top, piece.young.max(piece.old))) * MARGIN;
        let rows = || self.pieces.chunks_exact(self.years + 1);
        (self.most, self.steepest) = (rows().map(total).collect(), rows().map(steepest).collect());
    }

    /// Multiplies the rates of every calendar year by its factor.
    pub(super) fn multiply(&mut self, factors: &[f64]) {
        for row in self.pieces.chunks_exact_mut(self.years + 1) {
            let (mut before, mut after) = (0.0, 0.0);
            for (piece, factor) in row.iter_mut().zip(factors.iter().chain([&1.0])) {
                let (young, old) = (piece.young * factor, piece.old * factor);
                *piece = Piece { sum: after, gap: before - after, young, old };
                before += young;
                after += old;
            }
        }
        self.bound();
        self.peak *= factors.iter().copied().fold(0.0, f64::max);
    }
}

/// A hazard of one scenario: a table, a level and how the level moves.
#[derive(Debug, Clone, PartialEq)]
pub struct Rate {
    /// Index of the [`Table`] in the draw.
    pub table: usize,
    /// Highest rate per year before the table's factors.
    pub level: f64,
    /// Share of `level` per epoch; empty when it is always 1.
    pub course: Course,
    /// Whether the person's frailty multiplies it: [`super::Frailty`], mean one.
    pub frail: bool,
    /// The couplings: track id, and a factor per state of that track.
    pub couplings: Vec<(usize, Vec<f64>)>,
    /// Product over the couplings of the factor of states that they do not name: it stands for them where they are not represented.
    pub otherwise: f64,
    /// The factor of informal overload.
    pub overload: Option<Overload>,
}

/// Informal overload: a factor while the others of the household need much informal help.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Overload {
    /// More than this, in thousandths of an hour a week ([`super::PARTS`]).
    pub above: u64,
    /// The factor.
    pub factor: f64,
}

impl Rate {
    /// The rate of `hazard` over a scenario's timeline, on the table with index `table`.
    pub fn new(hazard: &model::Hazard, table: usize, time: &Timeline, place: &impl Fn() -> String) -> Result<Self, CompileError> {
        let mut course = time.course(&hazard.per_year);
        let mut level = 0.0f64;
        for &value in &course {
            level = level.max(within(value, 0.0, f64::MAX, place, "the hazard per year")?);
        }
        let fixed = |expression: &model::Expression, what: &str| {
            let values = time.course(expression);
            if values.len() > 1 {
                let help = "let the measure change a parameter of `per_year` instead";
                return Err(CompileError::new(place(), format!("a measure changes {what}"), help));
            }
            within(values[0], 0.0, f64::MAX, place, what)
        };
        let (mut couplings, mut otherwise) = (Vec::new(), 1.0);
        for coupling in &hazard.while_in {
            let factor = |factor: &model::Expression| fixed(factor, "a `while_in` factor");
            couplings.push((coupling.track, coupling.factors.iter().map(factor).collect::<Result<_, _>>()?));
            otherwise *= factor(&coupling.otherwise)?;
        }
        let overload = (hazard.overload.as_ref())
            .map(|overload| {
                let above = parts(fixed(&overload.above_hours_per_week, "the hours of an overload")?);
                Ok::<_, CompileError>(Overload { above, factor: fixed(&overload.factor, "the factor of an overload")? })
            })
            .transpose()?;
        let mut rate = Self { table, level, course: vec![], frail: hazard.frail, couplings, otherwise, overload };
        if course.len() > 1 {
            rate.rescale(&mut course, level);
        }
        Ok(rate)
    }

    /// Refuses a rate on `table` that is senselessly high or no number; nobody's frailty exceeds `frailest`.
    pub fn check(&self, table: &Table, frailest: f64, place: impl Fn() -> String) -> Result<(), CompileError> {
        let highest = self.level * self.coupling_max() * table.peak * if self.frail { frailest } else { 1.0 };
        within(highest, 0.0, MOST_PER_YEAR, place, "the highest hazard per year, all factors counted,").map(|_| ())
    }

    /// Expresses the rate as a share of a level that is no lower than its own.
    #[must_use]
    pub fn bounded_by(mut self, bound: f64) -> Self {
        if bound > self.level {
            let mut course = if self.course.is_empty() { vec![1.0] } else { std::mem::take(&mut self.course) };
            for share in &mut course {
                *share *= self.level;
            }
            self.rescale(&mut course, bound);
        }
        self
    }

    fn rescale(&mut self, course: &mut Course, level: f64) {
        for value in course.iter_mut() {
            *value = if level > 0.0 { *value / level } else { 0.0 };
        }
        self.course = std::mem::take(course);
        self.level = level;
    }

    /// Whether anything else of the person or of their household multiplies it.
    #[inline]
    pub fn is_coupled(&self) -> bool {
        !self.couplings.is_empty() || self.overload.is_some()
    }

    /// The largest product of the factors of couplings and overload.
    pub fn coupling_max(&self) -> f64 {
        let couplings: f64 = self.couplings.iter().map(|(_, row)| row.iter().copied().fold(0.0, f64::max)).product();
        couplings * self.overload.map_or(1.0, |overload| overload.factor.max(1.0))
    }
}
