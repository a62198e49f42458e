//! Certificate authorities that a caller names, as a company has them for servers of its own.

use rustls::RootCertStore;
use rustls::pki_types::CertificateDer;
use ureq::tls::{Certificate, PemItem, RootCerts, parse_pem};

/// Most certificates in a file.
const MAX: usize = 256;

/// The file names no certificate authority.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not PEM with certificates of authorities, 1 to 256 of them and nothing else")]
pub struct BadAuthorities;

/// Certificate authorities. What one of them vouches for is the host that it claims to be.
#[derive(Clone, Debug)]
pub struct Authorities(Vec<Certificate<'static>>);

impl Authorities {
    /// Reads certificates in PEM form, with whatever text lies between them.
    ///
    /// # Errors
    /// [`BadAuthorities`], also where one of several is not readable, or a private key lies there.
    pub fn from_pem(pem: &[u8]) -> Result<Self, BadAuthorities> {
        let mut certificates = Vec::new();
        let mut store = RootCertStore::empty();
        for item in parse_pem(pem).take(MAX + 1) {
            let Ok(PemItem::Certificate(certificate)) = item else { return Err(BadAuthorities) };
            let der = CertificateDer::from(certificate.der());
            store.add(der).map_err(|_| BadAuthorities)?;
            certificates.push(certificate);
        }
        match certificates.len() {
            1..=MAX => Ok(Self(certificates)),
            _ => Err(BadAuthorities),
        }
    }

    pub(crate) fn roots(&self) -> RootCerts {
        RootCerts::new_with_certs(&self.0)
    }
}
