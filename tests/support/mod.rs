//! What several of the tests need.

pub mod claims;
pub mod forge;
pub mod vectors;
pub mod webvh;
