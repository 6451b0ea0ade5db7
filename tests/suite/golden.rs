//! Same seed, same bits: the engine's fingerprint, frozen.

#[path = "../parity/src/digest.rs"]
mod digest;

/// The fingerprint of Hengelo as it stands. A change of it is a change of results: say why and by how much in CHANGELOG,
/// under **Results-changing**. `scripts/parity` compares the same number with `cargo run` and WebAssembly.
const GOLDEN: u64 = 0xbbf9_0852_6ca4_710c;

#[test]
fn results_are_what_they_were() {
    assert_eq!(digest::digest(), GOLDEN, "got {:#018x}", digest::digest());
}
