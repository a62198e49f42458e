//! Over TLS, against a server on this machine that shows one certificate or another (`data/make.sh`).
#![cfg(test)]

use std::io::{Read, Write};
use std::net::{IpAddr, Ipv4Addr, TcpListener, TcpStream};
use std::sync::Arc;
use std::thread;
use std::time::Duration;

use bonafide::bundle::Kind;
use bonafide_fetch::{Authorities, FetchError, Fetched, Fetcher, Rules};
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::{ServerConfig, ServerConnection, Stream};

const LOCAL: IpAddr = IpAddr::V4(Ipv4Addr::LOCALHOST);
const AUTHORITY: &[u8] = include_bytes!("data/authority.pem");
const KEY: &[u8] = include_bytes!("data/server.key");
const ACME: &[u8] = include_bytes!("data/acme.pem");

/// Answers one request after the other with `response`; gives its port.
fn serving(certificate: &[u8], response: &'static str) -> u16 {
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let chain = vec![CertificateDer::from_pem_slice(certificate).unwrap()];
    let config = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(chain, PrivateKeyDer::from_pem_slice(KEY).unwrap());
    let config = Arc::new(config.unwrap());
    let listener = TcpListener::bind((LOCAL, 0)).unwrap();
    let port = listener.local_addr().unwrap().port();
    thread::spawn(move || {
        for stream in listener.incoming() {
            // A client that does not like the certificate leaves.
            let _ = answer(&config, stream.unwrap(), response);
        }
    });
    port
}

fn answer(
    config: &Arc<ServerConfig>,
    mut stream: TcpStream,
    response: &str,
) -> std::io::Result<()> {
    let mut connection = ServerConnection::new(config.clone()).unwrap();
    let mut tls = Stream::new(&mut connection, &mut stream);
    let (mut request, mut buffer) = (Vec::new(), [0; 1024]);
    while !request.windows(4).any(|end| end == b"\r\n\r\n") {
        match tls.read(&mut buffer)? {
            0 => return Ok(()),
            read => request.extend_from_slice(&buffer[..read]),
        }
    }
    tls.write_all(response.as_bytes())?;
    tls.conn.send_close_notify();
    tls.flush()
}

fn rules() -> Rules {
    Rules {
        hosts: vec![("acme.example".into(), LOCAL)],
        authorities: Some(Authorities::from_pem(AUTHORITY).unwrap()),
        timeout: Duration::from_secs(5),
        ..Rules::default()
    }
}

fn get(rules: Rules, host: &str, port: u16) -> Result<Vec<u8>, FetchError> {
    let url = format!("https://{host}:{port}/item");
    match Fetcher::new(rules).get(&url, Kind::DidLog, None)? {
        Fetched::New { bytes, .. } => Ok(bytes),
        Fetched::Unchanged => panic!("nothing was at hand"),
    }
}

const ITEM: &str = "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 4\r\n\r\nitem";

#[test]
fn a_good_certificate_is_believed() {
    let port = serving(ACME, ITEM);
    assert_eq!(get(rules(), "acme.example", port).as_deref(), Ok(&b"item"[..]));
    assert_eq!(get(rules(), "ACME.example", port).as_deref(), Ok(&b"item"[..]));
    // Named for nothing, it is no address of the public internet, and no host of that certificate.
    let refused = get(rules(), "127.0.0.1", port).unwrap_err();
    assert_eq!(refused, FetchError::Blocked(LOCAL));
    let named = Rules { addresses: vec![LOCAL], ..rules() };
    assert_eq!(get(named, "127.0.0.1", port).unwrap_err().code(), "unreachable");
    assert!(get(rules(), "sub.acme.example", port).is_err());
    // The authorities that browsers believe do not know it.
    let public = Rules { authorities: None, ..rules() };
    let refused = get(public, "acme.example", port).unwrap_err();
    assert!(refused.to_string().contains("UnknownIssuer"), "{refused}");
}

#[test]
fn any_other_certificate_is_refused() {
    for (certificate, why) in [
        (&include_bytes!("data/other.pem")[..], "certificate not valid for name"),
        (include_bytes!("data/expired.pem"), "certificate expired"),
        (include_bytes!("data/early.pem"), "certificate not valid yet"),
        (include_bytes!("data/stranger.pem"), "UnknownIssuer"),
    ] {
        let refused = get(rules(), "acme.example", serving(certificate, ITEM)).unwrap_err();
        assert_eq!(refused.code(), "unreachable", "{refused}");
        assert!(refused.to_string().contains(why), "{why}: {refused}");
    }
}

#[test]
fn no_redirect_leads_out_of_tls() {
    let plain = "HTTP/1.1 302 Found\r\nConnection: close\r\nLocation: http://acme.example/\r\nContent-Length: 0\r\n\r\n";
    assert_eq!(get(rules(), "acme.example", serving(ACME, plain)), Err(FetchError::Redirect));
}

/// An end that the server does not tell may be one that an attacker cut.
#[test]
fn what_breaks_off_is_refused() {
    let cut = "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 40\r\n\r\nhalf";
    let refused = get(rules(), "acme.example", serving(ACME, cut)).unwrap_err();
    assert_eq!(refused.code(), "unreachable", "{refused}");
}

#[test]
fn authorities_are_certificates() {
    let with = |more: &[u8]| Authorities::from_pem(&[AUTHORITY, more].concat()).is_ok();
    assert!(with(b"") && with(b"some words\n") && with(ACME));
    assert!(!with(KEY), "a private key lies there by mistake");
    let cut = String::from_utf8_lossy(AUTHORITY).replace("-----END", "");
    let other = "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n";
    for bad in ["", "none", other, &cut] {
        assert!(Authorities::from_pem(bad.as_bytes()).is_err(), "{bad}");
    }
    assert!(!with(other.as_bytes()), "one of several is none");
    assert!(Authorities::from_pem(&AUTHORITY.repeat(256)).is_ok());
    assert!(Authorities::from_pem(&AUTHORITY.repeat(257)).is_err());
}
