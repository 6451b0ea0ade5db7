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
                    ("scenario", Said::plain(&subject.label)),
                    ("domain", Said::plain(&self.plan_domain(subject.run, row.text("domain")))),
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
        let never = found.iter().filter(|row| row.cell("needed_on_average").is_none()).count();
        let words = [
            ("scenario", Said::plain(&self.label(run, scenario))),
            ("all", Said::plain(&found.len().to_string())),
            ("never", Said::plain(&never.to_string())),
            ("year", Said::plain(found.first().map_or("", |row| row.text("year")))),
            ("members", pen.figures(found.first().and_then(|row| row.cell("members")))),
        ];
        let row = |row: &Row<'a>| {
            let measure =
                run.scenario(scenario).and_then(|known| known.measures.iter().find(|one| one.name == row.text("measure")));
            let label = measure.map_or(row.text("measure"), |measure| self.language.pick(&measure.label));
            let seen = measure.and_then(|measure| measure.seen.as_ref()).map_or("", |seen| self.language.pick(seen));
            let needed = |column: &str| match row.cell(column) {
                None => self.say(&texts.not_even, &[("most", strength(*row, "most"))]),
                Some(_) => strength(*row, column),
            };
            cells(&[
                &Said::plain(label),
                &Said::plain(&self.plan_domain(run, row.text("domain"))),
                &strength(*row, "believed"),
                &needed("needed_on_average"),
                &needed("needed_p80"),
                &Said::plain(seen),
            ])
        };
        let head = [&texts.measure, &texts.domain, &texts.believed, &texts.needed, &texts.needed80, &texts.seen];
        let title = self.say(&texts.chart, &words).plain;
        let rows = found.iter().map(row).collect();
        self.chart(Drawn {
            sentence: self.say(&texts.sentence, &words),
            panels: Vec::new(),
            abreast: 0,
            key: Vec::new(),
            sheet: Sheet { caption: title.clone(), head: head.map(Clone::clone).to_vec(), rows, numbers_from: 9 },
            title,
            columns: &[
                "scenario",
                "measure",
                "strength",
                "unit",
                "domain",
                "year",
                "members",
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
