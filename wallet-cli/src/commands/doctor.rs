//! `bonafide doctor`: what is there, what is missing, what to do next.

use std::process::ExitCode;

use bonafide::clock::{DAY, Timestamp};
use bonafide::verify::Received;
use bonafide::wallet::{
    HeldKey, KeyState, Since, SlotInfo, SlotKind, Unlocked, Wallet, WalletFile,
};
use bonafide_records::{Platform as _, SqlitePlatform};
use serde_json::json;

use super::columns::Holdings;
use super::{Context, list};
use crate::error::{CliError, Exit, Result};
use crate::home::is_there;
use crate::{copies, keyring, memory, output, passphrase, text};

/// Seconds after which a way back is worth trying again.
const DRILL_EVERY: i64 = 180 * DAY;

/// One thing looked at.
struct Finding {
    about: &'static str,
    well: bool,
    state: String,
    mend: String,
}

impl Finding {
    fn well(about: &'static str, state: impl ToString) -> Self {
        Self { about, well: true, state: state.to_string(), mend: String::new() }
    }

    /// Well, and still worth a word.
    fn noted(about: &'static str, state: impl ToString, word: impl ToString) -> Self {
        Self { mend: word.to_string(), ..Self::well(about, state) }
    }

    fn ill(about: &'static str, state: impl ToString, mend: impl ToString) -> Self {
        Self { about, well: false, state: state.to_string(), mend: mend.to_string() }
    }
}

/// Looks at everything, whatever it finds; the exit is that of the worst fault.
pub fn run(context: &Context, accept_copy: bool) -> Result<ExitCode> {
    let mut findings = vec![clock(context.now)];
    findings.extend(memory());
    let faults = [
        wallet(context, accept_copy, &mut findings).err(),
        trust(context, &mut findings).err(),
        answers(context, &mut findings).err(),
    ];
    let exits: Vec<Exit> = faults.iter().flatten().map(CliError::exit).collect();
    for fault in faults.iter().flatten() {
        findings.push(Finding::ill("fault", fault.message(), fault.next()));
    }
    print(context, &findings);
    let worst = exits.iter().find(|exit| **exit == Exit::Fault);
    let exit = worst.or(exits.first());
    Ok(exit.map_or(ExitCode::SUCCESS, |exit| (*exit).into()))
}

fn print(context: &Context, findings: &[Finding]) {
    if context.json {
        let rows = findings
            .iter()
            .map(|f| json!({"about": f.about, "well": f.well, "state": f.state, "mend": f.mend}));
        output::json(&rows.collect());
        return;
    }
    for finding in findings {
        let mark = if finding.well { "ok  " } else { "LOOK" };
        output::data(&format!("{mark}  {:<12} {}", finding.about, finding.state));
        if !finding.mend.is_empty() {
            output::data(&format!("                   {}", finding.mend));
        }
    }
}

/// No build of this program is older than its own release.
fn clock(now: Timestamp) -> Finding {
    let released = Timestamp::parse("2026-11-01").ok();
    if released.is_some_and(|released| now < released) {
        return Finding::ill(
            "clock",
            format!("{now} is before this version was made"),
            "Set this machine's clock.",
        );
    }
    Finding::well("clock", now)
}

/// What is in memory could be written to swap. Not everywhere can a program help that.
fn memory() -> Option<Finding> {
    Some(if memory::is_locked()? {
        Finding::well("memory", "locked, so that no secret reaches the swap")
    } else {
        let word =
            "Encrypt the swap, or lift the limit: `ulimit -l unlimited` (limits.conf: memlock).";
        Finding::noted("memory", "not locked: this system limits that", word)
    })
}

fn trust(context: &Context, findings: &mut Vec<Finding>) -> Result<()> {
    let pins = context.home.pins()?;
    let issuers = pins.iter().filter(|pin| pin.issuer).count();
    let state = format!("issuers believed: {issuers}, verifiers named: {}", pins.len() - issuers);
    findings.push(if issuers == 0 {
        let word = "Verifying needs an issuer: bonafide trust pin DID --name NAME";
        Finding::noted("trust", state, word)
    } else {
        Finding::well("trust", state)
    });
    Ok(())
}

/// What a platform remembers, where it has verified something.
fn answers(context: &Context, findings: &mut Vec<Finding>) -> Result<()> {
    let Some(path) = context.home.platform() else { return Ok(()) };
    if !is_there(&path)? {
        return Ok(());
    }
    let platform = SqlitePlatform::open(&path)?;
    let (trusted, extent) = (platform.memory()?.trusted_time, platform.extent()?);
    let answered = text::amount(extent.nonces, "answered request");
    let state = match trusted {
        Some(time) => format!("{answered} remembered; it is later than {time} for certain"),
        None => format!("{answered} remembered"),
    };
    findings.push(match trusted {
        Some(time) if context.now < time => Finding::ill(
            "answers",
            state,
            "Set this machine's clock: nothing is accepted until then.",
        ),
        _ => Finding::well("answers", state),
    });
    if extent.conflicts > 0 {
        let forks = text::amount(extent.conflicts, "fork");
        let word = "Two sides were signed that cannot both be true. Ask whoever signed them.";
        findings.push(Finding::ill("answers", format!("{forks} of trust material met"), word));
    }
    Ok(())
}

fn wallet(context: &Context, accept_copy: bool, findings: &mut Vec<Finding>) -> Result<()> {
    let file = context.home.wallet();
    if !file.exists() {
        let mend = "Make one with `bonafide init`. Verifying needs none.";
        let state = format!("none in {}", text::path(context.home.dir()));
        findings.push(Finding::ill("wallet", state, mend));
        return Ok(());
    }
    findings.push(Finding::well("wallet", text::path(context.home.dir())));
    recovery(context, findings)?;
    let by_keyring = keyring_finding(&file, findings)?;
    if let Some(unlocked) = by_keyring.filter(|_| context.passphrase_file.is_none()) {
        findings.push(copy(&unlocked, accept_copy));
        return opened(context, &unlocked, findings);
    }
    let passphrase = match passphrase::existing(context.passphrase_file.as_deref()) {
        Err(_) if context.passphrase_file.is_none() => {
            findings.push(Finding::ill(
                "credentials",
                "not looked at without the passphrase",
                "Add --passphrase-file FILE.",
            ));
            return Ok(());
        }
        read => read?,
    };
    let unlocked = file.unlock(&passphrase)?;
    findings.push(copy(&unlocked, accept_copy));
    opened(context, &unlocked, findings)
}

/// Whether it is the wallet last seen here.
fn copy(unlocked: &Unlocked, accept: bool) -> Finding {
    let since = copies::compare(unlocked);
    if accept || since == Since::Follows {
        copies::accept(unlocked);
        return Finding::well("copy", copies::describe(Since::Follows));
    }
    Finding::ill("copy", copies::describe(since), copies::NEXT)
}

/// Whether the keyring opens the wallet, where it has a slot for that; and the wallet, if so.
fn keyring_finding(file: &WalletFile, findings: &mut Vec<Finding>) -> Result<Option<Unlocked>> {
    if !file.slots()?.iter().any(|slot| matches!(slot.kind, SlotKind::Keyring(_))) {
        return Ok(None);
    }
    let found = keyring::find(&file.id()?);
    match found.and_then(|secret| Ok(file.unlock_with_keyring(&secret)?)) {
        Ok(unlocked) => {
            findings.push(Finding::well("keyring", "opens the wallet"));
            Ok(Some(unlocked))
        }
        Err(error) => {
            findings.push(Finding::ill("keyring", error.message(), error.next()));
            Ok(None)
        }
    }
}

fn opened(context: &Context, unlocked: &Unlocked, findings: &mut Vec<Finding>) -> Result<()> {
    let wallet = unlocked.wallet();
    let credentials = wallet.credentials();
    findings.push(Finding::well(
        "credentials",
        format!("{} kept, and the wallet opens", credentials.len()),
    ));
    let holdings = Holdings::of(wallet);
    findings.push(keys(context, wallet, &holdings));
    findings.extend((1..).zip(wallet.keys()).filter_map(|(n, held)| untold(&holdings, n, held)));
    for stored in credentials {
        findings.extend(credential(stored.id, stored.token(), context.now));
    }
    Ok(())
}

/// Whether a key is left for a platform that has seen none.
fn keys(context: &Context, wallet: &Wallet, holdings: &Holdings) -> Finding {
    let active = wallet.keys().filter(|held| held.is_active()).count();
    let free = holdings.free(wallet, context.now);
    if wallet.credentials().is_empty() {
        return Finding::well("keys", format!("{active} in use"));
    }
    let state = format!("{active} in use, {free} free for a new platform");
    if free > 0 {
        return Finding::well("keys", state);
    }
    let more = active.saturating_add(4);
    let word = format!(
        "Get more from your issuer: bonafide id --columns {more} --prove ISSUER_DID --nonce NONCE"
    );
    Finding::noted("keys", state, word)
}

/// A lost or stolen key with an issuer for whom no notice was written.
fn untold(holdings: &Holdings, n: usize, held: &HeldKey) -> Option<Finding> {
    let KeyState::Compromised { told, .. } = held.state() else { return None };
    let bound = holdings.under(held.id()).iter();
    let waiting = bound.filter(|(_, read)| !told.contains(read.issuer())).count();
    (waiting > 0).then(|| {
        let state = format!(
            "key {n} is lost or stolen, and no notice was written for {} on it",
            text::amount(waiting, "credential")
        );
        Finding::ill("keys", state, format!("bonafide keys compromised {n} --out-dir DIR"))
    })
}

/// Which ways back exist, and when each was last tried.
fn recovery(context: &Context, findings: &mut Vec<Finding>) -> Result<()> {
    let known = context.home.recovery()?;
    let ago = |seconds: Option<i64>| {
        let at = seconds.and_then(Timestamp::from_unix);
        at.map(|at| (at, text::distance(at, context.now)))
    };
    let stale = |at: Timestamp| at < context.now.plus(-DRILL_EVERY);
    findings.push(match ago(known.drilled_phrase) {
        None => Finding::ill(
            "24 words",
            "never tried",
            "Prove that you have them: bonafide recover --drill --phrase (`bonafide keys phrase` shows them).",
        ),
        Some((at, when)) if stale(at) => {
            Finding::noted("24 words", format!("tried {when}"), "Try again: bonafide recover --drill --phrase")
        }
        Some((_, when)) => Finding::well("24 words", format!("tried {when}")),
    });
    let tried = ago(known.drilled_backup)
        .map_or("never tried".to_owned(), |(_, when)| format!("tried {when}"));
    findings.push(match ago(known.backup) {
        None => Finding::ill(
            "backup",
            "none was made here",
            "Credentials come back from a backup only: bonafide backup --out FILE",
        ),
        Some((at, when)) if changed(context).is_some_and(|changed| at < changed) => Finding::noted(
            "backup",
            format!("made {when}, and the wallet has changed since; {tried}"),
            "Make a new one: bonafide backup --out FILE",
        ),
        Some((_, when)) if known.drilled_backup.is_none() => Finding::noted(
            "backup",
            format!("made {when}, {tried}"),
            "Prove that it opens: bonafide recover --drill --backup FILE",
        ),
        Some((_, when)) => Finding::well("backup", format!("made {when}, {tried}")),
    });
    let tried = ago(known.drilled_shares);
    let is_stale = tried.as_ref().is_some_and(|(at, _)| stale(*at));
    findings.extend(guardians(&context.home.wallet().slots()?, tried, is_stale));
    Ok(())
}

/// Guardians, where there are some; their sheets are looked for, not gathered.
fn guardians(
    slots: &[SlotInfo],
    tried: Option<(Timestamp, String)>,
    stale: bool,
) -> Option<Finding> {
    let sets: Vec<String> = slots
        .iter()
        .filter_map(|slot| match slot.kind {
            SlotKind::Shares { threshold, shares, .. } => {
                Some(format!("any {threshold} of {shares}"))
            }
            _ => None,
        })
        .collect();
    let sets = (!sets.is_empty()).then(|| sets.join(", or "))?;
    Some(match tried {
        None => Finding::ill(
            "guardians",
            format!("{sets}, never tried"),
            "Prove that the sheets work before you hand them out: bonafide recover --drill --share FILE --share FILE",
        ),
        Some((_, when)) if stale => Finding::noted(
            "guardians",
            format!("{sets}, tried {when}"),
            "Ask each of them to look for their sheet. Who lost one needs new shares: bonafide keys add-slot shares",
        ),
        Some((_, when)) => Finding::well("guardians", format!("{sets}, tried {when}")),
    })
}

/// When the wallet's file was last written.
fn changed(context: &Context) -> Option<Timestamp> {
    let written = std::fs::metadata(context.home.wallet().path()).ok()?.modified().ok()?;
    let since = written.duration_since(std::time::UNIX_EPOCH).ok()?;
    Timestamp::from_unix(since.as_secs().try_into().ok()?)
}

/// A word on a credential that has ended or ends within a week.
fn credential(id: u32, token: &str, now: Timestamp) -> Option<Finding> {
    let Some(read) = Received::stored(token) else {
        return Some(Finding::ill(
            "credential",
            format!("{id} cannot be read"),
            "`bonafide forget` it.",
        ));
    };
    let title = list::title(&read.registered().vct);
    let end = read.registered().expires.filter(|end| *end < now.plus(7 * DAY))?;
    let verb = if end <= now { "ended" } else { "ends" };
    let state = format!("{id}, {title}: {verb} {}", text::distance(end, now));
    Some(Finding::ill("credential", state, "Ask its issuer for a renewal."))
}
