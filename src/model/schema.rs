//! The JSON Schema of the language, for editors.

use super::raw::{RawModel, RawScenario};
use schemars::generate::SchemaSettings;
use serde_json::{Value, json};

/// One JSON Schema (draft 2020-12, indented) for every TOML file of a model folder. `#/$defs/ModelFile` describes a part of
/// the model (no section is required, as they may stand in any file), `#/$defs/ScenarioFile` a file under `scenarios/`; the
/// whole document accepts either.
pub fn schema() -> String {
    let mut generator = SchemaSettings::draft2020_12().into_generator();
    let mut part = generator.root_schema_for::<RawModel>().to_value();
    let mut scenario = generator.root_schema_for::<RawScenario>().to_value();
    let mut definitions = serde_json::Map::new();
    for (document, name) in [(&mut part, "ModelFile"), (&mut scenario, "ScenarioFile")] {
        let Value::Object(document) = document else { continue };
        document.remove("$schema");
        document.insert("title".to_owned(), json!(name));
        if let Some(Value::Object(inner)) = document.remove("$defs") {
            definitions.extend(inner);
        }
    }
    if let Value::Object(part) = &mut part {
        part.remove("required");
    }
    definitions.insert("ModelFile".to_owned(), part);
    definitions.insert("ScenarioFile".to_owned(), scenario);
    let document = json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Piramide model",
        "anyOf": [{ "$ref": "#/$defs/ModelFile" }, { "$ref": "#/$defs/ScenarioFile" }],
        "$defs": definitions,
    });
    format!("{document:#}\n")
}
