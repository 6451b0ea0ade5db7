//! Texts that are no figures: what a part of the model is about, and what is not in the model yet.

use super::Checker;
use crate::model::raw::{RawLabel, RawModel};
use crate::model::resolved::{Label, Limit};
use crate::model::tree::Spot;

impl Checker<'_> {
    /// What a part of the model is about; `spot` is that of the text.
    pub(super) fn about(&mut self, text: Option<&RawLabel>, spot: Spot<'_>) -> Option<Label> {
        text.map(|text| self.text(text, spot))
    }

    /// What is not in the model yet, in declared order.
    pub(super) fn limits(&mut self, raw: &RawModel, spot: Spot<'_>) {
        for (index, limit) in raw.limit.iter().enumerate() {
            let place = spot.at("limit").index(index);
            let label = self.text(&limit.label, place.at("label"));
            let about = self.text(&limit.about, place.at("about"));
            self.model.limits.push(Limit { label, about, grade: limit.grade });
        }
    }

    /// A text; a fault if it says nothing in one of the languages.
    fn text(&mut self, text: &RawLabel, spot: Spot<'_>) -> Label {
        for (key, language, words) in [("nl", "Dutch", &text.nl), ("en", "English", &text.en)] {
            if words.trim().is_empty() {
                let message = format!("this text says nothing in {language}");
                self.fault("empty-text", spot.at(key).value(), message, "empty", "write it in both languages, or remove it");
            }
        }
        Label { nl: text.nl.clone(), en: text.en.clone() }
    }
}
