//! SD-JWT VC Type Metadata (§4): what a type's claims are called, which must be there, which can be hidden.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use sha2::{Digest, Sha256, Sha384, Sha512};

use super::ClaimPath;
use crate::encoding::json::{self, Json, Object};

/// Largest metadata document read.
const MAX_LEN: usize = 256 * 1024;

/// Whether a claim can be hidden (SD-JWT VC §4.6.4).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Disclosure {
    /// The issuer must make it selectively disclosable.
    Always,
    /// The issuer may.
    Allowed,
    /// The issuer must not.
    Never,
}

/// What the metadata says of one claim, or of all claims on one path.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClaimMetadata {
    /// Which claims.
    pub path: ClaimPath,
    /// Whether the issuer must include it. A holder may still hide it.
    pub mandatory: bool,
    /// Whether it can be hidden.
    pub sd: Disclosure,
    /// Its name for people, in English where there is one.
    pub label: Option<String>,
}

/// One type: its metadata and the bytes they were read from.
#[derive(Clone, Debug)]
pub struct TypeMetadata {
    vct: String,
    name: Option<String>,
    claims: Vec<ClaimMetadata>,
    document: Vec<u8>,
}

/// The types a wallet or verifier knows.
#[derive(Clone, Debug, Default)]
pub struct Catalog {
    types: Vec<TypeMetadata>,
}

/// Why type metadata was refused.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum MetadataError {
    /// Not a type metadata document.
    #[error("not SD-JWT VC type metadata: {0}")]
    Malformed(&'static str),
    /// Two documents for one `vct`.
    #[error("the type is in the catalog already")]
    Duplicate,
}

impl MetadataError {
    /// The stable string code of this refusal.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Malformed(_) => "metadata-malformed",
            Self::Duplicate => "metadata-duplicate",
        }
    }
}

impl TypeMetadata {
    /// Reads a document. `extends` is refused: the types here stand alone.
    ///
    /// # Errors
    /// [`MetadataError::Malformed`].
    pub fn parse(document: &[u8]) -> Result<Self, MetadataError> {
        let bad = MetadataError::Malformed;
        let root = json::parse_object(document, MAX_LEN).map_err(|_| bad("not a JSON object"))?;
        if root.get("extends").is_some() {
            return Err(bad("extends is not supported"));
        }
        let vct = root.get_str("vct").ok_or(bad("vct is missing"))?.to_owned();
        let claims = match root.get("claims") {
            None => Vec::new(),
            Some(claims) => {
                let items = claims.as_array().ok_or(bad("claims is no array"))?;
                items.iter().map(claim).collect::<Result<_, _>>()?
            }
        };
        let name = label(root.get("display"), "name")?;
        Ok(Self { vct, name, claims, document: document.to_vec() })
    }

    /// The type.
    pub fn vct(&self) -> &str {
        &self.vct
    }

    /// The type's name for people.
    pub fn name(&self) -> Option<&str> {
        self.name.as_deref()
    }

    /// What is said of its claims.
    pub fn claims(&self) -> &[ClaimMetadata] {
        &self.claims
    }

    /// The paths of the claims that are always hidden.
    pub fn hidden(&self) -> impl Iterator<Item = &ClaimPath> {
        self.claims.iter().filter(|claim| claim.sd == Disclosure::Always).map(|claim| &claim.path)
    }

    /// The bytes of the document.
    pub fn document(&self) -> &[u8] {
        &self.document
    }

    /// The value for `vct#integrity`: SHA-256 of the document (SD-JWT VC §5).
    pub fn integrity(&self) -> String {
        format!("sha256-{}", STANDARD.encode(Sha256::digest(&self.document)))
    }

    /// Whether integrity metadata fits this document: the strongest algorithm named that we know
    /// decides, and none known is a refusal (SD-JWT VC §5).
    pub fn fits_integrity(&self, integrity: &str) -> bool {
        let parts: Vec<(&str, &str)> = integrity
            .split_ascii_whitespace()
            .filter_map(|part| part.split('?').next()?.split_once('-'))
            .collect();
        let named = |algorithm: &str| parts.iter().any(|(name, _)| *name == algorithm);
        let (strongest, digest) = if named("sha512") {
            ("sha512", STANDARD.encode(Sha512::digest(&self.document)))
        } else if named("sha384") {
            ("sha384", STANDARD.encode(Sha384::digest(&self.document)))
        } else {
            ("sha256", STANDARD.encode(Sha256::digest(&self.document)))
        };
        parts.iter().any(|(name, value)| *name == strongest && *value == digest)
    }
}

fn claim(json: &Json<'_>) -> Result<ClaimMetadata, MetadataError> {
    let bad = MetadataError::Malformed;
    let claim = json.as_object().ok_or(bad("a claim is no object"))?;
    let path = claim.get("path").ok_or(bad("a claim has no path"))?;
    let path = ClaimPath::from_json(path).map_err(|_| bad("a claim's path is none"))?;
    let mandatory = match claim.get("mandatory") {
        None => false,
        Some(Json::Bool(mandatory)) => *mandatory,
        Some(_) => return Err(bad("mandatory is no boolean")),
    };
    let sd = match claim.get("sd").map(Json::as_str) {
        None | Some(Some("allowed")) => Disclosure::Allowed,
        Some(Some("always")) => Disclosure::Always,
        Some(Some("never")) => Disclosure::Never,
        Some(_) => return Err(bad("sd is neither always, allowed nor never")),
    };
    Ok(ClaimMetadata { path, mandatory, sd, label: label(claim.get("display"), "label")? })
}

/// The English entry of a display array, else its first.
fn label(display: Option<&Json<'_>>, member: &str) -> Result<Option<String>, MetadataError> {
    let Some(display) = display else {
        return Ok(None);
    };
    let entries = display.as_array().ok_or(MetadataError::Malformed("display is no array"))?;
    let entries: Vec<&Object<'_>> = entries.iter().filter_map(Json::as_object).collect();
    let english =
        entries.iter().find(|entry| entry.get_str("locale").is_some_and(|l| l.starts_with("en")));
    let entry = english.or(entries.first());
    Ok(entry.and_then(|entry| entry.get_str(member)).map(str::to_owned))
}

impl Catalog {
    /// Adds a type.
    ///
    /// # Errors
    /// [`MetadataError::Duplicate`].
    pub fn add(&mut self, metadata: TypeMetadata) -> Result<(), MetadataError> {
        if self.get(&metadata.vct).is_some() {
            return Err(MetadataError::Duplicate);
        }
        self.types.push(metadata);
        Ok(())
    }

    /// The metadata of that type.
    pub fn get(&self, vct: &str) -> Option<&TypeMetadata> {
        self.types.iter().find(|metadata| metadata.vct == vct)
    }

    /// All types.
    pub fn types(&self) -> &[TypeMetadata] {
        &self.types
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const DOCUMENT: &str = r#"{"vct":"urn:example:badge:1","display":[{"locale":"de","name":"Ausweis"},
        {"locale":"en","name":"Badge"}],"claims":[{"path":["name"],"mandatory":true,"sd":"always",
        "display":[{"locale":"en","label":"Name"}]},{"path":["tags",null],"sd":"never"},{"path":["x"]}]}"#;

    #[test]
    fn reads_what_is_there() {
        let metadata = TypeMetadata::parse(DOCUMENT.as_bytes()).unwrap();
        assert_eq!(metadata.name(), Some("Badge"));
        let sd: Vec<_> =
            metadata.claims().iter().map(|claim| (claim.sd, claim.mandatory)).collect();
        assert_eq!(
            sd,
            [(Disclosure::Always, true), (Disclosure::Never, false), (Disclosure::Allowed, false)]
        );
        assert_eq!(metadata.hidden().map(ToString::to_string).collect::<Vec<_>>(), ["name"]);
        assert_eq!(metadata.claims()[0].label.as_deref(), Some("Name"));
    }

    #[test]
    fn integrity_takes_the_strongest_known_algorithm() {
        let metadata = TypeMetadata::parse(DOCUMENT.as_bytes()).unwrap();
        let own = metadata.integrity();
        assert!(metadata.fits_integrity(&own));
        assert!(metadata.fits_integrity(&format!("md5-x {own}")));
        let wrong512 = format!("{own} sha512-{}", STANDARD.encode([0; 64]));
        for bad in ["", "sha256-AAAA", "md5-AAAA", wrong512.as_str(), own.trim_end_matches('=')] {
            assert!(!metadata.fits_integrity(bad), "{bad}");
        }
    }

    #[test]
    fn malformed_documents_are_refused() {
        for bad in [
            "[]",
            "{}",
            r#"{"vct":1}"#,
            r#"{"vct":"a","claims":{}}"#,
            r#"{"vct":"a","claims":[{}]}"#,
            r#"{"vct":"a","claims":[{"path":[]}]}"#,
            r#"{"vct":"a","claims":[{"path":["a"],"sd":"maybe"}]}"#,
            r#"{"vct":"a","claims":[{"path":["a"],"mandatory":1}]}"#,
            r#"{"vct":"a","extends":"b"}"#,
            r#"{"vct":"a","display":{}}"#,
        ] {
            assert!(
                matches!(TypeMetadata::parse(bad.as_bytes()), Err(MetadataError::Malformed(_))),
                "{bad}"
            );
        }
        let mut catalog = Catalog::default();
        catalog.add(TypeMetadata::parse(DOCUMENT.as_bytes()).unwrap()).unwrap();
        assert_eq!(
            catalog.add(TypeMetadata::parse(DOCUMENT.as_bytes()).unwrap()),
            Err(MetadataError::Duplicate)
        );
    }
}
