//! One status list token among those at hand, and whether it counts (Token Status List §8.3; DID profile §15).

use std::sync::OnceLock;

use sha2::{Digest, Sha256};

use super::findings::Findings;
use super::keys::Problem;
use super::trust::end_of_grace;
use super::{Case, Conflict, Met, Seen, Source, Verifier};
use crate::clock::Timestamp;
use crate::did::{Did, DidUrl};
use crate::key::PublicKey;
use crate::status::{StatusError, StatusList, StatusToken, UnverifiedStatusToken};

/// One token, and whether its signature held when it was last looked at.
#[derive(Debug)]
pub(super) struct Token {
    pub(super) text: String,
    pub(super) issued_at: Timestamp,
    signer: DidUrl,
    checked: OnceLock<(PublicKey, Result<StatusToken, StatusError>)>,
    /// Hashing a list of many entries takes longer than looking one up.
    seen: OnceLock<Seen>,
}

impl Token {
    /// Reads a token, and says for which list it claims to be.
    pub(super) fn read(text: &str) -> Result<(String, Self), StatusError> {
        let token = UnverifiedStatusToken::parse(text)?;
        let (issued_at, signer) = (token.claimed_issued_at(), token.claimed_signer().clone());
        let uri = token.claimed_uri().to_owned();
        Ok((
            uri,
            Self {
                text: text.to_owned(),
                issued_at,
                signer,
                checked: OnceLock::new(),
                seen: OnceLock::new(),
            },
        ))
    }

    /// The token, if `key` signed it and its list can be read. The answer for one key is kept.
    fn checked(&self, key: &PublicKey) -> Result<&StatusToken, StatusError> {
        let check = || UnverifiedStatusToken::parse(&self.text)?.verify_with(key);
        let (known, answer) = self.checked.get_or_init(|| (key.clone(), check()));
        match answer {
            Ok(token) if known == key => Ok(token),
            Err(error) if known == key => Err(*error),
            // The key's name stands for another key by now.
            _ => Err(StatusError::SignerMismatch),
        }
    }

    /// The list in it, whoever signed it: for comparing with another, where it counts or was believed before.
    pub(super) fn claimed_list(&self) -> Option<StatusList> {
        UnverifiedStatusToken::parse(&self.text).ok()?.claimed_list().ok()
    }

    pub(super) fn seen(&self) -> Seen {
        let number = || u64::try_from(self.issued_at.unix()).unwrap_or_default();
        let digest = || Sha256::digest(self.text.trim()).into();
        *self.seen.get_or_init(|| Seen { number: number(), digest: digest() })
    }

    /// Whether it is signed by one who may, by a key that counts, and is in force.
    pub(super) fn counts(
        &self,
        signers: &[&Did],
        verifier: &Verifier,
        case: &Case<'_>,
        findings: &mut Findings,
    ) -> Result<&StatusToken, Problem> {
        let told = |error: StatusError| (error.code(), error.to_string());
        let (signer, fragment) = (self.signer.did(), self.signer.fragment());
        if !signers.contains(&signer) {
            return Err(told(StatusError::SignerMismatch));
        }
        let signed_on = || Some(self.issued_at);
        let found = verifier.keys.of_signer(&self.signer, signed_on, case, findings)?;
        let lists = &verifier.jurisdictions;
        if lists.is_compromised(signer, &found.key) {
            return Err(("key-compromised", "its key is marked as compromised".to_owned()));
        }
        // Where lists have keys of a DID, no others of it count; a pin believes the DID whole.
        if verifier.keys.pinned(signer).is_none() {
            let listed = lists.lets_sign(signer, (fragment, &found.key), self.issued_at, case.now);
            listed.map_err(|reason| (reason.code(), reason.to_string()))?;
        }
        let end = found.until.map(|last| end_of_grace(last, lists.grace_days(signer)));
        if let Some(end) = end.filter(|end| *end <= case.now) {
            return Err(("key-retired", format!("its key was retired, and counted until {end}")));
        }
        // The issuer's own history is compared where its credential is.
        if signers.first() != Some(&signer) {
            check_history(found.met(case.memory, signer), signer, findings)?;
        }
        let checked = self.checked(&found.key).map_err(told)?;
        checked.check_in_force(case.now).map_err(told)?;
        Ok(checked)
    }
}

/// The history of the signer's DID is as new as the one seen before.
fn check_history(
    met: Option<(Seen, Met)>,
    signer: &Did,
    findings: &mut Findings,
) -> Result<(), Problem> {
    match met {
        Some((found, Met::Older(known))) => Err((
            "log-rolled-back",
            format!(
                "version {} of its signer's log is at hand, and {} was seen before",
                found.number, known.number
            ),
        )),
        Some((found, Met::Forked(known))) => {
            let (source, name) = (Source::History, signer.to_string());
            findings.conflict(Conflict { source, name, known, found });
            Err(("log-forked", "another log of its signer was seen before".to_owned()))
        }
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::did::Identity;
    use crate::key::{Algorithm, SecretKey};
    use crate::status::{Bits, Publication};

    fn key(seed: u8) -> SecretKey {
        SecretKey::from_bytes(Algorithm::Ed25519, &[seed; 32].into()).unwrap()
    }

    fn token() -> Token {
        let (signer, issued_at) = (key(1), Timestamp::parse("2026-11-20").unwrap());
        let uri = "https://acme.example/status/1".to_owned();
        let publication = Publication { uri, issued_at, expires: None, ttl: None };
        let list = StatusList::new(Bits::One, 16).unwrap();
        let issuer = Identity::did_key(signer.id(), &signer).unwrap();
        Token::read(&publication.issue(&list, &issuer).unwrap()).unwrap().1
    }

    /// What was found out for one key says nothing of another that has its name.
    #[test]
    fn the_answer_for_one_key_is_not_that_for_another() {
        let (right, wrong) = (key(1), key(2));
        let first = token();
        assert!(first.checked(right.public()).is_ok());
        assert_eq!(first.checked(wrong.public()), Err(StatusError::SignerMismatch));
        assert!(first.checked(right.public()).is_ok());
        let second = token();
        let refused = second.checked(wrong.public()).unwrap_err();
        assert_ne!(refused, StatusError::SignerMismatch);
        assert_eq!(second.checked(wrong.public()), Err(refused));
        assert_eq!(second.checked(right.public()), Err(StatusError::SignerMismatch));
    }
}
