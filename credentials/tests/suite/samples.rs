//! The good samples, and what is issued from them.

use std::collections::BTreeSet;

use bonafide::credential::{ClaimPath, Disclosure, Envelope, Evidence, PathSegment};
use bonafide::did::Did;
use bonafide_credentials::{
    AccountBinding, AccreditedEntity, AccreditedIndividual, AmlScreening, Claims, EntityMandate,
    Holding, KybEntity, KycIdentity, QualifiedPurchaser, Residency, Sensitivity,
    TransferAuthorisation, TypedClaims, catalog, find, nearest_type, types,
};

use crate::data::{names, sample, today};

fn read(name: &str) -> Claims {
    find(name).unwrap().read(&sample(name), today()).unwrap()
}

#[test]
fn eleven_types_are_known_by_name_and_vct() {
    let expected = [
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
    assert_eq!(names(), expected);
    for one in types() {
        assert!(std::ptr::eq(find(one.vct()).unwrap(), one));
        assert!(std::ptr::eq(find(one.name()).unwrap(), one));
        let metadata = catalog().get(one.vct()).unwrap();
        assert_eq!(metadata.document(), one.metadata().document());
        assert_eq!(metadata.name(), Some(one.title()));
        assert!(one.default_days() <= one.max_days());
    }
    assert_eq!(catalog().types().len(), 11);
    assert!(find("kyc").is_none());
    assert_eq!(nearest_type("kyb-entty"), Some("kyb-entity"));
    assert_eq!(nearest_type("passport"), None);
}

#[test]
fn the_samples_pass() {
    let kyc = read("kyc-identity");
    assert_eq!(kyc.assessed_on(), "2026-11-16");
    assert_eq!(kyc.not_after(), Some("2028-03-31"));
    assert_eq!((kyc.default_days(), kyc.max_days()), (730, 731));
    assert!(kyc.dropped().is_empty());

    let aml = read("aml-screening");
    assert_eq!(aml.dropped(), ["pep_clear"]);
    assert_eq!((aml.default_days(), aml.max_days()), (30, 30));

    let investor = read("accredited-individual");
    assert_eq!(investor.dropped(), ["license_7_65_82"]);
    assert_eq!(investor.not_after(), None);
    assert_eq!((investor.default_days(), investor.max_days()), (90, 92));
    assert_eq!(investor.definition().max_days(), 366);

    for (name, usual, longest) in [
        ("residency", 365, 366),
        ("accredited-entity", 90, 92),
        ("qualified-purchaser", 90, 92),
        ("kyb-entity", 365, 366),
        ("entity-mandate", 365, 366),
        ("account-binding", 365, 366),
        ("holding", 3, 3),
        ("transfer-authorisation", 1, 1),
    ] {
        let claims = read(name);
        assert_eq!((claims.default_days(), claims.max_days()), (usual, longest), "{name}");
        assert_eq!(claims.not_after(), None, "{name}");
    }
    assert_eq!(read("residency").dropped(), ["uk_resident"]);
    assert_eq!(read("accredited-entity").dropped(), ["regulated_institution"]);
}

#[test]
fn nothing_is_hidden_in_a_transfer_authorisation() {
    let content = read("transfer-authorisation").into_content();
    assert!(content.hidden.is_empty());
    assert_eq!(content.padding.top, 0);
    assert!(content.padding.inner.is_empty());
}

#[test]
fn every_claim_has_a_rank_and_the_metadata_name_it() {
    for one in types() {
        let metadata: serde_json::Value =
            serde_json::from_slice(one.metadata().document()).unwrap();
        let rows = metadata["claims"].as_array().unwrap();
        assert_eq!(rows.len(), one.metadata().claims().len());
        for (row, claim) in rows.iter().zip(one.metadata().claims()) {
            let rank = one.sensitivity(&claim.path).unwrap().rank();
            assert_eq!(row["sensitivity"], rank, "{} {}", one.name(), claim.path);
        }
    }
    let kyc = find("kyc-identity").unwrap();
    let rank = |name| kyc.sensitivity(&ClaimPath::top(name));
    assert_eq!(rank("family_name"), Some(Sensitivity::Identifying));
    assert!(rank("age_over_18") < rank("birthdate"));
    assert_eq!(rank("shoe_size"), None);
    let fields = kyc.fields();
    let number = fields.iter().find(|field| field.path == "document.number").unwrap();
    assert_eq!(number.sensitivity.to_string(), "identifying");
}

#[test]
fn false_flags_are_not_issued_and_content_names_its_type() {
    let content = read("aml-screening").into_content();
    assert_eq!(content.vct, "urn:bonafide:aml-screening:1");
    let metadata = catalog().get(&content.vct).unwrap();
    assert!(metadata.fits_integrity(content.integrity.as_deref().unwrap()));
    assert!(!content.claims.contains_key("pep_clear"));
    assert_eq!(content.claims["sanctions_clear"], true);
    assert!(content.hidden.contains(&ClaimPath::top("pep_clear")));
    assert!(!content.hidden.contains(&ClaimPath::top("assessed_on")));
}

#[test]
fn padding_counts_every_claim_that_can_be_hidden() {
    for one in types() {
        let padding = one.padding();
        let claims = one.metadata().claims();
        let hidden: Vec<_> = one.metadata().hidden().collect();
        let at_top = |path: &&&ClaimPath| path.segments().len() == 1;
        assert_eq!(padding.top, hidden.iter().filter(at_top).count());
        assert!(claims.iter().all(|claim| claim.sd != Disclosure::Allowed));
        let visible = if one.is_hideable() { 1 } else { claims.len() };
        assert_eq!(hidden.len() + visible, claims.len(), "only assessed_on is visible, or all");

        // Every level that holds something hidden is padded, and no other.
        let levels: BTreeSet<_> =
            hidden.iter().filter(|path| !at_top(path)).map(|path| path.root()).collect();
        let padded: BTreeSet<_> = padding.inner.iter().map(|(path, _)| path.root()).collect();
        assert_eq!(levels, padded);
        for (path, count) in &padding.inner {
            let inside = hidden.iter().filter(|one| one.root() == path.root() && !at_top(one));
            let steps: Vec<_> = inside.map(|one| one.segments()[1].clone()).collect();
            if steps != [PathSegment::All] {
                assert_eq!(steps.len(), *count, "{path}");
            }
        }
    }
}

#[test]
fn the_fields_of_a_file_are_told() {
    let fields = find("kyc-identity").unwrap().fields();
    let lines: Vec<_> = fields.iter().map(|f| (f.path.as_str(), f.expected.as_str())).collect();
    for line in [
        ("birthdate", "date YYYY-MM-DD, not in the future"),
        ("address.country", "ISO 3166-1 alpha-2 code"),
        ("nationalities", "list of at most 4: ISO 3166-1 alpha-2 code"),
        ("evidence", "list of at most 4: object"),
        ("evidence[].digest", "text of at most 128 characters"),
    ] {
        assert!(lines.contains(&line), "{line:?}");
    }
    assert!(fields.iter().all(|field| field.path != "sub"), "the tool sets it");
    assert!(fields.iter().any(|field| field.label == "Family name" && field.mandatory));
}

#[test]
fn the_day_of_assessment_is_today_where_none_is_given() {
    let aml = find("aml-screening").unwrap();
    let claims = aml.read(br#"{"sanctions_clear":true,"risk_band":"high"}"#, today());
    assert_eq!(claims.unwrap().assessed_on(), "2026-11-20");
}

#[test]
fn the_holder_and_evidence_are_added_after_reading() {
    let mut claims = read("aml-screening");
    let did = Did::parse("did:example:holder").unwrap();
    claims.set_subject(&did);
    claims
        .add_evidence(&Evidence {
            kind: "electronic_record".into(),
            method: Some("kyc-identity".into()),
            digest: None,
            as_of: Some("2026-11-20".into()),
        })
        .unwrap();
    let content = claims.into_content();
    assert_eq!(content.claims["sub"], "did:example:holder");
    assert_eq!(content.claims["evidence"][0]["method"], "kyc-identity");
}

#[test]
fn bad_evidence_and_too_much_of_it_are_refused_and_change_nothing() {
    let mut claims = read("kyc-identity");
    let evidence = |kind: &str, digest: usize| Evidence {
        kind: kind.into(),
        digest: Some(digest.to_string()),
        ..Evidence::default()
    };
    let errors = claims.add_evidence(&evidence("hearsay", 0)).unwrap_err();
    let found: Vec<_> = errors.iter().map(|e| (e.field.as_str(), e.code())).collect();
    assert_eq!(found, [("evidence[1].type", "not-allowed")]);
    for n in 1..=3 {
        claims.add_evidence(&evidence("document", n)).unwrap();
    }
    let errors = claims.add_evidence(&evidence("document", 4)).unwrap_err();
    assert_eq!(errors.to_string(), "evidence: too many; expected at most 4");
    assert_eq!(claims.into_content().claims["evidence"].as_array().unwrap().len(), 4);
}

#[test]
fn claims_do_not_show_their_values_in_debug_output() {
    let shown = format!("{:?}", read("kyc-identity"));
    assert!(shown.contains("family_name"), "{shown}");
    assert!(!shown.contains("Lindqvist"), "{shown}");
}

#[test]
fn typed_claims_read_the_samples_and_write_them_back() {
    fn round_trip<T: TypedClaims>(name: &str) -> T {
        let typed: T = serde_json::from_slice(&sample(name)).unwrap();
        let shared: Envelope = serde_json::from_slice(&sample(name)).unwrap();
        let from_typed = typed.check_with(&shared, today()).unwrap().into_content();
        let from_file = read(name).into_content();
        assert_eq!(from_typed.claims, from_file.claims);
        typed
    }
    let kyc: KycIdentity = round_trip("kyc-identity");
    assert_eq!(kyc.address.unwrap().country.as_deref(), Some("DE"));
    let aml: AmlScreening = round_trip("aml-screening");
    assert_eq!(aml.lists.unwrap().len(), 2);
    let investor: AccreditedIndividual = round_trip("accredited-individual");
    assert!(investor.flags.has("networth_xpr_gt_usd_1m"));
    assert!(!investor.flags.has("license_7_65_82"), "false is not passed");
    assert_eq!(investor.flags.iter().count(), 2);

    let residency: Residency = round_trip("residency");
    assert_eq!(residency.region.as_deref(), Some("DE-BE"));
    let entity: AccreditedEntity = round_trip("accredited-entity");
    assert_eq!((entity.owner_count, entity.flags.iter().count()), (Some(4), 2));
    let purchaser: QualifiedPurchaser = round_trip("qualified-purchaser");
    assert!(purchaser.flags.has("all_owners_qp"));
    let company: KybEntity = round_trip("kyb-entity");
    assert_eq!(company.registered_address.unwrap().postal_code.as_deref(), Some("10827"));
    let mandate: EntityMandate = round_trip("entity-mandate");
    assert_eq!(mandate.powers.unwrap().len(), 3);
    let binding: AccountBinding = round_trip("account-binding");
    assert_eq!(binding.control_proof.unwrap()[1].kind.as_deref(), Some("challenge"));
    let holding: Holding = round_trip("holding");
    assert_eq!(holding.register_seq, Some(48_211));
    assert_eq!(holding.encumbrances.unwrap()[0].reference.as_deref(), Some("P-17"));
    let transfer: TransferAuthorisation = round_trip("transfer-authorisation");
    assert_eq!(transfer.code, Some(0));
}

#[test]
fn typed_claims_are_written_without_what_is_not_there() {
    let investor = AccreditedIndividual {
        regime: Some("sg-ai".into()),
        method: Some("firm-assessment".into()),
        flags: ["finassets_gt_sgd_1m"].into_iter().collect(),
        ..AccreditedIndividual::default()
    };
    let json = br#"{"regime":"sg-ai","method":"firm-assessment","finassets_gt_sgd_1m":true}"#;
    assert_eq!(investor.to_json(), json);
    let claims = investor.check(today()).unwrap();
    assert_eq!(claims.assessed_on(), "2026-11-20");
    assert_eq!(claims.max_days(), 366);
}

#[test]
fn the_document_names_every_type_and_regime() {
    let text = include_str!("../../../docs/credential-types.md");
    for name in names() {
        assert!(text.contains(&format!("\n| `{name}` | ")), "{name}");
    }
    for regime in bonafide_credentials::flags::regimes() {
        let row = format!("\n| `{}` | {} | ", regime.name, regime.title);
        assert!(text.contains(&row), "{}", regime.name);
    }
}
