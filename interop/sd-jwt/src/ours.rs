//! Bonafide as one of the implementations.

use bonafide::clock::Timestamp;
use bonafide::dcql::{ClaimQuery, CredentialQuery};
use bonafide::did::Identity;
use bonafide::encoding::json::Json;
use bonafide::format::sd_jwt::{ExpectedBinding, SdJwt};
use bonafide::format::sd_jwt_vc::TYP;
use bonafide::issue::{Content, Padding, Validity};
use bonafide::policy::Policy;
use bonafide::present::{Candidate, prepare};
use bonafide::random::{SystemRandom, nonce};
use bonafide::request::{Question as Asked, Request};
use bonafide::trust::PinnedIssuer;
use bonafide::verify::{Expected, Facts, Material, Memory, Presentation, Verdict, Verifier};
use serde_json::Value;

use crate::Anything;
use crate::keys::Key;
use crate::peer::{Question, Seen};
use crate::sample::{Sample, VCT};

/// A verifier that believes that issuer.
pub fn verifier(issuer: &Key) -> Result<Verifier, Anything> {
    let issuers = vec![PinnedIssuer { did: issuer.did(), name: None }];
    Ok(Verifier::new(Material { issuers, ..Material::default() })?)
}

/// The whole verdict; a refusal says the kind of the first reason.
pub fn verify(verifier: &Verifier, question: &Question<'_>) -> Result<Seen, Anything> {
    let expected = Expected::Challenge { nonce: question.nonce, audience: question.audience };
    let presentation = Presentation::new(question.token.as_bytes());
    let (policy, facts, memory) = (Policy::as_requested(), Facts::default(), Memory::default());
    let now = moment(question.now)?;
    let verdict = verifier.verify(&presentation, &expected, &policy, &facts, &memory, now).0;
    let Verdict::Accepted(verified) = verdict else {
        return Ok(Seen::Refused(verdict.reasons()[0].kind().to_owned()));
    };
    // What the verdict says must be what the format says, which gives the registered claims as well.
    let credential = verified.credentials().first().ok_or("nothing was verified")?;
    let Seen::Accepted(payload) = verify_format(question)? else {
        return Err(format!("accepted, but not an SD-JWT+KB: {}", question.token).into());
    };
    match credential.claims().iter().find(|(name, value)| payload[name.as_str()] != **value) {
        Some((name, _)) => Err(format!("two readings of {name}: {}", question.token).into()),
        None => Ok(Seen::Accepted(payload)),
    }
}

/// Signature, disclosures and key binding, as RFC 9901 has them, with the issuer's key given.
pub fn verify_format(question: &Question<'_>) -> Result<Seen, Anything> {
    let expected = ExpectedBinding {
        audience: question.audience,
        nonce: question.nonce,
        not_before: moment(question.now - 300)?,
        not_after: moment(question.now + 300)?,
        now: moment(question.now)?,
    };
    let sd_jwt = match SdJwt::parse(question.token.trim(), TYP) {
        Ok(sd_jwt) => sd_jwt,
        Err(error) => return Ok(Seen::Refused(error.code().to_owned())),
    };
    let signed = match sd_jwt.verify(question.issuer.public()) {
        Ok(signed) => signed,
        Err(error) => return Ok(Seen::Refused(error.code().to_owned())),
    };
    Ok(match signed.bind(&expected) {
        Ok(presented) => {
            Seen::Accepted(Json::Object(presented.signed().claims().clone()).to_value())
        }
        Err(errors) => Seen::Refused(errors[0].code().to_owned()),
    })
}

/// A sample as we issue it.
pub fn issue(sample: &Sample, issuer: &Key, holder: &Key, now: i64) -> Result<String, Anything> {
    let mut content = Content {
        vct: VCT.to_owned(),
        integrity: None,
        claims: sample.claims.clone(),
        hidden: sample.hidden.clone(),
        padding: Padding::default(),
    };
    if sample.decoys {
        content.padding = Padding { top: 6, inner: vec![("address".parse()?, 5)] };
    }
    let validity = Validity::days(moment(now)?, 90);
    let identity = Identity::did_key(issuer.secret.id(), &issuer.secret)?;
    Ok(content.issue(holder.public(), validity, None, &identity, &mut SystemRandom)?)
}

/// A platform's signed request for those claims, and our wallet's answer to it.
pub fn present(
    token: &str,
    shown: &[&str],
    (holder, platform): (&Key, &Key),
    now: i64,
) -> Result<(Request, String), Anything> {
    let claims = shown.iter().map(|path| Ok::<_, Anything>(ClaimQuery::any(path.parse()?)));
    let query = CredentialQuery {
        id: "q".to_owned(),
        types: vec![VCT.to_owned()],
        claims: claims.collect::<Result<_, _>>()?,
    };
    let now = moment(now)?;
    let nonce = nonce(&mut SystemRandom)?;
    let asked = Asked { query, nonce, state: None, asked_at: now, expires: now.plus(600) };
    let identity = Identity::did_key(platform.secret.id(), &platform.secret)?;
    let request = Request::read(&asked.sign(&identity)?)?;
    let stored = [Candidate::read(1, token)?];
    let answer = prepare(&request, &stored, &holder.secret, now)?.sign(&holder.secret, now)?;
    let answer: Value = serde_json::from_str(&answer)?;
    let token = answer["vp_token"]["q"][0].as_str().ok_or("no presentation")?.to_owned();
    Ok((request, token))
}

fn moment(seconds: i64) -> Result<Timestamp, Anything> {
    Ok(Timestamp::from_unix(seconds).ok_or("no moment")?)
}
