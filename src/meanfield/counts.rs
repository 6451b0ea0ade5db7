//! Expected counts, gathered per row and half-year, and turned into the metrics of the [`Layout`].

use crate::compile::layout::{Layout, Level, METRICS, metric};
use crate::compile::{Scenario, Tariffs};

/// What is expected of one row in one half-year.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Cell {
    /// Persons at the first moment.
    pub stock: f64,
    pub years: f64,
    pub starts: f64,
    pub ends: f64,
    pub renewals: f64,
    /// Persons who come in and were not there before in this half-year, or calendar year.
    pub new_in_half: f64,
    pub new_in_year: f64,
    /// Requests that a gate reached, and diverted.
    pub reached: f64,
    pub diverted: f64,
}

/// Expected counts of the whole city. Shape: [row × half-year], and persons at the end of the last one per row.
#[derive(Debug, Clone)]
pub(super) struct Counts {
    pub halves: usize,
    cells: Vec<Cell>,
    last: Vec<f64>,
    /// Rows of which something is known.
    known: Vec<bool>,
}

impl Counts {
    pub(super) fn new(layout: &Layout) -> Self {
        let (rows, halves) = (layout.units.len(), 2 * layout.years);
        Self { halves, cells: vec![Cell::default(); rows * halves], last: vec![0.0; rows], known: vec![false; rows] }
    }

    /// Declares that a row will be filled.
    pub(super) fn know(&mut self, row: usize) {
        self.known[row] = true;
    }

    #[inline]
    pub(super) fn at(&mut self, row: usize, half: usize) -> &mut Cell {
        &mut self.cells[row * self.halves + half]
    }

    /// Adds persons who are in a row at the beginning of half-year `half`; `halves`: at the end of all.
    #[inline]
    pub(super) fn stock(&mut self, row: usize, half: usize, persons: f64) {
        if half == self.halves {
            self.last[row] += persons;
        } else {
            self.cells[row * self.halves + half].stock += persons;
        }
    }

    /// The metrics in their units, in the layout of one group; NaN where nothing is known.
    pub(super) fn finish(&self, layout: &Layout, scenario: &Scenario) -> Vec<f64> {
        let mut values = vec![f64::NAN; layout.group_len()];
        for row in 0..layout.units.len() {
            if self.known[row] {
                self.volumes(layout, row, &mut values);
            }
        }
        self.costs(layout, scenario, &mut values);
        values
    }

    fn volumes(&self, layout: &Layout, row: usize, values: &mut [f64]) {
        for half in 0..self.halves {
            let cell = &self.cells[row * self.halves + half];
            let end = if half + 1 < self.halves { self.cells[row * self.halves + half + 1].stock } else { self.last[row] };
            let at = layout.offset(0, row, half / 2 * 3 + half % 2);
            let year = layout.offset(0, row, half / 2 * 3 + 2);
            values[at + metric::STOCK_START] = cell.stock;
            values[at + metric::STOCK_END] = end;
            values[at + metric::PERSON_TIME] = cell.years;
            values[at + metric::UNIQUE] = cell.stock + cell.new_in_half;
            values[at + metric::STARTS] = cell.starts;
            values[at + metric::ENDS] = cell.ends;
            if half % 2 == 0 {
                values[year + metric::STOCK_START] = cell.stock;
                for metric in [metric::PERSON_TIME, metric::STARTS, metric::ENDS] {
                    values[year + metric] = 0.0;
                }
                values[year + metric::UNIQUE] = cell.stock;
            }
            values[year + metric::STOCK_END] = end;
            values[year + metric::PERSON_TIME] += cell.years;
            values[year + metric::STARTS] += cell.starts;
            values[year + metric::ENDS] += cell.ends;
            values[year + metric::UNIQUE] += cell.new_in_year;
        }
    }

    /// Costs and indicaties of states, and their sums over tracks, domains, clients and all.
    fn costs(&self, layout: &Layout, scenario: &Scenario, values: &mut [f64]) {
        const METRIC: [usize; 5] =
            [metric::COST_CONSTANT, metric::COST_NOMINAL, metric::INDICATIES, metric::REACHED, metric::DIVERTED];
        for (row, unit) in layout.units.iter().enumerate() {
            if unit.label.is_none() && !matches!(unit.level, Level::Layer | Level::Combination) {
                for period in 0..layout.periods() {
                    for metric in METRIC {
                        values[layout.offset(0, row, period) + metric] = 0.0;
                    }
                }
            }
        }
        for (row, unit) in layout.units.iter().enumerate() {
            let Some(track) = unit.track.filter(|_| matches!(unit.level, Level::State | Level::Gate)) else { continue };
            let spec = &scenario.tracks[track];
            let state = unit.state.map(|state| &spec.states[state]);
            let fees = unit.gate.map(|(gate, variant)| &spec.gates[gate].variants[variant].cost);
            let above: Vec<usize> = (layout.units.iter().enumerate())
                .filter(|(_, other)| match other.level {
                    Level::State | Level::Gate => std::ptr::eq(unit, *other),
                    Level::Track => other.track == unit.track,
                    Level::Domain => unit.domain.is_some() && other.domain == unit.domain,
                    Level::Client => {
                        let of = if other.track.is_some() { other.track == unit.track } else { other.domain == unit.domain };
                        of && other.label.is_none() && unit.level == Level::State && unit.layer == other.layer
                    }
                    Level::Total => true,
                    Level::Layer | Level::Combination => false,
                })
                .map(|(other, _)| other)
                .collect();
            for half in 0..self.halves {
                let cell = &self.cells[row * self.halves + half];
                let new = cell.starts + cell.renewals;
                let each = state.map_or(0.0, |state| state.indicaties as f64 * METRICS[metric::INDICATIES].scale);
                let cost = |level: usize| {
                    state.map_or(0.0, |state| euros(&state.cost[level], half, cell))
                        + fees.map_or(0.0, |fees| {
                            0.01 * (cell.reached * fees[level].reached[half] as f64
                                + cell.diverted * fees[level].diverted[half] as f64)
                        })
                };
                let mut amounts = [cost(0), cost(1), (cell.stock + new) * each, cell.reached, cell.diverted];
                let mut in_year = amounts;
                in_year[2] = if half % 2 == 0 { amounts[2] } else { new * each };
                if state.is_some() {
                    // Requests are counted where the gate is.
                    (amounts[3], amounts[4], in_year[3], in_year[4]) = (0.0, 0.0, 0.0, 0.0);
                }
                for &above in &above {
                    let at = layout.offset(0, above, half / 2 * 3 + half % 2);
                    let year = layout.offset(0, above, half / 2 * 3 + 2);
                    for (index, metric) in METRIC.into_iter().enumerate() {
                        values[at + metric] += amounts[index];
                        values[year + metric] += in_year[index];
                    }
                }
            }
        }
    }
}

/// Cost of a cell in euros.
fn euros(tariffs: &Tariffs, half: usize, cell: &Cell) -> f64 {
    let cents = cell.years * tariffs.person_year[half] as f64
        + cell.starts * tariffs.start[half] as f64
        + (cell.starts + cell.renewals) * tariffs.indicatie[half] as f64;
    0.01 * cents
}
