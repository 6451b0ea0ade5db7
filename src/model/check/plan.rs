//! A plan and contracts: every amount has a year, every domain its own cost, every contract what its sum is built on.

use super::accounts::{MOST, said};
use super::field::{Bound, Field};
use super::{Checker, label};
use crate::model::expression::Expression;
use crate::model::plan::{Amounts, Clause, Contract, Plan, PlanClaim, PlanDomain, PlanLine, PlanRemark};
use crate::model::raw::{Number, RawClause, RawContract, RawModel, RawPlan, RawPlanClaim, RawPlanDomain, RawPlanRemark, Unit};
use crate::model::resolved::Booked;
use crate::model::tree::Spot;
use indexmap::IndexMap;

/// Most years between a deviation and a payment.
const MAX_LAG: u8 = 20;

impl Checker<'_> {
    /// The plan, if there is one, all contracts, and what is not paid by volume.
    pub(super) fn plan(&mut self, raw: &RawModel, spot: Spot<'_>) {
        if let Some(plan) = &raw.plan {
            let plan = self.one_plan(raw, plan, spot.at("plan"));
            self.model.plan = Some(plan);
        }
        for (name, contract) in &raw.contract {
            let contract = self.contract(name, contract, spot.at("contract").at(name));
            self.model.contracts.extend(contract);
        }
        for (name, cash) in &raw.cash {
            let cash = self.cash(name, cash, spot.at("cash").at(name));
            self.model.cash.extend(cash);
        }
    }

    fn one_plan(&mut self, model: &RawModel, raw: &RawPlan, spot: Spot<'_>) -> Plan {
        let source = self.cite(&raw.source, spot.at("source")).unwrap_or(0);
        self.price_year(raw.price_year, spot.at("price_year"));
        if raw.domain.is_empty() {
            let help = "give at least one: `[plan.domain.wmo]` with `of` and `saving`";
            self.fault("no-plan-domain", spot.at("domain").key(), "the plan books nothing", "no domain", help);
        }
        let mut domains: Vec<PlanDomain> = Vec::new();
        for (name, domain) in &raw.domain {
            let domain = self.plan_domain(model, name, domain, &domains, spot.at("domain").at(name));
            domains.push(domain);
        }
        let names: Vec<&str> = domains.iter().map(|domain| domain.name.as_str()).collect();
        let remarks = raw.remark.iter().enumerate();
        let remarks = remarks.map(|(number, remark)| self.remark(remark, &names, spot.at("remark").index(number))).collect();
        let lines = raw.line.iter().map(|(name, line)| {
            let place = spot.at("line").at(name);
            self.good_name("line of the plan", name, false, place.key());
            let label = label(Some(&line.label), name);
            PlanLine { name: name.clone(), label, euro: self.amounts_of(&line.euro, -MOST, place.at("euro")) }
        });
        let lines = lines.collect();
        let claims = raw.claim.iter().filter_map(|(name, claim)| self.claim(name, claim, spot.at("claim").at(name))).collect();
        Plan {
            label: said(&raw.label),
            price_year: raw.price_year,
            test: raw.test.clone(),
            task: self.amounts_of(&raw.task, -MOST, spot.at("task")),
            one_off: self.amounts_of(&raw.one_off, 0.0, spot.at("one_off")),
            domains,
            lines,
            claims,
            remarks,
            source,
            note: raw.source.note.clone(),
            grade: raw.grade,
        }
    }

    fn claim(&mut self, name: &str, raw: &RawPlanClaim, spot: Spot<'_>) -> Option<PlanClaim> {
        self.good_name("claim", name, false, spot.key());
        self.within_horizon(raw.year, "the year", spot.at("year").value());
        if !(0.0..=100.0).contains(&raw.factor) {
            let message = format!("{} is no part to which a cost can fall", raw.factor);
            self.fault("out-of-range", spot.at("factor").value(), message, "out of range", "0.5 is halved");
        }
        let of = self.part_of_track(&raw.of, spot.at("of"))?;
        Some(PlanClaim { name: name.to_owned(), label: said(&raw.label), of, year: raw.year, factor: raw.factor })
    }

    /// Amounts by calendar year, from `least` up.
    pub(super) fn amounts_of(&mut self, given: &IndexMap<String, f64>, least: f64, spot: Spot<'_>) -> Amounts {
        let message = if least < 0.0 { "this is no amount in euros" } else { "this is no amount of 0 euros or more" };
        Amounts(self.by_year(given, least..=MOST, (message, "give euros by calendar year"), spot))
    }

    fn plan_domain(
        &mut self,
        model: &RawModel,
        name: &str,
        raw: &RawPlanDomain,
        others: &[PlanDomain],
        spot: Spot<'_>,
    ) -> PlanDomain {
        self.good_name("domain of the plan", name, false, spot.key());
        let mut of = Vec::new();
        for (number, domain) in raw.of.iter().enumerate() {
            let place = spot.at("of").index(number);
            let Some(id) = self.find("domain", domain, model.domain.keys().map(String::as_str), place.value()) else { continue };
            if of.contains(&id) || others.iter().any(|other| other.of.contains(&id)) {
                let message = format!("the cost of `{domain}` is in the plan twice");
                self.fault(
                    "defined-twice",
                    place.value(),
                    message,
                    "a second time",
                    "a domain of the model belongs to one of the plan",
                );
            }
            of.push(id);
        }
        if raw.of.is_empty() {
            let message = format!("`{name}` is about no domain of the model");
            self.fault(
                "no-plan-domain",
                spot.at("of").value(),
                message,
                "empty",
                "name the domains whose cost the saving is about",
            );
        }
        let saving = self.amounts_of(&raw.saving, 0.0, spot.at("saving"));
        if raw.saving.is_empty() {
            let message = format!("nothing is booked in `{name}`");
            self.fault("no-amount", spot.at("saving").value(), message, "empty", "give at least one year: `{ 2026 = 500000 }`");
        }
        let investment = self.amounts_of(&raw.investment, 0.0, spot.at("investment"));
        PlanDomain { name: name.to_owned(), label: said(&raw.label), of, saving, investment }
    }

    fn remark(&mut self, raw: &RawPlanRemark, names: &[&str], spot: Spot<'_>) -> PlanRemark {
        let domain = raw.domain.as_ref();
        let domain =
            domain.and_then(|name| self.find("domain of the plan", name, names.iter().copied(), spot.at("domain").value()));
        if let Some(year) = raw.year {
            self.within_horizon(year, "the year", spot.at("year").value());
        }
        PlanRemark { domain, year: raw.year, text: said(&raw.text) }
    }

    /// The scenarios that the plan names exist.
    pub(super) fn tested(&mut self, spot: Spot<'_>) {
        let names: Vec<String> = self.model.plan.iter().flat_map(|plan| plan.test.clone()).collect();
        let known: Vec<String> = self.model.scenarios.iter().map(|scenario| scenario.name.clone()).collect();
        for (at, name) in names.iter().enumerate() {
            self.find("scenario", name, known.iter().map(String::as_str), spot.at("plan").at("test").index(at).value());
        }
    }

    /// Id of a domain of the plan.
    pub(super) fn plan_domain_of(&mut self, name: &str, spot: Spot<'_>) -> Option<usize> {
        let names: Vec<String> =
            self.model.plan.iter().flat_map(|plan| plan.domains.iter().map(|one| one.name.clone())).collect();
        self.find("domain of the plan", name, names.iter().map(String::as_str), spot.value())
    }

    fn contract(&mut self, name: &str, raw: &RawContract, spot: Spot<'_>) -> Option<Contract> {
        self.good_name("contract", name, false, spot.key());
        let source = self.cite(&raw.source, spot.at("source")).unwrap_or(0);
        self.within_horizon(raw.start, "the year", spot.at("start").value());
        self.within_horizon(raw.base.year, "the year", spot.at("base").at("year").value());
        if raw.base.year >= raw.start {
            let message = format!("the sum is built on the cost of {}, but holds from {}", raw.base.year, raw.start);
            let help = "take a year before the contract starts";
            self.fault("contract-base", spot.at("base").at("year").value(), message, "too late", help);
        }
        self.price_year(raw.price_year, spot.at("price_year"));
        let mut base = Vec::new();
        for (what, share) in &raw.base.of {
            let place = spot.at("base").at("of").at(what);
            let share = self.field(share, Field::share("the share"), place);
            let Some((track, of)) = self.part_of_track(what, place) else { continue };
            base.push((track, of, share));
        }
        if raw.base.of.is_empty() {
            let help = "name what the provider takes over: `{ \"begeleiding.ob1\" = 1 }`";
            self.fault("contract-base", spot.at("base").at("of").value(), "the sum is built on nothing", "empty", help);
        }
        let provider = self.spent(&raw.provider, spot.at("provider"));
        let beyond = self.spent(&raw.beyond, spot.at("beyond"));
        for what in raw.beyond.keys().filter(|what| raw.provider.contains_key(*what)) {
            let message = format!("what the provider spends on `{}` stands under `provider` too", super::shown(what));
            let help = "leave it in `provider`, for all person-years, or in `beyond`, for those beyond the base year";
            self.fault("contract-twice", spot.at("beyond").at(what).key(), message, "named twice", help);
        }
        let factors = self.year_factors(&raw.times, spot.at("times"));
        if !factors.tables.is_empty() || !factors.shocks.is_empty() {
            let help = "the path of a sum is agreed on beforehand: put it in a trend with `by_year`";
            self.fault("contract-path", spot.at("times").value(), "a sum is multiplied by trends only", "no trend", help);
        }
        let domain = self.plan_domain_of(&raw.domain, spot.at("domain"))?;
        let clauses = raw.clause.iter().map(|(name, clause)| self.clause(name, clause, raw.start, spot.at("clause").at(name)));
        let clauses = clauses.collect();
        Some(Contract {
            name: name.to_owned(),
            label: said(&raw.label),
            domain,
            start: raw.start,
            base_year: raw.base.year,
            base,
            trends: factors.trends,
            indexed: raw.indexed.unwrap_or(true),
            provider,
            beyond,
            price_year: raw.price_year,
            clauses,
            source,
            note: raw.source.note.clone(),
            grade: raw.grade,
        })
    }

    /// What a provider spends on each person-year in some states.
    fn spent(&mut self, raw: &IndexMap<String, Number>, spot: Spot<'_>) -> Vec<(usize, usize, Expression)> {
        let field = Field::new("what the provider spends", Unit::EuroPerPersonYear, Bound::NotNegative);
        let mut spent = Vec::new();
        for (what, euro) in raw {
            let place = spot.at(what);
            let euro = self.field(euro, field, place);
            if let Some((track, Booked::State(state))) = self.part_of_track(what, place) {
                spent.push((track, state, euro));
            }
        }
        spent
    }

    /// Part of a track: a state, written `track.state`, or an attached cost, written `track.attached.name`.
    pub(super) fn part_of_track(&mut self, what: &str, spot: Spot<'_>) -> Option<(usize, Booked)> {
        let Some((track, part)) = what.split_once('.') else {
            let help = "write `track.state`, or `track.attached.name`";
            self.fault("contract-base", spot.key(), format!("`{}` names no state", super::shown(what)), "which state?", help);
            return None;
        };
        let track = self.track_of(track, spot.key())?;
        let of = match part.strip_prefix("attached.") {
            Some(attached) => Booked::Attached(self.attached_of(track, attached, spot.key())?),
            None => Booked::State(self.state_of(track, part, spot.key())?),
        };
        Some((track, of))
    }

    fn clause(&mut self, name: &str, raw: &RawClause, start: i32, spot: Spot<'_>) -> Clause {
        self.good_name("clause", name, false, spot.key());
        self.within_horizon(raw.from, "the year", spot.at("from").value());
        if raw.from < start {
            let message = format!("the clause looks at {}, but the contract holds from {start}", raw.from);
            self.fault("contract-clause", spot.at("from").value(), message, "too early", "give a year of the contract");
        }
        let lag = raw.lag_years.unwrap_or(1);
        if lag > MAX_LAG {
            let message = format!("a payment {lag} years later cannot be meant");
            self.fault(
                "out-of-range",
                spot.at("lag_years").value(),
                message,
                "too long",
                format!("give at most {MAX_LAG} years"),
            );
        }
        let mut share = |number: &Number, what, key| self.field(number, Field::share(what), spot.at(key));
        Clause {
            name: name.to_owned(),
            label: said(&raw.label),
            trigger: raw.trigger,
            threshold: share(&raw.threshold, "the threshold", "threshold"),
            from: raw.from,
            lag: i32::from(lag),
            share: share(&raw.share, "the share", "share"),
            cap: raw.cap.as_ref().map(|cap| share(cap, "the cap", "cap")),
            chance: share(&raw.chance, "the chance", "chance"),
        }
    }
}
