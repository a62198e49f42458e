//! A did:webvh and a status list at a company's own server: fetched over TLS, by a certificate of its own authority, from an
//! address that is not public. Nothing leaves 127.0.0.1.

use crate::support::{Run, Story};
use crate::web::Web;

const AUTHORITY: &str = include_str!("../../../fetch/tests/data/authority.pem");

/// Acme's DID and list lie on the server; Erika holds a credential of it.
struct Company {
    story: Story,
    web: Web,
    did: String,
    list: String,
}

impl Company {
    fn new() -> Self {
        let (story, web) = (Story::begun("ed25519"), Web::secured());
        for folder in ["web", "lists"] {
            std::fs::create_dir(story.path(folder)).unwrap();
        }
        story.write("authority.pem", AUTHORITY);
        let host = format!("acme.example:{}", web.port);
        let made = ["did", "create", "--webvh", &format!("{host}/kyc"), "--out", "web"];
        let did = story.ok("acme", &made).trim().to_owned();
        let place = format!("https://{host}/status");
        story.ok("acme", &["status", "set-url", &place]);
        let nonce = story.ok("acme", &["nonce"]);
        story.ok("erika", &["id", "--prove", &did, "--nonce", &nonce, "--out", "proof"]);
        let issue = ["issue", "accredited-individual", "--holder", "proof", "--nonce", &nonce];
        let more = ["--claims", "investor.json", "--identified-here", "case-7", "--out", "sealed"];
        story.ok("acme", &[&issue[..], &more].concat());
        let company = Self { story, web, did, list: format!("{place}/1") };
        company.publish();
        company
    }

    fn publish(&self) {
        self.story.ok("acme", &["status", "publish", "--out-dir", "lists"]);
        self.web.put("/status/1", self.story.bytes("lists/1"));
        self.web.put("/kyc/did.jsonl", self.story.bytes("web/did.jsonl"));
    }

    fn refresh(&self, args: &[&str], network: &[&str]) -> Run {
        self.story.run("harbor", &[&["bundle", "refresh"], args, network].concat())
    }
}

const NETWORK: [&str; 4] = ["--resolve", "acme.example=127.0.0.1", "--ca", "authority.pem"];

#[test]
fn a_log_and_its_list_are_brought_up_to_date() {
    let company = Company::new();
    let (story, did) = (&company.story, company.did.as_str());
    let list = format!("status-list={}", company.list);
    let begin = ["--add", did, "--add", &list, "--out", "one"];
    let run = company.refresh(&begin, &NETWORK).exits(0);
    assert!(run.stdout.contains(&format!("added      did-log        {did}")), "{run:?}");
    // No witnesses are asked for: a file that is not there is none that failed.
    assert!(company.web.asked().iter().any(|asked| asked.starts_with("GET /kyc/did-witness.json")));
    let verify = |bundle: &str| story.run("harbor", &["bundle", "verify", bundle]).exits(0);
    assert!(verify("one").stdout.contains(&format!("signed by {did}")));
    let run = company.refresh(&["one", "--out", "same"], &NETWORK).exits(0);
    assert!(run.stderr.contains("othing") || !run.stdout.contains("changed"), "{run:?}");
    // The issuer rotates: log and list are those of its new key.
    story.ok("acme", &["did", "rotate", "--out", "web"]);
    company.publish();
    let run = company.refresh(&["one", "--out", "two"], &NETWORK).exits(0);
    assert!(run.stdout.contains(&format!("changed    did-log        {did}")), "{run:?}");
    assert!(verify("two").stdout.contains(&format!("signed by {did}")));
    // A server that shows an older log again is not followed.
    let older = story.bytes("web/did.jsonl");
    let older = older.split_inclusive(|byte| *byte == b'\n').next().unwrap().to_vec();
    company.web.put("/kyc/did.jsonl", older);
    let run = company.refresh(&["two", "--out", "three"], &NETWORK).exits(11);
    assert!(run.stdout.contains("failed     did-log"), "{run:?}");
    assert!(verify("three").stdout.contains(&format!("signed by {did}")));
}

#[test]
fn neither_address_nor_certificate_is_taken_on_trust() {
    let company = Company::new();
    let begin = ["--add", &company.did, "--out", "one"];
    let with = |network: &[&str]| company.refresh(&begin, network);
    with(&NETWORK[..2]).refuses("UnknownIssuer");
    // `.example` has no addresses, so nobody is found without being told.
    with(&NETWORK[2..]).refuses("nothing could be had");
    assert!(company.web.asked().is_empty());
    company.story.write("none.pem", "no certificate");
    with(&["--ca", "none.pem"]).refuses("none.pem: not PEM");
    with(&["--ca", "nowhere.pem"]).exits(1);
    let run = with(&["--resolve", "acme.example"]).exits(2);
    assert!(run.stderr.contains("write HOST=IP"), "{run:?}");
    for host in
        ["", "acme.example:443", "https://acme.example", "*.example", "acme.example.", "127.0.0.1"]
    {
        with(&["--resolve", &format!("{host}=127.0.0.1")]).exits(2);
    }
    with(&NETWORK).exits(0);
}

#[test]
fn a_holder_asks_the_companys_server() {
    let company = Company::new();
    let story = &company.story;
    company.refresh(&["--add", &company.did, "--out", "did"], &NETWORK).exits(0);
    story.ok("erika", &["add", "sealed", "--bundle", "did"]);
    let refresh = |args: &[&str]| {
        story.run("erika", &[&["refresh", "--bundle", "did"], args, &NETWORK[..]].concat())
    };
    let run = refresh(&["--fetch"]).exits(0);
    assert!(run.stdout.contains("stands     by the list of 20"), "{run:?}");
    let run = refresh(&[]).exits(2);
    assert!(run.stderr.contains("Give --fetch too"), "{run:?}");
}
