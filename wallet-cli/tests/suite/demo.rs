//! The demonstration runs unattended and keeps its promises.

use crate::support::World;

#[test]
fn the_whole_path_in_a_page() {
    let world = World::new();
    let run = world.bare(&["demo", "--dir", "stage"], &[], None).exits(0);
    assert_eq!(run.stderr, "");
    let lines: Vec<&str> = run.stdout.lines().collect();
    assert!(lines.len() <= 60, "{}", lines.len());
    for line in &lines {
        assert_eq!(*line, line.trim_end());
        let most = if cfg!(feature = "jwe") { 160 } else { 168 }; // --plain
        assert!(line.chars().count() <= most, "{line}");
    }
    let count =
        |word: &str| lines.iter().filter(|line| line.trim_start().starts_with(word)).count();
    assert_eq!((count("ACCEPTED"), count("REFUSED")), (2, 4), "{}", run.stdout);
    for kind in ["nonce-spent", "unreferenced-disclosure", "nonce-mismatch", "expired"] {
        assert!(run.stdout.contains(&format!("[{kind}]")), "{kind}: {}", run.stdout);
    }
    assert!(lines.iter().any(|line| line.contains("stage")), "{}", run.stdout);
    for file in ["acme", "erika", "harbor.request", "harbor.answer", "summit.answer"] {
        assert!(world.exists(&format!("stage/{file}")), "{file}");
    }
}

#[test]
fn without_a_folder_it_makes_one_and_names_it() {
    let world = World::new();
    let tmp = world.dir().display().to_string();
    let env = [("TMPDIR", tmp.as_str()), ("BONAFIDE_HOME", "elsewhere")];
    let run = world.bare(&["demo"], &env, None).exits(0);
    let last = run.stdout.lines().last().unwrap();
    let folder = std::path::Path::new(last.split_whitespace().last().unwrap());
    assert!(folder.join("harbor.answer").exists(), "{last}");
    assert!(folder.starts_with(std::env::temp_dir()) || folder.starts_with(&tmp), "{last}");
    assert!(!world.exists("elsewhere"));
    if !folder.starts_with(&tmp) {
        std::fs::remove_dir_all(folder).unwrap();
    }
}

#[test]
fn a_folder_with_anything_in_it_is_left_alone() {
    let world = World::new();
    std::fs::create_dir(world.path("full")).unwrap();
    world.write("full/mine", "mine");
    let before = world.files();
    world
        .bare(&["demo", "--dir", "full"], &[], None)
        .refuses("full is not empty; nothing was touched");
    let run = world.bare(&["demo", "--dir", "pw"], &[], None).exits(1);
    assert!(run.stderr.contains("cannot work in pw"), "{run:?}");
    assert!(world.files() == before);
}

#[test]
fn the_demonstration_does_not_touch_the_home_given() {
    let world = World::new();
    world.init("erika", "ed25519");
    let before = world.wallet("erika");
    world.run("erika", &["demo", "--dir", "stage"]).exits(0);
    assert!(world.wallet("erika") == before && !world.exists("erika/trust.json"));
}
