//! What `report` takes.

use crate::cli::language::Language;
use clap::Args;
use std::path::PathBuf;

const AFTER_REPORT_HELP: &str = "\
What is written:
  report.html in the folder of the (first) run: one file that any browser opens,
  without a network, a server or a script. It holds Dutch and English; the reader
  switches at the top. Print it from the browser for a PDF.
  --factsheet writes factsheet.html beside it instead: two pages for print.

What it says:
  How likely the booked savings are, in fifty dots each; cost and volume by year,
  domain and layer; what the saving consists of and where care goes; and what all
  of it rests on. It works nothing out: every number stands in a file of the run,
  and the page says in which row. What other commands write into the folder is told
  too, and what is not there is named with the command that writes it:

  piramide ledger RUN, waterbed RUN, growth RUN, and piramide needs --out RUN/needs.csv

Several runs stand side by side; a run tells of all its scenarios.

Examples:
  piramide report runs/hengelo-1a2b3c4d
  piramide report runs/hengelo-1a2b3c4d --factsheet --lang nl
  piramide report runs/mine --model models/mine
  piramide report runs/mine runs/hengelo-1a2b3c4d --model models/mine --model models/hengelo

Exit codes:
  0  written
  1  a file of a run is damaged, or the disk failed
  2  the command is at fault: no complete run, or another model";

/// What `report` takes.
#[derive(Debug, Args)]
#[command(after_help = AFTER_REPORT_HELP)]
pub(in crate::cli) struct ReportArgs {
    /// Folders of complete runs; the page is written into the first
    #[arg(value_name = "RUN", required = true)]
    pub(in crate::cli) runs: Vec<PathBuf>,
    /// Folder of the model that was run, one for all runs or one for each; without it the built-in Hengelo
    #[arg(long, value_name = "MODEL")]
    pub(in crate::cli) model: Vec<PathBuf>,
    /// Write the two pages for print instead
    #[arg(long)]
    pub(in crate::cli) factsheet: bool,
    /// File to write instead of that in the folder of the run
    #[arg(long, value_name = "FILE")]
    pub(in crate::cli) out: Option<PathBuf>,
    /// Language that is shown first; the other is in the page too [default: nl]
    #[arg(long, value_name = "LANGUAGE", default_value = "nl", hide_default_value = true)]
    pub(in crate::cli) lang: Language,
}
