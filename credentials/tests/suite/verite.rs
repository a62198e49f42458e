//! docs/verite-mapping.md names every leaf field of the Verite files, and only claims of ours that exist.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use bonafide_credentials::find;
use serde_json::Value;

/// Where a field stands: the names that lead to it, `[]` behind those of arrays.
type Place = Vec<String>;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

fn files(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        match path.is_dir() {
            true => files(&path, found),
            false => found.extend(path.extension().is_some_and(|e| e == "json").then_some(path)),
        }
    }
}

/// The leaf fields of all files.
fn leaves() -> BTreeSet<Place> {
    let folder = root().join("tests/vectors/domain/verite");
    let mut paths = Vec::new();
    files(&folder, &mut paths);
    assert_eq!(paths.len(), 22, "{paths:?}");
    let mut found = BTreeSet::new();
    for path in paths {
        let json: Value = serde_json::from_slice(&std::fs::read(&path).unwrap()).unwrap();
        let name = path.strip_prefix(&folder).unwrap().to_str().unwrap();
        match name {
            "doc-samples.json" => {
                let samples = json.as_array().unwrap();
                samples.iter().for_each(|sample| instance(&sample["document"], &[], &mut found));
            }
            schema if schema.contains("schemas") => properties(&json, &[], &mut found),
            _ => instance(&json, &[], &mut found),
        }
    }
    found
}

fn inside(place: &[String], name: &str) -> Place {
    [place, &[name.to_owned()]].concat()
}

/// Of a document: every plain value. What a list of checks holds is a field itself.
fn instance(value: &Value, place: &[String], found: &mut BTreeSet<Place>) {
    match value {
        Value::Object(members) => {
            members.iter().for_each(|(name, value)| instance(value, &inside(place, name), found));
        }
        Value::Array(items) => {
            let (last, outer) = place.split_last().unwrap();
            for item in items {
                match item.as_str().filter(|_| last.ends_with("Checks")) {
                    Some(check) => _ = found.insert(inside(place, check)),
                    None => instance(item, &inside(outer, &format!("{last}[]")), found),
                }
            }
        }
        _ => _ = found.insert(place.to_vec()),
    }
}

/// Of a JSON Schema: every property that has none itself.
fn properties(schema: &Value, place: &[String], found: &mut BTreeSet<Place>) {
    let definitions = schema["definitions"].as_object().into_iter().flatten();
    definitions.for_each(|(name, inner)| properties(inner, std::slice::from_ref(name), found));
    match schema["properties"].as_object() {
        Some(members) => {
            members.iter().for_each(|(name, inner)| properties(inner, &inside(place, name), found));
        }
        None if !place.is_empty() => _ = found.insert(place.to_vec()),
        None => {}
    }
}

/// What stands in backquotes in a cell.
fn quoted(cell: &str) -> Vec<&str> {
    cell.split('`').skip(1).step_by(2).collect()
}

/// The rows of all tables: the names of Verite, and the cell with ours.
fn rows(text: &str) -> Vec<(Vec<&str>, &str)> {
    let cells = text.lines().map(|line| line.split('|').collect::<Vec<_>>());
    let rows = cells.filter(|cells| cells.len() == 5 && cells[1].contains('`'));
    rows.map(|cells| (quoted(cells[1]), cells[2].trim())).collect()
}

/// Whether a name of the first column means a field.
fn means(name: &str, place: &Place) -> bool {
    if let Some(container) = name.strip_suffix(".*") {
        let within = place.split_last().unwrap().1;
        let parts: Vec<&str> = container.split('.').collect();
        return within.windows(parts.len()).any(|window| window == parts);
    }
    let parts: Vec<&str> = name.split('.').collect();
    match parts.len() {
        1 => *place == parts,
        len => place.len() >= len && place[place.len() - len..] == parts,
    }
}

#[test]
fn every_field_of_verite_is_named() {
    let text = std::fs::read_to_string(root().join("docs/verite-mapping.md")).unwrap();
    let rows = rows(&text);
    let names: Vec<&str> = rows.iter().flat_map(|(names, _)| names.iter().copied()).collect();
    let leaves = leaves();
    assert!(leaves.len() > 300, "{}", leaves.len());
    for place in &leaves {
        assert!(names.iter().any(|name| means(name, place)), "no row for {}", place.join("."));
    }
    for name in names {
        assert!(leaves.iter().any(|place| means(name, place)), "no field is {name}");
    }
}

#[test]
fn every_claim_of_ours_that_is_named_exists() {
    let text = std::fs::read_to_string(root().join("docs/verite-mapping.md")).unwrap();
    let envelope = ["iss", "sub", "vct", "vct#integrity", "nbf", "exp", "status"];
    for (names, ours) in rows(&text) {
        let claims = quoted(ours);
        assert_eq!(claims.is_empty(), ours == "none", "{names:?}: {ours}");
        for claim in claims.iter().filter(|claim| !envelope.contains(claim)) {
            let (kind, path) = claim.split_once('.').unwrap();
            let fields = find(kind).expect(claim).fields();
            let path = path.trim_end_matches("[]");
            assert!(fields.iter().any(|field| field.path == path), "{claim}");
        }
    }
}
