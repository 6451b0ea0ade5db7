//! The models that travel inside the binary.

use super::files::Files;
use include_dir::{Dir, include_dir};

static HENGELO: Dir<'static> = include_dir!("$CARGO_MANIFEST_DIR/models/hengelo");
static VERIFICATION: Dir<'static> = include_dir!("$CARGO_MANIFEST_DIR/models/verification");

/// The default model: Hengelo.
pub fn hengelo() -> Files {
    Files::from_embedded(&HENGELO)
}

/// The models whose answers are known, sorted by name.
pub fn verification() -> Vec<(String, Files)> {
    let name = |folder: &Dir<'_>| folder.path().file_name().map(|name| name.to_string_lossy().into_owned());
    let mut models: Vec<_> =
        VERIFICATION.dirs().filter_map(|folder| Some((name(folder)?, Files::from_embedded(folder)))).collect();
    models.sort_by(|a, b| a.0.cmp(&b.0));
    models
}
