//! `piramide run --member D.R`: one member alone, as a table or as the life of one person in it.

use super::args::RunArgs;
use super::failure::{Failure, print};
use super::language::Language;
use super::table::{Estimate, Writer, terminal_width};
use super::text::{Texts, fill};
use super::trace;
use crate::compile::Options;
use crate::compile::layout::Period;
use crate::design::Draws;
use crate::ensemble::{self, Members, Simulator};
use crate::model::Model;
use crate::store::columns;
use crate::verify::Audited;

/// Simulates the member and prints its yearly tables, or the life of the person that `--trace` names.
///
/// # Errors
/// The member is not one of the run, or its draw makes no model.
pub(super) fn run(
    args: &RunArgs,
    model: &Model,
    options: &Options,
    scenarios: &[usize],
    draws: Draws<'_>,
) -> Result<(), Failure> {
    let Some(member) = args.member else { return Ok(()) };
    if member.draw >= args.draws || member.replication >= args.replications {
        return Err(Failure::Usage(format!(
            "member {member} is not in a run of {} draws and {} replications; both count from 0",
            args.draws, args.replications
        )));
    }
    let language = Language::choose(args.lang);
    let texts = Texts::new(language);
    if let Some(person) = args.trace {
        let lives = trace::Lives { model, texts: &texts, language, seed: args.seed, draws, member };
        return print(&lives.of(person, options, scenarios)?);
    }
    let simulator = Simulator::new(model, options, args.seed, scenarios.to_vec())?.with_draws(draws);
    let counts = ensemble::one(&Audited { members: &simulator, model }, member)?;
    let layout = simulator.layout();
    let writer = Writer { model, layout, texts: &texts, language, width: terminal_width() };
    let subtitle = fill(
        &texts.table.one_member,
        &[("first", &model.first_year.to_string()), ("last", &options.last_year.to_string()), ("member", &member.to_string())],
    );
    let mut text = String::new();
    for (&scenario, counts) in scenarios.iter().zip(&counts) {
        let number = |unit, year, metric| {
            let period =
                (0..layout.periods()).find(|&index| layout.period(index) == Period { year, half: 0 }).unwrap_or_default();
            let mean = columns::in_unit(metric, counts[layout.offset(0, unit, period) + metric]);
            Estimate { mean, mcse: f64::NAN, band: None }
        };
        text += &writer.scenario(&model.scenarios[scenario].label, &subtitle, &number);
    }
    print(&text)
}
