//! Frailty: each person's own factor.

use super::factors::FRAILTY;
use super::field::{Bound, Field};
use super::{Checker, number};
use crate::model::raw::{RawFrailtyLaw, RawModel, Unit};
use crate::model::resolved::{Frailty, FrailtyLaw};
use crate::model::tree::Spot;

impl Checker<'_> {
    /// The frailty, if there is one; and that nothing else has its name.
    pub(super) fn frailty(&mut self, raw: &RawModel, spot: Spot<'_>) {
        for (section, taken) in [("table", raw.table.contains_key(FRAILTY)), ("trend", raw.trend.contains_key(FRAILTY))] {
            if taken {
                let message = format!("`{FRAILTY}` cannot be the name of a {section}");
                let help = "in `times` it means the person's own factor; give it another name";
                self.fault("bad-name", spot.at(section).at(FRAILTY).key(), message, "this name", help);
            }
        }
        let Some(frailty) = &raw.frailty else { return };
        let spot = spot.at(FRAILTY);
        let source = self.cite(&frailty.source, spot.at("source")).unwrap_or(0);
        let law = spot.at("law");
        let law = match &frailty.law {
            RawFrailtyLaw::Gamma(gamma) => {
                let field = Field::new("the variance of the frailty", Unit::Number, Bound::Positive);
                FrailtyLaw::Gamma { variance: self.field(&gamma.variance, field, law.at("gamma").at("variance")) }
            }
            RawFrailtyLaw::Lognormal(lognormal) => {
                let field = Field::shape("the sigma of the frailty");
                FrailtyLaw::Lognormal { sigma: self.field(&lognormal.sigma, field, law.at("lognormal").at("sigma")) }
            }
        };
        let household_share = match &frailty.household_share {
            Some(share) => self.field(share, Field::share("the share of a household"), spot.at("household_share")),
            None => number(0.0),
        };
        let (note, grade) = (frailty.source.note.clone(), frailty.grade);
        self.model.frailty = Some(Frailty { law, household_share, source, note, grade });
    }
}
