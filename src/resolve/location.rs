//! Where a did:web or did:webvh is published: host, port and path, by the strict rules of did:webvh 1.0
//! ("Method-Specific Identifier", "The DID to HTTPS Transformation"), which hold for did:web here too.
//!
//! Nothing is fetched from it here.

use super::ResolveError;
use crate::did::Did;

/// Letters of base58btc.
const BASE58: &str = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";

/// Length of an SCID and of every hash in a log: SHA-256 as a multihash in base58btc.
const HASH_LEN: usize = 46;

/// Where the files of a DID are published.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Location {
    host: String,
    port: Option<u16>,
    /// Percent-decoded.
    path: Vec<String>,
    scid: Option<String>,
}

impl Location {
    /// The place that a did:web or did:webvh names.
    ///
    /// # Errors
    /// [`ResolveError::Method`] for other methods, [`ResolveError::Target`] for a name that is no public host, or that
    /// would be another after a second reading.
    pub fn of(did: &Did) -> Result<Self, ResolveError> {
        let (scid, place) = match did.method() {
            "web" => (None, did.method_specific_id()),
            "webvh" => {
                let parts = did.method_specific_id().split_once(':');
                let (scid, place) = parts.ok_or(ResolveError::Target("SCID"))?;
                if !is_hash(scid) {
                    return Err(ResolveError::Target("SCID"));
                }
                (Some(scid.to_owned()), place)
            }
            _ => return Err(ResolveError::Method),
        };
        let mut parts = place.split(':');
        let (host, port) = split_port(parts.next().unwrap_or_default())?;
        let host = decode(host).map(|host| host.to_ascii_lowercase());
        let host = host.filter(|host| is_host(host, scid.is_some()));
        let path = parts.map(|part| decode(part).filter(|part| is_segment(part)));
        Ok(Self {
            host: host.ok_or(ResolveError::Target("host"))?,
            port,
            path: path.collect::<Option<_>>().ok_or(ResolveError::Target("path"))?,
            scid,
        })
    }

    /// The host's name, in lower case.
    pub fn host(&self) -> &str {
        &self.host
    }

    /// The port, if it is not 443.
    pub fn port(&self) -> Option<u16> {
        self.port
    }

    /// The self-certifying identifier of a did:webvh.
    pub fn scid(&self) -> Option<&str> {
        self.scid.as_deref()
    }

    /// The URL of the DID's own file: `did.json` or `did.jsonl`.
    pub fn url(&self) -> String {
        self.file(if self.scid.is_some() { "did.jsonl" } else { "did.json" })
    }

    /// The URL of the witness file of a did:webvh.
    pub fn witness_url(&self) -> Option<String> {
        self.scid.as_ref().map(|_| self.file("did-witness.json"))
    }

    fn file(&self, name: &str) -> String {
        let mut url = format!("https://{}", self.host);
        if let Some(port) = self.port {
            url.push_str(&format!(":{port}"));
        }
        if self.path.is_empty() {
            url.push_str("/.well-known");
        }
        for segment in &self.path {
            url.push('/');
            url.push_str(&encode(segment));
        }
        format!("{url}/{name}")
    }
}

/// Whether the text has the form of an SCID or an entry hash.
pub(super) fn is_hash(text: &str) -> bool {
    text.len() == HASH_LEN && text.chars().all(is_base58)
}

/// Whether it is a letter of base58btc.
pub(super) fn is_base58(letter: char) -> bool {
    BASE58.contains(letter)
}

/// Host, and the port behind `%3A` at the end; no other colon may be encoded in it.
fn split_port(text: &str) -> Result<(&str, Option<u16>), ResolveError> {
    let at = text.to_ascii_uppercase().find("%3A");
    let Some((host, port)) = at.and_then(|at| text.split_at_checked(at)) else {
        return Ok((text, None));
    };
    let digits = port.get(3..).unwrap_or_default();
    let plain = (1..=5).contains(&digits.len()) && digits.bytes().all(|b| b.is_ascii_digit());
    let port = digits.parse().ok().filter(|port| plain && *port > 0);
    port.map(|port| (host, Some(port))).ok_or(ResolveError::Target("port"))
}

/// Percent-decodes once.
fn decode(text: &str) -> Option<String> {
    let mut out = Vec::with_capacity(text.len());
    let mut bytes = text.bytes();
    while let Some(byte) = bytes.next() {
        let digit = |byte: Option<u8>| char::from(byte?).to_digit(16);
        out.push(match byte {
            b'%' => u8::try_from(digit(bytes.next())? * 16 + digit(bytes.next())?).ok()?,
            plain => plain,
        });
    }
    String::from_utf8(out).ok()
}

/// A name of the public DNS (RFC 1123 §2.1), never an address however written. International names are written in
/// their ASCII form (`xn--`). Only a did:webvh must have two labels.
fn is_host(host: &str, two_labels: bool) -> bool {
    let label = |label: &str| {
        (1..=63).contains(&label.len())
            && label.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')
            && !label.starts_with('-')
            && !label.ends_with('-')
    };
    // A URL parser takes a name for an IPv4 address if its last label is a number (WHATWG URL §3.5).
    let last = host.rsplit('.').next().unwrap_or_default();
    let hex =
        last.strip_prefix("0x").is_some_and(|rest| rest.bytes().all(|b| b.is_ascii_hexdigit()));
    let number = hex || last.bytes().all(|b| b.is_ascii_digit());
    host.len() <= 253
        && host.split('.').all(label)
        && !number
        && (!two_labels || host.contains('.'))
}

fn is_segment(text: &str) -> bool {
    !matches!(text, "" | "." | "..")
        && !text.contains(['/', '\\', '\0'])
        && text.trim() == text
        && !text.chars().any(char::is_control)
}

/// Percent-encodes everything that is not unreserved (RFC 3986 §2.3).
fn encode(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for byte in text.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => {
                out.push(char::from(byte));
            }
            other => out.push_str(&format!("%{other:02X}")),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    const SCID: &str = "QmaaKkr6nu7uSTpjSfAr3r7xBezNZGpWu6Gwtgqr6A4ynC";

    fn of(place: &str) -> Result<Location, ResolveError> {
        Location::of(&Did::parse(&format!("did:webvh:{SCID}:{place}")).unwrap())
    }

    #[test]
    fn the_examples_of_the_spec() {
        for (place, url) in [
            ("example.com", "https://example.com/.well-known/did.jsonl"),
            ("issuer.example.com", "https://issuer.example.com/.well-known/did.jsonl"),
            ("example.com:dids:issuer", "https://example.com/dids/issuer/did.jsonl"),
            ("example.com%3A3000:dids:issuer", "https://example.com:3000/dids/issuer/did.jsonl"),
            ("example.com%3a3000", "https://example.com:3000/.well-known/did.jsonl"),
            (
                "xn--jp-cd2fp15c.xn--fsq.jp:%e7%94%a8%E6%88%B7",
                "https://xn--jp-cd2fp15c.xn--fsq.jp/%E7%94%A8%E6%88%B7/did.jsonl",
            ),
            ("EXAMPLE.com:A", "https://example.com/A/did.jsonl"),
        ] {
            assert_eq!(of(place).unwrap().url(), url, "{place}");
        }
        let location = of("example.com:a").unwrap();
        let witnesses = location.witness_url();
        assert_eq!(witnesses.as_deref(), Some("https://example.com/a/did-witness.json"));
        let web = Location::of(&Did::parse("did:web:localhost%3A8443:u:x").unwrap()).unwrap();
        assert_eq!(web.url(), "https://localhost:8443/u/x/did.json");
        assert_eq!((web.witness_url(), web.port(), web.host()), (None, Some(8443), "localhost"));
    }

    #[test]
    fn names_that_lead_elsewhere_are_refused() {
        for place in [
            "127.0.0.1",
            "127.1",
            "a.0x7f000001",
            "a.1",
            "%31%32%37.0.0.1",
            "%5B%3A%3A1%5D",
            "localhost",
            "example..com",
            ".example.com",
            "example.com.",
            "-a.example",
            "a-.example",
            "a_b.example",
            "ex%2Fample.com",
            "ex%00ample.com",
            "ex%23ample.com",
            "user%40example.com",
            "%E4%BE%8B.example",
            "%C3%28.example",
            "example.com%3A",
            "example.com%3A0",
            "example.com%3A65536",
            "example.com%3A000443",
            "example.com%3A443%3A443",
            "exa%3Ample.com",
            "example.com%3A4%34",
            "example.com::a",
            "example.com:..",
            "example.com:.",
            "example.com:%2E%2E:admin",
            "example.com:%2e%2e:admin",
            "example.com:%2e:admin",
            "example.com:a%2Fb",
            "example.com:a%5Cb",
            "example.com:a%00b",
            "example.com:%20a",
            "example.com:a%20",
            "example.com:a%0Ab",
            "example.com:%FF",
        ] {
            let error = of(place).expect_err(place);
            assert_eq!(error.code(), "blocked-target", "{place}");
        }
        let long = format!("{}.example", "a".repeat(64));
        assert!(of(&long).is_err());
        let long = format!("{}example", "abcdefghi.".repeat(25));
        assert!(of(&long).is_err());
        for did in [
            "did:webvh:Qm0000000000000000000000000000000000000000000000:example.com".to_owned(),
            format!("did:webvh:{SCID}"),
            format!("did:webvh:{SCID}a:example.com"),
            "did:webvh:example.com".to_owned(),
            "did:web:127.0.0.1".to_owned(),
            "did:web:a.example:%2e%2e".to_owned(),
        ] {
            let error = Location::of(&Did::parse(&did).unwrap()).expect_err(&did);
            assert_eq!(error.code(), "blocked-target", "{did}");
        }
        let key = Did::parse("did:key:z6MkiTBz1ymuepAQ4HEHYSF1H8quG5GLVVQR3djdX3mDooWp").unwrap();
        assert_eq!(Location::of(&key), Err(ResolveError::Method));
    }
}
