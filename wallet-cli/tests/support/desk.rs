//! Acme's desk: lists have a place, and Erika, whom it calls ACME-7, has three credentials.

use std::ops::Deref;

use serde_json::Value;

use super::Story;

pub struct Desk {
    story: Story,
}

impl Deref for Desk {
    type Target = Story;

    fn deref(&self) -> &Story {
        &self.story
    }
}

impl Desk {
    /// Credential 1 is an identity, 2 an investor status, 3 a screening, all from `from`; a folder `web`.
    pub fn new(investor: &str, from: &str) -> Self {
        let story = Story::begun("ed25519");
        std::fs::create_dir(story.path("web")).unwrap();
        story.ok("acme", &["status", "set-url", "https://acme.example/status"]);
        let with = |claims: &str, more: &str| {
            let open = claims.strip_suffix('}').unwrap();
            format!("{open}, \"assessed_on\": \"{from}\"{more}}}")
        };
        story.write("id.json", with(super::story::IDENTITY, ""));
        story.write("investor.json", with(super::story::INVESTOR, ""));
        let lists = format!(r#", "lists": [{{"list": "OFAC SDN", "as_of": "{from}"}}]"#);
        story.write("aml.json", with(r#"{"sanctions_clear": true, "risk_band": "low"}"#, &lists));
        let more = ["--investor", investor, "--operator", "Ada", "--identified-here", "case-7"];
        for (kind, claims, out) in [
            ("kyc-identity", "id.json", "id.credential"),
            ("accredited-individual", "investor.json", "investor.credential"),
            ("aml-screening", "aml.json", "aml.credential"),
        ] {
            let args = story.issue(kind, claims, &["--out", out]);
            story.ok("acme", &[&args[..], &more].concat());
        }
        Self { story }
    }

    /// From today, of ACME-7.
    pub fn today() -> Self {
        Self::new("ACME-7", &super::lab::now().date())
    }

    /// The records' file and the folder for the web server, byte by byte.
    pub fn kept(&self) -> Vec<(std::path::PathBuf, Vec<u8>)> {
        let mut files = self.files();
        files.retain(|(path, _)| !path.to_string_lossy().contains(".db"));
        files
    }

    /// The state of each credential of that investor, by the records.
    pub fn states(&self, investor: &str) -> Vec<String> {
        let shown = self.json("acme", &["records", "show", investor]);
        let all = shown["credentials"].as_array().unwrap().iter();
        all.map(|one| one["state"].as_str().unwrap().to_owned()).collect()
    }

    /// Where a credential lies in its list.
    pub fn index(&self, investor: &str, number: usize) -> u64 {
        let shown: Value = self.json("acme", &["records", "show", investor]);
        shown["credentials"][number - 1]["index"].as_u64().unwrap()
    }
}
