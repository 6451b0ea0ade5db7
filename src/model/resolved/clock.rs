//! When persons move: hazards, times in a state, and ages.

use crate::model::expression::Expression;

/// When a move happens.
#[derive(Debug, Clone)]
pub enum Clock {
    /// A rate.
    Hazard(Hazard),
    /// A time in the state.
    Dwell(Dwell),
    /// An exact age.
    Age(Ages),
}

/// An exact age, the same for everybody or by date of birth.
#[derive(Debug, Clone, PartialEq)]
pub struct Ages {
    /// Rising dates of birth, with the age in years of who is born before it and not before an earlier one. On the model's clock, in
    /// calendar years; years since the start in a draw.
    pub born_before: Vec<(f64, f64)>,
    /// Age of all others, years.
    pub others: f64,
}

impl Ages {
    /// Age in years of who is born at a moment, on the clock of the dates.
    #[inline]
    pub fn of(&self, born: f64) -> f64 {
        self.born_before.iter().find(|(date, _)| born < *date).map_or(self.others, |(_, age)| *age)
    }

    /// The same with dates in years since `start`.
    #[must_use]
    pub fn since(&self, start: f64) -> Self {
        Self { born_before: self.born_before.iter().map(|(date, age)| (date - start, *age)).collect(), others: self.others }
    }
}

/// A rate per year.
#[derive(Debug, Clone)]
pub struct Hazard {
    /// Rate before factors.
    pub per_year: Expression,
    /// Table ids.
    pub tables: Vec<usize>,
    /// Trend ids.
    pub trends: Vec<usize>,
    /// Shock ids.
    pub shocks: Vec<usize>,
    /// Whether the person's frailty multiplies it.
    pub frail: bool,
    /// Other tracks that it reads.
    pub while_in: Vec<Coupling>,
    /// Informal overload.
    pub overload: Option<Overload>,
}

/// Factors on a hazard by the state of another track.
#[derive(Debug, Clone, PartialEq)]
pub struct Coupling {
    /// Track id.
    pub track: usize,
    /// A factor for every state of that track, in order.
    pub factors: Vec<Expression>,
    /// The factor of those that are not named.
    pub otherwise: Expression,
}

/// A factor on a hazard while the others of the household need much informal help.
#[derive(Debug, Clone)]
pub struct Overload {
    /// More hours a week than this, over all tracks and all others who are here.
    pub above_hours_per_week: Expression,
    /// The factor.
    pub factor: Expression,
}

/// A time in a state, years.
#[derive(Debug, Clone)]
pub enum Dwell {
    /// Exponential.
    Exponential {
        /// Mean.
        mean: Expression,
    },
    /// Weibull, survival `exp(-(t/scale)^shape)`.
    Weibull {
        /// Scale.
        scale: Expression,
        /// Shape.
        shape: Expression,
    },
    /// Gamma.
    Gamma {
        /// Mean.
        mean: Expression,
        /// Shape.
        shape: Expression,
    },
    /// Log-normal.
    Lognormal {
        /// Median.
        median: Expression,
        /// Standard deviation of the logarithm.
        sigma: Expression,
    },
    /// Uniform.
    Uniform {
        /// Shortest.
        min: Expression,
        /// Longest.
        max: Expression,
    },
    /// Fixed.
    Fixed(Expression),
    /// Histogram.
    Empirical {
        /// Bin edges, rising, one more than shares.
        edges: Vec<f64>,
        /// Shares that sum to one.
        shares: Vec<f64>,
    },
}
