//! The model language as people write it: one Rust type per TOML table.
//!
//! These types are the single source of the language. `serde` reads them, `schemars` turns their comments into the
//! JSON Schema, and [`super::shape`] walks that same schema to find every structural fault with its place. So a key
//! exists exactly when it stands here.
//!
//! A model is a folder. `model.toml`, `sources.toml` and every file under `tracks/` are merged into one [`RawModel`];
//! every file under `scenarios/` is one [`RawScenario`], named after the file.

mod plan;

use indexmap::IndexMap;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

pub use plan::{
    Keeper, RawCash, RawClause, RawContract, RawContractBase, RawFollows, RawMinimum, RawPlan, RawPlanClaim, RawPlanDomain,
    RawPlanLine, RawPlanRemark, Trigger,
};

/// A model folder: everything but its scenarios.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RawModel {
    /// Name, period and reporting of the model.
    pub model: RawHeader,
    /// Attributes of a person besides age: sex, wijk, income class. Fixed for life.
    #[serde(default)]
    pub attribute: IndexMap<String, RawAttribute>,
    /// Who lives here at the start.
    pub population: RawPopulation,
    /// Births, deaths and departures. Without it nobody is born, dies or leaves.
    pub demography: Option<RawDemography>,
    /// Poisson streams of arriving persons.
    #[serde(default)]
    pub stream: IndexMap<String, RawStream>,
    /// Tables of factors by attribute, age and year.
    #[serde(default)]
    pub table: IndexMap<String, RawTable>,
    /// Factors by calendar year, the same for everybody: growth, and years that are unlike others.
    #[serde(default)]
    pub trend: IndexMap<String, RawTrend>,
    /// Yearly common shocks (economy, tariff rounds, law), the same for everybody and in every scenario.
    #[serde(default)]
    pub shock: IndexMap<String, RawShock>,
    /// Why some persons need several things at once: a factor of their own on the hazards that name `frailty`.
    pub frailty: Option<RawFrailty>,
    /// Price index, to move amounts between price levels.
    pub prices: Option<RawPrices>,
    /// Domains of the accounts: `wmo`, `jeugd`, `werk_en_inkomen`.
    #[serde(default)]
    pub domain: IndexMap<String, RawDomain>,
    /// Lines of the municipality's accounts, and what of the tracks is booked on each.
    #[serde(default)]
    pub account: IndexMap<String, RawAccount>,
    /// Published numbers of clients, indicaties and the like, to hold a run against.
    #[serde(default)]
    pub count: IndexMap<String, RawCount>,
    /// Years from which figures are not comparable with those before.
    #[serde(default, rename = "break")]
    pub breaks: IndexMap<String, RawBreak>,
    /// A plan that books savings.
    pub plan: Option<RawPlan>,
    /// Lump sums that a scenario may replace tariffs by.
    #[serde(default)]
    pub contract: IndexMap<String, RawContract>,
    /// When a change of volume becomes a change of what the municipality pays. What no entry names follows at once.
    #[serde(default)]
    pub cash: IndexMap<String, RawCash>,
    /// Uncertain and fixed numbers, by name.
    #[serde(default)]
    pub parameter: IndexMap<String, RawParameter>,
    /// Pairs of parameters whose values go together. A pair that is not named is independent.
    #[serde(default)]
    pub correlation: Vec<RawCorrelation>,
    /// What runs out: places of basisondersteuning, hours of staff.
    #[serde(default)]
    pub resource: IndexMap<String, RawResource>,
    /// Kinds of need (sporen), each with its own states; every person runs all of them side by side.
    #[serde(default)]
    pub track: IndexMap<String, RawTrack>,
    /// What is not in the model yet, or simpler in it than it is.
    #[serde(default)]
    pub limit: Vec<RawLimit>,
    /// Where figures come from, by key.
    #[serde(default)]
    pub source: IndexMap<String, RawSource>,
}

/// Name, period and reporting of the model.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RawHeader {
    /// Short name: lower case, digits, hyphens.
    pub name: String,
    /// What people read.
    pub label: RawLabel,
    /// What a reader should know of the whole model first. A blank line begins a new paragraph.
    pub about: Option<RawLabel>,
    /// First calendar year; the model starts on 1 January of it.
    pub first_year: i32,
    /// Last calendar year that can be simulated, inclusive.
    pub last_year: i32,
    /// Last calendar year of a run that does not say `--horizon`. Default: `last_year`.
    pub default_last_year: Option<i32>,
    /// Lower bounds of the age bands in `by_age.parquet`, starting with 0. Default: no age table.
    pub report_ages: Option<Vec<u8>>,
}

/// A text in Dutch and English.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RawLabel {
    /// Dutch, language level B1.
    pub nl: String,
    /// English.
    pub en: String,
}

/// What is not in the model yet, or simpler in it than it is.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RawLimit {
    /// What it is about, in a few words.
    pub label: RawLabel,
    /// What is left out and what that does. A blank line begins a new paragraph.
    pub about: RawLabel,
    /// Quality of the evidence for what is done instead.
    pub grade: Option<Grade>,
}

/// One attribute of a person.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RawAttribute {
    /// What people read.
    pub label: Option<RawLabel>,
    /// Its values, in the order of tables. The attribute named `wijk` gives `by_wijk.parquet`.
    pub values: Vec<String>,
}

/// Who lives here at the start.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RawPopulation {
    /// CSV with a column `persons` (a count), a column per attribute, `age` (whole years) if the model uses age,
    /// and optionally per track a column with the track's name (the state at the start) and `<track>.elapsed_years`
    /// (years since that state was entered, or the word `stationary`). Lines with the same word in a column `household` live
    /// together: so many households as `persons` says, one person of each line in each; the first line is the referent.
    pub file: String,
    /// Where the figures come from.
    pub source: Option<RawCitation>,
    /// Quality of the evidence.
    pub grade: Option<Grade>,
}

/// Births, deaths and departures. They never read a track, so the same persons live in every scenario.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RawDemography {
    /// Hazard of death.
    pub death: Option<RawHazard>,
    /// Hazard of leaving the municipality.
    pub leave: Option<RawHazard>,
    /// Births to persons of given attributes.
    pub birth: Option<RawBirth>,
}

/// Births: a hazard per possible mother, and what the newborn is like.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RawBirth {
    /// Births per possible mother.
    pub hazard: RawHazard,
    /// Who can be a mother: attribute = value. Example: `{ sex = "vrouw" }`.
    #[serde(default)]
    pub mothers: IndexMap<String, String>,
    /// Attributes drawn for the newborn: per attribute the share of each value. Others are the mother's.
    #[serde(default)]
    pub newborn: IndexMap<String, IndexMap<String, Number>>,
}

/// A Poisson stream of arriving persons.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RawStream {
    /// What people read.
    pub label: Option<RawLabel>,
    /// Arrivals per year.
    pub rate: RawRate,
    /// CSV as the population's, with `weight` (relative frequency) instead of `persons`; persons of one household arrive together.
    /// Absent: all arrivals are alike
    /// (the first value of every attribute, age 0, the first state of every track).
    pub persons: Option<String>,
    /// Begin with the persons a stationary stream would already have in the state it enters. Only for a constant rate
    /// and a state left by one dwell time.
    #[serde(default)]
    pub stationary: bool,
    /// Only those already there at the start: nobody arrives later. Needs `stationary`.
    #[serde(default)]
    pub closed: bool,
    /// Where the figures come from.
    pub source: Option<RawCitation>,
    /// Quality of the evidence.
    pub grade: Option<Grade>,
}

/// Intensity of a Poisson stream, in arrivals per year.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum RawRate {
    /// The same in every year.
    PerYear(Number),
    /// One value per calendar year; all years of the model must be there.
    ByYear(IndexMap<String, Number>),
    /// `mean × (1 + amplitude × cos(2π(t - peak)))`, with t in years.
    Sinusoidal(RawSinusoid),
}

/// A seasonal intensity.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RawSinusoid {
    /// Mean arrivals per year.
    pub mean_per_year: Number,
    /// Size of the swing as a share of the mean, 0 to 1.
    pub amplitude: Number,
    /// Moment of the peak as a share of the year, 0 to 1.
    pub peak: Number,
}

/// A table of numbers by attribute, age and year.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RawTable {
    /// CSV with a column per dimension (attribute names, `age`, `year`) and a column `value`. An age is `40`, `40-44`
    /// or `95+`; a year `2021`, `2021-2023` or `2024+`. Every combination must be given exactly once.
    pub file: Option<String>,
    /// Or here, for one dimension: `{ band = { a = 0.6, b = 1.0 } }`.
    pub values: Option<IndexMap<String, IndexMap<String, f64>>>,
    /// Unit of the values.
    pub unit: Unit,
    /// Where the figures come from.
    pub source: RawCitation,
    /// Quality of the evidence.
    pub grade: Grade,
}

/// A factor by calendar year: either growing by a fixed share on every 1 January, or given for each year.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RawTrend {
    /// Growth factor per year: 1.02 is two percent up. Needs `reference_year`.
    pub factor_per_year: Option<Number>,
    /// Calendar year in which the growing factor is one.
    pub reference_year: Option<i32>,
    /// Or the factor of each year: `{ 2019 = 1, 2020-2021 = "1 - 0.1 * covid", "2022+" = 1 }`. Every year of the model must be
    /// given exactly once.
    pub by_year: Option<IndexMap<String, Number>>,
}

/// A common shock: a factor per calendar year with mean one, whose logarithm is a stationary AR(1) process.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RawShock {
    /// What people read.
    pub label: Option<RawLabel>,
    /// Standard deviation of the logarithm of the factor, in every year: 0.1 is about ten percent up or down.
    pub sigma: Number,
    /// Correlation of the logarithm with that of the year before, 0 (each year anew) to 1 (for good).
    pub persistence: Number,
    /// Where the figures come from.
    pub source: RawCitation,
    /// Quality of the evidence.
    pub grade: Grade,
}

/// Frailty: each person's own factor for life, with mean one, on every hazard that names `frailty`.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RawFrailty {
    /// How the factor differs between persons.
    pub law: RawFrailtyLaw,
    /// Share of it that persons of one household have in common, 0 to 1: the correlation of their normal scores. It leaves
    /// each person's own law unchanged. Default: 0.
    pub household_share: Option<Number>,
    /// Where the figures come from.
    pub source: RawCitation,
    /// Quality of the evidence.
    pub grade: Grade,
}

/// Law of the frailty, with mean one.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum RawFrailtyLaw {
    /// Gamma with a variance.
    Gamma(RawGammaFrailty),
    /// Log-normal with the standard deviation of the logarithm.
    Lognormal(RawLognormalFrailty),
}

/// Gamma frailty.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RawGammaFrailty {
    /// Variance of the factor; its mean is one.
    pub variance: Number,
}

/// Log-normal frailty.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RawLognormalFrailty {
    /// Standard deviation of the natural logarithm of the factor; its mean is one.
    pub sigma: Number,
}

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

/// A number with a name.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RawParameter {
    /// What people read.
    pub label: Option<RawLabel>,
    /// Unit of the value.
    pub unit: Unit,
    /// What we believe of the value before looking at the targets.
    pub prior: RawPrior,
    /// Where the figure comes from.
    pub source: RawCitation,
    /// Quality of the evidence.
    pub grade: Grade,
    /// What was believed before, by the last calendar year in which it was: a scenario with `knowledge` of that year or of one before it
    /// takes this in place of `prior`. Only effects of measures may read such a parameter.
    #[serde(default)]
    pub until: IndexMap<String, RawBelief>,
}

/// What was believed of a parameter before more was known.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RawBelief {
    /// What was believed of the value.
    pub prior: RawPrior,
    /// Where it came from.
    pub source: RawCitation,
    /// Quality of the evidence.
    pub grade: Grade,
}

/// Two parameters whose values go together, by a Gaussian copula: each keeps its own prior.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RawCorrelation {
    /// The two parameters; both have an uncertain prior.
    pub between: Vec<String>,
    /// Correlation of their normal scores, between -1 and 1. The rank correlation is 6/π × asin(rho / 2).
    pub rho: f64,
    /// Where the figure comes from.
    pub source: RawCitation,
    /// Quality of the evidence.
    pub grade: Grade,
}

/// Units of parameters, tables and fields.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Unit {
    /// A pure factor, 0 or more.
    Factor,
    /// A share or probability, 0 to 1.
    Share,
    /// Events per person per year.
    PerYear,
    /// Persons (or events) per year.
    PersonsPerYear,
    /// Years.
    Years,
    /// Hours per week.
    HoursPerWeek,
    /// Euros.
    Euro,
    /// Euros per person-year.
    EuroPerPersonYear,
    /// Euros per hour: a tariff.
    EuroPerHour,
    /// Persons.
    Persons,
    /// Any real number without unit, such as the sigma of a log-normal.
    Number,
}

/// Quality of the evidence behind a figure.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub enum Grade {
    /// Official figure of the municipality itself.
    A,
    /// Official Dutch figure, or of another Dutch municipality.
    B,
    /// Published study.
    C,
    /// Our own assumption or derivation.
    D,
}

/// A reference to a source.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RawCitation {
    /// Key of the source in `sources.toml`.
    #[serde(rename = "ref")]
    pub reference: String,
    /// Place in the source, and how the figure was derived.
    pub note: Option<String>,
    /// The same in Dutch, language level B1, where it is shown to who decides.
    pub note_nl: Option<String>,
}

/// A source of figures.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RawSource {
    /// Author or institution.
    pub author: String,
    /// Year of publication.
    pub year: i32,
    /// Title, with table number where there is one.
    pub title: String,
    /// Where to find it.
    pub place: Option<String>,
}

/// Prior of a parameter. Only `fixed` is certain.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum RawPrior {
    /// One value, without uncertainty.
    Fixed(f64),
    /// Every value between two bounds equally likely.
    Uniform(RawRange),
    /// Triangle between two bounds with a mode.
    Triangular(RawThreePoint),
    /// PERT: a beta between two bounds with a mode (weight 4).
    Pert(RawThreePoint),
    /// Normal.
    Normal(RawNormal),
    /// Log-normal by its median and the standard deviation of the logarithm.
    Lognormal(RawLognormal),
    /// Beta by its two shapes.
    Beta(RawBeta),
    /// Gamma by mean and shape.
    Gamma(RawGammaPrior),
    /// One of the listed values, equally likely.
    Empirical(Vec<f64>),
}

/// Two bounds.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RawRange {
    /// Lower bound.
    pub min: f64,
    /// Upper bound.
    pub max: f64,
}

/// Two bounds and a mode.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RawThreePoint {
    /// Lower bound.
    pub min: f64,
    /// Most likely value.
    pub mode: f64,
    /// Upper bound.
    pub max: f64,
}

/// Mean and standard deviation.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RawNormal {
    /// Mean.
    pub mean: f64,
    /// Standard deviation.
    pub sd: f64,
}

/// Median and standard deviation of the logarithm.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RawLognormal {
    /// Median.
    pub median: f64,
    /// Standard deviation of the natural logarithm.
    pub sigma: f64,
}

/// Shapes of a beta distribution.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RawBeta {
    /// First shape.
    pub alpha: f64,
    /// Second shape.
    pub beta: f64,
}

/// Mean and shape of a gamma distribution.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RawGammaPrior {
    /// Mean.
    pub mean: f64,
    /// Shape.
    pub shape: f64,
}

/// One kind of need with its own states.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RawTrack {
    /// What people read.
    pub label: RawLabel,
    /// What the track holds and assumes. A blank line begins a new paragraph.
    pub about: Option<RawLabel>,
    /// Domain of the accounts.
    pub domain: Option<String>,
    /// Whose need it is. Default: each person's own.
    #[serde(default)]
    pub unit: Carrier,
    /// Labels of a hulpvraag, by name, at most 16: every need bears one from the moment it arises, such as who referred. Clients
    /// are counted by label too. The first state then lies outside the pyramid.
    #[serde(default)]
    pub labels: IndexMap<String, RawLabel>,
    /// States, the first being where a person starts who has no other initial state. A state without a layer lies outside
    /// the pyramid; the one named `geen_hulpvraag` is where a new hulpvraag arises (see `transition.hazard`).
    pub state: IndexMap<String, RawState>,
    /// Moves between states.
    #[serde(default)]
    pub transition: Vec<RawTransition>,
    /// Gates: what stands before a state and turns part of those who ask for it away.
    #[serde(default)]
    pub gate: IndexMap<String, RawGate>,
    /// Attached costs: what merely follows states of this track and needs none of its own, such as transport to day activities.
    #[serde(default)]
    pub attached: IndexMap<String, RawAttached>,
    /// Who is in which state at the start, as shares; for a track without a column in the population file.
    #[serde(default)]
    pub initial: IndexMap<String, RawInitial>,
    /// Where the numbers come from that stand in the track itself, without a name.
    pub source: Option<RawCitation>,
    /// Quality of the evidence for them.
    pub grade: Option<Grade>,
}

/// Whose a need is.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Carrier {
    /// Each person's own.
    #[default]
    Person,
    /// The household's: it runs on the referent, and the next member takes over when that one dies or leaves.
    Household,
}

/// What persons share and what runs out. Who asks for it when it is taken waits, or is turned away.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RawResource {
    /// What people read.
    pub label: RawLabel,
    /// What a place is, and who share them. A blank line begins a new paragraph.
    pub about: Option<RawLabel>,
    /// How many places there are at once, or hours of staff a week. A measure may change it: new places are given out at once;
    /// when places are cut, those in service finish.
    pub places: Number,
    /// Whose they are. Default: the whole city shares them.
    #[serde(default)]
    pub per: Reach,
    /// Tables by `wijk` and `year` that multiply the places.
    #[serde(default)]
    pub times: Vec<String>,
    /// Where the numbers come from that stand here without a name.
    pub source: Option<RawCitation>,
    /// Quality of the evidence for them.
    pub grade: Option<Grade>,
}

/// Who share the places of a resource.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Reach {
    /// The whole city.
    #[default]
    City,
    /// Each wijk has so many of its own.
    Wijk,
}

/// What a state takes of a resource.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RawPlace {
    /// The resource.
    pub of: String,
    /// Places, or hours of staff a week, that each person takes. Default: 1.
    pub amount: Option<Number>,
    /// The state of those who find no place: one with `waits_for`, or another way out, such as the own network.
    pub full: String,
}

/// What the persons in a state wait for.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RawWait {
    /// A state with a `place`: whoever comes first in line enters it as soon as there is one.
    pub state: String,
    /// Class of priority: lower numbers go first, in a class those who joined first. Who moves from one wait to another for the same
    /// state keeps the moment at which they joined. Default: 0.
    #[serde(default)]
    pub priority: u8,
}

/// One state of a track.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RawState {
    /// What people read. Default: the name.
    pub label: Option<RawLabel>,
    /// Layer of the pyramid. Without it the state lies outside.
    pub layer: Option<Layer>,
    /// A state that is never left.
    #[serde(default)]
    pub sink: bool,
    /// A state of the person though the need is the household's: who takes over from someone in it starts in the first state.
    #[serde(default)]
    pub personal: bool,
    /// What it costs.
    pub cost: Option<RawCost>,
    /// How many indicaties a person in this state holds at once. Default: 1 in layer `maatwerk`, else 0.
    pub indicaties_per_person: Option<Number>,
    /// Hours of informal help a week that the person's network gives.
    pub informal_hours_per_week: Option<Number>,
    /// A place that is taken by who is in this state.
    pub place: Option<RawPlace>,
    /// What those in this state wait for.
    pub waits_for: Option<RawWait>,
}

/// Layers of the pyramid, from light to heavy; `wacht` is an unmet need.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Layer {
    /// Met by the person's own network.
    Informeel,
    /// Met in the formele sociale basis.
    Formeel,
    /// Unmet, waiting.
    Wacht,
    /// Met by basisondersteuning.
    Basis,
    /// Met by an indicated provision.
    Maatwerk,
}

impl Layer {
    /// Name in models and files.
    pub fn name(self) -> &'static str {
        match self {
            Self::Informeel => "informeel",
            Self::Formeel => "formeel",
            Self::Wacht => "wacht",
            Self::Basis => "basis",
            Self::Maatwerk => "maatwerk",
        }
    }
}

/// What a state costs.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RawCost {
    /// Euros per person-year in the state.
    pub euro_per_person_year: Option<Number>,
    /// Euros at each entry.
    pub euro_per_start: Option<Number>,
    /// Euros at each new indicatie, renewals included.
    pub euro_per_indicatie: Option<Number>,
    /// What multiplies these amounts, year by year: names of tables of factors by `year`, of trends, and `shock.NAME` for a common
    /// shock, as in `["hours_per_client", "shock.wmo_price"]`.
    #[serde(default)]
    pub times: Vec<String>,
    /// Price level of these amounts.
    pub price_year: i32,
}

/// What follows states of its track: a cost, or an income of the municipality. Exactly one of `cost` and `income` is given.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RawAttached {
    /// What people read.
    pub label: RawLabel,
    /// The states that it follows, each in a layer: units per person in the state, 0 or more.
    pub of: IndexMap<String, Number>,
    /// What a unit costs.
    pub cost: Option<RawAttachedCost>,
    /// What the municipality receives for a unit: a negative cost.
    pub income: Option<RawIncome>,
}

/// What a unit of an attached cost costs.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RawAttachedCost {
    /// Euros per person-year in the state and unit.
    pub euro_per_person_year: Number,
    /// What multiplies this amount, year by year: names of tables of factors by `year`, of trends, and `shock.NAME`.
    #[serde(default)]
    pub times: Vec<String>,
    /// Price level of this amount.
    pub price_year: i32,
}

/// What the municipality receives.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RawIncome {
    /// Euros per person-year in the state and unit, 0 or more.
    pub euro_per_person_year: Number,
    /// What multiplies this amount, year by year: names of tables of factors by `year`, of trends, and `shock.NAME`.
    #[serde(default)]
    pub times: Vec<String>,
    /// Price level of this amount.
    pub price_year: i32,
    /// Whether it follows prices. `false`: an amount fixed in law, the same nominal euros in every year. Default: true.
    pub indexed: Option<bool>,
}

/// A move between states. Exactly one of `hazard`, `dwell` and `at_age` says when.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RawTransition {
    /// Where from: a state, a list of states, or `"*"` for any that is not a sink. The clock of a `"*"` hazard runs on when
    /// the state changes; all others start anew at each entry.
    pub from: RawFrom,
    /// A rate per year. From `geen_hulpvraag` it is the rate at which a hulpvraag arises.
    pub hazard: Option<RawHazard>,
    /// A time in the state.
    pub dwell: Option<RawDwell>,
    /// An exact age.
    pub at_age: Option<RawAge>,
    /// On a track with `labels`: the label of the needs that it brings, for a transition that leaves `geen_hulpvraag`. They keep it
    /// until the person is there again.
    pub label: Option<String>,
    /// Where to: a state, or the share of each state. A state that goes to itself is renewed (a new indicatie).
    pub to: RawTo,
}

/// Where a transition starts.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(untagged)]
pub enum RawFrom {
    /// One state, or `"*"`.
    One(String),
    /// Several states.
    Many(Vec<String>),
}

/// Where a transition ends.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(untagged)]
pub enum RawTo {
    /// One state.
    One(String),
    /// The share of each state; they sum to one.
    Split(IndexMap<String, RawBranch>),
}

/// One way out of a choice.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(untagged)]
pub enum RawBranch {
    /// Its share.
    Share(Number),
    /// Its share, and the gate before it.
    Gated(RawGated),
}

/// A way with a gate before it.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RawGated {
    /// Share that goes this way. Default: 1.
    pub share: Option<Number>,
    /// Name of a gate of this track.
    pub gate: String,
}

/// A gate: who asks for the state behind it may be reached by one of its variants, and then be diverted.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RawGate {
    /// What people read. Default: the name.
    pub label: Option<RawLabel>,
    /// State that the diverted are in.
    pub to: String,
    /// Layer in whose accounts the gate's own costs stand. Default: `maatwerk`.
    pub layer: Option<Layer>,
    /// Which requests pass it. Default: `["new"]`.
    pub applies_to: Option<Vec<AppliesTo>>,
    /// When those who are already behind it are asked; exactly if `applies_to` names `running`.
    pub running: Option<RawWindow>,
    /// Its variants, by name. A request is reached by at most one; together they reach at most all.
    pub variant: IndexMap<String, RawVariant>,
}

/// Requests that a gate applies to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum AppliesTo {
    /// Requests of those who are not yet in the state they ask for.
    New,
    /// Requests of those who are in the state they ask for: a next indicatie.
    Renewal,
    /// Those who are in a state behind the gate, each asked once, at an own moment in the period `running`.
    Running,
}

/// A period: each person is asked at a uniform moment of it.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RawWindow {
    /// First day (a TOML date).
    #[schemars(with = "String", extend("format" = "date"))]
    pub from: toml::value::Datetime,
    /// The day after the last (a TOML date).
    #[schemars(with = "String", extend("format" = "date"))]
    pub until: toml::value::Datetime,
    /// Whether who is in their state for a time (`dwell`) that ends in the period is not asked: an indicatie that runs out. Default: false.
    #[serde(default)]
    pub runs_out: bool,
}

/// One form of a gate.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RawVariant {
    /// What people read. Default: the name.
    pub label: Option<RawLabel>,
    /// Share of requests to which it is offered and that take it.
    pub reach: Number,
    /// Share of those reached that are diverted.
    pub success: Number,
    /// How many of the diverted come back, and when. Without it they stay until another transition takes them.
    pub relapse: Option<RawRelapse>,
    /// Time that those who are reached but not diverted wait before they get what they asked for. Not for `running`.
    pub delay: Option<RawDelay>,
    /// What it costs.
    pub cost: Option<RawGateCost>,
}

/// How many of the diverted are still without service.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RawRelapse {
    /// Years after the request = share still without service of those who were so at the time before it (of the diverted, for
    /// the first). Between these times the relapse hazard is constant.
    pub still_without_service_after_years: IndexMap<String, Number>,
    /// What happens after the last of these times.
    pub then: Then,
}

/// What happens to the diverted after the last time of the relapse curve.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Then {
    /// Nobody relapses any more.
    Plateau,
    /// The last relapse hazard goes on.
    Hazard,
    /// They return to `geen_hulpvraag`, where a need arises as for anybody.
    Onset,
}

/// A wait of those whom a gate reaches in vain.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RawDelay {
    /// State they wait in.
    pub state: String,
    /// How long.
    pub years: Number,
}

/// What a gate costs.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RawGateCost {
    /// Euros per request that is reached.
    pub euro_per_reached: Option<Number>,
    /// Euros per request that is diverted, on top.
    pub euro_per_diverted: Option<Number>,
    /// What multiplies these amounts, year by year: names of tables of factors by `year`, of trends, and `shock.NAME` for a common
    /// shock, as in `["hours_per_client", "shock.wmo_price"]`.
    #[serde(default)]
    pub times: Vec<String>,
    /// Price level of these amounts.
    pub price_year: i32,
}

/// A hazard: a rate per year, times tables and trends, times factors while another track is in some state.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RawHazard {
    /// Rate per year before factors.
    pub per_year: Number,
    /// Names of tables and trends that multiply it, `shock.NAME` for a common shock, and `frailty` for the person's own factor.
    #[serde(default)]
    pub times: Vec<String>,
    /// Factors while another track is in a state: `{ bijstand = { bijstand = 1.5 } }`. States not named count as 1, or as the factor
    /// called `otherwise`: `{ jeugdhulp = { net_18 = 1, otherwise = 0 } }` is a hazard of those who are in one state only.
    #[serde(default)]
    pub while_in: IndexMap<String, IndexMap<String, Number>>,
    /// A factor while the others at home need much informal help.
    pub overload: Option<RawOverload>,
}

/// Informal overload: what the others of the household need together, in hours of informal help a week, tells on a person.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RawOverload {
    /// The hazard is multiplied while the others need more hours a week than this.
    pub above_hours_per_week: Number,
    /// By this.
    pub factor: Number,
}

/// A time spent in a state.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum RawDwell {
    /// Exponential with a mean.
    Exponential(RawExponential),
    /// Weibull: survival `exp(-(t/scale)^shape)`.
    Weibull(RawWeibull),
    /// Gamma with a mean and a shape.
    Gamma(RawGamma),
    /// Log-normal with a median and the standard deviation of the logarithm.
    Lognormal(RawLognormalDwell),
    /// Uniform between two bounds.
    Uniform(RawUniformDwell),
    /// Always the same.
    Fixed(RawFixed),
    /// A histogram, uniform within each bin.
    Empirical(RawHistogram),
}

/// Exponential dwell time.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RawExponential {
    /// Mean.
    pub mean_years: Number,
}

/// Weibull dwell time.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RawWeibull {
    /// Scale: 63 percent have left by then.
    pub scale_years: Number,
    /// Shape: above 1 the hazard rises with time.
    pub shape: Number,
}

/// Gamma dwell time.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RawGamma {
    /// Mean.
    pub mean_years: Number,
    /// Shape.
    pub shape: Number,
}

/// Log-normal dwell time.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RawLognormalDwell {
    /// Median.
    pub median_years: Number,
    /// Standard deviation of the natural logarithm.
    pub sigma: Number,
}

/// Uniform dwell time.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RawUniformDwell {
    /// Shortest.
    pub min_years: Number,
    /// Longest.
    pub max_years: Number,
}

/// Fixed dwell time.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RawFixed {
    /// The time.
    pub years: Number,
}

/// A histogram of dwell times.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RawHistogram {
    /// Edges of the bins, in years, rising; one more than there are shares.
    pub edges_years: Vec<f64>,
    /// Share of spells that end in each bin; they sum to one.
    pub shares: Vec<f64>,
}

/// An exact age, the same for everybody or by date of birth.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RawAge {
    /// Whole years.
    pub years: u8,
    /// Months on top, 0 to 11.
    #[serde(default)]
    pub months: u8,
    /// Who is born before a date has that age instead: `[{ date = 1955-09-01, years = 66, months = 4 }]`. Dates rise; the first
    /// that applies counts.
    #[serde(default)]
    pub born_before: Vec<RawBornBefore>,
}

/// The age of those born before a date.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RawBornBefore {
    /// The first day (a TOML date) on which one is born too late.
    #[schemars(with = "String", extend("format" = "date"))]
    pub date: toml::value::Datetime,
    /// Whole years.
    pub years: u8,
    /// Months on top, 0 to 11.
    #[serde(default)]
    pub months: u8,
}

/// Who is in a state at the start.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RawInitial {
    /// Probability before factors.
    pub share: Number,
    /// Names of tables that multiply it, and `frailty` to let the odds of a person rise in proportion to their own factor; over
    /// persons the share stays what it is.
    #[serde(default)]
    pub times: Vec<String>,
    /// How long they have been there. Default: just entered.
    pub elapsed: Option<RawElapsed>,
    /// On a track with `labels`: the share of each label among them, also among those whom a population or stream column puts in
    /// this state. They sum to one; a label that is not named has none.
    #[serde(default)]
    pub label: IndexMap<String, Number>,
}

/// Time since a state was entered.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum RawElapsed {
    /// As in a stationary town: long stays are over-represented.
    Stationary,
    /// Exactly so many years.
    Years(Number),
}

/// A number, or an expression over parameters such as `"1 - ho_request"`.
#[derive(Debug, Clone, Deserialize)]
#[serde(untagged)]
pub enum Number {
    /// A plain number.
    Value(f64),
    /// An expression with `+ - * / ( )`, `min(a, b)`, `max(a, b)`, numbers and parameter names.
    Expression(String),
}

impl JsonSchema for Number {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Number".into()
    }
    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({
            "description": "A number, or an expression over parameters such as \"1 - ho_request\".",
            "type": ["number", "string"]
        })
    }
}

/// A scenario: measures on top of another scenario.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RawScenario {
    /// What people read.
    pub label: RawLabel,
    /// What the scenario stands for. A blank line begins a new paragraph.
    pub about: Option<RawLabel>,
    /// Scenario whose measures this one adds to. Absent: the model as it stands.
    pub base: Option<String>,
    /// Year of what is known: evidence that came later has no part in it. Default: that of its base, if that says so.
    pub knowledge: Option<i32>,
    /// Domains of the plan whose booked investments are made. In the others, what gates and contracts cost is the investment.
    #[serde(default)]
    pub investments: Vec<String>,
    /// Whether what the plan spends once is spent.
    #[serde(default)]
    pub one_off: bool,
    /// Domains of the plan for which it gives no effects: what is booked there is what must be true, and has no chance.
    #[serde(default)]
    pub implicit: Vec<String>,
    /// Contracts that hold, by name.
    #[serde(default)]
    pub contracts: Vec<String>,
    /// Measures, periods of gates and contracts of the scenarios that it is put together with come so many years later; contracts
    /// whole years.
    pub later_years: Option<f64>,
    /// What comes on top of the task of the plan, by calendar year, in euros.
    #[serde(default)]
    pub task: IndexMap<String, f64>,
    /// Maatregelen, by name.
    #[serde(default)]
    pub measure: IndexMap<String, RawMeasure>,
}

/// A maatregel: which parameters change, from when, how fast.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RawMeasure {
    /// What people read.
    pub label: Option<RawLabel>,
    /// First day (a TOML date). Default: the start of the model.
    #[schemars(with = "Option<String>", extend("format" = "date"))]
    pub start: Option<toml::value::Datetime>,
    /// How it grows in. Default: at once.
    pub ramp: Option<RawRamp>,
    /// New values: parameter = expression.
    #[serde(default)]
    pub set: IndexMap<String, Number>,
    /// Factors: parameter = expression.
    #[serde(default)]
    pub scale: IndexMap<String, Number>,
    /// Additions: parameter = expression in the parameter's unit.
    #[serde(default)]
    pub shift: IndexMap<String, Number>,
    /// Domain of the plan under which it stands. The plan books nothing per measure; it says where its effect is looked for.
    pub domain: Option<String>,
    /// The parameter that says how strong it is, of which `piramide needs` tells how much it must be.
    pub strength: Option<String>,
    /// What was seen of it elsewhere.
    pub seen: Option<RawLabel>,
    /// Where the effect comes from.
    pub source: Option<RawCitation>,
    /// Quality of the evidence.
    pub grade: Option<Grade>,
}

/// Ingroeipad: how a measure grows in.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum RawRamp {
    /// In equal monthly steps over so many months.
    LinearMonths(u32),
}
