//! Tables: from lines of CSV to dense arrays.

use super::Checker;
use super::field::Bound;
use crate::model::cells::{FAULTS_PER_FILE, Row};
use crate::model::dimension::word;
use crate::model::fault::{Fault, Place};
use crate::model::raw::{RawModel, RawTable, Unit};
use crate::model::resolved::{MAX_AGE, Table};
use crate::model::tree::Spot;
use std::ops::Range;

/// Most cells of one dense table.
const MAX_CELLS: usize = 20_000_000;

/// One dimension of a table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Axis {
    Attribute(usize),
    Age,
    Year,
}

impl Checker<'_> {
    /// All tables, in declared order.
    pub(super) fn tables(&mut self, raw: &RawModel, spot: Spot<'_>) {
        for (name, table) in &raw.table {
            let place = spot.at("table").at(name);
            self.good_name("table", name, true, place.key());
            let source = self.cite(&table.source, place.at("source")).unwrap_or(0);
            let (axes, values) = match (&table.file, &table.values) {
                (Some(file), None) => self.table_file(name, file, table.unit, place).unwrap_or_default(),
                (None, Some(_)) => self.table_inline(table, place).unwrap_or_default(),
                _ => {
                    let message = format!("the table `{name}` must have either `file` or `values`");
                    let help = "give `file = \"….csv\"`, or `values = { attribute = { value = 1.0 } }`; not both";
                    self.fault("one-of", place.key(), message, "one of the two", help);
                    (Vec::new(), Vec::new())
                }
            };
            let attributes =
                axes.iter().filter_map(|axis| if let Axis::Attribute(id) = axis { Some(*id) } else { None }).collect();
            let (age, year) = (axes.contains(&Axis::Age), axes.contains(&Axis::Year));
            if age && self.needs_age.is_none() {
                self.needs_age = Some(format!("the table `{name}` is by age"));
            }
            let (unit, note, grade) = (table.unit, table.source.note.clone(), table.grade);
            self.model.tables.push(Table { name: name.clone(), attributes, age, year, values, unit, source, note, grade });
        }
    }

    /// The dimension a column stands for.
    fn axis(&mut self, name: &str, place: &Place) -> Option<Axis> {
        let attributes: Vec<String> = self.model.attributes.iter().map(|attribute| attribute.name.clone()).collect();
        let known = attributes.iter().map(String::as_str).chain(["age", "year"]);
        let id = self.find("attribute", name, known, place)?;
        Some(match id.checked_sub(attributes.len()) {
            None => Axis::Attribute(id),
            Some(0) => Axis::Age,
            Some(_) => Axis::Year,
        })
    }

    /// Number of steps of a dimension.
    fn steps(&self, axis: Axis) -> usize {
        match axis {
            Axis::Attribute(id) => self.model.attributes[id].values.len(),
            Axis::Age => MAX_AGE + 1,
            Axis::Year => self.years().count(),
        }
    }

    /// The steps of a dimension that a cell stands for.
    fn steps_of(&mut self, axis: Axis, cell: &str, place: impl Fn() -> Place) -> Option<Range<usize>> {
        match axis {
            Axis::Attribute(id) => {
                let attribute = &self.model.attributes[id];
                if let Some(value) = attribute.values.iter().position(|value| value == cell) {
                    return Some(value..value + 1);
                }
                let (kind, values) = (format!("value of `{}`", attribute.name), attribute.values.clone());
                self.find(&kind, cell, values.iter().map(String::as_str), &place());
                None
            }
            Axis::Age => self.span(cell, 0, MAX_AGE as i32, "an age", "`40`, `40-44` or `95+`", &place),
            Axis::Year => self.years_of(cell, &place),
        }
    }

    /// The years of the model that a cell or key stands for, counted from its first.
    pub(super) fn years_of(&mut self, cell: &str, place: &dyn Fn() -> Place) -> Option<Range<usize>> {
        self.span(cell, self.model.first_year, self.model.last_year, "a year", "`2021`, `2021-2023` or `2024+`", place)
    }

    /// Reads `40`, `40-44` or `95+` as steps from `first`.
    fn span(
        &mut self,
        cell: &str,
        first: i32,
        last: i32,
        what: &str,
        forms: &str,
        place: &dyn Fn() -> Place,
    ) -> Option<Range<usize>> {
        let whole = |text: &str| text.trim().parse::<u16>().ok().map(i32::from);
        let bounds = match (cell.strip_suffix('+'), cell.split_once('-')) {
            (Some(low), _) => whole(low).map(|low| (low, last.max(low))),
            (None, Some((low, high))) => whole(low).zip(whole(high)),
            (None, None) => whole(cell).map(|low| (low, low)),
        };
        match bounds {
            Some((low, high)) if low > high => {
                self.fault(
                    "bad-band",
                    &place(),
                    format!("`{cell}` ends before it begins"),
                    "turned around",
                    format!("write {forms}"),
                );
                None
            }
            Some((low, high)) if low < first || high > last => {
                let code = if first == 0 { "outside-age" } else { "outside-horizon" };
                let help = if first == 0 {
                    "older persons count as the last age; write `95+`"
                } else {
                    "remove what the model does not run through, or change its years"
                };
                self.fault(code, &place(), format!("`{cell}` lies outside {first} to {last}"), "outside", help);
                None
            }
            Some((low, high)) => Some((low - first) as usize..(high - first) as usize + 1),
            None => {
                self.fault(
                    "bad-band",
                    &place(),
                    format!("`{cell}` is not {what}"),
                    format!("expected {what}"),
                    format!("write {forms}"),
                );
                None
            }
        }
    }

    fn table_file(&mut self, name: &str, file: &str, unit: Unit, spot: Spot<'_>) -> Option<(Vec<Axis>, Vec<f64>)> {
        let sheet = self.sheet(file, spot.at("file"))?;
        let value = sheet.need("value", "the numbers of the table", &mut self.faults)?;
        let mut axes = Vec::new();
        for (column, title) in sheet.columns().enumerate().filter(|(column, _)| *column != value) {
            axes.push((self.axis(title, &sheet.column(column))?, column));
        }
        axes.sort_by_key(|(axis, _)| self.order(*axis));
        let mut grid = self.grid(axes.iter().map(|(axis, _)| *axis).collect(), spot.at("file").value())?;
        let before = self.faults.len();
        for row in sheet.rows() {
            self.table_row(&row, &axes, value, unit, &mut grid);
            if self.faults.len() - before >= FAULTS_PER_FILE {
                return None;
            }
        }
        self.complete(name, grid, before, &Place::start_of(file))
    }

    fn table_row(&mut self, row: &Row<'_, '_>, axes: &[(Axis, usize)], value: usize, unit: Unit, grid: &mut Grid) {
        let steps: Option<Vec<Range<usize>>> =
            axes.iter().map(|&(axis, column)| self.steps_of(axis, row.cell(column), || row.at(column))).collect();
        let Some(number) = row.number(value, &mut self.faults) else { return };
        self.table_value(number, unit, &|| row.at(value));
        if let Some(steps) = steps
            && let Err(taken) = grid.fill(&steps, number)
        {
            let message = format!("this line gives {} a second value", self.describe(&grid.axes, &taken));
            self.fault(
                "overlap",
                &row.place(),
                message,
                "a second time",
                "every combination is given once: bands must not overlap",
            );
        }
    }

    fn table_inline(&mut self, table: &RawTable, spot: Spot<'_>) -> Option<(Vec<Axis>, Vec<f64>)> {
        let (values, spot) = (table.values.as_ref()?, spot.at("values"));
        let mut dimensions = values.iter();
        let (Some((title, cells)), None) = (dimensions.next(), dimensions.next()) else {
            let help = "one dimension goes here: `values = { band = { a = 0.6, b = 1.0 } }`; more dimensions go in a CSV file";
            self.fault("one-of", spot.value(), format!("`values` has {} dimensions", values.len()), "not one dimension", help);
            return None;
        };
        let spot = spot.at(title);
        let axis = self.axis(title, spot.key())?;
        let mut grid = self.grid(vec![axis], spot.key())?;
        let before = self.faults.len();
        for (cell, &number) in cells {
            let place = spot.at(cell);
            self.table_value(number, table.unit, &|| place.value().clone());
            if let Some(steps) = self.steps_of(axis, cell, || place.key().clone())
                && let Err(taken) = grid.fill(&[steps], number)
            {
                let message = format!("`{cell}` gives {} a second value", self.describe(&grid.axes, &taken));
                self.fault("overlap", place.key(), message, "a second time", "bands must not overlap");
            }
        }
        self.complete(title, grid, before, spot.key())
    }

    fn table_value(&mut self, number: f64, unit: Unit, place: &dyn Fn() -> Place) {
        let bound = Bound::of(unit);
        if !bound.fits(number) {
            let message = format!("{number} is outside the range of a `{}`", word(unit));
            self.fault(
                "out-of-range",
                &place(),
                message,
                format!("must be {}", bound.words()),
                "correct the number, or the unit of the table",
            );
        }
    }

    /// Dimensions stand in this order in the dense array.
    fn order(&self, axis: Axis) -> usize {
        match axis {
            Axis::Attribute(id) => id,
            Axis::Age => self.model.attributes.len(),
            Axis::Year => self.model.attributes.len() + 1,
        }
    }

    /// An empty dense array, unless it would be too large or a dimension stands twice.
    fn grid(&mut self, axes: Vec<Axis>, place: &Place) -> Option<Grid> {
        let sizes: Vec<usize> = axes.iter().map(|axis| self.steps(*axis)).collect();
        let cells = sizes.iter().fold(1usize, |product, size| product.saturating_mul(*size));
        if cells > MAX_CELLS {
            let message = format!("this table has {cells} combinations; at most {MAX_CELLS} fit");
            self.fault("too-many", place, message, "too large", "leave out a dimension, or split it in two tables that multiply");
            return None;
        }
        Some(Grid { axes, sizes, values: vec![f64::NAN; cells] })
    }

    /// The dense array if every combination has a value; else a fault that names the first without.
    fn complete(&mut self, name: &str, grid: Grid, before: usize, place: &Place) -> Option<(Vec<Axis>, Vec<f64>)> {
        let missing = grid.values.iter().filter(|value| value.is_nan()).count();
        // A line that was refused leaves a gap of its own; one message is enough.
        if missing > 0 && self.faults.len() == before {
            let gap = self.describe(&grid.axes, &grid.first_gap());
            let more = if missing > 1 { format!(" and {} more", missing - 1) } else { String::new() };
            let message = format!("the table `{name}` has no value for {gap}{more}");
            let fault =
                Fault::new("missing-combination", place, message, "incomplete").help("give every combination exactly once");
            self.faults.push(fault);
        }
        (missing == 0).then_some((grid.axes, grid.values))
    }

    /// A combination in words.
    fn describe(&self, axes: &[Axis], at: &[usize]) -> String {
        let word = |(axis, &step): (&Axis, &usize)| match *axis {
            Axis::Attribute(id) => format!("{} `{}`", self.model.attributes[id].name, self.model.attributes[id].values[step]),
            Axis::Age => format!("age {step}"),
            Axis::Year => format!("year {}", self.model.first_year + step as i32),
        };
        let words: Vec<String> = axes.iter().zip(at).map(word).collect();
        if words.is_empty() { "the one cell".to_owned() } else { words.join(", ") }
    }
}

/// A dense array that is being filled; NaN: not yet.
struct Grid {
    axes: Vec<Axis>,
    sizes: Vec<usize>,
    values: Vec<f64>,
}

impl Grid {
    /// Fills a block. The combination that already had a value, if one had; the block is then left as it was there.
    fn fill(&mut self, block: &[Range<usize>], value: f64) -> Result<(), Vec<usize>> {
        let mut at: Vec<usize> = block.iter().map(|range| range.start).collect();
        loop {
            let index = at.iter().zip(&self.sizes).fold(0, |index, (step, size)| index * size + step);
            if !self.values[index].is_nan() {
                return Err(at);
            }
            self.values[index] = value;
            let Some(axis) = (0..at.len()).rev().find(|&axis| at[axis] + 1 < block[axis].end) else { return Ok(()) };
            at[axis] += 1;
            for later in axis + 1..at.len() {
                at[later] = block[later].start;
            }
        }
    }

    /// The first combination without a value.
    fn first_gap(&self) -> Vec<usize> {
        let mut index = self.values.iter().position(|value| value.is_nan()).unwrap_or(0);
        let mut at = vec![0; self.sizes.len()];
        for axis in (0..at.len()).rev() {
            at[axis] = index % self.sizes[axis];
            index /= self.sizes[axis];
        }
        at
    }
}
