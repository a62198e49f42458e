//! Every disagreement that is known, by name. `DISAGREEMENTS.md` says who is right and why.
//!
//! A rule takes a disagreement only if the presentation has what it names (`facts`, found without
//! Bonafide), and if we, or the peer, refused for the reason that goes with it.

use crate::facts::Facts;
use crate::payload::same;
use crate::peer::Seen;

/// What a rule is about.
enum About {
    /// Peers accept what we refuse with one of these kinds.
    OnlyTheyAccept(&'static [&'static str]),
    /// The peer of that name refuses what we accept, saying one of these.
    OnlyWeAccept(&'static str, &'static [&'static str]),
    /// That peer accepts too, with another payload.
    AnotherPayload(&'static str),
}

use About::{AnotherPayload, OnlyTheyAccept, OnlyWeAccept};

const PYTHON: &str = "sd-jwt (Python)";
const NODE: &str = "@sd-jwt/sd-jwt-vc";
const RUST: &str = "sd-jwt-rs";

/// The name of a rule, its facts (one of them is there), and what it is about.
type Rule = (&'static str, &'static [&'static str], About);

const RULES: &[Rule] = &[
    // Encoding
    ("base64url", &["not canonical base64url"], OnlyTheyAccept(&["encoding"])),
    ("no JSON", &["no JSON"], OnlyTheyAccept(&["malformed", "bad-disclosure"])),
    ("name twice", &["name twice"], OnlyTheyAccept(&["duplicate-key"])),
    ("large number", &["large float"], OnlyTheyAccept(&["malformed"])),
    ("large number", &["large integer"], AnotherPayload(NODE)),
    ("size", &["nested deeply", "long name"], OnlyTheyAccept(&["too-deep", "too-large"])),
    (
        "white space",
        &["white space around"],
        OnlyWeAccept(PYTHON, &["Invalid JWS", "Invalid digest"]),
    ),
    ("white space", &["white space around"], OnlyWeAccept(NODE, &["Invalid JWT Signature"])),
    ("white space", &["white space around"], OnlyWeAccept(RUST, &["Base64 error"])),
    // Headers
    ("alg", &["alg of another key"], OnlyTheyAccept(&["alg-not-allowed", "malformed"])),
    ("alg Ed25519", &["alg Ed25519"], OnlyWeAccept(PYTHON, &["Verification failed"])),
    (
        "alg Ed25519",
        &["alg Ed25519"],
        OnlyWeAccept(RUST, &["InvalidAlgorithmName", "unknown variant"]),
    ),
    ("typ", &["typ of the credential"], OnlyTheyAccept(&["wrong-type"])),
    ("crit", &["crit or b64"], OnlyTheyAccept(&["unknown-critical"])),
    ("key in the header", &["key in the header"], OnlyTheyAccept(&["untrusted-key"])),
    ("header member", &["kid is no text"], OnlyTheyAccept(&["malformed"])),
    (
        "header member",
        &["header member of another kind"],
        OnlyWeAccept(RUST, &["JSON error: invalid type"]),
    ),
    // The credential
    (
        "issuer",
        &["kid of another key"],
        OnlyTheyAccept(&[
            "key-not-found",
            "bad-key",
            "bad-did-url",
            "did-method-unsupported",
            "issuer-unknown",
            "alg-not-allowed",
            "bad-signature",
        ]),
    ),
    (
        "issuer",
        &["iss of another issuer"],
        OnlyTheyAccept(&["issuer-key-mismatch", "claim-missing", "malformed"]),
    ),
    (
        "registered claims",
        &["vct", "sub", "aka_vcts or vct#integrity"],
        OnlyTheyAccept(&["claim-missing", "malformed"]),
    ),
    (
        "registered claim hidden",
        &["registered claim hidden"],
        OnlyTheyAccept(&["claim-not-disclosable"]),
    ),
    ("validity", &["time of another kind"], OnlyTheyAccept(&["malformed"])),
    ("validity", &["expired"], OnlyTheyAccept(&["expired"])),
    ("validity", &["not yet valid"], OnlyTheyAccept(&["not-yet-valid"])),
    ("validity", &["expired since"], OnlyWeAccept(RUST, &["ExpiredSignature"])),
    ("validity", &["no exp"], OnlyWeAccept(RUST, &["Missing required claim: exp"])),
    ("validity", &["issued in the future"], OnlyWeAccept(NODE, &["not yet valid"])),
    (
        "audience of the credential",
        &["aud of the credential"],
        OnlyTheyAccept(&["audience-mismatch", "malformed"]),
    ),
    (
        "audience of the credential",
        &["aud of the credential"],
        OnlyWeAccept(RUST, &["InvalidAudience"]),
    ),
    ("status", &["status"], OnlyTheyAccept(&["status-unknown", "status-invalid"])),
    (
        "holder key",
        &["holder key is none", "holder key with more members", "second holder key"],
        OnlyTheyAccept(&["holder-key-invalid"]),
    ),
    ("holder key", &["holder key with more members"], OnlyWeAccept(PYTHON, &["Cannot set 'y'"])),
    ("holder key", &["holder key with more members"], OnlyWeAccept(RUST, &["Cannot parse JWK"])),
    // Digests and disclosures
    ("hash", &["_sd_alg of another kind"], OnlyTheyAccept(&["hash-not-allowed"])),
    (
        "hash",
        &["sha-384 or sha-512"],
        OnlyWeAccept(PYTHON, &["Invalid digest", "Invalid hash algorithm"]),
    ),
    ("hash", &["sha-384 or sha-512"], OnlyWeAccept(RUST, &["Invalid hash algorithm"])),
    (
        "digests out of place",
        &[
            "_sd of another kind",
            "_sd_alg inside",
            "... of another kind",
            "... with company",
            "... in an object",
        ],
        OnlyTheyAccept(&["malformed"]),
    ),
    ("digest that is none", &["digest that is none"], AnotherPayload(NODE)),
    ("digest twice", &["digest twice", "disclosure twice"], OnlyTheyAccept(&["duplicate-digest"])),
    (
        "disclosure for nothing",
        &["disclosure for nothing"],
        OnlyTheyAccept(&["unreferenced-disclosure"]),
    ),
    ("bad disclosure", &["bad disclosure"], OnlyTheyAccept(&["bad-disclosure"])),
    ("claim twice", &["claim twice"], OnlyTheyAccept(&["bad-disclosure"])),
    ("awkward name", &["__proto__", "claim without a name"], AnotherPayload(NODE)),
    (
        "empty array",
        &["empty array"],
        OnlyWeAccept(RUST, &["Array of disclosed claims cannot be empty"]),
    ),
    // The answer
    ("audience of the answer", &["aud of the answer"], OnlyTheyAccept(&["audience-mismatch"])),
    (
        "time of the answer",
        &["time of the answer"],
        OnlyTheyAccept(&["stale", "not-yet-valid", "malformed"]),
    ),
    (
        "exp of the answer",
        &["exp or nbf in the answer"],
        OnlyTheyAccept(&["stale", "not-yet-valid", "malformed"]),
    ),
];

/// The names of all rules.
pub fn names() -> impl Iterator<Item = &'static str> {
    RULES.iter().map(|(name, ..)| *name)
}

/// Whether they agree: both refuse, or both accept with one payload.
pub fn agree(ours: &Seen, theirs: &Seen) -> bool {
    match (ours, theirs) {
        (Seen::Accepted(ours), Seen::Accepted(theirs)) => same(ours, theirs),
        (Seen::Refused(_), Seen::Refused(_)) => true,
        _ => false,
    }
}

/// The rule that a disagreement falls under.
pub fn explain(facts: &Facts, peer: &str, ours: &Seen, theirs: &Seen) -> Option<&'static str> {
    let fits = |about: &About| match (about, ours, theirs) {
        (OnlyTheyAccept(kinds), Seen::Refused(kind), Seen::Accepted(_)) => {
            kinds.contains(&kind.as_str())
        }
        (OnlyWeAccept(name, saying), Seen::Accepted(_), Seen::Refused(why)) => {
            *name == peer && saying.iter().any(|part| why.contains(part))
        }
        (AnotherPayload(name), Seen::Accepted(_), Seen::Accepted(_)) => *name == peer,
        _ => false,
    };
    let rule = RULES
        .iter()
        .find(|(_, named, about)| named.iter().any(|fact| facts.contains(fact)) && fits(about));
    rule.map(|(name, ..)| *name)
}
