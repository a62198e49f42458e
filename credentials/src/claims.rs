//! A set of claims that was checked and is ready to be issued.

use std::fmt;

use bonafide::clock::Timestamp;
use bonafide::credential::Evidence;
use bonafide::did::Did;
use bonafide::encoding::json::{self, Object};
use bonafide::issue::Content;
use serde_json::{Map, Value};

use crate::TypeDefinition;
use crate::check::Checker;
use crate::errors::{ClaimErrors, Problem};
use crate::table::{ASSESSED_ON, Days, EVIDENCE};

/// Largest claims file read.
const MAX_LEN: usize = 64 * 1024;

/// Checked claims of one type. Made only by [`TypeDefinition::read`].
#[derive(Clone)]
pub struct Claims {
    definition: &'static TypeDefinition,
    claims: Map<String, Value>,
    dropped: Vec<&'static str>,
    today: String,
}

impl Claims {
    pub(crate) fn read(
        definition: &'static TypeDefinition,
        bytes: &[u8],
        today: Timestamp,
    ) -> Result<Self, ClaimErrors> {
        let today = today.date();
        let json = json::parse(bytes, MAX_LEN).map_err(Problem::Json)?;
        let mut file = json.as_object().cloned().ok_or(Problem::NotAnObject)?;
        // Assessed today where the file names no day; `insert` leaves a day that is there alone.
        let _ = file.insert(ASSESSED_ON.into(), json::Json::String(today.as_str().into()));
        Self::check(definition, &file, &today)
    }

    fn check(
        definition: &'static TypeDefinition,
        file: &Object<'_>,
        today: &str,
    ) -> Result<Self, ClaimErrors> {
        let table = definition.table;
        let mut checker = Checker::new(table.name, today);
        let claims = checker.members("", table.all_fields(), file);
        if let Some(rule) = table.rule {
            checker.errors.extend(rule(&claims, today));
        }
        ClaimErrors::none_of(checker.errors)?;
        Ok(Self { definition, claims, dropped: checker.dropped, today: today.to_owned() })
    }

    /// The type.
    pub fn definition(&self) -> &'static TypeDefinition {
        self.definition
    }

    /// The day of the assessment, `YYYY-MM-DD`.
    pub fn assessed_on(&self) -> &str {
        text(self.claims.get(ASSESSED_ON)).unwrap_or_default()
    }

    /// The issuer's own reference, where the claims hold one.
    pub fn record_ref(&self) -> Option<&str> {
        text(self.claims.get("record_ref"))
    }

    /// The level of assurance, where the claims name one.
    pub fn assurance_level(&self) -> Option<&str> {
        text(self.claims.get("assurance")?.get("level"))
    }

    /// The flags given as false, which are therefore not issued.
    pub fn dropped(&self) -> &[&'static str] {
        &self.dropped
    }

    /// The last day, `YYYY-MM-DD`, on which the credential may count, where the claims set one: an
    /// identity counts no longer than the identity document.
    pub fn not_after(&self) -> Option<&str> {
        let (object, member) = self.definition.table.ends_with?;
        text(self.claims.get(object)?.get(member))
    }

    /// How many days a credential of these claims usually counts. Some claims shorten what holds for
    /// the type.
    pub fn default_days(&self) -> u32 {
        self.days().default
    }

    /// How many days a credential of these claims counts at most.
    pub fn max_days(&self) -> u32 {
        self.days().longest
    }

    fn days(&self) -> Days {
        let table = self.definition.table;
        match table.shorter {
            Some((claim, value, days)) if text(self.claims.get(claim)) == Some(value) => days,
            _ => table.days,
        }
    }

    /// Names the holder, by the DID of the key the credential is bound to.
    pub fn set_subject(&mut self, did: &Did) {
        self.claims.insert("sub".to_owned(), Value::from(did.as_str()));
    }

    /// Adds something the issuer looked at.
    ///
    /// # Errors
    /// What is wrong with it, or that there is too much evidence; nothing is added then.
    pub fn add_evidence(&mut self, evidence: &Evidence) -> Result<(), ClaimErrors> {
        let before = self.claims.get(EVIDENCE.name).and_then(Value::as_array);
        let mut all = before.cloned().unwrap_or_default();
        all.push(serde_json::to_value(evidence).unwrap_or_default());
        let text = Value::Array(all).to_string();
        let json = json::parse(text.as_bytes(), 2 * MAX_LEN).map_err(Problem::Json)?;
        let mut checker = Checker::new(self.definition.name(), &self.today);
        let checked = checker.field(EVIDENCE.name, &EVIDENCE, &json);
        ClaimErrors::none_of(checker.errors)?;
        if let Some(checked) = checked {
            self.claims.insert(EVIDENCE.name.to_owned(), checked);
        }
        Ok(())
    }

    /// What the credential shall say: the claims, which of them can be hidden, and how many digests
    /// stand at each level.
    pub fn into_content(self) -> Content {
        let definition = self.definition;
        Content::of_type(definition.metadata(), self.claims, definition.padding())
    }
}

/// The names of the claims only.
impl fmt::Debug for Claims {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Claims")
            .field("type", &self.definition.name())
            .field("names", &self.claims.keys().collect::<Vec<_>>())
            .finish_non_exhaustive()
    }
}

fn text(claim: Option<&Value>) -> Option<&str> {
    claim.and_then(Value::as_str)
}
