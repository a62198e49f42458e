//! A made-up offering: an issuer's home, a table of investors, a proof file for each.

use std::fmt::Write as _;
use std::fs;
use std::path::Path;
use std::process::Command;

use bonafide::clock::Timestamp;
use bonafide::did::Identity;
use bonafide::key::{Algorithm, SecretKey};
use bonafide::possession;
use bonafide::random::SystemRandom;
use bonafide::wallet::{KdfParams, Passphrase, Wallet, WalletFile};
use bonafide_records::{Act, Actor, RecordsKey, Settings, SqliteBook};

pub type Anything = Box<dyn std::error::Error>;

/// What each investor gets.
pub const TYPES: [&str; 3] = ["kyc-identity", "aml-screening", "accredited-individual"];

const PASSPHRASE: &str = "correct horse battery staple";

const HEADER: &str = "external_id,proof,nonce,identified_here,assessed_on,family_name,given_name,birthdate,\
    nationalities,address.street_address,address.locality,address.postal_code,address.country,age_over_18,\
    assurance.framework,assurance.level,record_ref,sanctions_clear,pep_clear,risk_band,lists.list,lists.as_of,\
    regime,method,attestor_role,networth_xpr_gt_usd_1m,evidence_as_of\n";

/// An issuer's home, a table, and a proof file for each row.
pub fn write_table(dir: &Path, investors: u32, keys: u8, now: Timestamp) -> Result<(), Anything> {
    let home = dir.join("home");
    fs::create_dir(&home)?;
    fs::create_dir(dir.join("proofs"))?;
    fs::write(dir.join("passphrase"), PASSPHRASE)?;
    let wallet = Wallet::create(Algorithm::Ed25519, now, &mut SystemRandom)?;
    let issuer = Identity::did_key(wallet.identity_key_id(), &wallet)?.did().clone();
    let passphrase = Passphrase::new(PASSPHRASE.to_owned())?;
    WalletFile::at(&home.join("wallet.bonafide")).create(
        &wallet,
        &passphrase,
        KdfParams::LOWEST,
        &mut SystemRandom,
    )?;
    let act = Act { actor: Actor { operator: "Ada", approver: None }, at: now };
    book(&home, &wallet)?.set_status_url("https://acme.example/status/", &act)?;
    let mut table = String::from(HEADER);
    let today = now.date();
    for n in 0..investors {
        let secrets = (0..keys).map(|key| {
            let mut seed = [key; 32];
            seed.iter_mut().zip(n.to_be_bytes()).for_each(|(to, from)| *to = from);
            SecretKey::from_bytes(Algorithm::Ed25519, &seed.into())
        });
        let secrets: Vec<SecretKey> = secrets.collect::<Result<_, _>>()?;
        let holders = secrets.iter().map(|key| Identity::did_key(key.id(), key));
        let holders: Vec<Identity<'_>> = holders.collect::<Result<_, _>>()?;
        let nonce = format!("nonce-for-one-offering-{n:06}");
        let proof = possession::prove(&holders, &issuer, &nonce, now)??;
        fs::write(dir.join(format!("proofs/{n}.proof")), proof)?;
        writeln!(
            table,
            "INV-{n:06},proofs/{n}.proof,{nonce},case {n},{today},Muster{n},Erika,1984-08-12,DE|CH,Heidestrasse {n},Köln,51147,\
             DE,yes,eidas,substantial,acme-{n},yes,yes,low,OFAC|EU|UN,{today}|{today}|{today},us-501a,\
             third-party-letter,us-ria,yes,{today}"
        )?;
    }
    fs::write(dir.join("investors.csv"), table)?;
    Ok(())
}

/// The program, in that home.
pub fn bonafide(dir: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_bonafide"));
    command.current_dir(dir).args(["--home", "home", "--passphrase-file", "passphrase"]);
    command.env("USER", "Ada");
    command
}

/// The command that issues to everybody.
pub fn issue(dir: &Path, keys: u8) -> Command {
    let mut command = bonafide(dir);
    command.args(["issue", "--batch", "investors.csv", "--types", &TYPES.join(",")]);
    command.args(["--columns", &keys.to_string(), "--out-dir", "out"]);
    command
}

/// The issuer's records.
pub fn book(home: &Path, wallet: &Wallet) -> Result<SqliteBook, Anything> {
    let secret = wallet.keyed_digest("issuer's records", b"master key");
    let (records, keys) = (home.join("records.db"), home.join("subject-keys.db"));
    Ok(SqliteBook::open(&records, &keys, RecordsKey::new(secret.into()), Box::new(SystemRandom))?)
}

/// The time of the clock.
pub fn now() -> Result<Timestamp, Anything> {
    let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH)?;
    Timestamp::from_unix(i64::try_from(since.as_secs())?).ok_or_else(|| "the clock".into())
}
