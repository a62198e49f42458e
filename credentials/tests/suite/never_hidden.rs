//! What must stay visible cannot be hidden: not by issuing, and not past a reader (ATTACKS 29).

use bonafide::credential::{ClaimPath, Disclosure};
use bonafide::format::sd_jwt_vc::NEVER_DISCLOSABLE;
use bonafide::issue::IssueError;
use bonafide::verify::Received;
use bonafide_credentials::{catalog, types};

use crate::data::{names, today};
use crate::issued::{content, issue, key};

#[test]
fn what_issuing_sets_is_never_hidden() {
    for name in names() {
        for claim in NEVER_DISCLOSABLE {
            let mut content = content(name);
            content.hidden.push(ClaimPath::top(claim));
            let refused = issue(&content, None);
            assert_eq!(refused, Err(IssueError::NotDisclosable(claim.to_owned())), "{name}");
        }
    }
}

#[test]
fn the_samples_are_received_without_a_reason_against_them() {
    for name in names() {
        let token = issue(&content(name), None).unwrap();
        Received::check(&token, &key(), catalog(), today()).expect(name);
    }
}

#[test]
fn a_claim_that_its_type_keeps_visible_is_refused_when_hidden() {
    for one in types() {
        let claims = one.metadata().claims();
        let never = claims.iter().filter(|claim| claim.sd == Disclosure::Never);
        let visible: Vec<&ClaimPath> = never.map(|claim| &claim.path).collect();
        assert!(visible.contains(&&ClaimPath::top("assessed_on")), "{}", one.name());
        for path in visible {
            let mut content = content(one.name());
            if !content.claims.contains_key(path.root().unwrap()) {
                continue; // sub, which only issuing to a holder sets
            }
            content.hidden.push(path.clone());
            let token = issue(&content, None).unwrap();
            let reasons = Received::check(&token, &key(), catalog(), today()).unwrap_err();
            let kinds: Vec<_> = reasons.iter().map(|reason| reason.kind()).collect();
            assert!(kinds.contains(&"claim-not-disclosable"), "{} {path}: {kinds:?}", one.name());
        }
    }
}

#[test]
fn a_claim_that_its_type_hides_is_refused_when_visible() {
    for one in types().iter().filter(|one| one.is_hideable()) {
        let mut content = content(one.name());
        let first = content.claims.keys().find(|name| *name != "assessed_on").unwrap().clone();
        content.hidden.retain(|path| path.root() != Some(first.as_str()));
        let token = issue(&content, None).unwrap();
        let reasons = Received::check(&token, &key(), catalog(), today()).unwrap_err();
        assert!(reasons.iter().any(|reason| reason.kind() == "claim-not-hidden"), "{}", one.name());
    }
}
