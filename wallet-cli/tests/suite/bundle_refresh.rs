//! Bundles brought up to date from a web server on this machine: what is newer is taken, what is worse is not, and what
//! could not be had is told. None of it leaves 127.0.0.1.

use std::collections::BTreeMap;
use std::thread;

use bonafide::did::{self, Did, Relationship};
use bonafide::encoding::base64url;
use serde_json::{Value, json};

use crate::support::{Run, Story};
use crate::web::Web;

/// Acme's list and a document of a did:web lie on the server.
struct Place {
    story: Story,
    web: Web,
}

impl Place {
    fn new() -> Self {
        let (story, web) = (Story::begun("ed25519"), Web::new());
        std::fs::create_dir(story.path("web")).unwrap();
        story.ok("acme", &["status", "set-url", &web.url("/status")]);
        let more =
            ["--investor", "ACME-7", "--identified-here", "case-7", "--out", "id.credential"];
        story.ok("acme", &story.issue("kyc-identity", "id.json", &more));
        let place = Self { story, web };
        place.publish();
        let document = place.story.ok("acme", &["id", "--document"]);
        let document = document.replace(&place.story.acme, &place.web.did());
        place.web.put("/.well-known/did.json", document);
        place
    }

    /// Gives the token of before.
    fn publish(&self) -> Option<Vec<u8>> {
        self.story.ok("acme", &["status", "publish", "--out-dir", "web"]);
        let new = self.story.bytes("web/1");
        self.web.put("/status/1", new)
    }

    fn list(&self) -> String {
        self.web.url("/status/1")
    }

    fn refresh(&self, home: &str, args: &[&str]) -> Run {
        let local = [
            "--allow-http",
            "127.0.0.1",
            "--allow-http",
            "localhost",
            "--allow-address",
            "127.0.0.1",
        ];
        self.story.run(home, &[&["bundle", "refresh"], args, &local].concat())
    }

    fn begin(&self, home: &str, out: &str) -> Run {
        let (did, list) = (self.web.did(), format!("status-list={}", self.list()));
        self.refresh(home, &["--add", &did, "--add", &list, "--out", out]).exits(0)
    }

    /// Digests by kind and name.
    fn items(&self, file: &str) -> BTreeMap<String, String> {
        let json = self.story.json("harbor", &["bundle", "inspect", file]);
        let rows = json["items"].as_array().unwrap().clone();
        let text = |value: &Value| value.as_str().unwrap().to_owned();
        rows.iter()
            .map(|row| {
                (format!("{} {}", text(&row["kind"]), text(&row["name"])), text(&row["sha256"]))
            })
            .collect()
    }
}

/// The whole way: begun, unchanged, changed, with what failed in between.
#[test]
fn what_is_newer_is_taken() {
    let place = Place::new();
    let (story, web) = (&place.story, &place.web);
    let run = place.begin("harbor", "a");
    assert!(run.stdout.contains(&format!("added      status-list    {}", place.list())), "{run:?}");
    assert!(run.stdout.contains(&format!("added      did-document   {}", web.did())), "{run:?}");
    assert!(
        run.stderr.contains("Ends in ") && run.stderr.contains("Wrote 2 items into a"),
        "{run:?}"
    );
    let asked = web.asked().join("\n");
    assert!(asked.contains("accept: application/statuslist+jwt"), "{asked}");
    story.run("harbor", &["bundle", "verify", "a"]).exits(0);

    // Nothing new: the server need not send it again.
    let run = place.refresh("harbor", &["a", "--out", "b"]).exits(0);
    assert!(!run.stdout.contains("changed") && !run.stdout.contains("failed"), "{run:?}");
    assert_eq!(web.asked().iter().filter(|asked| asked.contains("if-none-match: \"")).count(), 2);
    assert_eq!(place.items("a"), place.items("b"));
    let diff = story.json("harbor", &["bundle", "diff", "a", "b"]);
    assert_eq!(diff["follows"], true);

    story.ok("acme", &["revoke", "1", "--reason", "data-wrong"]);
    place.publish();
    let run = place.refresh("harbor", &["b", "--out", "c"]).exits(0);
    assert!(run.stdout.contains("changed    status-list"), "{run:?}");
    assert_eq!(place.items("c").len(), 2);
    assert_ne!(place.items("c"), place.items("b"));

    // The server is gone for one of them.
    web.remove("/.well-known/did.json");
    let run = place.refresh("harbor", &["c", "--out", "d"]).exits(11);
    let line =
        format!("failed     did-document   {}: the server answered with status 404", web.did());
    assert!(run.stdout.contains(&line) && run.stdout.contains("; the older one stays"), "{run:?}");
    assert_eq!(place.items("d"), place.items("c"));
    let json = place.refresh("harbor", &["c", "--out", "d", "--json"]).exits(11).json();
    let failed = &json["failed"][0];
    assert_eq!((&failed["code"], &failed["kept"]), (&json!("http-status"), &json!(true)));
    assert_eq!(json["ends"][0]["name"], place.list());
}

#[test]
fn what_is_worse_is_not_taken() {
    let place = Place::new();
    let (story, web) = (&place.story, &place.web);
    thread::sleep(std::time::Duration::from_millis(1100));
    let older = place.publish().unwrap();
    place.begin("harbor", "a");
    let before = place.items("a");
    let newer = story.bytes("web/1");
    let forged = {
        let text = String::from_utf8(newer.clone()).unwrap();
        let (head, signature) = text.rsplit_once('.').unwrap();
        let flipped = if signature.starts_with('A') { "B" } else { "A" };
        format!("{head}.{flipped}{}", signature.get(1..).unwrap()).into_bytes()
    };
    let document = web.file("/.well-known/did.json");
    let other =
        String::from_utf8(document.clone()).unwrap().replace(&web.did(), "did:web:b.example");
    let status = "/status/1";
    let did = "/.well-known/did.json";
    for (path, bytes, good, code) in [
        (status, older, &newer, "rolled-back"),
        (status, forged, &newer, "bad-signature"),
        (status, b"<html>".to_vec(), &newer, "malformed"),
        (status, vec![b'x'; (2 << 20) + 1], &newer, "too-large"),
        (did, other.into_bytes(), &document, "other-item"),
        (did, b"[]".to_vec(), &document, "malformed"),
        (did, vec![b' '; (1 << 20) + 1], &document, "too-large"),
    ] {
        web.put(path, bytes);
        let json = place.refresh("harbor", &["a", "--out", "b", "--json"]).exits(11).json();
        assert_eq!(json["failed"].as_array().unwrap().len(), 1, "{json}");
        assert_eq!(json["failed"][0]["code"], code, "{json}");
        assert_eq!(place.items("b"), before, "{code}");
        web.put(path, good.clone());
    }
    place.refresh("harbor", &["a", "--out", "b"]).exits(0);
    // Another list under this URI.
    web.put("/status/2", newer);
    let list = format!("status-list={}", web.url("/status/2"));
    let json =
        place.refresh("harbor", &["a", "--out", "b", "--add", &list, "--json"]).exits(11).json();
    assert_eq!(json["failed"][0]["code"], "other-item");
    assert_eq!(json["failed"][0]["kept"], false);
    assert_eq!(place.items("b"), before);
}

/// Who signs anew vouches: so what does not prove itself is carried on from a pinned maker only (ATTACKS 43a).
#[test]
fn nothing_is_carried_on_from_anybody() {
    let place = Place::new();
    let (story, web) = (&place.story, &place.web);
    place.begin("acme", "a");
    web.remove("/.well-known/did.json");
    let run = place.refresh("harbor", &["a", "--out", "b"]).exits(11);
    assert!(
        run.stdout.contains("; it is missing") && run.stdout.contains("removed    did-document")
    );
    assert_eq!(place.items("b").len(), 1);
    story.ok("harbor", &["trust", "pin", &story.acme, "--maker"]);
    let run = place.refresh("harbor", &["a", "--out", "b"]).exits(11);
    assert!(run.stdout.contains("; the older one stays"), "{run:?}");
    assert_eq!(place.items("b").len(), 2);
    // Its own maker needs no pin.
    place.refresh("acme", &["a", "--out", "c"]).exits(11);
    assert_eq!(place.items("c").len(), 2);
}

#[test]
fn what_has_no_place_stays() {
    let place = Place::new();
    place.story.write("house.toml", "x = 1");
    let args = ["bundle", "make", "--policy", "house.toml", "--status", "web/1", "--out", "a"];
    place.story.ok("harbor", &args);
    place.refresh("harbor", &["a", "--out", "b"]).exits(0);
    assert_eq!(place.items("a"), place.items("b"));
    let asked = place.web.asked();
    assert_eq!(asked.len(), 1, "{asked:?}");
}

#[test]
fn nothing_had_is_nothing_written() {
    let place = Place::new();
    let gone = format!("status-list={}", place.web.url("/gone"));
    let run = place.refresh("harbor", &["--add", &gone, "--out", "a"]).exits(10);
    assert!(run.stderr.contains("status 404 [http-status]; it is missing"), "{run:?}");
    assert!(!place.story.exists("a"));
    place.story.write("a", "as it was");
    place.refresh("harbor", &["--add", &gone, "--out", "a"]).exits(10);
    assert_eq!(place.story.text("a"), "as it was");
}

/// What the environment names as a proxy is not asked: it would look up the names itself, and no rule of ours would hold.
#[test]
fn proxies_of_the_environment_are_not_asked() {
    let place = Place::new();
    let proxy = Web::new();
    let url = proxy.url("");
    let env: Vec<(&str, &str)> =
        ["ALL_PROXY", "all_proxy", "HTTP_PROXY", "http_proxy", "HTTPS_PROXY", "https_proxy"]
            .map(|name| (name, url.as_str()))
            .into();
    let list = format!("status-list={}", place.list());
    let refresh = ["--home", "harbor", "--passphrase-file", "pw", "bundle", "refresh"];
    let args = ["--add", &list, "--out", "a", "--allow-http", "127.0.0.1"];
    let local = ["--allow-address", "127.0.0.1"];
    place.story.bare(&[&refresh[..], &args, &local].concat(), &env, None).exits(0);
    assert_eq!((proxy.asked().len(), place.web.asked().len()), (0, 1));
}

/// Documents of a jurisdiction are links of a chain: the new one comes beside the old.
#[test]
fn jurisdictions_collect() {
    let place = Place::new();
    let did = Did::parse(&place.story.acme).unwrap();
    let document = did::document(&did).unwrap();
    let (_, key) = document.first_key(Relationship::AssertionMethod).unwrap();
    let file = |seq: u64, issued: &str| {
        let mut payload = json!({"typ": "jurisdiction/1", "id": "us", "seq": seq, "issued": issued,
            "next_update": "2098-12-20", "expires": "2099-01-20",
            "governance": {"threshold": 1, "keys": [{"label": "acme", "jwk": key.to_jwk()}]},
            "attributes": [{"id": "a", "vct": ["urn:x:1"], "status": "active"}],
            "validators": [{"did": "did:web:kyc.example", "group": "g",
                "approvals": [{"attr": "a", "from": "2026-01-01", "on_end": "grandfather"}]}]});
        if seq > 1 {
            payload["prev"] = json!("sha256-AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=");
        }
        json!({"payload": base64url::encode(payload.to_string()), "signatures": []}).to_string()
    };
    place.web.put("/us", file(1, "2026-01-01"));
    let add = format!("jurisdiction={}", place.web.url("/us"));
    place.refresh("harbor", &["--add", &add, "--out", "a"]).exits(0);
    let count = |file: &str| {
        place.story.json("harbor", &["bundle", "inspect", file])["items"].as_array().unwrap().len()
    };
    place.web.put("/us", file(2, "2026-02-01"));
    let run = place.refresh("harbor", &["a", "--out", "b"]).exits(0);
    assert!(run.stdout.contains("added      jurisdiction   us"), "{run:?}");
    assert_eq!((count("a"), count("b")), (1, 2));
    place.refresh("harbor", &["b", "--out", "c"]).exits(0);
    assert_eq!(count("c"), 2);
    for (seq, issued, code) in
        [(1, "2026-01-01", "rolled-back"), (2, "2026-02-02", "trust-list-forked")]
    {
        place.web.put("/us", file(seq, issued));
        let json = place.refresh("harbor", &["b", "--out", "c", "--json"]).exits(11).json();
        assert_eq!(json["failed"][0]["code"], code, "{json}");
        assert_eq!(count("c"), 2);
    }
}

/// A holder asks the server that the credential names, and no other one.
#[test]
fn a_holder_fetches_the_list_of_a_credential() {
    let place = Place::new();
    let story = &place.story;
    story.ok("erika", &["add", "id.credential"]);
    place.web.asked();
    let refresh = |more: &[&str]| story.run("erika", &[&["refresh", "--fetch"], more].concat());
    let run = refresh(&[]).exits(11);
    assert!(
        run.stderr.contains("not a plain https URL") || run.stderr.contains("not https"),
        "{run:?}"
    );
    assert!(place.web.asked().is_empty());
    let local = ["--allow-http", "127.0.0.1", "--allow-address", "127.0.0.1"];
    let run = refresh(&local).exits(0);
    assert!(run.stdout.contains("stands     by the list of 20"), "{run:?}");
    let asked = place.web.asked();
    assert_eq!(asked.len(), 1);
    assert!(asked[0].starts_with("GET /status/1 ") && !asked[0].contains("did:"), "{asked:?}");
    place.web.remove("/status/1");
    assert!(refresh(&local).exits(11).stderr.contains("status 404"));
}

/// A did:web at this server, and a list by the key that its next document brings.
#[test]
fn a_document_comes_before_what_its_keys_sign() {
    let (story, web) = (Story::begun("ed25519"), Web::new());
    for folder in ["web", "lists"] {
        std::fs::create_dir(story.path(folder)).unwrap();
    }
    let host = format!("localhost:{}", web.port);
    let did = story.ok("acme", &["did", "create", "--web", &host, "--out", "web"]);
    let did = did.trim().to_owned();
    let place = Place { story, web };
    let (story, web) = (&place.story, &place.web);
    story.ok("acme", &["status", "set-url", &web.url("/status")]);
    let nonce = story.ok("acme", &["nonce"]);
    story.ok("erika", &["id", "--prove", &did, "--nonce", &nonce, "--out", "hers"]);
    let issue = ["issue", "accredited-individual", "--holder", "hers", "--nonce", &nonce];
    let more = ["--claims", "investor.json", "--identified-here", "case-7", "--out", "sealed"];
    story.ok("acme", &[&issue[..], &more].concat());
    let publish = || {
        story.ok("acme", &["status", "publish", "--out-dir", "lists"]);
        web.put("/status/1", story.bytes("lists/1"));
        web.put("/.well-known/did.json", story.bytes("web/did.json"));
    };
    publish();
    let own = story.ok("harbor", &["id"]);
    story.ok("harbor", &["trust", "pin", own.trim(), "--maker"]);
    let list = format!("status-list={}", place.list());
    place.refresh("harbor", &["--add", &list, "--add", &did, "--out", "one"]).exits(0);
    let verify = |bundle: &str| story.run("harbor", &["bundle", "verify", bundle]).exits(0);
    assert!(verify("one").stdout.contains(&format!("signed by {did}")));
    story.ok("acme", &["did", "rotate", "--out", "web"]);
    publish();
    let run = place.refresh("harbor", &["one", "--out", "two"]).exits(0);
    assert!(!run.stdout.contains("failed"), "{run:?}");
    assert!(verify("two").stdout.contains(&format!("signed by {did}")));
    // A document from before a theft was declared, served again, is not taken.
    let before = story.bytes("web/did.json");
    story.ok("acme", &["did", "rotate", "--compromised", "key-2", "--out", "web"]);
    publish();
    place.refresh("harbor", &["two", "--out", "stolen"]).exits(0);
    web.put("/.well-known/did.json", before);
    let run = place.refresh("harbor", &["stolen", "--out", "back"]).exits(11);
    assert!(run.stdout.contains("[rolled-back]; the older one stays"), "{run:?}");
    assert_eq!(place.items("stolen"), place.items("back"));
    publish();
    place.refresh("harbor", &["back", "--out", "two"]).exits(0);
    // A list whose signature does not hold is not taken.
    let mut other = story.text("lists/1");
    let signature = other.rfind('.').unwrap() + 1;
    let letter = if other.as_bytes()[signature] == b'A' { "B" } else { "A" };
    other.replace_range(signature..=signature, letter);
    web.put("/status/1", other);
    let run = place.refresh("harbor", &["two", "--out", "three"]).exits(11);
    assert!(run.stdout.contains("[bad-signature]; the older one stays"), "{run:?}");
    assert_eq!(place.items("two"), place.items("three"));
}
