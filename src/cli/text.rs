//! The texts of tables, from one message file per language.
//!
//! The types below are the list of keys: a file that lacks one, or has one too many, does not parse, and the test here
//! says which.

use super::language::Language;
use crate::model::Layer;
pub(super) use crate::words::fill;
use crate::words::messages;
use serde::Deserialize;

/// All texts in one language.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Texts {
    /// The layers of the pyramid.
    pub(super) layer: Layers,
    /// Tables of results.
    pub(super) table: Table,
    /// Where the files are.
    pub(super) files: Files,
    /// Engine and twin compared.
    pub(super) gap: Gap,
    /// Two runs compared.
    pub(super) compare: Compare,
    /// The accounts of a year.
    pub(super) accounts: Accounts,
    /// What made spending grow.
    pub(super) growth: Growth,
    /// A plan on trial.
    pub(super) plan: Plan,
    /// A saving divided over measures.
    pub(super) ledger: Ledger,
    /// A scenario under other levers.
    pub(super) grid: Grid,
    /// Where care goes that is avoided.
    pub(super) waterbed: Waterbed,
    /// What must be true.
    pub(super) needs: Needs,
    /// What more or fewer places do.
    pub(super) tipping: Tipping,
    /// One person's life.
    pub(super) trace: Trace,
    /// A model in words.
    pub(super) show: Show,
    /// A model as a page.
    pub(super) page: Page,
    /// Units behind a number.
    pub(super) unit: Units,
    /// What the grades mean.
    pub(super) grade: Grades,
}

messages! {
    /// The layers of the pyramid.
    Layers { outside, informeel, formeel, wacht, basis, maatwerk }
    /// Tables of results.
    Table {
        title, members, one_member, layers, tracks, everybody, layer, track, year, persons, cost, band, euro, thousand, million,
        prices, realised, digits, split, not_split, broken,
    }
    /// Where the files are.
    Files { written, bands, periods, manifest }
    /// Engine and twin compared.
    Gap {
        title, rule, aside, metric, year, engine, twin, difference, error, marks, agree, differ, imprecise, needs, few,
        beyond, nothing, stopped, lacking, coupling, succession, running, overload, places, domain, labels, layers, effect,
    }
    /// Two runs compared.
    Compare {
        two_runs, one_run, unchanged, changes, input_changed, input_added, input_removed, only_first, only_second, more, paired,
        shrunk, unpaired, title, first, second, difference, error, above, all, none, same, nothing, band_holds,
    }
    /// The accounts of a year.
    Accounts {
        title, rule, unit, source, published, model, difference, clients, fixed, apart, remarks, marks,
    }
    /// What made spending grow.
    Growth {
        title, rule, grew, price, volume, intensity, euro, percent, clients, per_client, factors, remainder, unknown,
        counted,
    }
    /// A plan on trial.
    Plan {
        title, rule, scenario, booked, saving, chance, total, net, by_year, of_fifty, implicit, covers, costs, reserve, passes, in_year, no_year,
        multiplier, infeasible, claim, contract, provider, unknown_sum, clauses, opened, chance_error, reading, remarks,
        cash, effect, now, follows, never, cash_reading, cash_all, contract_kept, staff_kept, lump_sum, fixed_capacity, minimum_take_up,
        nothing_kept, who, whither,
    }
    /// A saving divided over measures.
    Ledger { title, rule, measure, share, alone, last, together, less, more, reading, drawn, twin, engine }
    /// A scenario under other levers.
    Grid { title, rule, effect, later, places, reading }
    /// Where care goes that is avoided.
    Waterbed {
        title, rule, later, hulpvragen, before, after, solved, informeel, formeel, basis, wacht, lighter, heavier, other_act, wlz, gone,
        censored, all, new, saved, avoided, changed, drawn, total, reading, paid, provider, household, wlz_years, burden, burden_reading, wijk, age,
        living, young, alone, together, waiting, more, informal, spared,
    }
    /// What must be true.
    Needs { title, rule, domain, measure, believed, average, sure, needed, never, seen, reading }
    /// What more or fewer places do.
    Tipping {
        title, rule, times, places, load_head, used, waiting, weeks, prevented_head, next_head, wijk, tips, unlimited, effect,
        between, below, beyond, unknown, no_effect, too_few, sides, now_before, now_inside, now_after, shared, load, prevented,
        next, euro, hidden,
    }
    /// One person's life.
    Trace {
        title, moment, age, event, present, born, arrives, since, takes_over, moves, renews, diverted, reached, relapses,
        waited, ends, birth, dies, leaves, end,
    }
}

messages! {
    /// A model in words.
    Show {
        people, demography, streams, track, states, moves, start, parameters, tables, shocks, correlations,
        scenarios, grades, years, domain, household, labels, labelled, label_shares, unnamed, no_age, age, all, wijk, of_source, grade, no_source,
        no_grade, sink, per_year, per_start, per_indicatie, hours, indicaties,
        price_year, transition, hazard, at_age, at_ages, born_before, whole_age, exact_age, any, certain_to, share_to, renewed, times, growth, shock, frail, while_in, while_elsewhere, bears,
        exponential, weibull, gamma, lognormal, uniform, fixed, empirical, initial, since_stationary,
        since_years, since_now, range, certain, cells, cells_one, trend, frailty, shock_line, correlation, death, leave,
        birth, stream_year, stream_years, stream_season, stream_stationary, no_measures, measure, ramp, set, scale,
        shift, counts, weak, prices,
        accounts, account, resources, resource, whose_city, whose_wijk, takes, waits, waits_class, gates, gate, gate_new, gate_renewal, gate_running, gate_running_on, variant,
        yearly, trend_by_year, published, count, divisor, counted, breaks, broken,
        still, then_plateau, then_hazard, then_onset, delay, per_reached,
        per_diverted, through, stream_closed, plan, booked, task, contract, limits, attached, attached_cost, attached_income, follows, not_indexed,
        cash_contract, cash_staff, cash_minimum, cash_fixed,
    }
    /// A model as a page: what stands above columns, and what the terminal has no room for.
    Page {
        years, reading, written, grade, meaning, figures, state, cost, indicaties, hours, also, from, when, to, share, since,
        numbers, number, value, range, fixed, uniform, triangular, pert, normal, lognormal, beta, gamma, empirical, tables,
        table, values, source, several, attributes, mothers, newborn, shock, spread, persistence, one, other, rho, prices, index,
        line, part_of, consists, parts, spending, share_of, remark, measure, start, ramp, at_once, months, effect, on_top_of,
        sources, key, author, year, title, place_of, count, is_counted, from_year, change, tracks, plan_domain, what, saving, investment,
        all, task, once, contracts, contract, base, path, clauses, cash,
    }
    /// Units behind a number.
    Units {
        factor, share, per_year, persons_per_year, years, hours_per_week, euro, euro_per_person_year,
        euro_per_hour, persons, number,
    }
    /// What the grades mean.
    Grades { a, b, c, d }
}

impl Texts {
    /// The texts of a language.
    pub(super) fn new(language: Language) -> Self {
        let file = match language {
            Language::Nl => include_str!("messages/nl.toml"),
            Language::En => include_str!("messages/en.toml"),
        };
        #[expect(clippy::expect_used, reason = "both files are in the binary, and the test below reads them")]
        toml::from_str(file).expect("the message files of this binary hold every text")
    }

    /// The name of a layer; `None` lies outside the pyramid.
    pub(super) fn layer(&self, layer: Option<Layer>) -> &str {
        match layer {
            None => &self.layer.outside,
            Some(Layer::Informeel) => &self.layer.informeel,
            Some(Layer::Formeel) => &self.layer.formeel,
            Some(Layer::Wacht) => &self.layer.wacht,
            Some(Layer::Basis) => &self.layer.basis,
            Some(Layer::Maatwerk) => &self.layer.maatwerk,
        }
    }
}

/// Lines of at most `width` columns, broken at spaces; a word that is longer stands alone.
pub(super) fn wrapped(text: &str, indent: usize, width: usize) -> Vec<String> {
    let mut lines = Vec::new();
    let mut line = " ".repeat(indent);
    let mut empty = true;
    for word in text.split_whitespace() {
        if !empty && line.chars().count() + 1 + word.chars().count() > width {
            lines.push(std::mem::replace(&mut line, " ".repeat(indent + 2)));
            empty = true;
        }
        if !empty {
            line.push(' ');
        }
        line += word;
        empty = false;
    }
    lines.push(line);
    lines
}

/// Sentences in lines that fit a terminal of 80 columns.
pub(super) fn paragraph(text: &str) -> String {
    // What follows a break stands as far out as what comes before it.
    wrapped(text, 0, 80).iter().fold(String::new(), |lines, line| lines + line.trim_start() + "\n")
}

/// The paragraphs of a text: what stands between blank lines, each in one line.
pub(super) fn paragraphs(text: &str) -> Vec<String> {
    let lines: Vec<&str> = text.lines().map(str::trim).collect();
    lines.split(|line| line.is_empty()).filter(|lines| !lines.is_empty()).map(|lines| lines.join(" ")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The words in braces of a message, sorted.
    fn words(message: &str) -> Vec<&str> {
        let mut words: Vec<&str> = message.split('{').skip(1).filter_map(|part| part.split('}').next()).collect();
        words.sort_unstable();
        words
    }

    #[test]
    fn both_languages_have_every_text_and_fill_in_the_same_words() {
        let (nl, en) = (Texts::new(Language::Nl), Texts::new(Language::En));
        let all = |texts: &Texts| -> Vec<(&'static str, String)> {
            [
                texts.layer.all(),
                texts.table.all(),
                texts.files.all(),
                texts.gap.all(),
                texts.compare.all(),
                texts.accounts.all(),
                texts.growth.all(),
                texts.plan.all(),
                texts.ledger.all(),
                texts.grid.all(),
                texts.waterbed.all(),
                texts.needs.all(),
                texts.tipping.all(),
                texts.trace.all(),
                texts.show.all(),
                texts.page.all(),
                texts.unit.all(),
                texts.grade.all(),
            ]
            .concat()
            .into_iter()
            .map(|(key, text)| (key, text.to_owned()))
            .collect()
        };
        let (nl, en) = (all(&nl), all(&en));
        assert!(nl.len() > 20);
        for ((key, dutch), (_, english)) in nl.iter().zip(&en) {
            assert!(!dutch.trim().is_empty() && !english.trim().is_empty(), "`{key}` is empty");
            assert_eq!(words(dutch), words(english), "`{key}` fills in other words in Dutch than in English");
        }
    }

    #[test]
    fn blank_lines_part_paragraphs() {
        assert_eq!(paragraphs("\n  One\nand on.\n\n \nTwo.\n"), ["One and on.", "Two."]);
        assert_eq!(paragraphs(" \n"), [""; 0]);
    }
}
