//! The credential types of the digital-securities market, as data and as typed claims.
//!
//! Each type is written down once, as a table in its own file. From the table follow its SD-JWT VC
//! Type Metadata, its two JSON Schemas, the checks of a claims file and the padding that keeps the
//! number of digests from telling which claims there are. The threshold flags of the investor types
//! stand in a registry of their own, [`flags`].
//!
//! The documents are committed under `data/`, because `vct#integrity` pins the bytes of the metadata. A
//! test compares them with the tables; `BLESS=1 cargo test -p bonafide-credentials` writes them anew.
//! A released document never changes: a changed type is a new major version.
//!
//! ```
//! use bonafide::clock::Timestamp;
//! use bonafide_credentials::{AmlScreening, TypedClaims, find};
//!
//! let today = Timestamp::parse("2026-11-20")?;
//! let aml = find("aml-screening").ok_or("no such type")?;
//! let from_file = aml.read(br#"{"sanctions_clear": true, "risk_band": "low"}"#, today)?;
//! assert_eq!(from_file.assessed_on(), "2026-11-20");
//!
//! let screening = AmlScreening {
//!     sanctions_clear: Some(true),
//!     risk_band: Some("medium".into()),
//!     ..AmlScreening::default()
//! };
//! let errors = screening.check(today).unwrap_err();
//! assert_eq!(errors.to_string(), "risk_band: expected one of low, standard, high.");
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
#![forbid(unsafe_code)]

mod account_binding;
mod accredited_entity;
mod accredited_individual;
mod address;
mod aml_screening;
mod amount;
mod check;
mod claims;
mod country;
mod definition;
mod entity_mandate;
mod errors;
pub mod flags;
mod formats;
#[cfg(test)]
mod generated;
mod help;
mod holding;
mod kyb_entity;
mod kyc_identity;
mod nearest;
mod qualified_purchaser;
mod residency;
mod row;
mod security;
mod sensitivity;
mod table;
mod thresholds;
mod transfer_authorisation;
mod typed;
mod values;

use std::sync::LazyLock;

use bonafide::credential::{Catalog, TypeMetadata};

pub use account_binding::{AccountBinding, ControlProof};
pub use accredited_entity::AccreditedEntity;
pub use accredited_individual::AccreditedIndividual;
pub use address::Address;
pub use aml_screening::{AmlScreening, ScreenedList};
pub use claims::Claims;
pub use definition::TypeDefinition;
pub use entity_mandate::EntityMandate;
pub use errors::{ClaimError, ClaimErrors, Problem};
pub use help::FieldHelp;
pub use holding::{Encumbrance, Holding};
pub use kyb_entity::KybEntity;
pub use kyc_identity::{IdentityDocument, KycIdentity, PlaceOfBirth};
pub use nearest::nearest;
pub use qualified_purchaser::QualifiedPurchaser;
pub use residency::Residency;
pub use row::column_of;
pub use security::Security;
pub use sensitivity::Sensitivity;
pub use thresholds::Thresholds;
pub use transfer_authorisation::TransferAuthorisation;
pub use typed::TypedClaims;

use table::Table;

/// Every type.
static TABLES: &[&Table] = &[
    &kyc_identity::TABLE,
    &aml_screening::TABLE,
    &residency::TABLE,
    &accredited_individual::TABLE,
    &accredited_entity::TABLE,
    &qualified_purchaser::TABLE,
    &kyb_entity::TABLE,
    &entity_mandate::TABLE,
    &account_binding::TABLE,
    &holding::TABLE,
    &transfer_authorisation::TABLE,
];

/// Each with its metadata; that every document reads well is tested.
static TYPES: LazyLock<Vec<TypeDefinition>> = LazyLock::new(|| {
    let definition = |table: &&'static Table| {
        let metadata = TypeMetadata::parse(table.documents.metadata.as_bytes()).ok()?;
        Some(TypeDefinition { table, metadata })
    };
    TABLES.iter().filter_map(definition).collect()
});

static CATALOG: LazyLock<Catalog> = LazyLock::new(|| {
    let mut catalog = Catalog::default();
    for definition in TYPES.iter() {
        // Every `vct` is there once; that is tested.
        let _ = catalog.add(definition.metadata.clone());
    }
    catalog
});

/// The metadata of all types, for a wallet or verifier.
pub fn catalog() -> &'static Catalog {
    &CATALOG
}

/// All types.
pub fn types() -> &'static [TypeDefinition] {
    &TYPES
}

/// The type of that short name or `vct`.
pub fn find(name_or_vct: &str) -> Option<&'static TypeDefinition> {
    types().iter().find(|one| one.name() == name_or_vct || one.vct() == name_or_vct)
}

/// The short name of the type that comes nearest to `name`.
pub fn nearest_type(name: &str) -> Option<&'static str> {
    nearest::nearest(name, TABLES.iter().map(|table| table.name))
}
