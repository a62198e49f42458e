//! What a command that fetches may do besides, as its words say.

use bonafide_fetch::{Authorities, Rules};

use crate::cli::Network;
use crate::error::{CliError, Result};
use crate::{files, text};

/// Longest file of certificate authorities: all of a browser have a quarter of it.
const MAX: usize = 1 << 20;

impl Network {
    /// Whether anything was allowed.
    pub fn is_given(&self) -> bool {
        let Self { resolve, ca, allow_address, allow_http } = self;
        ca.is_some() || !(resolve.is_empty() && allow_address.is_empty() && allow_http.is_empty())
    }
}

pub fn rules(network: &Network) -> Result<Rules> {
    let authorities = network.ca.as_ref().map(|path| {
        Authorities::from_pem(&files::read(path, MAX)?).map_err(|error| {
            let message = format!("{}: {error}", text::path(path));
            CliError::refused("malformed", message, "Check that it is the right file.")
        })
    });
    Ok(Rules {
        http_hosts: network.allow_http.clone(),
        addresses: network.allow_address.clone(),
        hosts: network.resolve.clone(),
        authorities: authorities.transpose()?,
        ..Rules::default()
    })
}
