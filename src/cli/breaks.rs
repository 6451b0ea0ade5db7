//! Years from which figures are not comparable with those before.

use super::language::Language;
use super::text::{Texts, fill, paragraph};
use crate::model::{Break, Model};

/// The breaks that a comparison of two years crosses, each in a paragraph.
pub(super) fn between(model: &Model, [from, to]: [i32; 2], language: Language, texts: &Texts) -> String {
    let told = |found: &Break| {
        let words = [
            ("year", &*found.year.to_string()),
            ("label", language.pick(&found.label)),
            ("tracks", &tracks(model, found, language)),
        ];
        paragraph(&fill(&texts.table.broken, &words))
    };
    model.breaks_between(from, to).map(told).collect()
}

/// The tracks of a break as people read them.
pub(super) fn tracks(model: &Model, of: &Break, language: Language) -> String {
    let labels: Vec<&str> = of.tracks.iter().map(|&track| language.pick(&model.tracks[track].label)).collect();
    labels.join(", ")
}
