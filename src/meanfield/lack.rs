//! What the twin does not represent, and how to switch it off in a draw so that both can be compared.

use std::borrow::Cow;

use crate::compile::{Compiled, Rate, When};

/// What the twin does not represent in a model.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lack {
    /// Hazards of this track read other tracks; solved as if all these factors were one.
    Coupling {
        /// Track id.
        track: usize,
    },
    /// The needs of a household on this track pass on when its referent dies or leaves; solved as if they ended.
    Succession {
        /// Track id.
        track: usize,
    },
    /// Persons and clients on any track of this domain: its tracks are too large to be solved together. Its costs are known.
    Domain {
        /// Index in the model's domains.
        domain: usize,
    },
    /// Gates of this track that ask those already behind them; solved as if they asked new requests only.
    Running {
        /// Track id.
        track: usize,
    },
    /// Hazards of this track read what the others of the household need; solved as if nobody bore the needs of others.
    Overload {
        /// Track id.
        track: usize,
    },
    /// Places of this resource that run out; solved as if there were always one.
    Places {
        /// Resource id.
        resource: usize,
    },
    /// Clients of this track by the label of their hulpvraag.
    Labels {
        /// Track id.
        track: usize,
    },
    /// Persons by their highest layer, and combinations of layers.
    Layers,
}

/// The draw as the twin sees it: couplings, successions, gates, overload and places that it lacks are switched off.
pub fn without<'a>(compiled: &'a Compiled, lacks: &[Lack]) -> Cow<'a, Compiled> {
    let mut changed = Cow::Borrowed(compiled);
    for lack in lacks {
        match *lack {
            Lack::Coupling { track } => uncouple(changed.to_mut(), track),
            Lack::Succession { .. } => changed.to_mut().succession = false,
            Lack::Running { track } => open(changed.to_mut(), track),
            Lack::Overload { track } => unburden(changed.to_mut(), track),
            Lack::Places { resource } => unlimited(changed.to_mut(), resource),
            Lack::Domain { .. } | Lack::Labels { .. } | Lack::Layers => {}
        }
    }
    changed
}

fn uncouple(compiled: &mut Compiled, track: usize) {
    change(compiled, track, |rate| rate.couplings.clear());
    for scenario in &mut compiled.scenarios {
        scenario.tracks[track].reads.clear();
    }
}

fn unburden(compiled: &mut Compiled, track: usize) {
    change(compiled, track, |rate| rate.overload = None);
    for scenario in &mut compiled.scenarios {
        scenario.tracks[track].burdened = false;
    }
}

/// Changes what multiplies the rates of a track by the state of the moment.
fn change(compiled: &mut Compiled, track: usize, free: impl Fn(&mut Rate)) {
    for scenario in &mut compiled.scenarios {
        let track = &mut scenario.tracks[track];
        for exit in track.states.iter_mut().flat_map(|state| &mut state.exits).chain(&mut track.from_any) {
            if let When::Rate(rate) = &mut exit.when {
                free(rate);
            }
        }
        for onset in &mut track.onsets {
            free(&mut onset.rate);
            onset.coupling_max = onset.rate.coupling_max();
        }
    }
}

/// Lets everybody in who asks for a place of a resource.
fn unlimited(compiled: &mut Compiled, resource: usize) {
    for track in compiled.scenarios.iter_mut().flat_map(|scenario| &mut scenario.tracks) {
        let ours: Vec<bool> =
            track.states.iter().map(|state| state.place.is_some_and(|place| place.resource == resource)).collect();
        for (state, ours_too) in track.states.iter_mut().zip(&ours) {
            state.place = state.place.filter(|_| !ours_too);
            state.wait = state.wait.filter(|wait| !ours[usize::from(wait.state)]);
        }
    }
}

/// Lets the gates of a track ask nobody who is behind them already.
fn open(compiled: &mut Compiled, track: usize) {
    for gate in compiled.scenarios.iter_mut().flat_map(|scenario| &mut scenario.tracks[track].gates) {
        gate.running = None;
    }
}
