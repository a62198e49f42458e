//! The answer as it arrives: a `vp_token` (OpenID4VP §8.1), or one SD-JWT+KB by itself.

use std::borrow::Cow;

use super::reason::Reason;
use super::{Check, Expected};
use crate::encoding::EncodingError;
use crate::encoding::json::{self, Json, Object};
use crate::status::STAPLES;

/// Longest answer read.
pub const MAX_LEN: usize = crate::request::MAX_ANSWER;

/// What answers the question, nothing of it checked.
pub(super) struct Answer<'a> {
    /// The SD-JWT+KB.
    pub(super) token: Cow<'a, str>,
    /// Status list tokens that came along.
    pub(super) staples: Vec<String>,
}

/// An answer from a holder, nothing of it checked.
#[derive(Clone, Copy, Debug)]
pub struct Presentation<'a> {
    bytes: &'a [u8],
}

impl<'a> Presentation<'a> {
    /// Wraps what was received.
    pub fn new(bytes: &'a [u8]) -> Self {
        Self { bytes }
    }

    /// The nonce that the answer claims to answer, whoever wrote it: for finding the request it may
    /// belong to, never for trusting it.
    pub fn unverified_nonce(&self) -> Option<String> {
        let token = self.find(None).ok()?.token;
        let (_, kb) = token.rsplit_once('~')?;
        let payload = crate::encoding::base64url::decode(kb.split('.').nth(1)?).ok()?;
        Some(json::parse_object(&payload, MAX_LEN).ok()?.get_str("nonce")?.to_owned())
    }

    /// What in it answers `expected`.
    pub(super) fn answer(&self, expected: &Expected<'_>) -> Result<Answer<'a>, Reason> {
        self.find(Some(expected))
            .map_err(|(kind, detail)| Reason::new(Check::AnswerForm, kind, detail))
    }

    fn find(&self, expected: Option<&Expected<'_>>) -> Result<Answer<'a>, (&'static str, String)> {
        if self.bytes.len() > MAX_LEN {
            return Err((EncodingError::TooLarge.code(), EncodingError::TooLarge.to_string()));
        }
        let malformed = |detail: &str| ("malformed", detail.to_owned());
        let text = std::str::from_utf8(self.bytes)
            .map_err(|_| malformed("the answer is not text"))?
            .trim();
        if !text.starts_with('{') {
            return Ok(Answer { token: Cow::Borrowed(text), staples: Vec::new() });
        }
        let mut answer =
            json::parse_object(text.as_bytes(), MAX_LEN).map_err(|e| (e.code(), e.to_string()))?;
        let staples = match answer.remove(STAPLES) {
            None => Vec::new(),
            Some(tokens) => staples(tokens)
                .ok_or_else(|| malformed("status_list_tokens must be a list of texts"))?,
        };
        let vp_token = match answer.remove("vp_token") {
            None => answer.clone(),
            Some(Json::Object(vp_token)) => vp_token,
            Some(_) => return Err(malformed("vp_token is no object")),
        };
        if let Some(Expected::Request(request)) = expected {
            check_session(&answer, request.state())?;
            if vp_token.get(&request.query().id).is_none() {
                return Err((
                    "answer-mismatch",
                    "the answer is to another query than the one asked".into(),
                ));
            }
        }
        let one = |entries: Vec<(Cow<'a, str>, Json<'a>)>| {
            let [(_, Json::Array(presentations))] = <[_; 1]>::try_from(entries).ok()? else {
                return None;
            };
            match <[_; 1]>::try_from(presentations).ok()? {
                [Json::String(token)] => Some(token),
                _ => None,
            }
        };
        let token = one(vp_token.into_members())
            .ok_or_else(|| malformed("vp_token must hold one presentation"))?;
        Ok(Answer { token, staples })
    }
}

/// The texts of the tokens that the holder stapled.
fn staples(tokens: Json<'_>) -> Option<Vec<String>> {
    let Json::Array(tokens) = tokens else { return None };
    let text = |token| match token {
        Json::String(text) => Some(text.into_owned()),
        _ => None,
    };
    tokens.into_iter().map(text).collect()
}

fn check_session(answer: &Object<'_>, state: Option<&str>) -> Result<(), (&'static str, String)> {
    match answer.get("state") {
        Some(echoed) if echoed.as_str() != state => {
            Err(("session-mismatch", "the answer belongs to another session".into()))
        }
        _ => Ok(()),
    }
}
