//! From a checked model and one parameter draw to flat tables. The last step that can fail.

pub mod layout;

pub use layout::Layout;
