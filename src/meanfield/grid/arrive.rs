//! Who comes to live in the town in a step.

use super::super::lanes::Lanes;
use super::super::nodes::origins;
use super::{Desk, Grid, Leaving, Part};
use crate::compile::{Origin, Since};

impl Grid<'_> {
    /// Who arrives in a step, per node.
    #[inline(always)]
    pub(super) fn arrive(&self, part: &Part<'_>, number: usize, year: usize, half: usize, leaving: &Leaving, desk: &mut Desk) {
        let (plan, town) = (&self.plan, self.plan.town);
        desk.inflow.fill(Lanes::ZERO);
        desk.late.clear();
        if town.compiled.streams.is_empty() {
            return;
        }
        let [factors, shares] = self.groups[part.group];
        let entered = &plan.at(number).entered;
        // Whoever comes evenly over the step meets death and departure for half of it only; the step takes the whole factor.
        let spared = leaving.until / leaving.kept;
        if self.joins {
            let life = &part.lives[half % 2];
            let persons = (life.entries - life.born) * 2.0 * plan.step * spared;
            desk.inflow[entered[0]] = shares * persons;
            return;
        }
        let from = number as f64 * plan.step;
        for &index in part.cells {
            let cell = &town.cells[town.at(index, part.node)];
            // A step may hold a birthday: arrivals are by age.
            let birthday = (year as f64 + cell.birthday).clamp(from, from + plan.step);
            for (from, until) in [(from, birthday), (birthday, from + plan.step)] {
                if until <= from {
                    continue;
                }
                town.arrivals(cell, year, from, until, |rate, kind| {
                    let persons = shares * (rate * (until - from) * spared * part.share);
                    if kind.origins[plan.index] == Origin::State(0, Since::Years(0.0)) {
                        desk.inflow[entered[0]] += persons;
                        return;
                    }
                    let factors = (factors * cell.frailty).0;
                    origins(plan.track, kind, plan.index, factors, town.waits(cell), |state, shares, since| {
                        let (node, here) = (entered[state], persons * Lanes(shares));
                        if since == Since::Years(0.0) || node < plan.plain {
                            desk.inflow[node] += here;
                        } else {
                            desk.late.push((node, since, here));
                        }
                    });
                });
            }
        }
    }
}
