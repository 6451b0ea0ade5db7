//! Breaks in the figures: each has a year with years before it, and tracks.

use super::{Checker, label};
use crate::model::raw::{RawBreak, RawModel};
use crate::model::resolved::Break;
use crate::model::tree::Spot;

impl Checker<'_> {
    /// All breaks, in declared order.
    pub(super) fn breaks(&mut self, raw: &RawModel, spot: Spot<'_>) {
        let spot = spot.at("break");
        for (name, raw) in &raw.breaks {
            self.one_break(name, raw, spot.at(name));
        }
    }

    fn one_break(&mut self, name: &str, raw: &RawBreak, spot: Spot<'_>) {
        self.good_name("break", name, false, spot.key());
        let source = self.cite(&raw.source, spot.at("source")).unwrap_or(0);
        let place = spot.at("year").value();
        if raw.year == self.model.first_year {
            let message = format!("the model has no year before {}, so nothing to be compared with", raw.year);
            let help = "give the first year of the new figures; a break before the model begins is none of it";
            self.fault("no-year-before", place, message, "the first year", help);
        } else {
            self.within_horizon(raw.year, "the year", place);
        }
        let tracks_at = spot.at("tracks");
        if raw.tracks.is_empty() {
            let message = format!("the break `{name}` is one of no track");
            self.fault("breaks-nothing", tracks_at.value(), message, "no track", "name the tracks whose figures it breaks");
        }
        let mut tracks = Vec::new();
        for (index, track) in raw.tracks.iter().enumerate() {
            let place = tracks_at.index(index).value();
            let Some(id) = self.track_of(track, place) else { continue };
            if tracks.contains(&id) {
                let message = format!("the track `{track}` stands here twice");
                self.fault("defined-twice", place, message, "a second time", "keep one of the two");
            }
            tracks.push(id);
        }
        self.model.breaks.push(Break {
            name: name.to_owned(),
            label: label(Some(&raw.label), name),
            year: raw.year,
            tracks,
            source,
            note: raw.source.note.clone(),
            grade: raw.grade,
        });
    }
}
