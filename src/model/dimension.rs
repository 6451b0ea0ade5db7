//! Units as products of powers, so that an expression can be checked: euros per hour times hours per week is euros per year.
//!
//! Figures of one person are per person by nature: a hazard is per year, a cost euros per year. Only counts of persons
//! carry the dimension person.

use super::raw::Unit;
use std::fmt;

/// Powers of the base dimensions.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Dimension {
    /// Power of euro.
    pub(super) euro: i8,
    /// Power of person.
    pub(super) person: i8,
    /// Power of year.
    pub(super) year: i8,
    /// Power of hour (of help).
    pub(super) hour: i8,
}

impl Dimension {
    /// A pure number.
    pub(super) const NONE: Self = Self { euro: 0, person: 0, year: 0, hour: 0 };

    /// The dimension of a unit.
    pub(super) fn of(unit: Unit) -> Self {
        match unit {
            Unit::Factor | Unit::Share | Unit::Number => Self::NONE,
            Unit::PerYear => Self { year: -1, ..Self::NONE },
            Unit::PersonsPerYear => Self { person: 1, year: -1, ..Self::NONE },
            Unit::Years => Self { year: 1, ..Self::NONE },
            Unit::HoursPerWeek => Self { hour: 1, year: -1, ..Self::NONE },
            Unit::Euro => Self { euro: 1, ..Self::NONE },
            Unit::EuroPerPersonYear => Self { euro: 1, year: -1, ..Self::NONE },
            Unit::EuroPerHour => Self { euro: 1, hour: -1, ..Self::NONE },
            Unit::Persons => Self { person: 1, ..Self::NONE },
        }
    }

    /// The dimension of a product (`sign` 1) or quotient (`sign` -1).
    #[must_use]
    pub(super) fn times(self, other: Self, sign: i8) -> Self {
        let power = |a: i8, b: i8| a.saturating_add(b.saturating_mul(sign));
        Self {
            euro: power(self.euro, other.euro),
            person: power(self.person, other.person),
            year: power(self.year, other.year),
            hour: power(self.hour, other.hour),
        }
    }
}

impl fmt::Display for Dimension {
    /// Such as `euro / year`; a pure number reads `a pure number`.
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let powers = [("euro", self.euro), ("person", self.person), ("hour", self.hour), ("year", self.year)];
        let side = |sign: i8| {
            let mut words = Vec::new();
            for (name, power) in powers {
                if power.signum() == sign {
                    let size = power.unsigned_abs();
                    words.push(if size == 1 { name.to_owned() } else { format!("{name}^{size}") });
                }
            }
            words.join(" × ")
        };
        match (side(1), side(-1)) {
            (above, below) if above.is_empty() && below.is_empty() => write!(out, "a pure number"),
            (above, below) if below.is_empty() => write!(out, "{above}"),
            (above, below) => write!(out, "{} / {below}", if above.is_empty() { "1" } else { &above }),
        }
    }
}

/// A unit as it is written in TOML.
pub(super) fn word(unit: Unit) -> &'static str {
    match unit {
        Unit::Factor => "factor",
        Unit::Share => "share",
        Unit::PerYear => "per_year",
        Unit::PersonsPerYear => "persons_per_year",
        Unit::Years => "years",
        Unit::HoursPerWeek => "hours_per_week",
        Unit::Euro => "euro",
        Unit::EuroPerPersonYear => "euro_per_person_year",
        Unit::EuroPerHour => "euro_per_hour",
        Unit::Persons => "persons",
        Unit::Number => "number",
    }
}
