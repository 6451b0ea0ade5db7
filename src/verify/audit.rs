//! The books of every member of every run, audited where it is made.

use super::identities;
use crate::compile::Layout;
use crate::ensemble::{EnsembleError, Members};
use crate::model::Model;
use std::ops::Range;

/// Members whose books must balance before anybody may use them: see [`identities()`].
pub struct Audited<'a> {
    /// Who makes the members.
    pub members: &'a dyn Members,
    /// What they are members of.
    pub model: &'a Model,
}

impl std::fmt::Debug for Audited<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Audited({})", self.model.name)
    }
}

impl Members for Audited<'_> {
    fn layout(&self) -> &Layout {
        self.members.layout()
    }

    fn parameters(&self, draw: u32) -> Vec<f64> {
        self.members.parameters(draw)
    }

    fn run(
        &self,
        draw: u32,
        replications: Range<u32>,
        each: &mut dyn FnMut(u32, Vec<Vec<i64>>) -> bool,
    ) -> Result<(), EnsembleError> {
        let mut fault = None;
        self.members.run(draw, replications, &mut |replication, counts| {
            let unbalanced = counts.iter().find_map(|counts| identities(self.layout(), self.model, counts).err());
            if let Some(reason) = unbalanced {
                fault = Some(EnsembleError::Unbalanced { draw, replication, reason });
                return false;
            }
            each(replication, counts)
        })?;
        fault.map_or(Ok(()), Err)
    }
}
