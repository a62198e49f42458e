//! Telling what a file is, to help somebody who took the wrong one.

use bonafide::encoding::{base64url, json};

/// Largest JSON looked into: advice is not worth more.
const MAX_LEN: usize = 256 * 1024;

/// What `text` looks like, whoever wrote it; for advice only.
pub fn of(text: &str) -> Option<&'static str> {
    let text = text.trim();
    if let Ok(members) = json::parse_object(text.as_bytes(), MAX_LEN) {
        return if members.get("proofs").is_some() {
            Some("a proof of identity, for an issuer")
        } else if members.get("vp_token").is_some() {
            Some("an answer to a request, for the platform that asked")
        } else if members.get("payload").is_some() && members.get("signatures").is_some() {
            Some("a jurisdiction; take it with `bonafide trust add`")
        } else {
            None
        };
    }
    let header = text.split('.').next().filter(|header| header.len() <= MAX_LEN)?;
    let header = base64url::decode(header).ok()?;
    let header = json::parse_object(&header, MAX_LEN).ok()?;
    match header.get_str("cty") {
        Some("bonafide-credentials") => {
            return Some("a sealed file of credentials, for its holder's wallet");
        }
        Some("bonafide-presentation") => {
            return Some("a sealed answer to a request, for the platform that asked");
        }
        _ => {}
    }
    match header.get_str("typ")? {
        "oauth-authz-req+jwt" => Some("a request; see it with `bonafide explain`"),
        "openid4vci-proof+jwt" => Some("a proof of identity, for an issuer"),
        "bonafide-key-notice+jwt" => Some("a notice that a key is lost or stolen, for an issuer"),
        "bonafide-log-head+jwt" => Some("the signed head of an issuer's log"),
        "statuslist+jwt" => Some("a status list, for platforms"),
        "dc+sd-jwt" if text.ends_with('~') => Some("a credential, for its holder's wallet"),
        "dc+sd-jwt" => Some("a presentation of a credential"),
        _ => None,
    }
}

/// The same, as a sentence that can follow an error; empty where nothing is recognised.
pub fn sentence(text: &str) -> String {
    of(text).map(|kind| format!(" (the file is {kind})")).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_files_of_the_program_are_told_apart() {
        let jwt =
            |typ: &str| format!("{}.e30.AAAA", base64url::encode(format!(r#"{{"typ":"{typ}"}}"#)));
        assert!(of(&jwt("oauth-authz-req+jwt")).unwrap().starts_with("a request"));
        let jwe =
            |cty: &str| format!("{}..A.A.A", base64url::encode(format!(r#"{{"cty":"{cty}"}}"#)));
        assert!(of(&jwe("bonafide-credentials")).unwrap().starts_with("a sealed file"));
        assert!(of(&jwe("bonafide-presentation")).unwrap().starts_with("a sealed answer"));
        assert!(of(&jwt("bonafide-key-notice+jwt")).unwrap().starts_with("a notice"));
        assert!(of(&format!("{}~x~", jwt("dc+sd-jwt"))).unwrap().starts_with("a credential"));
        assert!(of(&format!("{}~x~kb", jwt("dc+sd-jwt"))).unwrap().starts_with("a presentation"));
        assert!(of(r#"{"proofs":{}}"#).unwrap().starts_with("a proof"));
        assert!(of(r#"{"vp_token":{}}"#).unwrap().starts_with("an answer"));
        let large = format!(r#"{{"proofs":[{}0]}}"#, "0,".repeat(MAX_LEN));
        for other in [large.as_str(), "", "{}", "hello", "a.b.c", "\u{0}"] {
            assert_eq!(of(other), None);
        }
    }
}
