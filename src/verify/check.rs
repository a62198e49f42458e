//! The checks, numbered in the order in which they are made.

/// One check of the verifier.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Check {
    /// The clock is not behind what is known for sure.
    Clock = 1,
    /// The question has not been answered before.
    NonceUnspent,
    /// The answer has the form of OpenID4VP §8.1 and belongs to this question.
    AnswerForm,
    /// The SD-JWT has its form, type and an allowed algorithm (RFC 9901 §7.1 steps 1, 2a).
    Form,
    /// The key that claims to have signed is found, for this purpose (DID profile §2).
    IssuerKey,
    /// The issuer's signature holds (RFC 9901 §7.1 step 2b).
    IssuerSignature,
    /// The key belongs to the issuer named (RFC 9901 §7.1 step 2c, DID profile §2).
    IssuerNamed,
    /// Digests and disclosures fit, all of them (RFC 9901 §7.1 steps 2d, 3, 4, 5).
    Disclosures,
    /// The registered claims are those of a credential (SD-JWT VC §2.2.2).
    RegisteredClaims,
    /// The claims fit the type's metadata (SD-JWT VC §4.6, §5).
    TypeMetadata,
    /// The credential has begun and not ended (RFC 9901 §7.1 step 6).
    Validity,
    /// The issuer is one that the verifier believes.
    Trust,
    /// The credential is not revoked or suspended (SD-JWT VC §2.4, Token Status List §8.3).
    Status,
    /// The holder answered this question, now, for this verifier (RFC 9901 §7.3 step 5).
    KeyBinding,
    /// The credential answers what was asked (OpenID4VP §8.6).
    Requested,
}

impl Check {
    /// All checks, in order.
    pub const ALL: [Self; 15] = [
        Self::Clock,
        Self::NonceUnspent,
        Self::AnswerForm,
        Self::Form,
        Self::IssuerKey,
        Self::IssuerSignature,
        Self::IssuerNamed,
        Self::Disclosures,
        Self::RegisteredClaims,
        Self::TypeMetadata,
        Self::Validity,
        Self::Trust,
        Self::Status,
        Self::KeyBinding,
        Self::Requested,
    ];

    /// Its number.
    pub fn number(self) -> u8 {
        self as u8
    }

    /// Its name in a verdict.
    pub fn name(self) -> &'static str {
        match self {
            Self::Clock => "clock",
            Self::NonceUnspent => "nonce-unspent",
            Self::AnswerForm => "answer-form",
            Self::Form => "form",
            Self::IssuerKey => "issuer-key",
            Self::IssuerSignature => "issuer-signature",
            Self::IssuerNamed => "issuer-named",
            Self::Disclosures => "disclosures",
            Self::RegisteredClaims => "registered-claims",
            Self::TypeMetadata => "type-metadata",
            Self::Validity => "validity",
            Self::Trust => "trust",
            Self::Status => "status",
            Self::Requested => "requested",
            Self::KeyBinding => "key-binding",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_follow_the_order() {
        let numbers: Vec<u8> = Check::ALL.iter().map(|check| check.number()).collect();
        assert_eq!(numbers, (1..=15).collect::<Vec<u8>>());
    }
}
