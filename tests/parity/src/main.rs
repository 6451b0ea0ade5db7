//! Prints the engine's fingerprint as built by `cargo run`, without the features that development brings in.

fn main() {
    println!("{:016x}", piramide_parity::digest());
}
