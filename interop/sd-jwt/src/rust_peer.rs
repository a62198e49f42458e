//! The crate sd-jwt-rs.

use std::panic::{AssertUnwindSafe, catch_unwind, set_hook, take_hook};

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jsonwebtoken::{DecodingKey, jwk::Jwk};
use sd_jwt_rs::{
    ClaimsForSelectiveDisclosureStrategy, SDJWTHolder, SDJWTIssuer, SDJWTSerializationFormat,
    SDJWTVerifier,
};
use serde_json::{Map, Value, json};

use crate::Anything;
use crate::keys::Key;
use crate::peer::{Order, Peer, Question, Seen};

/// It runs in this process.
pub struct SdJwtRs;

impl SdJwtRs {
    /// From now on its panics are not written out.
    pub fn quiet() -> Self {
        let usual = take_hook();
        set_hook(Box::new(move |panic| {
            if !panic.location().is_some_and(|at| at.file().contains("sd-jwt-rs")) {
                usual(panic);
            }
        }));
        Self
    }
}

impl Peer for SdJwtRs {
    fn name(&self) -> &'static str {
        "sd-jwt-rs"
    }

    /// It panics on some inputs; that accepts nothing, so it counts as a refusal.
    fn verify(&mut self, question: &Question<'_>) -> Result<Seen, Anything> {
        let key = DecodingKey::from_jwk(&question.issuer.jsonwebtoken_jwk()?)?;
        let verifier = catch_unwind(AssertUnwindSafe(|| {
            SDJWTVerifier::new(
                question.token.to_owned(),
                Box::new(move |_, _| key.clone()),
                Some(question.audience.to_owned()),
                Some(question.nonce.to_owned()),
                SDJWTSerializationFormat::Compact,
            )
        }));
        Ok(match verifier {
            Ok(Ok(verifier)) => Seen::Accepted(verifier.verified_claims),
            Ok(Err(error)) => Seen::Refused(error.to_string()),
            Err(_) => Seen::Refused("panic".to_owned()),
        })
    }

    /// It writes neither `typ` nor `kid`, so the issuer's signature is made again over a header that
    /// has them; the payload, the disclosures and the answer are its own.
    fn present(&mut self, order: &Order<'_>) -> Result<String, Anything> {
        let issued = issuing(order)?()?;
        let token = with_header(&issued, order.issuer)?;
        present(token, order)
    }
}

/// What issues a credential as it does, with everything made ready.
pub fn issuing<'o>(
    order: &Order<'o>,
) -> Result<impl Fn() -> sd_jwt_rs::error::Result<String> + 'o, Anything> {
    let hidden: Vec<String> = order.sample.hidden.iter().map(|path| format!("$.{path}")).collect();
    let holder: Jwk = serde_json::from_value(order.holder.jwk.clone())?;
    let claims = order.sample.payload(order.issuer, order.now);
    let (issuer, decoys) = (order.issuer, order.sample.decoys);
    Ok(move || {
        let hidden = hidden.iter().map(String::as_str).collect();
        SDJWTIssuer::new(issuer.encoding.clone(), Some(issuer.alg().into())).issue_sd_jwt(
            claims.clone(),
            ClaimsForSelectiveDisclosureStrategy::Custom(hidden),
            Some(holder.clone()),
            decoys,
            SDJWTSerializationFormat::Compact,
        )
    })
}

/// Its presentation of that credential.
pub fn present(token: String, order: &Order<'_>) -> Result<String, Anything> {
    let frame: Map<String, Value> = serde_json::from_value(order.sample.frame(order.shown))?;
    Ok(SDJWTHolder::new(token, SDJWTSerializationFormat::Compact)?.create_presentation(
        frame,
        Some(order.nonce.to_owned()),
        Some(order.audience.to_owned()),
        Some(order.holder.encoding.clone()),
        Some(order.holder.alg().to_owned()),
    )?)
}

fn with_header(token: &str, issuer: &Key) -> Result<String, Anything> {
    let (jwt, disclosures) = token.split_once('~').ok_or("no SD-JWT")?;
    let payload = jwt.split('.').nth(1).ok_or("no payload")?;
    let payload = String::from_utf8(URL_SAFE_NO_PAD.decode(payload)?)?;
    let header = json!({"alg": issuer.alg(), "typ": "dc+sd-jwt", "kid": issuer.kid()});
    Ok(format!("{}~{disclosures}", issuer.jws(&header.to_string(), &payload)))
}
