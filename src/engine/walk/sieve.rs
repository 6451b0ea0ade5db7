//! Which of many numbers of a person fall below their bounds. Most fall above all of them, so that these are drawn side by side, and what
//! the others mean is found out one by one.

use crate::luck::{self, Lane, PersonId};
use std::collections::BTreeMap;
use std::ops::Range;

/// Where a number is drawn.
#[derive(Debug)]
pub(super) struct Mesh<'a> {
    pub(super) lane: &'a Lane,
    pub(super) item: u32,
    /// Whether the person's frailty multiplies its bound.
    pub(super) frail: bool,
}

/// How many numbers are drawn side by side.
const WIDTH: usize = luck::Row::LENGTH;

/// Numbers that are drawn side by side.
#[derive(Debug)]
struct Row {
    luck: luck::Row,
    frail: [bool; WIDTH],
    /// Which of the meshes they are.
    meshes: [u32; WIDTH],
}

/// What is drawn of persons of a cell: rows, and the bounds of the first of them.
#[derive(Debug)]
struct Cell {
    rows: Range<usize>,
    bounds: usize,
}

/// What a number must fall below to be let through.
#[derive(Debug, Clone, Copy)]
pub(super) struct Bound {
    /// Over the horizon, and per year that somebody is here: the lower of the two holds.
    pub(super) whole: f64,
    pub(super) yearly: f64,
}

impl Bound {
    /// Lets nothing through.
    pub(super) const NOTHING: Self = Self::fixed(0.0);

    /// The same however long somebody is here, of whom it is to be said that it is a year.
    pub(super) const fn fixed(most: f64) -> Self {
        Self { whole: most, yearly: most }
    }
}

/// Bounds that are looked at side by side.
#[derive(Debug)]
struct Bounds {
    whole: [f64; WIDTH],
    yearly: [f64; WIDTH],
}

/// Numbers to draw, per cell of persons who have the same bounds.
#[derive(Debug)]
pub(super) struct Sieve {
    cells: Vec<Cell>,
    rows: Vec<Row>,
    bounds: Vec<Bounds>,
}

impl Sieve {
    /// Numbers of a hulpvraag at `meshes`, for cells of persons with bounds of these. A bound of 0 lets nothing through, and is not drawn.
    pub(super) fn new(question: u32, meshes: &[Mesh<'_>], cells: impl Iterator<Item = Vec<Bound>>) -> Self {
        let (mut sieve, mut known) = (Self { cells: Vec::new(), rows: Vec::new(), bounds: Vec::new() }, BTreeMap::new());
        for bounds in cells {
            let mut open: Vec<usize> = (0..meshes.len()).filter(|&mesh| bounds[mesh].whole > 0.0).collect();
            let drawn = open.len();
            // The last row is filled up with what is drawn already, and not let through.
            open.resize(drawn.next_multiple_of(WIDTH), open.first().copied().unwrap_or(0));
            let begin = sieve.bounds.len();
            sieve.bounds.extend(open.chunks_exact(WIDTH).enumerate().map(|(row, meshes)| {
                let bound = |place| if WIDTH * row + place < drawn { bounds[meshes[place]] } else { Bound::NOTHING };
                let of = |part: fn(Bound) -> f64| std::array::from_fn(|place| part(bound(place)));
                Bounds { whole: of(|bound| bound.whole), yearly: of(|bound| bound.yearly) }
            }));
            let rows = known.entry(open).or_insert_with_key(|open| {
                let begin = sieve.rows.len();
                sieve.rows.extend(open.chunks_exact(WIDTH).map(|row| {
                    let row: [usize; WIDTH] = std::array::from_fn(|place| row[place]);
                    Row {
                        luck: luck::Row::new(question, row.map(|mesh| (meshes[mesh].lane, meshes[mesh].item))),
                        frail: row.map(|mesh| meshes[mesh].frail),
                        meshes: row.map(|mesh| mesh as u32),
                    }
                }));
                begin..sieve.rows.len()
            });
            sieve.cells.push(Cell { rows: rows.clone(), bounds: begin });
        }
        sieve
    }

    /// Calls `found` with each mesh of a cell that lets the number of a person through who is here for `stay` years, and the number. If
    /// `from_top`, numbers count from one down.
    #[expect(clippy::inline_always, reason = "it is as wide as its caller")]
    #[inline(always)]
    pub(super) fn shake(
        &self,
        cell: usize,
        person: PersonId,
        frailty: f64,
        stay: f64,
        from_top: bool,
        mut found: impl FnMut(usize, f64),
    ) {
        let Cell { rows, bounds } = &self.cells[cell];
        let rows = &self.rows[rows.clone()];
        for (row, bounds) in rows.iter().zip(&self.bounds[*bounds..]) {
            let numbers = row.luck.ones(person);
            let mut through = 0;
            for place in 0..WIDTH {
                let number = if from_top { 1.0 - numbers[place] } else { numbers[place] };
                let [whole, brief] = [bounds.whole[place], bounds.yearly[place] * stay];
                let bound = if whole < brief { whole } else { brief };
                let bound = if row.frail[place] { bound * frailty } else { bound };
                through |= u32::from(number < bound) << place;
            }
            while through != 0 {
                let place = through.trailing_zeros() as usize;
                found(row.meshes[place] as usize, numbers[place]);
                through &= through - 1;
            }
        }
    }
}
