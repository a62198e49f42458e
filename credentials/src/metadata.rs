//! Writes the type metadata documents from the tables, and keeps the committed ones equal to them.

use std::path::PathBuf;
use std::{env, fs};

use bonafide::credential::{ClaimPath, TypeMetadata};
use serde::Serialize;

use crate::TABLES;
use crate::table::{Field, Kind, Table};

#[derive(Serialize)]
struct Document {
    vct: &'static str,
    display: [TypeDisplay; 1],
    claims: Vec<Claim>,
}

#[derive(Serialize)]
struct TypeDisplay {
    locale: &'static str,
    name: &'static str,
}

#[derive(Serialize)]
struct Claim {
    path: Vec<Option<&'static str>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    display: Option<[ClaimDisplay; 1]>,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    mandatory: bool,
    sd: &'static str,
}

#[derive(Serialize)]
struct ClaimDisplay {
    locale: &'static str,
    label: &'static str,
}

/// Struct members keep their order, so the bytes do not depend on serde_json's features.
fn document(table: &Table) -> String {
    let document = Document {
        vct: table.vct,
        display: [TypeDisplay { locale: "en", name: table.title }],
        claims: table.all_fields().flat_map(claims).collect(),
    };
    serde_json::to_string_pretty(&document).unwrap() + "\n"
}

/// The claim, and what can be hidden inside it.
fn claims(field: &'static Field) -> Vec<Claim> {
    let top = Claim {
        path: vec![Some(field.name)],
        display: display(field.label),
        mandatory: field.mandatory,
        sd: if field.is_hideable() { "always" } else { "never" },
    };
    let hidden = |step, display| Claim {
        path: vec![Some(field.name), step],
        display,
        mandatory: false,
        sd: "always",
    };
    let inside: Vec<Claim> = match field.kind {
        Kind::Object(members) => {
            members.iter().map(|member| hidden(Some(member.name), display(member.label))).collect()
        }
        Kind::List(..) => vec![hidden(None, None)],
        _ => Vec::new(),
    };
    [top].into_iter().chain(inside).collect()
}

fn display(label: &'static str) -> Option<[ClaimDisplay; 1]> {
    Some([ClaimDisplay { locale: "en", label }])
}

#[test]
fn the_committed_documents_are_those_of_the_tables() {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("data");
    for table in TABLES {
        let path = folder.join(format!("{}.json", table.name));
        let fresh = document(table);
        if env::var_os("BLESS").is_some() {
            fs::write(&path, &fresh).unwrap();
        }
        let committed = fs::read_to_string(&path).unwrap();
        assert_eq!(committed, fresh, "run BLESS=1 cargo test -p bonafide-credentials");
    }
}

#[test]
fn the_documents_read_back_as_the_tables() {
    for table in TABLES {
        let metadata = TypeMetadata::parse(document(table).as_bytes()).unwrap();
        assert_eq!(metadata.vct(), table.vct);
        assert_eq!(metadata.name(), Some(table.title));
        assert_eq!(table.vct, format!("urn:bonafide:{}:1", table.name));
        for field in table.all_fields() {
            let path = ClaimPath::top(field.name);
            let claim = metadata.claims().iter().find(|claim| claim.path == path);
            let claim = claim.unwrap();
            assert_eq!(claim.label.as_deref(), Some(field.label));
            assert_eq!(claim.mandatory, field.mandatory);
        }
    }
}
