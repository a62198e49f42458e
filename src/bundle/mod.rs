//! The bundle: one file of trust material, carried to where nothing is fetched (docs/bundle-format.md).
//!
//! Its manifest is signed by its maker and names every item with digest, origin and time. That signature says who
//! put the file together, not that an item is true. Logs, witness proofs, jurisdictions and status lists prove
//! themselves, and count from anybody: [`Bundle::self_proving`]. What does not prove itself counts only from a
//! maker whom the caller has chosen to believe: [`Bundle::trusted`].

mod diff;
mod ends;
mod entry;
mod error;
mod make;
mod manifest;
mod parts;
mod read;
mod views;

pub use diff::{Change, diff};
pub use ends::ends;
pub use entry::{Entry, Kind};
pub use error::BundleError;
pub use make::{NewItem, make};
pub use parts::{MAX_PARTS, Part, PartError, PartSet, join, split};
pub use read::{Bundle, UnverifiedBundle};
pub use views::{Item, SelfProving, Trusted};

/// Largest bundle, in bytes.
pub const MAX_LEN: usize = 256 << 20;

/// Largest item, in bytes.
pub const MAX_ITEM: usize = 16 << 20;

/// Most items.
pub const MAX_ITEMS: usize = 100_000;

/// Longest manifest, as a token, in bytes.
const MAX_MANIFEST: usize = 64 << 20;

/// The first line; the number is that of the format.
const MAGIC: &str = "bonafide-bundle/1\n";

/// What the first line of every version begins with.
const MARK: &str = "bonafide-bundle/";

fn sha256(bytes: &[u8]) -> [u8; 32] {
    use sha2::Digest;
    sha2::Sha256::digest(bytes).into()
}
