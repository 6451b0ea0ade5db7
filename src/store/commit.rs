//! Build script, no part of the library: hands the commit that piramide is built from to the room that writes manifests.
#![allow(clippy::print_stdout, reason = "that is how a build script speaks to cargo")]

use std::process::Command;

fn main() {
    // The log of HEAD grows with every commit and every change of branch.
    let watched = ["Cargo.toml".into(), "Cargo.lock".into(), "src".into(), "models".into()];
    for path in watched.into_iter().chain(git(&["rev-parse", "--git-path", "logs/HEAD"])) {
        println!("cargo::rerun-if-changed={path}");
    }
    // A package that was unpacked somewhere inside another repository is not of that one's commit.
    let known = git(&["ls-files", "--error-unmatch", "Cargo.toml"]).is_some();
    if let Some(commit) = git(&["rev-parse", "HEAD"]).filter(|_| known) {
        let changed = git(&["status", "--porcelain", "--untracked-files=no"]).is_some_and(|changes| !changes.is_empty());
        println!("cargo::rustc-env=PIRAMIDE_COMMIT={commit}{}", if changed { "-modified" } else { "" });
    }
}

/// What git says, if there is a git and a repository.
fn git(arguments: &[&str]) -> Option<String> {
    let output = Command::new("git").args(arguments).output().ok().filter(|output| output.status.success())?;
    Some(String::from_utf8(output.stdout).ok()?.trim_end().to_owned())
}
