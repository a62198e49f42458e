//! Whether a credential still stands: which status list token counts, and what it says
//! (Token Status List §8.3; DID profile §15).
//!
//! Of all tokens for one list, from the verifier's material and from the holder, the valid one with the latest time
//! of issue counts. A token that does not hold is put aside and reported; it decides nothing.

use std::collections::BTreeMap;
use std::sync::OnceLock;

use sha2::{Digest, Sha256};

use super::findings::Findings;
use super::keys::Problem;
use super::{Case, Check, Reason, Seen, Source, Verifier};
use crate::clock::{DAY, Timestamp};
use crate::did::{Did, DidUrl};
use crate::format::sd_jwt_vc::StatusReference;
use crate::key::PublicKey;
use crate::status::{StatusError, StatusMeaning, StatusToken, UnverifiedStatusToken};

/// A token without an end counts for a day.
const LIFE_WITHOUT_END: i64 = DAY;

/// Most tokens of a holder that are looked at.
pub(super) const MAX_STAPLES: usize = 8;

/// The tokens at hand by the list they claim to be for, each read when it comes and checked when it is first needed.
#[derive(Debug, Default)]
pub(super) struct Statuses(BTreeMap<String, Vec<Token>>);

/// One token, and whether its signature held when it was last looked at.
#[derive(Debug)]
struct Token {
    text: String,
    issued_at: Timestamp,
    signer: DidUrl,
    checked: OnceLock<(PublicKey, Result<StatusToken, StatusError>)>,
}

impl Token {
    /// Reads a token, and says for which list it claims to be.
    fn read(text: &str) -> Result<(String, Self), StatusError> {
        let token = UnverifiedStatusToken::parse(text)?;
        let (issued_at, signer) = (token.claimed_issued_at(), token.claimed_signer().clone());
        let uri = token.claimed_uri().to_owned();
        Ok((uri, Self { text: text.to_owned(), issued_at, signer, checked: OnceLock::new() }))
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

    fn seen(&self) -> Seen {
        let number = u64::try_from(self.issued_at.unix()).unwrap_or_default();
        Seen { number, digest: Sha256::digest(self.text.trim()).into() }
    }
}

impl Statuses {
    /// Reads the form of every token; what cannot be read is left out and returned.
    pub(super) fn new(texts: &[String]) -> (Self, Vec<StatusError>) {
        let (mut all, mut unreadable) = (BTreeMap::<String, Vec<Token>>::new(), Vec::new());
        for text in texts {
            match Token::read(text) {
                Ok((uri, token)) => all.entry(uri).or_default().push(token),
                Err(error) => unreadable.push(error),
            }
        }
        for tokens in all.values_mut() {
            tokens.sort_by_key(|token| std::cmp::Reverse(token.issued_at));
        }
        (Self(all), unreadable)
    }

    /// A token by what it is called when it is remembered or kept.
    pub(super) fn token(&self, name: &str, seen: Seen) -> Option<&str> {
        let (_, uri) = name.split_once(' ')?;
        let found = self.of(uri).iter().find(|token| token.seen() == seen);
        found.map(|token| token.text.trim())
    }

    fn of(&self, uri: &str) -> &[Token] {
        self.0.get(uri).map(Vec::as_slice).unwrap_or_default()
    }
}

/// The credential whose status is asked for.
pub(super) struct Concerned<'a> {
    pub(super) reference: &'a StatusReference,
    /// Who may sign its list: the issuer first.
    pub(super) signers: &'a [&'a Did],
    /// What the holder sent along.
    pub(super) staples: &'a [String],
    /// Whether the verifier believes the issuer: only then is anything remembered.
    pub(super) believed: bool,
}

/// The status of one credential. Gives the time of the known list that decided, and its text; of one that the holder
/// sent there is no need.
pub(super) fn check<'v>(
    concerned: &Concerned<'_>,
    verifier: &'v Verifier,
    case: &Case<'_>,
    findings: &mut Findings,
) -> Option<(Timestamp, &'v str)> {
    findings.made(Check::Status);
    let uri = concerned.reference.uri.as_str();
    let (known, stapled) = (verifier.statuses.of(uri), stapled(concerned, findings));
    let mut tokens: Vec<&Token> = known.iter().chain(&stapled).collect();
    tokens.sort_by_key(|token| std::cmp::Reverse(token.issued_at));
    let mut discarded: Vec<Problem> = Vec::new();
    for token in tokens {
        match counts(token, concerned.signers, verifier, case, findings) {
            Ok(list) => {
                judge(token, list, concerned, case, findings);
                if known.iter().chain(&stapled).any(|other| other.issued_at < token.issued_at) {
                    findings
                        .note("status-older", "older lists of its statuses were left aside".into());
                }
                let decided = known.iter().find(|known| std::ptr::eq(*known, token));
                return decided.map(|known| (known.issued_at, known.text.trim()));
            }
            Err((kind, why)) => {
                findings.note(kind, format!("a status list token was put aside: {why}"));
                discarded.push((kind, why));
            }
        }
    }
    let (kind, detail) = match discarded.last() {
        None => ("status-unknown", "no list of its statuses is at hand".to_owned()),
        Some((kind, _)) if *kind == StatusError::Expired.code() => {
            ("status-stale", "the newest list of its statuses has expired".to_owned())
        }
        Some((_, why)) => ("status-unknown", format!("no list of its statuses holds: {why}")),
    };
    findings.add(Reason::new(Check::Status, kind, detail));
    None
}

/// The holder's tokens for this list.
fn stapled(concerned: &Concerned<'_>, findings: &mut Findings) -> Vec<Token> {
    let mut own = Vec::new();
    for text in concerned.staples.iter().take(MAX_STAPLES) {
        match Token::read(text) {
            Ok((uri, token)) if uri == concerned.reference.uri => own.push(token),
            Ok(_) => findings
                .note("status-other-list", "a token that came along is for another list".into()),
            Err(error) => {
                findings.note(error.code(), format!("a token that came along is no use: {error}"));
            }
        }
    }
    own
}

/// Whether a token is signed by one who may, by a key that counts, and is in force.
fn counts<'t>(
    token: &'t Token,
    signers: &[&Did],
    verifier: &Verifier,
    case: &Case<'_>,
    findings: &mut Findings,
) -> Result<&'t StatusToken, Problem> {
    let told = |error: StatusError| (error.code(), error.to_string());
    let signer = token.signer.did();
    if !signers.contains(&signer) {
        return Err(told(StatusError::SignerMismatch));
    }
    let signed_on = || Some(token.issued_at);
    let found = verifier.keys.of_signer(&token.signer, signed_on, case, findings)?;
    if verifier.jurisdictions.is_compromised(signer, &found.key) {
        return Err(("key-compromised", "its key is marked as compromised".to_owned()));
    }
    let checked = token.checked(&found.key).map_err(told)?;
    checked.check_in_force(case.now).map_err(told)?;
    Ok(checked)
}

/// What the list that counts says, and whether it is fresh enough to say it.
fn judge(
    token: &Token,
    list: &StatusToken,
    concerned: &Concerned<'_>,
    case: &Case<'_>,
    findings: &mut Findings,
) {
    let reference = concerned.reference;
    let issued_at = list.publication().issued_at;
    findings.found(Check::Status, || format!("decided by the list of {issued_at}"));
    let mut add = |kind, detail: String| findings.add(Reason::new(Check::Status, kind, detail));
    let limit = match case.policy.max_status_age() {
        Some(age) => Some(i64::from(age)),
        None if list.publication().expires.is_none() => Some(LIFE_WITHOUT_END),
        None => None,
    };
    let age = case.now.unix() - issued_at.unix();
    if let Some(limit) = limit.filter(|limit| age > *limit) {
        add(
            "status-stale",
            format!("its list is {} old; the limit is {}", hours(age), hours(limit)),
        );
    }
    // For each issuer: what one says of a URI takes nothing from another.
    let issuer = concerned.signers.first().map(|issuer| issuer.as_str()).unwrap_or_default();
    let name = format!("{issuer} {}", reference.uri);
    let newest = case.memory.seen.get(&(Source::StatusList, name.clone()));
    if newest.is_some_and(|newest| newest.number > token.seen().number) {
        add("status-stale", "a newer list was seen before, and is not at hand now".to_owned());
    } else if concerned.believed && issued_at <= case.now {
        findings.learn(Source::StatusList, &name, token.seen());
        findings.used(Source::StatusList, &name, token.seen());
        findings.learn_time(issued_at);
    }
    let mut add = |kind, detail: &str| findings.add(Reason::new(Check::Status, kind, detail));
    match list.status(reference.index).map(|status| status.meaning()) {
        Ok(StatusMeaning::Valid) => {}
        Ok(StatusMeaning::Invalid) => add("revoked", "the issuer has revoked it, for good"),
        Ok(StatusMeaning::Suspended) => add("suspended", "the issuer has suspended it"),
        Ok(StatusMeaning::Application | StatusMeaning::Reserved) => {
            add("status-undefined", "its list gives it a status whose meaning is not known here");
        }
        Err(error) => add(error.code(), "its list has no such entry"), // §8.3 step 6
    }
}

fn hours(seconds: i64) -> String {
    match seconds {
        ..7200 => format!("{} min", seconds / 60),
        _ => format!("{} h", seconds / 3600),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::did::Identity;
    use crate::key::{Algorithm, SecretKey};
    use crate::status::{Bits, Publication, StatusList};

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
    fn ages_are_told_in_what_fits() {
        assert_eq!(
            [59, 60, 7199, 7200, 90_000].map(hours),
            ["0 min", "1 min", "119 min", "2 h", "25 h"]
        );
    }

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
