//! The charts of the report: a few kinds, drawn as SVG that says in words what it shows.
//!
//! Every chart is one image for a screen reader, with a title and a description. Nothing rests on colour alone: what is reached is filled
//! and what is not is open, bands have edges, what is compared is dashed, what is lost is hatched. Colours come from the theme.

mod bars;
mod curve;
mod dots;
mod fan;
mod flow;
mod scale;
mod svg;

pub(super) use bars::{Bar, Bars, Look};
pub(super) use curve::Curve;
pub(super) use dots::Dots;
pub(super) use fan::{Fan, Quantiles};
pub(super) use flow::{Flow, Stream};

use crate::words::Language;
use crate::words::number::written;

/// Width of a chart in its own units; the page scales it.
const WIDTH: f64 = 360.0;

/// What names a chart.
#[derive(Debug, Clone, Copy)]
pub(super) struct Names<'a> {
    /// Unique in the page.
    pub(super) id: &'a str,
    /// What it is.
    pub(super) title: &'a str,
    /// What it shows, in a sentence or two.
    pub(super) description: &'a str,
}

/// How the numbers of an axis are written.
#[derive(Debug, Clone, Copy)]
pub(super) struct Axis<'a> {
    /// What stands along it, with its unit.
    pub(super) label: &'a str,
    /// What one of its numbers stands for: a million for millions of euros.
    pub(super) per: f64,
    /// The reader's language.
    pub(super) language: Language,
}

impl Axis<'_> {
    /// The number of a tick, no finer than the step between ticks.
    fn tick(&self, value: f64, step: f64) -> String {
        written(value / self.per, scale::place(step / self.per).min(0), self.language)
    }
}
