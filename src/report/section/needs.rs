//! What must be true for the booked amounts to come.

use super::{Drawn, Writer, cells};
use crate::report::html::Said;
use crate::report::page::{Part, Section, Sheet};
use crate::report::run::Run;
use crate::report::shown::NONE;
use crate::report::table::{Row, Table};

impl<'a> Writer<'a> {
    pub(super) fn needs(&self) -> Option<Section> {
        let texts = &self.texts.needs;
        let runs: Vec<&Run> = self.runs.iter().filter(|run| run.savings.is_some() && run.compares()).collect();
        if runs.is_empty() {
            return None;
        }
        let mut parts = Vec::new();
        for subject in self.tried() {
            let implied = subject.run.savings.iter().flat_map(Table::rows).filter(|row| {
                let what = [("scenario", subject.scenario), ("band", "realised"), ("euros", "constant")];
                row.is(&what) && row.year() == Some(subject.run.year()) && row.cell("multiplier").is_some()
            });
            for row in implied {
                let words = [
                    ("scenario", subject.label.clone()),
                    ("domain", self.plan_domain(subject.run, row.text("domain"))),
                    ("times", self.pen(subject.run).figures(row.cell("multiplier"))),
                ];
                let beyond = row.text("feasible") == "false";
                parts.push(Part::Words { html: self.say(if beyond { &texts.beyond } else { &texts.times }, &words).html });
            }
        }
        for run in &runs {
            match &run.needs {
                Some(table) if table.rows().next().is_some() => parts.push(self.needs_of(run, table.rows().collect())),
                _ => parts.push(Part::Words { html: self.absent(&texts.what, &texts.command, run).html }),
            }
        }
        Some(self.section("needs", &texts.title, vec![self.say(&texts.lead, &[])], parts))
    }

    fn needs_of(&self, run: &'a Run, found: Vec<Row<'a>>) -> Part {
        let (texts, pen) = (&self.texts.needs, self.pen(run));
        let scenario = found.first().map_or("", |row| row.text("scenario"));
        let strength = |row: Row<'_>, column: &str| -> Said {
            let share = row.text("unit") == "share";
            match row.cell(column) {
                None => Said::plain(NONE),
                Some(cell) if share => pen.percentage(&cell),
                cell => pen.figures(cell),
            }
        };
        let count = |column: &str| pen.whole(found.first().and_then(|row| row.cell(column)));
        let words = [
            ("scenario", self.label(run, scenario)),
            ("all", count("measures")),
            ("never", count("never")),
            ("year", Said::year(found.first().map_or("", |row| row.text("year")))),
            ("members", count("members")),
        ];
        let row = |row: &Row<'a>| {
            let measure =
                run.scenario(scenario).and_then(|known| known.measures.iter().find(|one| one.name == row.text("measure")));
            let label = measure.map_or(row.text("measure"), |measure| self.language.pick(&measure.label));
            let seen = measure.and_then(|measure| measure.seen.as_ref());
            let seen = seen.map_or_else(Said::default, |seen| Said::quoted(self.language.pick(seen), None));
            let needed = |column: &str| match row.cell(column) {
                None => self.say(&texts.not_even, &[("most", strength(*row, "most"))]),
                Some(_) => strength(*row, column),
            };
            cells(&[
                &Said::name(label),
                &self.plan_domain(run, row.text("domain")),
                &strength(*row, "believed"),
                &needed("needed_on_average"),
                &needed("needed_p80"),
                &seen,
            ])
        };
        let head = [&texts.measure, &texts.domain, &texts.believed, &texts.needed, &texts.needed80, &texts.seen];
        let title = self.say(&texts.chart, &words);
        let rows = found.iter().map(row).collect();
        self.chart(Drawn {
            sentence: self.say(&texts.sentence, &words),
            panels: Vec::new(),
            abreast: 0,
            key: Vec::new(),
            sheet: Sheet { caption: title.clone(), head: self.heads(head), rows, numbers_from: 9 },
            title,
            columns: &[
                "scenario",
                "measure",
                "strength",
                "unit",
                "domain",
                "year",
                "members",
                "measures",
                "never",
                "booked",
                "saving",
                "believed",
                "most",
                "saving_at_most",
                "needed_on_average",
                "needed_p80",
                "seen",
            ],
            rows: found,
            name: "wat-moet-waar-zijn",
            from: "needs.csv",
        })
    }

    /// Says that nothing has been worked out, and which command does that.
    pub(super) fn absent(&self, what: &str, command: &str, run: &Run) -> Said {
        let command = super::code(&command.replace("RUN", &run.source.folder.display().to_string()));
        self.say(&self.texts.frame.missing, &[("what", Said::plain(what)), ("command", command)])
    }
}
