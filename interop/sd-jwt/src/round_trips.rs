//! What one implementation issues and presents, the others accept with the same payload.

use std::time::{SystemTime, UNIX_EPOCH};

use serde_json::Value;

use crate::Anything;
use crate::keys::{ALGORITHMS, Key};
use crate::ours;
use crate::payload::same;
use crate::peer::{Order, Peer, Question, Seen};
use crate::report::Report;
use crate::rust_peer;
use crate::sample::{Sample, samples};

/// The parties of one algorithm.
struct Parties {
    issuer: Key,
    holder: Key,
    platform: Key,
}

/// All samples, selections and algorithms, both ways.
pub fn run(peers: &mut [Box<dyn Peer>], report: &mut Report) -> Result<(), Anything> {
    let now = now()?;
    for algorithm in ALGORITHMS {
        let key = |byte| Key::new(algorithm, byte);
        let parties = Parties { issuer: key(7)?, holder: key(8)?, platform: key(9)? };
        let result = no_type(&parties, now);
        report.check(&format!("sd-jwt-rs {}: no typ", algorithm.jose_name()), result);
        for sample in samples()? {
            for shown in sample.selections {
                let what = format!("{} {} {shown:?}", algorithm.jose_name(), sample.name);
                ours_to_theirs(&sample, shown, &parties, now, &what, peers, report)?;
                theirs_to_ours(&sample, shown, &parties, now, &what, peers, report)?;
            }
        }
    }
    Ok(())
}

/// The clock's time: some peers read it themselves.
pub fn now() -> Result<i64, Anything> {
    Ok(SystemTime::now().duration_since(UNIX_EPOCH)?.as_secs().try_into()?)
}

fn ours_to_theirs(
    sample: &Sample,
    shown: &[&'static str],
    Parties { issuer, holder, platform }: &Parties,
    now: i64,
    what: &str,
    peers: &mut [Box<dyn Peer>],
    report: &mut Report,
) -> Result<(), Anything> {
    let token = ours::issue(sample, issuer, holder, now)?;
    let (request, token) = ours::present(&token, shown, (holder, platform), now)?;
    let (audience, nonce) = (request.client_id(), request.nonce());
    let question = Question { issuer, audience, nonce, now, token: &token };
    let seen = ours::verify(&ours::verifier(issuer)?, &question)?;
    report.check(&format!("ours, {what}: ours"), says(&seen, sample, shown));
    for peer in peers {
        let theirs = peer.verify(&question);
        let result = theirs.and_then(|theirs| equal(&theirs, &seen));
        report.check(&format!("ours, {what}: {}", peer.name()), result);
    }
    Ok(())
}

fn theirs_to_ours(
    sample: &Sample,
    shown: &'static [&'static str],
    Parties { issuer, holder, .. }: &Parties,
    now: i64,
    what: &str,
    peers: &mut [Box<dyn Peer>],
    report: &mut Report,
) -> Result<(), Anything> {
    let (audience, nonce) = ("https://verifier.example.org", "n-0S6_WzA2Mj-7Qp");
    let order = Order { sample, issuer, holder, shown, audience, nonce, now };
    let verifier = ours::verifier(issuer)?;
    for peer in peers {
        let mut verify = || {
            let token = peer.present(&order)?;
            let question = Question { issuer, audience, nonce, now, token: &token };
            let seen = ours::verify(&verifier, &question)?;
            says(&seen, sample, shown)?;
            equal(&peer.verify(&question)?, &seen)
        };
        let result = verify();
        report.check(&format!("{}, {what}: ours", peer.name()), result);
    }
    Ok(())
}

/// A credential as sd-jwt-rs issues it says of no type, and is refused for that.
fn no_type(Parties { issuer, holder, .. }: &Parties, now: i64) -> Result<(), Anything> {
    let sample = samples()?.remove(0);
    let (audience, nonce) = ("https://verifier.example.org", "n-0S6_WzA2Mj-7Qp");
    let order = Order { sample: &sample, issuer, holder, shown: &[], audience, nonce, now };
    let token = rust_peer::present(rust_peer::issuing(&order)?()?, &order)?;
    let question = Question { issuer, audience, nonce, now, token: &token };
    match ours::verify(&ours::verifier(issuer)?, &question)? {
        Seen::Refused(kind) if kind == "wrong-type" => Ok(()),
        other => Err(format!("{other:?}").into()),
    }
}

/// Whether exactly the claims expected are seen, beside those of the envelope.
fn says(seen: &Seen, sample: &Sample, shown: &[&str]) -> Result<(), Anything> {
    let Seen::Accepted(Value::Object(payload)) = seen else {
        return Err(format!("not accepted: {seen:?}").into());
    };
    let mut claims = payload.clone();
    for name in ["iss", "vct", "nbf", "exp", "cnf"] {
        claims.remove(name).ok_or(format!("{name} is missing"))?;
    }
    let expected = sample.reduced(shown);
    if same(&Value::Object(claims), &expected) {
        Ok(())
    } else {
        Err(format!("{payload:?}").into())
    }
}

fn equal(theirs: &Seen, ours: &Seen) -> Result<(), Anything> {
    match (theirs, ours) {
        (Seen::Accepted(theirs), Seen::Accepted(ours)) if same(theirs, ours) => Ok(()),
        _ => Err(format!("they see {theirs:?}, we see {ours:?}").into()),
    }
}
