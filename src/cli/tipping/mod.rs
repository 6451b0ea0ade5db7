//! `piramide tipping`: from which load on places turn help into waiting.

mod file;
mod report;

use super::args::TippingArgs;
use super::failure::{Failure, note, print};
use super::language::Language;
use super::text::Texts;
use super::{design, folder, interrupt, progress, run};
use crate::analysis::tipping::{Job, tipping as simulate};
use crate::compile::Options;
use crate::ensemble::{self, Design};
use crate::model::Model;
use crate::model::UNCHANGED;
use report::Report;

/// Simulates every number of places and shows what they do.
///
/// # Errors
/// The model or the command is at fault, it was stopped, or the disk failed.
pub(super) fn tipping(args: &TippingArgs) -> Result<(), Failure> {
    let (files, mut model) = folder::read_with(args.model.as_deref(), &args.set)?;
    let asked = [args.scenario.clone().unwrap_or_else(|| UNCHANGED.to_owned())];
    let scenario = run::choose(&mut model, &asked)?[0];
    let resources = resources(&model, &args.resources)?;
    let options = Options { last_year: run::last_year(&model, args.horizon.as_ref())?, scale: args.scale };
    let (draws, _) = design::draws(&args.design, args.draws, args.seed, &model, &files, &args.set)?;
    let design = Design { draws: args.draws, replications: args.replications };
    let job = Job {
        model: &model,
        options: &options,
        scenario,
        seed: args.seed,
        draws: &draws,
        design,
        resources: &resources,
        factors: &args.factors,
    };
    let pool = ensemble::pool(args.threads.unwrap_or(0))?;
    let (stop, shown) = (interrupt::flag(), progress::on_stderr());
    let Some(found) = simulate(&job, &pool, shown.as_ref(), stop)? else {
        return Err(Failure::Undone("stopped before the first member was done".to_owned()));
    };
    shown.writing();
    drop(shown);
    let language = Language::choose(args.lang);
    let report = Report { found: &found, model: &model, scenario, language, texts: &Texts::new(language) };
    print(&report.text())?;
    if let Some(file) = &args.out {
        file::csv(&found, &model, scenario)
            .and_then(|bytes| std::fs::write(file, bytes))
            .map_err(|error| Failure::Undone(format!("cannot write {}: {error}", file.display())))?;
        note(&format!("all numbers: {}", file.display()));
    }
    if found.stopped {
        return Err(Failure::Undone(format!("stopped: {} of {} members are in these numbers", found.members, design.members())));
    }
    Ok(())
}

/// The resources that are asked for, by id; all of them if none is named.
fn resources(model: &Model, asked: &[String]) -> Result<Vec<usize>, Failure> {
    if model.resources.is_empty() {
        return Err(Failure::Usage(format!(
            "nothing runs out in the model {}: it has no resource, so there is no load at which places are full\n  \
             add a [resource.NAME] with its places, and let a state take one: place = {{ of = \"NAME\", full = \"STATE\" }}",
            model.name
        )));
    }
    let mut ids = Vec::new();
    for name in asked {
        let Some(id) = model.resources.iter().position(|resource| resource.name == *name) else {
            let there: Vec<&str> = model.resources.iter().map(|resource| resource.name.as_str()).collect();
            let message = format!("--resource {name}: the model {} does not have it; it has {}", model.name, there.join(", "));
            return Err(Failure::Usage(message));
        };
        if !ids.contains(&id) {
            ids.push(id);
        }
    }
    Ok(if asked.is_empty() { (0..model.resources.len()).collect() } else { ids })
}
