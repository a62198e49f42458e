//! Keeps what is in memory out of files: no core file, and on Linux no look from other programs of the user.

/// Done before anything secret is read. Where the system refuses, the command works without it.
#[cfg(unix)]
pub fn keep_private() {
    use rustix::process::{Resource, Rlimit, setrlimit};
    let _ = setrlimit(Resource::Core, Rlimit { current: Some(0), maximum: Some(0) });
    #[cfg(target_os = "linux")]
    {
        use rustix::process::{DumpableBehavior, set_dumpable_behavior};
        let _ = set_dumpable_behavior(DumpableBehavior::NotDumpable);
    }
}

/// Nothing is known to be done here.
#[cfg(not(unix))]
pub fn keep_private() {}
