//! Keeps what is in memory out of files: no core file, no swap where the system lets this program say so,
//! and on Linux no look from other programs of the user.

/// Done before anything secret is read. Where the system refuses, the command works without it.
#[cfg(unix)]
pub fn keep_private() {
    use rustix::process::{Resource, Rlimit, setrlimit};
    let _ = setrlimit(Resource::Core, Rlimit { current: Some(0), maximum: Some(0) });
    #[cfg(target_os = "linux")]
    {
        use rustix::process::{DumpableBehavior, set_dumpable_behavior};
        let _ = set_dumpable_behavior(DumpableBehavior::NotDumpable);
        if may_lock_all() {
            use rustix::mm::{MlockAllFlags, mlockall};
            let all = MlockAllFlags::CURRENT | MlockAllFlags::FUTURE | MlockAllFlags::ONFAULT;
            let _ = mlockall(all);
        }
    }
}

/// Nothing is known to be done here.
#[cfg(not(unix))]
pub fn keep_private() {}

/// Whether there is no limit on what may be locked. Under a limit, locking everything would make memory
/// run out: stretching a passphrase alone takes more than most systems allow.
#[cfg(target_os = "linux")]
fn may_lock_all() -> bool {
    use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
    use rustix::thread::{CapabilitySet, capabilities};
    let limit = getrlimit(Resource::Memlock);
    let capable =
        || capabilities(None).is_ok_and(|sets| sets.effective.contains(CapabilitySet::IPC_LOCK));
    let unlimited = Rlimit { current: None, maximum: None };
    limit.maximum.is_none() && setrlimit(Resource::Memlock, unlimited).is_ok() || capable()
}

/// Whether memory stays out of swap; `None` where that is not known.
#[cfg(target_os = "linux")]
pub fn is_locked() -> Option<bool> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let locked = status.lines().find_map(|line| line.strip_prefix("VmLck:"))?;
    Some(locked.trim() != "0 kB")
}

#[cfg(not(target_os = "linux"))]
pub fn is_locked() -> Option<bool> {
    None
}
