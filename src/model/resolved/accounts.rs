//! Money and published numbers: prices, domains, lines of the accounts, counts, and years from which figures are others.

use super::{CountMetric, Grade, Label, Origin};

/// Prices.
#[derive(Debug, Clone)]
pub struct Prices {
    /// Price level of constant euros.
    pub constant_year: i32,
    /// First calendar year of `index`.
    pub first_year: i32,
    /// Index per calendar year, without gaps, through every year that the model can need.
    pub index: Vec<f64>,
    /// Where it comes from; without prices in the model, nowhere.
    pub origin: Option<Origin>,
}

impl Prices {
    /// Factor from the price level of year `from` to that of year `to`.
    pub fn factor(&self, from: i32, to: i32) -> f64 {
        let at = |year: i32| {
            let last = self.index.len() as i64 - 1;
            self.index[(i64::from(year) - i64::from(self.first_year)).clamp(0, last) as usize]
        };
        at(to) / at(from)
    }
}

/// A line of the accounts.
#[derive(Debug, Clone)]
pub struct Account {
    /// Name.
    pub name: String,
    /// What people read.
    pub label: Label,
    /// Domain id.
    pub domain: usize,
    /// What the accounts say: calendar years, rising, with euros of that year; income is negative.
    pub euro: Vec<(i32, f64)>,
    /// The line that this one is a part of.
    pub part_of: Option<usize>,
    /// What it consists of.
    pub content: Content,
    /// What a reader must know of it.
    pub remark: Option<Label>,
    /// Source id of the amounts.
    pub source: usize,
    /// Place in the source, and how the amounts were derived.
    pub note: Option<String>,
    /// Quality of the evidence.
    pub grade: Grade,
}

impl Account {
    /// What the accounts say of a calendar year, in euros.
    pub fn in_year(&self, year: i32) -> Option<f64> {
        of_year(&self.euro, year)
    }

    /// The amount of the year nearest to `year`, the earlier of two, at the price level of `year`; `None` if there is none.
    pub fn indexed(&self, year: i32, prices: &Prices) -> Option<f64> {
        let nearest = self.euro.iter().min_by_key(|&&(of, _)| of.abs_diff(year))?;
        Some(nearest.1 * prices.factor(nearest.0, year))
    }

    /// What of the tracks is booked on it.
    pub fn bookings(&self) -> &[Booking] {
        if let Content::Spending(bookings) = &self.content { bookings } else { &[] }
    }
}

/// What a line of the accounts consists of.
#[derive(Debug, Clone, PartialEq)]
pub enum Content {
    /// Other lines.
    Parts,
    /// What states cost.
    Spending(Vec<Booking>),
    /// The amount of the accounts, since no track explains it, for this reason.
    Fixed(Label),
    /// Nothing of the model: it stands beside the spending, for this reason.
    Apart(Label),
}

/// A share of what something on a track costs.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Booking {
    /// Track id.
    pub track: usize,
    /// What of the track.
    pub of: Booked,
    /// More than 0, at most 1.
    pub share: f64,
}

/// What of a track is booked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Booked {
    /// All of it but attached costs.
    States,
    /// The state with this id.
    State(usize),
    /// The attached cost with this id.
    Attached(usize),
}

/// A published number of persons, indicaties or the like.
#[derive(Debug, Clone)]
pub struct Count {
    /// Name.
    pub name: String,
    /// What people read.
    pub label: Label,
    /// Domain id.
    pub domain: usize,
    /// What is counted.
    pub metric: CountMetric,
    /// Where. No state is among them twice; one alone if the metric does not add up.
    pub of: Vec<Counted>,
    /// Whether only persons in layer maatwerk count; then every place is a domain or track that has such a state.
    pub clients: bool,
    /// What is published: calendar years, rising, with numbers of 0 or more.
    pub value: Vec<(i32, f64)>,
    /// Id of the count that this one is divided by; that one is no ratio.
    pub per: Option<usize>,
    /// What a reader must know of it.
    pub remark: Option<Label>,
    /// Source id of the numbers.
    pub source: usize,
    /// Place in the source, and how the numbers were derived.
    pub note: Option<String>,
    /// Quality of the evidence.
    pub grade: Grade,
}

impl Count {
    /// What is published of a calendar year.
    pub fn in_year(&self, year: i32) -> Option<f64> {
        of_year(&self.value, year)
    }
}

/// Where persons are counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Counted {
    /// Anywhere inside the pyramid on a track of this domain id.
    Domain(usize),
    /// Anywhere inside the pyramid on this track id.
    Track(usize),
    /// In this state id of this track id.
    State(usize, usize),
}

/// The number of a year among those of several.
fn of_year(numbers: &[(i32, f64)], year: i32) -> Option<f64> {
    numbers.iter().find(|&&(of, _)| of == year).map(|&(_, number)| number)
}

/// A year from which figures are not comparable with those before.
#[derive(Debug, Clone)]
pub struct Break {
    /// Name.
    pub name: String,
    /// What people read.
    pub label: Label,
    /// First calendar year of the new figures; later than the model's first.
    pub year: i32,
    /// Track ids whose figures they are; at least one, each once.
    pub tracks: Vec<usize>,
    /// Source id.
    pub source: usize,
    /// Place in the source.
    pub note: Option<String>,
    /// Quality of the evidence.
    pub grade: Grade,
}

/// A domain.
#[derive(Debug, Clone)]
pub struct Domain {
    /// Name.
    pub name: String,
    /// What people read.
    pub label: Label,
}
