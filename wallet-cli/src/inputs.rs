//! Which files a command reads: standard input can stand for one of them only.

use std::path::Path;

use crate::cli::{Cli, Command};

impl Cli {
    /// How many arguments name standard input.
    pub fn stdin_uses(&self) -> usize {
        let is_stdin = |path: &&Path| *path == Path::new("-");
        let inputs = self.command.as_ref().map(Command::inputs);
        let all = self.passphrase_file.as_deref().into_iter();
        all.chain(inputs.into_iter().flatten())
            .filter(is_stdin)
            .count()
    }
}

impl Command {
    /// The files it reads.
    fn inputs(&self) -> Vec<&Path> {
        match self {
            Self::Add { file } => vec![file],
            Self::Explain(args) => vec![&args.request],
            Self::Present(args) => vec![&args.explain.request],
            Self::Issue(args) => [Path::new(&args.holder), &args.claims]
                .into_iter()
                .chain(args.identity.as_deref())
                .chain(args.identity_request.as_deref())
                .collect(),
            Self::Verify(args) => std::iter::once(args.file.as_path())
                .chain(args.request.as_deref())
                .chain(args.trust.iter().map(Path::new))
                .collect(),
            _ => Vec::new(),
        }
    }
}
