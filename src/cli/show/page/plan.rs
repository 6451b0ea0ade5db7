//! What a plan books, the contracts, and what is not paid by volume.

use super::Page;
use super::markdown::Column;
use crate::cli::number::written;
use crate::model::Amounts;
use std::collections::BTreeSet;

impl Page<'_> {
    /// The plan, with a column per year, what contracts say, and what is not paid by volume.
    pub(super) fn plan(&mut self) {
        self.booked();
        self.contracts();
        self.cash();
    }

    fn cash(&mut self) {
        let show = self.show;
        if show.model.cash.is_empty() {
            return;
        }
        self.document.heading(2, &self.texts.cash);
        let items: Vec<String> =
            show.cash().iter().map(|figure| format!("{} {}", figure.text, show.origin_of(Some(&figure.origin)))).collect();
        self.document.list(&items);
    }

    fn booked(&mut self) {
        let (show, texts) = (self.show, self.texts);
        let Some(plan) = &show.model.plan else { return };
        self.document.heading(2, self.pick(&plan.label));
        let mut rows: Vec<(String, &str, &Amounts)> = Vec::new();
        for domain in &plan.domains {
            rows.push((self.titled(&domain.name, &domain.label), &texts.saving, &domain.saving));
            rows.push((String::new(), &texts.investment, &domain.investment));
        }
        rows.push((texts.all.clone(), &texts.task, &plan.task));
        rows.push((String::new(), &texts.once, &plan.one_off));
        rows.extend(plan.lines.iter().map(|line| (self.titled(&line.name, &line.label), "", &line.euro)));
        let years: BTreeSet<i32> = rows.iter().flat_map(|(.., amounts)| amounts.0.iter().map(|&(year, _)| year)).collect();
        let headers: Vec<String> = years.iter().map(i32::to_string).collect();
        let mut columns = vec![Column::words(&texts.plan_domain), Column::words(&texts.what)];
        columns.extend(headers.iter().map(|name| Column::numbers(name)));
        let cells = |(name, what, amounts): (String, &str, &Amounts)| -> Vec<String> {
            let amount = |&year: &i32| {
                let found = amounts.0.iter().find(|&&(of, _)| of == year);
                found.map_or_else(String::new, |&(_, euro)| written(euro, 0, show.language))
            };
            [name, what.to_owned()].into_iter().chain(years.iter().map(amount)).collect()
        };
        let rows: Vec<Vec<String>> = rows.into_iter().map(cells).collect();
        self.document.table(&columns, &rows);
        let [grade, source] = self.origin(Some(plan.source), plan.note.as_deref(), Some(plan.grade));
        self.document.text(&format!("{}: {grade}. {source}.", texts.grade));
        let remarks: Vec<String> = plan.remarks.iter().map(|remark| show.language.pick(&remark.text).to_owned()).collect();
        self.document.list(&remarks);
    }

    fn contracts(&mut self) {
        let (show, texts) = (self.show, self.texts);
        if show.model.contracts.is_empty() {
            return;
        }
        self.document.heading(2, &texts.contracts);
        let columns = [&texts.contract, &texts.start, &texts.base, &texts.path, &texts.clauses, &texts.grade, &texts.source]
            .map(|name| Column::words(name));
        let rows: Vec<Vec<String>> = show
            .model
            .contracts
            .iter()
            .map(|contract| {
                let [_, _, (_, start), (_, year), (_, base), (_, path), (_, clauses)] = show.terms(contract);
                let mut cells =
                    vec![self.titled(&contract.name, &contract.label), start, format!("{year}: {base}"), path, clauses];
                cells.extend(self.origin(Some(contract.source), contract.note.as_deref(), Some(contract.grade)));
                cells
            })
            .collect();
        self.document.table(&columns, &rows);
    }
}
