//! The registry of threshold flags as a document.

use super::json::Json::{self, List, Object};
use crate::flags::{self, Flag, Regime};

pub(super) fn document() -> String {
    Object(vec![("regimes", List(flags::regimes().iter().map(|one| regime(one)).collect()))])
        .document()
}

fn regime(regime: &Regime) -> Json {
    let members = vec![
        ("name", Json::text(regime.name)),
        ("title", Json::text(regime.title)),
        ("law", Json::text(regime.law)),
        ("note", Json::text(regime.note)),
        ("flags", List(regime.flags.iter().map(flag).collect())),
    ];
    Object(members)
}

/// What is not known or not there is left out.
fn flag(flag: &Flag) -> Json {
    let mut members = vec![
        ("name", Json::text(flag.name)),
        ("title", Json::text(flag.title)),
        ("law", Json::text(flag.law)),
        ("measures", Json::text(flag.measures)),
    ];
    let excludes = Some(flag.excludes).filter(|text| !text.is_empty());
    let optional =
        [("excludes", excludes), ("from", flag.from), ("until", flag.until), ("needs", flag.needs)];
    let there = |(name, text): (_, Option<&str>)| text.map(|text| (name, Json::text(text)));
    members.extend(optional.into_iter().filter_map(there));
    members.push(("certainty", Json::text(flag.certainty.mark())));
    members.push(("subject", Json::text(flag.subject.name())));
    Object(members)
}
