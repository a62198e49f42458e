//! The records of an issuer, in its home: who acts, the book, the day's signed head of its log.

use bonafide::clock::Timestamp;
use bonafide::did::Identity;
use bonafide::log_head;
use bonafide::random::SystemRandom;
use bonafide::wallet::Wallet;
use bonafide_records::{Act, Actor, Log, RecordsError, RecordsKey, SqliteBook, SubjectRecord};
use zeroize::Zeroizing;

use crate::cli::By;
use crate::commands::Context;
use crate::error::{CliError, Exit, Result};
use crate::{files, output, text};

/// Longest name of a person.
const MAX_NAME: usize = 100;

/// Who acts, by name.
pub struct Person {
    operator: String,
    approver: Option<String>,
}

impl Person {
    /// As the options say; else the name of the login.
    pub fn new(by: &By) -> Result<Self> {
        let operator = by.operator.clone().unwrap_or_else(login);
        let person = Self { operator, approver: by.approver.clone() };
        let given =
            [("--operator", Some(&person.operator)), ("--approver", person.approver.as_ref())];
        for (option, name) in given.into_iter().filter_map(|(option, name)| Some((option, name?))) {
            if name.trim().is_empty() || name.len() > MAX_NAME || name.contains(char::is_control) {
                let message =
                    format!("{option}: expected a name on one line, at most {MAX_NAME} long");
                return Err(CliError::usage(
                    message,
                    "The log names who does what: give --operator NAME.",
                ));
            }
        }
        Ok(person)
    }

    pub fn act(&self, at: Timestamp) -> Act<'_> {
        let actor = Actor { operator: &self.operator, approver: self.approver.as_deref() };
        Act { actor, at }
    }
}

/// The name of the login, as the system tells it; else its number.
fn login() -> String {
    let told =
        ["USER", "LOGNAME", "USERNAME"].into_iter().filter_map(|name| std::env::var(name).ok());
    let mut named = told.filter(|name| !name.trim().is_empty());
    named.next().unwrap_or_else(number)
}

#[cfg(unix)]
fn number() -> String {
    format!("uid {}", rustix::process::getuid().as_raw())
}

#[cfg(not(unix))]
fn number() -> String {
    "unnamed".to_owned()
}

/// The book of this home.
pub fn book(context: &Context, wallet: &Wallet) -> Result<SqliteBook> {
    let home = context.home.dir();
    let (records, keys) = (home.join("records.db"), home.join("subject-keys.db"));
    match (records.exists(), keys.exists()) {
        (false, _) if is_lost(context) => {
            context.home.note_restored(context.now);
            output::talk(LOST);
            output::talk("New records begin now.");
        }
        (true, false) => output::talk(
            "Warning: subject-keys.db is missing from this home. Without it the names in the records stay closed, and nothing more is issued to those whose names they are; bring back a copy if you have one.",
        ),
        _ => {}
    }
    Ok(SqliteBook::open(&records, &keys, key(wallet), Box::new(SystemRandom))?)
}

/// What is said where the records are gone.
pub const LOST: &str = "Warning: records.db is missing from this home, and was here. Bring it back from a backup if you can, before anything else.";

/// Whether there were records here: what lies beside them is there, and they are not.
pub fn is_lost(context: &Context) -> bool {
    let there = |name: &str| context.home.dir().join(name).exists();
    !there("records.db") && (there("subject-keys.db") || there("log-heads"))
}

/// The book of this home, if there is one: who only looks makes none.
pub fn existing(context: &Context, wallet: &Wallet) -> Result<Option<SqliteBook>> {
    let there = context.home.dir().join("records.db").exists();
    if !there && is_lost(context) {
        output::talk(LOST);
    }
    if there { book(context, wallet).map(Some) } else { Ok(None) }
}

/// The book of this home, which must be there.
pub fn needed(context: &Context, wallet: &Wallet) -> Result<SqliteBook> {
    existing(context, wallet)?.ok_or_else(|| {
        let message =
            format!("there are no issuer's records in {}", text::path(context.home.dir()));
        let next = "Check --home; the first `bonafide issue` begins them.";
        CliError::refused("no-records", message, next)
    })
}

/// What the issuer calls somebody, or why nobody can tell.
pub fn name_of(subject: &SubjectRecord) -> String {
    match &subject.external_id {
        Some(name) => text::safe(name),
        None if subject.erased => "(erased)".to_owned(),
        None => "(closed: its key is missing)".to_owned(),
    }
}

/// What the records are sealed under: the same for every wallet with this root.
pub fn key(wallet: &Wallet) -> RecordsKey {
    RecordsKey::new(Zeroizing::new(wallet.keyed_digest("issuer's records", b"master key")))
}

/// Signs where the log ends, once a day: the last entry of a day before today is then covered for good.
pub fn sign_head(context: &Context, book: &mut SqliteBook, keeper: &Identity<'_>) -> Result<()> {
    let today = context.now.date();
    if book.signed_heads()?.last().is_some_and(|(day, _)| *day >= today) {
        return Ok(());
    }
    sign_head_now(context, book, keeper)
}

/// Signs where the log ends now; the head of this day, if there is one, gives way to it.
pub fn sign_head_now(
    context: &Context,
    book: &mut SqliteBook,
    keeper: &Identity<'_>,
) -> Result<()> {
    let today = context.now.date();
    let Some(head) = book.head()? else { return Ok(()) };
    let token = log_head::write(keeper, head.seq, &head.hash, context.now)
        .map_err(bonafide::issue::IssueError::from)?;
    book.keep_head(&today, &token)?;
    let folder = context.home.dir().join("log-heads");
    crate::home::make_folder(&folder)?;
    files::replace(&folder.join(format!("{today}.jwt")), token.as_bytes())
}

impl From<RecordsError> for CliError {
    fn from(error: RecordsError) -> Self {
        let exit = match &error {
            RecordsError::Pruned { .. } => Exit::Undetermined,
            error if error.is_fault() => Exit::Fault,
            _ => Exit::Refused,
        };
        Self::new(exit, error.code(), &error, error.next_step())
    }
}
