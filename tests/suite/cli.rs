//! The command line as people meet it: the real binary, its output and its exit code.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// What a command left behind.
struct Left {
    code: Option<i32>,
    out: String,
    err: String,
}

impl Left {
    /// Fails unless the exit code is `code`, and shows what was said.
    fn expect(self, code: i32) -> Self {
        assert_eq!(self.code, Some(code), "standard output:\n{}\nstandard error:\n{}", self.out, self.err);
        self
    }
}

/// A folder of its own to work in, gone when the test ends.
struct Desk(tempfile::TempDir);

impl Desk {
    fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    fn path(&self, inside: &str) -> PathBuf {
        self.0.path().join(inside)
    }

    fn text(&self, inside: &str) -> String {
        std::fs::read_to_string(self.path(inside)).unwrap()
    }

    fn command(&self, args: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_piramide"));
        command.args(args).current_dir(self.0.path()).stdin(Stdio::null());
        command.env_remove("LC_ALL").env_remove("LC_MESSAGES").env("LANG", "C").env("COLUMNS", "100");
        command
    }

    fn piramide(&self, args: &[&str]) -> Left {
        let output = self.command(args).output().unwrap();
        let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
        Left { code: output.status.code(), out: text(output.stdout), err: text(output.stderr) }
    }
}

/// The village that these tests run: 400 persons, three years.
fn dorp() -> String {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/models/dorp").to_string_lossy().into_owned()
}

#[test]
fn help_teaches() {
    let desk = Desk::new();
    insta::assert_snapshot!("help", desk.piramide(&["--help"]).expect(0).out);
    insta::assert_snapshot!("help_run", desk.piramide(&["run", "--help"]).expect(0).out);
    assert!(desk.piramide(&["-h"]).expect(0).out.contains("Commands:"));
    for command in ["check", "schema", "verify"] {
        assert!(desk.piramide(&[command, "--help"]).expect(0).out.contains("Usage: piramide"), "{command}");
    }
    let version = desk.piramide(&["--version"]).expect(0).out;
    assert_eq!(version.trim(), format!("piramide {}", env!("CARGO_PKG_VERSION")));
}

#[test]
fn what_cannot_be_meant_is_refused_with_exit_code_2() {
    let desk = Desk::new();
    let mut said = String::new();
    for args in [
        "run --draws 0",
        "run --draws -1",
        "run --draws many",
        "run --draws 4294967296",
        "run --replications 0",
        "run --seed -1",
        "run --threads 0",
        "run --horizon 2030..2019",
        "run --horizon 2019",
        "run --scale 0",
        "run --scale NaN",
        "run --member 3",
        "run --trace 4",
        "run --member 0.0 --trace me",
        "run --lang de",
        "run --draw 3",
        "run one two",
        "chekc",
        "--draws 0",
    ] {
        let left = desk.piramide(&args.split(' ').collect::<Vec<_>>()).expect(2);
        assert_eq!(left.out, "", "{args}");
        said += &format!("$ piramide {args}\n{}\n", left.err);
    }
    insta::assert_snapshot!("refused", said);
    assert_eq!(std::fs::read_dir(desk.0.path()).unwrap().count(), 0, "a refused command leaves nothing behind");
}
