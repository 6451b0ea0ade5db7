//! A track: what it is about, its states, its moves, its gates, and the numbers that only it reads.

use super::Page;
use super::homes::Home;
use super::markdown::Column;
use crate::cli::text::fill;
use crate::model::{State, Track};

impl Page<'_> {
    /// One track, in parts of its own.
    pub(super) fn track(&mut self, id: usize) {
        let (show, model) = (self.show, self.show.model);
        let (track, texts) = (&model.tracks[id], &show.texts.show);
        self.document.heading(2, &fill(&texts.track, &[("track", show.language.pick(&track.label))]));
        self.document.text(&show.whose(track).join(" "));
        self.about(track.about.as_ref());
        self.states(track);
        if !track.attached.is_empty() {
            self.document.heading(3, &texts.attached);
            self.document.list(&track.attached.iter().map(|attached| show.attached(track, attached)).collect::<Vec<_>>());
        }
        self.moves(track);
        if !track.gates.is_empty() {
            self.document.heading(3, &texts.gates);
            self.document.nested(&show.gate_lines(track));
        }
        self.start(track);
        if let Some(origin) = &track.origin {
            self.document.text(&format!("{} {}", texts.unnamed, show.origin_of(Some(origin))));
        }
        self.numbers(Home::Track(id));
    }

    fn states(&mut self, track: &Track) {
        let (texts, layer) = (self.texts, &self.show.texts.table.layer);
        let columns = [&texts.state, layer, &texts.cost, &texts.indicaties, &texts.hours, &texts.also];
        let rows: Vec<Vec<String>> = track.states.iter().map(|state| self.state(track, state)).collect();
        self.document.heading(3, &self.show.texts.show.states);
        self.document.table(&columns.map(|name| Column::words(name)), &rows);
    }

    fn state(&self, track: &Track, state: &State) -> Vec<String> {
        let show = self.show;
        // Nothing is the rule outside maatwerk, so it is not written.
        let amount = |value| if show.is_zero(value) { String::new() } else { show.value(value) };
        let mut also = show.places(track, state);
        also.extend(state.sink.then(|| show.texts.show.sink.clone()));
        vec![
            show.language.pick(&state.label).to_owned(),
            show.texts.layer(state.layer).to_owned(),
            show.costs(state).join("; "),
            amount(&state.indicaties_per_person),
            amount(&state.informal_hours_per_week),
            also.join("; "),
        ]
    }

    fn moves(&mut self, track: &Track) {
        let (show, texts) = (self.show, self.texts);
        if track.transitions.is_empty() {
            return;
        }
        let row = |transition| {
            vec![
                show.from(track, transition),
                show.when(&transition.clock),
                show.labelled(track, transition, &show.ways(track, transition).join("; ")),
            ]
        };
        let rows: Vec<Vec<String>> = track.transitions.iter().map(row).collect();
        self.document.heading(3, &show.texts.show.moves);
        self.document.table(&[&texts.from, &texts.when, &texts.to].map(|name| Column::words(name)), &rows);
    }

    fn start(&mut self, track: &Track) {
        let (show, texts) = (self.show, self.texts);
        if track.initial.is_empty() {
            return;
        }
        let rows: Vec<Vec<String>> = track
            .initial
            .iter()
            .map(|initial| {
                let mut share = format!("{}{}", show.percent(&initial.share), show.initial_factors(initial));
                share += &show.label_shares(track, initial).map_or_else(String::new, |shares| format!("; {shares}"));
                vec![show.state_name(track, initial.state), share, show.since(&initial.elapsed)]
            })
            .collect();
        self.document.heading(3, &show.texts.show.start);
        self.document.table(&[&texts.state, &texts.share, &texts.since].map(|name| Column::words(name)), &rows);
    }
}
