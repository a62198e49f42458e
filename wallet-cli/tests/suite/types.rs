//! `bonafide types`: the types, their documents and the flags, for people and for programs.

use serde_json::Value;

use crate::support::World;

fn says(args: &[&str]) -> String {
    World::new().bare(args, &[], None).exits(0).stdout
}

fn json(args: &[&str]) -> Value {
    serde_json::from_str(&says(args)).unwrap()
}

const NAMES: [&str; 11] = [
    "kyc-identity",
    "aml-screening",
    "residency",
    "accredited-individual",
    "accredited-entity",
    "qualified-purchaser",
    "kyb-entity",
    "entity-mandate",
    "account-binding",
    "holding",
    "transfer-authorisation",
];

#[test]
fn all_types_are_listed_with_and_without_the_word() {
    let list = says(&["types", "list"]);
    assert_eq!(says(&["types"]), list);
    let names: Vec<_> = list.lines().filter_map(|line| line.split_whitespace().next()).collect();
    assert_eq!(names, NAMES);
    let rows = json(&["types", "list", "--json"]);
    assert_eq!(rows, json(&["types", "--json"]));
    assert_eq!(rows[0]["vct"], "urn:bonafide:kyc-identity:1");
    assert_eq!(rows[9]["days"], 3);
}

#[test]
fn text_fits_80_columns() {
    let shows = NAMES.iter().map(|name| says(&["types", "show", name]));
    for text in shows.chain([says(&["types", "list"]), says(&["types", "flags"])]) {
        for line in text.lines() {
            assert!(line.chars().count() <= 80 && line == line.trim_end(), "{line:?}");
        }
    }
}

#[test]
fn a_type_is_shown_with_what_each_claim_tells() {
    let text = says(&["types", "show", "accredited-individual"]);
    assert!(text.starts_with("Investor status (urn:bonafide:accredited-individual:1)\n"), "{text}");
    assert!(text.contains("Usually valid 365 days; 90 days where regime is us-501a."), "{text}");
    assert!(text.contains(" * regime (status)\n     Regime: one of us-501a, eu-mifid,"), "{text}");
    assert!(text.contains("   record_ref (identifying)\n"), "{text}");
    assert!(text.contains("issued when true, under"), "{text}");
    let transfer = says(&["types", "show", "transfer-authorisation"]);
    assert!(transfer.contains("Usually valid 1 day.\n"), "{transfer}");
    assert!(transfer.contains("The holder can hide nothing."), "{transfer}");
    let shown = json(&["types", "show", "holding", "--json"]);
    assert_eq!((&shown["name"], &shown["hideable"]), (&"holding".into(), &true.into()));
    let claims = shown["claims"].as_array().unwrap();
    let account = claims.iter().find(|claim| claim["path"] == "account").unwrap();
    assert_eq!((&account["sensitivity"], &account["mandatory"]), (&4.into(), &false.into()));
}

#[test]
fn documents_are_printed_byte_for_byte() {
    for name in NAMES {
        let kind = bonafide_credentials::find(name).unwrap();
        let metadata = says(&["types", "show", name, "--metadata"]);
        assert_eq!(metadata.as_bytes(), kind.metadata().document(), "{name}");
        assert_eq!(says(&["types", "show", name, "--schema"]), kind.schema());
        let disclosed = says(&["types", "show", name, "--schema", "--disclosed"]);
        assert_eq!(disclosed, kind.disclosed_schema());
        // They are JSON already.
        assert_eq!(says(&["types", "show", name, "--schema", "--json"]), kind.schema());
    }
}

#[test]
fn flags_are_told_by_regime() {
    let all = says(&["types", "flags"]);
    for regime in bonafide_credentials::flags::regimes() {
        assert!(all.contains(&format!("{}  {}\n", regime.name, regime.title)), "{}", regime.name);
        for flag in regime.flags {
            let heading = format!("  {} ({}, ", flag.name, flag.subject.name());
            assert!(all.contains(&heading), "{}", flag.name);
        }
    }
    let uk = says(&["types", "flags", "uk-hnw"]);
    assert!(uk.contains("Since 2024-03-27.") && uk.contains("Left out: The home"), "{uk}");
    assert!(!uk.contains("us-501a"), "{uk}");
    assert!(says(&["types", "flags", "hk-pi"]).contains("First day not recorded."));
    let rows = json(&["types", "flags", "us-501a", "--json"]);
    assert_eq!(rows.as_array().unwrap().len(), 1);
    assert_eq!(rows[0]["flags"][0]["name"], "income2y_gt_usd_200k");
    assert_eq!(rows[0]["flags"][0]["from"], Value::Null);
}

#[test]
fn a_misspelt_name_leads_to_the_right_one() {
    let world = World::new();
    let kind = world.bare(&["types", "show", "kyb-entty"], &[], None).exits(2);
    assert!(kind.stderr.contains("Did you mean kyb-entity?"), "{kind:?}");
    let regime = world.bare(&["types", "flags", "us-501"], &[], None).exits(2);
    assert!(regime.stderr.contains("Did you mean us-501a?"), "{regime:?}");
    let far = world.bare(&["types", "show", "passport"], &[], None).exits(2);
    assert!(!far.stderr.contains("Did you mean") && far.stdout.is_empty(), "{far:?}");
}
