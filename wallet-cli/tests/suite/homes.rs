//! Where files lie: `--home`, then BONAFIDE_HOME, then the platform's data folder; and no folder at all.

use crate::support::{Story, World};

const PW: [&str; 4] = ["--passphrase-file", "pw", "--kdf-cost", "lowest"];

#[test]
fn the_option_wins_over_the_variable_and_the_variable_over_the_data_folder() {
    let world = World::new();
    let text = |name: &str| world.path(name).display().to_string();
    let (variable, data, home) = (text("variable"), text("data"), text("home"));
    let env = [
        ("BONAFIDE_HOME", variable.as_str()),
        ("XDG_DATA_HOME", data.as_str()),
        ("HOME", home.as_str()),
    ];
    let init = |more: &[&str], env: &[(&str, &str)]| {
        world.bare(&[&["init"], &PW[..], more].concat(), env, None).exits(0);
    };
    init(&["--home", "option"], &env);
    assert!(world.exists("option/wallet.bonafide") && !world.exists("variable"));
    init(&[], &env);
    assert!(world.exists("variable/wallet.bonafide") && !world.exists("data"));
    init(&[], &env[1..]);
    assert!(world.exists("data/bonafide/wallet.bonafide") && !world.exists("home"));
    init(&[], &env[2..]);
    assert!(world.exists("home"));
}

#[test]
fn an_empty_variable_is_no_variable_and_an_empty_option_is_misuse() {
    let world = World::new();
    let home = world.path("home").display().to_string();
    let env = [("BONAFIDE_HOME", ""), ("XDG_DATA_HOME", home.as_str())];
    world.bare(&[&["init"], &PW[..]].concat(), &env, None).exits(0);
    assert!(world.exists("home/bonafide/wallet.bonafide"));
    for command in ["list", "init", "types"] {
        let run = world.bare(&["--home", "", command], &[], None).exits(2);
        assert!(run.stderr.contains("--home <DIR>"), "{run:?}");
    }
    assert!(!world.exists("wallet.bonafide"));
}

#[test]
fn without_any_folder_only_what_needs_one_is_refused() {
    let story = Story::answered("ed25519");
    let before = story.files();
    for command in [&["nonce"][..], &["types"], &["man"], &["completions", "bash"], &["--help"]] {
        story.bare(command, &[], None).exits(0);
    }
    assert!(story.bare(&story.verify(&[]), &[], None).exits(0).stdout.starts_with("ACCEPTED"));
    for command in [&[][..], &["list"], &["doctor"], &["trust", "list"]] {
        let run = story.bare(command, &[], None).exits(2);
        assert!(run.stderr.contains("Give --home DIR"), "{run:?}");
    }
    assert_eq!(story.files(), before);
}

#[test]
fn verifying_in_an_empty_home_creates_nothing() {
    let story = Story::answered("p256");
    std::fs::create_dir(story.path("empty")).unwrap();
    let empty = story.path("empty").display().to_string();
    let before = story.files();
    for env in [[("HOME", empty.as_str())], [("BONAFIDE_HOME", "nowhere")]] {
        story.bare(&story.verify(&["--json"]), &env, None).exits(0);
    }
    assert_eq!(story.files(), before);
    assert!(!story.exists("nowhere") && !story.exists("empty/.local"));
}

#[cfg(unix)]
#[test]
fn what_is_written_is_for_its_owner_only() {
    use std::os::unix::fs::PermissionsExt;
    let story = Story::answered("ed25519");
    story.ok("harbor", &["trust", "pin", &story.acme]);
    let mode = |name: &str| story.path(name).metadata().unwrap().permissions().mode() & 0o777;
    for folder in ["acme", "erika", "harbor", "harbor/requests"] {
        assert_eq!(mode(folder), 0o700, "{folder}");
    }
    let homes =
        ["acme/wallet.bonafide", "acme/records.db", "acme/subject-keys.db", "harbor/trust.json"];
    for file in [&homes[..], &["proof", "id.credential", "request", "answer"]].concat() {
        assert_eq!(mode(file), 0o600, "{file}");
    }
}

#[test]
fn a_damaged_file_of_the_home_is_a_fault_that_names_it() {
    let story = Story::answered("ed25519");
    for damage in ["", "{", "[{\"did\":1}]", "[1]"] {
        story.write("harbor/trust.json", damage);
        let run = story.run("harbor", &story.verify(&[])).exits(1);
        assert!(run.stderr.contains("trust.json is damaged"), "{run:?}");
        assert_eq!(run.stdout, "");
    }
}

#[test]
fn pins_made_at_once_are_all_there() {
    let story = Story::issued("ed25519");
    let harbor = story.ok("harbor", &["id"]);
    let dids = [&story.acme, &story.erika, &harbor];
    std::thread::scope(|scope| {
        for did in dids {
            scope.spawn(|| story.ok("summit", &["trust", "pin", did]));
        }
    });
    let list = story.ok("summit", &["trust", "list"]);
    assert!(dids.iter().all(|did| list.contains(did.as_str())), "{list}");
}

#[test]
fn what_else_lies_under_the_name_of_a_home_file_is_not_read() {
    let story = Story::answered("ed25519");
    std::fs::create_dir_all(story.path("odd/trust.json")).unwrap();
    let run = story.run("odd", &["trust", "list"]).exits(1);
    assert!(run.stderr.contains("is not a plain file"), "{run:?}");
    story.write("harbor/trust.json", r#"[{"did": "did:key:z6Mk", "isuer": false}]"#);
    let run = story.run("harbor", &["trust", "list"]).exits(1);
    assert!(run.stderr.contains("is damaged"), "{run:?}");
}
