//! When a hazard fires: the cumulated hazard of a person, inverted at an exponential threshold.
//!
//! Hazards are constant between birthdays and New Years, so the cumulated hazard is a broken line, and its values at New
//! Year stand in the compiled [`Table`]. A person who will not be hit costs two look-ups, whatever the horizon.

use super::Who;
use crate::compile::{Piece, Rate, Table, epoch};
use crate::luck::threshold;

/// A hazard of one person: their row of a table, and their rate before the row's moving factors.
#[derive(Debug, Clone, Copy)]
pub(super) struct Hazard<'a> {
    /// One piece per calendar year, and one that holds only the sums.
    row: &'a [Piece],
    /// Share of the year at the person's birthday; 0 where age does not matter.
    birthday: f64,
    /// Rate per year before the row's moving factors.
    scale: f64,
}

impl<'a> Hazard<'a> {
    /// The hazard of `who` on `table` at a level per year.
    #[inline]
    pub(super) fn new(table: &'a Table, who: &Who, level: f64) -> Self {
        let (length, row) = (table.years + 1, table.row(who.profile, who.cohort));
        Self {
            row: &table.pieces[row * length..(row + 1) * length],
            birthday: if table.aged { who.birthday } else { 0.0 },
            scale: table.profiles[who.profile].0 * level,
        }
    }

    /// The calendar year of `t` as an index in the row; `t` lies inside the horizon. By way of a signed integer, which costs
    /// a third of the instructions of a conversion straight to an index.
    #[inline]
    fn year(&self, t: f64) -> usize {
        (t as i32 as usize).min(self.row.len() - 1)
    }

    /// Sum of the row's factors from the model's start to `t`.
    #[inline]
    fn cumulated(&self, t: f64) -> f64 {
        let year = self.year(t);
        let piece = &self.row[year];
        let rest = t - year as f64;
        // Whether the birthday has been is anybody's guess, so nothing branches on it.
        let young = if rest < self.birthday { rest } else { self.birthday };
        piece.sum + self.birthday * piece.gap + (young * piece.young + (rest - young) * piece.old)
    }

    /// Rate per year at `t`.
    pub(super) fn rate(&self, t: f64) -> f64 {
        let year = self.year(t);
        let piece = &self.row[year];
        self.scale * if t - (year as f64) < self.birthday { piece.young } else { piece.old }
    }

    /// Cumulated hazard between two moments.
    pub(super) fn between(&self, from: f64, until: f64) -> f64 {
        self.scale * (self.cumulated(until) - self.cumulated(from))
    }

    /// First time after `from` at which the uniform number `draw` gives is hit, or infinity if not before `until`.
    #[inline]
    pub(super) fn fires(&self, draw: impl FnOnce() -> f64, from: f64, until: f64) -> f64 {
        let start = self.cumulated(from);
        let room = self.scale * (self.cumulated(until) - start);
        // Who cannot be hit needs no number.
        if room <= 0.0 {
            return f64::INFINITY;
        }
        // -ln u >= 1 - u, so most persons who are not hit are known without a logarithm.
        let u = draw();
        if 1.0 - u >= room {
            return f64::INFINITY;
        }
        let threshold = threshold(u);
        if threshold >= room { f64::INFINITY } else { self.reach(start + threshold / self.scale, from, until) }
    }

    /// First time after `from` at which the cumulated hazard since `from` is `threshold`, or infinity if not before `until`.
    pub(super) fn exhausts(&self, threshold: f64, from: f64, until: f64) -> f64 {
        let start = self.cumulated(from);
        if threshold >= self.scale * (self.cumulated(until) - start) {
            f64::INFINITY
        } else {
            self.reach(start + threshold / self.scale, from, until)
        }
    }

    /// The time at which the cumulated factors reach `target`, known to lie between `from` and `until`.
    #[inline]
    fn reach(&self, target: f64, from: f64, until: f64) -> f64 {
        let mut year = self.year(from);
        while let Some(next) = self.row.get(year + 1)
            && next.sum + self.birthday * next.gap <= target
        {
            year += 1;
        }
        let piece = &self.row[year];
        let mut left = target - (piece.sum + self.birthday * piece.gap);
        let young = self.birthday * piece.young;
        let rest = if left < young {
            left / piece.young
        } else {
            left -= young;
            self.birthday + if piece.old > 0.0 { left / piece.old } else { 0.0 }
        };
        (year as f64 + rest).clamp(from, until)
    }
}

/// A hazard with a level that measures move over the epochs beginning at `begins`.
#[derive(Debug, Clone, Copy)]
pub(super) struct Moving<'a> {
    hazard: Hazard<'a>,
    course: &'a [f64],
    begins: &'a [f64],
}

impl<'a> Moving<'a> {
    /// The hazard of `who` under `rate`, times `factor` (a coupling).
    #[inline]
    pub(super) fn new(tables: &'a [Table], rate: &'a Rate, begins: &'a [f64], who: &Who, factor: f64) -> Self {
        Self { hazard: Hazard::new(&tables[rate.table], who, who.level(rate) * factor), course: &rate.course, begins }
    }

    /// As [`Hazard::fires`].
    #[inline]
    pub(super) fn fires(&self, u: f64, from: f64, until: f64) -> f64 {
        if self.course.is_empty() {
            return self.hazard.fires(|| u, from, until);
        }
        // The level is the highest of the course.
        if 1.0 - u >= self.hazard.between(from, until) { f64::INFINITY } else { self.exhausts(threshold(u), from, until) }
    }

    /// As [`Hazard::exhausts`].
    pub(super) fn exhausts(&self, threshold: f64, from: f64, until: f64) -> f64 {
        if self.course.is_empty() {
            return self.hazard.exhausts(threshold, from, until);
        }
        let mut left = threshold;
        for (share, begin, end) in self.spans(from, until) {
            let part = Hazard { scale: self.hazard.scale * share, ..self.hazard };
            let room = part.between(begin, end);
            if left < room {
                return part.exhausts(left, begin, end).min(end);
            }
            left -= room;
        }
        f64::INFINITY
    }

    /// Cumulated hazard between two moments.
    pub(super) fn between(&self, from: f64, until: f64) -> f64 {
        if self.course.is_empty() {
            return self.hazard.between(from, until);
        }
        self.spans(from, until).map(|(share, begin, end)| share * self.hazard.between(begin, end)).sum()
    }

    /// Rate per year at `t`.
    pub(super) fn rate(&self, t: f64) -> f64 {
        self.hazard.rate(t) * if self.course.is_empty() { 1.0 } else { self.course[epoch(self.begins, t)] }
    }

    fn spans(&self, from: f64, until: f64) -> impl Iterator<Item = (f64, f64, f64)> {
        let first = epoch(self.begins, from);
        let (course, begins) = (self.course, self.begins);
        (first..begins.len())
            .map(move |index| {
                let end = begins.get(index + 1).map_or(until, |&next| next.min(until));
                (course[index], begins[index].max(from), end)
            })
            .take_while(move |&(_, begin, _)| begin < until)
    }
}
