//! The keyring of the operating system as a way in. With the feature `os-keyring` these tests need a real
//! one, as `.ci/keyring` starts it, and fail without.

use bonafide::random::SystemRandom;
use bonafide::wallet::{Access, KeyringSecret, Passphrase, WalletFile};

use crate::support::{PASSPHRASE, World};

fn erika() -> World {
    let world = World::new();
    world.init("erika", "ed25519");
    world
}

/// Gives the wallet a slot whose secret no keyring here has: emptied at a reboot, or of another machine.
fn with_slot(world: &World, access: Access) {
    let file = WalletFile::at(&world.path("erika/wallet.bonafide"));
    let mut unlocked = file.unlock(&Passphrase::new(PASSPHRASE.to_owned()).unwrap()).unwrap();
    let secret = KeyringSecret::generate(&mut SystemRandom).unwrap();
    unlocked.add_keyring(&secret, access, &mut SystemRandom).unwrap();
}

/// What the keyring cannot do is said, and the passphrase is asked for; it opens as before.
#[test]
fn without_the_keyring_the_passphrase_still_opens() {
    for access in [Access::Reading, Access::Full] {
        let world = erika();
        with_slot(&world, access);
        let asked = world.bare(&["--home", "erika", "list"], &[], None).exits(2);
        assert!(asked.stderr.contains("Not opened by the keyring: "), "{asked:?}");
        assert!(asked.stderr.contains("--passphrase-file"), "{asked:?}");
        world.ok("erika", &["list"]);
        world.ok("erika", &["keys", "phrase"]);
        let slots = world.json("erika", &["keys", "slots"]);
        assert_eq!(slots[2]["kind"], "keyring");
        assert_eq!(slots[2]["may_sign"], access == Access::Full);
        let gone = world.run("erika", &["keys", "remove-slot", "2", "--yes"]).exits(0);
        assert!(gone.stderr.contains("The keyring kept its secret"), "{gone:?}");
        assert_eq!(world.json("erika", &["keys", "slots"]).as_array().unwrap().len(), 2);
    }
}

#[test]
fn a_keyring_that_is_not_there_gets_no_slot() {
    let world = erika();
    let before = world.wallet("erika");
    let refused = world.run("erika", &["keys", "add-slot", "keyring"]);
    let expected = if cfg!(feature = "os-keyring") { 1 } else { 10 };
    assert_eq!(refused.exit, expected, "{refused:?}");
    assert!(refused.stderr.contains("passphrase"), "{refused:?}");
    assert_eq!(world.wallet("erika"), before);
    world.run("erika", &["keys", "add-slot", "phrase", "--may-sign"]).exits(2);
}

#[cfg(feature = "os-keyring")]
mod with_a_keyring {
    use super::*;
    use crate::support::Run;

    /// Without a passphrase file, with what leads to the keyring of the one who runs the tests.
    fn run(world: &World, args: &[&str]) -> Run {
        let names = ["DBUS_SESSION_BUS_ADDRESS", "XDG_RUNTIME_DIR", "HOME"];
        let env: Vec<(&str, String)> =
            names.into_iter().filter_map(|name| Some((name, std::env::var(name).ok()?))).collect();
        let env: Vec<(&str, &str)> =
            env.iter().map(|(name, value)| (*name, value.as_str())).collect();
        world.bare(&[&["--home", "erika"], args].concat(), &env, None)
    }

    /// Adds the slot, with the passphrase and with the keyring at hand.
    fn added(world: &World, may_sign: bool) -> Run {
        let mut args = vec!["--passphrase-file", "pw", "keys", "add-slot", "keyring"];
        args.extend(may_sign.then_some("--may-sign"));
        run(world, &args)
    }

    #[test]
    fn it_opens_for_reading_and_signing_asks_for_the_passphrase() {
        let world = erika();
        let made = added(&world, false).exits(0);
        assert!(made.stderr.contains("signing still needs the passphrase"), "{made:?}");
        run(&world, &["list"]).exits(0);
        let slots = run(&world, &["keys", "slots", "--json"]).exits(0).json();
        assert_eq!((&slots[2]["kind"], &slots[2]["may_sign"]), (&"keyring".into(), &false.into()));
        for closed in [&["keys", "phrase"][..], &["keys", "change-passphrase"]] {
            let asked = run(&world, closed).exits(2);
            assert!(asked.stderr.contains("--passphrase-file"), "{asked:?}");
        }
        let doctor = run(&world, &["doctor", "--json"]).exits(0).json();
        let keyring = doctor.as_array().unwrap().iter().find(|f| f["about"] == "keyring").unwrap();
        assert_eq!(keyring["well"], true, "{keyring}");
        // One is enough.
        added(&world, true).refuses("opens this wallet already");
        world.ok("erika", &["id"]);
    }

    #[test]
    fn one_that_may_sign_does_all_until_it_is_taken_away() {
        let world = erika();
        let made = added(&world, true).exits(0);
        assert!(made.stderr.contains("can answer in your name"), "{made:?}");
        run(&world, &["keys", "phrase"]).exits(0);
        let gone = run(&world, &["--passphrase-file", "pw", "keys", "remove-slot", "2", "--yes"]);
        let gone = gone.exits(0);
        assert!(!gone.stderr.contains("The keyring kept"), "{gone:?}");
        let asked = run(&world, &["list"]).exits(2);
        assert!(!asked.stderr.contains("keyring"), "{asked:?}");
    }

    /// Emptied, as some are at every reboot.
    #[test]
    fn an_emptied_keyring_is_told_from_none() {
        let world = erika();
        with_slot(&world, Access::Reading);
        let asked = run(&world, &["list"]).exits(2);
        assert!(asked.stderr.contains("has no secret for this wallet"), "{asked:?}");
        let doctor = run(&world, &["--passphrase-file", "pw", "doctor", "--json"]).exits(0).json();
        let keyring = doctor.as_array().unwrap().iter().find(|f| f["about"] == "keyring").unwrap();
        assert_eq!(keyring["well"], false, "{keyring}");
        assert!(keyring["mend"].as_str().unwrap().contains("remove-slot"), "{keyring}");
    }

    /// Two wallets of one person do not mix.
    #[test]
    fn every_wallet_has_its_own_secret() {
        let (one, two) = (erika(), erika());
        added(&one, false).exits(0);
        added(&two, false).exits(0);
        run(&one, &["list"]).exits(0);
        run(&two, &["list"]).exits(0);
    }
}
