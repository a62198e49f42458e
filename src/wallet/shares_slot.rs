//! The shares slot: the file key, wrapped with a secret that guardians hold in parts.

use serde::Serialize;
use sha2::{Digest, Sha256};
use zeroize::Zeroizing;

use super::derive::derive;
use super::file_key::FileKey;
use super::share::{SetId, Share, are_bounded};
use super::split::{combine, split};
use super::{ShareError, WalletError, cipher, passphrase_slot};
use crate::encoding::json::Object;
use crate::encoding::{Json, base64url};
use crate::random::{self, Random};

pub(super) const KIND: &str = "shares";
const KEY_LABEL: &str = "bonafide/wallet/v1/slot/shares";
const COMMITMENT_LABEL: &[u8] = b"bonafide/wallet/v1/share";

/// What the shares of a set are together.
pub(super) struct SetSecret(Zeroizing<[u8; 32]>);

pub(super) struct SharesSlot {
    set: SetId,
    threshold: u8,
    /// To tell an altered share from a right one: one for each, the first for number 1.
    commitments: Vec<[u8; 32]>,
    nonce: [u8; 24],
    wrapped: [u8; 48],
}

/// How the slot is written.
#[derive(Serialize)]
struct SlotEntry {
    id: u32,
    kind: &'static str,
    set: String,
    threshold: u8,
    commitments: Vec<String>,
    nonce: String,
    wrapped: String,
}

impl SharesSlot {
    /// A new set of shares, and the slot that they open.
    pub(super) fn new(
        id: u32,
        wallet: &[u8; 16],
        file_key: &FileKey,
        (threshold, shares): (u8, u8),
        random: &mut dyn Random,
    ) -> Result<(Self, Vec<Share>), WalletError> {
        if !are_bounded(threshold, shares) {
            return Err(ShareError::Bounds.into());
        }
        let set = SetId(random::bytes(random)?);
        let mut secret = SetSecret(Zeroizing::new([0; 32]));
        random.fill(secret.0.as_mut())?;
        let parts = split(&secret.0, threshold, shares, random)?;
        let made = parts.into_iter().zip(1..);
        let made = made.map(|(part, number)| Share { set, threshold, shares, number, part });
        let made: Vec<Share> = made.collect();
        let commitments = made.iter().map(commitment).collect();
        let slot = Self { set, threshold, commitments, nonce: [0; 24], wrapped: [0; 48] };
        Ok((slot.wrap(id, wallet, file_key, &secret, random)?, made))
    }

    /// The same slot around another file key.
    pub(super) fn wrap(
        &self,
        id: u32,
        wallet: &[u8; 16],
        file_key: &FileKey,
        secret: &SetSecret,
        random: &mut dyn Random,
    ) -> Result<Self, WalletError> {
        let nonce = random::bytes(random)?;
        let (key, associated) = (derive(&secret.0, KEY_LABEL), self.associated(id, wallet));
        let wrapped = cipher::seal(&key, &nonce, &associated, file_key.as_bytes())?;
        let wrapped = wrapped.try_into().map_err(|_| WalletError::TooLarge)?;
        let (set, threshold, commitments) = (self.set, self.threshold, self.commitments.clone());
        Ok(Self { set, threshold, commitments, nonce, wrapped })
    }

    pub(super) fn set(&self) -> SetId {
        self.set
    }

    pub(super) fn threshold(&self) -> u8 {
        self.threshold
    }

    /// How many shares there are.
    pub(super) fn shares(&self) -> u8 {
        u8::try_from(self.commitments.len()).unwrap_or(u8::MAX)
    }

    /// The file key, from shares of this set. Each is checked by itself, so that a bad one is named.
    pub(super) fn unwrap(
        &self,
        id: u32,
        wallet: &[u8; 16],
        shares: &[Share],
    ) -> Result<(FileKey, SetSecret), ShareError> {
        for (at, share) in shares.iter().enumerate() {
            let known = self.commitments.get(usize::from(share.number).saturating_sub(1));
            if known != Some(&commitment(share)) {
                return Err(ShareError::Altered { at, number: share.number, set: share.set });
            }
        }
        for (at, share) in shares.iter().enumerate() {
            if shares.iter().take(at).any(|before| before.number == share.number) {
                return Err(ShareError::Twice { at, number: share.number });
            }
        }
        let (here, needed) = (shares.len(), usize::from(self.threshold));
        if here < needed {
            return Err(ShareError::TooFew { here, needed });
        }
        let parts = shares.iter().take(needed).map(|share| (share.number, &*share.part));
        let secret = SetSecret(combine(parts)?);
        let (key, associated) = (derive(&secret.0, KEY_LABEL), self.associated(id, wallet));
        let plain = cipher::open(&key, &self.nonce, &associated, &self.wrapped);
        let plain = plain.ok_or(ShareError::SlotDamaged)?;
        let bytes = plain.as_slice().try_into().map_err(|_| ShareError::SlotDamaged)?;
        Ok((FileKey::from_bytes(bytes), secret))
    }

    /// Ties the slot to its wallet and place, and to its set.
    fn associated(&self, id: u32, wallet: &[u8; 16]) -> Vec<u8> {
        [
            passphrase_slot::ASSOCIATED_LABEL,
            wallet,
            &id.to_be_bytes(),
            KIND.as_bytes(),
            &[0],
            &self.set.0,
            &[self.threshold, self.shares()],
            self.commitments.as_flattened(),
        ]
        .concat()
    }

    pub(super) fn entry(&self, id: u32) -> impl Serialize + use<> {
        SlotEntry {
            id,
            kind: KIND,
            set: base64url::encode(self.set.0),
            threshold: self.threshold,
            commitments: self.commitments.iter().map(base64url::encode).collect(),
            nonce: base64url::encode(self.nonce),
            wrapped: base64url::encode(self.wrapped),
        }
    }

    pub(super) fn read(slot: &Object<'_>) -> Result<Self, WalletError> {
        let threshold = slot.get("threshold").and_then(Json::as_i64);
        let threshold = threshold.and_then(|threshold| threshold.try_into().ok());
        let Some(Json::Array(commitments)) = slot.get("commitments") else {
            return Err(WalletError::Malformed);
        };
        let commitments = commitments.iter().map(|text| {
            let text = text.as_str().ok_or(WalletError::Malformed)?;
            base64url::decode_array(text).map_err(|_| WalletError::Malformed)
        });
        let slot = Self {
            set: SetId(passphrase_slot::bytes(slot, "set")?),
            threshold: threshold.ok_or(WalletError::Malformed)?,
            commitments: commitments.collect::<Result<_, _>>()?,
            nonce: passphrase_slot::bytes(slot, "nonce")?,
            wrapped: passphrase_slot::bytes(slot, "wrapped")?,
        };
        let sound = are_bounded(slot.threshold, slot.shares());
        if sound { Ok(slot) } else { Err(WalletError::Malformed) }
    }
}

/// What the header says of a share. Its 32 bytes are random, so nothing can be guessed from it.
fn commitment(share: &Share) -> [u8; 32] {
    let digest = Sha256::new()
        .chain_update(COMMITMENT_LABEL)
        .chain_update(share.set.0)
        .chain_update([share.threshold, share.shares, share.number])
        .chain_update(share.part.as_slice());
    digest.finalize().into()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::encoding::json;
    use crate::random::SystemRandom;

    const WALLET: [u8; 16] = [1; 16];

    fn made(threshold: u8, shares: u8) -> (SharesSlot, Vec<Share>) {
        let key = FileKey::from_bytes(&[9; 32]);
        SharesSlot::new(3, &WALLET, &key, (threshold, shares), &mut SystemRandom).unwrap()
    }

    /// The shares with these numbers.
    fn some(shares: &[Share], numbers: &[u8]) -> Vec<Share> {
        let one = |n: &u8| Share::parse(&shares[usize::from(*n) - 1].text()).unwrap();
        numbers.iter().map(one).collect()
    }

    #[test]
    fn only_the_right_place_unwraps() {
        let (mut slot, shares) = made(2, 3);
        let opens = |slot: &SharesSlot, id, wallet: &[u8; 16]| slot.unwrap(id, wallet, &shares);
        let (key, secret) = opens(&slot, 3, &WALLET).unwrap();
        assert_eq!(key.as_bytes(), &[9; 32]);
        assert_eq!(opens(&slot, 4, &WALLET).err(), Some(ShareError::SlotDamaged));
        assert_eq!(opens(&slot, 3, &[2; 16]).err(), Some(ShareError::SlotDamaged));
        let other = FileKey::from_bytes(&[8; 32]);
        let moved = slot.wrap(3, &WALLET, &other, &secret, &mut SystemRandom).unwrap();
        let (key, _) = opens(&moved, 3, &WALLET).unwrap();
        assert_eq!(key.as_bytes(), &[8; 32]);
        slot.wrapped[0] ^= 1;
        assert_eq!(opens(&slot, 3, &WALLET).err(), Some(ShareError::SlotDamaged));
    }

    #[test]
    fn an_altered_share_is_named_whatever_was_altered() {
        let (slot, shares) = made(3, 5);
        let alter: [fn(&mut Share); 4] = [
            |share| share.part[31] ^= 1,
            |share| share.threshold -= 1,
            |share| share.shares += 1,
            |share| share.number -= 1,
        ];
        for alter in alter {
            let mut shares = some(&shares, &[4, 2, 5]);
            alter(&mut shares[1]);
            let (at, number, set) = (1, shares[1].number, slot.set);
            let refused = slot.unwrap(3, &WALLET, &shares).err();
            assert_eq!(refused, Some(ShareError::Altered { at, number, set }));
        }
    }

    #[test]
    fn is_read_as_written() {
        let (slot, shares) = made(2, 3);
        let text = serde_json::to_string(&slot.entry(3)).unwrap();
        let read =
            |text: &str| SharesSlot::read(&json::parse_object(text.as_bytes(), 4096).unwrap());
        let again = read(&text).unwrap();
        assert!(again.unwrap(3, &WALLET, &shares).is_ok());
        assert_eq!((again.set(), again.threshold(), again.shares()), (slot.set, 2, 3));
        let first = base64url::encode(slot.commitments[0]);
        let sixteen = format!("{first}\",\"").repeat(15) + &first;
        for (from, to) in [
            ("\"set\":\"", "\"set\":\"AAAA"),
            ("\"threshold\":2", "\"threshold\":1"),
            ("\"threshold\":2", "\"threshold\":4"),
            ("\"threshold\":2", "\"threshold\":-2"),
            ("\"threshold\":2", "\"threshold\":258"),
            ("\"commitments\":[", "\"commitments\":[7,"),
            ("\"commitments\":[\"", "\"commitments\":[\"A"),
            ("\"commitments\":", "\"more\":"),
            (first.as_str(), sixteen.as_str()),
            ("\"nonce\":\"", "\"nonce\":\"AAAA"),
            ("\"wrapped\":\"", "\"more\":\""),
        ] {
            let changed = text.replacen(from, to, 1);
            assert_ne!(changed, text, "{from}");
            assert_eq!(read(&changed).err().unwrap().code(), "wallet-malformed", "{to}");
        }
        // The set and its numbers are authenticated with the slot.
        let mut changed = read(&text).unwrap();
        changed.commitments.pop();
        let two = some(&shares, &[1, 2]);
        assert_eq!(changed.unwrap(3, &WALLET, &two).err(), Some(ShareError::SlotDamaged));
    }
}
