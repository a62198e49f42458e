//! Why a bundle was refused, or not made.

use crate::did::DidError;
use crate::format::jws::JwsError;
use crate::key::SignError;

/// Why a bundle was refused, or not made.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BundleError {
    /// The first line is another.
    #[error("not a bundle")]
    NotABundle,
    /// A bundle of another version of the format.
    #[error("a bundle of a version that is not understood here")]
    Version,
    /// The file, its manifest, an item or their number is beyond the bounds.
    #[error("the bundle is larger than allowed")]
    TooLarge,
    /// The manifest's JWT was refused.
    #[error("the bundle's manifest was refused: {0}")]
    Jws(#[from] JwsError),
    /// The key it names was refused.
    #[error("the key of the bundle's manifest was refused: {0}")]
    Did(#[from] DidError),
    /// A member of the manifest is missing or of the wrong kind; it is named.
    #[error("the bundle's {0} is missing or malformed")]
    Malformed(&'static str),
    /// The manifest names another maker than the one that signed it.
    #[error("the bundle names another maker than the one that signed it")]
    MakerMismatch,
    /// It was made in the future.
    #[error("the bundle was made in the future; check the clocks")]
    NotYetValid,
    /// The items do not stand in the order of the format.
    #[error("the bundle's items are not in order")]
    Order,
    /// One item twice, or two for a name that can have only one.
    #[error("the bundle has an item twice, or two of one name")]
    Duplicate,
    /// The file ends before the items do.
    #[error("the bundle breaks off")]
    Cut,
    /// Bytes behind the last item.
    #[error("the bundle has bytes behind its last item")]
    Trailing,
    /// The bytes of an item are not those that the manifest names.
    #[error("an item of the bundle was changed after it was signed")]
    Digest,
    /// What does not prove itself counts only from a maker chosen by the caller.
    #[error("the bundle's maker is not pinned, so what does not prove itself counts for nothing")]
    MakerNotPinned,
    /// A name that no item of its kind can have.
    #[error("a name that no item of that kind can have")]
    Name,
    /// The maker's key did not sign.
    #[error("the maker's key did not sign: {0}")]
    Sign(#[from] SignError),
}

impl BundleError {
    /// The stable string code of this refusal.
    pub fn code(self) -> &'static str {
        match self {
            Self::NotABundle => "not-a-bundle",
            Self::Version => "bundle-version",
            Self::TooLarge => "too-large",
            Self::Jws(error) => error.code(),
            Self::Did(error) => error.code(),
            Self::Malformed(_) => "malformed",
            Self::MakerMismatch => "issuer-key-mismatch",
            Self::NotYetValid => "not-yet-valid",
            Self::Order => "bundle-order",
            Self::Duplicate => "duplicate-item",
            Self::Cut => "bundle-cut",
            Self::Trailing => "trailing-bytes",
            Self::Digest => "digest-mismatch",
            Self::MakerNotPinned => "maker-not-pinned",
            Self::Name => "bad-name",
            Self::Sign(_) => "sign-failed",
        }
    }

    /// What can be done now.
    pub fn next_step(self) -> &'static str {
        match self {
            Self::NotABundle => "Give the file that `bundle make` or `bundle refresh` wrote.",
            Self::Version => "Update this program, or ask for a bundle of version 1.",
            Self::TooLarge => "Split the material over several bundles.",
            Self::NotYetValid => "Compare your clock with the maker's.",
            Self::MakerNotPinned => {
                "Ask the maker for its DID by another way, then `bonafide trust pin --maker DID`."
            }
            Self::Name | Self::Duplicate | Self::Order => "Correct the items, then make it again.",
            Self::Sign(_) => "Check that the key is held here.",
            _ => "Carry the file over again; if that does not help, ask its maker for a new one.",
        }
    }
}
