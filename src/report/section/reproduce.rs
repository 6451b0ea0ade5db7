//! How anybody can make the same numbers again.

use super::{Writer, cells};
use crate::report::html::Said;
use crate::report::page::{Part, Section, Sheet};
use crate::report::run::Run;

impl Writer<'_> {
    /// The same in a few lines.
    pub(super) fn brief_reproduce(&self) -> Section {
        let texts = &self.texts.reproduce;
        let mut parts = Vec::new();
        for run in self.runs {
            let identity = &run.source.manifest.identity;
            parts.push(Part::Code { text: Self::typed(run), label: texts.command.clone() });
            let words = [
                ("version", super::code(&format!("{} ({})", identity.piramide, identity.commit))),
                ("model", super::code(&identity.model)),
                ("seed", super::code(&identity.seed.to_string())),
                ("draws", super::code(&identity.draws.to_string())),
                ("replications", super::code(&identity.replications.to_string())),
            ];
            parts.push(Part::Words { html: self.say(&texts.brief, &words).html });
        }
        self.section("reproduce", &texts.title, Vec::new(), parts)
    }

    /// The command of a run. Its first word is where the program lay.
    fn typed(run: &Run) -> String {
        let words = run.source.manifest.circumstances.command_line.iter().skip(1).map(String::as_str);
        ["piramide"].into_iter().chain(words).collect::<Vec<&str>>().join(" ")
    }

    pub(super) fn reproduce(&self) -> Section {
        let texts = &self.texts.reproduce;
        let mut parts = Vec::new();
        for run in self.runs {
            let identity = &run.source.manifest.identity;
            if self.runs.len() > 1 {
                parts.push(Part::Heading { text: Said::name(&run.name()) });
            }
            parts.push(Part::Code { text: Self::typed(run), label: texts.command.clone() });
            let told = [
                (&texts.version, format!("{} ({})", identity.piramide, identity.commit)),
                (&texts.model, identity.model.clone()),
                (&texts.seed, identity.seed.to_string()),
                (&texts.draws, identity.draws.to_string()),
                (&texts.replications, identity.replications.to_string()),
                (&texts.years, format!("{} \u{2013} {}", identity.first_year, identity.last_year)),
                (&texts.scenarios, identity.scenarios.join(", ")),
                (&texts.design, identity.parameter_design.clone()),
                (&texts.scale, identity.scale.to_string()),
            ];
            let row = |(name, value): &(&String, String)| cells(&[&self.said(name), &super::code(value)]);
            let head = self.heads([&texts.what, &texts.value]);
            let rows = told.iter().map(row).collect();
            parts.push(Part::Table(Sheet { caption: self.said(&texts.settings), head, rows, numbers_from: 2 }));
            let hash = |(file, hash): (&String, &String)| cells(&[&super::code(file), &super::code(hash)]);
            let head = self.heads([&texts.file, &texts.hash]);
            let rows = identity.inputs.iter().map(hash).collect();
            let sheet = Sheet { caption: self.said(&texts.inputs), head, rows, numbers_from: 2 };
            parts.push(Part::Folded { summary: self.said(&texts.inputs), sheet });
        }
        self.section("reproduce", &texts.title, vec![self.say(&texts.lead, &[])], parts)
    }
}
