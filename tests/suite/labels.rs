//! Labels of a hulpvraag: who bears which, exactly where it can be counted and within stated chance where it is drawn.

use crate::town::{compiled, member, near, town, value};
use piramide::compile::Compiled;
use piramide::compile::layout::{Layout, Level, Unit, metric};
use piramide::engine::{Event, Luck, Observer, Tally, What, simulate};
use piramide::model::Model;
use piramide::verify::identities;
use std::collections::BTreeMap;

/// The row of the clients of the first track: all, or those with a label.
fn clients(label: Option<usize>) -> impl Fn(&Unit) -> bool {
    move |unit| (unit.level, unit.track, unit.label) == (Level::Client, Some(0), label)
}

const LABELS: &str = "labels = { gemeente = { nl = 'Gemeente', en = 'Municipality' }, arts = { nl = 'Arts', en = 'Doctor' }, \
                      rechter = { nl = 'Rechter', en = 'Court' } }";

/// Youths whose needs come from three who refer, at 0.1, 0.25 and 0.05 a year, and go after some time; one in ten has one at the
/// start. Without labels these are three streams of needs that nothing tells apart.
fn youths(labelled: bool, column: bool) -> Model {
    let line = |text: &str| if labelled { format!("{text}\n") } else { String::new() };
    let onsets: Vec<String> = [("gemeente", 0.1), ("arts", 0.25), ("rechter", 0.05)]
        .iter()
        .map(|(name, rate)| {
            let label = line(&format!("label = '{name}'"));
            format!("[[track.jeugd.transition]]\nfrom = 'geen_hulpvraag'\nhazard = {{ per_year = {rate} }}\n{label}to = 'hulp'\n")
        })
        .collect();
    let text = format!(
        "[track.jeugd]\nlabel = {{ nl = 'Jeugd', en = 'Youth' }}\n{}state = {{ geen_hulpvraag = {{}}, hulp = {{ layer = 'maatwerk' \
         }} }}\n{}[[track.jeugd.transition]]\nfrom = 'hulp'\ndwell = {{ gamma = {{ mean_years = 0.6, shape = 2 }} }}\n\
         to = {{ hulp = 0.3, geen_hulpvraag = 0.7 }}\n[track.jeugd.initial.hulp]\nshare = 0.1\n{}",
        line(LABELS),
        onsets.concat(),
        line("label = { gemeente = 0.35, rechter = 0.08, arts = 0.57 }"),
    );
    let persons = if column { "persons,jeugd\n20000,hulp\n" } else { "persons\n200000\n" };
    town(&text, &[("persons.csv", persons)])
}

/// Each need bears the label of the stream that brought it: given how many there are, those of a label are binomial.
#[test]
fn new_clients_bear_the_label_of_the_stream_that_brought_them() {
    let model = youths(true, false);
    let compiled = compiled(&model);
    let counts = member(&compiled, 0, Luck::new(51, 0, 0));
    identities(&compiled.layout, &model, &counts).unwrap();
    let at = |label, year, metric| value(&compiled.layout, &counts, clients(label), year, metric);
    for year in 0..3 {
        let all = at(None, year, metric::STARTS);
        assert!(all > 40_000.0, "{all}");
        for (label, share) in [0.25, 0.625, 0.125].into_iter().enumerate() {
            near(&format!("label {label}, year {year}"), at(Some(label), year, metric::STARTS) / all, share, all);
        }
    }
    assert!(at(Some(1), 0, metric::COST_CONSTANT) == 0.0 && at(Some(1), 0, metric::INDICATIES) == 0.0);
}

/// Those of the start bear labels by their shares, whether a share or a column put them there.
#[test]
fn those_of_the_start_bear_labels_by_their_shares() {
    for column in [false, true] {
        let compiled = compiled(&youths(true, column));
        let counts = member(&compiled, 0, Luck::new(52, 0, 0));
        let at = |label| value(&compiled.layout, &counts, clients(label), 0, metric::STOCK_START);
        let all = at(None);
        assert!((all - 20_000.0).abs() < 700.0, "{all}");
        for (label, share) in [0.35, 0.57, 0.08].into_iter().enumerate() {
            near(&format!("label {label}"), at(Some(label)) / all, share, all);
        }
    }
}

/// Without shares for their state all bear the first label.
#[test]
fn those_of_a_column_without_shares_bear_the_first_label() {
    let text = format!(
        "[track.jeugd]\nlabel = {{ nl = 'Jeugd', en = 'Youth' }}\n{LABELS}\nstate = {{ weg = {{ sink = true }}, hulp = {{ layer = \
         'maatwerk' }} }}\n[[track.jeugd.transition]]\nfrom = 'hulp'\nhazard = {{ per_year = 0.3 }}\nto = 'weg'\n"
    );
    let compiled = compiled(&town(&text, &[("persons.csv", "persons,jeugd\n1000,hulp\n")]));
    let counts = member(&compiled, 0, Luck::new(53, 0, 0));
    for metric in [metric::STOCK_START, metric::PERSON_TIME, metric::ENDS] {
        let at = |label| value(&compiled.layout, &counts, clients(label), 1, metric);
        assert!(at(None) > 100.0 && at(Some(0)) == at(None) && at(Some(1)) == 0.0, "{metric}");
    }
}

/// A label changes nothing but the rows that count it: all others keep their bits.
#[test]
fn labels_move_no_other_number() {
    let [labelled, plain] = [true, false].map(|labelled| compiled(&youths(labelled, false)));
    let luck = Luck::new(54, 0, 0);
    let rows = |layout: &Layout, counts: &[i64]| -> Vec<(Unit, Vec<i64>)> {
        let all = layout.units.iter().enumerate().filter(|(_, unit)| unit.label.is_none());
        all.map(|(row, unit)| (*unit, counts[layout.offset(0, row, 0)..layout.offset(0, row, layout.periods())].to_vec()))
            .collect()
    };
    let of = |town: &Compiled| rows(&town.layout, &member(town, 0, luck));
    assert_eq!(of(&labelled), of(&plain));
    assert_eq!(labelled.layout.units.len(), plain.layout.units.len() + 3);
}

/// Follows the label of every need from the moves alone: out of the first state to `netwerk` it is the second label, to `hulp` the
/// third. Counts who enters `hulp` with which.
#[derive(Default)]
struct Marked {
    borne: BTreeMap<u64, usize>,
    starts: [i64; 3],
}

impl Observer for Marked {
    fn event(&mut self, event: &Event) {
        let What::Moves { from, to, .. } = event.what else { return };
        if from == 0 {
            self.borne.insert(event.person.0, usize::from(to));
        }
        if from != 2 && to == 2 {
            self.starts[self.borne[&event.person.0]] += 1;
        }
    }
}

/// A hazard from any state gives its label to those who are free only; a need that goes on keeps its own. Every entry is counted.
#[test]
fn a_need_keeps_its_label_until_it_ends() {
    let move_ = "[[track.hulp.transition]]\nfrom = ";
    let text = format!(
        "[track.hulp]\nlabel = {{ nl = 'Hulp', en = 'Help' }}\n{LABELS}\nstate = {{ geen_hulpvraag = {{}}, netwerk = {{ layer = \
         'informeel' }}, hulp = {{ layer = 'maatwerk' }} }}\n\
         {move_}'geen_hulpvraag'\nhazard = {{ per_year = 0.5 }}\nlabel = 'arts'\nto = 'netwerk'\n\
         {move_}'*'\nhazard = {{ per_year = 0.8 }}\nlabel = 'rechter'\nto = 'hulp'\n\
         {move_}'hulp'\ndwell = {{ exponential = {{ mean_years = 0.3 }} }}\nto = {{ netwerk = 0.4, geen_hulpvraag = 0.6 }}\n\
         {move_}'netwerk'\ndwell = {{ exponential = {{ mean_years = 2 }} }}\nto = 'geen_hulpvraag'\n"
    );
    let model = town(&text, &[("persons.csv", "persons\n5000\n")]);
    let compiled = compiled(&model);
    let (mut tally, mut seen) = (Tally::new(&compiled.layout), Marked::default());
    simulate(&compiled, 0, Luck::new(55, 0, 0), &mut tally, &mut seen);
    let counts = tally.counts(&compiled, 0);
    identities(&compiled.layout, &model, &counts).unwrap();
    for label in 0..3 {
        let counted: f64 = (0..3).map(|year| value(&compiled.layout, &counts, clients(Some(label)), year, metric::STARTS)).sum();
        assert_eq!(counted as i64, seen.starts[label], "label {label}");
    }
    assert!(seen.starts[0] == 0 && seen.starts[1] > 1_000 && seen.starts[2] > 1_000, "{:?}", seen.starts);
}

/// The next of the household takes the need over with its label.
#[test]
fn the_label_of_a_household_passes_on() {
    let text = format!(
        "[demography.death]\nper_year = 0.5\n[track.hulp]\nlabel = {{ nl = 'Hulp', en = 'Help' }}\nunit = 'household'\n{LABELS}\n\
         state = {{ geen_hulpvraag = {{}}, hulp = {{ layer = 'maatwerk' }} }}\n\
         [[track.hulp.transition]]\nfrom = 'geen_hulpvraag'\nhazard = {{ per_year = 0.4 }}\nlabel = 'arts'\nto = 'hulp'\n\
         [track.hulp.initial.hulp]\nshare = 1\nlabel = {{ rechter = 1 }}\n"
    );
    let compiled = compiled(&town(&text, &[("persons.csv", "persons,household\n5000,paar\n5000,paar\n")]));
    let counts = member(&compiled, 0, Luck::new(56, 0, 0));
    for metric in [metric::PERSON_TIME, metric::STARTS, metric::ENDS, metric::UNIQUE, metric::STOCK_END] {
        let at = |label| value(&compiled.layout, &counts, clients(label), 1, metric);
        assert!(at(None) > 500.0 && at(Some(2)) == at(None) && at(Some(1)) == 0.0, "{metric}");
    }
}
