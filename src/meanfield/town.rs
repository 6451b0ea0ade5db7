//! Who is here: cells of persons who are alike, and how many of them there are over time.
//!
//! A cell holds those of one class (profiles that no hazard tells apart), one birth cohort, one node of the birthday and
//! one of frailty. Between its birthday and New Year its hazards are constant, so its numbers are known in closed form.

use std::borrow::Cow;
use std::cmp::Ordering;
use std::ops::Range;
use std::rc::Rc;
use std::sync::Arc;

use super::Settings;
use super::classes::{children, classes};
use super::counts::Counts;
use super::decay::Decay;
use super::lanes::wide;
use super::lives::{Life, Lives, Stretch};
use super::quadrature::{Node, birthdays};
use crate::compile::{Compiled, Intensity, Kind, Origin, Rate, Since, Stream, Track, When};
use crate::model::{Ages, MAX_AGE};

/// Persons who are alike and come in together.
#[derive(Debug, Clone)]
pub(super) struct Group<'a> {
    pub persons: f64,
    pub kind: Cow<'a, Kind>,
}

/// A cell: who, and the share of a class and cohort that it stands for.
#[derive(Debug, Clone, Copy)]
pub(super) struct Cell {
    pub class: usize,
    pub cohort: usize,
    /// Index of the birthday node.
    pub node: usize,
    /// Factor on frail hazards.
    pub frailty: f64,
    /// Share of the year at the birthday.
    pub birthday: f64,
    pub weight: f64,
}

/// Memory of a town that serves for the next.
#[derive(Debug, Default)]
pub(super) struct Memory {
    lives: Lives,
    whole: Vec<Life>,
}

/// A hazard of a cell in one calendar year: before the birthday and after it, per year.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Pace {
    pub young: f64,
    pub old: f64,
}

/// Who lives in a town and who comes there, by class and age: the same whatever its birthday nodes.
pub(super) struct Folk<'a> {
    /// One profile of each class, and whether its persons live in a household that another is the referent of.
    pub classes: Vec<(usize, bool)>,
    /// Per profile its class, those who are no referents apart.
    class_of: Vec<usize>,
    /// [class × cohort]: who is there at the start.
    initial: Vec<Vec<Group<'a>>>,
    /// [stream × class × age]: who arrives, `persons` being the share of the stream's arrivals.
    arriving: Vec<Vec<Group<'a>>>,
    /// The same: the share of all groups together.
    shares: Vec<f64>,
    /// Per track: whether some arrive in another state than the first, or in one that they have been in for some time.
    pub settled: Vec<bool>,
    /// Whether persons are told apart by age.
    pub aged: bool,
    pub cohorts: usize,
}

/// The town of one draw.
pub(super) struct Town<'a> {
    pub compiled: &'a Compiled,
    pub folk: Rc<Folk<'a>>,
    pub cells: Vec<Cell>,
    /// Birthday nodes.
    pub nodes: Vec<Node>,
    lives: Lives,
    /// [half-year × row]: those of all birthday nodes together.
    whole: Vec<Life>,
    /// Nodes for frailty: factor and share. They divide each cell once more; where births, deaths or departures depend on frailty
    /// the cells are divided already, and there is one node of factor one.
    pub frailty: Vec<(f64, f64)>,
    /// In how many cells births, deaths or departures divide those of one class, cohort and birthday by frailty.
    pub parts: usize,
}

const AGES: usize = MAX_AGE + 1;

impl<'a> Folk<'a> {
    /// Those of a draw.
    pub(super) fn new(compiled: &'a Compiled) -> Self {
        let aged = matters(compiled);
        let (profiles, class_of) = classes(compiled);
        let of = |waits| profiles.iter().map(move |&profile| (profile, waits));
        let classes: Vec<(usize, bool)> = of(false).chain(of(true)).collect();
        let cohorts = if aged { AGES + compiled.years } else { 1 };
        let mut folk = Self {
            class_of,
            initial: vec![vec![]; classes.len() * cohorts],
            arriving: vec![vec![]; compiled.streams.len() * classes.len() * AGES],
            shares: vec![],
            classes,
            settled: vec![false; compiled.scenarios[0].tracks.len()],
            aged,
            cohorts,
        };
        folk.settle(compiled);
        folk.shares = folk.arriving.iter().map(|groups| groups.iter().map(|group| group.persons).sum()).collect();
        folk
    }

    /// Puts the initial population and the arrivals in their places.
    fn settle(&mut self, compiled: &'a Compiled) {
        for (row, (kind, count)) in compiled.population.iter().enumerate() {
            let follows = compiled.households.led_by(row).is_empty();
            self.start(self.class(kind, follows), f64::from(*count), Cow::Borrowed(kind));
        }
        for (number, stream) in compiled.streams.iter().enumerate() {
            let mut before = 0.0;
            let mut known: Option<&Arc<[Origin]>> = None;
            for (row, (kind, &cumulated)) in stream.kinds.iter().zip(&stream.cumulated).enumerate() {
                let follows = stream.households.led_by(row).is_empty();
                let share = cumulated - before;
                before = cumulated;
                if stream.stationary {
                    let there = Kind { origins: kind.origins.iter().map(|&origin| already(origin)).collect(), ..kind.clone() };
                    self.start(self.class(kind, false), share * stationary(compiled, stream, kind), Cow::Owned(there));
                }
                if stream.closed {
                    continue;
                }
                // Most rows share one list.
                if known.is_none_or(|known| !Arc::ptr_eq(known, &kind.origins)) {
                    known = Some(&kind.origins);
                    for (settled, origin) in self.settled.iter_mut().zip(kind.origins.iter()) {
                        *settled |= !matches!(origin, Origin::State(0, Since::Years(0.0)));
                    }
                }
                let class = self.class(kind, follows);
                let age = if self.aged { usize::from(kind.age) } else { 0 };
                add(&mut self.arriving[(number * self.classes.len() + class) * AGES + age], share, Cow::Borrowed(kind));
            }
        }
    }

    fn class(&self, kind: &Kind, follows: bool) -> usize {
        self.class_of[kind.profile] + if follows { self.classes.len() / 2 } else { 0 }
    }

    fn start(&mut self, class: usize, persons: f64, kind: Cow<'a, Kind>) {
        let cohort = if self.aged { MAX_AGE - usize::from(kind.age) } else { 0 };
        add(&mut self.initial[class * self.cohorts + cohort], persons, kind);
    }
}

impl<'a> Town<'a> {
    /// The town and its demography; what happens may jump at birthdays of `breaks`.
    pub(super) fn new(compiled: &'a Compiled, folk: Rc<Folk<'a>>, settings: &Settings, breaks: &[f64], memory: Memory) -> Self {
        let frailty = compiled.frailty.as_ref().map_or_else(|| vec![(1.0, 1.0)], |frailty| frailty.nodes(settings.frailty));
        let life = &compiled.life;
        let rates = [life.death.as_ref(), life.leave.as_ref(), life.birth.as_ref().map(|birth| &birth.rate)];
        let (divided, frailty) = if rates.into_iter().flatten().any(|rate| rate.frail) {
            (frailty, vec![(1.0, 1.0)])
        } else {
            (vec![(1.0, 1.0)], frailty)
        };
        let nodes = if folk.aged { birthdays(settings.birthdays, breaks) } else { vec![Node { at: 0.0, weight: 1.0 }] };
        let mut cells = Vec::with_capacity(folk.classes.len() * folk.cohorts * nodes.len() * divided.len());
        for class in 0..folk.classes.len() {
            for cohort in 0..folk.cohorts {
                for (index, node) in nodes.iter().enumerate() {
                    for &(frailty, share) in &divided {
                        let weight = node.weight * share;
                        cells.push(Cell { class, cohort, node: index, frailty, birthday: node.at, weight });
                    }
                }
            }
        }
        let Memory { lives, mut whole } = memory;
        let mut town =
            Self { compiled, folk, lives: Lives::default(), whole: vec![], frailty, parts: divided.len(), cells, nodes };
        let lives = wide(
            #[inline(always)]
            || town.live(lives),
        );
        whole.clear();
        for half in 0..2 * compiled.years {
            whole.extend((0..town.rows()).map(|row| {
                let nodes = (0..town.nodes.len()).map(|node| lives.at(town.place(half, node, row)));
                nodes.fold(Life::default(), |sum, life| sum.plus(&life))
            }));
        }
        (town.lives, town.whole) = (lives, whole);
        town
    }

    /// Gives back the memory of [`Self::new`].
    pub(super) fn end(self) -> Memory {
        Memory { lives: self.lives, whole: self.whole }
    }

    /// Whether the tracks of a household stand still for a cell, because its persons are not the referent. Nobody takes over: the
    /// need ends with the referent.
    pub(super) fn waits(&self, cell: &Cell) -> bool {
        self.folk.classes[cell.class].1
    }

    /// Who of a cell is there at the start; `persons` of the whole class and cohort.
    pub(super) fn initial(&self, cell: &Cell) -> &[Group<'a>] {
        &self.folk.initial[cell.class * self.folk.cohorts + cell.cohort]
    }

    /// The hazard of a cell in a calendar year.
    #[inline]
    pub(super) fn pace(&self, rate: &Rate, cell: &Cell, year: usize) -> Pace {
        let table = &self.compiled.tables[rate.table];
        let profile = self.folk.classes[cell.class].0;
        let piece = &table.pieces[table.row(profile, cell.cohort) * (table.years + 1) + year];
        let scale = table.profiles[profile].0 * rate.level * if rate.frail { cell.frailty } else { 1.0 };
        Pace { young: scale * piece.young, old: scale * piece.old }
    }

    /// Rate per year at which a cell is left by death or departure.
    pub(super) fn leaving(&self, cell: &Cell, year: usize) -> Pace {
        let life = &self.compiled.life;
        let mut sum = Pace::default();
        for rate in [&life.death, &life.leave].into_iter().flatten() {
            let pace = self.pace(rate, cell, year);
            sum.young += pace.young;
            sum.old += pace.old;
        }
        sum
    }

    /// Calls `each` with every group that arrives in a cell in a stretch of time (within one side of a birthday) and its
    /// arrivals per year.
    pub(super) fn arrivals(&self, cell: &Cell, year: usize, from: f64, until: f64, mut each: impl FnMut(f64, &Kind)) {
        let Some(age) = self.age(cell, year, until) else { return };
        for (number, stream) in self.compiled.streams.iter().enumerate() {
            let groups = &self.folk.arriving[(number * self.folk.classes.len() + cell.class) * AGES + age];
            if !groups.is_empty() {
                let rate = intensity(&stream.intensity, from, until) * cell.weight;
                for group in groups {
                    each(rate * group.persons, &group.kind);
                }
            }
        }
    }

    /// Arrivals per year in a stretch of time, of a class at an age: [class × age].
    fn all_arrivals(&self, from: f64, until: f64) -> Vec<f64> {
        let mut sums = vec![0.0; self.folk.classes.len() * AGES];
        for (stream, shares) in self.compiled.streams.iter().zip(self.folk.shares.chunks(sums.len().max(1))) {
            let rate = intensity(&stream.intensity, from, until);
            for (sum, share) in sums.iter_mut().zip(shares) {
                *sum += rate * share;
            }
        }
        sums
    }

    /// Age of a cell in a stretch of a year that ends at a time and lies on one side of the birthday; none if it is not born yet or
    /// too old.
    fn age(&self, cell: &Cell, year: usize, until: f64) -> Option<usize> {
        if !self.folk.aged {
            return Some(0);
        }
        let age = (year + AGES) as i64 - cell.cohort as i64 - i64::from(until - (year as f64) <= cell.birthday + 1e-9);
        usize::try_from(age).ok().filter(|&age| age < AGES)
    }

    /// Moment of birth of a cell, years since the start.
    pub(super) fn birth_of(cell: &Cell) -> f64 {
        cell.cohort as f64 - AGES as f64 + cell.birthday
    }

    /// Whether a cell is born in a stretch of time: a birthday on New Year's Eve belongs to the year that ends.
    pub(super) fn born_in(cell: &Cell, stretch: &Range<f64>) -> bool {
        let born = Self::birth_of(cell);
        if cell.birthday == 1.0 { stretch.start < born && born <= stretch.end } else { stretch.contains(&born) }
    }

    /// The calendar year in which a cohort is born.
    pub(super) fn births_of(cell: &Cell) -> Range<f64> {
        let begin = cell.cohort as f64 - AGES as f64;
        begin..begin + 1.0
    }

    /// How much of what happens at a birthday counts before a half-year begins at that moment, and how much after: a birthday on
    /// New Year's Eve belongs to the year that ends, one in the middle of the year half to each half.
    pub(super) fn sides(birthday: f64) -> [f64; 2] {
        match birthday {
            0.5 => [0.5, 0.5],
            1.0 => [1.0, 0.0],
            _ => [0.0, 1.0],
        }
    }

    /// The calendar year, counted from the first, to which the moment belongs when a cell reaches an age. A birthday on New Year's
    /// Eve belongs to the year that ends, so that each year has all birthdays of a cohort.
    pub(super) fn year_of(cell: &Cell, age: f64) -> i64 {
        let first = cell.cohort as f64 - AGES as f64 + age;
        if first.fract() == 0.0 { first as i64 } else { libm::floor(first + cell.birthday) as i64 }
    }

    /// Persons born into a cell, at its birthday in the year of its cohort.
    pub(super) fn born(&self, index: usize) -> f64 {
        let cell = &self.cells[index];
        let Some(year) = cell.cohort.checked_sub(AGES) else { return 0.0 };
        let row = index / self.per_cohort() * self.parts + index % self.parts;
        [2 * year, 2 * year + 1].map(|half| self.life(half, cell.node, row).born).iter().sum()
    }

    /// The cell with another birthday node than a cell that has the first one.
    #[inline]
    pub(super) fn at(&self, first: usize, node: usize) -> usize {
        first + node * self.parts
    }

    /// The numbers in a half-year of the cell with a birthday node in a row as of [`Self::first`].
    #[inline]
    pub(super) fn life(&self, half: usize, node: usize, row: usize) -> Life {
        self.lives.at(self.place(half, node, row))
    }

    #[inline]
    fn place(&self, half: usize, node: usize, row: usize) -> usize {
        (half * self.nodes.len() + node) * self.rows() + row
    }

    /// How many cells there are with the first birthday node.
    pub(super) fn rows(&self) -> usize {
        self.cells.len() / self.nodes.len()
    }

    /// The cell with the first birthday node in a row of them.
    pub(super) fn first(&self, row: usize) -> usize {
        row / self.parts * self.per_cohort() + row % self.parts
    }

    /// The numbers in a half-year of those of all birthday nodes together, in rows as of [`Self::first`].
    #[inline]
    pub(super) fn whole(&self, half: usize) -> &[Life] {
        &self.whole[half * self.rows()..][..self.rows()]
    }

    /// Follows the numbers of all cells through time, births included, in memory that `lives` may have.
    #[expect(clippy::inline_always, reason = "it is as wide as its caller")]
    #[inline(always)]
    fn live(&self, mut lives: Lives) -> Lives {
        let (nodes, rows) = (&self.nodes, self.rows());
        lives.clear(2 * self.compiled.years * self.cells.len());
        let mut marks: Vec<f64> = nodes.iter().map(|node| node.at).chain([0.0, 0.5, 1.0]).collect();
        marks.sort_unstable_by(f64::total_cmp);
        marks.dedup();
        let children = self
            .compiled
            .life
            .birth
            .as_ref()
            .map(|birth| children(self.compiled, birth, &self.folk.classes, &self.folk.class_of));
        let first: Vec<&Cell> = (0..rows).map(|row| &self.cells[self.first(row)]).collect();
        // Those of one row differ by birthday only. [birthday node × row]
        let cells = (0..nodes.len()).flat_map(|node| (0..rows).map(move |row| &self.cells[self.at(self.first(row), node)]));
        let weights: Vec<f64> = cells.map(|cell| cell.weight).collect();
        let there = |cell: &&Cell| self.initial(cell).iter().map(|group| group.persons).sum::<f64>();
        let there: Vec<f64> = first.iter().map(there).collect();
        let mut alive: Vec<f64> = weights.iter().zip(there.iter().cycle()).map(|(weight, persons)| weight * persons).collect();
        // Per row, before the birthday and after it; those who wait for a household track, the second half, leave as others do.
        let mut decays = [(); 2].map(|()| Vec::new());
        let mut arrivals = [(); 2].map(|()| vec![0.0; rows]);
        for year in 0..self.compiled.years {
            let fertile: Vec<Pace> = match &self.compiled.life.birth {
                Some(birth) => {
                    let cells = self.cells.iter().step_by(self.per_cohort());
                    cells.map(|cell| self.pace(&birth.rate, &Cell { frailty: 1.0, ..*cell }, year)).collect()
                }
                None => vec![],
            };
            let leaving: Vec<Pace> = first[..rows / 2].iter().map(|cell| self.leaving(cell, year)).collect();
            let mut time = 0.0;
            for (number, &mark) in marks.iter().enumerate() {
                let node = nodes.iter().position(|node| node.at == mark);
                let births = match (&children, node) {
                    (Some(children), Some(node)) => self.births(year, node, children, &fertile, &alive),
                    _ => vec![],
                };
                // Who is born on the day between two half-years counts for half in each.
                let [before, after] = Self::sides(mark);
                let enter = |alive: &mut Vec<f64>, lives: &mut Lives, half: usize, share: f64| {
                    for &(at, persons) in births.iter().filter(|_| share > 0.0) {
                        alive[at] += persons * share;
                        lives.entries[half * self.cells.len() + at] += persons * share;
                        lives.born[half * self.cells.len() + at] += persons * share;
                    }
                };
                enter(&mut alive, &mut lives, 2 * year + usize::from(mark > 0.5), before);
                if mark == 0.0 || mark == 0.5 {
                    let begin = self.place(2 * year + usize::from(mark > 0.0), 0, 0);
                    lives.stock[begin..][..alive.len()].copy_from_slice(&alive);
                }
                enter(&mut alive, &mut lives, 2 * year + usize::from(mark >= 0.5), after);
                let Some(&until) = marks.get(number + 1) else { break };
                let half = 2 * year + usize::from(mark >= 0.5);
                // The stretches of a year are of one length, as a rule.
                if (time - (until - mark)).abs() > 1e-12 {
                    time = until - mark;
                    for (decays, young) in decays.iter_mut().zip([true, false]) {
                        decays.clear();
                        decays.extend(leaving.iter().map(|pace| Decay::new(pace.on(young) * time)));
                    }
                }
                let all = self.all_arrivals(year as f64 + mark, year as f64 + until);
                for (arrivals, birthday) in arrivals.iter_mut().zip([until, 0.0]) {
                    for (arrivals, cell) in arrivals.iter_mut().zip(&first) {
                        let age = self.age(&Cell { birthday, ..**cell }, year, year as f64 + until);
                        *arrivals = age.map_or(0.0, |age| all[cell.class * AGES + age]);
                    }
                }
                for node in 0..nodes.len() {
                    let older = usize::from(until > nodes[node].at);
                    for from in [0, rows / 2] {
                        let (at, begin, count) = (node * rows + from, self.place(half, node, from), rows / 2);
                        let stretch = Stretch {
                            time,
                            weights: &weights[at..][..count],
                            arrivals: &arrivals[older][from..][..count],
                            decays: &decays[older],
                        };
                        let kinds =
                            [&mut lives.years, &mut lives.entries, &mut lives.exits].map(|kind| &mut kind[begin..][..count]);
                        stretch.pass(&mut alive[at..][..count], kinds);
                    }
                }
            }
        }
        lives
    }

    /// Those born in the stretch of time that a birthday node stands for: place among the cells of a half-year, and persons. `fertile`: per
    /// class and cohort the rate of birth; `alive`: per place who is there.
    fn births(
        &self,
        year: usize,
        node: usize,
        children: &[Vec<(usize, f64)>],
        fertile: &[Pace],
        alive: &[f64],
    ) -> Vec<(usize, f64)> {
        let Some(birth) = &self.compiled.life.birth else { return vec![] };
        let (cohorts, rows, at) = (self.folk.cohorts, self.rows(), self.nodes[node].at);
        let sides: Vec<Ordering> = self.nodes.iter().map(|node| at.total_cmp(&node.at)).collect();
        let parts = self.cells[..self.parts].iter().map(|cell| if birth.rate.frail { cell.frailty } else { 1.0 });
        let parts: Vec<f64> = parts.collect();
        let mut born = vec![0.0; self.folk.classes.len()];
        for (class, fertile) in fertile.chunks(cohorts).enumerate() {
            if !birth.mothers[self.folk.classes[class].0] {
                continue;
            }
            let mut children_of = 0.0;
            for (cohort, pace) in fertile.iter().enumerate() {
                if pace.young == 0.0 && pace.old == 0.0 {
                    continue;
                }
                let row = (class * cohorts + cohort) * self.parts;
                for (alive, side) in alive.chunks_exact(rows).zip(&sides) {
                    let rate = match side {
                        Ordering::Less => pace.young,
                        Ordering::Equal => 0.5 * (pace.young + pace.old),
                        Ordering::Greater => pace.old,
                    };
                    for (persons, frailty) in alive[row..].iter().zip(&parts) {
                        children_of += persons * rate * frailty;
                    }
                }
            }
            for &(child, share) in &children[class] {
                born[child] += children_of * share;
            }
        }
        let of = |(class, persons): (usize, &f64)| {
            let row = (class * cohorts + AGES + year) * self.parts;
            let (place, persons) = (node * rows + row, *persons);
            let cells = &self.cells[self.at(self.first(row), node)..][..self.parts];
            cells.iter().enumerate().map(move |(part, cell)| (place + part, persons * cell.weight))
        };
        born.iter().enumerate().flat_map(of).collect()
    }

    /// Cells of one class and cohort.
    fn per_cohort(&self) -> usize {
        self.nodes.len() * self.parts
    }

    /// Adds everybody to the row of all persons.
    pub(super) fn count(&self, row: usize, counts: &mut Counts) {
        counts.know(row);
        for (half, lives) in self.whole.chunks_exact(self.rows()).enumerate() {
            let life = lives.iter().fold(Life::default(), Life::plus);
            counts.stock(row, half, life.stock);
            let cell = counts.at(row, half);
            cell.years += life.years;
            cell.starts += life.entries;
            cell.ends += life.exits;
            cell.new_in_half += life.entries;
            cell.new_in_year += life.entries;
            if half + 1 == counts.halves {
                counts.stock(row, counts.halves, life.last());
            }
        }
    }
}

impl Pace {
    /// The rate on one side of the birthday.
    #[inline]
    pub(super) fn on(self, young: bool) -> f64 {
        if young { self.young } else { self.old }
    }
}

/// Whether age decides anything, or births make cohorts.
fn matters(compiled: &Compiled) -> bool {
    let tracks = compiled.scenarios.iter().flat_map(|scenario| &scenario.tracks);
    let mut exits = tracks.flat_map(|track| track.states.iter().flat_map(|state| &state.exits));
    compiled.tables.iter().any(|table| table.aged)
        || compiled.life.birth.is_some()
        || exits.any(|exit| matches!(exit.when, When::Age(_)))
}

/// Birthdays, as shares of the year, for which a move of some tracks at an exact age within so many years falls on New Year or in the
/// middle of a year, where that is not the birthday itself; and those from which on an age is another.
pub(super) fn breaks<'a>(tracks: impl IntoIterator<Item = &'a Track>, years: usize) -> Vec<f64> {
    let mut breaks = Vec::new();
    for ages in tracks.into_iter().flat_map(Track::ages) {
        for stretch in stretches([ages]) {
            let age = ages.of(stretch.start);
            if stretch.end + age < 0.0 || stretch.start + age > years as f64 {
                continue;
            }
            let part = age.fract();
            if part > 1e-9 {
                breaks.extend([1.0 - part, if part > 0.5 { 1.5 - part } else { 0.5 - part }]);
            }
            let ends = [stretch.start, stretch.end].map(|end| end - libm::floor(end));
            breaks.extend(ends.into_iter().filter(|end| end.is_finite() && *end > 1e-9));
        }
    }
    breaks.sort_unstable_by(f64::total_cmp);
    breaks.dedup();
    breaks
}

/// The stretches of dates of birth within which some ages are the same for all; all of time together.
pub(super) fn stretches<'a>(ages: impl IntoIterator<Item = &'a Ages>) -> Vec<Range<f64>> {
    let mut dates: Vec<f64> = ages.into_iter().flat_map(|ages| &ages.born_before).map(|(date, _)| *date).collect();
    dates.extend([f64::NEG_INFINITY, f64::INFINITY]);
    dates.sort_unstable_by(f64::total_cmp);
    dates.dedup();
    dates.windows(2).map(|pair| pair[0]..pair[1]).collect()
}

/// Adds persons to a list of groups, to a group that is alike if there is one.
fn add<'a>(groups: &mut Vec<Group<'a>>, persons: f64, kind: Cow<'a, Kind>) {
    // The profile counts only by its class, which is that of the list.
    match groups.iter_mut().find(|group| group.kind.age == kind.age && alike(&group.kind.origins, &kind.origins)) {
        Some(group) => group.persons += persons,
        None => groups.push(Group { persons, kind }),
    }
}

/// Whether two lists say the same. Most rows share one, so that the address tells.
fn alike(one: &Arc<[Origin]>, other: &Arc<[Origin]>) -> bool {
    Arc::ptr_eq(one, other) || one == other
}

fn already(origin: Origin) -> Origin {
    match origin {
        Origin::State(state, _) => Origin::State(state, Since::Stationary),
        Origin::Shares => Origin::Shares,
    }
}

/// Persons of one kind that a stationary stream has there at the start, per share of its arrivals: the rate times the mean
/// time in the state that is entered.
fn stationary(compiled: &Compiled, stream: &Stream, kind: &Kind) -> f64 {
    let rate = intensity(&stream.intensity, 0.0, 1.0);
    let mut mean = 0.0;
    for (track, origin) in compiled.scenarios[compiled.unchanged].tracks.iter().zip(kind.origins.iter()) {
        let Origin::State(state, _) = origin else { continue };
        let exit = track.states[usize::from(*state)].exits.first();
        if let Some(When::Dwell(laws)) = exit.map(|exit| &exit.when) {
            mean += laws[0].mean();
        }
    }
    rate * mean
}

/// Mean arrivals per year of a stream in a stretch of time within one calendar year.
fn intensity(intensity: &Intensity, from: f64, until: f64) -> f64 {
    match intensity {
        Intensity::Yearly { rates, .. } => rates[(from as usize).min(rates.len() - 1)],
        Intensity::Seasonal { mean, amplitude, peak } => {
            let turn = core::f64::consts::TAU;
            let wave = |t: f64| libm::sin(turn * (t - peak));
            mean * (1.0 + amplitude * (wave(until) - wave(from)) / (turn * (until - from)))
        }
    }
}
