//! Resources of one scenario: how many places each pool has, and when that changes.

use super::Scenario;
use super::fault::{CompileError, within};
use super::people::Profiles;
use super::timeline::{Timeline, epoch};
use crate::model::{self, Model};

/// Parts of a place, or of an hour a week, in which amounts are counted, so that sums are exact.
pub const PARTS: f64 = 1000.0;

/// Most places of a pool. Nobody ever waits for one of so many.
const MOST: f64 = 1e12;

/// What persons share and what runs out: one pool for the city, or one per wijk.
#[derive(Debug, Clone, PartialEq)]
pub struct Resource {
    /// Name.
    pub name: String,
    /// Its first pool, among those of all resources; the wijken follow.
    pub first: usize,
    /// Whether each wijk has its own.
    pub per_wijk: bool,
    /// Classes of priority among those who wait for it.
    pub classes: usize,
}

/// How much room a pool has from a moment on.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Room {
    /// Years since the start.
    pub time: f64,
    /// Pool.
    pub pool: u32,
    /// Its places, in [`PARTS`].
    pub room: u64,
}

/// What a state takes of a resource.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Place {
    /// Resource id.
    pub resource: usize,
    /// Amount per person, in [`PARTS`].
    pub amount: u64,
    /// State id of those who find none.
    pub full: u8,
}

/// What the persons in a state wait for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Wait {
    /// State id.
    pub state: u8,
    /// Class of priority; 0 goes first.
    pub class: u8,
}

impl Resource {
    /// The pool of a person with a profile.
    #[inline]
    pub fn pool(&self, profiles: &Profiles, profile: usize) -> u32 {
        (self.first + if self.per_wijk { profiles.wijk[profile] } else { 0 }) as u32
    }
}

impl Scenario {
    /// The room of all pools over time when a resource has `factor` times as many places: 0 or more, infinite for so many that
    /// nobody waits. Rounded to a thousandth of a place, so that 1 changes nothing.
    pub fn rooms_times(&self, resource: usize, factor: f64) -> Vec<Room> {
        let pools = self.pools(resource);
        let most = parts(MOST);
        let times = |room: u64| if factor.is_finite() { (libm::round(room as f64 * factor) as u64).min(most) } else { most };
        let rooms = self.rooms.iter();
        rooms.map(|&room| if pools.contains(&room.pool) { Room { room: times(room.room), ..room } } else { room }).collect()
    }

    /// Places of a resource on average over calendar year number `year` from 0: those of one wijk, or of all there are. `None`
    /// for a wijk that has none of its own, because the city shares them.
    pub fn places(&self, resource: usize, wijk: Option<usize>, year: usize) -> Option<f64> {
        let mut pools = self.pools(resource);
        if let Some(wijk) = wijk {
            let own = pools.start + wijk as u32;
            pools = self.resources[resource].per_wijk.then_some(own..own + 1)?;
        }
        let (begins, ends) = (year as f64, year as f64 + 1.0);
        let of = |pool: u32| {
            let (mut since, mut room, mut sum) = (begins, 0.0, 0.0);
            for change in self.rooms.iter().filter(|change| change.pool == pool && change.time < ends) {
                let time = change.time.max(begins);
                sum += room * (time - since);
                (since, room) = (time, change.room as f64);
            }
            sum + room * (ends - since)
        };
        Some(pools.map(of).sum::<f64>() / PARTS)
    }

    /// The pools of a resource.
    fn pools(&self, resource: usize) -> core::ops::Range<u32> {
        // Those of the next resource follow; the last has all that are left.
        let end = match self.resources.get(resource + 1) {
            Some(next) => next.first as u32,
            None => self.rooms.iter().map(|room| room.pool + 1).max().unwrap_or(0),
        };
        self.resources[resource].first as u32..end
    }
}

/// An amount in whole parts.
pub(super) fn parts(amount: f64) -> u64 {
    libm::round(amount * PARTS) as u64
}

/// The resources of a scenario, and the room of their pools over time, in order of time; times `scale`, as the persons are.
pub(super) fn resources(
    model: &Model,
    time: &Timeline,
    years: usize,
    scale: f64,
) -> Result<(Vec<Resource>, Vec<Room>), CompileError> {
    let wijken = model.wijk.map_or(1, |wijk| model.attributes[wijk].values.len());
    let (mut list, mut rooms, mut first) = (Vec::new(), Vec::new(), 0);
    for (id, spec) in model.resources.iter().enumerate() {
        let place = || format!("resource `{}`", spec.name);
        let states = model.tracks.iter().flat_map(|track| track.states.iter().map(move |state| (track, state)));
        let classes = states.filter_map(|(track, state)| {
            let wait = state.wait?;
            let of = track.states[wait.state].place.as_ref()?.resource;
            (of == id).then_some(usize::from(wait.class) + 1)
        });
        let resource = Resource { name: spec.name.clone(), first, per_wijk: spec.per_wijk, classes: classes.max().unwrap_or(1) };
        let course = time.course(&spec.places);
        let mut moments: Vec<f64> = time.begins.iter().copied().chain((0..years).map(|year| year as f64)).collect();
        moments.sort_unstable_by(f64::total_cmp);
        moments.dedup();
        for pool in 0..if spec.per_wijk { wijken } else { 1 } {
            let mut known = None;
            for &moment in &moments {
                let places = course[if course.len() > 1 { epoch(&time.begins, moment) } else { 0 }];
                let factor = factor(model, spec, pool, moment as usize);
                let places = within(places * factor, 0.0, MOST, place, "the number of places")?;
                let room = parts((places * scale).min(MOST));
                if known != Some(room) {
                    rooms.push(Room { time: moment, pool: (first + pool) as u32, room });
                    known = Some(room);
                }
            }
        }
        first += if spec.per_wijk { wijken } else { 1 };
        list.push(resource);
    }
    rooms.sort_by(|a, b| a.time.total_cmp(&b.time).then(a.pool.cmp(&b.pool)));
    Ok((list, rooms))
}

/// What the tables of a resource make of its places, in a wijk and a year of the model.
fn factor(model: &Model, spec: &model::Resource, wijk: usize, year: usize) -> f64 {
    let years = (model.last_year - model.first_year + 1) as usize;
    let mut values = vec![0; model.attributes.len()];
    if let Some(attribute) = model.wijk {
        values[attribute] = wijk as u8;
    }
    spec.tables.iter().map(|&table| model.tables[table].at(&model.attributes, &values, 0, year, years)).product()
}
