//! The usual people: Acme checks Erika, Erika answers Harbor.

use std::ops::Deref;

use super::World;

/// What Acme found out about a person who does not exist.
pub const IDENTITY: &str = r#"{"family_name":"Muster","given_name":"Erika","birthdate":"1984-08-12",
"nationalities":["DE"],"address":{"country":"DE","locality":"Köln"},"age_over_18":true,
"assurance":{"level":"substantial"}}"#;

/// What Acme found in her papers.
pub const INVESTOR: &str = r#"{"regime":"us-501a","networth_xpr_gt_usd_1m":true,
"method":"third-party-letter","attestor_role":"us-ria"}"#;

/// Values that only the people concerned may read.
pub const PRIVATE: [&str; 4] = ["Muster", "Erika", "1984-08-12", "Köln"];

/// A folder in which `acme`, `erika` and `harbor` have wallets.
pub struct Story {
    world: World,
    pub acme: String,
    pub erika: String,
    pub nonce: String,
}

impl Deref for Story {
    type Target = World;

    fn deref(&self) -> &World {
        &self.world
    }
}

impl Story {
    /// Wallets, the claims `id.json` and `investor.json`, and Erika's `proof` for Acme's nonce.
    pub fn begun(key: &str) -> Self {
        let world = World::new();
        let [acme, erika, _] = ["acme", "erika", "harbor"].map(|home| world.init(home, key));
        let nonce = world.ok("acme", &["nonce"]);
        world.write("id.json", IDENTITY);
        world.write("investor.json", INVESTOR);
        let prove = ["id", "--prove", &acme, "--nonce", &nonce, "--out", "proof"];
        world.ok("erika", &prove);
        Self { world, acme, erika, nonce }
    }

    /// And Erika keeps both credentials, issued in plain as `id.credential` (1) and `investor.credential` (2).
    pub fn issued(key: &str) -> Self {
        let story = Self::begun(key);
        story
            .ok("acme", &story.issue_plain("kyc-identity", "id.json", &["--out", "id.credential"]));
        let more = ["--identified-here", "case-7", "--out", "investor.credential"];
        story.ok("acme", &story.issue_plain("accredited-individual", "investor.json", &more));
        story.ok("erika", &["add", "id.credential"]);
        story.ok("erika", &["add", "investor.credential"]);
        story
    }

    /// And she has answered Harbor's `request` for regime and method with `answer`.
    pub fn answered(key: &str) -> Self {
        let story = Self::issued(key);
        story.ask("harbor", "accredited-individual", &["regime", "method"], "request");
        story.ok("erika", &["present", "request", "--yes", "--out", "answer"]);
        story
    }

    /// Arguments that issue to Erika, sealed.
    pub fn issue<'a>(&'a self, kind: &'a str, claims: &'a str, more: &[&'a str]) -> Vec<&'a str> {
        let args = ["issue", kind, "--holder", "proof", "--nonce", &self.nonce, "--claims", claims];
        [&args, more].concat()
    }

    /// Likewise, in plain.
    pub fn issue_plain<'a>(
        &'a self,
        kind: &'a str,
        claims: &'a str,
        more: &[&'a str],
    ) -> Vec<&'a str> {
        [&self.issue(kind, claims, more)[..], &["--plain"]].concat()
    }

    /// Writes a request for these claims into a file.
    pub fn ask(&self, home: &str, kind: &str, claims: &[&str], out: &str) {
        let mut args = vec!["request", "--type", kind, "--out", out];
        args.extend(claims.iter().flat_map(|claim| ["--claim", claim]));
        self.ok(home, &args);
    }

    /// Arguments that verify the answer as it should be.
    pub fn verify<'a>(&'a self, more: &[&'a str]) -> Vec<&'a str> {
        let args = ["verify", "answer", "--request", "request", "--trust", &self.acme];
        [&args, more].concat()
    }
}
