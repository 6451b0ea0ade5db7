//! The command `piramide`. All of it is in [`piramide::cli`].
fn main() -> std::process::ExitCode {
    piramide::cli::main()
}
