//! What if measures were stronger, came later, found more places: a choice of three levers, made without a script.

use super::{Drawn, Writer, cells};
use crate::analysis::savings::TOTAL;
use crate::report::html::Said;
use crate::report::page::{Lever, Levers, Outcome, Part, Pick, Section, Sheet};
use crate::report::run::Run;
use crate::report::shown::place;
use crate::report::table::{Row, Table};

/// Columns of the levers, with the value at which they stand at first.
const LEVERS: [(&str, &str); 3] = [("effect", "1.0"), ("later", "0.0"), ("places", "1.0")];

impl<'a> Writer<'a> {
    pub(super) fn grid(&self) -> Option<Section> {
        let texts = &self.texts.grid;
        let runs: Vec<&'a Run> = self.runs.iter().filter(|run| run.savings.is_some() && run.compares()).collect();
        if runs.is_empty() {
            return None;
        }
        let mut parts = Vec::new();
        for run in runs {
            match &run.grid {
                Some(table) if table.rows().next().is_some() => parts.extend(self.grid_of(run, table)),
                _ => parts.push(Part::Words { html: self.absent(&texts.what, &texts.command, run).html }),
            }
        }
        Some(self.section("grid", &texts.title, vec![self.say(&texts.lead, &[])], parts))
    }

    fn grid_of(&self, run: &'a Run, table: &'a Table) -> [Part; 2] {
        let texts = &self.texts.grid;
        let rows: Vec<Row<'a>> = table.rows().filter(|row| row.text("domain") == TOTAL).collect();
        let scenario = rows.first().map_or("", |row| row.text("scenario"));
        let year = rows.first().map_or("", |row| row.text("year"));
        let words = [("scenario", self.label(run, scenario)), ("year", Said::year(year))];
        let title = self.say(&texts.chart, &words);
        let id = self.image();
        let names = [&texts.effect, &texts.later, &texts.places];
        let choices = LEVERS.map(|(column, _)| table.different(column));
        let levers = LEVERS.iter().zip(names).zip(&choices).zip("abc".chars());
        let levers = levers.map(|((((column, first), name), values), letter)| Lever {
            name: self.said(name),
            group: format!("{id}-{letter}"),
            picks: (values.iter().enumerate())
                .map(|(at, value)| Pick {
                    id: format!("{id}-{letter}{at}"),
                    class: format!("{letter}{at}"),
                    text: self.stand(run, &rows, column, value),
                    chosen: value == first,
                })
                .collect(),
        });
        let each = levers.collect();
        let outcomes = rows.iter().map(|row| {
            let at = LEVERS.iter().zip(&choices).zip("abc".chars());
            let class = at.map(|(((column, _), values), letter)| {
                let value = row.text(column);
                format!("{letter}{}", values.iter().position(|known| *known == value).unwrap_or(0))
            });
            Outcome { class: class.collect::<Vec<_>>().join(" "), html: self.outcome(run, *row).html }
        });
        let outcomes = outcomes.collect();
        let line = |row: &Row<'a>| {
            let stands = LEVERS.map(|(column, _)| self.stand(run, &[*row], column, row.text(column)));
            let [mean, low, high] = self.pen(run).band(*row, self.unit);
            let [effect, later, places] = &stands;
            cells(&[effect, later, places, &mean, &low, &high, &self.chance_of(run, *row)])
        };
        let heads = &self.texts.table;
        let head = [&texts.effect, &texts.later, &texts.places, &heads.saving, &heads.low, &heads.high, &heads.of_fifty];
        let sheet =
            Sheet { caption: title.clone(), head: self.heads(head), rows: rows.iter().map(line).collect(), numbers_from: 3 };
        let members = rows.first().and_then(|row| row.cell("members"));
        let sentence = self.say(&texts.sentence, &[("members", self.pen(run).whole(members)), ("unit", self.named_unit())]);
        [
            Part::Levers(Levers { id, title: self.say(&texts.choose, &words), each, outcomes }),
            self.chart(Drawn {
                title,
                sentence,
                panels: Vec::new(),
                abreast: 0,
                key: Vec::new(),
                sheet,
                columns: &[
                    "scenario", "effect", "later", "places", "year", "booked", "mean", "mcse", "p05", "p50", "p95", "chance",
                    "members",
                ],
                rows,
                name: "wat-als",
                from: "grid.csv",
            }),
        ]
    }

    /// Where a lever stands, in words, as the first of these rows has it that stands there.
    fn stand(&self, run: &'a Run, rows: &[Row<'a>], column: &str, value: &str) -> Said {
        let (texts, pen) = (&self.texts.grid, self.pen(run));
        match rows.iter().find(|row| row.text(column) == value).and_then(|row| row.cell(column)) {
            Some(cell) if column == "later" && cell.value == 0.0 => self.said(&texts.on_time),
            Some(cell) if column == "later" => self.say(&texts.years, &[("number", pen.figures(Some(cell)))]),
            Some(cell) => pen.whole_percentage(cell),
            None => Said::name(value),
        }
    }

    /// What comes out where the levers stand so.
    fn outcome(&self, run: &'a Run, row: Row<'a>) -> Said {
        let pen = self.pen(run);
        let [mean, low, high] = pen.band(row, self.unit);
        let words = [
            ("saving", mean),
            ("low", low),
            ("high", high),
            ("unit", self.named_unit()),
            ("number", self.chance_of(run, row)),
            ("booked", pen.amount(row.cell("booked"), self.unit, place(row))),
        ];
        self.say(&self.texts.grid.outcome, &words)
    }

    fn chance_of(&self, run: &'a Run, row: Row<'a>) -> Said {
        self.pen(run).fiftieths(row.cell("chance"), &self.texts.front.under, &self.texts.front.over)
    }

    fn named_unit(&self) -> Said {
        Said::plain(self.unit_name(self.unit))
    }
}
