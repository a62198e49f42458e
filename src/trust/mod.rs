//! Whom a verifier believes. At present: issuers pinned by DID, the smallest jurisdiction.

mod pins;

pub use pins::PinnedIssuer;
pub(crate) use pins::Pins;
