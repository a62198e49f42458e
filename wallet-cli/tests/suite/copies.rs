//! An old copy that came back, and two copies that were changed apart: told where it can be seen.

use std::fs;

use crate::support::{Run, World};

const OLD: &str = "older than the one last opened here";
const APART: &str = "a copy that was changed elsewhere";

/// With a state folder, as a person has one.
fn run(world: &World, home: &str, args: &[&str]) -> Run {
    let home = ["--home", home, "--passphrase-file", "pw"];
    let state = world.path("state");
    let env = [("XDG_STATE_HOME", state.to_str().unwrap())];
    world.bare(&[&home, args].concat(), &env, None).exits(0)
}

fn erika() -> World {
    let world = World::new();
    run(&world, "erika", &["init", "--kdf-cost", "lowest"]);
    // Format version 2, which names earlier states.
    run(&world, "erika", &["keys", "new"]);
    world
}

fn put(world: &World, bytes: &[u8]) {
    fs::write(world.path("erika/wallet.bonafide"), bytes).unwrap();
}

#[track_caller]
fn copy_finding(world: &World) -> (bool, String) {
    let findings = run(world, "erika", &["doctor", "--json"]).json();
    let found = findings.as_array().unwrap().iter().find(|f| f["about"] == "copy").unwrap();
    (found["well"].as_bool().unwrap(), found["state"].as_str().unwrap().to_owned())
}

#[test]
fn an_old_copy_is_told_until_it_is_accepted() {
    let world = erika();
    let old = world.wallet("erika");
    run(&world, "erika", &["keys", "new", "--count", "2"]);
    assert!(copy_finding(&world).0);
    put(&world, &old);
    for _ in 0..2 {
        let told = run(&world, "erika", &["list"]);
        assert!(
            told.stderr.contains(OLD) && told.stderr.contains("1 change is missing"),
            "{told:?}"
        );
        assert!(told.stderr.contains("doctor --accept-copy"), "{told:?}");
    }
    let (well, state) = copy_finding(&world);
    assert!(!well && state.contains(OLD), "{state}");
    run(&world, "erika", &["doctor", "--accept-copy"]);
    let accepted = run(&world, "erika", &["list"]);
    assert!(!accepted.stderr.contains("LOOK"), "{accepted:?}");
    assert!(copy_finding(&world).0);
}

#[test]
fn a_copy_changed_elsewhere_is_told_also_when_it_is_ahead() {
    for changes_elsewhere in [1, 3] {
        let world = erika();
        // The other machine: the same file, another state folder.
        let before = world.wallet("erika");
        run(&world, "erika", &["keys", "new"]);
        let here = world.wallet("erika");
        put(&world, &before);
        for _ in 0..changes_elsewhere {
            world.ok("erika", &["keys", "new"]);
        }
        let elsewhere = world.wallet("erika");
        let told = run(&world, "erika", &["list"]);
        assert!(told.stderr.contains(APART), "{told:?}");
        // What was changed from the state last seen follows it, by whomever.
        put(&world, &here);
        assert!(!run(&world, "erika", &["list"]).stderr.contains("LOOK"));
        world.ok("erika", &["keys", "new"]);
        assert!(!run(&world, "erika", &["list"]).stderr.contains("LOOK"));
        put(&world, &elsewhere);
        assert!(run(&world, "erika", &["list"]).stderr.contains("LOOK"));
    }
}

#[test]
fn recovering_from_a_backup_is_no_surprise() {
    let world = erika();
    run(&world, "erika", &["backup", "--out", "backup"]);
    run(&world, "erika", &["keys", "new"]);
    fs::remove_dir_all(world.path("erika")).unwrap();
    let back = run(&world, "erika", &["recover", "--backup", "backup"]);
    assert!(back.stderr.contains("Use one of the two"), "{back:?}");
    assert!(!run(&world, "erika", &["list"]).stderr.contains("LOOK"));
}

/// The note names nobody, is private, and a broken one does no harm.
#[test]
fn the_note_is_small_private_and_dispensable() {
    let world = erika();
    run(&world, "erika", &["list"]);
    let folder = world.path("state/bonafide");
    let notes: Vec<_> = fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    assert_eq!(notes.len(), 1);
    let note = fs::read_to_string(&notes[0]).unwrap();
    assert!(note.starts_with(r#"{"generation":2,"tag":["#) && note.len() < 80, "{note}");
    assert!(!notes[0].to_string_lossy().contains("erika"));
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        assert_eq!(fs::metadata(&notes[0]).unwrap().permissions().mode() & 0o077, 0);
    }
    for broken in ["", "{", r#"{"generation":-1,"tag":[]}"#] {
        fs::write(&notes[0], broken).unwrap();
        assert!(!run(&world, "erika", &["list"]).stderr.contains("LOOK"));
    }
    // A pipe in its place would be waited for, for ever.
    #[cfg(unix)]
    {
        fs::remove_file(&notes[0]).unwrap();
        let made = std::process::Command::new("mkfifo").arg(&notes[0]).status();
        assert!(made.unwrap().success());
        assert!(!run(&world, "erika", &["list"]).stderr.contains("LOOK"));
        assert!(notes[0].symlink_metadata().unwrap().is_file());
    }
    fs::remove_dir_all(&folder).unwrap();
    fs::write(&folder, "in the way").unwrap();
    assert!(!run(&world, "erika", &["list"]).stderr.contains("LOOK"));
    // Without a state folder there is no hint, and no fault either.
    world.ok("erika", &["list"]);
}
