//! What the words mean.

use super::Writer;
use crate::report::html::id;
use crate::report::page::{Part, Section, Term};

impl Writer<'_> {
    pub(super) fn glossary(&self) -> Section {
        let texts = &self.texts.glossary;
        let term = |term: &crate::report::text::Term| Term {
            id: format!("{}-term-{}", self.code(), id(&term.term)),
            name: term.term.clone(),
            html: self.say(&term.meaning, &[]).html,
        };
        let parts = vec![Part::Terms { terms: self.texts.terms.iter().map(term).collect() }];
        self.section("glossary", &texts.title, vec![self.say(&texts.lead, &[])], parts)
    }
}
