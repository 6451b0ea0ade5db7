//! Piramide: how likely are the savings that a municipality has booked on moving people from indicated care to help in the
//! neighbourhood?
//!
//! A Monte Carlo engine in continuous time moves every synthetic inwoner through the pyramid of the social domain, thousands
//! of times. All policy is data: a folder of TOML and CSV (see [`model`]). One direction of data flow, one room per step:
//!
//! ```text
//! models/*.toml,*.csv ─► model ─► compile ─► engine ─► ensemble ─► store ─► analysis ─► verify ─► cli
//!  (what people write)   checked  flat       one       thousands   runs/    bands       known     the
//!                                 tables     history   on rayon    on disk              answers   command
//! ```
//!
//! Beside verify stand [`words`], how numbers and messages are written, and [`report`], the page that is made of the tables of runs.
//!
//! Between model and compile stands [`design`]: which parameter values are drawn. Beside the engine stands its twin,
//! [`meanfield`]: the same tables as expected values, without chance; on both stands `calibration`, which fits a model to what was
//! published.
//!
//! Nothing to the right is known on the left; a test holds us to it. All that a file can get wrong is found by `model` and
//! `compile`. The engine does no input or output, reads no clock and cannot fail. Equal seeds give equal bits, for any
//! number of threads, natively and in WebAssembly: see [`luck`] and [`maths`], on which the rest stands.
//!
//! ```
//! use piramide::compile::layout::{Level, metric};
//! use piramide::compile::{Options, Plan, draw};
//! use piramide::engine::{Luck, Silent, Tally, simulate};
//! use piramide::model;
//!
//! let hengelo = model::read(&model::embedded::hengelo())?;
//! let plan = Plan::new(&hengelo, &Options { last_year: 2021, scale: 0.1 }).map_err(|error| error.to_string())?;
//! let luck = Luck::new(1, 0, 0);
//! let town = plan.compile(&draw(&hengelo, 1, 0)).map_err(|error| error.to_string())?;
//! let town = town.shocked(luck);
//! let mut tally = Tally::new(plan.layout());
//! simulate(&town, 0, luck, &mut tally, &mut Silent);
//! let counts = tally.counts(&town, 0);
//!
//! let everybody = plan.layout().units.iter().position(|unit| unit.level == Level::Total).unwrap_or(0);
//! let inwoners = counts[plan.layout().offset(0, everybody, 0) + metric::STOCK_START];
//! assert!((8_000..8_200).contains(&inwoners));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

#[cfg(feature = "cli")]
pub mod analysis;
#[cfg(feature = "cli")]
pub mod calibration;
#[cfg(feature = "cli")]
pub mod cli;
pub mod compile;
pub mod design;
pub mod engine;
#[cfg(feature = "cli")]
pub mod ensemble;
pub mod luck;
pub mod maths;
pub mod meanfield;
pub mod model;
#[cfg(feature = "cli")]
pub mod report;
#[cfg(feature = "cli")]
pub mod store;
#[cfg(feature = "cli")]
pub mod verify;
#[cfg(feature = "cli")]
pub mod words;
