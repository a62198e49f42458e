//! JWS by several signers: the general JSON serialization (RFC 7515 §7.2.1), read strictly.
//!
//! Every signature names its key by the thumbprint (RFC 7638) in its protected header, which has `alg`, `kid` and
//! `typ` and nothing else. There is no unprotected header. Which keys count, and how many of them, is said by whoever
//! verifies.

use serde::Serialize;

use super::jws::{Header, JoseHeader, JwsError};
use crate::encoding::json::{self, Json, Object};
use crate::encoding::{EncodingError, base64url};
use crate::key::{
    Algorithm, KeyError, KeyId, PublicKey, Purpose, SignError, Signature, Signer, SigningInput,
};

/// Members of a protected header: `alg`, `kid`, `typ`.
const HEADER_MEMBERS: usize = 3;

/// A payload and its signatures as received: decoded, headers checked, signatures not.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnverifiedJwsJson {
    /// As received, in base64url.
    encoded: String,
    payload: Vec<u8>,
    signatures: Vec<Part>,
}

/// One of the signatures.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Part {
    /// The header as received, in base64url.
    protected: String,
    algorithm: Algorithm,
    kid: String,
    signature: Signature,
}

impl UnverifiedJwsJson {
    /// Decodes `bytes` and checks every header: `alg` on the allow-list, a `kid`, `typ` exactly the one expected,
    /// nothing else. A file without signatures is read: one that waits for them.
    ///
    /// # Errors
    /// [`JwsError`]; `TooLarge` past `max_len` bytes or `max_signatures`.
    pub fn parse(
        bytes: &[u8],
        typ: &str,
        max_len: usize,
        max_signatures: usize,
    ) -> Result<Self, JwsError> {
        let mut file = json::parse_object(bytes, max_len)?;
        let (payload, signatures) = (file.remove("payload"), file.remove("signatures"));
        let (Some(Json::String(encoded)), Some(Json::Array(signatures)), true) =
            (payload, signatures, file.is_empty())
        else {
            return Err(JwsError::Malformed);
        };
        if signatures.len() > max_signatures {
            return Err(EncodingError::TooLarge.into());
        }
        let payload = base64url::decode(&encoded)?;
        let signatures = signatures.iter().map(|part| Part::read(part, typ));
        let signatures = signatures.collect::<Result<_, _>>()?;
        Ok(Self { encoded: encoded.into_owned(), payload, signatures })
    }

    /// A payload that nobody has signed yet.
    pub(crate) fn unsigned(payload: Vec<u8>) -> Self {
        Self { encoded: base64url::encode(&payload), payload, signatures: Vec::new() }
    }

    /// The payload, whoever wrote it, byte by byte as received.
    pub fn unverified_payload(&self) -> &[u8] {
        &self.payload
    }

    /// The thumbprints that the signatures claim.
    pub fn claimed_signers(&self) -> impl Iterator<Item = &str> {
        self.signatures.iter().map(|part| part.kid.as_str())
    }

    /// Whether a key signed. Signatures of other keys are passed over: they may be those of another set of keys.
    ///
    /// # Errors
    /// [`JwsError::BadSignature`] or [`JwsError::AlgNotAllowed`] when a signature that names the key is not its.
    pub fn is_signed_by(&self, id: &KeyId, key: &PublicKey) -> Result<bool, JwsError> {
        let mut own = self.signatures.iter().filter(|part| part.kid == id.as_str()).peekable();
        let signed = own.peek().is_some();
        own.try_for_each(|part| part.verify(&self.encoded, key))?;
        Ok(signed)
    }

    /// Takes over the signatures of another copy; `false`, and nothing taken, where its payload is another.
    #[must_use]
    pub(crate) fn merge(&mut self, other: Self) -> bool {
        let same = self.encoded == other.encoded;
        for part in other.signatures.into_iter().filter(|_| same) {
            if !self.signatures.contains(&part) {
                self.signatures.push(part);
            }
        }
        same
    }

    /// Adds the signature of a key held by `signer`, in place of earlier ones of that key.
    ///
    /// # Errors
    /// [`SignError`]; nothing is changed.
    pub(crate) fn sign(
        &mut self,
        signer: &dyn Signer,
        key: &KeyId,
        purpose: Purpose,
        typ: &str,
    ) -> Result<(), SignError> {
        let public = signer.public_key(key).ok_or(SignError::UnknownKey)?;
        let algorithm = public.algorithm();
        let header = Header { alg: algorithm.jose_name(), kid: Some(key.as_str()), typ };
        let header = serde_json::to_vec(&header).map_err(|_| SignError::Failed)?;
        let protected = base64url::encode(header);
        let input = signing_input(&protected, &self.encoded);
        let signature = signer.sign(key, SigningInput::new(purpose, &input))?;
        self.signatures.retain(|part| part.kid != key.as_str());
        let kid = key.as_str().to_owned();
        self.signatures.push(Part { protected, algorithm, kid, signature });
        Ok(())
    }

    /// The file, one signature a line.
    pub fn to_text(&self) -> String {
        let signatures = self.signatures.iter().map(|part| PartText {
            protected: &part.protected,
            signature: base64url::encode(part.signature.as_bytes()),
        });
        let file = FileText { payload: &self.encoded, signatures: signatures.collect() };
        serde_json::to_string_pretty(&file).unwrap_or_default()
    }
}

#[derive(Serialize)]
struct FileText<'a> {
    payload: &'a str,
    signatures: Vec<PartText<'a>>,
}

#[derive(Serialize)]
struct PartText<'a> {
    protected: &'a str,
    signature: String,
}

impl Part {
    fn read(json: &Json<'_>, typ: &str) -> Result<Self, JwsError> {
        let part = json.as_object().filter(|part| part.len() == 2).ok_or(JwsError::Malformed)?;
        let text = |name| Object::get_str(part, name).ok_or(JwsError::Malformed);
        let (protected, signature) = (text("protected")?, text("signature")?);
        let header = JoseHeader::read(protected, typ)?;
        let kid = header.kid.filter(|_| header.members == HEADER_MEMBERS);
        let signature = base64url::decode_sized(signature)?;
        Ok(Self {
            protected: protected.to_owned(),
            algorithm: header.algorithm,
            kid: kid.ok_or(JwsError::Malformed)?,
            signature: Signature::from_bytes(signature.ok_or(JwsError::BadSignature)?),
        })
    }

    fn verify(&self, payload: &str, key: &PublicKey) -> Result<(), JwsError> {
        if key.algorithm() != self.algorithm {
            return Err(JwsError::AlgNotAllowed);
        }
        key.verify(&signing_input(&self.protected, payload), &self.signature)
            .map_err(|_: KeyError| JwsError::BadSignature)
    }
}

/// What is signed: the header and the payload as they stand in the file (RFC 7515 §5.1).
fn signing_input(protected: &str, payload: &str) -> Vec<u8> {
    [protected.as_bytes(), b".", payload.as_bytes()].concat()
}
