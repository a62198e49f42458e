#![cfg(test)]
//! The `bonafide` command from outside: what it prints where, how it exits, what it leaves behind.

mod add_refusals;
mod bulk;
mod bulk_rows;
#[cfg(feature = "fetch")]
mod bundle_refresh;
#[cfg(feature = "fetch")]
mod bundle_refresh_tls;
mod bundles;
mod columns;
mod copies;
mod demo;
mod dids;
mod exits;
mod garbage;
mod guardians;
mod help;
mod homes;
mod hostile_text;
mod identity_refusals;
mod issue_refusals;
mod jurisdictions;
mod keyring;
mod log;
mod lost_keys;
#[cfg(target_os = "linux")]
mod no_sockets;
mod offline;
mod present_refusals;
mod records;
mod recovery;
mod refresh;
mod remembering;
mod renew;
#[cfg(feature = "jwe")]
mod sealed;
#[cfg(feature = "jwe")]
mod sealed_answers;
mod secrets;
mod states;
mod types;
#[cfg(not(feature = "jwe"))]
mod unsealed;
mod untouched;
mod verify_folder;
mod verify_inputs;
mod verify_refusals;
mod verify_status;
mod voices;
mod whole_path;

#[path = "../support/mod.rs"]
mod support;
#[cfg(feature = "fetch")]
mod web;
