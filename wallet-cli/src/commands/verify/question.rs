//! Which question an answer has to answer.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::path::Path;

use bonafide::request::{self, Request};
use bonafide::verify::{Expected, Presentation};

use crate::cli::Verify;
use crate::error::{CliError, Result};
use crate::home::Home;
use crate::{files, kind, output, parallel, text};

/// Where the questions come from.
pub enum Questions {
    /// One request for all.
    Request(Box<Request>),
    /// One nonce and audience for all, where there was no request.
    Challenge { nonce: String, audience: String },
    /// Requests by their nonces.
    Requests(BTreeMap<String, Request>),
    /// The requests that this home wrote.
    OwnRequests,
}

/// The question of one answer.
pub struct Question<'q> {
    asked: Asked<'q>,
    /// Whether this home wrote the request.
    pub asked_here: bool,
}

enum Asked<'q> {
    Request(Cow<'q, Request>),
    Challenge { nonce: &'q str, audience: &'q str },
}

impl Questions {
    /// From the command line.
    pub fn find(args: &Verify, jobs: usize) -> Result<Self> {
        match (&args.request, &args.nonce, &args.audience) {
            (Some(path), _, _) if path.is_dir() => read_folder(path, jobs).map(Self::Requests),
            (Some(path), _, _) => Ok(Self::Request(Box::new(read(path)?))),
            (None, Some(nonce), Some(audience)) => {
                Ok(Self::Challenge { nonce: nonce.clone(), audience: audience.clone() })
            }
            _ => Ok(Self::OwnRequests),
        }
    }

    /// The question for one answer. Where there are several, the nonce that the answer names leads to
    /// it; whether it was signed with that nonce is for the verification to say.
    pub fn of(&self, answer: &Presentation<'_>, home: &Home) -> Result<Option<Question<'_>>> {
        let request = match self {
            Self::Challenge { nonce, audience } => {
                let asked = Asked::Challenge { nonce, audience };
                return Ok(Some(Question { asked, asked_here: true }));
            }
            Self::Request(request) => Some(Cow::Borrowed(request.as_ref())),
            Self::Requests(requests) => {
                let nonce = answer.unverified_nonce();
                nonce.and_then(|nonce| requests.get(&nonce)).map(Cow::Borrowed)
            }
            Self::OwnRequests => match answer.unverified_nonce() {
                Some(nonce) => own(home, &nonce)?.map(Cow::Owned),
                None => None,
            },
        };
        let Some(request) = request else {
            return Ok(None);
        };
        let asked_here = own(home, request.nonce())?.is_some_and(|kept| kept == *request);
        Ok(Some(Question { asked: Asked::Request(request), asked_here }))
    }
}

impl Question<'_> {
    /// Whether a sealed answer was asked for.
    pub fn wants_sealed(&self) -> bool {
        matches!(&self.asked, Asked::Request(request) if request.reply_key().is_some())
    }

    pub fn expected(&self) -> Expected<'_> {
        match &self.asked {
            Asked::Request(request) => Expected::Request(request),
            Asked::Challenge { nonce, audience } => Expected::Challenge { nonce, audience },
        }
    }
}

/// The request with that nonce, as this home wrote it.
fn own(home: &Home, nonce: &str) -> Result<Option<Request>> {
    Ok(home.request(nonce)?.and_then(|kept| Request::read(&kept).ok()))
}

/// The request that was asked, as signed.
fn read(path: &Path) -> Result<Request> {
    let text = files::read_text(path, request::MAX_LEN)?;
    Request::read(&text).map_err(|error| {
        CliError::from(error)
            .with(&kind::sentence(&text))
            .advise("Give --request with the request that you sent, unchanged.")
    })
}

/// The requests of a folder. What is none answers for nothing, and is told.
fn read_folder(folder: &Path, jobs: usize) -> Result<BTreeMap<String, Request>> {
    let (paths, _) = files::in_folder(folder)?;
    let read = parallel::map("Read", &paths, jobs, |path| read(path));
    let mut requests = BTreeMap::new();
    for (path, request) in paths.iter().zip(read) {
        match request {
            Ok(request) => drop(requests.insert(request.nonce().to_owned(), request)),
            Err(error) => {
                output::talk(&format!("Left out: {}: {}.", text::path(path), error.message()));
            }
        }
    }
    Ok(requests)
}
