//! Status list tokens, both ways: @sd-jwt/jwt-status-list reads every entry of ours, we every entry of theirs.

use std::num::NonZeroU64;

use bonafide::clock::Timestamp;
use bonafide::did::Identity;
use bonafide::key::{Algorithm, SecretKey};
use bonafide::status::{
    Bits, ExpectedStatus, Publication, Status, StatusList, UnverifiedStatusToken,
};
use serde_json::{Value, json};

use crate::Anything;
use crate::child::Child;
use crate::report::Report;

const URI: &str = "https://status.example/lists/1";
const WIDTHS: [Bits; 4] = [Bits::One, Bits::Two, Bits::Four, Bits::Eight];
const LENGTHS: [u64; 4] = [8, 1000, 20_000, 1 << 17];

/// Every width and length, both kinds of key.
pub fn run(report: &mut Report) -> Result<(), Anything> {
    let mut peer = Child::start("node", "peers/status.mjs")?;
    for algorithm in [Algorithm::Ed25519, Algorithm::P256] {
        let parties = Parties::new(algorithm)?;
        for (bits, length) in WIDTHS.iter().flat_map(|bits| LENGTHS.map(|length| (*bits, length))) {
            let what = format!("{} {} bits, {length}", algorithm.jose_name(), bits.number());
            report.check(&format!("ours to theirs, {what}"), parties.ours(&mut peer, bits, length));
            report
                .check(&format!("theirs to ours, {what}"), parties.theirs(&mut peer, bits, length));
        }
    }
    Ok(())
}

struct Parties {
    key: SecretKey,
    seed: [u8; 32],
    now: Timestamp,
}

impl Parties {
    fn new(algorithm: Algorithm) -> Result<Self, Anything> {
        let seed = [7; 32];
        let key = SecretKey::from_bytes(algorithm, &seed.into())?;
        Ok(Self { key, seed, now: Timestamp::parse("2026-11-20T14:00:00Z")? })
    }

    fn said(&self) -> Publication {
        let (expires, ttl) = (Some(self.now.plus(86_400)), NonZeroU64::new(43_200));
        Publication { uri: URI.into(), issued_at: self.now, expires, ttl }
    }

    /// Ours, as the peer reads it: the claims, and every status.
    fn ours(&self, peer: &mut Child, bits: Bits, length: u64) -> Result<(), Anything> {
        let statuses = statuses(bits, length);
        let mut list = StatusList::new(bits, length)?;
        for (index, status) in (0..).zip(&statuses) {
            list.set(index, Status::new(*status))?;
        }
        let issuer = Identity::did_key(self.key.id(), &self.key)?;
        let token = self.said().issue(&list, &issuer)?;
        let question = json!({"read": token, "jwk": self.key.public().to_jwk()});
        let answer: Value = serde_json::from_str(&peer.ask(&question)?)?;
        let expected = json!({"typ": "statuslist+jwt", "sub": URI, "iat": self.now.unix(),
            "exp": self.now.plus(86_400).unix(), "ttl": 43_200, "statuses": statuses});
        if answer == expected { Ok(()) } else { Err(cut(&answer).into()) }
    }

    /// Theirs, as we read it.
    fn theirs(&self, peer: &mut Child, bits: Bits, length: u64) -> Result<(), Anything> {
        let statuses = statuses(bits, length);
        let issuer = Identity::did_key(self.key.id(), &self.key)?;
        let mut jwk = self.key.public().to_jwk();
        if let Some(members) = jwk.as_object_mut() {
            let secret = bonafide::encoding::base64url::encode(self.seed);
            members.insert("d".into(), secret.into());
        }
        let alg = self.key.public().algorithm().jose_name();
        let header =
            json!({"alg": alg, "typ": "statuslist+jwt", "kid": issuer.key_url().to_string()});
        let claims = json!({"sub": URI, "iat": self.now.unix(), "exp": self.now.plus(86_400).unix(),
            "ttl": 43_200});
        let order = json!({"write": statuses, "bits": bits.number(), "jwk": jwk,
            "header": header, "claims": claims});
        let answer: Value = serde_json::from_str(&peer.ask(&order)?)?;
        let token = answer["token"].as_str().ok_or_else(|| cut(&answer))?;
        let signers = [issuer.did().clone()];
        let expected = ExpectedStatus { uri: URI, signers: &signers };
        let token = UnverifiedStatusToken::parse(token)?.verify(&expected, self.now)?;
        let read = (0..length).map(|index| token.status(index).map(Status::value));
        if read.collect::<Result<Vec<u8>, _>>()? != statuses || *token.publication() != self.said()
        {
            return Err("another list".into());
        }
        Ok(())
    }
}

/// Every value that the width allows, in an order without a period of two.
fn statuses(bits: Bits, length: u64) -> Vec<u8> {
    let mask = 0xff >> (8 - bits.number());
    (0..length).map(|index| (index.wrapping_mul(index / 3 + 7) >> 2) as u8 & mask).collect()
}

fn cut(answer: &Value) -> String {
    answer.to_string().chars().take(200).collect()
}
