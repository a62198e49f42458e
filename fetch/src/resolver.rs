//! Names to addresses, of which only those allowed are handed on. The connection is made to exactly these, so a name that
//! is looked up twice with two answers leads nowhere else.

use std::fmt;
use std::net::{IpAddr, SocketAddr};

use ureq::config::Config;
use ureq::http::Uri;
use ureq::unversioned::resolver::{DefaultResolver, ResolvedSocketAddrs, Resolver};
use ureq::unversioned::transport::NextTimeout;

use crate::is_public;

/// An address that may not be connected to.
#[derive(Debug)]
pub(crate) struct Blocked(pub(crate) IpAddr);

impl fmt::Display for Blocked {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} is not public", self.0)
    }
}

impl std::error::Error for Blocked {}

/// The system's resolver behind the rule, and the hosts of which the caller knows the address.
#[derive(Debug)]
pub(crate) struct Guarded {
    system: DefaultResolver,
    allowed: Vec<IpAddr>,
    hosts: Vec<(String, IpAddr)>,
}

impl Guarded {
    pub(crate) fn new(allowed: Vec<IpAddr>, hosts: Vec<(String, IpAddr)>) -> Self {
        Self { system: DefaultResolver::default(), allowed, hosts }
    }

    fn known(&self, uri: &Uri) -> Option<SocketAddr> {
        let host = uri.host()?;
        let (_, address) = self.hosts.iter().find(|(known, _)| known.eq_ignore_ascii_case(host))?;
        let standard = if uri.scheme_str() == Some("http") { 80 } else { 443 };
        Some(SocketAddr::new(*address, uri.port_u16().unwrap_or(standard)))
    }
}

impl Resolver for Guarded {
    fn resolve(
        &self,
        uri: &Uri,
        config: &Config,
        timeout: NextTimeout,
    ) -> Result<ResolvedSocketAddrs, ureq::Error> {
        let mut allowed = self.empty();
        if let Some(known) = self.known(uri) {
            allowed.push(known);
            return Ok(allowed);
        }
        let found = self.system.resolve(uri, config, timeout)?;
        let mut blocked = None;
        for address in found.iter() {
            let ip = address.ip();
            if is_public(ip) || self.allowed.contains(&ip) {
                allowed.push(*address);
            } else {
                blocked = Some(Blocked(ip));
            }
        }
        match blocked {
            Some(blocked) if allowed.is_empty() => Err(ureq::Error::Other(Box::new(blocked))),
            _ => Ok(allowed),
        }
    }
}
