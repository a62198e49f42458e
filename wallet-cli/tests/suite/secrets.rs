//! The passphrase and the wallet's root stay where they belong (ATTACKS 51, 53).

use crate::support::{PASSPHRASE, Story, World};

/// Runs a command with a passphrase of this content.
fn with(world: &World, passphrase: &[u8], args: &[&str]) -> crate::support::Run {
    world.write("other-pw", passphrase);
    let fixed = ["--home", "erika", "--passphrase-file", "other-pw"];
    world.bare(&[&fixed, args].concat(), &[], None)
}

#[test]
fn every_wrong_passphrase_gets_the_same_answer() {
    let world = World::new();
    world.init("erika", "ed25519");
    let before = world.wallet("erika");
    let wrong = [
        &b"wrong"[..],
        b"",
        b"\n",
        b"correct horse battery",
        b" correct horse battery staple",
        b"\0",
    ];
    let said: Vec<_> = wrong.iter().map(|wrong| with(&world, wrong, &["list"])).collect();
    for run in &said {
        assert_eq!((run.exit, run.stdout.as_str()), (10, ""));
        assert!(run.stderr.starts_with("bonafide: the passphrase does not open this wallet\n"));
        assert_eq!(run.stderr, said[0].stderr);
    }
    let commands = [
        &["show", "1"][..],
        &["id"],
        &["forget", "1", "--yes"],
        &["request", "--type", "urn:x", "--claim", "a", "--out", "out"],
    ];
    for command in commands {
        assert_eq!(with(&world, b"wrong", command).exits(10).stderr, said[0].stderr);
    }
    assert!(world.wallet("erika") == before && !world.exists("out"));
}

#[test]
fn the_passphrase_is_the_first_line_exactly() {
    let world = World::new();
    world.init("erika", "ed25519");
    for same in [PASSPHRASE.to_owned(), format!("{PASSPHRASE}\r\n"), format!("{PASSPHRASE}\nmore")]
    {
        with(&world, same.as_bytes(), &["id"]).exits(0);
    }
    let long = "x".repeat(5000);
    with(&world, long.as_bytes(), &["id"]).refuses("too long for a passphrase");
    assert!(!with(&world, b"\xff\xfe\n", &["id"]).exits(1).said().contains('\u{fffd}'));
    world.write("long", &long);
    let init = ["--home", "new", "--passphrase-file", "long", "init"];
    world.bare(&init, &[], None).refuses("too long");
    world.write("none", "");
    let init = ["--home", "new", "--passphrase-file", "none", "init"];
    world.bare(&init, &[], None).refuses("the passphrase is empty");
    assert!(!world.exists("new"));
}

#[test]
fn a_minus_reads_the_passphrase_from_standard_input() {
    let world = World::new();
    let erika = world.init("erika", "ed25519");
    let args = ["--home", "erika", "--passphrase-file", "-", "id"];
    let run = world.bare(&args, &[], Some(format!("{PASSPHRASE}\n").as_bytes())).exits(0);
    assert_eq!(run.stdout.trim(), erika);
    world.bare(&args, &[], Some(b"wrong\n")).refuses("does not open");
    let add = ["--home", "erika", "--passphrase-file", "-", "add", "-"];
    let run = world.bare(&add, &[], Some(PASSPHRASE.as_bytes())).exits(2);
    assert!(run.stderr.contains("only one thing can be read from standard input"));
    let verify = ["verify", "-", "--request", "-"];
    world.bare(&verify, &[], Some(b"x")).exits(2);
}

#[test]
fn without_file_and_terminal_the_way_out_is_named() {
    let world = World::new();
    world.init("erika", "ed25519");
    for command in [&["list"][..], &["init", "--home", "new"]] {
        let run = world.bare(&[&["--home", "erika"], command].concat(), &[], None);
        assert!(run.stderr.contains("--passphrase-file") || run.exit == 10, "{run:?}");
        assert_eq!(run.stdout, "");
    }
    let doctor = world.bare(&["--home", "erika", "doctor"], &[], None).exits(0);
    assert!(doctor.stdout.contains("not looked at without the passphrase"));
}

#[test]
fn no_option_and_no_variable_takes_the_secret_itself() {
    let world = World::new();
    world.init("erika", "ed25519");
    for option in ["--passphrase", "--password", "--root", "--seed", "-p"] {
        world.bare(&["--home", "erika", option, PASSPHRASE, "id"], &[], None).exits(2);
        world.bare(&["--home", "erika", "id", option, PASSPHRASE], &[], None).exits(2);
    }
    for variable in ["BONAFIDE_PASSPHRASE", "PASSPHRASE", "BONAFIDE_PASSPHRASE_FILE"] {
        world.bare(&["--home", "erika", "id"], &[(variable, PASSPHRASE)], None).exits(2);
    }
    let help = world.bare(&["--help"], &[], None).stdout;
    let about: Vec<_> = help.lines().filter(|line| line.contains("passphrase")).collect();
    assert!(about.iter().all(|line| !line.contains("--passphrase ")), "{about:?}");
}

#[test]
fn the_passphrase_is_in_no_output_and_in_no_file() {
    let story = Story::answered("ed25519");
    let init = ["init", "--kdf-cost", "lowest"];
    for command in [&["list"][..], &["doctor"], &["show", "1"], &["id", "--document"], &init, &[]] {
        let run = story.run("erika", command);
        assert!(!run.said().contains(PASSPHRASE), "{run:?}");
    }
    let wrong = with(&story, b"a secret nearly right\n", &["list"]);
    assert!(!wrong.said().contains("nearly"), "{wrong:?}");
    let secrets = [PASSPHRASE.as_bytes(), b"nearly", b"Muster", b"us-ria"];
    for (path, bytes) in story.files() {
        if path.starts_with(story.path("erika")) || path.starts_with(story.path("harbor")) {
            for secret in secrets {
                let found = bytes.windows(secret.len()).any(|window| window == secret);
                assert!(!found, "{}", path.display());
            }
        }
    }
}

#[test]
fn init_leaves_a_wallet_as_it_is_whatever_the_passphrase() {
    let world = World::new();
    world.init("erika", "ed25519");
    let before = world.wallet("erika");
    for args in [&["init"][..], &["init", "--key", "p256"], &["init", "--kdf-cost", "lowest"]] {
        with(&world, b"another", args).refuses("it was left as it is");
        world.run("erika", args).refuses("there is a wallet in erika already");
    }
    assert!(world.wallet("erika") == before);
    for content in ["", "something else"] {
        world.write("erika/wallet.bonafide", content);
        world.run("erika", &["init"]).refuses("already");
        assert_eq!(world.text("erika/wallet.bonafide"), content);
    }
}

#[test]
fn a_damaged_wallet_is_a_fault_and_the_doctor_says_so() {
    let world = World::new();
    world.init("erika", "ed25519");
    let good = world.wallet("erika");
    let mut flipped = good.clone();
    *flipped.last_mut().unwrap() ^= 1;
    for damage in [&good[..good.len() - 1], &flipped, b"", b"BONAFIDE", &[0xff; 5000]] {
        std::fs::write(world.path("erika/wallet.bonafide"), damage).unwrap();
        let run = world.run("erika", &["list"]).exits(1);
        assert_eq!(run.stdout, "");
        let doctor = world.run("erika", &["doctor"]).exits(1);
        assert!(
            doctor.stdout.contains("LOOK  fault") && doctor.stdout.contains("backup"),
            "{doctor:?}"
        );
        world.run("erika", &["doctor", "--json"]).exits(1).json();
    }
    std::fs::write(world.path("erika/wallet.bonafide"), good).unwrap();
    let doctor = with(&world, b"wrong", &["doctor"]).exits(10);
    assert!(doctor.stdout.contains("does not open this wallet"), "{doctor:?}");
    world.run("erika", &["doctor"]).exits(0);
}

#[cfg(unix)]
#[test]
fn a_wallet_that_others_can_read_is_not_opened() {
    use std::os::unix::fs::PermissionsExt;
    let world = World::new();
    world.init("erika", "ed25519");
    let path = world.path("erika/wallet.bonafide");
    std::fs::set_permissions(&path, PermissionsExt::from_mode(0o644)).unwrap();
    assert!(world.run("erika", &["id"]).exits(1).stderr.contains("chmod 600"));
    std::fs::remove_file(&path).unwrap();
    std::os::unix::fs::symlink("/dev/null", &path).unwrap();
    world.run("erika", &["id"]).exits(1);
    world.run("erika", &["init"]).refuses("already");
}

/// What other programs see of one that waits for its passphrase and has read part of it.
#[cfg(target_os = "linux")]
#[test]
fn a_running_command_shows_no_secret_and_leaves_no_core() {
    use std::io::Write;
    use std::process::{Command, Stdio};

    let world = World::new();
    world.init("erika", "ed25519");
    let mut child = Command::new(env!("CARGO_BIN_EXE_bonafide"))
        .args(["--home", "erika", "--passphrase-file", "-", "list"])
        .current_dir(world.dir())
        .env_clear()
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut stdin = child.stdin.take().unwrap();
    stdin.write_all(PASSPHRASE.as_bytes()).unwrap();
    stdin.flush().unwrap();
    let file = |name: &str| std::fs::read(format!("/proc/{}/{name}", child.id()));
    let no_core = || {
        let limits = String::from_utf8(file("limits").unwrap()).unwrap();
        let core = limits.lines().find(|line| line.starts_with("Max core file size")).unwrap();
        core.split_whitespace().filter(|word| *word == "0").count() == 2
    };
    let soon = (0..500).any(|_| {
        std::thread::sleep(std::time::Duration::from_millis(10));
        no_core()
    });
    assert!(soon);
    for name in ["cmdline", "environ"] {
        // What cannot be read shows nothing.
        let seen = file(name).unwrap_or_default();
        assert!(!String::from_utf8_lossy(&seen).contains(PASSPHRASE), "{name}");
    }
    drop(stdin);
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(0));
}

/// As far as the system lets any program of this user lock its memory, this one does, and says so.
#[cfg(target_os = "linux")]
#[test]
fn memory_is_locked_where_the_system_allows() {
    let own = |name: &str| std::fs::read_to_string(format!("/proc/self/{name}")).unwrap();
    let (limits, status) = (own("limits"), own("status"));
    let limit = limits.lines().find(|line| line.starts_with("Max locked memory")).unwrap();
    let hard = limit.split_whitespace().nth(4).unwrap();
    let effective = status.lines().find_map(|line| line.strip_prefix("CapEff:")).unwrap();
    let effective = u64::from_str_radix(effective.trim(), 16).unwrap();
    const IPC_LOCK: u64 = 1 << 14;
    let allowed = hard == "unlimited" || effective & IPC_LOCK != 0;

    let world = World::new();
    world.init("erika", "ed25519");
    let findings = world.run("erika", &["doctor", "--json"]).json();
    let memory = findings.as_array().unwrap().iter().find(|f| f["about"] == "memory").unwrap();
    assert_eq!(memory["state"].as_str().unwrap().starts_with("locked"), allowed, "{memory}");
    assert_eq!(memory["well"], true);
}
