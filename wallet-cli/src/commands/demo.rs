//! `bonafide demo`: the whole path with real files and the real commands, in a scratch folder.

mod stage;

use std::path::PathBuf;

use bonafide::clock::{DAY, Timestamp};
use bonafide::encoding::base64url;
use serde_json::{Value, json};

use crate::error::Result;
use crate::{output, text};
use stage::{Stage, broken};

/// What both platforms ask: three claims.
const ASKED: [&str; 6] =
    ["--claim", "regime", "--claim", "networth_xpr_gt_usd_1m", "--claim", "attestor_role"];

pub fn run(dir: Option<PathBuf>, now: Timestamp) -> Result<()> {
    let stage = Stage::build(dir, now)?;
    output::data(
        "One KYC check, two platforms, and four frauds. Everything below is done by the real commands.",
    );
    let acme = one_check(&stage)?;
    let harbor = ask_and_answer(
        &stage,
        &acme,
        "harbor",
        "Harbor Exchange asks, Erika agrees, Harbor verifies offline:",
    )?;
    let summit = ask_and_answer(
        &stage,
        &acme,
        "summit",
        "Summit Markets does the same. No second check is needed, and it sees another key:",
    )?;
    frauds(&stage, &acme)?;
    if harbor.key == summit.key {
        return Err(broken("both platforms saw one key"));
    }
    who_learned_what(&harbor.claims, &summit.claims);
    output::data(&format!("All files are in {}", text::path(stage.dir())));
    Ok(())
}

/// What Acme found out about a person who does not exist.
fn identity_claims(now: Timestamp) -> String {
    let claims = json!({
        "family_name": "Muster", "given_name": "Erika", "birthdate": "1984-08-12", "nationalities": ["DE"],
        "address": {"street_address": "Heidestrasse 17", "postal_code": "51147", "locality": "Köln", "country": "DE"},
        "document": {
            "type": "passport", "number": "C01X00T47", "issuing_country": "DE",
            "date_of_expiry": now.plus(3000 * DAY).date(),
        },
        "age_over_18": true, "age_over_21": true, "assurance": {"framework": "eidas", "level": "substantial"},
    });
    format!("{claims:#}")
}

/// Twelve claims can be hidden: these ten, and `sub` and `evidence`, which issuing adds.
fn investor_claims(now: Timestamp) -> String {
    let year = |days: i64| now.plus(-days * DAY).date().chars().take(4).collect::<String>();
    let years = [year(2 * 366), year(366)].map(|year| year.parse::<u32>().unwrap_or_default());
    let claims = json!({
        "regime": "us-501a", "basis": ["501(a)(5)", "501(a)(6)"], "networth_xpr_gt_usd_1m": true,
        "income2y_gt_usd_200k": true, "income_years": years, "method": "third-party-letter",
        "attestor_role": "us-ria", "evidence_as_of": now.plus(-9 * DAY).date(),
        "assurance": {"level": "substantial"}, "record_ref": "acme-2026-004711",
    });
    format!("{claims:#}")
}

/// Acme Verify checks Erika once and signs two credentials for her key.
fn one_check(stage: &Stage) -> Result<String> {
    stage.say("Acme Verify (KYC provider), Erika (investor) and two platforms each make a wallet.");
    let init = ["init", "--kdf-cost", "lowest"];
    stage.show("acme", &init);
    let acme = stage.quiet("acme", &init)?;
    for home in ["erika", "harbor", "summit"] {
        stage.quiet(home, &init)?;
    }
    stage.say("Acme gives Erika a nonce; she proves three keys, one for each platform to come.");
    let nonce = stage.quiet("acme", &["nonce"])?;
    let prove = ["id", "--columns", "3", "--prove", &acme, "--nonce", &nonce];
    stage.run("erika", &[&prove[..], &["--out", "proof"]].concat(), 0)?;
    let sealed = if cfg!(feature = "jwe") { ", sealed for her" } else { "" };
    stage.say(&format!(
        "Acme checks her passport and papers, once, and signs what it found{sealed}."
    ));
    stage.write("identity.json", &identity_claims(stage.now()))?;
    stage.write("investor.json", &investor_claims(stage.now()))?;
    let plain: &[&str] = if cfg!(feature = "jwe") { &[] } else { &["--plain"] };
    let proof = ["--holder", "proof", "--nonce", &nonce, "--keys", "3"];
    let proof = [&proof[..], plain].concat();
    let identity = ["--claims", "identity.json", "--out", "identity.credential"];
    stage.run("acme", &[&["issue", "kyc-identity"], &proof[..], &identity].concat(), 0)?;
    let investor = [
        "--claims",
        "investor.json",
        "--identified-here",
        "case-4711",
        "--out",
        "investor.credential",
    ];
    stage.run("acme", &[&["issue", "accredited-individual"], &proof[..], &investor].concat(), 0)?;
    stage.say("Erika checks all and keeps them in her encrypted wallet.");
    stage.quiet("erika", &["trust", "pin", &acme, "--name", "Acme Verify"])?;
    stage.run("erika", &["add", "identity.credential"], 0)?;
    stage.run("erika", &["add", "investor.credential"], 0)?;
    Ok(acme)
}

/// What an answer told a platform.
struct Learned {
    claims: Vec<String>,
    key: String,
}

/// One platform asks for three claims and verifies the answer; what it learned comes back.
fn ask_and_answer(stage: &Stage, acme: &str, platform: &str, sentence: &str) -> Result<Learned> {
    let (request, answer) = (format!("{platform}.request"), format!("{platform}.answer"));
    stage.say(sentence);
    let ask = [&["request", "--type", "accredited-individual"], &ASKED[..], &["--out", &request]]
        .concat();
    stage.run(platform, &ask, 0)?;
    stage.run("erika", &["present", &request, "--yes", "--out", &answer], 0)?;
    let verify = ["verify", &answer, "--request", &request, "--trust", acme];
    let verdict = stage.quiet(platform, &[&verify[..], &["--dry-run", "--json"]].concat())?;
    stage.run(platform, &verify, 0)?;
    let verdict: Value =
        serde_json::from_str(&verdict).map_err(|_| broken("the verdict is no JSON"))?;
    let claims = verdict.pointer("/credentials/0/claims").and_then(Value::as_object);
    let claims = claims.ok_or_else(|| broken("the verdict has no claims"))?.keys().cloned();
    let key = verdict.pointer("/credentials/0/holder_key").and_then(Value::as_str);
    let key = key.ok_or_else(|| broken("the verdict has no key"))?.to_owned();
    Ok(Learned { claims: claims.collect(), key })
}

fn frauds(stage: &Stage, acme: &str) -> Result<()> {
    stage.say("Somebody hands the same answer to Harbor once more:");
    stage.run(
        "harbor",
        &["verify", "harbor.answer", "--request", "harbor.request", "--trust", acme],
        10,
    )?;
    stage.say("Harbor asks anew, and a forger turns \"us-ria\" into \"attorney\" in the answer:");
    let ask = |platform: &str| {
        let out = format!("{platform}.second.request");
        let ask = ["request", "--type", "accredited-individual"];
        stage.quiet(platform, &[&ask[..], &ASKED, &["--out", &out]].concat())
    };
    ask("harbor")?;
    let present = ["present", "harbor.second.request", "--yes", "--out", "second.answer"];
    stage.quiet("erika", &present)?;
    stage.write("forged.answer", &forge(&stage.read("second.answer")?)?)?;
    stage.run(
        "harbor",
        &["verify", "forged.answer", "--request", "harbor.second.request", "--trust", acme],
        10,
    )?;
    stage.say("Somebody hands Harbor's answer to Summit, which asks anew, too:");
    ask("summit")?;
    stage.run(
        "summit",
        &["verify", "harbor.answer", "--request", "summit.second.request", "--trust", acme],
        10,
    )?;
    stage.say("A year later the credential has ended:");
    let later = stage.now().plus(365 * DAY).to_string();
    let verify =
        ["verify", "harbor.answer", "--request", "harbor.request", "--trust", acme, "--at", &later];
    stage.run("harbor", &verify, 10)?;
    Ok(())
}

/// Changes one disclosed value in an answer, as somebody with an editor would.
fn forge(answer: &str) -> Result<String> {
    for part in answer.split(['~', '"']) {
        let disclosure =
            base64url::decode(part).ok().and_then(|bytes| String::from_utf8(bytes).ok());
        if let Some(changed) = disclosure.filter(|text| text.contains("us-ria")) {
            let changed = base64url::encode(changed.replace("us-ria", "attorney"));
            return Ok(answer.replace(part, &changed));
        }
    }
    Err(broken("the answer has no attestor_role to forge"))
}

fn who_learned_what(harbor: &[String], summit: &[String]) {
    let row = |who: &str, learned: &str, not: &str| {
        output::data(format!("  {who:<16} {learned:<43} {not}").trim_end())
    };
    let keys = |claims: &[String]| claims.iter().filter(|name| *name != "assessed_on").count();
    output::data("Who learned what:");
    row("", "learned", "did not learn");
    row("Acme Verify", "what it checked, once", "where Erika invests, and when");
    for (who, claims) in [("Harbor Exchange", harbor), ("Summit Markets", summit)] {
        row(
            who,
            &format!("{} of 12 claims, and the date of the check:", keys(claims)),
            "name, birthdate, address, passport,",
        );
        let learned: Vec<&str> =
            claims.iter().map(String::as_str).filter(|name| *name != "assessed_on").collect();
        for (n, name) in learned.iter().enumerate() {
            let not = if n == 0 { "income, evidence, record, who else asked" } else { "" };
            row("", &format!("  {name}"), not);
        }
    }
    row("Both together", "no more: each sees a key of its own", "that it is one person");
    row("Nobody", "", "a figure: no credential holds net worth or");
    row("", "", "income, only that they are over a limit");
}
