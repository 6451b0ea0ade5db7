//! How anybody can make the same numbers again.

use super::{Writer, cells};
use crate::report::html::Said;
use crate::report::page::{Part, Section, Sheet};

impl Writer<'_> {
    pub(super) fn reproduce(&self) -> Option<Section> {
        let texts = &self.texts.reproduce;
        let mut parts = Vec::new();
        for run in self.runs {
            let (manifest, identity) = (&run.source.manifest, &run.source.manifest.identity);
            if self.runs.len() > 1 {
                parts.push(Part::Heading { text: run.name() });
            }
            // The first word is where the program lay.
            let words = manifest.circumstances.command_line.iter().skip(1).map(String::as_str);
            let command: Vec<&str> = ["piramide"].into_iter().chain(words).collect();
            parts.push(Part::Code { text: command.join(" "), label: texts.command.clone() });
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
            let row = |(name, value): &(&String, String)| cells(&[&Said::plain(name), &super::code(value)]);
            let head = [&texts.what, &texts.value].map(Clone::clone).to_vec();
            let rows = told.iter().map(row).collect();
            parts.push(Part::Table(Sheet { caption: texts.settings.clone(), head, rows, numbers_from: 2 }));
            let hash = |(file, hash): (&String, &String)| cells(&[&Said::plain(file), &super::code(hash)]);
            let head = [&texts.file, &texts.hash].map(Clone::clone).to_vec();
            let rows = identity.inputs.iter().map(hash).collect();
            let sheet = Sheet { caption: texts.inputs.clone(), head, rows, numbers_from: 2 };
            parts.push(Part::Folded { summary: texts.inputs.clone(), sheet });
        }
        Some(self.section("reproduce", &texts.title, vec![self.say(&texts.lead, &[])], parts))
    }
}
