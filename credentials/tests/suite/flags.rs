//! The registry of threshold flags, and how the types take theirs from it.

use std::collections::{BTreeMap, BTreeSet};

use bonafide::clock::is_date;
use bonafide::credential::ClaimPath;
use bonafide_credentials::flags::{self, Certainty, Subject};
use bonafide_credentials::{TypeDefinition, find};
use serde_json::{Value, json};

use crate::data::{changed, read, refused};

const INVESTOR: &str = "accredited-individual";

/// The flags among the claims of a type, without the one that is no threshold.
fn flags_of(definition: &TypeDefinition) -> BTreeSet<String> {
    let fields = definition.fields();
    let thresholds = fields.into_iter().filter(|field| field.expected.contains(", under "));
    thresholds.map(|field| field.path).collect()
}

#[test]
fn every_flag_is_a_claim_of_the_types_it_is_for() {
    let (person, entity, purchaser) = (
        find(INVESTOR).unwrap(),
        find("accredited-entity").unwrap(),
        find("qualified-purchaser").unwrap(),
    );
    let mut expected: BTreeMap<&str, BTreeSet<String>> = BTreeMap::new();
    for regime in flags::regimes() {
        for flag in regime.flags {
            let mut add = |name| expected.entry(name).or_default().insert(flag.name.to_owned());
            match (regime.name, flag.subject) {
                ("us-qp", _) => _ = add("purchaser"),
                (_, Subject::Person) => _ = add("person"),
                (_, Subject::Entity) => _ = add("entity"),
                (_, Subject::Either) => _ = (add("person"), add("entity")),
            }
        }
    }
    assert_eq!(expected["person"], flags_of(person));
    assert_eq!(expected["entity"], flags_of(entity));
    assert_eq!(expected["purchaser"], flags_of(purchaser));
    for (definition, name) in [(person, "person"), (entity, "entity"), (purchaser, "purchaser")] {
        assert!(expected[name].iter().all(|flag| definition.is_flag(&ClaimPath::top(flag))));
    }
}

#[test]
fn a_regime_has_a_type_that_names_it() {
    for regime in flags::regimes().iter().filter(|regime| regime.name != "us-qp") {
        let types = [find(INVESTOR).unwrap(), find("accredited-entity").unwrap()];
        let fields = types.iter().flat_map(|one| one.fields());
        let choices: Vec<String> =
            fields.filter(|field| field.path == "regime").map(|field| field.expected).collect();
        for (choice, subject) in choices.iter().zip([Subject::Person, Subject::Entity]) {
            let suits = |flag: &flags::Flag| [subject, Subject::Either].contains(&flag.subject);
            let named = choice.contains(regime.name);
            assert_eq!(named, regime.flags.iter().any(suits), "{}", regime.name);
        }
    }
}

/// Measure, period and exclusion, `gt` or `ge`, currency, amount.
#[test]
fn rows_are_whole() {
    let mut titles: BTreeMap<&str, &str> = BTreeMap::new();
    let mut names = BTreeSet::new();
    for regime in flags::regimes() {
        assert!(names.insert(regime.name), "{}", regime.name);
        assert!(std::ptr::eq(flags::regime(regime.name).unwrap(), *regime));
        let mut seen = BTreeSet::new();
        for flag in regime.flags {
            assert!(seen.insert(flag.name), "{}", flag.name);
            assert!(!flag.law.is_empty() && flag.measures.ends_with('.'), "{}", flag.name);
            assert!(flag.excludes.is_empty() || flag.excludes.ends_with('.'), "{}", flag.name);
            // One name says one thing, under whatever regime.
            let title = titles.entry(flag.name).or_insert(flag.title);
            assert_eq!(*title, flag.title, "{}", flag.name);
            assert!([flag.from, flag.until].into_iter().flatten().all(is_date), "{}", flag.name);
            let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_';
            assert!(flag.name.chars().all(plain), "{}", flag.name);
            assert!(regime.flag(flag.name).is_some());
        }
    }
    assert!(flags::regime("us-501b").is_none());
    assert_eq!(flags::nearest_regime("us-501"), Some("us-501a"));
    assert_eq!(flags::nearest_regime("mars"), None);
}

#[test]
fn the_marks_of_certainty() {
    let certainty =
        |regime: &str, flag: &str| flags::regime(regime)?.flag(flag).map(|f| f.certainty);
    let mark = |regime, flag| certainty(regime, flag).unwrap().mark();
    assert_eq!(mark("us-501a", "networth_xpr_gt_usd_1m"), "P");
    assert_eq!(mark("us-501a", "license_7_65_82"), "S");
    assert_eq!(mark("hk-pi", "portfolio_ge_hkd_8m"), "S");
    assert_eq!(mark("ae-dfsa", "experience"), "U");
    assert_eq!(Certainty::Unsettled.meaning(), "unsettled");
}

#[test]
fn a_flag_that_was_not_law_on_the_day_is_refused() {
    let claims = |day: &str| {
        json!({"assessed_on": day, "regime": "uk-hnw", "method": "firm-assessment",
            "income1y_ge_gbp_100k": true})
        .to_string()
    };
    let errors = read(INVESTOR, claims("2024-03-26").as_bytes()).unwrap_err();
    assert_eq!(
        errors.to_string(),
        "income1y_ge_gbp_100k: not in force on the day of the assessment; it counts from 2024-03-27"
    );
    assert_eq!(errors.iter().next().unwrap().code(), "not-in-force");
    read(INVESTOR, claims("2024-03-27").as_bytes()).unwrap();
    // What nobody passes is not looked at.
    changed(INVESTOR, "/assessed_on", json!("2020-12-07")).unwrap();
    let older = json!({"assessed_on": "2020-12-07", "regime": "us-501a", "method": "asset-docs",
        "family_client": true});
    let errors = read(INVESTOR, older.to_string().as_bytes()).unwrap_err();
    assert_eq!(errors.iter().next().unwrap().code(), "not-in-force");
}

#[test]
fn a_flag_nobody_knows_is_refused_with_the_nearest() {
    let errors = changed(INVESTOR, "/networth_xpr_gt_usd_2m", json!(true)).unwrap_err();
    assert!(errors.to_string().ends_with("Did you mean networth_xpr_gt_usd_1m?"), "{errors}");
    refused(INVESTOR, "/assets_gt_usd_5m", json!(true), &[("assets_gt_usd_5m", "unknown-field")]);
}

#[test]
fn the_data_file_has_every_row() {
    let text = include_str!("../../data/flags.json");
    let document: Value = serde_json::from_str(text).unwrap();
    let rows = document["regimes"].as_array().unwrap();
    assert_eq!(rows.len(), flags::regimes().len());
    for (row, regime) in rows.iter().zip(flags::regimes()) {
        assert_eq!(row["name"], regime.name);
        for (row, flag) in row["flags"].as_array().unwrap().iter().zip(regime.flags) {
            assert_eq!((&row["name"], &row["law"]), (&json!(flag.name), &json!(flag.law)));
            assert_eq!(row.get("from").and_then(Value::as_str), flag.from);
            assert_eq!(row.get("until").and_then(Value::as_str), flag.until);
        }
    }
}
