//! What came out, in tables that fit a terminal: per layer and per track, year by year.

use super::language::Language;
use super::number::{Amounts, significant, written};
use super::text::{Texts, fill};
use crate::compile::Layout;
use crate::compile::layout::{Level, Unit, metric};
use crate::model::{Label, Layer, Model};
use comfy_table::{CellAlignment, LineStyle, Table, TableStyle};

/// Columns of a terminal for which tables are made.
const WIDTH: u16 = 80;

/// A header with a line under it, and nothing else around the numbers.
pub(super) const STYLE: TableStyle = TableStyle::new().header_separator(LineStyle::new('─', '─', '─', '─'));

/// An estimate of one number of a table, in its unit.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Estimate {
    /// Mean over the members.
    pub(super) mean: f64,
    /// Monte Carlo standard error of the mean; NaN if it is not known.
    pub(super) mcse: f64,
    /// 5 % and 95 % quantiles of the members; `None` for a single member.
    pub(super) band: Option<(f64, f64)>,
}

/// Where a table finds its numbers: by unit of the layout, calendar year and metric.
pub(super) type Source<'a> = &'a dyn Fn(usize, i32, usize) -> Estimate;

/// Writes the tables of one scenario.
#[derive(Debug)]
pub(super) struct Writer<'a> {
    /// The model.
    pub(super) model: &'a Model,
    /// What was counted.
    pub(super) layout: &'a Layout,
    /// Texts in the reader's language.
    pub(super) texts: &'a Texts,
    /// The reader's language.
    pub(super) language: Language,
    /// Columns there are.
    pub(super) width: u16,
}

/// A table of which all columns but the first are numbers, without the space around it.
pub(super) fn drawn(mut table: Table) -> String {
    for (number, column) in table.column_iter_mut().enumerate() {
        column.set_padding((0, 1));
        if number > 0 {
            column.set_cell_alignment(CellAlignment::Right);
        }
    }
    format!("{}\n", table.trim_fmt())
}

/// The columns that standard output has; 80 where it is no terminal.
pub(super) fn terminal_width() -> u16 {
    Table::new().width().unwrap_or(WIDTH)
}

impl Writer<'_> {
    /// Both tables of a scenario, under its name and a subtitle.
    pub(super) fn scenario(&self, label: &Label, subtitle: &str, source: Source) -> String {
        let names = [("model", self.language.pick(&self.model.label)), ("scenario", self.language.pick(label))];
        let title = fill(&self.texts.table.title, &names);
        format!("{title}\n{subtitle}\n\n{}\n{}\n", self.layers(source), self.tracks(source))
    }

    /// How much of the last year's cost band comes from parameters alone, in one line.
    pub(super) fn parts(&self, realised: Source, expected: Source) -> String {
        let texts = &self.texts.table;
        let Some(total) = self.unit(&|unit| unit.level == Level::Total) else { return String::new() };
        let year = self.years().end - 1;
        let cost = |source: Source| source(total, year, metric::COST_CONSTANT);
        if cost(expected).band.is_none() {
            return format!("{}\n", texts.not_split);
        }
        let amounts = Amounts::of(cost(realised).mean);
        let band = |source| shown(cost(source), |value, place| amounts.written(value, place, self.language)).1;
        let words = [
            ("year", &*year.to_string()),
            ("unit", amounts_unit(self.texts, amounts)),
            ("realised", &band(realised)),
            ("expected", &band(expected)),
        ];
        format!("{}\n", fill(&texts.split, &words))
    }

    /// The table per layer and year: persons on average over the year, and cost. The highest layer comes first.
    fn layers(&self, source: Source) -> String {
        let order =
            [Some(Layer::Maatwerk), Some(Layer::Basis), Some(Layer::Wacht), Some(Layer::Formeel), Some(Layer::Informeel), None];
        let mut blocks: Vec<(usize, &str)> = order
            .into_iter()
            .filter_map(|layer| {
                Some((self.unit(&|unit| unit.level == Level::Layer && unit.layer == layer)?, self.texts.layer(layer)))
            })
            .collect();
        blocks.extend(self.unit(&|unit| unit.level == Level::Total).map(|unit| (unit, self.texts.table.everybody.as_str())));
        let title = &self.texts.table.layers;
        self.table(title, &self.texts.table.layer, &blocks, metric::PERSON_TIME, source)
    }

    /// The table per track and year: persons, each counted once a year, and cost.
    fn tracks(&self, source: Source) -> String {
        let units = self.layout.units.iter().enumerate().filter(|(_, unit)| unit.level == Level::Track);
        let blocks: Vec<(usize, &str)> =
            units.filter_map(|(at, unit)| Some((at, self.language.pick(&self.model.tracks[unit.track?].label)))).collect();
        self.table(&self.texts.table.tracks, &self.texts.table.track, &blocks, metric::UNIQUE, source)
    }

    fn table(&self, title: &str, first: &str, blocks: &[(usize, &str)], persons: usize, source: Source) -> String {
        let (texts, years) = (&self.texts.table, self.years());
        let cost = |unit, year| source(unit, year, metric::COST_CONSTANT);
        let largest =
            blocks.iter().flat_map(|&(unit, _)| years.clone().map(move |year| cost(unit, year).mean)).fold(0.0, f64::max);
        let amounts = Amounts::of(largest);

        let rows: Vec<Line> = blocks
            .iter()
            .flat_map(|&(unit, name)| years.clone().map(move |year| (unit, name, year)))
            .map(|(unit, name, year)| Line {
                name: if year == self.layout.first_year { name.to_owned() } else { String::new() },
                year: year.to_string(),
                persons: shown(source(unit, year, persons), |value, place| written(value, place, self.language)),
                cost: shown(cost(unit, year), |value, place| amounts.written(value, place, self.language)),
            })
            .collect();
        let header = Line {
            name: first.to_owned(),
            year: texts.year.clone(),
            persons: (texts.persons.clone(), texts.band.clone()),
            cost: (texts.cost.clone(), texts.band.clone()),
        };
        let banded = rows.iter().any(|line| !line.persons.1.is_empty());
        let draw = |shape| {
            let mut table = Table::new();
            table.load_style(STYLE).set_header(header.cells(shape));
            table.add_rows(rows.iter().map(|line| line.cells(shape)));
            for column in table.column_iter_mut() {
                column.set_padding((0, 1));
            }
            for column in table.column_iter_mut().skip(1) {
                column.set_cell_alignment(CellAlignment::Right);
            }
            table
        };
        let mut table = draw(if banded { Shape::Wide } else { Shape::Means });
        if table.lines().any(|line| line.trim_end().chars().count() > usize::from(self.width)) {
            table = draw(Shape::Stacked);
        }
        let prices = fill(
            &texts.prices,
            &[("unit", amounts_unit(self.texts, amounts)), ("year", &self.model.prices.constant_year.to_string())],
        );
        format!("{title}\n{prices}\n\n{}\n", table.trim_fmt())
    }

    fn unit(&self, wanted: &dyn Fn(&Unit) -> bool) -> Option<usize> {
        self.layout.units.iter().position(wanted)
    }

    fn years(&self) -> std::ops::Range<i32> {
        self.layout.first_year..self.layout.first_year + self.layout.years as i32
    }
}

/// What a column of amounts is in.
pub(super) fn amounts_unit(texts: &Texts, amounts: Amounts) -> &str {
    let texts = &texts.table;
    match amounts {
        Amounts::Euro => &texts.euro,
        Amounts::Thousand => &texts.thousand,
        Amounts::Million => &texts.million,
    }
}

/// Draws a table in which some rows stand under a name: per row, the name above it. It stands outside the columns, so that a
/// long one does not widen them. Columns after the first are of numbers.
pub(super) fn under_names(mut table: Table, names: Vec<Option<String>>) -> String {
    for column in table.column_iter_mut() {
        column.set_padding((0, 1));
    }
    for column in table.column_iter_mut().skip(1) {
        column.set_cell_alignment(CellAlignment::Right);
    }
    let drawn = table.trim_fmt();
    let mut text = String::new();
    // The header and the line under it come first.
    let names = [None, None].into_iter().chain(names);
    for (line, name) in drawn.lines().zip(names) {
        text += &name.map_or_else(String::new, |name| format!(" {name}\n"));
        text += &format!("{line}\n");
    }
    text
}

/// A mean and its band as text, both to the last digit that the Monte Carlo error allows.
fn shown(estimate: Estimate, text: impl Fn(f64, i32) -> String) -> (String, String) {
    let place = significant(estimate.mean, estimate.mcse);
    let band = estimate.band.map(|(low, high)| format!("{} – {}", text(low, place), text(high, place)));
    (text(estimate.mean, place), band.unwrap_or_default())
}

/// How a line becomes cells.
#[derive(Clone, Copy)]
enum Shape {
    /// A band beside each mean.
    Wide,
    /// Each band under its mean, for a narrow terminal.
    Stacked,
    /// No bands, because a single member has none.
    Means,
}

/// A line of a table: a mean and a band of persons and of cost.
struct Line {
    name: String,
    year: String,
    persons: (String, String),
    cost: (String, String),
}

impl Line {
    fn cells(&self, shape: Shape) -> Vec<String> {
        let numbers = [&self.persons, &self.cost].into_iter().flat_map(|(mean, band)| match shape {
            Shape::Wide => vec![mean.clone(), band.clone()],
            Shape::Stacked => vec![format!("{mean}\n{band}").trim_end().to_owned()],
            Shape::Means => vec![mean.clone()],
        });
        [self.name.clone(), self.year.clone()].into_iter().chain(numbers).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Files;
    use std::path::Path;

    /// The layer table of the village for a terminal of `width` columns, with numbers as large as those of a town.
    fn layers(language: Language, width: u16) -> String {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/models/dorp");
        let model = crate::model::read(&Files::from_directory(&folder).unwrap()).unwrap();
        let layout = Layout::new(&model, 2020);
        let town = |_: usize, year: i32, metric: usize| {
            let (mean, mcse) = if metric == metric::COST_CONSTANT { (143_870_000.0, 400_000.0) } else { (80_683.0, 40.0) };
            let mean = mean + f64::from(year);
            Estimate { mean, mcse, band: Some((mean * 0.98, mean * 1.02)) }
        };
        Writer { model: &model, layout: &layout, texts: &Texts::new(language), language, width }.layers(&town)
    }

    #[test]
    fn the_numbers_of_a_town_fit_eighty_columns() {
        for language in [Language::Nl, Language::En] {
            let text = layers(language, 80);
            assert!(text.lines().all(|line| line.chars().count() <= 80), "{text}");
            assert!(
                text.lines().any(|line| line.starts_with(" maatwerk") && line.matches('–').count() == 2),
                "both bands beside their means:\n{text}"
            );
        }
    }

    #[test]
    fn a_narrow_terminal_gets_bands_under_means() {
        let text = layers(Language::En, 66);
        let rows = text.lines().skip_while(|line| !line.starts_with(" layer"));
        assert!(rows.clone().all(|line| line.chars().count() <= 66), "{text}");
        assert!(rows.clone().any(|line| line.trim_start().starts_with("81,050 – 84,360")), "{text}");
    }
}
