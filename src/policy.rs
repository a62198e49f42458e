//! What a verifier demands beyond the claims it asked for.

/// The rules for one decision. The claims themselves are demanded by the request.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Policy {
    max_answer_age: Option<u32>,
    max_status_age: Option<u32>,
    max_history_age: Option<u32>,
}

impl Policy {
    /// What was asked, and nothing more.
    pub fn as_requested() -> Self {
        Self::default()
    }

    /// The answer must have been signed within the last `seconds`.
    #[must_use]
    pub fn with_max_answer_age(self, seconds: u32) -> Self {
        Self { max_answer_age: Some(seconds), ..self }
    }

    /// Seconds since signing that are allowed; `None` where the request's life alone decides.
    pub fn max_answer_age(&self) -> Option<u32> {
        self.max_answer_age
    }

    /// The status list that decides must have been issued within the last `seconds`.
    #[must_use]
    pub fn with_max_status_age(self, seconds: u32) -> Self {
        Self { max_status_age: Some(seconds), ..self }
    }

    /// Seconds since the issue of a status list that are allowed; `None` where its own end alone decides.
    pub fn max_status_age(&self) -> Option<u32> {
        self.max_status_age
    }

    /// What is known of an issuer's did:web or did:webvh must have been fetched within the last `seconds`.
    #[must_use]
    pub fn with_max_history_age(self, seconds: u32) -> Self {
        Self { max_history_age: Some(seconds), ..self }
    }

    /// Seconds since the fetching of an issuer's DID that are allowed; `None` for any.
    pub fn max_history_age(&self) -> Option<u32> {
        self.max_history_age
    }
}
