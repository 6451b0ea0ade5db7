//! Persons who are alike: profiles that nothing in a model tells apart, and what the children of each are like.

use std::collections::BTreeMap;

use crate::compile::{Birth, Compiled, Initial};
use crate::model::MAX_AGE;
use std::sync::Arc;

const AGES: usize = MAX_AGE + 1;

/// Profiles that nothing tells apart, as classes: one profile of each, and the class of each profile.
pub(super) fn classes(compiled: &Compiled) -> (Vec<usize>, Vec<usize>) {
    let profiles = compiled.profiles.iter().count();
    let mut class_of: Vec<usize> = vec![0; profiles];
    // Most scenarios share where people start.
    let mut starts: Vec<&Arc<[Initial]>> = Vec::new();
    for track in compiled.scenarios.iter().flat_map(|scenario| &scenario.tracks) {
        if !starts.iter().any(|known| Arc::ptr_eq(known, &track.initial)) {
            starts.push(&track.initial);
        }
    }
    let signature = |profile: usize| -> Vec<u64> {
        let mut words = Vec::new();
        for table in &compiled.tables {
            let (factor, row) = table.profiles[profile];
            words.extend([factor.to_bits(), row as u64]);
        }
        for initial in starts.iter().flat_map(|initial| initial.iter()) {
            words.extend(initial.share[profile * AGES..][..AGES].iter().map(|share| share.to_bits()));
        }
        words.extend(compiled.life.birth.iter().map(|birth| u64::from(birth.mothers[profile])));
        words
    };
    let mut count = number(&mut class_of, (0..profiles).map(signature));
    // Children of one class must be of one class too.
    if let Some(birth) = &compiled.life.birth {
        loop {
            let known = class_of.clone();
            let signature = |profile: usize| {
                let mut words = vec![known[profile] as u64];
                words.extend(newborn(compiled, birth, profile).into_iter().map(|(child, _)| known[child] as u64));
                words
            };
            let finer = number(&mut class_of, (0..profiles).map(signature));
            if finer == count {
                break;
            }
            count = finer;
        }
    }
    let first = |class: usize| class_of.iter().position(|&other| other == class).unwrap_or(0);
    ((0..count).map(first).collect(), class_of)
}

/// Numbers the different signatures in order of appearance; returns how many there are.
fn number(class_of: &mut [usize], signatures: impl Iterator<Item = Vec<u64>>) -> usize {
    let mut known = BTreeMap::new();
    for (class, signature) in class_of.iter_mut().zip(signatures) {
        let next = known.len();
        *class = *known.entry(signature).or_insert(next);
    }
    known.len()
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
