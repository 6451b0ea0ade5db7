//! The command `piramide`. All of it is in [`piramide::cli`].
fn main() -> std::process::ExitCode {
    std::process::ExitCode::SUCCESS
}
