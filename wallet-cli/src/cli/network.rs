//! The words of what a command that fetches may do besides.

use std::net::IpAddr;
use std::path::PathBuf;

use clap::Args;

#[derive(Args)]
pub struct Network {
    /// The address of a host, where none is to be asked for it, or it is not public: kyc.corp.example=10.0.0.7
    #[arg(long, value_name = "HOST=IP", value_parser = host)]
    pub resolve: Vec<(String, IpAddr)>,
    /// Believe these certificate authorities, in PEM form, and no others: those of a company for its own servers
    #[arg(long, value_name = "FILE")]
    pub ca: Option<PathBuf>,
    /// Connect to this address though it is not public
    #[arg(long, value_name = "IP")]
    pub allow_address: Vec<IpAddr>,
    /// Ask this host over plain http, for tests
    #[arg(long, value_name = "HOST")]
    pub allow_http: Vec<String>,
}

fn host(given: &str) -> Result<(String, IpAddr), String> {
    let read = || {
        let (host, address) = given.split_once('=')?;
        Some((host.to_owned(), address.parse().ok()?))
    };
    let known = read().filter(|(host, _): &(String, _)| is_name(host));
    known.ok_or_else(|| {
        "write HOST=IP with a plain name, as in kyc.corp.example=10.0.0.7; it holds for every port".to_owned()
    })
}

/// A name as it stands in URLs: neither an address nor a pattern, without port or dot at its end.
fn is_name(host: &str) -> bool {
    let plain = |part: &str| {
        !part.is_empty()
            && part.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_')
    };
    host.split('.').all(plain) && host.parse::<IpAddr>().is_err()
}
