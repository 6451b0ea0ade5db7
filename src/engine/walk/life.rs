//! A life under way, and what it remembers of every track.

use super::super::Who;
use super::super::contest::Newcomer;
use super::super::life::End;
use super::super::tally::Trail;
use super::begin::Start;
use super::gate::{FREE, Hold};
use super::ties::Ties;
use crate::compile::{Compiled, Scenario, Track};
use crate::luck::PersonId;

/// What fires next on a track.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Next {
    Nothing,
    /// Exit number of the current state.
    Exit(u16),
    /// Number of the hazard from any state.
    Any(u16),
    /// Number of the onset.
    Onset(u16),
    /// What a gate holds the person for.
    Hold,
    /// Number of the gate that asks those behind it.
    Running(u16),
}

/// The clock of a hazard that reads another track: its threshold is used up at the rate of the moment.
#[derive(Debug, Clone, Copy)]
pub(super) struct Coupled {
    /// Threshold still to go at `since`.
    pub(super) left: f64,
    pub(super) since: f64,
    /// Product of the couplings' factors.
    pub(super) factor: f64,
}

pub(super) const UNCOUPLED: Coupled = Coupled { left: f64::INFINITY, since: 0.0, factor: 1.0 };

/// A clock that runs through changes of state: the time at which it fires, and how often it was used.
#[derive(Debug, Clone, Copy)]
pub(super) struct Clock {
    pub(super) fires: f64,
    pub(super) uses: u32,
}

pub(super) const STOPPED: Clock = Clock { fires: f64::INFINITY, uses: 0 };

/// Of an onset that no state of the start lets anything come of: its first candidate is looked up when one does.
pub(super) const ASLEEP: Clock = Clock { fires: f64::NEG_INFINITY, uses: 0 };

/// On no list.
pub(super) const NOT_LISTED: u32 = u32::MAX;

/// Where a person is on one track.
#[derive(Debug, Clone, Copy)]
pub(super) struct Run {
    pub(super) state: u8,
    /// Label of the hulpvraag at hand, or of the last; 0 on a track without labels.
    pub(super) label: u8,
    /// Moment at which the state was entered or renewed; before the start for who was in it already.
    pub(super) since: f64,
    /// Belongs to a household that is still known by another.
    pub(super) waiting: bool,
    /// Number of the hulpvraag at hand; 0 for what was there at the start.
    pub(super) question: u32,
    /// What comes next; when it does stands in [`Life::times`].
    pub(super) next: Next,
    /// Number on the list of those who wait for a place; [`NOT_LISTED`] if on none.
    pub(super) entry: u32,
    /// When somebody whose life has ended joined that list.
    pub(super) joined: f64,
    /// What a gate holds the person for in the state they are in.
    pub(super) hold: Hold,
}

/// In the first state of a track, where nothing is to happen.
pub(super) const START: Run = Run {
    state: 0,
    label: 0,
    since: 0.0,
    waiting: false,
    question: 0,
    next: Next::Nothing,
    entry: NOT_LISTED,
    joined: 0.0,
    hold: FREE,
};

/// How long a person has been in the state they start in.
#[derive(Debug, Clone, Copy)]
pub(super) enum Stay {
    /// Just entered, or entered so many years ago.
    Elapsed(f64),
    /// A stay met in a stationary town: elapsed, and remaining by the state's first dwell time.
    Met { elapsed: f64, remaining: f64 },
}

/// What has happened in a life so far, birthdays apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum SoFar {
    /// Nothing, to its end: its tracks were never looked at.
    Quiet,
    /// Nothing yet, and it neither took a place nor waited for one, nor needed help or bore a need.
    Fresh,
    /// Something.
    Lived,
}

/// A life under way: who lives it, where they are on every track, and what counting remembers of them.
#[derive(Debug)]
pub(in super::super) struct Life {
    pub who: Who,
    pub(super) end: End,
    /// Whether somebody takes over the tracks of the household at its end, and the household's number among those whose estates
    /// are kept.
    pub heir: bool,
    pub home: Option<u32>,
    pub(super) start: Start,
    /// What has happened in it.
    pub(super) so_far: SoFar,
    /// Age band, and the moment of the next.
    pub(super) band: usize,
    pub(super) birthday: f64,
    /// Whether others live with the person, and informal overload may tell on one of them.
    pub(super) together: bool,
    /// What ties the person to others on all tracks together, and on how many lists they are.
    pub(super) ties: Ties,
    pub(super) listed: u16,
    /// Informal help that the person needs, and that the others at home need together; thousandths of an hour a week.
    pub(super) load: u64,
    pub around: u64,
    /// When the tracks of the household become the person's; infinite if they are or never do.
    pub(super) takes_over: f64,
    pub(super) runs: Vec<Run>,
    /// When the next event of each track comes, and never for some more, so that they are a multiple of four. Side by side, since all
    /// of them are looked at to find the first.
    pub(super) times: Vec<f64>,
    /// When each exit of the state fires. This and what follows is one list for all tracks: see [`Share`].
    pub(super) exits: Vec<f64>,
    /// What the clocks of exits read of other tracks; of tracks that read any.
    pub(super) exits_coupled: Vec<Coupled>,
    /// One per hazard from any state.
    pub(super) any: Vec<Clock>,
    pub(super) any_coupled: Vec<Coupled>,
    /// One per onset: the next candidate.
    pub(super) onsets: Vec<Clock>,
    /// Visits per state within the track's hulpvraag.
    pub(super) visits: Vec<u32>,
    /// Passings per gate within it.
    pub(super) passings: Vec<u32>,
    /// Tracks per layer bit; per domain the tracks inside the pyramid, and those in maatwerk.
    pub(super) layers: [u8; 8],
    pub(super) domains: Vec<u8>,
    pub(super) clients: Vec<u8>,
    /// Set of layers.
    pub(super) set: u8,
    pub(super) trail: Trail,
}

impl Life {
    /// Room for one.
    pub(super) fn new(compiled: &Compiled, scenario: &Scenario) -> Self {
        let all = scenario.tracks.iter().fold(Share::default(), Share::after);
        let coupled = scenario.tracks.iter().any(Track::is_coupled);
        let domains = compiled.domains.iter().flatten().max().map_or(0, |&last| last + 1);
        Self {
            who: Who::new(PersonId(0), 0, 0.0, 0.0),
            end: End::Horizon,
            heir: false,
            home: None,
            start: Start::default(),
            so_far: SoFar::Lived,
            together: false,
            ties: Ties::default(),
            listed: 0,
            load: 0,
            around: 0,
            band: 0,
            birthday: f64::INFINITY,
            takes_over: f64::INFINITY,
            runs: vec![START; scenario.tracks.len()],
            times: vec![f64::INFINITY; scenario.tracks.len().next_multiple_of(4)],
            exits: vec![f64::INFINITY; all.exits],
            exits_coupled: vec![UNCOUPLED; all.exits_coupled],
            any: vec![STOPPED; all.any],
            any_coupled: vec![UNCOUPLED; if coupled { all.any } else { 0 }],
            onsets: vec![STOPPED; all.onsets],
            visits: vec![0; all.visits],
            passings: vec![0; all.gates],
            layers: [0; 8],
            domains: vec![0; domains],
            clients: vec![0; domains],
            set: 0,
            trail: Trail::new(compiled.layout.units.len()),
        }
    }

    /// Whether it has the room that the lives of another have.
    pub(super) fn is_like(&self, other: &Self) -> bool {
        let room = |life: &Self| {
            let Self { runs, exits, exits_coupled, any, any_coupled, onsets, visits, passings, domains, trail, .. } = life;
            let coupled = [exits_coupled.len(), any_coupled.len()];
            let clocks = [exits.len(), any.len(), onsets.len(), visits.len(), passings.len()];
            (clocks, coupled, [runs.len(), domains.len(), trail.units()])
        };
        room(self) == room(other)
    }

    /// Forgets what happened in an earlier hulpvraag of a track.
    #[inline]
    pub(super) fn forget(&mut self, share: Share, track: &Track) {
        self.visits[share.visits..][..track.states.len()].fill(0);
        // To fill nothing is a call too, and most tracks have no gate.
        if !track.gates.is_empty() {
            self.passings[share.gates..][..track.gates.len()].fill(0);
        }
    }

    /// Whether a clock of it reads what the others at home need.
    pub(in super::super) fn bears(&self) -> bool {
        self.together && self.ties.bears > 0
    }

    /// Whether nothing has happened yet in it.
    pub(in super::super) fn is_fresh(&self) -> bool {
        self.so_far == SoFar::Fresh
    }

    /// All that decides how it begins.
    pub(in super::super) fn newcomer(&self) -> Newcomer {
        let Self { who, start, end, home, heir, .. } = *self;
        Newcomer { who, start, end, home, heir }
    }
}

/// Where the share of a track begins in each list of a [`Life`].
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Share {
    pub(super) exits: usize,
    pub(super) exits_coupled: usize,
    pub(super) any: usize,
    pub(super) onsets: usize,
    pub(super) visits: usize,
    pub(super) gates: usize,
}

impl Share {
    /// Where the share of the next track begins.
    pub(super) fn after(self, track: &Track) -> Self {
        let exits = track.states.iter().map(|state| state.exits.len()).max().unwrap_or(0);
        Self {
            exits: self.exits + exits,
            exits_coupled: self.exits_coupled + if track.is_coupled() { exits } else { 0 },
            any: self.any + track.from_any.len(),
            onsets: self.onsets + track.onsets.len(),
            visits: self.visits + track.states.len(),
            gates: self.gates + track.gates.len(),
        }
    }
}
