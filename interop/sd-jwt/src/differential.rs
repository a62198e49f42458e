//! The same presentations, good and changed ones, put to every implementation.

use std::collections::{BTreeMap, BTreeSet};
use std::thread;

use crate::Anything;
use crate::facts;
use crate::forge::{AUDIENCE, NONCE, NOW};
use crate::keys::{ALGORITHMS, Key};
use crate::mutate::{Case, Keys, next};
use crate::ours;
use crate::peer::{Peer, Question, Seen};
use crate::report::Report;
use crate::rng::Rng;
use crate::rules;

/// Settles the whole run.
const SEED: u64 = 9901;

/// Presentations that are made before they are put to all.
const BATCH: usize = 500;

/// Puts `count` presentations to all.
pub fn run(count: usize, peers: &mut [Box<dyn Peer>], report: &mut Report) -> Result<(), Anything> {
    let [a, b] = ALGORITHMS;
    let keys = Keys {
        issuers: [Key::new(a, 7)?, Key::new(b, 7)?],
        holders: [Key::new(a, 8)?, Key::new(b, 8)?],
    };
    let mut rng = Rng::new(SEED);
    let mut counts = Counts::default();
    let mut made = 0;
    while made < count {
        let cases: Vec<Case<'_>> =
            (0..BATCH.min(count - made)).map(|_| next(&keys, &mut rng)).collect();
        made += cases.len();
        let (ours, theirs) = verdicts(&cases, peers)?;
        for (peer, theirs) in peers.iter().zip(&theirs) {
            for ((case, ours), theirs) in cases.iter().zip(&ours).zip(theirs) {
                compare(case, peer.name(), ours, theirs, &mut counts, report);
            }
        }
    }
    for name in rules::names().collect::<BTreeSet<_>>() {
        let explained = EXPLANATIONS.contains(&format!("\n## {name}\n"));
        let missing = || format!("{name} is not in DISAGREEMENTS.md").into();
        report.check("rules", explained.then_some(()).ok_or_else(missing));
    }
    for ((name, what, peer), count) in counts {
        println!("| {name} | {what} | {peer} | {count} |");
    }
    Ok(())
}

/// Where every rule has its heading.
const EXPLANATIONS: &str = include_str!("../../DISAGREEMENTS.md");

/// By rule (or agreement), what happened and peer.
type Counts = BTreeMap<(&'static str, &'static str, &'static str), usize>;

fn compare(
    case: &Case<'_>,
    peer: &'static str,
    ours: &Seen,
    theirs: &Seen,
    counts: &mut Counts,
    report: &mut Report,
) {
    let what = match (ours, theirs) {
        (Seen::Accepted(_), Seen::Accepted(_)) => "both accept",
        (Seen::Refused(_), Seen::Refused(_)) => "both refuse",
        (Seen::Accepted(_), Seen::Refused(_)) => "only we accept",
        (Seen::Refused(_), Seen::Accepted(_)) => "only they accept",
    };
    let rule = if rules::agree(ours, theirs) {
        Some("(agreement)")
    } else {
        rules::explain(&facts::of(case), peer, ours, theirs)
    };
    let unexplained = || {
        let (families, facts) = (&case.families, facts::of(case));
        format!("{families:?} {facts:?}: we {ours:?}, they {theirs:?}: {}", case.token).into()
    };
    report.check(peer, rule.map(drop).ok_or_else(unexplained));
    *counts.entry((rule.unwrap_or("(no rule)"), what, peer)).or_default() += 1;
}

type Verdicts = (Vec<Seen>, Vec<Vec<Seen>>);

/// Ours, and each peer's, for every case. Peers work side by side.
fn verdicts(cases: &[Case<'_>], peers: &mut [Box<dyn Peer>]) -> Result<Verdicts, Anything> {
    thread::scope(|scope| {
        let running: Vec<_> = peers
            .iter_mut()
            .map(|peer| {
                scope.spawn(|| cases.iter().map(|case| peer.verify(&question(case))).collect())
            })
            .collect();
        let ours =
            cases.iter().map(|case| ours::verify(&ours::verifier(case.issuer)?, &question(case)));
        let ours = ours.collect::<Result<_, _>>()?;
        let theirs = running
            .into_iter()
            .map(|thread| thread.join().unwrap_or_else(|_| Err("a peer's thread panicked".into())));
        Ok((ours, theirs.collect::<Result<_, Anything>>()?))
    })
}

fn question<'c>(case: &'c Case<'_>) -> Question<'c> {
    Question { issuer: case.issuer, audience: AUDIENCE, nonce: NONCE, now: NOW, token: &case.token }
}
