//! What credentials are made of: paths to claims, type metadata, the typed reading of disclosed claims.

mod envelope;
mod metadata;

pub use crate::encoding::path::{ClaimPath, PathError, PathSegment, Place};
pub use envelope::{Assurance, Disclosed, Envelope, Evidence};
pub use metadata::{Catalog, ClaimMetadata, Disclosure, MetadataError, TypeMetadata};

/// A credential type known to Rust. Every field that a holder can hide is an `Option`.
pub trait CredentialType: serde::de::DeserializeOwned {
    /// The `vct` of the type.
    const VCT: &'static str;
}
