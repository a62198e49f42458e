//! `bonafide bundle inspect`: who made it, what is in it, how old that is.

use std::path::Path;

use bonafide::bundle::{Bundle, Entry, Item, ends};
use bonafide::clock::{DAY, Timestamp};
use serde_json::json;

use super::super::Context;
use crate::error::Result;
use crate::{output, text};

/// What ends within this time is pointed out, in seconds.
const SOON: i64 = 2 * DAY;

pub fn run(context: &Context, path: &Path) -> Result<()> {
    let bytes = super::read(path)?;
    let bundle = super::open(context, path, &bytes)?;
    let pinned = super::pinned(context)?.contains(bundle.maker());
    let name = context.home.name_of(bundle.maker().as_str())?;
    let rows: Vec<(&Entry, Option<Timestamp>)> = with_ends(&bundle);
    if context.json {
        let items: Vec<_> = rows
            .iter()
            .map(|(entry, ends)| {
                let mut row = super::entry_json(entry);
                let ends = json!(ends.map(|ends| ends.to_string()));
                let proves = json!(entry.kind().proves_itself());
                if let Some(row) = row.as_object_mut() {
                    row.insert("ends".into(), ends);
                    row.insert("proves_itself".into(), proves);
                }
                row
            })
            .collect();
        output::json(&json!({"maker": bundle.maker().as_str(), "name": name, "pinned": pinned,
            "made": bundle.made().to_string(), "digest": text::hex(bundle.digest()),
            "previous": bundle.previous().map(|digest| text::hex(digest)),
            "unknown": bundle.unknown(), "items": items}));
    } else {
        let name = name.map(|name| format!(" ({})", text::safe(&name))).unwrap_or_default();
        output::data(&format!("made by  {}{name}", bundle.maker()));
        output::data(&format!("made     {}", text::distance(bundle.made(), context.now)));
        output::data(&format!("digest   {}", text::hex(bundle.digest())));
        for (entry, ends) in &rows {
            output::data(&super::line(entry));
            output::data(&details(context, entry, *ends));
        }
    }
    say(context, &bundle, pinned);
    soon(&rows, context.now);
    Ok(())
}

/// Every item, and when it ends. Of those that do not prove themselves no reader is asked.
pub fn with_ends<'b>(bundle: &'b Bundle<'_>) -> Vec<(&'b Entry, Option<Timestamp>)> {
    let of = |item: Item<'_, '_>| ends(item.entry().kind(), item.bytes().ok()?);
    let mut proving = bundle.self_proving().iter().peekable();
    let rows = bundle.entries().map(|entry| {
        let item = proving.next_if(|item| std::ptr::eq(item.entry(), entry));
        (entry, item.and_then(of))
    });
    rows.collect()
}

fn details(context: &Context, entry: &Entry, ends: Option<Timestamp>) -> String {
    let length = text::grouped(entry.length() as u64);
    let fetched = text::distance(entry.fetched(), context.now);
    let mut line = format!("  {length} bytes, fetched {fetched}");
    if let Some(origin) = entry.origin().filter(|origin| *origin != entry.name()) {
        line.push_str(&format!(" from {}", text::safe(origin)));
    }
    match ends {
        Some(ends) if ends <= context.now => line.push_str("; ENDED"),
        Some(ends) => line.push_str(&format!("; ends {}", text::distance(ends, context.now))),
        None => {}
    }
    line
}

fn say(context: &Context, bundle: &Bundle<'_>, pinned: bool) {
    let vouched = bundle.entries().filter(|entry| !entry.kind().proves_itself()).count();
    match (pinned, vouched) {
        (true, _) => output::talk("You have pinned its maker: all of its items count."),
        (false, 0) => output::talk(
            "Its maker is not pinned. All of its items prove themselves, so that makes no difference.",
        ),
        (false, _) => {
            output::talk(&format!(
                "Its maker is not pinned: {} that do not prove themselves count for nothing.",
                text::amount(vouched, "item")
            ));
            output::talk(&format!(
                "If you know that DID from its owner: bonafide trust pin {} --maker",
                bundle.maker()
            ));
        }
    }
    if bundle.unknown() > 0 {
        output::talk(&format!(
            "{} of kinds that this version does not know were passed over.",
            text::amount(bundle.unknown(), "item")
        ));
    }
    if context.now.unix() - bundle.made().unix() > 7 * DAY {
        output::talk("It is more than a week old: ask its maker for a newer one.");
    }
}

/// Points out what has ended, or ends soon.
pub fn soon(rows: &[(&Entry, Option<Timestamp>)], now: Timestamp) {
    let mut ending: Vec<_> = rows
        .iter()
        .filter_map(|(entry, ends)| Some((ends.filter(|ends| *ends <= now.plus(SOON))?, entry)))
        .collect();
    ending.sort_by_key(|(ends, _)| *ends);
    for (ends, entry) in ending {
        let word = if ends <= now { "Ended" } else { "Ends" };
        output::talk(&format!("{word} {}: {}", text::distance(ends, now), super::line(entry)));
    }
}
