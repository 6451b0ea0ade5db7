//! `piramide gap`: the engine against its mean-field twin.

use super::args::GapArgs;
use super::failure::{Failure, note, print};
use super::language::Language;
use super::number::{significant, whole, written};
use super::table::STYLE;
use super::text::{Texts, fill};
use super::{folder, interrupt, progress, run};
use crate::analysis::gap::{Gap, GapRow, Job, PRECISION, TOLERANCE, gap};
use crate::compile::layout::{Layout, Level, METRICS};
use crate::compile::{Options, Plan};
use crate::ensemble;
use crate::meanfield::{Lack, Settings};
use crate::model::Model;
use comfy_table::{CellAlignment, Table};

/// Compares and shows, per row and metric, the year that is farthest off.
///
/// # Errors
/// The model or the command is at fault, the run was stopped, or engine and twin do not agree.
pub(super) fn compare(args: &GapArgs) -> Result<(), Failure> {
    let (_, mut model) = folder::read(args.model.as_deref())?;
    let asked: Vec<String> = args.scenario.iter().cloned().collect();
    let scenario = run::choose(&mut model, &asked)?[0];
    let options = Options { last_year: run::last_year(&model, args.horizon.as_ref())?, scale: args.scale };
    let job = Job { model: &model, options: &options, scenario, seed: args.seed, members: args.draws, settings: Settings::FINE };
    let pool = ensemble::pool(args.threads.unwrap_or(0))?;
    let (stop, shown) = (interrupt::flag(), progress::on_stderr());
    let Some(gap) = gap(&job, &pool, shown.as_ref(), stop)? else {
        return Err(Failure::Undone("stopped before the end; nothing is kept".to_owned()));
    };
    shown.writing();
    drop(shown);
    let language = Language::choose(args.lang);
    let layout = Plan::new(&model, &options)?.layout().clone();
    let report = Report { gap: &gap, model: &model, layout: &layout, language, texts: &Texts::new(language) };
    print(&report.text(scenario))?;
    if let Some(file) = &args.out {
        std::fs::write(file, report.csv())
            .map_err(|error| Failure::Undone(format!("cannot write {}: {error}", file.display())))?;
        note(&format!("all numbers: {}", file.display()));
    }
    if gap.agrees() { Ok(()) } else { Err(Failure::Undone("error: engine and twin do not agree".to_owned())) }
}

struct Report<'a> {
    gap: &'a Gap,
    model: &'a Model,
    layout: &'a Layout,
    language: Language,
    texts: &'a Texts,
}

impl Report<'_> {
    fn text(&self, scenario: usize) -> String {
        let texts = &self.texts.gap;
        let label = self.language.pick(&self.model.scenarios[scenario].label);
        let percent = |part: f64, place| written(100.0 * part, place, self.language);
        let title = fill(&texts.title, &[("model", self.language.pick(&self.model.label)), ("scenario", label)]);
        let numbers = whole(self.gap.rows.len(), self.language);
        let members = whole(self.gap.members as usize, self.language);
        let limit = written(self.gap.limit, -2, self.language);
        let tolerance = percent(TOLERANCE, -1);
        let words = [("numbers", &*numbers), ("members", &members), ("limit", &limit), ("tolerance", &tolerance)];
        let mut text = format!("{title}\n{}\n\n{}\n\n", fill(&texts.rule, &words), self.table().trim_fmt());
        let off = self.gap.disagreeing().count();
        text += &match off {
            0 => texts.agree.clone(),
            _ => fill(&texts.disagree, &[("numbers", &whole(off, self.language))]),
        };
        let vague = self.gap.rows.iter().filter(|row| !row.precise()).count();
        if vague > 0 {
            let words = [("numbers", &*whole(vague, self.language)), ("precision", &percent(PRECISION, -1))];
            text += &format!(" {}", fill(&texts.vague, &words));
        }
        text += &format!("\n\n{}\n", self.lacks());
        text
    }

    /// Per row and metric the year that is farthest off, in parts of what is allowed.
    fn table(&self) -> Table {
        let texts = &self.texts.gap;
        let mut table = Table::new();
        table.load_style(STYLE);
        table.set_header([&texts.metric, &texts.year, &texts.engine, &texts.twin, &texts.difference, &texts.z]);
        let allowed = |row: &GapRow| self.gap.limit * row.se + TOLERANCE * row.twin.abs();
        let far = |row: &GapRow| if row.difference() == 0.0 { 0.0 } else { row.difference().abs() / allowed(row) };
        let mut rest = &self.gap.rows[..];
        while let Some(first) = rest.first() {
            let unit = first.unit;
            // Rows come unit by unit, then year by year.
            let of_unit = rest.iter().take_while(|row| row.unit == unit).count();
            table.add_row([self.name(unit)]);
            for metric in 0..METRICS.len() {
                let of_metric = rest[..of_unit].iter().filter(|row| row.metric == metric);
                let Some(row) = of_metric.max_by(|a, b| far(a).total_cmp(&far(b))) else { continue };
                let place = significant(row.engine, row.se);
                table.add_row([
                    format!("  {}", METRICS[metric].name),
                    row.year.to_string(),
                    written(row.engine, place, self.language),
                    written(row.twin, place, self.language),
                    format!("{} %", written(100.0 * row.difference() / row.twin, -2, self.language)),
                    written(row.z(), -1, self.language),
                ]);
            }
            rest = &rest[of_unit..];
        }
        for column in table.column_iter_mut() {
            column.set_padding((0, 1));
        }
        for column in table.column_iter_mut().skip(1) {
            column.set_cell_alignment(CellAlignment::Right);
        }
        table
    }

    fn name(&self, unit: usize) -> String {
        let unit = &self.layout.units[unit];
        let track = unit.track.map(|track| &self.model.tracks[track]);
        match (unit.level, track, unit.state, unit.domain) {
            (Level::State, Some(track), Some(state), _) => format!("{}.{}", track.name, track.states[state].name),
            (Level::Track, Some(track), _, _) => track.name.clone(),
            (Level::Domain, _, _, Some(domain)) => self.model.domains[domain].name.clone(),
            _ => self.texts.table.everybody.clone(),
        }
    }

    /// What the twin does not represent, and what it amounts to.
    fn lacks(&self) -> String {
        let texts = &self.texts.gap;
        let mut lines = vec![texts.lacking.clone()];
        for lack in &self.gap.lacks {
            let track = |track: usize| self.model.tracks[track].name.as_str();
            lines.push(match *lack {
                Lack::Coupling { track: id } => fill(&texts.coupling, &[("track", track(id))]),
                Lack::Succession { track: id } => fill(&texts.succession, &[("track", track(id))]),
                Lack::Running { track: id } => fill(&texts.running, &[("track", track(id))]),
                Lack::Domain { domain } => fill(&texts.domain, &[("domain", self.model.domains[domain].name.as_str())]),
                Lack::Layers => texts.layers.clone(),
            });
        }
        let last = self.layout.first_year + self.layout.years as i32 - 1;
        let effects = self.gap.rows.iter().filter(|row| row.year == last && row.lacking.0 != 0.0);
        let tracks = effects.filter(|row| self.layout.units[row.unit].level == Level::Track);
        for row in tracks.filter(|row| ["person_years", "cost_constant"].contains(&METRICS[row.metric].name)) {
            let place = significant(row.lacking.0, row.lacking.1);
            let words = [
                ("track", &*self.name(row.unit)),
                ("metric", METRICS[row.metric].name),
                ("year", &last.to_string()),
                ("effect", &written(row.lacking.0, place, self.language)),
                ("error", &written(row.lacking.1, significant(row.lacking.1, f64::NAN), self.language)),
            ];
            lines.push(fill(&texts.effect, &words));
        }
        lines.join("\n- ")
    }

    /// Every number.
    fn csv(&self) -> String {
        let mut csv = "row,metric,unit,year,engine,twin,difference,se,z,agrees,lacking,lacking_se\n".to_owned();
        for row in &self.gap.rows {
            csv += &format!(
                "{},{},{},{},{},{},{},{},{},{},{},{}\n",
                self.name(row.unit),
                METRICS[row.metric].name,
                METRICS[row.metric].unit,
                row.year,
                row.engine,
                row.twin,
                row.difference(),
                row.se,
                row.z(),
                row.agrees(self.gap.limit),
                row.lacking.0,
                row.lacking.1,
            );
        }
        csv
    }
}
