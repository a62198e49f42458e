//! The only HTTP client of Bonafide. It fetches trust material for bundles, on a machine with a network; whoever
//! verifies fetches nothing.
//!
//! What is fetched names its place itself: a DID, a status list's URI. So whoever writes those chooses what this machine
//! asks for, and the rules are strict (ATTACKS 11): https, public addresses, no redirect to another host, no proxy, no
//! cookies, no compression, bounds on time and size.

mod address;
mod authorities;
mod resolver;
mod target;

use std::net::IpAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};

use bonafide::bundle::{Kind, MAX_ITEM};
use ureq::http::Response;
use ureq::tls::{RootCerts, TlsConfig};
use ureq::unversioned::transport::DefaultConnector;
use ureq::{Agent, Body};

pub use address::is_public;
pub use authorities::{Authorities, BadAuthorities};
use resolver::{Blocked, Guarded};
use target::Target;

/// What servers see of this program, whatever its version: nothing to tell users apart by.
const USER_AGENT: &str = "bonafide-fetch";

/// Redirects followed, on one host.
const MAX_REDIRECTS: usize = 3;

/// Longest entity tag kept.
const MAX_ETAG: usize = 256;

/// What the caller allows besides, by name.
#[derive(Clone, Debug)]
pub struct Rules {
    /// Hosts that are asked over plain http, also where a URL says https. For tests on this machine.
    pub http_hosts: Vec<String>,
    /// Addresses that may be connected to though they are not public.
    pub addresses: Vec<IpAddr>,
    /// Hosts whose address is known to the caller: nobody is asked for it, and it need not be public.
    pub hosts: Vec<(String, IpAddr)>,
    /// Who vouches for servers, in place of the authorities that Mozilla's browser believes.
    pub authorities: Option<Authorities>,
    /// How long one item may take, from the look-up of the name to the last byte.
    pub timeout: Duration,
}

impl Default for Rules {
    /// Nothing is allowed besides; 30 seconds.
    fn default() -> Self {
        Self {
            http_hosts: Vec::new(),
            addresses: Vec::new(),
            hosts: Vec::new(),
            authorities: None,
            timeout: Duration::from_secs(30),
        }
    }
}

/// Why something was not fetched.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum FetchError {
    /// Not a URL of a host, or one with a user, a fragment or another scheme.
    #[error("not a plain https URL")]
    BadUrl,
    /// http, and the host was not named for it.
    #[error("the URL is not https")]
    NotHttps,
    /// The name leads to an address that is not public, and was not named.
    #[error("the host is not on the public internet: {0}")]
    Blocked(IpAddr),
    /// Sent to another host, or on and on.
    #[error("the server sends on to another place")]
    Redirect,
    /// More bytes than an item of its kind has.
    #[error("larger than any item of its kind")]
    TooLarge,
    /// Compressed, though that was not asked for.
    #[error("the server sent it compressed")]
    Encoded,
    /// It took too long.
    #[error("the server took too long")]
    Timeout,
    /// The server answered, but not with the item.
    #[error("the server answered with status {0}")]
    Status(u16),
    /// No such name.
    #[error("no host of that name was found")]
    NotFound,
    /// No connection, no TLS with a good certificate, or an answer that is not HTTP.
    #[error("the server could not be reached or understood: {0}")]
    Unreachable(String),
}

impl FetchError {
    /// The stable string code of this refusal.
    pub fn code(&self) -> &'static str {
        match self {
            Self::BadUrl => "bad-url",
            Self::NotHttps => "not-https",
            Self::Blocked(_) => "blocked-target",
            Self::Redirect => "redirected",
            Self::TooLarge => "too-large",
            Self::Encoded => "content-encoding",
            Self::Timeout => "timeout",
            Self::Status(_) => "http-status",
            Self::NotFound => "host-not-found",
            Self::Unreachable(_) => "unreachable",
        }
    }
}

/// What a server answered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fetched {
    /// The bytes, as they came.
    New {
        /// The item.
        bytes: Vec<u8>,
        /// What the server calls them, to ask again whether there are others.
        etag: Option<String>,
    },
    /// Those that the caller has already.
    Unchanged,
}

/// Fetches, by its rules.
#[derive(Debug)]
pub struct Fetcher {
    agent: Agent,
    rules: Rules,
}

impl Fetcher {
    /// With these rules.
    pub fn new(rules: Rules) -> Self {
        let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
        let roots = rules.authorities.as_ref().map_or(RootCerts::WebPki, Authorities::roots);
        let tls = TlsConfig::builder().unversioned_rustls_crypto_provider(provider);
        let config = Agent::config_builder()
            .https_only(rules.http_hosts.is_empty())
            .tls_config(tls.root_certs(roots).build())
            .proxy(None)
            .max_redirects(0)
            .max_redirects_will_error(false)
            .http_status_as_error(false)
            .user_agent(USER_AGENT)
            .accept_encoding("identity")
            .timeout_global(Some(rules.timeout))
            .timeout_connect(Some(rules.timeout / 3))
            .build();
        let resolver = Guarded::new(rules.addresses.clone(), rules.hosts.clone());
        let agent = Agent::with_parts(config, DefaultConnector::default(), resolver);
        Self { agent, rules }
    }

    /// Fetches an item of that kind. With the `etag` that came with the bytes at hand, the server may answer that there
    /// are no others.
    ///
    /// # Errors
    /// [`FetchError`].
    pub fn get(&self, url: &str, kind: Kind, etag: Option<&str>) -> Result<Fetched, FetchError> {
        let mut target = Target::parse(url, &self.rules.http_hosts)?;
        let started = Instant::now();
        for _ in 0..=MAX_REDIRECTS {
            // One time for all: a server that leads on does not get it anew.
            let rest = self.rules.timeout.saturating_sub(started.elapsed());
            if rest.is_zero() {
                return Err(FetchError::Timeout);
            }
            let request = self.agent.get(target.url()).config().timeout_global(Some(rest)).build();
            let mut request = request.header("accept", accept(kind));
            if let Some(etag) = etag {
                request = request.header("if-none-match", etag);
            }
            let response = request.call().map_err(refusal)?;
            match response.status().as_u16() {
                200 => return body(response, limit(kind)),
                304 if etag.is_some() => return Ok(Fetched::Unchanged),
                301 | 302 | 303 | 307 | 308 => {
                    let place = header(&response, "location").ok_or(FetchError::Redirect)?;
                    target = target.redirected(&place).ok_or(FetchError::Redirect)?;
                }
                status => return Err(FetchError::Status(status)),
            }
        }
        Err(FetchError::Redirect)
    }
}

fn body(response: Response<Body>, limit: usize) -> Result<Fetched, FetchError> {
    let encoding = header(&response, "content-encoding");
    if encoding.is_some_and(|encoding| !encoding.eq_ignore_ascii_case("identity")) {
        return Err(FetchError::Encoded);
    }
    let plain = |tag: &String| {
        (1..=MAX_ETAG).contains(&tag.len()) && tag.bytes().all(|b| b.is_ascii_graphic())
    };
    let etag = header(&response, "etag").filter(plain);
    let mut body = response.into_body();
    // ureq counts the end as one byte more: it refuses what fills the limit.
    let room = u64::try_from(limit).unwrap_or(u64::MAX).saturating_add(1);
    let bytes = body.with_config().limit(room).read_to_vec().map_err(refusal)?;
    Ok(Fetched::New { bytes, etag })
}

fn header(response: &Response<Body>, name: &str) -> Option<String> {
    Some(response.headers().get(name)?.to_str().ok()?.to_owned())
}

/// Most bytes of an item.
fn limit(kind: Kind) -> usize {
    match kind {
        Kind::DidDocument | Kind::Policy | Kind::TypeMetadata => 1 << 20,
        Kind::StatusList => bonafide::status::MAX_LEN,
        Kind::DidLog | Kind::DidWitness | Kind::Jurisdiction => MAX_ITEM,
    }
}

/// The media types of an item.
fn accept(kind: Kind) -> &'static str {
    match kind {
        Kind::StatusList => "application/statuslist+jwt",
        Kind::DidDocument => "application/did+json, application/json",
        Kind::DidLog => "application/jsonl, text/jsonl, */*",
        Kind::DidWitness | Kind::Jurisdiction | Kind::TypeMetadata => "application/json",
        Kind::Policy => "*/*",
    }
}

fn refusal(error: ureq::Error) -> FetchError {
    match error {
        ureq::Error::BodyExceedsLimit(_) => FetchError::TooLarge,
        ureq::Error::Timeout(_) => FetchError::Timeout,
        ureq::Error::HostNotFound => FetchError::NotFound,
        ureq::Error::Other(other) => match other.downcast_ref::<Blocked>() {
            Some(Blocked(address)) => FetchError::Blocked(*address),
            None => FetchError::Unreachable(other.to_string()),
        },
        other => FetchError::Unreachable(other.to_string()),
    }
}
