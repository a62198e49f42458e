//! The records through their public interface.

mod erasing;
mod issuing;
mod log;
mod states;
mod support;
