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
mod security;
mod sensitivity;
mod table;
mod thresholds;
mod transfer_authorisation;
mod typed;
mod values;

use std::sync::LazyLock;

use bonafide::clock::Timestamp;
use bonafide::credential::{Catalog, ClaimPath, PathSegment, TypeMetadata};
use bonafide::issue::Padding;

pub use account_binding::{AccountBinding, ControlProof};
pub use accredited_entity::AccreditedEntity;
pub use accredited_individual::AccreditedIndividual;
pub use address::Address;
pub use aml_screening::{AmlScreening, ScreenedList};
pub use claims::Claims;
pub use entity_mandate::EntityMandate;
pub use errors::{ClaimError, ClaimErrors, Problem};
pub use help::FieldHelp;
pub use holding::{Encumbrance, Holding};
pub use kyb_entity::KybEntity;
pub use kyc_identity::{IdentityDocument, KycIdentity, PlaceOfBirth};
pub use qualified_purchaser::QualifiedPurchaser;
pub use residency::Residency;
pub use security::Security;
pub use sensitivity::Sensitivity;
pub use thresholds::Thresholds;
pub use transfer_authorisation::TransferAuthorisation;
pub use typed::TypedClaims;

use table::{Kind, Table};

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

/// A credential type: its names, validity, metadata and checks.
#[derive(Debug)]
pub struct TypeDefinition {
    table: &'static Table,
    metadata: TypeMetadata,
}

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

impl TypeDefinition {
    /// Its short name, such as `aml-screening`.
    pub fn name(&self) -> &'static str {
        self.table.name
    }

    /// Its `vct`, such as `urn:bonafide:aml-screening:1`.
    pub fn vct(&self) -> &'static str {
        self.table.vct
    }

    /// Its English name for people.
    pub fn title(&self) -> &'static str {
        self.table.title
    }

    /// How many days a credential usually counts; [`Claims::default_days`] knows it for given claims.
    pub fn default_days(&self) -> u32 {
        self.table.days.default
    }

    /// How many days a credential counts at most; [`Claims::max_days`] knows it for given claims.
    pub fn max_days(&self) -> u32 {
        self.table.days.longest
    }

    /// Where the value of a claim shortens that: the claim, the value, and the usual days then.
    pub fn shorter(&self) -> Option<(&'static str, &'static str, u32)> {
        self.table.shorter.map(|(claim, value, days)| (claim, value, days.default))
    }

    /// Its SD-JWT VC Type Metadata.
    pub fn metadata(&self) -> &TypeMetadata {
        &self.metadata
    }

    /// The JSON Schema (2020-12) of everything a credential of it says, with all claims disclosed.
    pub fn schema(&self) -> &'static str {
        self.table.documents.schema
    }

    /// The JSON Schema (2020-12) of what a holder may show of it.
    pub fn disclosed_schema(&self) -> &'static str {
        self.table.documents.disclosed
    }

    /// Whether a holder can hide its claims, all but `assessed_on`.
    pub fn is_hideable(&self) -> bool {
        self.table.hideable
    }

    /// How much the claim at that path tells, or the member of it; `None` for a claim it does not have.
    pub fn sensitivity(&self, path: &ClaimPath) -> Option<Sensitivity> {
        let mut fields: Vec<&table::Field> = self.table.all_fields().collect();
        let mut found = None;
        for segment in path.segments() {
            if let PathSegment::Name(name) = segment {
                let field = *fields.iter().find(|field| field.name == name)?;
                found = Some(field.sensitivity);
                let members = match field.kind {
                    Kind::Object(members) => members,
                    Kind::List(_, Kind::Object(members)) => members,
                    _ => &[],
                };
                fields = members.iter().collect();
            }
        }
        found
    }

    /// Every field a claims file may hold, and what it expects.
    pub fn fields(&self) -> Vec<FieldHelp> {
        help::fields(self.table)
    }

    /// Whether the claim at that path is one that is issued only when true.
    pub fn is_flag(&self, path: &ClaimPath) -> bool {
        let is = |field: &table::Field| matches!(field.kind, Kind::Flag | Kind::Threshold);
        self.table.all_fields().any(|field| is(field) && *path == ClaimPath::top(field.name))
    }

    /// Reads and checks a claims file: one JSON object of at most 64 KiB.
    ///
    /// # Errors
    /// Everything that is wrong with it.
    pub fn read(&'static self, json: &[u8], today: Timestamp) -> Result<Claims, ClaimErrors> {
        Claims::read(self, json, today)
    }

    /// How many digests each level shows, whatever the claims: all that can be hidden at the top and
    /// in each object, and as many elements as each list may have. Objects in a list are hidden whole,
    /// so there are no digests in them.
    pub fn padding(&self) -> Padding {
        if !self.table.hideable {
            return Padding::default();
        }
        let fields = self.table.all_fields();
        let inner = fields.clone().filter_map(|field| match field.kind {
            Kind::Object(members) => Some((ClaimPath::top(field.name), members.len())),
            Kind::List(max, _) => Some((ClaimPath::top(field.name), max)),
            _ => None,
        });
        let top = fields.filter(|field| self.table.can_hide(field)).count();
        Padding { inner: inner.collect(), top }
    }
}
