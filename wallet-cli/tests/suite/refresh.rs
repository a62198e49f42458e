//! A holder asks whether what is in the wallet still stands.

use serde_json::json;

use crate::support::{Desk, Run, Story};

/// Erika keeps her identity (1) and her investor status (2), both in Acme's list.
fn held() -> Desk {
    let desk = Desk::today();
    desk.ok("erika", &["add", "id.credential"]);
    desk.ok("erika", &["add", "investor.credential"]);
    desk
}

fn refresh(desk: &Desk, more: &[&str]) -> Run {
    desk.run("erika", &[&["refresh"], more].concat())
}

#[test]
fn each_credential_is_told() {
    let desk = held();
    let run = refresh(&desk, &[]).exits(11);
    assert_eq!(run.stdout.matches("not known").count(), 2, "{run:?}");
    assert!(run.stderr.contains("take the file from the address"), "{run:?}");
    desk.ok("acme", &["status", "publish", "--out-dir", "web"]);
    let run = refresh(&desk, &["--status", "web"]).exits(0);
    assert_eq!(run.stdout.matches("stands     by the list of 20").count(), 2, "{run:?}");
    desk.ok("acme", &["suspend", "2", "--reason", "data-wrong"]);
    desk.ok("acme", &["status", "publish", "--out-dir", "web"]);
    let run = refresh(&desk, &["--status", "web"]).exits(10);
    assert!(run.stdout.contains("suspended  the issuer has suspended it"), "{run:?}");
    let rows = refresh(&desk, &["--status", "web", "--json"]).exits(10).json();
    let uri = "https://acme.example/status/1";
    assert_eq!((&rows[0]["state"], &rows[1]["state"]), (&json!("stands"), &json!("suspended")));
    assert_eq!((&rows[0]["list"], &rows[1]["as_of"]), (&json!(uri), &json!(null)));
}

#[test]
fn the_newest_list_is_kept_for_stapling() {
    let desk = held();
    std::fs::create_dir(desk.path("own")).unwrap();
    desk.ok("acme", &["status", "publish", "--out-dir", "web"]);
    desk.write("web/other", "no list");
    let run = refresh(&desk, &["--status", "web", "--out-dir", "own"]).exits(0);
    assert!(run.stderr.contains("Kept 1 list in own"), "{run:?}");
    assert_eq!(desk.text("own/1.statuslist").trim(), desk.text("web/1").trim());
    desk.ask("harbor", "accredited-individual", &["regime"], "request");
    desk.ok("erika", &["present", "request", "--yes", "--staple", "own", "--out", "answer"]);
    desk.bare(&desk.verify(&[]), &[], None).exits(0);
    refresh(&desk, &["--status", "web", "--out-dir", "none"]).exits(1);
    refresh(&desk, &["--status", "none"]).exits(1);
    refresh(&desk, &["everything"]).exits(2);
}

/// A list signed by a stranger tells nothing, and one in a bundle as much as one by itself.
#[test]
fn only_the_issuers_own_list_tells() {
    let (desk, other) = (held(), Desk::today());
    other.ok("acme", &["status", "publish", "--out-dir", "web"]);
    let foreign = other.path("web/1").to_str().unwrap().to_owned();
    let run = refresh(&desk, &["--status", &foreign]).exits(11);
    assert!(run.stdout.contains("signed by another than the issuer"), "{run:?}");
    desk.ok("acme", &["status", "publish", "--out-dir", "web"]);
    desk.ok("acme", &["bundle", "make", "--status", "web/1", "--out", "lists.bundle"]);
    refresh(&desk, &["--bundle", "lists.bundle"]).exits(0);
    refresh(&desk, &["--bundle", "lists.bundle", "--status", &foreign]).exits(0);
}

#[test]
fn what_names_no_list_counts_until_it_ends() {
    let story = Story::issued("ed25519");
    let run = story.run("erika", &["refresh"]).exits(0);
    assert_eq!(run.stdout.matches("no status  it counts until it ends").count(), 2, "{run:?}");
    let run = story.run("harbor", &["refresh"]).exits(0);
    assert!(run.stdout.is_empty() && run.stderr.contains("no credential"), "{run:?}");
}
