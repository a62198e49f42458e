//! Sealed files, both ways: jose opens ours, we open what jose seals to our keys, and what it seals in other ways we refuse.

use bonafide::encoding::base64url;
use bonafide::key::{Algorithm, SecretKey};
use bonafide::sealed::{self, Kind, SealedFile};
use serde_json::{Value, json};
use sha2::{Digest, Sha512};

use crate::Anything;
use crate::child::Child;
use crate::report::Report;

/// Recipients of each kind of key; every one gets files of these lengths.
const RECIPIENTS: u8 = 20;
const LENGTHS: [usize; 5] = [0, 1, 17, 4000, 200_000];

/// Both kinds of key, both kinds of file.
pub fn run(report: &mut Report) -> Result<(), Anything> {
    let mut peer = Child::start("node", "peers/sealed.mjs")?;
    for algorithm in [Algorithm::Ed25519, Algorithm::P256] {
        for seed in 1..=RECIPIENTS {
            let recipient = Recipient::new(algorithm, seed)?;
            for length in LENGTHS {
                let content: Vec<u8> = (0..length).map(|n| (n * 31 / 7) as u8).collect();
                let what = format!("{} {seed}, {length} bytes", algorithm.name());
                let result = recipient.ours(&mut peer, &content);
                report.check(&format!("ours opened by jose, {what}"), result);
                for enc in ["A256GCM", "A128GCM"] {
                    let result = recipient.theirs(&mut peer, &content, enc);
                    report.check(&format!("{enc} by jose opened by us, {what}"), result);
                }
            }
        }
        let recipient = Recipient::new(algorithm, 1)?;
        for (alg, enc) in [
            ("ECDH-ES+A256KW", "A256GCM"),
            ("ECDH-ES+A128KW", "A128GCM"),
            ("ECDH-ES", "A192GCM"),
            ("ECDH-ES", "A256CBC-HS512"),
        ] {
            let result = recipient.refused(&mut peer, alg, enc);
            report.check(&format!("{} {alg} {enc} by jose refused", algorithm.name()), result);
        }
    }
    Ok(())
}

struct Recipient {
    key: SecretKey,
    /// For key agreement: X25519 or P-256.
    public: Value,
    secret: Value,
}

impl Recipient {
    fn new(algorithm: Algorithm, seed: u8) -> Result<Self, Anything> {
        let seed = [seed; 32];
        let key = SecretKey::from_bytes(algorithm, &seed.into())?;
        let (public, d): (Value, Vec<u8>) = match key.public().x25519() {
            // The scalar of an Ed25519 key (RFC 8032 §5.1.5); X25519 clamps it.
            Some(x) => {
                let public = json!({"kty": "OKP", "crv": "X25519", "x": base64url::encode(x)});
                (public, Sha512::digest(seed).iter().take(32).copied().collect())
            }
            None => (key.public().to_jwk(), seed.to_vec()),
        };
        let mut secret = public.clone();
        let members = secret.as_object_mut().ok_or("no JWK")?;
        members.insert("d".into(), base64url::encode(d).into());
        Ok(Self { key, public, secret })
    }

    /// Ours, as jose opens it.
    fn ours(&self, peer: &mut Child, content: &[u8]) -> Result<(), Anything> {
        let file = sealed::seal(content, Kind::Presentation, self.key.public())?;
        let answer = ask(peer, &json!({"open": file, "jwk": self.secret}))?;
        let header = &answer["header"];
        let told = (&answer["content"], &header["cty"], &header["kid"]);
        let expected = (
            &base64url::encode(content).into(),
            &Kind::Presentation.cty().into(),
            &self.key.id().as_str().into(),
        );
        if told == expected { Ok(()) } else { Err(cut(&answer).into()) }
    }

    /// Theirs, as we open it; every other one names no key.
    fn theirs(&self, peer: &mut Child, content: &[u8], enc: &str) -> Result<(), Anything> {
        let mut header = json!({"alg": "ECDH-ES", "enc": enc, "cty": Kind::Credentials.cty()});
        if content.len() % 2 == 0 {
            header["kid"] = self.key.id().as_str().into();
        }
        let file = self.sealed(peer, content, &header)?;
        let file = SealedFile::parse(&file)?;
        let same = file.kind() == Kind::Credentials && *file.open(&self.key)? == content;
        if same { Ok(()) } else { Err("another content".into()) }
    }

    fn refused(&self, peer: &mut Child, alg: &str, enc: &str) -> Result<(), Anything> {
        let header = json!({"alg": alg, "enc": enc, "cty": Kind::Credentials.cty()});
        let file = self.sealed(peer, b"content", &header)?;
        match SealedFile::parse(&file).map_err(|error| error.code()) {
            Err("alg-not-allowed") => Ok(()),
            other => Err(format!("{other:?}").into()),
        }
    }

    fn sealed(&self, peer: &mut Child, content: &[u8], header: &Value) -> Result<String, Anything> {
        let content = base64url::encode(content);
        let answer = ask(peer, &json!({"seal": content, "header": header, "jwk": self.public}))?;
        Ok(answer["file"].as_str().ok_or_else(|| cut(&answer))?.to_owned())
    }
}

fn ask(peer: &mut Child, question: &Value) -> Result<Value, Anything> {
    Ok(serde_json::from_str(&peer.ask(question)?)?)
}

fn cut(answer: &Value) -> String {
    answer.to_string().chars().take(200).collect()
}
