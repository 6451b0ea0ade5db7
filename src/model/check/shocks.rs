//! Common shocks.

use super::field::{Bound, Field};
use super::{Checker, label};
use crate::model::raw::{RawModel, Unit};
use crate::model::resolved::Shock;
use crate::model::tree::Spot;

impl Checker<'_> {
    /// All shocks, in declared order.
    pub(super) fn shocks(&mut self, raw: &RawModel, spot: Spot<'_>) {
        for (name, shock) in &raw.shock {
            let place = spot.at("shock").at(name);
            self.good_name("shock", name, true, place.key());
            let source = self.cite(&shock.source, place.at("source")).unwrap_or(0);
            let sigma = Field::new("the sigma of a shock", Unit::Number, Bound::NotNegative);
            let sigma = self.field(&shock.sigma, sigma, place.at("sigma"));
            let persistence = self.field(&shock.persistence, Field::share("the persistence"), place.at("persistence"));
            self.model.shocks.push(Shock {
                name: name.clone(),
                label: label(shock.label.as_ref(), name),
                sigma,
                persistence,
                source,
                note: shock.source.note.clone(),
                grade: shock.grade,
            });
        }
    }
}
