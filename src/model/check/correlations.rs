//! Correlated priors: pairs of uncertain parameters whose correlations can all hold at once.

use super::Checker;
use super::parameters::short;
use crate::maths::cholesky;
use crate::model::correlation::Correlation;
use crate::model::raw::{RawCorrelation, RawModel};
use crate::model::resolved::Prior;
use crate::model::tree::Spot;

impl Checker<'_> {
    /// All correlations, in declared order.
    pub(super) fn correlations(&mut self, raw: &RawModel, spot: Spot<'_>) {
        let before = self.faults.len();
        for (index, pair) in raw.correlation.iter().enumerate() {
            self.correlation(pair, spot.at("correlation").index(index));
        }
        if self.faults.len() > before {
            return;
        }
        for group in Correlation::groups(&self.model.correlations) {
            let matrix = Correlation::matrix(&self.model.correlations, &group);
            if cholesky(&matrix).is_none() {
                let last = self.model.correlations.iter().rposition(|pair| group.contains(&pair.between[0]));
                self.impossible(&group, &matrix, spot.at("correlation").index(last.unwrap_or(0)));
            }
        }
    }

    fn correlation(&mut self, raw: &RawCorrelation, spot: Spot<'_>) {
        let source = self.cite(&raw.source, spot.at("source")).unwrap_or(0);
        // With what is given nothing goes together.
        if raw.between.iter().any(|name| self.given.contains_key(name)) {
            return;
        }
        let between = spot.at("between");
        let names: Vec<String> = self.model.parameters.iter().map(|parameter| parameter.name.clone()).collect();
        let mut ids = Vec::new();
        for (index, name) in raw.between.iter().enumerate() {
            let place = between.index(index).value();
            let Some(id) = self.find("parameter", name, names.iter().map(String::as_str), place) else { return };
            if matches!(self.model.parameters[id].prior, Prior::Fixed(_)) && self.good_priors[id] {
                let message = format!("`{name}` is fixed, so nothing can go together with it");
                self.fault("fixed-correlation", place, message, "certain", "give it an uncertain prior, or leave it out here");
            }
            ids.push(id);
        }
        let &[a, b] = ids.as_slice() else {
            let message = format!("a correlation is between two parameters, not {}", ids.len());
            let help = "write a `[[correlation]]` for each pair: `between = [\"a\", \"b\"]`";
            self.fault("not-a-pair", between.value(), message, "not two", help);
            return;
        };
        let named = |pair: &Correlation| pair.between == [a, b] || pair.between == [b, a];
        if a == b || self.model.correlations.iter().any(named) {
            let message = format!("`{}` and `{}` are paired already", names[a], names[b]);
            let message = if a == b { format!("`{}` is paired with itself", names[a]) } else { message };
            self.fault("defined-twice", between.value(), message, "this pair", "name each pair of two parameters once");
        }
        if raw.rho.is_nan() || raw.rho.abs() >= 1.0 {
            let message = format!("the correlation is {}; it lies between -1 and 1", short(raw.rho));
            let help = "parameters that are the same but for a factor are one parameter in an expression: `\"2 * a\"`";
            self.fault("out-of-range", spot.at("rho").value(), message, "outside -1 to 1", help);
        }
        let (note, grade) = (raw.source.note.clone(), raw.grade);
        self.model.correlations.push(Correlation { between: [a, b], rho: raw.rho, source, note, grade });
    }

    /// Reports correlations that no values can have together, and how much weaker they can hold.
    fn impossible(&mut self, group: &[usize], matrix: &[Vec<f64>], spot: Spot<'_>) {
        let name = |id: usize| format!("`{}`", self.model.parameters[id].name);
        let names: Vec<String> = group.iter().map(|&id| name(id)).collect();
        let missing = (0..group.len()).flat_map(|b| (0..b).map(move |a| (a, b))).find(|&(a, b)| matrix[a][b] == 0.0);
        let missing =
            missing.map(|(a, b)| format!("a pair that is not named counts as 0, such as {} with {}; ", names[a], names[b]));
        // The identity always holds, and those that hold are convex: halve the way to it.
        let holds = |share: f64| {
            let weaker: Vec<Vec<f64>> = (matrix.iter().enumerate())
                .map(|(a, row)| row.iter().enumerate().map(|(b, rho)| if a == b { 1.0 } else { share * rho }).collect())
                .collect();
            cholesky(&weaker).is_some()
        };
        let percent = (1..100).rev().find(|&percent| holds(f64::from(percent) / 100.0)).unwrap_or(0);
        let help = format!("{}all of them at {percent} percent of their size would do", missing.unwrap_or_default());
        let message = format!("no values of {} can be correlated in this way", names.join(", "));
        self.fault("impossible-correlation", spot.key(), message, "the last of these pairs", help);
    }
}
