#![cfg(test)]
//! The `bonafide` command from outside: what it prints where, how it exits, what it leaves behind.

mod homes;
mod hostile_text;
mod untouched;

#[path = "../support/mod.rs"]
mod support;
