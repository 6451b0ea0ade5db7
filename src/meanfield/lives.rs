//! How many persons there are in cells, who comes and who goes: of one cell, of all side by side, and a stretch of time for some.

use super::decay::Decay;

/// Numbers of one cell in one half-year.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Life {
    pub stock: f64,
    pub years: f64,
    /// Who comes in, and those of them who are born.
    pub entries: f64,
    pub born: f64,
    pub exits: f64,
}

impl Life {
    /// Together with the numbers of another cell.
    #[inline]
    pub(super) fn plus(self, other: &Self) -> Self {
        Self {
            stock: self.stock + other.stock,
            years: self.years + other.years,
            entries: self.entries + other.entries,
            born: self.born + other.born,
            exits: self.exits + other.exits,
        }
    }

    /// A share of them.
    #[inline]
    pub(super) fn times(self, share: f64) -> Self {
        Self {
            stock: self.stock * share,
            years: self.years * share,
            entries: self.entries * share,
            born: self.born * share,
            exits: self.exits * share,
        }
    }

    /// Persons at the end.
    pub(super) fn last(&self) -> f64 {
        self.stock + self.entries - self.exits
    }
}

/// Numbers of all cells, of each kind side by side. Shape of each list: [half-year × birthday node × row].
#[derive(Debug, Default)]
pub(super) struct Lives {
    pub stock: Vec<f64>,
    pub years: Vec<f64>,
    pub entries: Vec<f64>,
    pub born: Vec<f64>,
    pub exits: Vec<f64>,
}

impl Lives {
    /// Makes every list so many zeros.
    pub(super) fn clear(&mut self, count: usize) {
        let Self { stock, years, entries, born, exits } = self;
        for list in [stock, years, entries, born, exits] {
            list.clear();
            list.resize(count, 0.0);
        }
    }

    #[inline]
    pub(super) fn at(&self, place: usize) -> Life {
        Life {
            stock: self.stock[place],
            years: self.years[place],
            entries: self.entries[place],
            born: self.born[place],
            exits: self.exits[place],
        }
    }
}

/// What some cells go through in a stretch of time; of each, side by side: their weight, arrivals per year, and [`Decay`].
pub(super) struct Stretch<'a> {
    pub time: f64,
    pub weights: &'a [f64],
    pub arrivals: &'a [f64],
    pub decays: &'a [Decay],
}

impl Stretch<'_> {
    /// Lets it pass for those `alive`, and counts years, entries and exits.
    #[expect(clippy::inline_always, reason = "it is as wide as its caller")]
    #[inline(always)]
    pub(super) fn pass(&self, alive: &mut [f64], [years, entries, exits]: [&mut [f64]; 3]) {
        let Self { time, weights, arrivals, decays } = *self;
        let given = weights.iter().zip(arrivals).zip(decays);
        let counted = years.iter_mut().zip(entries).zip(exits);
        for ((alive, ((weight, arrivals), decay)), ((years, entries), exits)) in alive.iter_mut().zip(given).zip(counted) {
            let came = weight * arrivals * time;
            let after = *alive * decay.kept + came * decay.until;
            *years += time * (*alive * decay.until + came * decay.ended);
            *entries += came;
            *exits += *alive + came - after;
            *alive = after;
        }
    }
}
