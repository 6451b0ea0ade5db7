//! The report of a calibration: one file that any browser shows, without anything from elsewhere.

use super::files::Inputs;
use crate::calibration::{Diagnosis, Foretold, Learned, Municipality, Verdict};
use std::fmt::Write as _;

/// Most inputs in the picture of what was learned.
const MOST: usize = 40;
/// Width of a picture, in pixels of the page.
const WIDTH: f64 = 720.0;
/// Left of it stand names.
const NAMES: f64 = 250.0;
/// Height of a line.
const LINE: f64 = 20.0;

const STYLE: &str = "\
body { font: 16px/1.5 system-ui, sans-serif; max-width: 46rem; margin: 2rem auto; padding: 0 1rem; color: #1a1a1a; background: #fff }
h1 { font-size: 1.6rem } h2 { font-size: 1.2rem; margin-top: 2.5rem }
table { border-collapse: collapse; width: 100%; font-size: .9rem } td, th { text-align: left; vertical-align: top; padding: .3rem .6rem .3rem 0; border-bottom: 1px solid #ddd }
td.n { text-align: right; font-variant-numeric: tabular-nums }
.pass { color: #14663a } .fail { color: #a3180c; font-weight: 600 } .not_run { color: #6b6b6b }
svg { width: 100%; height: auto; font: 12px system-ui, sans-serif } .note { color: #555; font-size: .9rem }";

/// The page.
pub(super) fn html(municipality: &Municipality<'_>, inputs: &Inputs, found: &Diagnosis) -> String {
    let title = format!("Calibration of {}", escape(&municipality.model.label.en));
    let mut page = format!(
        "<!doctype html>\n<html lang=\"en\"><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width\">\n\
         <title>{title}</title>\n<style>\n{STYLE}\n</style>\n<h1>{title}</h1>\n"
    );
    let (first, last) = municipality.targets.years;
    let count = |label: &str| found.learned.iter().filter(|input| input.label == label).count();
    let _ = write!(
        page,
        "<p>{} uncertain numbers were fitted to {} published numbers of {first} to {last}. The data decide {} of them, change {} in part, \
         and leave {} as the prior has them.</p>\n{}",
        found.learned.len(),
        municipality.targets.list.len(),
        count("from the data"),
        count("partly"),
        count("from the prior"),
        silent(municipality, found)
    );
    page += &diagnostics(found);
    page += "<h2>Published and fitted</h2>\n<p class=\"note\">Each line: what the engine says with the fitted numbers, as a part of what was \
             published (the line in the middle). Thick: 80 %, thin: 95 %, errors, discrepancy and chance included. Red: published lies \
             outside 95 %.</p>\n";
    page += &targets(&found.foretold);
    page += "<h2>What was learned</h2>\n<p class=\"note\">The inputs that the data tell most about. Grey: 90 % of the prior; blue: 90 % after \
             the fit, in standard deviations of the prior.</p>\n";
    page += &learned(&found.learned);
    page += &all_inputs(inputs, &found.learned);
    page += "<h2>Directions</h2>\n<p class=\"note\">How much the data tell in each independent direction of the inputs (eigenvalues of the \
             Hessian, in units of the prior; logarithmic). Above the line at 1 the data tell more than the prior.</p>\n";
    page += &scree(&found.eigenvalues);
    page += &directions(inputs);
    page += &ridges(found);
    page += "</html>\n";
    page
}

/// What the data do not tell, in words.
fn silent(municipality: &Municipality<'_>, found: &Diagnosis) -> String {
    // Years of the longest series of persons of a domain.
    let years = |domain: usize| {
        let of = |name: &String| municipality.model.counts.iter().any(|count| count.name == *name && count.domain == domain);
        let list = &municipality.targets.list;
        let series = list.iter().map(|target| &target.series).filter(|name| of(name));
        series.map(|name| list.iter().filter(|target| target.series == *name).count()).max().unwrap_or(0)
    };
    let mut text = String::from(
        "<p>What these numbers do not tell: they come from before any measure of the plan, so the effect of a measure keeps its prior, and \
         with it the chance that a saving is reached.",
    );
    for (id, domain) in municipality.model.domains.iter().enumerate() {
        let spends = municipality.model.accounts.iter().any(|account| account.domain == id);
        if spends && years(id) < 3 {
            let label = escape(&domain.label.en);
            let _ = write!(
                text,
                " {label} has no series of persons over three years: what the model says of its growth, and of its last year, leans on the \
                 prior."
            );
        }
    }
    if !found.ridges.is_empty() {
        text += " Where two numbers trade off, only their combination is known; see the last table.";
    }
    text + "</p>\n"
}

fn diagnostics(found: &Diagnosis) -> String {
    let mut text = String::from("<h2>Diagnostics</h2>\n<table><tr><th><th>verdict<th>found<th>limit</tr>\n");
    for (key, one) in &found.list {
        let (class, verdict) = match one.verdict {
            Verdict::Pass => ("pass", "pass"),
            Verdict::Fail => ("fail", "fail"),
            Verdict::NotRun => ("not_run", "not run"),
        };
        let (said, limit) = (escape(&one.said), escape(&one.limit));
        let _ = writeln!(text, "<tr><td>{key}<td class=\"{class}\">{verdict}<td>{said}<td class=\"note\">{limit}</tr>");
    }
    text + "</table>\n"
}

/// A picture with a line per name; `draw` adds to a line at a height.
fn lines<'a>(
    names: impl ExactSizeIterator<Item = &'a str>,
    axis: &[(f64, &str)],
    mut draw: impl FnMut(usize, f64) -> String,
) -> String {
    let height = LINE * (names.len() as f64 + 1.5);
    let mut text = format!("<svg viewBox=\"0 0 {WIDTH} {height}\" role=\"img\">\n");
    for (x, label) in axis {
        let bottom = height - 1.5 * LINE;
        let _ = writeln!(
            text,
            "<line x1=\"{x:.1}\" x2=\"{x:.1}\" y1=\"0\" y2=\"{bottom:.1}\" stroke=\"#bbb\"/><text x=\"{x:.1}\" y=\"{:.1}\" \
             text-anchor=\"middle\" fill=\"#555\">{label}</text>",
            height - 0.5 * LINE
        );
    }
    for (number, name) in names.enumerate() {
        let y = LINE * (number as f64 + 0.5);
        let _ = writeln!(
            text,
            "<text x=\"{:.0}\" y=\"{:.1}\" text-anchor=\"end\">{}</text>{}",
            NAMES - 8.0,
            y + 4.0,
            escape(name),
            draw(number, y)
        );
    }
    text + "</svg>\n"
}

fn bar(from: f64, to: f64, y: f64, width: f64, colour: &str) -> String {
    format!("<line x1=\"{from:.1}\" x2=\"{to:.1}\" y1=\"{y:.1}\" y2=\"{y:.1}\" stroke=\"{colour}\" stroke-width=\"{width}\"/>")
}

fn targets(foretold: &[Foretold]) -> String {
    // From 75 to 133 % of what was published, on a logarithmic scale.
    let place = |part: f64| {
        let share = 0.5 + 0.5 * libm::log(part.clamp(0.75, 1.0 / 0.75)) / libm::log(1.0 / 0.75);
        NAMES + share * (WIDTH - NAMES - 20.0)
    };
    let axis = [(0.8, "80 %"), (0.9, "90 %"), (1.0, "published"), (1.1, "110 %"), (1.2, "120 %")]
        .map(|(part, label)| (place(part), label));
    lines(foretold.iter().map(|target| target.name.as_str()), &axis, |number, y| {
        let target = &foretold[number];
        let q = target.quantiles.map(|value| place(value / target.observed));
        let outside = !(target.quantiles[0]..=target.quantiles[4]).contains(&target.observed);
        let colour = if outside { "#a3180c" } else { "#1f5fa8" };
        format!(
            "{}{}<circle cx=\"{:.1}\" cy=\"{y:.1}\" r=\"3.5\" fill=\"#fff\" stroke=\"{colour}\"/>",
            bar(q[0], q[4], y, 1.5, colour),
            bar(q[1], q[3], y, 5.0, colour),
            q[2]
        )
    })
}

fn learned(all: &[Learned]) -> String {
    let mut order: Vec<&Learned> = all.iter().collect();
    order.sort_by(|a, b| b.contraction.total_cmp(&a.contraction));
    order.truncate(MOST);
    let place = |score: f64| NAMES + (0.5 + 0.5 * score.clamp(-3.2, 3.2) / 3.2) * (WIDTH - NAMES - 20.0);
    let axis = [(-2.0, "-2"), (0.0, "median of the prior"), (2.0, "+2")].map(|(score, label)| (place(score), label));
    lines(order.iter().map(|input| input.name.as_str()), &axis, |number, y| {
        let input = order[number];
        let half = 1.645 * input.sd;
        format!(
            "{}{}",
            bar(place(-1.645), place(1.645), y, 9.0, "#ddd"),
            bar(place(input.shift - half), place(input.shift + half), y, 4.0, "#1f5fa8")
        )
    })
}

fn all_inputs(inputs: &Inputs, all: &[Learned]) -> String {
    let mut text = String::from(
        "<details><summary>All inputs</summary>\n<table><tr><th>input<th>before: 5, 50, 95 %<th>after<th>what decides it</tr>\n",
    );
    for (input, [before, after]) in all.iter().zip(&inputs.ranges) {
        let three = |values: &[f64; 3]| values.map(|value| format!("{value:.3e}")).join(" ");
        let conflict = if input.conflict { ", conflict" } else { "" };
        let (name, before, after) = (escape(&input.name), three(before), three(after));
        let _ = writeln!(text, "<tr><td>{name}<td class=\"n\">{before}<td class=\"n\">{after}<td>{}{conflict}</tr>", input.label);
    }
    text + "</table></details>\n"
}

fn scree(eigenvalues: &[f64]) -> String {
    let (height, left) = (220.0, 40.0);
    let top = libm::log10(eigenvalues.first().copied().unwrap_or(1.0)).max(1.0);
    let y = |value: f64| {
        let part = (libm::log10(value.max(1e-3)) + 3.0) / (top + 3.0);
        height - 20.0 - part * (height - 30.0)
    };
    let step = (WIDTH - left) / eigenvalues.len().max(1) as f64;
    let mut text = format!("<svg viewBox=\"0 0 {WIDTH} {height}\" role=\"img\">\n{}", bar(left, WIDTH, y(1.0), 1.0, "#a3180c"));
    let _ = write!(
        text,
        "<text x=\"0\" y=\"{:.1}\">1</text><text x=\"0\" y=\"{:.1}\">{:.0}</text>",
        y(1.0) + 4.0,
        y(libm::pow(10.0, top)) + 10.0,
        libm::pow(10.0, top)
    );
    for (number, &value) in eigenvalues.iter().enumerate() {
        let x = left + (number as f64 + 0.5) * step;
        let _ = write!(text, "<circle cx=\"{x:.1}\" cy=\"{:.1}\" r=\"3.5\" fill=\"#1f5fa8\"/>", y(value));
    }
    text + "</svg>\n"
}

fn directions(inputs: &Inputs) -> String {
    let mut text = String::from("<table><tr><th>direction<th>inputs with the largest part in it</tr>\n");
    for (number, loads) in inputs.directions.iter().enumerate() {
        let of: Vec<String> = loads.iter().map(|(name, load)| format!("{} {load:+.2}", escape(name))).collect();
        let _ = writeln!(text, "<tr><td>{}<td>{}</tr>", number + 1, of.join(", "));
    }
    text + "</table>\n"
}

fn ridges(found: &Diagnosis) -> String {
    let mut text = String::from(
        "<h2>What trades off</h2>\n<p class=\"note\">Pairs of inputs with the strongest correlation after the fit: one can be larger if \
         the other is larger (+) or smaller (-), and the targets stay as they are. The last column: spending of all domains in the last year of a run at both ends of such a ridge, two \
         standard deviations from the mean, as a part of that at the mean.</p>\n<table><tr><th>one<th>other<th>correlation<th>spending</tr>\n",
    );
    for ridge in &found.ridges {
        let _ = writeln!(
            text,
            "<tr><td>{}<td>{}<td class=\"n\">{:+.2}<td class=\"n\">{}</tr>",
            escape(&ridge.one),
            escape(&ridge.other),
            ridge.correlation,
            ridge.spending.map_or_else(String::new, |[low, high]| format!("{:.1} and {:.1} %", 100.0 * low, 100.0 * high))
        );
    }
    text + "</table>\n"
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}
