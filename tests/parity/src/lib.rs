//! The engine's fingerprint for a host that can only call a function: a browser, or node.

mod digest;

pub use digest::digest;

/// The fingerprint of [`digest`].
#[unsafe(no_mangle)]
pub extern "C" fn fingerprint() -> u64 {
    digest()
}
