//! Writes the SD-JWT VC Type Metadata of a type. `sensitivity` is a member of ours; whoever does not
//! know it ignores it (SD-JWT VC §4.2).

use bonafide::credential::{ClaimPath, TypeMetadata};
use serde::Serialize;

use crate::TABLES;
use crate::sensitivity::Sensitivity;
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
    sensitivity: u8,
}

#[derive(Serialize)]
struct ClaimDisplay {
    locale: &'static str,
    label: &'static str,
}

/// Struct members keep their order, so the bytes do not depend on serde_json's features.
pub(super) fn document(table: &Table) -> String {
    let document = Document {
        vct: table.vct,
        display: [TypeDisplay { locale: "en", name: table.title }],
        claims: table.all_fields().flat_map(|field| claims(table, field)).collect(),
    };
    serde_json::to_string_pretty(&document).unwrap() + "\n"
}

/// The claim, and what can be hidden inside it.
fn claims(table: &Table, field: &'static Field) -> Vec<Claim> {
    let sd = if table.can_hide(field) { "always" } else { "never" };
    let top = Claim {
        path: vec![Some(field.name)],
        display: display(field.label),
        mandatory: field.mandatory,
        sd,
        sensitivity: field.sensitivity.rank(),
    };
    let inner = |step, display, sensitivity: Sensitivity| Claim {
        path: vec![Some(field.name), step],
        display,
        mandatory: false,
        sd,
        sensitivity: sensitivity.rank(),
    };
    let of_member = |member: &'static Field| {
        inner(Some(member.name), display(member.label), member.sensitivity)
    };
    let inside: Vec<Claim> = match field.kind {
        Kind::Object(members) => members.iter().map(of_member).collect(),
        Kind::List(..) => vec![inner(None, None, field.sensitivity)],
        _ => Vec::new(),
    };
    [top].into_iter().chain(inside).collect()
}

fn display(label: &'static str) -> Option<[ClaimDisplay; 1]> {
    Some([ClaimDisplay { locale: "en", label }])
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
