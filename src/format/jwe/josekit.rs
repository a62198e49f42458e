//! JWE through josekit, which uses OpenSSL: the only file that names it. It would decrypt whatever a header asks for,
//! unpack what is compressed, and pass over `crit`; so nothing reaches it but what [`super::EncryptedJwe`] allowed.

use josekit::jwe::alg::ecdh_es::EcdhEsJweAlgorithm::EcdhEs;
use josekit::jwe::{self, JweHeader};
use zeroize::Zeroizing;

use super::JweError;

/// To the key in `spki`, with the header members `enc`, `kid` and `cty`.
pub(super) fn encrypt(
    spki: &[u8],
    (enc, kid, cty): (&str, &str, &str),
    plaintext: &[u8],
) -> Result<String, JweError> {
    let encrypter = EcdhEs.encrypter_from_der(spki).map_err(|_| JweError::Backend)?;
    let mut header = JweHeader::new();
    header.set_content_encryption(enc);
    header.set_key_id(kid);
    header.set_content_type(cty);
    jwe::serialize_compact(plaintext, &header, &encrypter).map_err(|_| JweError::Backend)
}

/// With the key in `pkcs8`. OpenSSL wipes its copy of the key; the agreed secret, which is of no use but for this one
/// file, josekit does not wipe.
pub(super) fn decrypt(text: &str, pkcs8: &[u8]) -> Result<Zeroizing<Vec<u8>>, JweError> {
    let decrypter = EcdhEs.decrypter_from_der(pkcs8).map_err(|_| JweError::Backend)?;
    let opened = jwe::deserialize_compact(text, &decrypter);
    opened.map(|(plaintext, _)| Zeroizing::new(plaintext)).map_err(|_| JweError::NotForUs)
}
