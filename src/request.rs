//! Requests: a verifier asks, signed, for claims (OpenID4VP 1.0 §5, RFC 9101), as a file.

mod reply_key;

use serde_json::{Value, json};

use crate::clock::Timestamp;
use crate::dcql::{CredentialQuery, QueryError};
use crate::did::{self, Did, DidDocument, DidError, DidUrl, Identity, Relationship};
use crate::encoding::EncodingError;
use crate::encoding::json::{self, Json, Object};
use crate::format::jws::{self, JwsError, UnverifiedJws};
use crate::key::{PublicKey, Purpose, SignError};

/// `typ` of a request object (OpenID4VP §5).
const TYP: &str = "oauth-authz-req+jwt";

/// `aud` of a request to a wallet that was not looked up before (OpenID4VP §5.8).
const ANY_WALLET: &str = "https://self-issued.me/v2";

/// Client identifier prefix for DIDs (OpenID4VP §5.9.3).
pub const DID_PREFIX: &str = "decentralized_identifier:";

/// Seconds by which a request may lie in the holder's future.
const LEEWAY: i64 = 60;

/// `response_mode` of the answers: a file, in plain or sealed. As in OpenID4VP §8.3, `.jwt` asks for encryption.
const FILE: &str = "urn:bonafide:response-mode:file";
const SEALED_FILE: &str = "urn:bonafide:response-mode:file.jwt";

/// Longest request read.
pub const MAX_LEN: usize = 128 * 1024;

/// Longest answer to a request that is made or read.
pub const MAX_ANSWER: usize = 1024 * 1024;

/// The `client_id` under which a DID asks: also the audience of every answer.
pub fn client_id(did: &Did) -> String {
    format!("{DID_PREFIX}{did}")
}

/// Why a request was refused.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RequestError {
    /// The file is not readable.
    #[error("the request is not readable: {0}")]
    Encoding(#[from] EncodingError),
    /// A parameter is missing or malformed; it is named.
    #[error("the request's {0} is missing or malformed")]
    Malformed(&'static str),
    /// The header of the request object was refused.
    #[error("the request was refused: {0}")]
    Jws(JwsError),
    /// Nobody vouches for it: not signed, or the signature does not hold.
    #[error("nobody vouches for this request: it is not signed by whom it names")]
    Unsigned,
    /// The key that signed belongs to another DID than `client_id`.
    #[error("the request is signed by somebody else than it names")]
    ClientMismatch,
    /// The verifier's DID or key was refused.
    #[error("the verifier's key was refused: {0}")]
    Did(#[from] DidError),
    /// The query was refused.
    #[error(transparent)]
    Query(#[from] QueryError),
    /// It demands consent to a transaction, which is not supported (OpenID4VP §5.1).
    #[error("the request demands consent to a transaction, which is not supported")]
    TransactionData,
    /// It asks for a sealed answer, and the key for it was refused: why.
    #[error("the key that the answer is to be sealed to was refused: {0}")]
    SealKey(&'static str),
}

impl RequestError {
    /// The stable string code of this refusal.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Encoding(error) => error.code(),
            Self::Malformed(_) => "malformed",
            Self::Jws(error) => error.code(),
            Self::Unsigned => "unsigned-request",
            Self::ClientMismatch => "client-mismatch",
            Self::Did(error) => error.code(),
            Self::Query(error) => error.code(),
            Self::TransactionData => "transaction-data-unsupported",
            Self::SealKey(_) => "seal-key-refused",
        }
    }
}

/// What a verifier wants to ask.
#[derive(Clone, Debug)]
pub struct Question {
    /// Which credential and claims.
    pub query: CredentialQuery,
    /// Fresh and unguessable: [`crate::random::nonce`].
    pub nonce: String,
    /// The verifier's own reference to an account or session, echoed in the answer.
    pub state: Option<String>,
    /// When it was asked.
    pub asked_at: Timestamp,
    /// Last moment for an answer.
    pub expires: Timestamp,
}

impl Question {
    /// Signs the request object: the text of one file.
    ///
    /// # Errors
    /// [`SignError`].
    pub fn sign(&self, verifier: &Identity<'_>) -> Result<String, SignError> {
        self.sign_with(verifier, None)
    }

    /// Likewise, and asks for an answer sealed to the verifier's key.
    ///
    /// # Errors
    /// [`SignError::NotAllowed`] where its DID does not list that key for key agreement; [`SignError`].
    pub fn sign_for_sealed(&self, verifier: &Identity<'_>) -> Result<String, SignError> {
        let key = verifier.public_key();
        let document = did::document(verifier.did()).map_err(|_| SignError::NotAllowed)?;
        if !document.agreement_keys().any(|listed| listed == key) {
            return Err(SignError::NotAllowed);
        }
        self.sign_with(verifier, Some(key))
    }

    fn sign_with(
        &self,
        verifier: &Identity<'_>,
        reply_key: Option<&PublicKey>,
    ) -> Result<String, SignError> {
        let mut metadata = json!({"vp_formats_supported": {"dc+sd-jwt": {
            "sd-jwt_alg_values": ["Ed25519", "EdDSA", "ES256"],
            "kb-jwt_alg_values": ["Ed25519", "EdDSA", "ES256"],
        }}});
        if let (Some(members), Some(key)) = (metadata.as_object_mut(), reply_key) {
            members.extend(reply_key::metadata(key));
        }
        let mut payload = json!({
            "aud": ANY_WALLET,
            "client_id": client_id(verifier.did()),
            "response_type": "vp_token",
            "response_mode": if reply_key.is_some() { SEALED_FILE } else { FILE },
            "nonce": self.nonce,
            "iat": self.asked_at.unix(),
            "exp": self.expires.unix(),
            "dcql_query": self.query.to_dcql(),
            "client_metadata": metadata,
        });
        if let (Some(members), Some(state)) = (payload.as_object_mut(), &self.state) {
            members.insert("state".into(), Value::from(state.as_str()));
        }
        jws::sign_as(verifier, Purpose::Request, TYP, payload.to_string().as_bytes())
    }
}

/// A request as asked, by whom, and whether that one signed it. Made by [`Request::read`], which checks
/// the signature, and by [`Request::dangerous_read_unsigned`].
#[derive(Clone, Debug, PartialEq)]
pub struct Request {
    client_id: String,
    verifier: Option<Did>,
    nonce: String,
    state: Option<String>,
    asked_at: Timestamp,
    expires: Timestamp,
    query: CredentialQuery,
    reply_key: Option<Box<PublicKey>>,
}

impl Request {
    /// Reads a request object and checks that the DID in `client_id` signed it, with a key listed for
    /// authentication. Whether it is still open depends on the time: see [`Request::is_open`].
    ///
    /// # Errors
    /// [`RequestError`]; [`RequestError::Unsigned`] for a bare JSON request and for a signature that
    /// does not hold.
    pub fn read(text: &str) -> Result<Self, RequestError> {
        let text = text.trim();
        if text.len() > MAX_LEN {
            return Err(EncodingError::TooLarge.into());
        }
        if text.starts_with('{') {
            return Err(RequestError::Unsigned);
        }
        let jwt = UnverifiedJws::parse(text, TYP, MAX_LEN).map_err(RequestError::Jws)?;
        let kid = jwt.kid().ok_or(RequestError::Malformed("kid"))?;
        let url = DidUrl::parse(kid)?;
        let document = did::document(url.did())?;
        let key = document.key(&url, Relationship::Authentication)?;
        let payload = jwt.verify(key).map_err(|error| match error {
            JwsError::BadSignature => RequestError::Unsigned,
            other => RequestError::Jws(other),
        })?;
        let payload = json::parse_object(payload, MAX_LEN)?;
        if payload.get_str("client_id") != Some(&client_id(url.did())) {
            return Err(RequestError::ClientMismatch);
        }
        if payload.get_str("aud") != Some(ANY_WALLET) {
            return Err(RequestError::Malformed("aud"));
        }
        Self::from_payload(&payload, Some(&document))
    }

    /// Reads a request that nobody signed: a JSON object with the same parameters. An answer to it can
    /// be relayed to whomever `client_id` names, so ask the person first.
    ///
    /// # Errors
    /// [`RequestError`]; also when it is a signed request after all, and when it asks for a sealed answer: nobody
    /// vouches for the key.
    pub fn dangerous_read_unsigned(text: &str) -> Result<Self, RequestError> {
        let payload = json::parse_object(text.trim().as_bytes(), MAX_LEN)?;
        Self::from_payload(&payload, None)
    }

    fn from_payload(
        payload: &Object<'_>,
        verifier: Option<&DidDocument>,
    ) -> Result<Self, RequestError> {
        if payload.get("transaction_data").is_some() {
            return Err(RequestError::TransactionData);
        }
        if payload.get_str("response_type") != Some("vp_token") {
            return Err(RequestError::Malformed("response_type"));
        }
        if payload.get("scope").is_some() {
            return Err(RequestError::Malformed("scope"));
        }
        let query = payload.get("dcql_query").ok_or(RequestError::Malformed("dcql_query"))?;
        let request = Self {
            client_id: url_safe(payload, "client_id", |b| b.is_ascii_graphic())?,
            verifier: verifier.map(|document| document.id().clone()),
            nonce: url_safe(payload, "nonce", is_url_safe)?,
            state: match payload.get("state") {
                None => None,
                Some(_) => Some(url_safe(payload, "state", is_url_safe)?),
            },
            asked_at: moment(payload, "iat")?,
            expires: moment(payload, "exp")?,
            query: CredentialQuery::from_dcql(query)?,
            reply_key: reply_key::read(payload, verifier)?.map(Box::new),
        };
        if request.expires <= request.asked_at {
            return Err(RequestError::Malformed("exp"));
        }
        Ok(request)
    }

    /// Who asks, with prefix: the audience of the answer.
    pub fn client_id(&self) -> &str {
        &self.client_id
    }

    /// The DID that signed it; `None` when nobody did.
    pub fn verifier(&self) -> Option<&Did> {
        self.verifier.as_ref()
    }

    /// The nonce the answer must carry.
    pub fn nonce(&self) -> &str {
        &self.nonce
    }

    /// The verifier's reference, to be echoed.
    pub fn state(&self) -> Option<&str> {
        self.state.as_deref()
    }

    /// When it was asked.
    pub fn asked_at(&self) -> Timestamp {
        self.asked_at
    }

    /// Last moment for an answer.
    pub fn expires(&self) -> Timestamp {
        self.expires
    }

    /// What is asked for.
    pub fn query(&self) -> &CredentialQuery {
        &self.query
    }

    /// The key that the answer is to be sealed to, where a sealed one was asked for: a key of the verifier.
    pub fn reply_key(&self) -> Option<&PublicKey> {
        self.reply_key.as_deref()
    }

    /// Whether an answer signed at `now` comes in time.
    pub fn is_open(&self, now: Timestamp) -> bool {
        now <= self.expires && !self.is_early(now)
    }

    /// Whether it was asked in the future, by more than clocks differ.
    pub fn is_early(&self, now: Timestamp) -> bool {
        self.asked_at > now.plus(LEEWAY)
    }
}

fn is_url_safe(b: u8) -> bool {
    b.is_ascii_alphanumeric() || matches!(b, b'-' | b'.' | b'_' | b'~')
}

fn url_safe(
    payload: &Object<'_>,
    name: &'static str,
    allowed: fn(u8) -> bool,
) -> Result<String, RequestError> {
    let text = payload.get_str(name).ok_or(RequestError::Malformed(name))?;
    let good = !text.is_empty() && text.len() <= 2048 && text.bytes().all(allowed);
    if good { Ok(text.to_owned()) } else { Err(RequestError::Malformed(name)) }
}

fn moment(payload: &Object<'_>, name: &'static str) -> Result<Timestamp, RequestError> {
    let seconds = payload.get(name).and_then(Json::as_i64);
    seconds.and_then(Timestamp::from_unix).ok_or(RequestError::Malformed(name))
}
