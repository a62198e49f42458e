//! What every implementation is asked, and what it answers.

use serde_json::{Value, json};

use crate::Anything;
use crate::child::Child;
use crate::keys::Key;
use crate::sample::Sample;

/// A presentation to be verified.
#[derive(Clone, Copy)]
pub struct Question<'a> {
    /// The issuer's key.
    pub issuer: &'a Key,
    /// `aud` expected.
    pub audience: &'a str,
    /// `nonce` expected.
    pub nonce: &'a str,
    /// The moment, for those who take it as an argument.
    pub now: i64,
    /// The SD-JWT+KB.
    pub token: &'a str,
}

/// What an implementation makes of a presentation.
#[derive(Clone, Debug, PartialEq)]
pub enum Seen {
    /// Accepted with this processed payload.
    Accepted(Value),
    /// Refused, for this reason.
    Refused(String),
}

/// A credential to be issued and presented.
pub struct Order<'a> {
    /// What it says.
    pub sample: &'a Sample,
    /// The issuer.
    pub issuer: &'a Key,
    /// The holder.
    pub holder: &'a Key,
    /// Which claims to show: one of the sample's selections.
    pub shown: &'a [&'static str],
    /// `aud` of the answer.
    pub audience: &'a str,
    /// `nonce` of the answer.
    pub nonce: &'a str,
    /// Now.
    pub now: i64,
}

impl Order<'_> {
    /// As the programs in `peers/` read it.
    pub fn to_json(&self) -> Value {
        json!({
            "alg": self.issuer.alg(),
            "issuer": self.issuer.private_jwk,
            "holder": self.holder.private_jwk,
            "holder_alg": self.holder.alg(),
            "header": {"typ": "dc+sd-jwt", "kid": self.issuer.kid()},
            "claims": self.sample.payload(self.issuer, self.now),
            "hidden": self.sample.hidden_paths(),
            "decoys": self.sample.decoys,
            "frame": self.sample.frame(self.shown),
            "aud": self.audience,
            "nonce": self.nonce,
            "now": self.now,
        })
    }
}

/// Another implementation.
pub trait Peer: Send {
    /// Its name in reports.
    fn name(&self) -> &'static str;
    /// Verifies a presentation.
    fn verify(&mut self, question: &Question<'_>) -> Result<Seen, Anything>;
    /// Issues a credential and presents some of its claims: the SD-JWT+KB.
    fn present(&mut self, order: &Order<'_>) -> Result<String, Anything>;
}

/// An implementation in another language: one program that verifies, one that issues and presents.
pub struct Foreign {
    name: &'static str,
    verifier: Child,
    holder: Child,
}

impl Foreign {
    /// Starts both programs of `peers/`.
    pub fn start(name: &'static str, program: &str, ending: &str) -> Result<Self, Anything> {
        let start = |role: &str| Child::start(program, &format!("peers/{role}.{ending}"));
        Ok(Self { name, verifier: start("verify")?, holder: start("present")? })
    }
}

impl Peer for Foreign {
    fn name(&self) -> &'static str {
        self.name
    }

    fn verify(&mut self, question: &Question<'_>) -> Result<Seen, Anything> {
        let line = self.verifier.ask(&json!({
            "issuer": question.issuer.jwk,
            "aud": question.audience,
            "nonce": question.nonce,
            "now": question.now,
            "token": question.token,
        }))?;
        match serde_json::from_str::<Value>(&line) {
            // A payload that only its own language can read: a lone surrogate, NaN.
            Err(_) if line.starts_with("{\"accepted\"") => Ok(Seen::Accepted("unreadable".into())),
            Err(error) => Err(error.into()),
            Ok(mut answer) => Ok(match answer.get_mut("accepted") {
                Some(payload) => Seen::Accepted(payload.take()),
                None => Seen::Refused(answer["refused"].as_str().unwrap_or("?").to_owned()),
            }),
        }
    }

    fn present(&mut self, order: &Order<'_>) -> Result<String, Anything> {
        let line = self.holder.ask(&order.to_json())?;
        let answer: Value = serde_json::from_str(&line)?;
        Ok(answer["presentation"].as_str().ok_or(line)?.to_owned())
    }
}
