use super::args::RunArgs; use super::failure::Failure; pub(super) fn run(_: &RunArgs) -> Result<(), Failure> { Ok(()) }
