//! Which files a command reads and writes: standard input can stand for one of those read only, and the
//! one written is none of them.

use std::path::{Path, PathBuf};

use crate::cli::{Cli, Command, DidWitness, Dids, Keys, Log, Trust};

impl Cli {
    /// How many arguments name standard input.
    pub fn stdin_uses(&self) -> usize {
        let is_stdin = |path: &&Path| *path == Path::new("-");
        let inputs = self.command.as_ref().map(Command::inputs);
        let all = self.passphrase_file.as_deref().into_iter();
        all.chain(inputs.into_iter().flatten()).filter(is_stdin).count()
    }

    /// Whether `--out` names a file that the command reads.
    pub fn out_is_input(&self) -> bool {
        let Some(command) = &self.command else {
            return false;
        };
        let same = |input: &&Path| {
            let real = |path: &Path| path.canonicalize().ok();
            command.out().is_some_and(|out| real(out).is_some() && real(out) == real(input))
        };
        let inputs = command.inputs().into_iter().chain(self.passphrase_file.as_deref());
        inputs.into_iter().any(|input| same(&input))
    }
}

impl Command {
    /// The file it writes.
    pub fn out(&self) -> Option<&Path> {
        match self {
            Self::Id(args) => args.out.as_deref(),
            Self::Issue(args) => args.out.as_deref(),
            Self::Renew(args) => args.out.as_deref(),
            Self::Request(args) => args.out.as_deref(),
            Self::Present(args) => args.out.as_deref(),
            Self::Backup { out } => Some(out),
            Self::Did { action: Dids::Witness { action: DidWitness::Vouch { out, .. } } } => {
                out.as_deref()
            }
            Self::Renewals(args) => args.csv.as_deref(),
            Self::Bundle { action } => action.out(),
            Self::Trust { action } => action.out(),
            Self::Log { action: Log::Export { out, .. } | Log::Head { out } } => out.as_deref(),
            _ => None,
        }
    }

    /// The files it reads.
    fn inputs(&self) -> Vec<&Path> {
        match self {
            Self::Add { file, bundle } => {
                std::iter::once(file).chain(bundle).map(PathBuf::as_path).collect()
            }
            Self::Keys { action: Keys::AddSlot { new, .. } | Keys::ChangePassphrase { new } } => {
                new.new_passphrase_file.as_deref().into_iter().collect()
            }
            Self::Recover(args) => [&args.phrase_file, &args.backup, &args.new.new_passphrase_file]
                .into_iter()
                .flat_map(Option::as_deref)
                .chain(args.share.iter().map(PathBuf::as_path))
                .collect(),
            Self::Did { action: Dids::Show(args) } => {
                (args.what.as_deref().map(Path::new).into_iter())
                    .chain(args.witness_file.as_deref())
                    .collect()
            }
            Self::Did { action: Dids::Witness { action } } => match action {
                DidWitness::Vouch { log, .. } => vec![log],
                DidWitness::Take { files, .. } => files.iter().map(PathBuf::as_path).collect(),
                DidWitness::Id | DidWitness::Set { .. } => Vec::new(),
            },
            Self::Explain(args) => vec![&args.request],
            Self::Present(args) => vec![&args.explain.request],
            Self::Issue(args) => (args.holder.as_deref().map(Path::new).into_iter())
                .chain(args.claims.as_deref())
                .chain(args.bulk.batch.as_deref())
                .chain(args.identity.as_deref())
                .chain(args.identity_request.as_deref())
                .collect(),
            Self::Log { action: Log::Verify(args) } => {
                args.against.iter().chain(&args.export).map(PathBuf::as_path).collect()
            }
            Self::Bundle { action } => action.inputs(),
            Self::Refresh(args) => {
                args.status.iter().chain(&args.bundle).map(PathBuf::as_path).collect()
            }
            Self::Trust { action } => action.inputs(),
            Self::Verify(args) => std::iter::once(args.answer.as_path())
                .chain(args.request.as_deref())
                .chain(args.trust.iter().map(Path::new))
                .chain(args.bundle.iter().chain(&args.status).map(PathBuf::as_path))
                .collect(),
            _ => Vec::new(),
        }
    }
}

impl Trust {
    fn out(&self) -> Option<&Path> {
        match self {
            Self::Init(args) => args.out.as_deref(),
            Self::Propose(args) => args.out.as_deref(),
            Self::Sign(args) => args.out.as_deref(),
            Self::Publish(args) => args.out.as_deref(),
            _ => None,
        }
    }

    fn inputs(&self) -> Vec<&Path> {
        match self {
            Self::Add(args) => args.files.iter().map(PathBuf::as_path).collect(),
            Self::Diff { before, after } => vec![Path::new(before), Path::new(after)],
            Self::Propose(args) => {
                args.edit.iter().chain(&args.with).map(PathBuf::as_path).collect()
            }
            Self::Sign(args) => vec![&args.file],
            Self::Publish(args) => args.files.iter().map(PathBuf::as_path).collect(),
            _ => Vec::new(),
        }
    }
}
