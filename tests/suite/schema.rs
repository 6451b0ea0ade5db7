//! The JSON Schema says the same as the reader.

use piramide::model::{self, embedded};
use serde_json::Value;

fn schema() -> Value {
    serde_json::from_str(&model::schema()).unwrap()
}

#[test]
fn every_reference_leads_somewhere() {
    fn visit(node: &Value, root: &Value, seen: &mut usize) {
        match node {
            Value::Object(map) => {
                if let Some(Value::String(path)) = map.get("$ref") {
                    assert!(root.pointer(path.trim_start_matches('#')).is_some(), "{path}");
                    *seen += 1;
                }
                map.values().for_each(|inner| visit(inner, root, seen));
            }
            Value::Array(list) => list.iter().for_each(|inner| visit(inner, root, seen)),
            _ => {}
        }
    }
    let (root, mut seen) = (schema(), 0);
    visit(&root, &root, &mut seen);
    assert!(seen > 50, "{seen}");
}

#[test]
fn every_key_is_explained() {
    let root = schema();
    for (name, definition) in root["$defs"].as_object().unwrap() {
        assert!(definition.get("description").is_some(), "{name}");
        for (key, property) in definition.get("properties").and_then(Value::as_object).into_iter().flatten() {
            assert!(property.get("description").is_some(), "{name}.{key}");
        }
    }
}

/// An editor sees one file at a time, so no section may be required of a part of the model.
#[test]
fn the_keys_of_shipped_files_are_in_the_schema() {
    let root = schema();
    let keys = |definition: &str| root["$defs"][definition]["properties"].as_object().unwrap().clone();
    let (part, scenario) = (keys("ModelFile"), keys("ScenarioFile"));
    assert!(root["$defs"]["ModelFile"].get("required").is_none());
    let mut files = 0;
    for (path, bytes) in
        embedded::hengelo().iter().filter(|(path, _)| std::path::Path::new(path).extension().is_some_and(|end| end == "toml"))
    {
        // Not a part of the model, but what its figures are compared with.
        if path == "qc.toml" {
            continue;
        }
        let table: toml::Table = toml::from_str(std::str::from_utf8(bytes).unwrap()).unwrap();
        let known = if path.starts_with("scenarios/") { &scenario } else { &part };
        assert!(table.keys().all(|key| known.contains_key(key)), "{path}");
        files += 1;
    }
    assert!(files >= 3);
}
