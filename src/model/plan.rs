//! A plan and the contracts of a model, checked.

use super::expression::Expression;
pub use super::raw::{Keeper, Trigger};
use super::resolved::{Booked, Grade, Label};

/// A plan that books savings. All amounts are euros; calendar years rise.
#[derive(Debug, Clone)]
pub struct Plan {
    /// What people read.
    pub label: Label,
    /// Price level of its amounts.
    pub price_year: i32,
    /// Names of the scenarios that are held against it.
    pub test: Vec<String>,
    /// The budget gap.
    pub task: Amounts,
    /// What is spent once.
    pub one_off: Amounts,
    /// Its domains; at least one.
    pub domains: Vec<PlanDomain>,
    /// Amounts that are only shown.
    pub lines: Vec<PlanLine>,
    /// What it says of cost that follows from other measures.
    pub claims: Vec<PlanClaim>,
    /// What a reader must know.
    pub remarks: Vec<PlanRemark>,
    /// Source id of the amounts.
    pub source: usize,
    /// Place in the source.
    pub note: Option<String>,
    /// Quality of the evidence.
    pub grade: Grade,
}

/// Amounts by calendar year, rising.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Amounts(pub Vec<(i32, f64)>);

impl Amounts {
    /// The amount of a year: 0 before the first, and that of the last after it.
    pub fn held(&self, year: i32) -> f64 {
        self.0.iter().rev().find(|&&(of, _)| of <= year).map_or(0.0, |&(_, euro)| euro)
    }

    /// The amount of a year itself, or 0.
    pub fn of(&self, year: i32) -> f64 {
        self.0.iter().find(|&&(of, _)| of == year).map_or(0.0, |&(_, euro)| euro)
    }
}

/// What is booked in a domain of a plan.
#[derive(Debug, Clone)]
pub struct PlanDomain {
    /// Name.
    pub name: String,
    /// What people read.
    pub label: Label,
    /// Domain ids of the model; at least one, none in two domains of the plan.
    pub of: Vec<usize>,
    /// Structural saving before investments; at least one year.
    pub saving: Amounts,
    /// Structural investment.
    pub investment: Amounts,
}

/// An amount that is only shown.
#[derive(Debug, Clone)]
pub struct PlanLine {
    /// Name.
    pub name: String,
    /// What people read.
    pub label: Label,
    /// By year.
    pub euro: Amounts,
}

/// A claim: some cost falls to a part of what it would be under unchanged policy.
#[derive(Debug, Clone)]
pub struct PlanClaim {
    /// Name.
    pub name: String,
    /// What people read.
    pub label: Label,
    /// Track id, and what of it (never all states).
    pub of: (usize, Booked),
    /// Calendar year.
    pub year: i32,
    /// To which part it falls, 0 or more.
    pub factor: f64,
}

/// What a reader must know of booked amounts.
#[derive(Debug, Clone)]
pub struct PlanRemark {
    /// Domain id of the plan; `None`: all of it.
    pub domain: Option<usize>,
    /// Calendar year; `None`: every one.
    pub year: Option<i32>,
    /// What there is to know.
    pub text: Label,
}

impl Plan {
    /// First and last calendar year for which something is booked.
    pub fn years(&self) -> (i32, i32) {
        let booked = || self.domains.iter().flat_map(|domain| domain.saving.0.iter().map(|&(year, _)| year));
        (booked().min().unwrap_or_default(), booked().max().unwrap_or_default())
    }

    /// What is to know of an amount of a domain, or of the total, in a year.
    pub fn remarks(&self, domain: Option<usize>, year: i32) -> impl Iterator<Item = &Label> {
        let fits = move |remark: &&PlanRemark| remark.domain == domain && remark.year.is_none_or(|of| of == year);
        self.remarks.iter().filter(fits).map(|remark| &remark.text)
    }
}

/// A lump sum.
#[derive(Debug, Clone)]
pub struct Contract {
    /// Name.
    pub name: String,
    /// What people read.
    pub label: Label,
    /// Domain id of the plan.
    pub domain: usize,
    /// First calendar year.
    pub start: i32,
    /// Calendar year of the cost that the sum is built on; before the start.
    pub base_year: i32,
    /// Track id, what of it (never all states), and the share of its cost.
    pub base: Vec<(usize, Booked, Expression)>,
    /// Trend ids that multiply the base.
    pub trends: Vec<usize>,
    /// Whether the sum follows prices.
    pub indexed: bool,
    /// Track id, state id, and the provider's euros per person-year.
    pub provider: Vec<(usize, usize, Expression)>,
    /// The same of person-years beyond those of the base year under unchanged policy; no state of `provider`.
    pub beyond: Vec<(usize, usize, Expression)>,
    /// Price level of these amounts.
    pub price_year: i32,
    /// Clauses of revision.
    pub clauses: Vec<Clause>,
    /// Source id of the terms.
    pub source: usize,
    /// Place in the source.
    pub note: Option<String>,
    /// Quality of the evidence.
    pub grade: Grade,
}

impl Contract {
    /// All that the provider spends on: track id, state id, and euros per person-year.
    pub fn served(&self) -> impl Iterator<Item = &(usize, usize, Expression)> {
        self.provider.iter().chain(&self.beyond)
    }
}

/// A clause of revision.
#[derive(Debug, Clone)]
pub struct Clause {
    /// Name.
    pub name: String,
    /// What people read.
    pub label: Label,
    /// What opens it.
    pub trigger: Trigger,
    /// Deviation beyond which it opens.
    pub threshold: Expression,
    /// First calendar year that is looked at; not before the contract starts.
    pub from: i32,
    /// Years until a payment.
    pub lag: i32,
    /// Share of the deviation beyond the threshold that is paid.
    pub share: Expression,
    /// Most that is paid, as a share of the sum.
    pub cap: Option<Expression>,
    /// Chance that talks lead to a payment.
    pub chance: Expression,
}

/// When a change of volume becomes a change of what the municipality pays.
#[derive(Debug, Clone)]
pub struct Cash {
    /// Name.
    pub name: String,
    /// What people read.
    pub label: Label,
    /// Track id, and what of it (never all states); at least one, none in two entries.
    pub of: Vec<(usize, Booked)>,
    /// What holds it back.
    pub rule: CashRule,
    /// Source id.
    pub source: usize,
    /// Place in the source.
    pub note: Option<String>,
    /// Quality of the evidence.
    pub grade: Grade,
}

/// What holds a saving back from the budget.
#[derive(Debug, Clone)]
pub enum CashRule {
    /// Somebody who keeps it, so many years.
    Follows(Keeper, Expression),
    /// A share of what it cost under unchanged policy in a calendar year, which is paid at least.
    Minimum(Expression, i32),
    /// All of it, for ever.
    Fixed,
}
