//! Parameters, tables and what is shared, each with its source; and how good they are together.

use super::words::letter;
use super::{Section, Show};
use crate::cli::number::whole;
use crate::cli::text::fill;
use crate::model::{FrailtyLaw, Grade, Prior};

impl Show<'_> {
    /// Every parameter: median, range, unit, source, grade.
    pub(super) fn parameters(&self) -> Section {
        let texts = &self.texts.show;
        let mut section = Section::new(&texts.parameters);
        for (parameter, &median) in self.model.parameters.iter().zip(&self.medians) {
            let at = |p| self.number(parameter.prior.quantile(p));
            let (median, low, high) = (self.number(median), at(0.05), at(0.95));
            let words = [("median", &*median), ("low", &low), ("high", &high), ("unit", self.unit(parameter.unit))];
            let (certain, label) = (matches!(parameter.prior, Prior::Fixed(_)), self.language.pick(&parameter.label));
            let name = if label == parameter.name { String::new() } else { format!(", {label}") };
            let text = if certain { fill(&texts.certain, &words) } else { fill(&texts.range, &words) };
            section.add(0, &format!("`{}`{name}: {text}.", parameter.name));
            section.add(2, &self.origin(Some(parameter.source), parameter.note.as_deref(), Some(parameter.grade)));
        }
        section
    }

    /// Every table: what it tells apart and between which bounds it lies; every trend.
    pub(super) fn tables(&self) -> Section {
        let (model, texts) = (self.model, &self.texts.show);
        let mut section = Section::new(&texts.tables);
        for table in &model.tables {
            let mut dimensions: Vec<&str> =
                table.attributes.iter().map(|&id| self.language.pick(&model.attributes[id].label)).collect();
            dimensions.extend(table.age.then_some(texts.age.as_str()));
            dimensions.extend(table.year.then_some(self.texts.table.year.as_str()));
            let bound = |start: f64, wider: fn(f64, f64) -> f64| self.number(table.values.iter().copied().fold(start, wider));
            let (low, high) = (bound(f64::MAX, f64::min), bound(f64::MIN, f64::max));
            let (count, dimensions) = (whole(table.values.len(), self.language), dimensions.join(" × "));
            let words = [
                ("unit", self.unit(table.unit).trim_matches(['(', ')'])),
                ("count", &count),
                ("low", &low),
                ("high", &high),
                ("dimensions", &dimensions),
            ];
            let text = if table.values.len() == 1 { &texts.cells_one } else { &texts.cells };
            section.add(0, &format!("`{}`: {}.", table.name, fill(text, &words)));
            section.add(2, &self.origin(Some(table.source), table.note.as_deref(), Some(table.grade)));
        }
        for trend in &model.trends {
            let (factor, year) = (self.value(&trend.factor_per_year), trend.reference_year.to_string());
            section.add(0, &fill(&texts.trend, &[("name", &trend.name), ("factor", &factor), ("year", &year)]));
        }
        section
    }

    /// Shocks and frailty.
    pub(super) fn shared(&self) -> Section {
        let texts = &self.texts.show;
        let mut section = Section::new(&texts.shocks);
        for shock in &self.model.shocks {
            let (sigma, persistence) = (self.value(&shock.sigma), self.value(&shock.persistence));
            let label = self.language.pick(&shock.label);
            let words = [("name", &*shock.name), ("label", label), ("sigma", &sigma), ("persistence", &persistence)];
            section.add(0, &fill(&texts.shock_line, &words));
            section.add(2, &self.origin(Some(shock.source), shock.note.as_deref(), Some(shock.grade)));
        }
        if let Some(frailty) = &self.model.frailty {
            let law = if matches!(frailty.law, FrailtyLaw::Gamma { .. }) { "gamma" } else { "lognormal" };
            let (spread, share) = (self.value(frailty.law.spread()), self.value(&frailty.household_share));
            section.add(0, &fill(&texts.frailty, &[("law", law), ("spread", &spread), ("share", &share)]));
            section.add(2, &self.origin(Some(frailty.source), frailty.note.as_deref(), Some(frailty.grade)));
        }
        section
    }

    /// Correlated parameters.
    pub(super) fn correlations(&self) -> Section {
        let texts = &self.texts.show;
        let mut section = Section::new(&texts.correlations);
        for pair in &self.model.correlations {
            let [a, b] = pair.between.map(|id| self.model.parameters[id].name.as_str());
            section.add(0, &fill(&texts.correlation, &[("a", a), ("b", b), ("rho", &self.number(pair.rho))]));
            section.add(2, &self.origin(Some(pair.source), pair.note.as_deref(), Some(pair.grade)));
        }
        section
    }

    /// How many figures have which grade, and which are no more than our own. A table counts once.
    pub(super) fn grades(&self) -> Section {
        let (model, texts) = (self.model, &self.texts.show);
        let mut section = Section::new(&texts.grades);
        let mut all: Vec<(String, Grade)> = Vec::new();
        let optional = |grade: Option<Grade>, name: &str| grade.map(|grade| (name.to_owned(), grade));
        all.extend(optional(model.population_origin.as_ref().and_then(|origin| origin.grade), "population"));
        all.extend(optional(model.prices.origin.as_ref().and_then(|origin| origin.grade), "prices"));
        let streams = model.streams.iter();
        all.extend(streams.filter_map(|stream| optional(stream.origin.as_ref().and_then(|origin| origin.grade), &stream.name)));
        let tracks = model.tracks.iter();
        all.extend(tracks.filter_map(|track| optional(track.origin.as_ref().and_then(|origin| origin.grade), &track.name)));
        all.extend(model.parameters.iter().map(|parameter| (parameter.name.clone(), parameter.grade)));
        all.extend(model.tables.iter().map(|table| (table.name.clone(), table.grade)));
        all.extend(model.accounts.iter().map(|account| (account.name.clone(), account.grade)));
        all.extend(model.shocks.iter().map(|shock| (shock.name.clone(), shock.grade)));
        all.extend(model.frailty.iter().map(|frailty| ("frailty".to_owned(), frailty.grade)));
        all.extend(model.correlations.iter().map(|pair| {
            let [a, b] = pair.between.map(|id| model.parameters[id].name.as_str());
            (format!("{a}~{b}"), pair.grade)
        }));
        let mut measures: Vec<(String, Grade)> = (self.scenarios.iter())
            .flat_map(|&id| &model.scenarios[id].measures)
            .filter_map(|measure| Some((measure.name.clone(), measure.origin.as_ref()?.grade?)))
            .collect();
        // A measure of a base stands in every scenario on top of it.
        measures.sort_by(|a, b| a.0.cmp(&b.0));
        measures.dedup();
        all.extend(measures);
        let meanings = &self.texts.grade;
        for (grade, meaning) in
            [(Grade::A, &meanings.a), (Grade::B, &meanings.b), (Grade::C, &meanings.c), (Grade::D, &meanings.d)]
        {
            let count = whole(all.iter().filter(|(_, other)| *other == grade).count(), self.language);
            section.add(0, &fill(&texts.counts, &[("grade", letter(grade)), ("meaning", meaning), ("count", &count)]));
        }
        let weak: Vec<String> = all.iter().filter(|(_, grade)| *grade == Grade::D).map(|(name, _)| format!("`{name}`")).collect();
        if !weak.is_empty() {
            section.add(0, &fill(&texts.weak, &[("names", &weak.join(", "))]));
        }
        section
    }
}
