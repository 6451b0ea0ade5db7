//! Books that must balance in every member of every run, to the last person, tick and cent.

use crate::compile::layout::{Group, Layout, Level, METRICS, NONE, Period, Unit, WAITS, metric, wait};
use crate::model::{Layer, Model, Track};
use std::fmt::Arguments;

/// Metrics that add up over groups of persons that exclude each other.
const ADDITIVE: [usize; 10] = [
    metric::STOCK_START,
    metric::STOCK_END,
    metric::PERSON_TIME,
    metric::STARTS,
    metric::ENDS,
    metric::INDICATIES,
    metric::COST_CONSTANT,
    metric::COST_NOMINAL,
    metric::REACHED,
    metric::DIVERTED,
];
const STOCKS: [usize; 3] = [metric::STOCK_START, metric::STOCK_END, metric::PERSON_TIME];
const COSTS: [usize; 2] = [metric::COST_CONSTANT, metric::COST_NOMINAL];
const REQUESTS: [usize; 2] = [metric::REACHED, metric::DIVERTED];

/// Checks the counts of one member of any model; says the first place where they do not balance.
///
/// - Per group and row: stock at the end - at the start = starts - ends; for age bands, where birthdays move persons too, over
///   all bands together. Each period begins with the stock with which the last ended. The very last stock is counted
///   independently by the engine, so that this is no tautology.
/// - Halves add up to the year for person-time, starts, ends and costs; unique persons lie between the larger half and
///   the sum of both, and between the stock at the start and that with all starts.
/// - Wijken add up to the city in everything, age bands in everything but unique persons.
/// - All states of a track, all layers and all combinations add up to everybody; the states of a track inside the pyramid to
///   the track. Costs of states, gates and what is attached, of tracks, of domains and of layers are the same euros; none but income
///   is negative, and sums with income in them.
/// - Clients of a track are those in its states of maatwerk, and those with each of its labels together; those of a domain are no
///   fewer than of any of its tracks, and no more than of all together. Their costs and indicaties are those of the states.
/// - Per queue: the list grows by those who asked, less those who were served, turned away, gave up, escalated or left; halves add
///   up to the year, and wijken to the city. The time on the list is that of the states that wait, to the tick (Little 1961, *A proof
///   for the queuing formula L = λW*, Operations Research 9:383-387, in a finite window).
/// - Requests of gates add up to tracks, domains and everybody; no more are diverted than reached.
///
/// # Errors
/// The first identity that fails, in words.
pub fn identities(layout: &Layout, model: &Model, counts: &[i64]) -> Result<(), String> {
    if counts.len() != layout.len() {
        return Err(format!("{} counts for a layout of {}", counts.len(), layout.len()));
    }
    let books = Books { layout, model, counts };
    books.time()?;
    books.groups()?;
    books.rows()?;
    books.queues()
}

/// The counts of one member with their meaning.
struct Books<'a> {
    layout: &'a Layout,
    model: &'a Model,
    counts: &'a [i64],
}

impl Books<'_> {
    fn at(&self, group: usize, unit: usize, period: usize, metric: usize) -> i64 {
        self.counts[self.layout.offset(group, unit, period) + metric]
    }

    /// Says that two numbers should be equal. What they are is put in words only if they are not: there are millions.
    fn equal(&self, left: i64, right: i64, what: Arguments<'_>, group: usize, unit: usize, period: usize) -> Result<(), String> {
        if left == right { Ok(()) } else { Err(self.fault(&format!("{what}: {left} and {right}"), group, unit, period)) }
    }

    fn fault(&self, what: &str, group: usize, unit: usize, period: usize) -> String {
        let Period { year, half } = self.layout.period(period);
        let half = if half == 0 { String::new() } else { format!(" half {half}") };
        let group = match self.layout.groups[group] {
            Group::City => "the city".to_owned(),
            Group::Wijk(wijk) => format!("wijk {wijk}"),
            Group::Age(band) => format!("age band {band}"),
        };
        format!("{} in {group}, {year}{half}: {what}", self.row(&self.layout.units[unit]))
    }

    fn row(&self, unit: &Unit) -> String {
        let track = unit.track.map(|track| &self.model.tracks[track]);
        match (unit.level, track, unit.state) {
            (Level::State, Some(track), Some(state)) => format!("state {}.{}", track.name, track.states[state].name),
            (Level::Track, Some(track), _) => format!("track {}", track.name),
            (Level::Domain, ..) => {
                format!("domain {}", unit.domain.map_or("", |domain| self.model.domains[domain].name.as_str()))
            }
            (Level::Client, Some(track), _) => {
                let label = unit.label.map_or(String::new(), |label| format!(" with label {}", track.labels[label].name));
                format!("clients of track {}{label}", track.name)
            }
            (Level::Client, ..) => {
                format!("clients of domain {}", unit.domain.map_or("", |domain| self.model.domains[domain].name.as_str()))
            }
            (Level::Layer, ..) => format!("layer {:?}", unit.layer),
            (Level::Combination, ..) => format!("combination {:?}", unit.combination),
            (Level::Gate, Some(track), _) => format!("gate {:?} of track {}", unit.gate, track.name),
            (Level::Attached, Some(track), _) => {
                format!("{}.{}", track.name, unit.attached.map_or("", |attached| track.attached[attached].name.as_str()))
            }
            _ => "everybody".to_owned(),
        }
    }

    fn cells(&self) -> impl Iterator<Item = (usize, usize)> {
        let units = self.layout.units.len();
        (0..self.layout.groups.len()).flat_map(move |group| (0..units).map(move |unit| (group, unit)))
    }

    /// Within one row: flows against stocks, halves against the year, one period after the other.
    fn time(&self) -> Result<(), String> {
        for (group, unit) in self.cells() {
            let at = |period, metric| self.at(group, unit, period, metric);
            let equal = |left, right, what: Arguments<'_>, period| self.equal(left, right, what, group, unit, period);
            let ages = matches!(self.layout.groups[group], Group::Age(_));
            for period in 0..self.layout.periods() {
                let gain = at(period, metric::STOCK_END) - at(period, metric::STOCK_START);
                let flow = at(period, metric::STARTS) - at(period, metric::ENDS);
                if !ages {
                    equal(gain, flow, format_args!("stock gained, and starts less ends"), period)?;
                }
                let (stock, unique) = (at(period, metric::STOCK_START), at(period, metric::UNIQUE));
                if unique < stock || !ages && unique > stock + at(period, metric::STARTS) {
                    return Err(self.fault(&format!("{unique} unique persons cannot be"), group, unit, period));
                }
                if at(period, metric::DIVERTED) > at(period, metric::REACHED) {
                    return Err(self.fault("more requests are diverted than reached", group, unit, period));
                }
                let negative = |&metric: &usize| at(period, metric) < 0 && !(COSTS.contains(&metric) && self.receives(unit));
                if let Some(metric) = (0..METRICS.len()).find(negative) {
                    return Err(self.fault(&format!("{} is negative", METRICS[metric].name), group, unit, period));
                }
            }
            for year in 0..self.layout.years {
                let (first, second, whole) = (3 * year, 3 * year + 1, 3 * year + 2);
                for metric in [metric::PERSON_TIME, metric::STARTS, metric::ENDS].into_iter().chain(COSTS).chain(REQUESTS) {
                    let (halves, name) = (at(first, metric) + at(second, metric), METRICS[metric].name);
                    equal(halves, at(whole, metric), format_args!("{name} of the halves, and of the year"), whole)?;
                }
                let joints = [(first, second), (second, first + 3)];
                for (before, after) in joints.into_iter().filter(|&(_, after)| after < self.layout.periods()) {
                    let what = format_args!("stock at the end of the period before, and at the start");
                    equal(at(before, metric::STOCK_END), at(after, metric::STOCK_START), what, after)?;
                }
                let [start, end] = [metric::STOCK_START, metric::STOCK_END];
                equal(at(first, start), at(whole, start), format_args!("stock at the start of both"), whole)?;
                equal(at(second, end), at(whole, end), format_args!("stock at the end of both"), whole)?;
                let unique = |period| at(period, metric::UNIQUE);
                if unique(whole) < unique(first).max(unique(second)) || unique(whole) > unique(first) + unique(second) {
                    return Err(self.fault("unique persons of the year do not fit the halves", group, unit, whole));
                }
            }
        }
        Ok(())
    }

    /// Whether a row may have more income than costs: one of income, and sums in which income may be.
    fn receives(&self, unit: usize) -> bool {
        let unit = &self.layout.units[unit];
        let income = |track: &Track| track.attached.iter().any(|attached| attached.income);
        match (unit.level, unit.track.map(|track| &self.model.tracks[track])) {
            (Level::State | Level::Gate, _) => false,
            (Level::Attached, Some(track)) => unit.attached.is_some_and(|attached| track.attached[attached].income),
            (_, Some(track)) => income(track),
            (_, None) => self.model.tracks.iter().any(income),
        }
    }

    /// Wijken and age bands against the city.
    fn groups(&self) -> Result<(), String> {
        let kinds: [(&str, fn(&Group) -> bool); 2] =
            [("wijken", |group| matches!(group, Group::Wijk(_))), ("age bands", |group| matches!(group, Group::Age(_)))];
        for (kind, is) in kinds {
            let members: Vec<usize> = (0..self.layout.groups.len()).filter(|&group| is(&self.layout.groups[group])).collect();
            if members.is_empty() {
                continue;
            }
            for unit in 0..self.layout.units.len() {
                for period in 0..self.layout.periods() {
                    let sum = |metric| members.iter().map(|&group| self.at(group, unit, period, metric)).sum::<i64>();
                    for metric in ADDITIVE {
                        let what = format_args!("{} of the {kind} together, and of the city", METRICS[metric].name);
                        self.equal(sum(metric), self.at(0, unit, period, metric), what, 0, unit, period)?;
                    }
                    let (unique, city) = (sum(metric::UNIQUE), self.at(0, unit, period, metric::UNIQUE));
                    if unique < city || kind == "wijken" && unique != city {
                        return Err(self.fault(&format!("unique persons of the {kind}: {unique} and {city}"), 0, unit, period));
                    }
                }
            }
        }
        Ok(())
    }

    /// Queues: within themselves, against each other, and against the states that wait.
    fn queues(&self) -> Result<(), String> {
        let layout = self.layout;
        for (number, queue) in layout.queues.iter().enumerate() {
            let at = |period, what: usize| self.counts[layout.wait_offset(number, period) + what];
            let equal = |left: i64, right: i64, what: Arguments<'_>, period: usize| {
                if left == right {
                    return Ok(());
                }
                let Period { year, half } = layout.period(period);
                let name = &self.model.resources[queue.resource].name;
                Err(format!("queue of {name}, wijk {:?}, {year} half {half}: {what}: {left} and {right}", queue.wijk))
            };
            let group = layout.groups.iter().position(|group| match queue.wijk {
                None => *group == Group::City,
                Some(wijk) => *group == Group::Wijk(wijk),
            });
            let Some(group) = group else { return Err("a queue of a wijk that there is not".into()) };
            let waiting: Vec<usize> = (0..layout.units.len())
                .filter(|&unit| match (layout.units[unit].level, layout.units[unit].track, layout.units[unit].state) {
                    (Level::State, Some(track), Some(state)) => self.model.waits_for(track, state) == Some(queue.resource),
                    _ => false,
                })
                .collect();
            for period in 0..layout.periods() {
                if let Some(what) = (0..WAITS.len()).find(|&what| at(period, what) < 0 && at(period, what) != NONE) {
                    return Err(format!("queue {number}, period {period}: {} is negative", WAITS[what].name));
                }
                let gone = [wait::GAVE_UP, wait::ESCALATED, wait::LEFT, wait::SERVED, wait::TURNED_AWAY];
                let flow = at(period, wait::REQUESTS) - gone.map(|what| at(period, what)).iter().sum::<i64>();
                let gain = at(period, wait::WAITING_END) - at(period, wait::WAITING_START);
                equal(gain, flow, format_args!("list gained, and who joined less who went"), period)?;
                let pairs = [
                    (wait::UNMET_NEED, metric::PERSON_TIME),
                    (wait::WAITING_START, metric::STOCK_START),
                    (wait::WAITING_END, metric::STOCK_END),
                ];
                for (what, metric) in pairs {
                    let there = waiting.iter().map(|&unit| self.at(group, unit, period, metric)).sum();
                    equal(at(period, what), there, format_args!("{}, and that of states that wait", WAITS[what].name), period)?;
                }
            }
            for year in 0..layout.years {
                for what in wait::REQUESTS..=wait::TURNED_AWAY {
                    let halves = at(3 * year, what) + at(3 * year + 1, what);
                    let whole = 3 * year + 2;
                    let name = WAITS[what].name;
                    equal(halves, at(whole, what), format_args!("{name} of the halves, and of the year"), whole)?;
                }
            }
        }
        let wijken = self.model.wijk.map_or(0, |wijk| self.model.attributes[wijk].values.len());
        for (number, _) in layout.queues.iter().enumerate().filter(|(_, queue)| wijken > 0 && queue.wijk.is_none()) {
            for period in 0..layout.periods() {
                for what in wait::REQUESTS..=wait::UNMET_NEED {
                    let at = |queue| self.counts[layout.wait_offset(queue, period) + what];
                    let sum: i64 = (number + 1..=number + wijken).map(at).sum();
                    if sum != at(number) {
                        let name = WAITS[what].name;
                        return Err(format!(
                            "queue {number}: {name} of the wijken together, and of the city: {sum} and {}",
                            at(number)
                        ));
                    }
                }
            }
        }
        Ok(())
    }

    /// States, tracks, domains, layers and combinations against each other.
    fn rows(&self) -> Result<(), String> {
        let units = |wanted: &dyn Fn(&Unit) -> bool| -> Vec<usize> {
            (0..self.layout.units.len()).filter(|&unit| wanted(&self.layout.units[unit])).collect()
        };
        let Some(&total) = units(&|unit| unit.level == Level::Total).first() else { return Err("no row of everybody".into()) };
        let booked = |level| matches!(level, Level::State | Level::Gate | Level::Attached);
        self.sums("states, gates and what is attached, of all tracks", &units(&|unit| booked(unit.level)), total, &COSTS)?;
        self.sums("layers", &units(&|unit| unit.level == Level::Layer), total, &STOCKS)?;
        self.sums("layers", &units(&|unit| unit.level == Level::Layer), total, &COSTS)?;
        self.sums("combinations", &units(&|unit| unit.level == Level::Combination), total, &STOCKS)?;
        self.sums("tracks", &units(&|unit| unit.level == Level::Track), total, &COSTS)?;
        self.sums("tracks", &units(&|unit| unit.level == Level::Track), total, &REQUESTS)?;
        for track in 0..self.model.tracks.len() {
            let states = units(&|unit| unit.level == Level::State && unit.track == Some(track));
            let inside = units(&|unit| unit.level == Level::State && unit.track == Some(track) && unit.layer.is_some());
            for &row in &units(&|unit| unit.level == Level::Track && unit.track == Some(track)) {
                self.sums("states inside the pyramid", &inside, row, &STOCKS)?;
                let gates = units(&|unit| unit.level == Level::Gate && unit.track == Some(track));
                self.sums("gates", &gates, row, &REQUESTS)?;
                let attached = units(&|unit| unit.level == Level::Attached && unit.track == Some(track));
                self.sums("states, gates and what is attached", &[states.clone(), gates, attached].concat(), row, &COSTS)?;
            }
            self.sums("states of the track", &states, total, &STOCKS)?;
        }
        self.clients(&units)?;
        for domain in 0..self.model.domains.len() {
            let tracks = units(&|unit| unit.level == Level::Track && unit.domain == Some(domain));
            for &row in &units(&|unit| unit.level == Level::Domain && unit.domain == Some(domain)) {
                self.sums("tracks of the domain", &tracks, row, &COSTS)?;
                self.sums("tracks of the domain", &tracks, row, &REQUESTS)?;
            }
        }
        Ok(())
    }

    /// Clients against the states of maatwerk, and those of a domain against those of its tracks and everybody inside the pyramid.
    fn clients(&self, units: &dyn Fn(&dyn Fn(&Unit) -> bool) -> Vec<usize>) -> Result<(), String> {
        let booked: Vec<usize> = COSTS.into_iter().chain([metric::INDICATIES]).collect();
        let maatwerk = |unit: &Unit| unit.level == Level::State && unit.layer == Some(Layer::Maatwerk);
        for row in units(&|unit| unit.level == Level::Client && unit.label.is_none()) {
            let Unit { track, domain, .. } = self.layout.units[row];
            if track.is_some() {
                let labels = units(&|unit| unit.level == Level::Client && unit.track == track && unit.label.is_some());
                if !labels.is_empty() {
                    // The label of a need never changes while somebody is a client.
                    self.sums("labels", &labels, row, &[&STOCKS[..], &[metric::STARTS, metric::ENDS]].concat())?;
                    self.union(&labels, row, row)?;
                }
                let states = units(&|unit| maatwerk(unit) && unit.track == track);
                self.sums("states of maatwerk", &states, row, &[&STOCKS[..], &booked].concat())?;
                continue;
            }
            self.sums("states of maatwerk", &units(&|unit| maatwerk(unit) && unit.domain == domain), row, &booked)?;
            let tracks = units(&|unit| {
                unit.level == Level::Client && unit.track.is_some() && unit.label.is_none() && unit.domain == domain
            });
            for whole in units(&|unit| unit.level == Level::Domain && unit.domain == domain) {
                self.union(&tracks, row, whole)?;
            }
        }
        Ok(())
    }

    /// Persons of a union are no fewer than those of its largest part, and no more than those of its parts together, or of a whole.
    fn union(&self, parts: &[usize], union: usize, whole: usize) -> Result<(), String> {
        for group in 0..self.layout.groups.len() {
            for period in 0..self.layout.periods() {
                for metric in STOCKS.into_iter().chain([metric::UNIQUE]) {
                    let at = |unit| self.at(group, unit, period, metric);
                    let (most, sum) = parts.iter().fold((0, 0), |(most, sum), &part| (at(part).max(most), at(part) + sum));
                    if at(union) < most || at(union) > sum.min(at(whole)) {
                        let what = format!("{}: {} of parts with {sum}", METRICS[metric].name, at(union));
                        return Err(self.fault(&what, group, union, period));
                    }
                }
            }
        }
        Ok(())
    }

    /// Parts add up to a whole, in every group and period.
    fn sums(&self, parts_name: &str, parts: &[usize], whole: usize, metrics: &[usize]) -> Result<(), String> {
        for group in 0..self.layout.groups.len() {
            for period in 0..self.layout.periods() {
                for &metric in metrics {
                    let sum: i64 = parts.iter().map(|&unit| self.at(group, unit, period, metric)).sum();
                    let what = format_args!("{} of the {parts_name} together, and of the whole", METRICS[metric].name);
                    self.equal(sum, self.at(group, whole, period, metric), what, group, whole, period)?;
                }
            }
        }
        Ok(())
    }
}
