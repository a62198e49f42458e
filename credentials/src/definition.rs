//! One credential type, as others see it.

use bonafide::clock::Timestamp;
use bonafide::credential::{ClaimPath, PathSegment, TypeMetadata};
use bonafide::issue::Padding;

use crate::claims::Claims;
use crate::errors::ClaimErrors;
use crate::help::{self, FieldHelp};
use crate::sensitivity::Sensitivity;
use crate::table::{Field, Kind, Table};

/// A credential type: its names, validity, metadata and checks.
#[derive(Debug)]
pub struct TypeDefinition {
    pub(crate) table: &'static Table,
    pub(crate) metadata: TypeMetadata,
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
        let mut fields: Vec<&Field> = self.table.all_fields().collect();
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
        let is = |field: &Field| matches!(field.kind, Kind::Flag | Kind::Threshold);
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
