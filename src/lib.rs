//! Bonafide
#![forbid(unsafe_code)]
pub mod clock;
pub mod did;
pub mod encoding;
pub mod key;
pub mod random;
