//! What `new` takes.

use clap::Args;
use std::path::PathBuf;

const AFTER_NEW_HELP: &str = "\
What is written:
  A folder of text files that is a whole model: persons, three tracks, a plan
  and two scenarios. It checks and runs at once. Every number in it is an
  example, says so, and says where your own is found. README.md in it lists the
  first five things to fill in.

Examples:
  piramide new borne
  piramide new wijk-bij-duurstede --out models/wbd
  piramide run borne

Exit codes:
  0  written
  1  the disk refused
  2  the name cannot be one, or something stands in its place";

/// What `new` takes.
#[derive(Debug, Args)]
#[command(after_help = AFTER_NEW_HELP)]
pub(in crate::cli) struct NewArgs {
    /// Name of the municipality: lower case, hyphens for spaces
    #[arg(value_name = "NAME")]
    pub(in crate::cli) name: String,
    /// What people call it [default: the name, with capitals]
    #[arg(long, value_name = "TEXT")]
    pub(in crate::cli) label: Option<String>,
    /// Folder to write, not there yet [default: NAME]
    #[arg(long, value_name = "DIR")]
    pub(in crate::cli) out: Option<PathBuf>,
}
