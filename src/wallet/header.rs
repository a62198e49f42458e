//! The header: which wallet this is, and the slots that open it.

use serde::Serialize;

use super::WalletError;
use super::container::MAX_HEADER;
use super::file_key::FileKey;
use super::kdf::Passphrase;
use super::passphrase_slot::{PASSPHRASE, PassphraseSlot, SlotEntry};
use crate::encoding::json::{self, Object};
use crate::encoding::{Json, base64url};

/// More slots than anybody needs, and few enough to try them all.
const MAX_SLOTS: usize = 8;

/// What this program understands of a header. Slots of other kinds are skipped; they survive
/// because the bytes of the header are kept, not this.
pub(super) struct Header {
    /// Names the wallet, at random.
    pub(super) wallet: [u8; 16],
    pub(super) slots: Vec<PassphraseSlot>,
}

#[derive(Serialize)]
struct HeaderEntry {
    wallet: String,
    slots: Vec<SlotEntry>,
}

impl Header {
    /// Reads the header and checks the costs of every passphrase slot.
    pub(super) fn read(bytes: &[u8]) -> Result<Self, WalletError> {
        let object = json::parse_object(bytes, MAX_HEADER).map_err(|_| WalletError::Malformed)?;
        let wallet = object.get_str("wallet").ok_or(WalletError::Malformed)?;
        let wallet = base64url::decode_array(wallet).map_err(|_| WalletError::Malformed)?;
        let entries = object.get("slots").and_then(Json::as_array);
        let entries = entries.ok_or(WalletError::Malformed)?;
        if entries.len() > MAX_SLOTS {
            return Err(WalletError::Malformed);
        }
        let mut ids = Vec::new();
        let mut slots = Vec::new();
        for entry in entries {
            let (id, kind, entry) = read_common(entry).ok_or(WalletError::Malformed)?;
            if ids.contains(&id) {
                return Err(WalletError::Malformed);
            }
            ids.push(id);
            if kind == PASSPHRASE {
                slots.push(PassphraseSlot::read(id, entry)?);
            }
        }
        Ok(Self { wallet, slots })
    }

    /// The header as JSON.
    pub(super) fn write(&self) -> Result<Vec<u8>, WalletError> {
        let entry = HeaderEntry {
            wallet: base64url::encode(self.wallet),
            slots: self.slots.iter().map(PassphraseSlot::entry).collect(),
        };
        serde_json::to_vec(&entry)
            .map_err(|fault| WalletError::io("write the header of the wallet")(fault.into()))
    }

    /// The file key, from the first slot that the passphrase opens.
    pub(super) fn unlock(&self, passphrase: &Passphrase) -> Result<FileKey, WalletError> {
        let mut fault = WalletError::NoPassphraseSlot;
        for slot in &self.slots {
            match slot.unwrap(&self.wallet, passphrase) {
                Err(WalletError::WrongPassphrase) => fault = WalletError::WrongPassphrase,
                done => return done,
            }
        }
        Err(fault)
    }
}

/// What slots of every kind have: number and kind.
fn read_common<'a>(entry: &'a Json<'a>) -> Option<(u32, &'a str, &'a Object<'a>)> {
    let entry = entry.as_object()?;
    let id = entry.get("id").and_then(Json::as_i64)?.try_into().ok()?;
    Some((id, entry.get_str("kind")?, entry))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::SystemRandom;
    use crate::wallet::KdfParams;

    fn passphrase(text: &str) -> Passphrase {
        Passphrase::new(text.to_owned()).unwrap()
    }

    fn header(passphrases: &[&str]) -> Header {
        let key = FileKey::from_bytes(&[9; 32]);
        let slots = (0..).zip(passphrases).map(|(id, text)| {
            let (text, kdf) = (passphrase(text), KdfParams::LOWEST);
            PassphraseSlot::wrap(id, &[1; 16], &key, &text, kdf, &mut SystemRandom).unwrap()
        });
        Header { wallet: [1; 16], slots: slots.collect() }
    }

    fn refusal(text: &str) -> &'static str {
        Header::read(text.as_bytes()).err().unwrap().code()
    }

    #[test]
    fn any_slot_opens() {
        let bytes = header(&["one", "two"]).write().unwrap();
        let header = Header::read(&bytes).unwrap();
        for text in ["one", "two"] {
            let key = header.unlock(&passphrase(text)).unwrap();
            assert_eq!(key.as_bytes(), &[9; 32]);
        }
        let refused = header.unlock(&passphrase("three")).unwrap_err();
        assert_eq!(refused.code(), "wrong-passphrase");
    }

    #[test]
    fn slots_of_other_kinds_are_skipped() {
        let text = String::from_utf8(header(&["one"]).write().unwrap()).unwrap();
        let other = r#""slots":[{"id":7,"kind":"keyring","any":[{}]},"#;
        let more = text.replace(r#""slots":["#, other);
        let header = Header::read(more.as_bytes()).unwrap();
        assert!(header.unlock(&passphrase("one")).is_ok());
        let only = r#"{"wallet":"AAAAAAAAAAAAAAAAAAAAAA","slots":[{"id":0,"kind":"keyring"}]}"#;
        let header = Header::read(only.as_bytes()).unwrap();
        let refused = header.unlock(&passphrase("one")).unwrap_err();
        assert_eq!(refused.code(), "no-passphrase-slot");
    }

    #[test]
    fn headers_that_make_no_sense_are_refused() {
        let with_slots =
            |slots: &str| format!(r#"{{"wallet":"AAAAAAAAAAAAAAAAAAAAAA","slots":[{slots}]}}"#);
        let slot = |id: i32| format!(r#"{{"id":{id},"kind":"keyring"}}"#);
        let many: Vec<String> = (0..9).map(slot).collect();
        let bad = [
            String::new(),
            "[]".to_owned(),
            "{}".to_owned(),
            r#"{"wallet":"AAAA","slots":[]}"#.to_owned(),
            r#"{"wallet":"AAAAAAAAAAAAAAAAAAAAAA"}"#.to_owned(),
            r#"{"wallet":"AAAAAAAAAAAAAAAAAAAAAA","slots":[],"slots":[]}"#.to_owned(),
            with_slots("1"),
            with_slots(&slot(-1)),
            with_slots(r#"{"id":0}"#),
            with_slots(r#"{"id":0,"kind":"passphrase"}"#),
            with_slots(&format!("{},{}", slot(1), slot(1))),
            with_slots(&many.join(",")),
        ];
        for text in bad {
            assert_eq!(refusal(&text), "wallet-malformed", "{text}");
        }
    }
}
