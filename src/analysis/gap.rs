//! The engine against its mean-field twin, member by member, on every yearly number that both know.
//!
//! Each member is compared with the twin at that member's own parameters and shocks, so only personal luck is left in the
//! difference, and its standard error is that of the mean of these differences. What the twin lacks is switched off in the
//! engine; its effect is measured apart, on the same luck.
//!
//! Members are added in batches until every number is precise, or the most that are allowed are there. A difference can
//! neither be shown nor denied by a number that is not precise: such a number passes as little as one that differs.

use std::sync::atomic::AtomicBool;

use crate::compile::layout::{METRICS, metric};
use crate::compile::{self, Layout, Options, Plan};
use crate::design::Draws;
use crate::engine::{Luck, Silent, Tally, simulate};
use crate::ensemble::{self, Design, EnsembleError, Progress};
use crate::maths::normal_quantile;
use crate::meanfield::{self, Lack, Settings};
use crate::model::Model;

/// Part of a number by which engine and twin may differ besides chance.
pub const TOLERANCE: f64 = 0.001;
/// Largest standard error, as a part of the number, that proves anything.
pub const PRECISION: f64 = 0.005;
/// Probability that an engine and a twin that agree fail by chance, over all numbers: 0.005 on each side.
pub const FALSE_ALARM: f64 = 0.01;
/// Fewest members that prove anything: their spread, and so the standard error, is known to 6 %. With fewer a quantile of
/// the normal distribution is far from that of the estimated errors: 4.2 of them are exceeded by chance with probability
/// 1.2e-5 if known exactly, 2.3e-5 from 128 members, 2e-3 from 8.
pub const LEAST: u32 = 128;

/// Members after which it is asked whether more are needed.
const BATCH: u32 = 64;
/// Part of a number, or persons, events or euros per member, that only rounding makes.
const ROUNDING: f64 = 1e-9;

/// What is found for a number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Verdict {
    /// The difference stays within chance and [`TOLERANCE`], at a standard error within [`PRECISION`]; or there is none.
    Agrees,
    /// The difference is larger, at a standard error within [`PRECISION`].
    Differs,
    /// The standard error is above [`PRECISION`], or not known from so few members.
    Imprecise,
    /// Zero in both: nothing is compared.
    Zero,
    /// The twin does not know it, see [`Gap::lacks`]: nothing is compared.
    Unknown,
}

/// One number of one year.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct GapRow {
    /// Index in the layout's units.
    pub unit: usize,
    /// Calendar year.
    pub year: i32,
    /// Index in [`METRICS`].
    pub metric: usize,
    /// Mean over members, by the engine with what the twin lacks switched off.
    pub engine: f64,
    /// Mean over members, by the twin; NaN where it does not know the number.
    pub twin: f64,
    /// Standard error of the difference; infinite with a single member.
    ///
    /// No less than what one person more or less in all members together would change, unless the two are equal: that
    /// nobody was seen there is no proof that nobody ever comes.
    pub se: f64,
    /// About how many members make it precise, from error ∝ 1/√members.
    pub needs: f64,
    /// Mean effect of what the twin lacks, and its standard error.
    pub lacking: (f64, f64),
    /// What is found.
    pub verdict: Verdict,
}

/// All numbers.
#[derive(Debug, Clone, PartialEq)]
pub struct Gap {
    /// The numbers, in the order of the layout: unit by unit, then year by year, then metric by metric.
    pub rows: Vec<GapRow>,
    /// What the twin does not represent.
    pub lacks: Vec<Lack>,
    /// Members compared.
    pub members: u32,
    /// Standard errors that true agreement exceeds anywhere with probability at most [`FALSE_ALARM`].
    pub limit: f64,
    /// Whether it was stopped before all was precise and before all members were there.
    pub stopped: bool,
}

impl GapRow {
    /// Engine less twin.
    pub fn difference(&self) -> f64 {
        self.engine - self.twin
    }

    /// What differences and errors are parts of: the twin's number, or the engine's where the twin has none.
    pub fn value(&self) -> f64 {
        if self.twin.abs() <= ROUNDING { self.engine } else { self.twin }
    }

    /// The difference in standard errors; 0 where there is none but rounding.
    pub fn z(&self) -> f64 {
        if self.difference() == 0.0 || self.equal() { 0.0 } else { self.difference() / self.se }
    }

    /// The difference in parts of what a limit in standard errors allows: above 1 is more than chance and tolerance.
    pub fn excess(&self, limit: f64) -> f64 {
        let allowed = limit * self.se + TOLERANCE * self.value().abs();
        if self.difference() == 0.0 { 0.0 } else { self.difference().abs() / allowed }
    }

    /// Whether nothing but rounding lies between them, in every member.
    fn equal(&self) -> bool {
        self.difference().abs().max(self.se) <= ROUNDING * self.value().abs()
    }

    fn judge(&self, members: u32, limit: f64) -> Verdict {
        if self.equal() {
            Verdict::Agrees
        } else if members < LEAST || self.se > PRECISION * self.value().abs() {
            Verdict::Imprecise
        } else if self.excess(limit) > 1.0 {
            Verdict::Differs
        } else {
            Verdict::Agrees
        }
    }
}

impl Gap {
    /// The numbers of which this was found.
    pub fn found(&self, verdict: Verdict) -> impl Iterator<Item = &GapRow> {
        self.rows.iter().filter(move |row| row.verdict == verdict)
    }

    /// How many numbers were compared.
    pub fn compared(&self) -> usize {
        self.rows.iter().filter(|row| row.verdict.compared()).count()
    }

    /// About how many members make every number precise; as many as there are if all are.
    pub fn needs(&self) -> f64 {
        self.found(Verdict::Imprecise).map(|row| row.needs).fold(f64::from(self.members), f64::max)
    }

    /// What is found for all numbers together: one that differs decides, then one that is not precise.
    pub fn verdict(&self) -> Verdict {
        let has = |verdict| self.found(verdict).next().is_some();
        let order = [Verdict::Differs, Verdict::Imprecise, Verdict::Agrees, Verdict::Zero];
        order.into_iter().find(|&verdict| has(verdict)).unwrap_or(Verdict::Unknown)
    }
}

impl Verdict {
    /// Whether the number was compared.
    pub fn compared(self) -> bool {
        matches!(self, Self::Agrees | Self::Differs | Self::Imprecise)
    }

    /// Its name in files.
    pub fn name(self) -> &'static str {
        match self {
            Self::Agrees => "agrees",
            Self::Differs => "differs",
            Self::Imprecise => "imprecise",
            Self::Zero => "zero",
            Self::Unknown => "unknown",
        }
    }
}

/// What is compared.
#[derive(Debug, Clone, Copy)]
pub struct Job<'a> {
    /// The model.
    pub model: &'a Model,
    /// Horizon and size.
    pub options: &'a Options,
    /// Index in [`Model::scenarios`].
    pub scenario: usize,
    /// Seed of the luck.
    pub seed: u64,
    /// The draws, one replication of each.
    pub draws: &'a Draws<'a>,
    /// Most members, at least 1.
    pub most: u32,
    /// How finely the twin solves.
    pub settings: Settings,
}

/// Compares until every number is precise, all members are there, or `stop` turns true; `None` if that was before the first
/// member. Unless stopped, equal jobs give equal bits for any pool.
///
/// # Errors
/// The model does not fit the options, or a draw makes no model.
pub fn gap(
    job: &Job<'_>,
    pool: &rayon::ThreadPool,
    progress: &dyn Progress,
    stop: &AtomicBool,
) -> Result<Option<Gap>, EnsembleError> {
    let plan = Plan::new(job.model, job.options).map_err(|reason| EnsembleError::Compile { draw: 0, reason })?;
    let places = places(plan.layout());
    compare(&places, job.most, |draw| member(job, &plan, &places, draw), pool, progress, stop)
}

/// One member by both, per place.
struct Member {
    engine: Vec<f64>,
    twin: Vec<f64>,
    /// What the twin lacks, in the engine.
    lacking: Vec<f64>,
    lacks: Vec<Lack>,
}

fn member(job: &Job<'_>, plan: &Plan<'_>, places: &[Place], draw: u32) -> Result<Member, EnsembleError> {
    let luck = Luck::new(job.seed, draw, 0);
    let compiled = plan.compile(&job.draws.values(draw)).map_err(|reason| EnsembleError::Compile { draw, reason })?;
    let compiled = compiled.shocked(luck);
    let expected = meanfield::solve(&compiled, job.scenario, &job.settings);
    let reduced = meanfield::without(&compiled, &expected.lacks);
    let count = |compiled: &compile::Compiled| {
        let mut tally = Tally::new(plan.layout());
        simulate(compiled, job.scenario, luck, &mut tally, &mut Silent);
        let counts = tally.counts(compiled, job.scenario);
        places.iter().map(|place| counts[place.at] as f64 * METRICS[place.metric].scale).collect::<Vec<f64>>()
    };
    let engine = count(&reduced);
    let lacking = match reduced {
        std::borrow::Cow::Borrowed(_) => vec![0.0; places.len()],
        std::borrow::Cow::Owned(_) => count(&compiled).iter().zip(&engine).map(|(full, reduced)| full - reduced).collect(),
    };
    let twin = places.iter().map(|place| expected.values[place.at]).collect();
    Ok(Member { engine, twin, lacking, lacks: expected.lacks })
}

/// Why a comparison ends before all members are there.
enum End {
    Precise,
    Error(EnsembleError),
}

impl From<EnsembleError> for End {
    fn from(error: EnsembleError) -> Self {
        Self::Error(error)
    }
}

fn compare(
    places: &[Place],
    most: u32,
    member: impl Fn(u32) -> Result<Member, EnsembleError> + Sync,
    pool: &rayon::ThreadPool,
    progress: &dyn Progress,
    stop: &AtomicBool,
) -> Result<Option<Gap>, EnsembleError> {
    let mut sums = Sums { members: 0, places: vec![[0.0; 6]; places.len()], lacks: Vec::new() };
    progress.start(0, u64::from(most));
    let make = |draw, _, each: &mut dyn FnMut(Member) -> bool| {
        each(member(draw)?);
        Ok(())
    };
    let end = ensemble::in_order(pool, Design { draws: most, replications: 1 }, 0, stop, make, |_, member| {
        sums.add(member);
        progress.advance(u64::from(sums.members));
        if !sums.members.is_multiple_of(BATCH) || sums.members == most {
            return Ok(());
        }
        let gap = sums.judge(places);
        if gap.found(Verdict::Imprecise).next().is_none() {
            return Err(End::Precise);
        }
        let needs = (gap.needs() / f64::from(BATCH)).ceil() * f64::from(BATCH);
        progress.expect(u64::from(most).min(needs as u64));
        Ok(())
    });
    let stopped = match end {
        Err(End::Error(error)) => return Err(error),
        Err(End::Precise) => false,
        // Whatever is asked later, this was stopped.
        Ok(members) => members < u64::from(most),
    };
    Ok((sums.members > 0).then(|| Gap { stopped, ..sums.judge(places) }))
}

/// Sums over members.
struct Sums {
    members: u32,
    /// Per place: engine, twin, difference and its square, what is lacking and its square.
    places: Vec<[f64; 6]>,
    lacks: Vec<Lack>,
}

impl Sums {
    fn add(&mut self, member: Member) {
        for (place, sums) in self.places.iter_mut().enumerate() {
            let (engine, twin, lacking) = (member.engine[place], member.twin[place], member.lacking[place]);
            let difference = engine - twin;
            let values = [engine, twin, difference, difference * difference, lacking, lacking * lacking];
            for (sum, value) in sums.iter_mut().zip(values) {
                *sum += value;
            }
        }
        self.members += 1;
        self.lacks = member.lacks;
    }

    fn judge(&self, places: &[Place]) -> Gap {
        let mut rows: Vec<GapRow> = (0..places.len()).map(|at| self.row(places, at)).collect();
        let compared = rows.iter().filter(|row| row.verdict.compared()).count();
        let limit = normal_quantile(1.0 - 0.5 * FALSE_ALARM / compared.max(1) as f64);
        for row in rows.iter_mut().filter(|row| row.verdict.compared()) {
            row.verdict = row.judge(self.members, limit);
        }
        Gap { rows, lacks: self.lacks.clone(), members: self.members, limit, stopped: false }
    }

    /// A number before it is judged: one that is compared is not precise until shown to be.
    fn row(&self, places: &[Place], at: usize) -> GapRow {
        let n = f64::from(self.members);
        let (place, sums) = (&places[at], &self.places[at]);
        let (engine, twin) = (sums[0] / n, sums[1] / n);
        let verdict = match engine.abs().max(twin.abs()) {
            _ if twin.is_nan() => Verdict::Unknown,
            largest if largest <= ROUNDING => Verdict::Zero,
            _ => Verdict::Imprecise,
        };
        let mut row = GapRow {
            unit: place.unit,
            year: place.year,
            metric: place.metric,
            engine,
            twin,
            se: standard_error(n, sums[2], sums[3]),
            needs: f64::from(LEAST),
            lacking: (sums[4] / n, standard_error(n, sums[4], sums[5])),
            verdict,
        };
        if verdict.compared() && !row.equal() {
            let each = self.each(place, at);
            row.se = row.se.max(each / n);
            // Of what was not seen at all only the expected number tells how it will vary.
            let variance = if engine == 0.0 { each * twin.abs() } else { n * row.se * row.se };
            let bound = PRECISION * row.value();
            let needs = variance / (bound * bound);
            row.needs = if needs.is_finite() { row.needs.max(needs) } else { row.needs };
        }
        row
    }

    /// What one person adds to a number in one member: 1 to what counts persons or events, else the mean of those who are
    /// expected in that row and year. Where they are not known: nothing, or the whole number if none of it was seen.
    fn each(&self, place: &Place, at: usize) -> f64 {
        if METRICS[place.metric].scale >= 1.0 {
            return 1.0;
        }
        let of_row = |metric: usize| self.places[at - place.metric + metric][1];
        let persons = of_row(metric::UNIQUE).max(of_row(metric::REACHED));
        let [engine, twin, ..] = self.places[at];
        match engine {
            _ if persons > 0.0 => twin.abs() / persons,
            0.0 => twin.abs() / f64::from(self.members),
            _ => 0.0,
        }
    }
}

/// Standard error of the mean of `n` values with this sum and sum of squares.
fn standard_error(n: f64, sum: f64, squares: f64) -> f64 {
    if n < 2.0 { f64::INFINITY } else { ((squares - sum * sum / n).max(0.0) / (n * (n - 1.0))).sqrt() }
}

/// A yearly number of the city.
struct Place {
    unit: usize,
    year: i32,
    metric: usize,
    /// Where it stands in a member's counts.
    at: usize,
}

/// All of them; those of one unit and year stand together, in the order of [`METRICS`].
fn places(layout: &Layout) -> Vec<Place> {
    let mut places = Vec::new();
    for unit in 0..layout.units.len() {
        for index in 0..layout.periods() {
            let period = layout.period(index);
            if period.half == 0 {
                let year = period.year;
                let at = |metric| Place { unit, year, metric, at: layout.offset(0, unit, index) + metric };
                places.extend((0..METRICS.len()).map(at));
            }
        }
    }
    places
}

#[cfg(test)]
mod tests;
