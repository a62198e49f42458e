//! Writes the documents under `data/` from the tables, and keeps the committed ones equal to them.

mod json;
mod metadata;
mod registry;
mod schema;

use std::path::PathBuf;
use std::{env, fs};

use crate::TABLES;

#[test]
fn the_committed_documents_are_those_of_the_tables() {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("data");
    let mut all = vec![("flags.json".to_owned(), registry::document())];
    for table in TABLES {
        let name = table.name;
        all.push((format!("{name}.json"), metadata::document(table)));
        all.push((format!("{name}.schema.json"), schema::document(table, schema::Of::Issued)));
        let disclosed = schema::document(table, schema::Of::Disclosed);
        all.push((format!("{name}.disclosed.schema.json"), disclosed));
    }
    for (name, fresh) in &all {
        let path = folder.join(name);
        if env::var_os("BLESS").is_some() {
            fs::write(&path, fresh).unwrap();
        }
        let committed = fs::read_to_string(&path).unwrap();
        assert_eq!(&committed, fresh, "{name}: run BLESS=1 cargo test -p bonafide-credentials");
    }
    let mut expected: Vec<String> = all.into_iter().map(|(name, _)| name).collect();
    expected.push("countries.tsv".to_owned());
    expected.sort();
    let entries = fs::read_dir(&folder).unwrap();
    let mut found: Vec<String> =
        entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    found.sort();
    assert_eq!(found, expected, "data/ holds nothing else");
}
