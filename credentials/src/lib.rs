//! Credential types.
