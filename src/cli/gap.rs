//! `piramide gap`: the engine against its mean-field twin.

use super::args::GapArgs;
use super::failure::{Failure, note, print};
use super::language::Language;
use super::number::{about, significant, whole, written};
use super::table::{STYLE, under_names};
use super::text::{Texts, fill, paragraph};
use super::{design, folder, interrupt, progress, run};
use crate::analysis::gap::{Gap, GapRow, Job, LEAST, PRECISION, TOLERANCE, Verdict, gap};
use crate::compile::layout::{Layout, Level, METRICS};
use crate::compile::{Options, Plan};
use crate::ensemble;
use crate::meanfield::{Lack, Settings};
use crate::model::Model;
use crate::model::UNCHANGED;
use crate::store::columns::Names;
use comfy_table::Table;

/// Compares until every number is precise, and shows, per row and metric, the year that is worst.
///
/// # Errors
/// The model or the command is at fault, the comparison was stopped, engine and twin differ, or it is not precise enough to
/// tell.
pub(super) fn compare(args: &GapArgs) -> Result<(), Failure> {
    let (files, mut model) = folder::read_with(args.model.as_deref(), &args.set)?;
    let asked = [args.scenario.clone().unwrap_or_else(|| UNCHANGED.to_owned())];
    let scenario = run::choose(&mut model, &asked)?[0];
    let options = Options { last_year: run::last_year(&model, args.horizon.as_ref())?, scale: args.scale };
    let (draws, _) = design::draws(&args.design, args.draws, args.seed, &model, &files, &args.set)?;
    let settings = Settings::FINE;
    let job = Job { model: &model, options: &options, scenario, seed: args.seed, draws: &draws, most: args.draws, settings };
    let pool = ensemble::pool(args.threads.unwrap_or(0))?;
    let (stop, shown) = (interrupt::flag(), progress::on_stderr());
    let Some(gap) = gap(&job, &pool, shown.as_ref(), stop)? else {
        return Err(Failure::Undone("stopped before the first member was done".to_owned()));
    };
    shown.writing();
    drop(shown);
    let language = Language::choose(args.lang);
    let layout = Plan::new(&model, &options)?.layout().clone();
    let texts = Texts::new(language);
    let report = Report { gap: &gap, model: &model, layout: &layout, scale: args.scale, language, texts: &texts };
    print(&report.text(scenario))?;
    if let Some(file) = &args.out {
        std::fs::write(file, report.csv())
            .map_err(|error| Failure::Undone(format!("cannot write {}: {error}", file.display())))?;
        note(&format!("all numbers: {}", file.display()));
    }
    end(&gap)
}

/// How the command ends.
fn end(gap: &Gap) -> Result<(), Failure> {
    match gap.verdict() {
        Verdict::Differs => Err(Failure::Undone("error: engine and twin differ".to_owned())),
        _ if gap.stopped => Err(Failure::Undone(format!("stopped after {} members", gap.members))),
        Verdict::Imprecise => {
            Err(Failure::Imprecise("not precise enough yet: neither agreement nor difference is shown".to_owned()))
        }
        Verdict::Agrees => Ok(()),
        Verdict::Zero | Verdict::Unknown => Err(Failure::Undone("error: there is nothing to compare".to_owned())),
    }
}

struct Report<'a> {
    gap: &'a Gap,
    model: &'a Model,
    layout: &'a Layout,
    /// Factor on the number of persons.
    scale: f64,
    language: Language,
    texts: &'a Texts,
}

impl Report<'_> {
    fn text(&self, scenario: usize) -> String {
        let texts = &self.texts.gap;
        let label = self.language.pick(&self.model.scenarios[scenario].label);
        let title = fill(&texts.title, &[("model", self.language.pick(&self.model.label)), ("scenario", label)]);
        let top = [self.filled(&texts.rule), self.filled(&texts.aside)].map(|text| paragraph(&text)).concat();
        let table = self.table();
        let marked = [Verdict::Differs, Verdict::Imprecise].iter().any(|&verdict| self.count(verdict) > 0);
        let marks = if marked { format!("\n{}\n", self.filled(&texts.marks)) } else { String::new() };
        format!("{title}\n{top}\n{table}{marks}\n{}\n{}\n", paragraph(&self.conclusion()), self.lacks())
    }

    fn count(&self, verdict: Verdict) -> usize {
        self.gap.found(verdict).count()
    }

    /// The imprecise numbers that differ by more than is allowed all the same.
    fn beyond(&self) -> usize {
        self.gap.found(Verdict::Imprecise).filter(|row| row.excess(self.gap.limit) > 1.0).count()
    }

    /// What was found, in a few sentences.
    fn conclusion(&self) -> String {
        let texts = &self.texts.gap;
        let few = self.gap.members < LEAST;
        let sentences = [
            (self.gap.stopped, &texts.stopped),
            (self.gap.compared() == 0, &texts.nothing),
            (self.gap.verdict() == Verdict::Agrees, &texts.agree),
            (self.count(Verdict::Differs) > 0, &texts.differ),
            (self.count(Verdict::Imprecise) > 0, &texts.imprecise),
            (self.count(Verdict::Imprecise) > 0 && !few, &texts.needs),
            (self.count(Verdict::Imprecise) > 0 && few, &texts.few),
            (self.beyond() > 0 && !few, &texts.beyond),
        ];
        let said: Vec<String> = sentences.iter().filter(|(holds, _)| *holds).map(|(_, text)| self.filled(text)).collect();
        said.join(" ")
    }

    /// A text with the numbers of this comparison.
    fn filled(&self, text: &str) -> String {
        let (gap, language) = (self.gap, self.language);
        let count = |verdict| whole(self.count(verdict), language);
        let percent = |part: f64| written(100.0 * part, -1, language);
        let members = f64::from(gap.members);
        fill(
            text,
            &[
                ("numbers", &whole(gap.compared(), language)),
                ("members", &whole(gap.members as usize, language)),
                ("limit", &written(gap.limit, -2, language)),
                ("tolerance", &percent(TOLERANCE)),
                ("precision", &percent(PRECISION)),
                ("zeros", &count(Verdict::Zero)),
                ("unknown", &count(Verdict::Unknown)),
                ("off", &count(Verdict::Differs)),
                ("vague", &count(Verdict::Imprecise)),
                ("beyond", &whole(self.beyond(), language)),
                ("least", &whole(LEAST as usize, language)),
                ("more", &about((gap.needs() - members).max(1.0), language)),
                ("scale", &about(self.scale * gap.needs() / members, language)),
                ("differs", mark(Verdict::Differs)),
                ("imprecise", mark(Verdict::Imprecise)),
            ],
        )
    }

    /// Per row and metric the year that is worst: one that differs, else the least precise of those that are not precise, else
    /// the farthest off.
    fn table(&self) -> String {
        let texts = &self.texts.gap;
        let mut table = Table::new();
        table.load_style(STYLE);
        table.set_header([&texts.metric, &texts.year, &texts.engine, &texts.twin, &texts.difference, &texts.error, ""]);
        let bad = |row: &GapRow| match row.verdict {
            Verdict::Differs => (2, row.excess(self.gap.limit)),
            Verdict::Imprecise => (1, row.needs),
            Verdict::Agrees | Verdict::Zero | Verdict::Unknown => (0, row.excess(self.gap.limit)),
        };
        let mut names = Vec::new();
        // Rows come unit by unit, then year by year.
        for of_unit in self.gap.rows.chunk_by(|one, next| one.unit == next.unit) {
            let mut name = Some(self.name(of_unit[0].unit));
            for metric in 0..METRICS.len() {
                let of_metric = of_unit.iter().filter(|row| row.metric == metric && row.verdict.compared());
                let worst = of_metric.max_by(|a, b| {
                    let ((a, how_bad), (b, than)) = (bad(a), bad(b));
                    a.cmp(&b).then(how_bad.total_cmp(&than))
                });
                if let Some(row) = worst {
                    table.add_row(self.line(row));
                    names.push(name.take());
                }
            }
        }
        under_names(table, names)
    }

    fn line(&self, row: &GapRow) -> [String; 7] {
        let place = significant(row.engine, row.se);
        let percent = |part: f64| match 100.0 * part / row.value().abs() {
            part if part.is_finite() => format!("{} %", written(part, -2, self.language)),
            _ => "\u{2013}".to_owned(),
        };
        [
            format!("  {}", METRICS[row.metric].name),
            row.year.to_string(),
            written(row.engine, place, self.language),
            written(row.twin, place, self.language),
            percent(row.difference()),
            percent(row.se),
            mark(row.verdict).to_owned(),
        ]
    }

    fn name(&self, unit: usize) -> String {
        let unit = &self.layout.units[unit];
        let names = Names::new(self.model, unit);
        let [domain, track, state, gate, combination] =
            [names.domain, names.track, names.state, names.gate, names.combination].map(Option::unwrap_or_default);
        match unit.level {
            Level::State | Level::Attached => format!("{track}.{state}"),
            Level::Gate => format!("{track}.{gate}"),
            Level::Track => track,
            Level::Domain => domain,
            Level::Client if !state.is_empty() => format!("clients:{track}.{state}"),
            Level::Client => format!("clients:{}", if track.is_empty() { domain } else { track }),
            Level::Layer => names.layer.unwrap_or_default().to_owned(),
            Level::Combination => format!("combination:{combination}"),
            Level::Total => self.texts.table.everybody.clone(),
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
                Lack::Overload { track: id } => fill(&texts.overload, &[("track", track(id))]),
                Lack::Places { resource } => fill(&texts.places, &[("resource", self.model.resources[resource].name.as_str())]),
                Lack::Domain { domain } => fill(&texts.domain, &[("domain", self.model.domains[domain].name.as_str())]),
                Lack::Labels { track: id } => fill(&texts.labels, &[("track", track(id))]),
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
        let mut csv = "row,metric,unit,year,engine,twin,difference,se,z,verdict,lacking,lacking_se\n".to_owned();
        for row in &self.gap.rows {
            let known = if row.verdict == Verdict::Unknown {
                ",,,".to_owned()
            } else {
                format!("{},{},{},{}", row.twin, row.difference(), row.se, row.z())
            };
            csv += &format!(
                "{},{},{},{},{},{known},{},{},{}\n",
                self.name(row.unit),
                METRICS[row.metric].name,
                METRICS[row.metric].unit,
                row.year,
                row.engine,
                row.verdict.name(),
                row.lacking.0,
                row.lacking.1,
            );
        }
        csv
    }
}

/// Stands behind a number that does not pass.
fn mark(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Differs => "\u{2260}",
        Verdict::Imprecise => "?",
        Verdict::Agrees | Verdict::Zero | Verdict::Unknown => "",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Files;
    use std::path::Path;

    /// A comparison of the village with these verdicts, the last for all further numbers: the size of a town, and every number
    /// 1 % off at a standard error of 0.25 %.
    fn told(language: Language, verdicts: &[Verdict], members: u32) -> String {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/models/dorp");
        let model = crate::model::read(&Files::from_directory(&folder).unwrap()).unwrap();
        let layout = Layout::new(&model, 2020);
        let mut verdicts = verdicts.iter().copied().chain(std::iter::repeat(verdicts[verdicts.len() - 1]));
        let places = (0..layout.units.len()).flat_map(|unit| [2019, 2020].map(|year| (unit, year)));
        let rows = places.flat_map(|place| (0..METRICS.len()).map(move |metric| (place, metric)));
        let rows = rows.map(|((unit, year), metric)| {
            let twin = if METRICS[metric].name.starts_with("cost") { 143_870_000.0 } else { 80_683.0 };
            let verdict = verdicts.next().unwrap();
            let lacking = (1e-3 * twin, 1e-4 * twin);
            GapRow { unit, year, metric, engine: 1.01 * twin, twin, se: 2.5e-3 * twin, needs: 1234.0, lacking, verdict }
        });
        let lacks = vec![Lack::Coupling { track: 0 }, Lack::Layers];
        let gap = Gap { rows: rows.collect(), lacks, members, limit: 3.5, stopped: false };
        let texts = Texts::new(language);
        Report { gap: &gap, model: &model, layout: &layout, scale: 2.0, language, texts: &texts }.text(0)
    }

    /// The sentences under the table.
    fn said(verdicts: &[Verdict], members: u32) -> String {
        let text = told(Language::En, verdicts, members);
        // The last paragraph is what the twin lacks.
        text.split("\n\n").collect::<Vec<_>>().iter().rev().nth(1).unwrap().replace('\n', " ").trim().to_owned()
    }

    #[test]
    fn the_numbers_of_a_town_fit_eighty_columns() {
        for language in [Language::Nl, Language::En] {
            for verdict in [Verdict::Agrees, Verdict::Differs, Verdict::Imprecise] {
                let text = told(language, &[verdict], 1000);
                assert!(text.lines().all(|line| line.chars().count() <= 80), "{text}");
                let costs = text.lines().find(|line| line.trim_start().starts_with("cost_constant")).unwrap();
                assert_eq!(costs.ends_with(['?', '\u{2260}']), verdict != Verdict::Agrees, "{text}");
            }
        }
    }

    #[test]
    fn the_conclusion_is_plain() {
        let all = said(&[Verdict::Agrees], 1000);
        assert!(all.starts_with("Engine and twin agree on all ") && all.ends_with(" numbers."), "{all}");
        let two = said(&[Verdict::Differs, Verdict::Differs, Verdict::Zero, Verdict::Unknown, Verdict::Agrees], 1000);
        assert!(two.starts_with("Engine and twin differ on 2 of ") && two.ends_with(", by more than chance and 0.1 % allow."));
        let both = said(&[Verdict::Differs, Verdict::Imprecise, Verdict::Agrees], 1000);
        assert!(both.starts_with("Engine and twin differ on 1 of ") && both.contains(" Not precise enough yet: 1 of "), "{both}");
        let more = "That takes about 240 members more, or --scale 2.5 with as many members as now. Of these, 1 lie further \
                    apart than 3.50 standard errors + 0.1 % already.";
        assert!(both.ends_with(more), "{both}");
        let few = said(&[Verdict::Imprecise, Verdict::Agrees], 100);
        assert!(
            few.ends_with("at least 128 members to know a standard error, and about 1,200 more than now to make all precise.")
        );
        let nothing = told(Language::En, &[Verdict::Zero], 1000);
        assert!(nothing.contains("There is nothing to compare"), "{nothing}");
    }

    #[test]
    fn the_end_names_the_outcome() {
        let gap = |verdicts: &[Verdict], stopped| {
            let number = |&verdict: &Verdict| GapRow {
                unit: 0,
                year: 2021,
                metric: 0,
                engine: 1.0,
                twin: 1.0,
                se: 0.0,
                needs: 0.0,
                lacking: (0.0, 0.0),
                verdict,
            };
            Gap { rows: verdicts.iter().map(number).collect(), lacks: vec![], members: 500, limit: 3.0, stopped }
        };
        let (agrees, differs, imprecise) = (Verdict::Agrees, Verdict::Differs, Verdict::Imprecise);
        assert!(matches!(end(&gap(&[Verdict::Zero, agrees, Verdict::Unknown], false)), Ok(())));
        assert!(matches!(end(&gap(&[agrees, imprecise], false)), Err(Failure::Imprecise(_))));
        assert!(matches!(end(&gap(&[agrees, imprecise], true)), Err(Failure::Undone(said)) if said.starts_with("stopped")));
        assert!(matches!(end(&gap(&[differs, imprecise], false)), Err(Failure::Undone(said)) if said.ends_with("differ")));
        assert!(matches!(end(&gap(&[Verdict::Zero], false)), Err(Failure::Undone(_))));
    }
}
