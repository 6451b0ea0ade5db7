//! Yearly money and person-time of one row of a run, member by member.

use crate::analysis::bands::columns;
use crate::compile::Layout;
use crate::compile::layout::{METRICS, Period, Unit};
use crate::store::StoreError;
use crate::store::columns::in_unit;
use crate::store::spool::Spool;

/// The spool of a run, read by row and scenario.
#[derive(Debug, Clone, Copy)]
pub(super) struct Books<'a> {
    pub(super) spool: &'a Spool,
    pub(super) layout: &'a Layout,
}

/// Numbers by calendar year and member, summed over rows.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Series {
    /// \[year × member\], row-major.
    values: Vec<f64>,
    members: usize,
}

impl Books<'_> {
    pub(super) fn members(&self) -> usize {
        self.spool.members() as usize
    }

    /// Nothing, in every year and member.
    pub(super) fn nothing(&self) -> Series {
        Series { values: vec![0.0; self.layout.years * self.members()], members: self.members() }
    }

    /// A metric summed over the rows that are wanted, in one scenario of the run.
    ///
    /// # Errors
    /// The members cannot be read.
    pub(super) fn sum(&self, scenario: usize, metric: usize, wanted: impl Fn(&Unit) -> bool) -> Result<Series, StoreError> {
        let mut sum = self.nothing();
        for unit in (0..self.layout.units.len()).filter(|&unit| wanted(&self.layout.units[unit])) {
            let first = scenario * self.layout.head_len() + self.layout.offset(0, unit, 0);
            let numbers = columns(self.spool, first..first + self.layout.periods() * METRICS.len())?;
            for period in 0..self.layout.periods() {
                let Period { year, half: 0 } = self.layout.period(period) else { continue };
                let column = &numbers[(period * METRICS.len() + metric) * sum.members..][..sum.members];
                let row = sum.row_mut((year - self.layout.first_year) as usize);
                row.iter_mut().zip(column).for_each(|(sum, &count)| *sum += in_unit(metric, count));
            }
        }
        Ok(sum)
    }
}

impl Series {
    /// Of a year by number from the first, a value per member.
    pub(super) fn row(&self, year: usize) -> &[f64] {
        &self.values[year * self.members..][..self.members]
    }

    pub(super) fn row_mut(&mut self, year: usize) -> &mut [f64] {
        &mut self.values[year * self.members..][..self.members]
    }

    /// Adds another, times a factor.
    pub(super) fn add(&mut self, other: &Self, factor: f64) {
        self.values.iter_mut().zip(&other.values).for_each(|(sum, value)| *sum += factor * value);
    }
}
