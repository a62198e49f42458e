//! A web server on this machine.

use std::collections::BTreeMap;
use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::thread;

use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::{ServerConfig, ServerConnection, Stream};

trait Connection: Read + Write {}
impl<T: Read + Write> Connection for T {}

/// Files by their paths, with entity tags; every request is noted.
pub struct Web {
    pub port: u16,
    files: Arc<Mutex<BTreeMap<String, Vec<u8>>>>,
    asked: Arc<Mutex<Vec<String>>>,
}

impl Web {
    pub fn new() -> Self {
        Self::behind(|stream, serve| serve(stream))
    }

    /// Over TLS, with a certificate for `acme.example`.
    pub fn secured() -> Self {
        let read = CertificateDer::from_pem_slice;
        let chain = vec![read(include_bytes!("../../../fetch/tests/data/acme.pem")).unwrap()];
        let key = include_bytes!("../../../fetch/tests/data/server.key");
        let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
        let config = ServerConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_no_client_auth()
            .with_single_cert(chain, PrivateKeyDer::from_pem_slice(key).unwrap());
        let config = Arc::new(config.unwrap());
        Self::behind(move |stream, serve| {
            let mut connection = ServerConnection::new(config.clone()).unwrap();
            serve(&mut Stream::new(&mut connection, stream));
            connection.send_close_notify();
            let _ = connection.complete_io(stream);
        })
    }

    fn behind(
        wrap: impl Fn(&mut TcpStream, &dyn Fn(&mut dyn Connection)) + Send + 'static,
    ) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let web = Self { port, files: Arc::default(), asked: Arc::default() };
        let (files, asked) = (web.files.clone(), web.asked.clone());
        let serve = move |stream: &mut dyn Connection| {
            let (mut request, mut buffer) = (Vec::new(), [0; 1024]);
            while !request.windows(4).any(|end| end == b"\r\n\r\n") {
                match stream.read(&mut buffer) {
                    Ok(0) | Err(_) => break,
                    Ok(read) => request.extend_from_slice(&buffer[..read]),
                }
            }
            // A client that does not like the certificate asks for nothing.
            if request.is_empty() {
                return;
            }
            let request = String::from_utf8(request).unwrap();
            let path = request.split(' ').nth(1).unwrap_or_default().to_owned();
            let file = files.lock().unwrap().get(&path).cloned();
            asked.lock().unwrap().push(request.clone());
            let _ = stream.write_all(&answer(&request, file)).and_then(|()| stream.flush());
        };
        thread::spawn(move || {
            listener.incoming().for_each(|stream| wrap(&mut stream.unwrap(), &serve));
        });
        web
    }

    /// Gives what lay there before.
    pub fn put(&self, path: &str, bytes: impl Into<Vec<u8>>) -> Option<Vec<u8>> {
        self.files.lock().unwrap().insert(path.to_owned(), bytes.into())
    }

    pub fn file(&self, path: &str) -> Vec<u8> {
        self.files.lock().unwrap()[path].clone()
    }

    pub fn remove(&self, path: &str) {
        self.files.lock().unwrap().remove(path);
    }

    pub fn url(&self, path: &str) -> String {
        format!("http://127.0.0.1:{}{path}", self.port)
    }

    /// The did:web of this server.
    pub fn did(&self) -> String {
        format!("did:web:localhost%3A{}", self.port)
    }

    pub fn asked(&self) -> Vec<String> {
        std::mem::take(&mut *self.asked.lock().unwrap())
    }
}

fn answer(request: &str, file: Option<Vec<u8>>) -> Vec<u8> {
    let Some(file) = file else {
        return b"HTTP/1.1 404 Not Found\r\nConnection: close\r\nContent-Length: 0\r\n\r\n"
            .to_vec();
    };
    let tag = format!("\"{}\"", file.iter().fold(7_u64, |n, b| n.wrapping_mul(31) + u64::from(*b)));
    if request.contains(&format!("if-none-match: {tag}\r\n")) {
        return b"HTTP/1.1 304 Not Modified\r\nConnection: close\r\n\r\n".to_vec();
    }
    let length = file.len();
    let head = format!("HTTP/1.1 200 OK\r\nConnection: close\r\nETag: {tag}\r\n");
    [format!("{head}Content-Length: {length}\r\n\r\n").into_bytes(), file].concat()
}
