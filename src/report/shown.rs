//! Numbers as they are shown: no digit finer than their error, each with the cell it comes from.

use super::html::{Said, escape};
use super::table::{Cell, Row};
use crate::words::Language;
use crate::words::number::{Amounts, FUTURES, Fiftieths, figures, in_fiftieths, rough, significant, written};

/// No such number.
pub(super) const NONE: &str = "\u{2013}";

/// Writes numbers of one run in one language.
#[derive(Debug, Clone, Copy)]
pub(super) struct Pen {
    pub(super) language: Language,
    /// Number of the run, from 1.
    pub(super) run: usize,
}

/// What a unit of shown amounts is in euros.
pub(super) fn euros(unit: Amounts) -> f64 {
    match unit {
        Amounts::Euro => 1.0,
        Amounts::Thousand => 1e3,
        Amounts::Million => 1e6,
    }
}

impl Pen {
    /// A number as it was written. `per`: what one of the shown number stands for in the table; `bound`: it is said to be `below` or
    /// `above`.
    fn said(self, cell: &Cell, text: &str, per: f64, bound: &str) -> Said {
        Said {
            html: format!("<data value=\"{}\"{}>{}</data>", cell.value, self.marks(cell, per, bound), escape(text)),
            plain: text.to_owned(),
        }
    }

    /// The attributes that say where a number comes from.
    pub(super) fn marks(self, cell: &Cell, per: f64, bound: &str) -> String {
        let bound = if bound.is_empty() { String::new() } else { format!(" data-bound=\"{bound}\"") };
        let run = if self.run == 1 { String::new() } else { format!(" data-run=\"{}\"", self.run) };
        format!(" data-from=\"{}\" data-per=\"{per}\"{run}{bound}", escape(&cell.from))
    }

    /// An amount of euros beside a mean with such an error.
    pub(super) fn amount(self, cell: Option<Cell>, unit: Amounts, place: i32) -> Said {
        let Some(cell) = cell else { return Said::plain(NONE) };
        self.said(&cell, &unit.written(cell.value, finest(unit, place), self.language), euros(unit), "")
    }

    /// What an amount takes away, with the other sign than it has in its table.
    pub(super) fn less(self, cell: Option<Cell>, unit: Amounts, place: i32) -> Said {
        let Some(cell) = cell else { return Said::plain(NONE) };
        self.said(&cell, &unit.written(-cell.value, finest(unit, place), self.language), -euros(unit), "")
    }

    /// An amount that is given, not estimated.
    pub(super) fn given(self, cell: Option<Cell>, unit: Amounts) -> Said {
        self.amount(cell, unit, 0)
    }

    /// Mean and band of euros of a row.
    pub(super) fn band(self, row: Row<'_>, unit: Amounts) -> [Said; 3] {
        let place = place(row);
        ["mean", "p05", "p95"].map(|column| self.amount(row.cell(column), unit, place))
    }

    /// Mean and band of what is counted in a row.
    pub(super) fn counts(self, row: Row<'_>) -> [Said; 3] {
        let place = place(row);
        ["mean", "p05", "p95"].map(|column| match row.cell(column) {
            None => Said::plain(NONE),
            Some(cell) => self.said(&cell, &written(cell.value, place, self.language), 1.0, ""),
        })
    }

    /// A share as a whole percentage, no finer than its error.
    pub(super) fn percent(self, cell: Option<Cell>, error: Option<f64>) -> Said {
        let Some(cell) = cell else { return Said::plain(NONE) };
        let place = significant(100.0, 100.0 * error.unwrap_or(f64::NAN)).max(0);
        self.said(&cell, &written(100.0 * cell.value, place, self.language), 0.01, "")
    }

    /// A share of two digits, as a percentage with its sign.
    pub(super) fn percentage(self, cell: &Cell) -> Said {
        signed(&self.said(cell, &rough(100.0 * cell.value, self.language), 0.01, ""))
    }

    /// A share as a whole percentage with its sign.
    pub(super) fn whole_percentage(self, cell: Cell) -> Said {
        signed(&self.percent(Some(cell), None))
    }

    /// A number rounded at a power of ten.
    pub(super) fn number(self, cell: &Cell, place: i32) -> Said {
        self.said(cell, &written(cell.value, place, self.language), 1.0, "")
    }

    /// A count, to the last one.
    pub(super) fn whole(self, cell: Option<Cell>) -> Said {
        let Some(cell) = cell else { return Said::plain(NONE) };
        self.said(&cell, &written(cell.value, 0, self.language), 1.0, "")
    }

    /// A number of two digits, as a percentage if it is a share.
    pub(super) fn roughly(self, cell: Option<Cell>, share: bool) -> Said {
        match cell {
            None => Said::plain(NONE),
            Some(cell) if share => self.percentage(&cell),
            Some(cell) => self.said(&cell, &rough(cell.value, self.language), 1.0, ""),
        }
    }

    /// A number of three digits: a factor or a strength.
    pub(super) fn figures(self, cell: Option<Cell>) -> Said {
        let Some(cell) = cell else { return Said::plain(NONE) };
        let text = figures(cell.value, self.language);
        self.said(&cell, &text, 1.0, "")
    }

    /// A chance as so many of fifty futures; `under` and `over` are said where none or all would be too much said.
    pub(super) fn fiftieths(self, cell: Option<Cell>, under: &str, over: &str) -> Said {
        let Some(cell) = cell else { return Said::plain(NONE) };
        let per = 1.0 / FUTURES;
        match in_fiftieths(cell.value) {
            Fiftieths::Below => self.said(&cell, under, per, "below"),
            Fiftieths::Above => self.said(&cell, over, per, "above"),
            Fiftieths::Just(futures) => self.said(&cell, &written(futures, 0, self.language), per, ""),
        }
    }
}

/// The power of ten of the last digit worth showing of a row.
pub(super) fn place(row: Row<'_>) -> i32 {
    significant(row.value("mean").unwrap_or(0.0), row.value("mcse").unwrap_or(f64::NAN))
}

/// A percentage with its sign.
fn signed(said: &Said) -> Said {
    Said { html: format!("{}\u{a0}%", said.html), plain: format!("{}\u{a0}%", said.plain) }
}

/// Two decimals are enough for a reader of millions, none for one of thousands.
fn finest(unit: Amounts, place: i32) -> i32 {
    match unit {
        Amounts::Million => place.max(4),
        Amounts::Thousand => place.max(3),
        Amounts::Euro => place.max(0),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cell(value: f64) -> Cell {
        Cell { value, from: "a.csv:1:x".into() }
    }

    const PEN: Pen = Pen { language: Language::Nl, run: 1 };

    #[test]
    fn a_number_says_where_it_comes_from() {
        let said = PEN.amount(Some(cell(1_404_321.0)), Amounts::Million, 4);
        assert_eq!(said.plain, "1,40");
        assert_eq!(said.html, "<data value=\"1404321\" data-from=\"a.csv:1:x\" data-per=\"1000000\">1,40</data>");
        assert!(Pen { run: 2, ..PEN }.amount(Some(cell(1.0)), Amounts::Euro, 0).html.contains("data-run=\"2\""));
        assert_eq!(PEN.amount(None, Amounts::Euro, 0).html, NONE);
    }

    #[test]
    fn a_chance_is_never_none_or_all_by_rounding() {
        let said = |value| PEN.fiftieths(Some(cell(value)), "minder dan 1", "meer dan 49").plain;
        assert_eq!([0.0, 0.001, 0.34, 0.999, 1.0].map(said), ["0", "minder dan 1", "17", "meer dan 49", "50"]);
    }

    #[test]
    fn percentages_stop_at_their_error() {
        assert_eq!(PEN.percent(Some(cell(0.7546)), Some(0.02)).plain, "75");
        assert_eq!(PEN.percent(Some(cell(0.7546)), Some(0.2)).plain, "80");
    }
}
