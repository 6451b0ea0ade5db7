//! Money and published numbers: prices, domains, lines of the accounts, counts, and years from which figures are others.

use indexmap::IndexMap;
use schemars::JsonSchema;
use serde::Deserialize;

use super::{Grade, RawCitation, RawLabel};

/// Price index of the model.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RawPrices {
    /// Price level of the constant euros that are reported.
    pub constant_year: i32,
    /// Index by calendar year, in any base.
    pub index: IndexMap<String, f64>,
    /// Growth per year after the last given year: 0.025 is two and a half percent.
    #[serde(default)]
    pub growth_after: f64,
    /// Where the figures come from.
    pub source: RawCitation,
    /// Quality of the evidence.
    pub grade: Grade,
}

/// A domain of the accounts.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RawDomain {
    /// What people read.
    pub label: RawLabel,
}

/// A line of the accounts. It has parts (other lines that name it as `part_of`), or one of `spending`, `fixed` and `apart`.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RawAccount {
    /// What people read.
    pub label: RawLabel,
    /// Domain of the accounts.
    pub domain: String,
    /// What the accounts say, by calendar year, in euros of that year; income is negative. A line of which only the parts are
    /// known needs none.
    #[serde(default)]
    pub euro: IndexMap<String, f64>,
    /// The line that this one is a part of. Parts add up to the cent in every year of the whole.
    pub part_of: Option<String>,
    /// What is booked here, as a share of what it costs: all states of a `track`, a state written `track.state`, or an attached cost
    /// written `track.attached.name`. Income that is attached counts as a negative cost. If the model has accounts, all of every cost
    /// is booked.
    #[serde(default)]
    pub spending: IndexMap<String, f64>,
    /// Why no track explains it. The model then takes the amount of the accounts; in years without one that of the nearest year,
    /// at the price level of the year.
    pub fixed: Option<RawLabel>,
    /// Why it stands beside the spending, such as a budget set elsewhere: it is shown, and nothing is compared with it.
    pub apart: Option<RawLabel>,
    /// What a reader must know of it, such as another figure in the same source.
    pub remark: Option<RawLabel>,
    /// Where the amounts come from.
    pub source: RawCitation,
    /// Quality of the evidence.
    pub grade: Grade,
}

/// A published number of persons, indicaties or the like, and what of the model it is held against.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RawCount {
    /// What people read.
    pub label: RawLabel,
    /// Domain under which it is shown.
    pub domain: String,
    /// What is counted over the calendar year.
    pub metric: CountMetric,
    /// Where: a domain, a track, or a state written `track.state`. Several are summed, if the metric adds up.
    pub of: Vec<String>,
    /// Only those with an indicatie (in layer maatwerk) of that domain or track.
    #[serde(default)]
    pub clients: bool,
    /// What is published, by calendar year. In a year without a value the line is not shown.
    #[serde(default)]
    pub value: IndexMap<String, f64>,
    /// Another count: the line is then how many of this one there are for each of that one, and so is `value`.
    pub per: Option<String>,
    /// What a reader must know of it, such as another figure in the same source.
    pub remark: Option<RawLabel>,
    /// Where the numbers come from.
    pub source: RawCitation,
    /// Quality of the evidence.
    pub grade: Grade,
}

/// What is counted over a calendar year, as in `periods.parquet`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum CountMetric {
    /// Persons who were there at any moment, each counted once. Those of several do not add up.
    UniquePersons,
    /// Person-years: the mean number of persons over the year.
    PersonYears,
    /// Persons on 1 January.
    StockStart,
    /// Persons on 31 December.
    StockEnd,
    /// Entries.
    Starts,
    /// Exits.
    Ends,
    /// Indicaties valid at any moment.
    IndicatiesValid,
}

impl CountMetric {
    /// Name in models and files.
    pub fn name(self) -> &'static str {
        match self {
            Self::UniquePersons => "unique_persons",
            Self::PersonYears => "person_years",
            Self::StockStart => "stock_start",
            Self::StockEnd => "stock_end",
            Self::Starts => "starts",
            Self::Ends => "ends",
            Self::IndicatiesValid => "indicaties_valid",
        }
    }

    /// Whether the numbers of several places may be summed.
    pub fn adds_up(self) -> bool {
        self != Self::UniquePersons
    }
}

/// A change of law or of registration, after which figures are not comparable with those before.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RawBreak {
    /// What people read.
    pub label: RawLabel,
    /// First calendar year of the new figures.
    pub year: i32,
    /// Tracks whose figures they are.
    pub tracks: Vec<String>,
    /// Where it is described.
    pub source: RawCitation,
    /// Quality of the evidence.
    pub grade: Grade,
}
