//! What `tipping` takes.

use super::{DesignArg, SEED, SetArgs, design, draws, horizon, replications, scale, seed, threads};
use crate::cli::language::Language;
use clap::Args;
use std::ops::RangeInclusive;
use std::path::PathBuf;

/// Draws of a table that does not say how many. Every member is simulated once per factor and resource.
const DRAWS: u32 = 32;

/// Factors of a table that does not say which: close together where places are about full.
const FACTORS: &str = "0,0.25,0.5,0.75,0.9,1,1.1,1.25,1.5,2";

const AFTER_TIPPING_HELP: &str = "\
What is computed:
  The same members are simulated again and again, with 0, a quarter, half ... of
  the places of a resource, and with places for everybody. The factor holds from
  the first day on. Persons, parameters, shocks and luck stay the same, so that
  what differs is made by the places. Each resource is varied alone, the others
  stay as they are. Of the factors 0, 1 and `unlimited` are always there.

  A number of places is rounded to a thousandth. Who takes a whole place needs a
  whole one: of 25.6 places 25 are taken. Those in care at the start keep their
  place, also where the factor is 0.

How to read it:
  load        places that would be used if nobody had to wait, over those there are
  used        places used, over those there are
  waiting     persons on the list, on average over the year
  weeks       mean wait of those who asked, served or not (Kaplan-Meier)
  prevented   person-years of maatwerk in the year fewer than without any place
  next place  the same per place added since the row above
  euro        cost of care saved in the year per such place, as far as the model
              prices care; what a place without a price may cost at most

  The effect tips where the next place prevents less than half of what places
  prevent at best (per place, counted from none). Before that point who comes on
  top mostly waits or needs maatwerk, beyond it there is room to spare. What is
  certain differs by three standard errors; where the members cannot tell, that
  is said. Shown is the last year.

The file of --out, for charts:
  A line per resource, wijk (empty: the city), year, factor (`inf`: unlimited) and
  metric, with the load of that point, its side of the tipping point, mean,
  standard error (mcse) and quantiles. A number about fewer than 10 persons is
  left out, and the note says so.

How long it takes:
  Each member is simulated once per factor and resource: 22 times for Hengelo.
  A tenth of the persons, with a tenth of the places (--scale 0.1), is quicker;
  but small pools are full sooner, so that it is a first look and no more.
  Ctrl-C shows what is there so far.

Examples:
  piramide tipping                                  the built-in Hengelo
  piramide tipping --horizon 2019..2021 --draws 8   a first look
  piramide tipping --resource inloop --factors 0.5,0.8,1,1.2
  piramide tipping models/mine --scenario plan --out tipping.csv

Exit codes:
  0  done
  1  stopped, or the disk failed
  2  the command or the model is at fault: nothing runs out in it, for instance";

/// What `tipping` takes.
#[derive(Debug, Args)]
#[command(after_help = AFTER_TIPPING_HELP)]
pub(in crate::cli) struct TippingArgs {
    /// Folder of the model; without it the built-in Hengelo
    #[arg(value_name = "MODEL")]
    pub(in crate::cli) model: Option<PathBuf>,
    /// Resource of which the places are varied; repeatable [default: all, one at a time]
    #[arg(long = "resource", value_name = "NAME")]
    pub(in crate::cli) resources: Vec<String>,
    /// Factors on the places, with commas between them; 0, 1 and `unlimited` come with them
    #[arg(long, value_name = "X,Y", default_value = FACTORS, value_delimiter = ',')]
    #[arg(allow_negative_numbers = true, value_parser = factor)]
    pub(in crate::cli) factors: Vec<f64>,
    /// Scenario, by the name of its file; `a+b` puts two together [default: `ongewijzigd-beleid`, or the first]
    #[arg(long, value_name = "S")]
    pub(in crate::cli) scenario: Option<String>,
    /// Sets of uncertain values
    #[arg(long, value_name = "N", default_value_t = DRAWS, allow_negative_numbers = true, value_parser = draws)]
    pub(in crate::cli) draws: u32,
    /// Where these sets come from: `fitted` (the model's calibration; its priors if it has none), `random`, `sobol`, `lhs`, or a CSV or
    /// Parquet file with a column per parameter and a row per draw
    #[arg(long, value_name = "DESIGN", default_value = "fitted", value_parser = design)]
    pub(in crate::cli) design: DesignArg,
    /// Parameters that are given.
    #[command(flatten)]
    pub(in crate::cli) set: SetArgs,
    /// Histories under each draw
    #[arg(long, value_name = "R", default_value_t = 1, allow_negative_numbers = true, value_parser = replications)]
    pub(in crate::cli) replications: u32,
    /// Where all chance begins: another seed gives other draws and other luck
    #[arg(long, value_name = "K", default_value_t = SEED, allow_negative_numbers = true, value_parser = seed)]
    pub(in crate::cli) seed: u64,
    /// Cores to use at once, without effect on results [default: all]
    #[arg(long, value_name = "T", allow_negative_numbers = true, value_parser = threads)]
    pub(in crate::cli) threads: Option<usize>,
    /// First and last calendar year, such as 2019..2030; the first is that of the model
    #[arg(long, value_name = "A..B", value_parser = horizon)]
    pub(in crate::cli) horizon: Option<RangeInclusive<i32>>,
    /// Factor on the number of persons, and of places with them; results are not scaled back
    #[arg(long, value_name = "X", default_value_t = 1.0, allow_negative_numbers = true, value_parser = scale)]
    pub(in crate::cli) scale: f64,
    /// File for every number, as CSV
    #[arg(long, value_name = "FILE")]
    pub(in crate::cli) out: Option<PathBuf>,
    /// Language of the tables [default: nl in a Dutch locale, else en]
    #[arg(long, value_name = "LANGUAGE")]
    pub(in crate::cli) lang: Option<Language>,
}

fn factor(text: &str) -> Result<f64, String> {
    match text.trim().parse::<f64>() {
        Ok(factor) if (0.0..=1000.0).contains(&factor) => Ok(factor.abs()),
        _ => Err("expected factors from 0 to 1000, such as 0.5,1,1.5".to_owned()),
    }
}
