//! Nothing that decides opens a connection: the kernel would kill it (row 11). Linux only, with its C compiler.

use std::os::unix::process::ExitStatusExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use crate::support::{Desk, World};

/// SIGSYS: the kernel's answer to a call that is not allowed.
const KILLED: Option<i32> = Some(31);

/// The program that runs another one without sockets, compiled.
fn jail(world: &World) -> PathBuf {
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/support/no_sockets.c");
    let program = world.path("no_sockets");
    let cc = std::env::var("CC").unwrap_or_else(|_| "cc".into());
    let built = Command::new(cc).arg("-o").arg(&program).arg(source).status().unwrap();
    assert!(built.success());
    program
}

fn jailed(world: &World, program: &str, args: &[&str]) -> Output {
    let mut command = Command::new(jail(world));
    command.arg(program).args(args).current_dir(world.dir()).env("BONAFIDE_HOME", "harbor");
    command.output().unwrap()
}

/// The jail holds: what opens a socket dies.
#[test]
fn the_jail_holds() {
    let world = World::new();
    let open = "use Socket; socket(my $s, PF_INET, SOCK_STREAM, 0); print 'open'";
    let perl = jailed(&world, "/usr/bin/perl", &["-e", open]);
    assert_eq!(perl.status.signal(), KILLED, "{perl:?}");
    let perl = jailed(&world, "/usr/bin/perl", &["-e", "print 'harmless'"]);
    assert_eq!((perl.status.code(), perl.stdout.as_slice()), (Some(0), &b"harmless"[..]));
}

#[test]
fn verifying_opens_no_socket() {
    let desk = Desk::today();
    desk.ok("erika", &["add", "investor.credential"]);
    desk.ask("harbor", "accredited-individual", &["regime"], "request");
    desk.ok("acme", &["status", "publish", "--out-dir", "web"]);
    desk.ok("erika", &["present", "request", "--yes", "--out", "answer"]);
    let bonafide = env!("CARGO_BIN_EXE_bonafide");
    let exit = |more: &[&str]| {
        let args = ["verify", "answer", "--request", "request"];
        let done = jailed(&desk, bonafide, &[&args, more].concat());
        assert_eq!(done.status.signal(), None, "{done:?}");
        done.status.code()
    };
    assert_eq!(exit(&["--trust", &desk.acme]), Some(11));
    // An issuer whose DID names a host, and a list that is only on the web: neither is looked for.
    assert_eq!(exit(&["--status", "web"]), Some(10));
    assert_eq!(exit(&["--trust", "did:web:acme.example", "--status", "web"]), Some(10));
    assert_eq!(exit(&["--trust", &desk.acme, "--status", "web"]), Some(0));
}
