//! Trust material out of bundles, sorted by what it is for. Nothing of it is checked here but who made the bundle.

use std::collections::BTreeMap;
use std::path::PathBuf;

use bonafide::bundle::{Bundle, Item, Kind};
use bonafide::did::Did;
use bonafide::resolve::{DidMaterial, FetchedDid};

use crate::commands::{Context, bundle};
use crate::error::Result;
use crate::{output, text};

/// What bundles brought.
#[derive(Default)]
pub struct Carried {
    /// Logs and witness files of any maker, documents of makers that are pinned.
    pub dids: Vec<FetchedDid>,
    /// Status list tokens.
    pub statuses: Vec<String>,
    /// Jurisdiction documents, as received.
    pub jurisdictions: Vec<Vec<u8>>,
}

impl Carried {
    /// Opens the bundles and takes out what counts: from anybody what proves itself, the rest from pinned makers.
    pub fn in_bundles(context: &Context, paths: &[PathBuf]) -> Result<Self> {
        let (mut carried, makers) = (Self::default(), bundle::pinned(context)?);
        for path in paths {
            let bytes = bundle::read(path)?;
            let opened = bundle::open(context, path, &bytes)?;
            carried.take(&opened, &makers);
        }
        Ok(carried)
    }

    fn take(&mut self, bundle: &Bundle<'_>, makers: &[Did]) {
        let pinned = makers.contains(bundle.maker());
        let mut logs: BTreeMap<&str, Logs> = BTreeMap::new();
        for item in bundle.self_proving().iter() {
            let Some(bytes) = whole(item) else { continue };
            let (name, text) = (item.entry().name(), || String::from_utf8(bytes.to_vec()).ok());
            match item.entry().kind() {
                Kind::DidLog => logs.entry(name).or_default().log = Some((item, bytes.to_vec())),
                Kind::DidWitness => logs.entry(name).or_default().witness = Some(bytes.to_vec()),
                Kind::StatusList => self.statuses.extend(text()),
                Kind::Jurisdiction => self.jurisdictions.push(bytes.to_vec()),
                Kind::DidDocument | Kind::Policy | Kind::TypeMetadata => {}
            }
        }
        for (name, Logs { log, witness }) in logs {
            let (Some((item, log)), Ok(did)) = (log, Did::parse(name)) else { continue };
            // How fresh it is, only a maker who is believed can say.
            let fetched_at = Some(item.entry().fetched()).filter(|_| pinned);
            self.dids.push(FetchedDid {
                did,
                material: DidMaterial::Log { log, witness },
                fetched_at,
            });
        }
        let mut left_out = 0;
        match bundle.trusted(makers) {
            Ok(trusted) => {
                for item in trusted.iter().filter(|item| item.entry().kind() == Kind::DidDocument) {
                    let (Some(bytes), Ok(did)) = (whole(item), Did::parse(item.entry().name()))
                    else {
                        continue;
                    };
                    let material = DidMaterial::Document(bytes.to_vec());
                    let fetched_at = Some(item.entry().fetched());
                    self.dids.push(FetchedDid { did, material, fetched_at });
                }
            }
            Err(_) => {
                left_out = bundle.entries().filter(|entry| !entry.kind().proves_itself()).count();
            }
        }
        if left_out > 0 {
            output::talk(&format!(
                "Note: {} of the bundle left out: its maker {} is not pinned (`bonafide trust pin DID --maker`).",
                text::amount(left_out, "item"),
                text::short_did(bundle.maker().as_str())
            ));
        }
    }
}

/// The files of one did:webvh.
#[derive(Default)]
struct Logs<'b, 'a> {
    log: Option<(Item<'b, 'a>, Vec<u8>)>,
    witness: Option<Vec<u8>>,
}

/// The bytes of an item, if they are those that its maker signed for.
fn whole<'a>(item: Item<'_, 'a>) -> Option<&'a [u8]> {
    let bytes = item.bytes();
    if let Err(error) = &bytes {
        let name = text::safe(item.entry().name());
        output::talk(&format!("Note: {name} in the bundle was left out: {error}."));
    }
    bytes.ok()
}
