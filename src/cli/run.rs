//! `piramide run`: an ensemble, its folder and its tables.

use super::args::RunArgs;
use super::failure::{Failure, print};
use super::language::Language;
use super::table::{Estimate, Writer, terminal_width};
use super::text::{Texts, fill};
use super::{design, folder, interrupt, number, progress, single};
use crate::analysis::{self, Band, BandRow, Bands, Outcome};
use crate::compile::Layout;
use crate::compile::layout::METRICS;
use crate::ensemble::{Members, Simulator};
use crate::model::{Files, Model, UNCHANGED};
use crate::store::columns::Names;
use crate::store::{BANDS_FILE, Identity, Job, StoreError};
use crate::verify::Audited;
use std::collections::BTreeMap;
use std::ops::RangeInclusive;
use std::path::Path;

/// Runs the ensemble, or goes on with it, and shows what came out.
///
/// # Errors
/// The model or the command is at fault, the run was stopped, or the disk failed.
pub(super) fn run(args: &RunArgs) -> Result<(), Failure> {
    let (files, mut model) = folder::read_with(args.model.as_deref(), &args.set)?;
    let asked = asked(&model, &args.scenarios, args.knowledge);
    let scenarios = choose(&mut model, &asked)?;
    let options = crate::compile::Options { last_year: last_year(&model, args.horizon.as_ref())?, scale: args.scale };
    let (draws, parameter_design) = design::draws(&args.design, args.draws, args.seed, &model, &files, &args.set)?;
    if args.member.is_some() {
        return single::run(args, &model, &options, &scenarios, draws);
    }
    let simulator = Simulator::new(&model, &options, args.seed, scenarios.clone())?.with_draws(draws);
    let checks = design::checks(&parameter_design, args.model.as_deref(), &files)?;
    let identity = Identity { parameter_design, ..identity(args, &files, &model, &scenarios, options.last_year) };
    let folder = args.out.clone().unwrap_or_else(|| Path::new("runs").join(format!("{}-{}", model.name, identity.short())));
    let job = Job {
        folder: &folder,
        model: &model,
        members: &Audited { members: &simulator, model: &model },
        identity,
        threads: args.threads.unwrap_or(0),
        checks,
        command_line: std::env::args().collect(),
    };
    let stop = interrupt::flag();
    match analysis::execute(&job, progress::on_stderr().as_ref(), stop)? {
        Outcome::Complete(_) => {}
        Outcome::AlreadyComplete(_) => {
            super::failure::note(&format!("{} holds this run already: nothing was done again", folder.display()));
        }
        Outcome::Interrupted { done, total } => {
            return Err(Failure::Undone(format!("stopped after {done} of {total} members; the same command goes on")));
        }
    }
    report(args, &job, &scenarios, simulator.layout())
}

/// Names of the scenarios that are asked for, with the knowledge of a year if that is said.
fn asked(model: &Model, names: &[String], knowledge: Option<i32>) -> Vec<String> {
    // Without a word the model runs unchanged, beside what its plan has to be held against.
    let tested = model.plan.iter().flat_map(|plan| plan.test.clone());
    let unasked = || core::iter::once(UNCHANGED.to_owned()).chain(tested).collect();
    let names: Vec<String> = if names.is_empty() { unasked() } else { names.to_vec() };
    let known = |name: String| match knowledge {
        Some(year) if name != UNCHANGED => format!("{}@{year}", name.split('@').next().unwrap_or_default()),
        _ => name,
    };
    names.into_iter().map(known).collect()
}

/// The scenarios of these names, by index; compositions are added to the model.
pub(super) fn choose(model: &mut Model, asked: &[String]) -> Result<Vec<usize>, Failure> {
    let mut chosen = Vec::new();
    for name in asked {
        let scenario = model.compose(name).map_err(|refusal| Failure::Usage(refusal.to_string()))?;
        let index = model.scenarios.iter().position(|known| known.name == scenario.name).unwrap_or_else(|| {
            model.scenarios.push(scenario);
            model.scenarios.len() - 1
        });
        if chosen.contains(&index) {
            return Err(Failure::Usage(format!("the scenario `{name}` is asked for twice")));
        }
        chosen.push(index);
    }
    Ok(chosen)
}

/// The last calendar year of the run.
pub(super) fn last_year(model: &Model, horizon: Option<&RangeInclusive<i32>>) -> Result<i32, Failure> {
    let Some(horizon) = horizon else { return Ok(model.default_last_year) };
    let (first, last) = (*horizon.start(), *horizon.end());
    if first != model.first_year {
        return Err(Failure::Usage(format!(
            "the horizon {first}..{last} must start in {}, where the model {} starts",
            model.first_year, model.name
        )));
    }
    if last > model.last_year {
        return Err(Failure::Usage(format!(
            "the horizon {first}..{last} goes beyond {}, the last year of the model {}",
            model.last_year, model.name
        )));
    }
    Ok(last)
}

fn identity(args: &RunArgs, files: &Files, model: &Model, scenarios: &[usize], last_year: i32) -> Identity {
    Identity {
        piramide: Identity::VERSION.into(),
        commit: Identity::COMMIT.into(),
        model: model.name.clone(),
        inputs: files.iter().map(|(name, bytes)| (name.to_owned(), Identity::hash(bytes))).collect(),
        seed: args.seed,
        parameter_design: String::new(),
        set: folder::given(&args.set),
        draws: args.draws,
        replications: args.replications,
        scenarios: scenarios.iter().map(|&index| model.scenarios[index].name.clone()).collect(),
        first_year: model.first_year,
        last_year,
        scale: args.scale,
    }
}

/// Prints the tables of a complete run, and where its files are.
fn report(args: &RunArgs, job: &Job, scenarios: &[usize], layout: &Layout) -> Result<(), Failure> {
    let language = Language::choose(args.lang);
    let texts = Texts::new(language);
    let writer = Writer { model: job.model, layout, texts: &texts, language, width: terminal_width() };
    let members = fill(
        &texts.table.members,
        &[
            ("first", &job.identity.first_year.to_string()),
            ("last", &job.identity.last_year.to_string()),
            ("members", &number::whole(job.identity.design().members() as usize, language)),
            ("draws", &number::whole(job.identity.draws as usize, language)),
            ("replications", &number::whole(job.identity.replications as usize, language)),
        ],
    );
    let mut text = String::new();
    // With a plan on trial the tables of all scenarios would be more than anybody reads.
    let trial = super::plan::text(job.folder, job.model, &job.identity, language, &texts, None)?;
    let told = if trial.is_some() && args.scenarios.is_empty() { &scenarios[..1] } else { scenarios };
    let named = |name: &str| told.iter().any(|&index| job.model.scenarios[index].name == name);
    let bands = Bands::read_of(job.folder, named)?;
    for &index in told {
        let numbers = Numbers::new(&bands, job, layout, &job.model.scenarios[index].name)?;
        let realised = |unit, year, metric| numbers.get(unit, year, metric, 0);
        let expected = |unit, year, metric| numbers.get(unit, year, metric, 1);
        text += &writer.scenario(&job.model.scenarios[index].label, &members, &realised);
        text += &writer.parts(&realised, &expected);
        text.push('\n');
    }
    text += &format!("{}\n{}\n\n", texts.table.realised, texts.table.digits);
    if let Some(trial) = trial {
        text += &format!("{trial}\n");
    }
    let files = &texts.files;
    text += &format!("{}\n", fill(&files.written, &[("folder", &job.folder.display().to_string())]));
    text += &format!("  {}\n  {}\n  {}\n", files.bands, files.periods, files.manifest);
    print(&text)
}

/// The bands of one scenario, dense: units × years × metrics × (realised, expected).
struct Numbers<'a> {
    layout: &'a Layout,
    estimates: Vec<Estimate>,
}

const BANDS: [Band; 2] = [Band::Realised, Band::Expected];

impl<'a> Numbers<'a> {
    /// # Errors
    /// A number that belongs in the tables is not in the file.
    fn new(bands: &Bands, job: &Job, layout: &'a Layout, scenario: &str) -> Result<Self, Failure> {
        let rows: BTreeMap<_, &BandRow> = (bands.rows.iter().filter(|row| row.scenario == scenario))
            .map(|row| {
                let unit = [&row.domain, &row.track, &row.state, &row.layer].map(String::as_str);
                ((unit, row.year, row.metric.as_str(), row.band), row)
            })
            .collect();
        let mut estimates = Vec::new();
        for unit in &layout.units {
            let names = Names::new(job.model, unit);
            let layer = names.layer.map(str::to_owned).or(names.combination.map(|set| format!("combination:{set}")));
            let state = names.state.or(names.gate.map(|gate| format!("gate:{gate}")));
            let [domain, track, state, layer] = [names.domain, names.track, state, layer].map(Option::unwrap_or_default);
            for year in job.identity.first_year..=job.identity.last_year {
                for (metric, band) in METRICS.iter().flat_map(|metric| BANDS.map(|band| (metric.name, band))) {
                    let row = rows.get(&([&domain, &track, &state, &layer].map(String::as_str), year, metric, band)).ok_or_else(
                        || {
                            let what = format!("{metric} of {year} is missing for scenario `{scenario}`");
                            StoreError::Damaged { file: job.folder.join(BANDS_FILE), what }
                        },
                    )?;
                    let mcse = row.mcse.unwrap_or(f64::NAN);
                    estimates.push(Estimate { mean: row.mean, mcse, band: row.p05.zip(row.p95) });
                }
            }
        }
        Ok(Self { layout, estimates })
    }

    fn get(&self, unit: usize, year: i32, metric: usize, band: usize) -> Estimate {
        let year = (year - self.layout.first_year) as usize;
        self.estimates[((unit * self.layout.years + year) * METRICS.len() + metric) * BANDS.len() + band]
    }
}
