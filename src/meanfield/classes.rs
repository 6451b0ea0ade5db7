//! Persons who are alike: profiles that nothing in a model tells apart, and what the children of each are like.

use crate::compile::{Birth, Compiled, Initial};
use crate::model::MAX_AGE;
use std::sync::Arc;

const AGES: usize = MAX_AGE + 1;

/// Profiles that nothing tells apart, as classes: one profile of each, and the class of each profile.
pub(super) fn classes(compiled: &Compiled) -> (Vec<usize>, Vec<usize>) {
    let profiles = compiled.profiles.iter().count();
    // Most scenarios share where people start.
    let mut starts: Vec<&Arc<[Initial]>> = Vec::new();
    for track in compiled.scenarios.iter().flat_map(|scenario| &scenario.tracks) {
        if !starts.iter().any(|known| Arc::ptr_eq(known, &track.initial)) {
            starts.push(&track.initial);
        }
    }
    let alike = |one: usize, other: usize| {
        compiled.life.birth.iter().all(|birth| birth.mothers[one] == birth.mothers[other])
            && compiled.tables.iter().all(|table| table.profiles[one] == table.profiles[other])
            && starts.iter().all(|initial| start_alike(initial, one, other))
    };
    let (mut first, mut class_of) = kinds(profiles, alike);
    // Children of one class must be of one class too.
    if let Some(birth) = &compiled.life.birth {
        let children: Vec<_> = (0..profiles).map(|profile| newborn(compiled, birth, profile)).collect();
        loop {
            let children = |profile: usize| children[profile].iter().map(|&(child, _)| class_of[child]);
            let finer = kinds(profiles, |one, other| class_of[one] == class_of[other] && children(one).eq(children(other)));
            let done = finer.0.len() == first.len();
            (first, class_of) = finer;
            if done {
                break;
            }
        }
    }
    (first, class_of)
}

/// Whether those of two profiles start in the same states with the same chances.
pub(super) fn start_alike(initial: &[Initial], one: usize, other: usize) -> bool {
    let [one, other] = [one, other].map(|profile| profile * AGES..(profile + 1) * AGES);
    initial.iter().all(|initial| initial.share[one.clone()] == initial.share[other.clone()])
}

/// Sorts so many things by kind, in order of appearance: the first of each kind, and the kind of each. `alike` tells whether two are of one.
pub(super) fn kinds(count: usize, alike: impl Fn(usize, usize) -> bool) -> (Vec<usize>, Vec<usize>) {
    let mut first = Vec::<usize>::new();
    let of = |thing: usize| {
        first.iter().position(|&other| alike(other, thing)).unwrap_or_else(|| {
            first.push(thing);
            first.len() - 1
        })
    };
    let kind_of = (0..count).map(of).collect();
    (first, kind_of)
}

/// What the children of a profile are like: profile and share.
fn newborn(compiled: &Compiled, birth: &Birth, mother: usize) -> Vec<(usize, f64)> {
    let mut list = vec![(mother, 1.0)];
    for (attribute, cumulated) in &birth.newborn {
        let mut next = Vec::new();
        for &(profile, share) in &list {
            let mut before = 0.0;
            for (value, &upto) in cumulated.iter().enumerate() {
                next.push((compiled.profiles.with(profile, *attribute, value as u8), share * (upto - before)));
                before = upto;
            }
        }
        list = next;
    }
    list
}

/// Per class of mothers: the classes of their children, with shares.
pub(super) fn children(
    compiled: &Compiled,
    birth: &Birth,
    classes: &[(usize, bool)],
    class_of: &[usize],
) -> Vec<Vec<(usize, f64)>> {
    let of = |&(mother, _): &(usize, bool)| {
        newborn(compiled, birth, mother).into_iter().map(|(child, share)| (class_of[child], share)).collect()
    };
    classes.iter().map(of).collect()
}
