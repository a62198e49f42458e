//! Whom `--trust` names: a DID, or a file of them.

use std::path::Path;

use bonafide::did::Did;
use bonafide::trust::PinnedIssuer;

use crate::error::{CliError, Result};
use crate::home::{Pin, strict};
use crate::{files, text};

/// Largest file of DIDs read.
const MAX_LEN: usize = 4 * 1024 * 1024;

/// The issuers named by `--trust`: a DID, a file with one DID per line, or the JSON of `trust list`.
pub fn issuers_from(argument: &str) -> Result<Vec<PinnedIssuer>> {
    let bad = |what: &str| {
        CliError::usage(
            format!("--trust {}: {what}", text::safe(argument)),
            "Give a DID, or a file with one DID per line.",
        )
    };
    if argument.starts_with("did:") {
        let did = Did::parse(argument).map_err(|error| bad(&error.to_string()))?;
        return Ok(vec![PinnedIssuer { did, name: None }]);
    }
    let text = files::read_text(Path::new(argument), MAX_LEN)?;
    let text = text.trim_start_matches('\u{feff}');
    let listed: Vec<(usize, Pin)> = if text.trim_start().starts_with('[') {
        let pins: Option<Vec<Pin>> = strict(text.as_bytes());
        let pins = pins.ok_or_else(|| bad("this is not what `trust list --json` prints"))?;
        (1..).zip(pins).collect()
    } else {
        let lines = (1..).zip(text.lines().map(str::trim));
        lines
            .filter(|(_, line)| !line.is_empty() && !line.starts_with('#'))
            .map(|(n, line)| (n, pin_from_line(line)))
            .collect()
    };
    let believed = listed.into_iter().filter(|(_, pin)| pin.issuer);
    let issuers: Result<Vec<PinnedIssuer>> = believed
        .map(|(n, pin)| pin.issuer().map_err(|error| bad(&format!("entry or line {n}: {error}"))))
        .collect();
    match issuers {
        Ok(issuers) if issuers.is_empty() => Err(bad("no issuer is named in it")),
        issuers => issuers,
    }
}

/// `did:… Name of the issuer`
fn pin_from_line(line: &str) -> Pin {
    let (did, name) = line.split_once(char::is_whitespace).unwrap_or((line, ""));
    let name = Some(name.trim().to_owned()).filter(|name| !name.is_empty());
    Pin { did: did.to_owned(), name, issuer: true, maker: false }
}
