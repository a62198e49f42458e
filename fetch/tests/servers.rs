//! Against servers on this machine, each made for one fault (ATTACKS 11). None leaves 127.0.0.1.
#![cfg(test)]

use std::io::{Read, Write};
use std::net::{IpAddr, Ipv4Addr, TcpListener};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::{Receiver, channel};
use std::thread;
use std::time::{Duration, Instant};

use bonafide::bundle::Kind;
use bonafide_fetch::{FetchError, Fetched, Fetcher, Rules};

const LOCAL: IpAddr = IpAddr::V4(Ipv4Addr::LOCALHOST);

/// Answers every connection with what `answer` writes, and hands on what was asked.
struct Server {
    port: u16,
    asked: Receiver<String>,
    connections: Arc<AtomicUsize>,
}

impl Server {
    fn new(answer: impl Fn(&str, &mut dyn Write) + Send + 'static) -> Self {
        let listener = TcpListener::bind((LOCAL, 0)).unwrap();
        let port = listener.local_addr().unwrap().port();
        let (tell, asked) = channel();
        let connections = Arc::new(AtomicUsize::new(0));
        let count = connections.clone();
        thread::spawn(move || {
            for stream in listener.incoming() {
                count.fetch_add(1, Ordering::SeqCst);
                let mut stream = stream.unwrap();
                let mut request = Vec::new();
                let mut buffer = [0; 1024];
                while !request.windows(4).any(|end| end == b"\r\n\r\n") {
                    match stream.read(&mut buffer) {
                        Ok(0) | Err(_) => break,
                        Ok(read) => request.extend_from_slice(&buffer[..read]),
                    }
                }
                let request = String::from_utf8_lossy(&request).into_owned();
                answer(&request, &mut stream);
                let _ = tell.send(request);
            }
        });
        Self { port, asked, connections }
    }

    fn url(&self, path: &str) -> String {
        format!("http://127.0.0.1:{}{path}", self.port)
    }

    fn get(&self, path: &str) -> Result<Fetched, FetchError> {
        fetcher().get(&self.url(path), Kind::Policy, None)
    }
}

fn rules() -> Rules {
    let http_hosts = vec!["127.0.0.1".to_owned(), "localhost".to_owned()];
    Rules {
        http_hosts,
        addresses: vec![LOCAL],
        timeout: Duration::from_secs(5),
        ..Rules::default()
    }
}

fn fetcher() -> Fetcher {
    Fetcher::new(rules())
}

fn whole(head: &str, body: &[u8]) -> Vec<u8> {
    let length = body.len();
    let head =
        format!("HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: {length}\r\n{head}\r\n");
    [head.as_bytes(), body].concat()
}

fn serving(response: Vec<u8>) -> Server {
    Server::new(move |_, out| {
        let _ = out.write_all(&response);
    })
}

#[test]
fn bytes_come_as_they_are() {
    let server = serving(whole("ETag: \"v1\"\r\n", b"\xff\r\nitem"));
    let fetched = fetcher().get(&server.url("/a?b"), Kind::StatusList, None).unwrap();
    let etag = Some("\"v1\"".to_owned());
    assert_eq!(fetched, Fetched::New { bytes: b"\xff\r\nitem".to_vec(), etag });
    let asked = server.asked.recv().unwrap().to_ascii_lowercase();
    assert!(asked.starts_with("get /a?b http/1.1\r\n"), "{asked}");
    assert!(asked.contains("\r\naccept: application/statuslist+jwt\r\n"));
    assert!(asked.contains("\r\nuser-agent: bonafide-fetch\r\n"));
    assert!(asked.contains("\r\naccept-encoding: identity\r\n"));
    for absent in ["cookie", "referer", "authorization", "if-none-match"] {
        assert!(!asked.contains(&format!("\r\n{absent}:")), "{asked}");
    }
}

#[test]
fn what_did_not_change_is_not_sent_again() {
    let server = Server::new(|request, out| {
        let same = request.to_ascii_lowercase().contains("if-none-match: \"v1\"");
        let answer = if same {
            b"HTTP/1.1 304 Not Modified\r\nConnection: close\r\n\r\n".to_vec()
        } else {
            whole("", b"new")
        };
        let _ = out.write_all(&answer);
    });
    let get = |etag| fetcher().get(&server.url("/"), Kind::DidLog, etag);
    assert_eq!(get(Some("\"v1\"")), Ok(Fetched::Unchanged));
    assert!(matches!(get(Some("\"v0\"")), Ok(Fetched::New { .. })));
    // Not asked for, it is no answer.
    let server = serving(b"HTTP/1.1 304 Not Modified\r\nConnection: close\r\n\r\n".to_vec());
    assert_eq!(server.get("/"), Err(FetchError::Status(304)));
}

#[test]
fn http_and_special_addresses_only_where_named() {
    let server = serving(whole("", b"secret"));
    let with = |http: &[&str], addresses: Vec<IpAddr>, host: &str| {
        let http_hosts = http.iter().map(|host| (*host).to_owned()).collect();
        let rules = Rules { http_hosts, addresses, ..rules() };
        let url = format!("http://{host}:{}/", server.port);
        Fetcher::new(rules).get(&url, Kind::Policy, None).map(|_| ()).map_err(|e| e.code())
    };
    assert_eq!(with(&[], vec![LOCAL], "127.0.0.1"), Err("not-https"));
    assert_eq!(with(&["127.0.0.1"], vec![], "127.0.0.1"), Err("blocked-target"));
    // However the address is written.
    for host in ["localhost", "127.1", "2130706433", "0x7f000001", "[::1]", "[::ffff:127.0.0.1]"] {
        let other = vec!["10.0.0.1".parse().unwrap()];
        let refused = with(&[host], other, host).unwrap_err();
        assert!(["blocked-target", "host-not-found", "bad-url"].contains(&refused), "{refused}");
    }
    assert_eq!(server.connections.load(Ordering::SeqCst), 0);
    assert_eq!(with(&["127.0.0.1"], vec![LOCAL], "127.0.0.1"), Ok(()));
    // https to a server that does not speak it.
    let rules = Rules { http_hosts: vec![], ..rules() };
    let plain = TcpListener::bind((LOCAL, 0)).unwrap();
    let url = format!("https://{}/", plain.local_addr().unwrap());
    thread::spawn(move || plain.accept().unwrap().0.write_all(b"220 no TLS here\r\n"));
    let refused = Fetcher::new(rules).get(&url, Kind::Policy, None).unwrap_err();
    assert_eq!(refused.code(), "unreachable", "{refused}");
}

#[test]
fn size_is_bounded_by_kind() {
    let server = serving(whole("", &vec![b'x'; 1 << 20]));
    assert!(server.get("/").is_ok());
    let server = serving(whole("", &vec![b'x'; (1 << 20) + 1]));
    assert_eq!(server.get("/"), Err(FetchError::TooLarge));
    assert!(fetcher().get(&server.url("/"), Kind::StatusList, None).is_ok());
    // Without a length, and without an end.
    let server = Server::new(|_, out| {
        let _ = out.write_all(b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n");
        while out.write_all(&[b'x'; 4096]).is_ok() {}
    });
    assert_eq!(server.get("/"), Err(FetchError::TooLarge));
    let server = serving(format!("HTTP/1.1 200 OK\r\nX: {}\r\n\r\n", "x".repeat(1 << 20)).into());
    assert_eq!(server.get("/").unwrap_err().code(), "unreachable");
}

#[test]
fn a_slow_server_is_left() {
    let slow: [fn(&str, &mut dyn Write); 3] = [
        // Leads on, slowly: each answer within the time, all of them not.
        |request, out| {
            thread::sleep(Duration::from_millis(400));
            let next = if request.starts_with("GET /a") { "/b" } else { "/a" };
            let head = "HTTP/1.1 302 Found\r\nContent-Length: 0\r\nConnection: close\r\n";
            let _ = write!(out, "{head}Location: {next}\r\n\r\n");
        },
        |_, _| thread::sleep(Duration::from_secs(3)),
        |_, out| {
            let _ = out.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n");
            for _ in 0..30 {
                let _ = out.write_all(b"x");
                thread::sleep(Duration::from_millis(100));
            }
        },
    ];
    for answer in slow {
        let server = Server::new(answer);
        let rules = Rules { timeout: Duration::from_millis(600), ..rules() };
        let start = Instant::now();
        let refused = Fetcher::new(rules).get(&server.url("/"), Kind::Policy, None);
        assert_eq!(refused, Err(FetchError::Timeout));
        assert!(start.elapsed() < Duration::from_secs(2));
    }
}

#[test]
fn redirects_are_followed_on_one_host() {
    let other = serving(whole("", b"other"));
    let elsewhere = other.port;
    let server = Server::new(move |request, out| {
        let path = request.split(' ').nth(1).unwrap_or_default();
        let place = match path {
            "/one" => "/two".to_owned(),
            "/two" => "/item".to_owned(),
            "/circle" => "/circle".to_owned(),
            "/port" => format!("http://127.0.0.1:{elsewhere}/"),
            "/host" => "http://169.254.169.254/latest".to_owned(),
            "/name" => "//localhost/".to_owned(),
            _ => return drop(out.write_all(&whole("", b"item"))),
        };
        let head = format!("HTTP/1.1 302 Found\r\nConnection: close\r\nLocation: {place}\r\n");
        let _ = out.write_all(format!("{head}Content-Length: 0\r\n\r\n").as_bytes());
    });
    assert!(matches!(server.get("/one"), Ok(Fetched::New { bytes, .. }) if bytes == b"item"));
    for path in ["/circle", "/port", "/host", "/name"] {
        assert_eq!(server.get(path), Err(FetchError::Redirect), "{path}");
    }
    assert_eq!(other.connections.load(Ordering::SeqCst), 0);
}

#[test]
fn nothing_is_unpacked() {
    for encoding in ["gzip", "GZIP", "deflate", "br", "zstd", "identity, gzip"] {
        let server = serving(whole(&format!("Content-Encoding: {encoding}\r\n"), b"\x1f\x8b"));
        assert_eq!(server.get("/"), Err(FetchError::Encoded), "{encoding}");
    }
    let server = serving(whole("Content-Encoding: identity\r\n", b"plain"));
    assert!(server.get("/").is_ok());
}

#[test]
fn answers_that_are_none() {
    for status in [204, 206, 401, 404, 410, 500] {
        let head = format!("HTTP/1.1 {status} X\r\nConnection: close\r\nContent-Length: 0\r\n\r\n");
        assert_eq!(serving(head.into_bytes()).get("/"), Err(FetchError::Status(status)));
    }
    // Broken off, and no HTTP.
    let cut = b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\nConnection: close\r\n\r\nhalf".to_vec();
    for answer in [cut, b"hello\r\n\r\n".to_vec(), Vec::new()] {
        let refused = serving(answer).get("/").unwrap_err();
        assert_eq!(refused.code(), "unreachable", "{refused}");
    }
    // Nobody there.
    let port = TcpListener::bind((LOCAL, 0)).unwrap().local_addr().unwrap().port();
    let url = format!("http://127.0.0.1:{port}/");
    let refused = fetcher().get(&url, Kind::Policy, None).unwrap_err();
    assert_eq!(refused.code(), "unreachable", "{refused}");
}

#[test]
fn an_etag_that_is_no_plain_text_is_dropped() {
    for etag in ["\"a b\"".to_owned(), format!("\"{}\"", "x".repeat(300))] {
        let server = serving(whole(&format!("ETag: {etag}\r\n"), b"item"));
        let fetched = server.get("/").unwrap();
        assert_eq!(fetched, Fetched::New { bytes: b"item".to_vec(), etag: None });
    }
}
