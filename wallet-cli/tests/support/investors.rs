//! Many investors: proofs of keys that lie in no wallet, and a table of them.

use bonafide::clock::Timestamp;
use bonafide::did::{Did, Identity};
use bonafide::key::{Algorithm, SecretKey};
use bonafide::possession;

use super::World;
use super::lab::now;

/// The columns of a good table, and a good row's cells. `{n}` is the row's number.
pub const COLUMNS: [(&str, &str); 16] = [
    ("external_id", "INV-{n}"),
    ("proof", "proofs/{n}"),
    ("nonce", "nonce-for-one-offering-{n}"),
    ("identified_here", "case {n}"),
    ("assessed_on", "2026-01-05"),
    ("family_name", "Muster"),
    ("given_name", "Erika"),
    ("birthdate", "1984-08-12"),
    ("nationalities", "DE|CH"),
    ("address.country", "DE"),
    ("age_over_18", "yes"),
    ("assurance.level", "substantial"),
    ("sanctions_clear", "yes"),
    ("risk_band", "low"),
    ("lists.list", "OFAC|EU"),
    ("lists.as_of", "2026-01-04|2026-01-05"),
];

/// An issuer `acme`, and so many investors with so many keys each, in the rows from 2 on.
pub struct Offering {
    pub world: World,
    pub acme: Did,
    pub keys: u8,
}

impl Offering {
    pub fn new(investors: u32, keys: u8) -> Self {
        let world = World::new();
        let acme = Did::parse(&world.init("acme", "ed25519")).unwrap();
        std::fs::create_dir(world.path("proofs")).unwrap();
        std::fs::create_dir(world.path("out")).unwrap();
        let offering = Self { world, acme, keys };
        for row in 2..2 + investors {
            offering.prove(&format!("proofs/{row}"), row, row, now());
        }
        offering
    }

    /// A key of an investor.
    pub fn key(&self, investor: u32, column: u8) -> SecretKey {
        let mut seed = [column; 32];
        seed[..4].copy_from_slice(&investor.to_be_bytes());
        SecretKey::from_bytes(Algorithm::Ed25519, &seed.into()).unwrap()
    }

    /// Writes the proof of an investor's keys for the nonce of a row.
    pub fn prove(&self, file: &str, investor: u32, nonce: u32, at: Timestamp) {
        self.prove_to(file, investor, nonce, at, &self.acme);
    }

    pub fn prove_to(&self, file: &str, investor: u32, nonce: u32, at: Timestamp, issuer: &Did) {
        let keys: Vec<SecretKey> =
            (0..self.keys).map(|column| self.key(investor, column)).collect();
        let holders: Vec<Identity<'_>> =
            keys.iter().map(|key| Identity::did_key(key.id(), key).unwrap()).collect();
        let nonce = format!("nonce-for-one-offering-{nonce}");
        let proof = possession::prove(&holders, issuer, &nonce, at).unwrap().unwrap();
        self.world.write(file, proof);
    }

    /// A table of those rows; `changed` puts other cells in.
    pub fn table(&self, rows: u32, changed: impl Fn(u32, &str) -> Option<String>) -> String {
        let quoted = |cell: &str| format!("\"{}\"", cell.replace('"', "\"\""));
        let mut table = COLUMNS.map(|(name, _)| name).join(",") + "\n";
        for row in 2..2 + rows {
            let cells = COLUMNS.map(|(name, good)| {
                let good = || good.replace("{n}", &row.to_string());
                quoted(&changed(row, name).unwrap_or_else(good))
            });
            table += &(cells.join(",") + "\n");
        }
        table
    }

    /// The command that issues identity and screening from `table.csv`.
    pub fn issue<'a>(&'a self, columns: &'a str, more: &[&'a str]) -> Vec<&'a str> {
        let command = ["issue", "--batch", "table.csv", "--types", "kyc-identity,aml-screening"];
        let rest = ["--columns", columns, "--out-dir", "out"];
        [&command[..], &rest, more].concat()
    }

    /// The credentials of all files, by file.
    pub fn issued(&self) -> Vec<(String, Vec<String>)> {
        let mut files: Vec<_> = std::fs::read_dir(self.world.path("out"))
            .unwrap()
            .map(|file| file.unwrap())
            .filter(|file| file.file_type().unwrap().is_file())
            .map(|file| {
                let name = file.file_name().into_string().unwrap();
                let text = std::fs::read_to_string(file.path()).unwrap();
                (name, text.lines().map(str::to_owned).collect())
            })
            .collect();
        files.sort();
        files
    }
}
