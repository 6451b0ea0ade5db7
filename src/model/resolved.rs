//! The checked model: names are ids, defaults are filled in, tables are dense. Nothing here can hold a fault that
//! [`super::check`] knows; what is left to `compile` is only what needs a parameter draw.

use super::correlation::Correlation;
use super::expression::Expression;
pub use super::raw::{Carrier, CountMetric, Grade, Layer, Then, Unit};

/// Highest single year of age that is told apart; older persons count as this age.
pub const MAX_AGE: usize = 110;

/// A text in Dutch and English.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Label {
    /// Dutch.
    pub nl: String,
    /// English.
    pub en: String,
}

/// A checked model with all its scenarios.
#[derive(Debug, Clone)]
pub struct Model {
    /// Short name.
    pub name: String,
    /// What people read.
    pub label: Label,
    /// What a reader should know of it first, in paragraphs.
    pub about: Option<Label>,
    /// First calendar year.
    pub first_year: i32,
    /// Last calendar year that can be simulated, inclusive.
    pub last_year: i32,
    /// Last calendar year of a run that does not say otherwise, inclusive.
    pub default_last_year: i32,
    /// Lower bounds of the reported age bands; empty: none.
    pub report_ages: Vec<u8>,
    /// Attributes, in declared order; an attribute id indexes this.
    pub attributes: Vec<Attribute>,
    /// Index of the attribute `wijk`, if there is one.
    pub wijk: Option<usize>,
    /// Whether persons have an age.
    pub has_age: bool,
    /// Rows of the population file, in order; person identities follow this order.
    pub population: Vec<PersonRow>,
    /// Where the population comes from, if that is said.
    pub population_origin: Option<Origin>,
    /// Births, deaths, departures.
    pub demography: Demography,
    /// Arrival streams.
    pub streams: Vec<Stream>,
    /// Tables.
    pub tables: Vec<Table>,
    /// Trends.
    pub trends: Vec<Trend>,
    /// Common shocks; a shock id indexes this.
    pub shocks: Vec<Shock>,
    /// What makes persons differ for life.
    pub frailty: Option<Frailty>,
    /// Prices.
    pub prices: Prices,
    /// Domains.
    pub domains: Vec<Domain>,
    /// Lines of the accounts, in declared order.
    pub accounts: Vec<Account>,
    /// Published numbers, in declared order.
    pub counts: Vec<Count>,
    /// Breaks in the figures, in declared order.
    pub breaks: Vec<Break>,
    /// What a plan books.
    pub plan: Option<super::plan::Plan>,
    /// Lump sums; a contract id indexes this.
    pub contracts: Vec<super::plan::Contract>,
    /// What is not paid by volume, in declared order.
    pub cash: Vec<super::plan::Cash>,
    /// Parameters; a parameter id indexes this.
    pub parameters: Vec<Parameter>,
    /// Pairs of parameters whose values go together; every other pair is independent.
    pub correlations: Vec<Correlation>,
    /// Resources; a resource id indexes this.
    pub resources: Vec<Resource>,
    /// Tracks.
    pub tracks: Vec<Track>,
    /// Scenarios, sorted by name.
    pub scenarios: Vec<Scenario>,
    /// What is not in it yet, in declared order.
    pub limits: Vec<Limit>,
    /// Sources.
    pub sources: Vec<Source>,
}

/// An attribute and its values.
#[derive(Debug, Clone)]
pub struct Attribute {
    /// Name.
    pub name: String,
    /// What people read.
    pub label: Label,
    /// Values, in order; a value id indexes this.
    pub values: Vec<String>,
}

/// A row of the population or of a stream's persons.
#[derive(Debug, Clone)]
pub struct PersonRow {
    /// Persons (population) or relative weight (stream).
    pub count: f64,
    /// Whole years of age; 0 when the model has no age.
    pub age: u8,
    /// Value id per attribute.
    pub values: Vec<u8>,
    /// Number of the household, the same for rows that live together; `None`: alone. The first row of a household is its
    /// referent, and the order of rows is that of succession.
    pub household: Option<usize>,
    /// State id and elapsed time per track; `None`: decided by the track's `initial` shares.
    pub states: Vec<Option<(usize, Elapsed)>>,
}

/// Time since a state was entered.
#[derive(Debug, Clone, PartialEq)]
pub enum Elapsed {
    /// Length-biased, as in a stationary town.
    Stationary,
    /// In years.
    Years(Expression),
}

/// Births, deaths, departures.
#[derive(Debug, Clone, Default)]
pub struct Demography {
    /// Hazard of death.
    pub death: Option<Hazard>,
    /// Hazard of leaving.
    pub leave: Option<Hazard>,
    /// Births.
    pub birth: Option<Birth>,
}

/// Births.
#[derive(Debug, Clone)]
pub struct Birth {
    /// Births per possible mother.
    pub hazard: Hazard,
    /// Attribute id and value id a mother must have, all of them.
    pub mothers: Vec<(usize, u8)>,
    /// Per attribute id that is drawn: the share of every value, in the attribute's order. Others are the mother's.
    pub newborn: Vec<(usize, Vec<Expression>)>,
}

/// A Poisson stream of arriving persons.
#[derive(Debug, Clone)]
pub struct Stream {
    /// Name.
    pub name: String,
    /// What people read.
    pub label: Label,
    /// Arrivals per year.
    pub rate: Rate,
    /// Who arrives, with weights; never empty.
    pub persons: Vec<PersonRow>,
    /// Whether those a stationary stream would have are there at the start.
    pub stationary: bool,
    /// Whether nobody arrives after the start.
    pub closed: bool,
    /// Where it comes from, if that is said.
    pub origin: Option<Origin>,
}

/// Intensity of a stream, arrivals per year.
#[derive(Debug, Clone)]
pub enum Rate {
    /// Constant.
    PerYear(Expression),
    /// One per calendar year from `first_year` to `last_year`.
    ByYear(Vec<Expression>),
    /// `mean × (1 + amplitude × cos(2π(t - peak)))`.
    Sinusoidal {
        /// Mean per year.
        mean: Expression,
        /// Swing, 0 to 1.
        amplitude: Expression,
        /// Moment of the peak, share of the year.
        peak: Expression,
    },
}

/// A dense table.
///
/// Shape: attributes in the order of `attributes` × age 0..=[`MAX_AGE`] if `age` × calendar year from the model's first to
/// its last if `year`; row-major, last dimension fastest.
#[derive(Debug, Clone)]
pub struct Table {
    /// Name.
    pub name: String,
    /// Attribute ids, ascending.
    pub attributes: Vec<usize>,
    /// Whether age is a dimension.
    pub age: bool,
    /// Whether calendar year is a dimension.
    pub year: bool,
    /// The values.
    pub values: Vec<f64>,
    /// Unit of the values.
    pub unit: Unit,
    /// Index in [`Model::sources`].
    pub source: usize,
    /// Place in the source.
    pub note: Option<String>,
    /// Quality of the evidence.
    pub grade: Grade,
}

/// A factor by calendar year.
#[derive(Debug, Clone)]
pub struct Trend {
    /// Name.
    pub name: String,
    /// Its factors. No measure may change their parameters.
    pub growth: Growth,
}

/// How the factor of a trend goes from year to year.
#[derive(Debug, Clone, PartialEq)]
pub enum Growth {
    /// By the same factor every 1 January.
    Steady {
        /// That factor.
        factor_per_year: Expression,
        /// Year in which the trend is one.
        reference_year: i32,
    },
    /// One factor per calendar year from `first_year` to `last_year`.
    ByYear(Vec<Expression>),
}

impl Growth {
    /// The numbers that it is made of.
    pub fn numbers(&self) -> &[Expression] {
        match self {
            Self::Steady { factor_per_year, .. } => std::slice::from_ref(factor_per_year),
            Self::ByYear(factors) => factors,
        }
    }
}

/// A yearly common shock with mean one: its logarithm is a stationary AR(1) process.
#[derive(Debug, Clone)]
pub struct Shock {
    /// Name: the address of its luck.
    pub name: String,
    /// What people read.
    pub label: Label,
    /// Standard deviation of the logarithm in every year. No measure may change its parameters.
    pub sigma: Expression,
    /// Correlation of the logarithm from year to year, 0 to 1. No measure may change its parameters.
    pub persistence: Expression,
    /// Index in [`Model::sources`].
    pub source: usize,
    /// Place in the source.
    pub note: Option<String>,
    /// Quality of the evidence.
    pub grade: Grade,
}

/// Each person's own factor for life, with mean one.
#[derive(Debug, Clone)]
pub struct Frailty {
    /// Its law. No measure may change its parameters.
    pub law: FrailtyLaw,
    /// Correlation of the normal scores of persons of one household, 0 to 1.
    pub household_share: Expression,
    /// Index in [`Model::sources`].
    pub source: usize,
    /// Place in the source.
    pub note: Option<String>,
    /// Quality of the evidence.
    pub grade: Grade,
}

impl FrailtyLaw {
    /// The number that says how much persons differ.
    pub fn spread(&self) -> &Expression {
        match self {
            Self::Gamma { variance: spread } | Self::Lognormal { sigma: spread } => spread,
        }
    }
}

/// Law of a frailty with mean one.
#[derive(Debug, Clone, PartialEq)]
pub enum FrailtyLaw {
    /// Gamma with this variance.
    Gamma {
        /// Variance.
        variance: Expression,
    },
    /// Log-normal.
    Lognormal {
        /// Standard deviation of the logarithm.
        sigma: Expression,
    },
}

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

impl Count {
    /// What is published of a calendar year.
    pub fn in_year(&self, year: i32) -> Option<f64> {
        of_year(&self.value, year)
    }
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

/// A named number with its prior.
#[derive(Debug, Clone)]
pub struct Parameter {
    /// Name; of what was believed before, that of the parameter, `.until.` and the year.
    pub name: String,
    /// What people read.
    pub label: Label,
    /// Unit.
    pub unit: Unit,
    /// Prior.
    pub prior: Prior,
    /// Index in [`Model::sources`].
    pub source: usize,
    /// Place in the source.
    pub note: Option<String>,
    /// The same in Dutch, if that is said.
    pub note_nl: Option<String>,
    /// Quality of the evidence.
    pub grade: Grade,
    /// If it is what was believed of another parameter before: that one, and the last year in which it was.
    pub until: Option<(usize, i32)>,
}

/// Prior of a parameter. All arguments are finite and in range.
#[derive(Debug, Clone, PartialEq)]
pub enum Prior {
    /// One value.
    Fixed(f64),
    /// Uniform on `[min, max]`.
    Uniform {
        /// Lower bound.
        min: f64,
        /// Upper bound.
        max: f64,
    },
    /// Triangular.
    Triangular {
        /// Lower bound.
        min: f64,
        /// Mode.
        mode: f64,
        /// Upper bound.
        max: f64,
    },
    /// PERT: `min + (max - min) × Beta(1 + 4(mode-min)/(max-min), 1 + 4(max-mode)/(max-min))`.
    Pert {
        /// Lower bound.
        min: f64,
        /// Mode.
        mode: f64,
        /// Upper bound.
        max: f64,
    },
    /// Normal.
    Normal {
        /// Mean.
        mean: f64,
        /// Standard deviation.
        sd: f64,
    },
    /// Log-normal.
    Lognormal {
        /// Median.
        median: f64,
        /// Standard deviation of the logarithm.
        sigma: f64,
    },
    /// Beta.
    Beta {
        /// First shape.
        alpha: f64,
        /// Second shape.
        beta: f64,
    },
    /// Gamma.
    Gamma {
        /// Mean.
        mean: f64,
        /// Shape.
        shape: f64,
    },
    /// One of these, equally likely.
    Empirical(Vec<f64>),
}

impl Model {
    /// Resource id that is waited for in a state of a track.
    pub fn waits_for(&self, track: usize, state: usize) -> Option<usize> {
        let states = &self.tracks[track].states;
        Some(states[states[state].wait?.state].place.as_ref()?.resource)
    }

    /// The breaks that a comparison of year `to` with an earlier year `from` crosses.
    pub fn breaks_between(&self, from: i32, to: i32) -> impl Iterator<Item = &Break> {
        self.breaks.iter().filter(move |known| from < known.year && known.year <= to)
    }

    /// All states of what is counted, as ids of track and state.
    pub fn states_in(&self, counted: Counted) -> Vec<(usize, usize)> {
        let all = |track: usize| (0..self.tracks[track].states.len()).map(move |state| (track, state));
        match counted {
            Counted::State(track, state) => vec![(track, state)],
            Counted::Track(track) => all(track).collect(),
            Counted::Domain(domain) => {
                (0..self.tracks.len()).filter(|&track| self.tracks[track].domain == Some(domain)).flat_map(all).collect()
            }
        }
    }
}

impl State {
    /// State ids that who asks for this state may come to instead: where those go who find no place, or what is waited for.
    pub fn instead(&self) -> impl Iterator<Item = usize> {
        self.place.iter().map(|place| place.full).chain(self.wait.map(|wait| wait.state))
    }
}

/// What persons share and what runs out.
#[derive(Debug, Clone)]
pub struct Resource {
    /// Name.
    pub name: String,
    /// What people read.
    pub label: Label,
    /// What a place of it is, in paragraphs.
    pub about: Option<Label>,
    /// Places, or hours of staff a week, before the factors.
    pub places: Expression,
    /// Whether each wijk has so many of its own.
    pub per_wijk: bool,
    /// Table ids that multiply them, by wijk and calendar year at most.
    pub tables: Vec<usize>,
    /// Where the numbers come from that stand here without a name.
    pub origin: Option<Origin>,
}

/// What a state takes of a resource.
#[derive(Debug, Clone)]
pub struct PlaceOf {
    /// Resource id.
    pub resource: usize,
    /// Places per person.
    pub amount: Expression,
    /// State id of those who find none.
    pub full: usize,
}

/// What the persons in a state wait for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Wait {
    /// State id; it takes a place.
    pub state: usize,
    /// Class of priority, from 0 on without gaps within the resource.
    pub class: u8,
}

/// A track with its states and moves.
#[derive(Debug, Clone)]
pub struct Track {
    /// Name.
    pub name: String,
    /// What people read.
    pub label: Label,
    /// What it holds and assumes, in paragraphs.
    pub about: Option<Label>,
    /// Index in [`Model::domains`].
    pub domain: Option<usize>,
    /// Whose need it is.
    pub unit: Carrier,
    /// Labels that a hulpvraag may bear; a label id indexes this.
    pub labels: Vec<NeedLabel>,
    /// States; a state id indexes this. The first is the default start.
    pub states: Vec<State>,
    /// State id of `geen_hulpvraag`, if the track has it: hazards from it are candidate processes of a hulpvraag.
    pub free: Option<usize>,
    /// Moves.
    pub transitions: Vec<Transition>,
    /// Gates; a gate id indexes this.
    pub gates: Vec<Gate>,
    /// What follows its states; an attached id indexes this.
    pub attached: Vec<Attached>,
    /// Shares at the start: state id, probability, factors (table ids), elapsed time. The rest starts in state 0.
    pub initial: Vec<Initial>,
    /// Where the numbers come from that stand in the track itself, without a name.
    pub origin: Option<Origin>,
}

/// What multiplies an amount of money, year by year and the same for everybody.
#[derive(Debug, Clone, Default)]
pub struct YearFactors {
    /// Ids of tables of factors that tell nothing but years apart.
    pub tables: Vec<usize>,
    /// Trend ids.
    pub trends: Vec<usize>,
    /// Shock ids.
    pub shocks: Vec<usize>,
}

/// A label that a hulpvraag bears from the moment it arises, such as who referred.
#[derive(Debug, Clone)]
pub struct NeedLabel {
    /// Name.
    pub name: String,
    /// What people read.
    pub label: Label,
}

/// A state.
#[derive(Debug, Clone)]
pub struct State {
    /// Name.
    pub name: String,
    /// What people read.
    pub label: Label,
    /// Layer; `None`: outside the pyramid.
    pub layer: Option<Layer>,
    /// Never left.
    pub sink: bool,
    /// Not taken over by another member of the household.
    pub personal: bool,
    /// Euros per person-year.
    pub cost_per_person_year: Option<Expression>,
    /// Euros at each entry.
    pub cost_per_start: Option<Expression>,
    /// Euros at each new indicatie.
    pub cost_per_indicatie: Option<Expression>,
    /// Price level of these amounts.
    pub price_year: i32,
    /// What multiplies these amounts.
    pub cost_times: YearFactors,
    /// Indicaties held at once.
    pub indicaties_per_person: Expression,
    /// Hours of informal help a week.
    pub informal_hours_per_week: Expression,
    /// The place that it takes.
    pub place: Option<PlaceOf>,
    /// What is waited for in it.
    pub wait: Option<Wait>,
}

impl State {
    /// Whether an amount is given for it.
    pub fn costs_something(&self) -> bool {
        [&self.cost_per_person_year, &self.cost_per_start, &self.cost_per_indicatie].into_iter().any(Option::is_some)
    }
}

/// A cost, or an income, that follows states of its track.
#[derive(Debug, Clone)]
pub struct Attached {
    /// Name.
    pub name: String,
    /// What people read.
    pub label: Label,
    /// Ids of the states that it follows, each in a layer, with units per person.
    pub of: Vec<(usize, Expression)>,
    /// Euros per person-year and unit, 0 or more.
    pub per_person_year: Expression,
    /// Whether the municipality receives them.
    pub income: bool,
    /// Whether they follow prices; if not, they are the same nominal euros in every year.
    pub indexed: bool,
    /// What multiplies them.
    pub times: YearFactors,
    /// Price level of them.
    pub price_year: i32,
}

/// A move.
#[derive(Debug, Clone)]
pub struct Transition {
    /// State ids it leaves from.
    pub from: Vec<usize>,
    /// Declared as `"*"`: its hazard's clock runs through changes of state. `from` then lists every state that is no sink.
    pub from_any: bool,
    /// When.
    pub clock: Clock,
    /// State ids and shares; the shares sum to one.
    pub to: Vec<(usize, Expression)>,
    /// Gate id before each target of `to`, in the same order; empty where none has one.
    pub gates: Vec<Option<usize>>,
    /// Label id of the needs that it brings from `geen_hulpvraag`, on a track with labels.
    pub label: Option<usize>,
}

impl Transition {
    /// State ids that are asked for behind gate `gate`.
    pub fn behind(&self, gate: usize) -> impl Iterator<Item = usize> {
        self.to.iter().zip(&self.gates).filter(move |(_, before)| **before == Some(gate)).map(|((state, _), _)| *state)
    }
}

/// A gate: turns part of those who ask for the states behind it away.
#[derive(Debug, Clone)]
pub struct Gate {
    /// Name.
    pub name: String,
    /// What people read.
    pub label: Label,
    /// State id of the diverted.
    pub to: usize,
    /// Layer in whose accounts its costs stand.
    pub layer: Layer,
    /// Whether requests for another state than one is in pass it.
    pub new: bool,
    /// Whether requests for the state one is in pass it.
    pub renewal: bool,
    /// Begin and end of the period in which those already behind it are asked, on the model's clock in calendar years.
    pub running: Option<(f64, f64)>,
    /// Whether who is in their state for a time that ends in that period is not asked.
    pub runs_out: bool,
    /// Its variants; together they reach at most all.
    pub variants: Vec<Variant>,
}

/// One form of a gate.
#[derive(Debug, Clone)]
pub struct Variant {
    /// Name.
    pub name: String,
    /// What people read.
    pub label: Label,
    /// Share of requests that it reaches.
    pub reach: Expression,
    /// Share of those reached that are diverted.
    pub success: Expression,
    /// How the diverted come back.
    pub relapse: Option<Relapse>,
    /// State id and years that those wait who are reached but not diverted.
    pub delay: Option<(usize, Expression)>,
    /// Euros per request reached.
    pub cost_per_reached: Option<Expression>,
    /// Euros per request diverted, on top.
    pub cost_per_diverted: Option<Expression>,
    /// What multiplies these amounts.
    pub cost_times: YearFactors,
    /// Price level of these amounts.
    pub price_year: i32,
}

/// Return of the diverted.
#[derive(Debug, Clone)]
pub struct Relapse {
    /// Years after the request, rising, and the share still without service of those who were so at the time before.
    pub still: Vec<(f64, Expression)>,
    /// What happens after the last of them.
    pub then: Then,
}

impl Track {
    /// State ids that a transition can lead to, gates included.
    pub fn leads(&self, transition: &Transition) -> Vec<usize> {
        let mut states: Vec<usize> = transition.to.iter().map(|(state, _)| *state).collect();
        for gate in transition.gates.iter().flatten().map(|&gate| &self.gates[gate]) {
            states.push(gate.to);
            for variant in &gate.variants {
                states.extend(variant.delay.iter().map(|(state, _)| *state));
                let onset = variant.relapse.as_ref().is_some_and(|relapse| relapse.then == Then::Onset);
                states.extend(self.free.filter(|_| onset));
            }
        }
        states
    }
}

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

/// Who starts in a state.
#[derive(Debug, Clone)]
pub struct Initial {
    /// State id.
    pub state: usize,
    /// Probability before factors.
    pub share: Expression,
    /// Table ids.
    pub tables: Vec<usize>,
    /// Whether the person's frailty multiplies it.
    pub frail: bool,
    /// Time since entry.
    pub elapsed: Elapsed,
    /// Share of each label of the track, in its order; they sum to one. Empty: all bear the first, if there are any.
    pub labels: Vec<Expression>,
}

/// A scenario with all measures of its bases.
#[derive(Debug, Clone)]
pub struct Scenario {
    /// Name: that of its file.
    pub name: String,
    /// What people read.
    pub label: Label,
    /// What it stands for, in paragraphs.
    pub about: Option<Label>,
    /// Name of the scenario it starts from.
    pub base: Option<String>,
    /// Measures, those of its bases included; sorted by name.
    pub measures: Vec<Measure>,
    /// What money goes with them.
    pub terms: Terms,
}

/// What a scenario says of money and of what is known, that of its bases included.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Terms {
    /// Year of what is known, if that is said.
    pub knowledge: Option<i32>,
    /// Domain ids of the plan whose booked investments are made, rising.
    pub investments: Vec<usize>,
    /// Whether what the plan spends once is spent.
    pub one_off: bool,
    /// Domain ids of the plan for which it gives no effects, rising.
    pub implicit: Vec<usize>,
    /// Contract ids that hold, rising.
    pub contracts: Vec<usize>,
    /// Years by which measures, periods of gates and contracts come later.
    pub later_years: f64,
    /// What comes on top of the task of the plan, by calendar year, in euros.
    pub task: super::plan::Amounts,
}

/// A maatregel, resolved. At a moment with ramp `r` in 0..1 a parameter `x` becomes, in this order: all `set`, all `scale`,
/// all `shift`: `x + r (set - x)`, `x (1 + r (scale - 1))`, `x + r shift`. Effects are evaluated on the unchanged parameters.
#[derive(Debug, Clone, PartialEq)]
pub struct Measure {
    /// Name.
    pub name: String,
    /// What people read.
    pub label: Label,
    /// First moment, years of the model's clock (year + (day of year - 1) / days in that year).
    pub start: f64,
    /// Months over which it grows in, in monthly steps; 0: at once.
    pub ramp_months: u32,
    /// Parameter id, operation, value.
    pub effects: Vec<(usize, Effect, Expression)>,
    /// Domain id of the plan under which it stands, if that is said.
    pub domain: Option<usize>,
    /// Parameter id of how strong it is, if one number says that.
    pub strength: Option<usize>,
    /// What was seen of it elsewhere.
    pub seen: Option<Label>,
    /// Where its effects come from, if that is said.
    pub origin: Option<Origin>,
}

/// Where a figure comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Origin {
    /// Index in [`Model::sources`], if a source is named.
    pub source: Option<usize>,
    /// Place in the source.
    pub note: Option<String>,
    /// The same in Dutch, if that is said.
    pub note_nl: Option<String>,
    /// Quality of the evidence, if it is graded.
    pub grade: Option<Grade>,
}

/// What a measure does to a parameter.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Effect {
    /// Replace.
    Set,
    /// Multiply.
    Scale,
    /// Add.
    Shift,
}

/// What is not in the model yet, or simpler in it than it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Limit {
    /// What it is about, in a few words.
    pub label: Label,
    /// What is left out and what that does, in paragraphs.
    pub about: Label,
    /// Quality of the evidence for what is done instead, if it is graded.
    pub grade: Option<Grade>,
}

/// A source.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Source {
    /// Key.
    pub key: String,
    /// Author or institution.
    pub author: String,
    /// Year.
    pub year: i32,
    /// Title.
    pub title: String,
    /// Where to find it.
    pub place: Option<String>,
}

impl Table {
    /// Value for a person with attribute values `values`, whole years `age`, in calendar year index `year` (0 = the model's
    /// first year) of `years`.
    pub fn at(&self, attributes: &[Attribute], values: &[u8], age: usize, year: usize, years: usize) -> f64 {
        let mut index = 0;
        for &attribute in &self.attributes {
            index = index * attributes[attribute].values.len() + usize::from(values[attribute]);
        }
        if self.age {
            index = index * (MAX_AGE + 1) + age.min(MAX_AGE);
        }
        if self.year {
            index = index * years + year;
        }
        self.values[index]
    }
}
