//! Sealed files, as far as this build makes and opens them (feature `jwe`): what one party sends another, readable by
//! the recipient alone.

use bonafide::key::PublicKey;
use bonafide::request::Request;
use bonafide::verify;
use bonafide::wallet::Wallet;
use zeroize::Zeroizing;

use crate::error::{CliError, Result};

/// Longest file with an answer read: a sealed one is longer by a third.
pub const MAX_ANSWER: usize = verify::MAX_LEN / 3 * 4 + 8 * 1024;

/// What a sealed file must hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wanted {
    Credentials,
    Answer,
}

/// Refuses where this build cannot seal, with the way on.
pub fn check(next: &str) -> Result<()> {
    if cfg!(feature = "jwe") { Ok(()) } else { Err(missing("seal files").advise(next)) }
}

fn missing(what: &str) -> CliError {
    let message = format!("this program was built without what it takes to {what}");
    CliError::refused("seal-unsupported", message, "Take one built with the feature jwe.")
}

/// Seals credentials to their holder.
#[cfg(feature = "jwe")]
pub fn credentials(content: &str, holder: &PublicKey) -> Result<String> {
    use bonafide::sealed::{self, Kind, SealedError};
    let sealed = sealed::seal(content.as_bytes(), Kind::Credentials, holder);
    sealed.map_err(|error| match error {
        SealedError::TooLarge => {
            CliError::from(error).advise("Issue fewer of them at once: fewer types, or fewer keys.")
        }
        error => error.into(),
    })
}

#[cfg(not(feature = "jwe"))]
pub fn credentials(_: &str, _: &PublicKey) -> Result<String> {
    Err(missing("seal files"))
}

/// Seals an answer where its request asks for that.
#[cfg(feature = "jwe")]
pub fn answer(answer: String, request: &Request) -> Result<String> {
    Ok(request.seal(answer)?)
}

#[cfg(not(feature = "jwe"))]
pub fn answer(answer: String, request: &Request) -> Result<String> {
    if request.reply_key().is_none() { Ok(answer) } else { Err(missing("seal files")) }
}

/// Whether a file is a sealed one. One that no wallet should open, or that holds something else, is refused: the
/// header says so, before any key is needed.
#[cfg(feature = "jwe")]
pub fn is_sealed(text: &str, wanted: Wanted) -> Result<bool> {
    use bonafide::sealed::{self, Kind, SealedFile};
    if !sealed::is_sealed(text) {
        return Ok(false);
    }
    let (message, next) = match (SealedFile::parse(text)?.kind(), wanted) {
        (Kind::Credentials, Wanted::Credentials) | (Kind::Presentation, Wanted::Answer) => {
            return Ok(true);
        }
        (Kind::Presentation, Wanted::Credentials) => (
            "the file is an answer to a request, sealed to the platform that asked",
            "Send it to that platform. What an issuer sends you is what `bonafide add` takes.",
        ),
        (Kind::Credentials, Wanted::Answer) => (
            "the file holds credentials, sealed to their holder",
            "Their holder keeps them with `bonafide add`, and answers your request with `bonafide present`.",
        ),
    };
    Err(CliError::refused("wrong-type", message, next))
}

#[cfg(not(feature = "jwe"))]
pub fn is_sealed(text: &str, _: Wanted) -> Result<bool> {
    let text = text.trim();
    let sealed = text.starts_with("ey") && text.split('.').count() == 5 && !text.contains('~');
    if sealed { Err(missing("open sealed files")) } else { Ok(false) }
}

/// The text of an answer that is sealed; `None` for one in plain.
pub fn sealed_answer(bytes: &[u8]) -> Result<Option<&str>> {
    match std::str::from_utf8(bytes) {
        Ok(text) if is_sealed(text, Wanted::Answer)? => Ok(Some(text)),
        _ => Ok(None),
    }
}

/// What is in a sealed file, opened with a key of the wallet.
#[cfg(feature = "jwe")]
pub fn open(text: &str, wallet: &Wallet) -> Result<Zeroizing<Vec<u8>>> {
    Ok(wallet.open_sealed(&bonafide::sealed::SealedFile::parse(text)?)?)
}

#[cfg(not(feature = "jwe"))]
pub fn open(_: &str, _: &Wallet) -> Result<Zeroizing<Vec<u8>>> {
    Err(missing("open sealed files"))
}
