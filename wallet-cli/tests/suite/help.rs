//! Help, completions and manual pages know every command, and the tests do too.

use std::collections::BTreeSet;

use crate::support::World;

/// The commands in a help text.
fn commands(help: &str) -> Vec<String> {
    let lines = help.lines().skip_while(|line| *line != "Commands:").skip(1);
    let lines = lines.take_while(|line| !line.is_empty());
    let first = |line: &str| line.starts_with("  ") && !line.starts_with("   ");
    let names = lines.filter(|line| first(line)).filter_map(|line| line.split_whitespace().next());
    names.map(str::to_owned).collect()
}

/// Every command with the words that lead to it; the program itself first.
fn all(world: &World) -> Vec<Vec<String>> {
    let mut found = vec![Vec::new()];
    let mut n = 0;
    while let Some(words) = found.get(n).cloned() {
        let args: Vec<&str> = words.iter().map(String::as_str).chain(["--help"]).collect();
        let run = world.bare(&args, &[], None).exits(0);
        assert!(run.stderr.is_empty() && run.stdout.contains("Usage: bonafide"), "{run:?}");
        found.extend(commands(&run.stdout).into_iter().map(|name| [&words[..], &[name]].concat()));
        n += 1;
    }
    found
}

#[test]
fn every_command_helps_on_stdout() {
    let world = World::new();
    let all = all(&world);
    assert!(all.len() >= 22, "{all:?}");
    for words in all.iter().filter(|words| !words.is_empty()) {
        let short: Vec<&str> = words.iter().map(String::as_str).chain(["-h"]).collect();
        let help = world.bare(&short, &[], None).exits(0).stdout;
        for line in help.lines() {
            assert!(line.chars().count() <= 100 && line == line.trim_end(), "{words:?}: {line:?}");
        }
    }
}

/// A new command has to be given a row in `exits.rs`.
#[test]
fn every_command_has_its_exits_tested() {
    let rows = include_str!("exits.rs");
    for words in all(&World::new()).iter().filter(|words| !words.is_empty()) {
        let quoted: Vec<String> = words.iter().map(|word| format!("\"{word}\"")).collect();
        assert!(rows.contains(&format!("[{}", quoted.join(", "))), "no row for {words:?}");
    }
}

#[test]
fn every_shell_completes_every_command() {
    let world = World::new();
    let all = all(&world);
    for shell in ["bash", "elvish", "fish", "powershell", "zsh"] {
        let run = world.bare(&["completions", shell], &[], None).exits(0);
        assert_eq!(run.stderr, "");
        for name in all.iter().filter_map(|words| words.last()) {
            assert!(run.stdout.contains(name.as_str()), "{shell} misses {name}");
        }
    }
}

#[test]
fn every_command_has_a_manual_page() {
    let world = World::new();
    let main = world.bare(&["man"], &[], None).exits(0);
    assert!(main.stdout.contains(".TH bonafide 1") && main.stderr.is_empty());
    world.bare(&["man", "--out-dir", "made/here"], &[], None).exits(0);
    let pages: BTreeSet<String> = std::fs::read_dir(world.path("made/here"))
        .unwrap()
        .map(|page| page.unwrap().file_name().into_string().unwrap())
        .collect();
    let page =
        |words: &Vec<String>| [&["bonafide".to_owned()], &words[..]].concat().join("-") + ".1";
    let expected: BTreeSet<String> = all(&world).iter().map(page).collect();
    assert_eq!(pages, expected);
    for name in &pages {
        let text = world.text(&format!("made/here/{name}"));
        assert!(text.contains(&format!(".TH {} 1", name.trim_end_matches(".1"))), "{name}");
        assert!(text.contains(".SH SYNOPSIS"), "{name}");
    }
}

#[test]
fn the_version_is_that_of_the_crate() {
    let run = World::new().bare(&["--version"], &[], None).exits(0);
    assert_eq!(run.stdout, concat!("bonafide ", env!("CARGO_PKG_VERSION"), "\n"));
}

#[test]
fn misuse_is_explained_on_stderr() {
    let world = World::new();
    let run = world.bare(&["lst"], &[], None).exits(2);
    assert_eq!(run.stdout, "");
    assert!(run.stderr.contains("'list'") && run.stderr.contains("--help"), "{run:?}");
}

#[test]
fn bare_bonafide_tells_where_one_stands() {
    let world = World::new();
    let before = world.run("erika", &[]).exits(0).stdout;
    assert!(before.contains("no wallet yet") && before.contains("bonafide init"), "{before}");
    world.init("erika", "ed25519");
    let after = world.run("erika", &[]).exits(0).stdout;
    assert!(after.contains("erika: a wallet") && after.contains("bonafide list"), "{after}");
}
