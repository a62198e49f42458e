//! Notices that an old copy of the wallet came back, or that another copy was changed elsewhere: what was
//! last seen is noted in the state folder, outside the home. A hint; whoever can write there can undo it.

use std::ops::{Deref, DerefMut};
use std::path::{Path, PathBuf};

use bonafide::wallet::{Since, State, Unlocked};
use serde::{Deserialize, Serialize};

use crate::{files, home, output, text};

/// Largest note read.
const MAX_LEN: usize = 4096;

/// An opened wallet. When it is let go, its state is noted as the last one seen.
pub struct Opened {
    unlocked: Unlocked,
    /// `None` where nothing is to be noted.
    note: Option<PathBuf>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Note {
    generation: u64,
    tag: [u8; 8],
}

impl Opened {
    /// Says so where the wallet is not what was last seen, and then leaves the note as it is.
    pub fn new(unlocked: Unlocked) -> Self {
        let note = match compare(&unlocked) {
            Since::Follows => place(&unlocked),
            other => {
                output::talk(&format!("LOOK: {}.", describe(other)));
                output::talk(&format!("  {NEXT}"));
                None
            }
        };
        Self { unlocked, note }
    }
}

/// What to do about a copy.
pub const NEXT: &str = "If you put it there yourself, accept it with `bonafide doctor --accept-copy`. If not, somebody \
                        else did: compare with your latest backup before you answer anybody.";

/// What was found, for a person.
pub fn describe(since: Since) -> String {
    match since {
        Since::Follows => "as last seen here, or later".to_owned(),
        Since::Older(missing) => format!(
            "this wallet is older than the one last opened here: {} missing, so what it knows of credentials and of \
             which platform has seen which key may be out of date",
            match missing {
                1 => "1 change is".to_owned(),
                more => format!("{more} changes are"),
            }
        ),
        Since::Apart => "this wallet is a copy that was changed elsewhere: what was changed here since is not in it, and \
                         the two may have shown one key to different platforms"
            .to_owned(),
    }
}

/// The wallet, compared with what was last seen at its place.
pub fn compare(unlocked: &Unlocked) -> Since {
    let noted = place(unlocked).and_then(|path| noted(&path));
    noted.map_or(Since::Follows, |noted| unlocked.wallet().since(&noted))
}

/// From now on, this is what was last seen.
pub fn accept(unlocked: &Unlocked) {
    if let Some(path) = place(unlocked) {
        note(&path, unlocked.wallet().state());
    }
}

/// Where the state of this wallet at this place is noted, under a name that tells nobody which. `None` where
/// no state folder is known.
fn place(unlocked: &Unlocked) -> Option<PathBuf> {
    let folder = home::state_folder()?;
    let path = unlocked.file().path().canonicalize().ok()?;
    let id = unlocked.file().id().ok()?;
    let named = [&id, path.as_os_str().as_encoded_bytes()].concat();
    let name = unlocked.wallet().keyed_digest("state-folder", &named);
    Some(folder.join(text::hex(name.get(..16)?)))
}

/// Nothing where it cannot be read; what is no plain file could keep a reader waiting.
fn noted(path: &Path) -> Option<State> {
    home::is_there(path).ok().filter(|there| *there)?;
    let Note { generation, tag } = home::strict(&files::read(path, MAX_LEN).ok()?)?;
    Some(State { generation, tag })
}

/// Does without where it cannot be written.
fn note(path: &Path, State { generation, tag }: State) {
    let noted = serde_json::to_vec(&Note { generation, tag }).unwrap_or_default();
    let made = path.parent().is_some_and(|folder| home::make_folder(folder).is_ok());
    let _ = made.then(|| files::replace(path, &noted));
}

impl Drop for Opened {
    fn drop(&mut self) {
        let state = self.unlocked.wallet().state();
        let Some(path) = &self.note else { return };
        // Another program may have seen a later one meanwhile.
        if noted(path).is_none_or(|before| before.generation < state.generation) {
            note(path, state);
        }
    }
}

impl Deref for Opened {
    type Target = Unlocked;

    fn deref(&self) -> &Unlocked {
        &self.unlocked
    }
}

impl DerefMut for Opened {
    fn deref_mut(&mut self) -> &mut Unlocked {
        &mut self.unlocked
    }
}
