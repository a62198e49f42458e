//! Bonafide
#![forbid(unsafe_code)]
pub mod clock;
pub mod credential;
pub mod did;
pub mod encoding;
pub mod issue;
pub mod key;
pub mod random;
#[cfg(feature = "wallet")]
pub mod wallet;
