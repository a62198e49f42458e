//! The plaintext of the payload: root, generation and JSON, padded to whole blocks.

use serde::Serialize;
use zeroize::Zeroizing;

use super::WalletError;
use super::container::{MAX_FILE, OLDEST};
use super::lineage::{self, Tag};
use super::record::{KeyEntry, read_key};
use super::root::Root;
use super::store::{Access, StoredCredential, Wallet};
use crate::clock::Timestamp;
use crate::encoding::json::{self, Object};
use crate::encoding::{Json, base64url};

/// Plaintexts are a multiple of this, so that their size tells little about what is inside.
pub(super) const BLOCK: usize = 4096;

/// Bytes before the JSON: root and generation.
const FIXED_LEN: usize = 32 + 8;

#[derive(Serialize)]
struct Document<'a> {
    created: i64,
    keys: Vec<KeyEntry<'a>>,
    credentials: Vec<CredentialEntry<'a>>,
    next_id: u32,
    #[serde(skip_serializing_if = "Option::is_none")]
    earlier: Option<Vec<String>>,
}

#[derive(Serialize)]
struct CredentialEntry<'a> {
    id: u32,
    added: i64,
    token: &'a str,
}

/// The padded plaintext.
pub(super) fn encode(wallet: &Wallet) -> Result<Zeroizing<Vec<u8>>, WalletError> {
    let json = encode_json(wallet)?;
    let length = FIXED_LEN + json.len();
    let prefix = u32::try_from(length).map_err(|_| WalletError::TooLarge)?;
    let padded = padded_len(length);
    let mut plain = Zeroizing::new(Vec::with_capacity(padded));
    plain.extend(prefix.to_be_bytes());
    plain.extend(wallet.root.as_bytes());
    plain.extend(wallet.generation.to_be_bytes());
    plain.extend_from_slice(&json);
    plain.resize(padded, 0);
    Ok(plain)
}

/// Length of the plaintext for so many bytes of content.
fn padded_len(content: usize) -> usize {
    (4 + content).next_multiple_of(BLOCK)
}

fn encode_json(wallet: &Wallet) -> Result<Zeroizing<Vec<u8>>, WalletError> {
    let keys = wallet.held().map(KeyEntry::of);
    let credentials = wallet.credentials.iter().map(|held| CredentialEntry {
        id: held.id,
        added: held.added.unix(),
        token: held.token(),
    });
    let document = Document {
        created: wallet.created.unix(),
        keys: keys.collect(),
        credentials: credentials.collect(),
        next_id: wallet.next_id,
        earlier: wallet.earlier_to_write().map(|tags| tags.iter().map(base64url::encode).collect()),
    };
    // Room for all of it: a buffer that grows leaves copies behind that nobody wipes.
    let tokens: usize = wallet.credentials.iter().map(|c| c.token().len() + 64).sum();
    let keys: usize = document.keys.iter().map(KeyEntry::room).sum();
    let earlier = 14 * document.earlier.as_ref().map_or(0, Vec::len);
    let room = 144 + keys + tokens + earlier;
    let mut json = Zeroizing::new(Vec::with_capacity(room));
    serde_json::to_writer(&mut *json, &document)
        .map_err(|fault| WalletError::io("write the content of the wallet")(fault.into()))?;
    Ok(json)
}

/// The wallet in an authenticated plaintext of a file of that format version.
pub(super) fn decode(plain: &[u8], version: u16) -> Result<Wallet, WalletError> {
    read(plain, version).ok_or(WalletError::Corrupt)
}

fn read(plain: &[u8], version: u16) -> Option<Wallet> {
    let (length, rest) = plain.split_first_chunk()?;
    let length = usize::try_from(u32::from_be_bytes(*length)).ok()?;
    let (content, padding) = rest.split_at_checked(length)?;
    if plain.len() != padded_len(length) || padding.iter().any(|byte| *byte != 0) {
        return None;
    }
    let (root, content) = content.split_first_chunk()?;
    let (generation, json) = content.split_first_chunk()?;
    let root = Root::from_bytes(root);
    let object = json::parse_object(json, MAX_FILE).ok()?;
    let mut keys = read_all(&object, "keys", |key| read_key(&root, key, version))?.into_iter();
    let earlier = read_earlier(&object, version)?;
    let members = if version == OLDEST { 4 } else { 5 };
    let wallet = Wallet {
        version,
        tag: Tag::default(),
        earlier,
        generation: u64::from_be_bytes(*generation),
        created: read_time(&object, "created")?,
        first: keys.next()?,
        more: keys.collect(),
        credentials: read_all(&object, "credentials", read_credential)?,
        next_id: read_u32(&object, "next_id")?,
        access: Access::Full,
        root,
    };
    (object.len() == members && numbers_hold(&wallet)).then_some(wallet)
}

/// Whether the numbers of credentials ascend and the next one is free, with room for many more.
fn numbers_hold(wallet: &Wallet) -> bool {
    let ids = wallet.credentials.iter().map(|held| held.id);
    ids.chain([wallet.next_id]).is_sorted_by(|a, b| a < b) && wallet.next_id <= u32::MAX / 2
}

/// The names of earlier states; none in the first version.
fn read_earlier(object: &Object<'_>, version: u16) -> Option<Vec<Tag>> {
    if version == OLDEST {
        return Some(Vec::new());
    }
    let tags = object.get("earlier")?.as_array()?.iter();
    lineage::checked(
        tags.map(|tag| base64url::decode_array(tag.as_str()?).ok()).collect::<Option<_>>()?,
    )
}

fn read_credential(credential: &Object<'_>) -> Option<StoredCredential> {
    let id = read_u32(credential, "id")?;
    let added = read_time(credential, "added")?;
    let token = credential.get_str("token")?.to_owned();
    (credential.len() == 3).then(|| StoredCredential::new(id, added, token))
}

pub(super) fn read_all<T>(
    object: &Object<'_>,
    name: &str,
    read_one: impl Fn(&Object<'_>) -> Option<T>,
) -> Option<Vec<T>> {
    let items = object.get(name)?.as_array()?.iter();
    items.map(|item| read_one(item.as_object()?)).collect()
}

pub(super) fn read_u32(object: &Object<'_>, name: &str) -> Option<u32> {
    object.get(name).and_then(Json::as_i64)?.try_into().ok()
}

pub(super) fn read_time(object: &Object<'_>, name: &str) -> Option<Timestamp> {
    Timestamp::from_unix(object.get(name).and_then(Json::as_i64)?)
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use crate::key::Algorithm;
    use crate::random::SystemRandom;
    use crate::wallet::container::OLDEST;

    fn sample(algorithm: Algorithm) -> Wallet {
        let now = Timestamp::from_unix(1_795_176_000).unwrap();
        let mut wallet = Wallet::create(algorithm, now, &mut SystemRandom).unwrap();
        for token in ["aaa", "b\"\\\n\u{1F511}", "ccc"] {
            wallet.add(token.to_owned(), now);
        }
        wallet.forget(1).unwrap();
        wallet
    }

    /// The plaintext with another JSON text.
    pub(in crate::wallet) fn with_json(json: &str) -> Vec<u8> {
        let content = [&[7; 32], [0; 8].as_slice(), json.as_bytes()].concat();
        let length = u32::try_from(content.len()).unwrap();
        let mut plain = [length.to_be_bytes().as_slice(), &content].concat();
        plain.resize(padded_len(content.len()), 0);
        plain
    }

    #[test]
    fn what_was_written_is_read() {
        for algorithm in [Algorithm::Ed25519, Algorithm::P256] {
            let wallet = sample(algorithm);
            let plain = encode(&wallet).unwrap();
            assert_eq!(plain.len(), BLOCK);
            let read = decode(&plain, OLDEST).unwrap();
            assert_eq!(read.root.as_bytes(), wallet.root.as_bytes());
            assert_eq!(read.identity_key(), wallet.identity_key());
            assert_eq!(read.credentials()[0].token(), "b\"\\\n\u{1F511}");
            assert_eq!(*encode(&read).unwrap(), *plain);
        }
    }

    #[test]
    fn size_tells_only_the_number_of_blocks() {
        let mut wallet = sample(Algorithm::Ed25519);
        let now = wallet.created();
        let mut sizes = Vec::new();
        for length in (0..9000).step_by(100) {
            wallet.forget(wallet.credentials()[0].id).unwrap();
            wallet.add("x".repeat(length), now);
            let plain = encode(&wallet).unwrap();
            assert!(decode(&plain, OLDEST).is_ok());
            sizes.push(plain.len());
        }
        sizes.dedup();
        assert!(sizes.iter().all(|size| size % BLOCK == 0) && sizes.len() <= 5);
    }

    #[test]
    fn padding_is_zero_and_no_longer_than_needed() {
        let plain = encode(&sample(Algorithm::Ed25519)).unwrap();
        let mut marked = plain.to_vec();
        marked[BLOCK - 1] = 1;
        assert_eq!(decode(&marked, OLDEST).unwrap_err().code(), "wallet-corrupt");
        let mut longer = plain.to_vec();
        longer.resize(2 * BLOCK, 0);
        assert_eq!(decode(&longer, OLDEST).unwrap_err().code(), "wallet-corrupt");
        for length in [0u32, 39, 40, 4092, 4093, u32::MAX] {
            let mut wrong = plain.to_vec();
            wrong[..4].copy_from_slice(&length.to_be_bytes());
            assert!(decode(&wrong, OLDEST).is_err(), "{length}");
        }
    }

    #[test]
    fn content_that_contradicts_itself_is_refused() {
        let key = r#"{"algorithm":"ed25519","index":0}"#;
        let document = |keys: &str, credentials: &str, next: &str| {
            format!(
                r#"{{"created":1,"keys":[{keys}],"credentials":[{credentials}],"next_id":{next}}}"#
            )
        };
        let one = r#"{"id":1,"added":1,"token":"t"}"#;
        let two = r#"{"id":2,"added":1,"token":"t"}"#;
        let good = document(key, &format!("{one},{two}"), "3");
        assert!(decode(&with_json(&good), OLDEST).is_ok());
        let bad = [
            document("", one, "3"),
            document(r#"{"algorithm":"rsa","index":0}"#, one, "3"),
            document(r#"{"algorithm":"ed25519","index":-1}"#, one, "3"),
            document(key, &format!("{one},{one}"), "3"),
            document(key, &format!("{two},{one}"), "3"),
            document(key, one, "1"),
            document(key, one, "4294967295"),
            document(key, r#"{"id":1,"added":-1,"token":"t"}"#, "3"),
            document(key, r#"{"id":1,"added":1}"#, "3"),
            good.replace("\"created\"", "\"more\":1,\"created\""),
            good.replace("\"token\"", "\"more\":1,\"token\""),
            good.replace("\"index\"", "\"more\":1,\"index\""),
            "[]".to_owned(),
            String::new(),
        ];
        for json in bad {
            assert!(decode(&with_json(&json), OLDEST).is_err(), "{json}");
        }
    }
}
