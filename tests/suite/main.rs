//! The library from outside, its rules and the published test vectors: one program, so that it is linked once.
#![cfg(test)]

mod answering;
mod bitstrings;
mod bundle_parts;
mod bundles;
#[cfg(feature = "wallet")]
mod columns;
mod data_integrity;
mod did_documents;
mod dids;
mod issuing;
mod jurisdictions;
mod keys;
mod known_dids;
mod log_heads;
mod notices;
mod properties;
mod received;
mod refusals;
mod reply_keys;
mod round_trips;
#[cfg(feature = "jwe")]
mod sealed;
mod signers;
mod standing;
mod status_lists;
#[path = "../support/mod.rs"]
mod support;
mod trusting;
mod vectors_dids;
mod vectors_encodings;
mod vectors_primitives;
mod vectors_sd_jwt;
mod vectors_webvh;
mod verified;
#[cfg(feature = "wallet")]
mod wallet;
#[cfg(feature = "wallet")]
mod wallet_flips;
#[cfg(feature = "wallet")]
mod wallet_format;
#[cfg(feature = "wallet")]
mod wallet_keyring;
#[cfg(feature = "wallet")]
mod wallet_shares;
#[cfg(feature = "wallet")]
mod wallet_slots;
mod webvh;
mod webvh_author;
mod wycheproof;
