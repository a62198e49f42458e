//! The records through their public interface.

#[cfg(test)]
mod archive;
#[cfg(test)]
mod erasing;
#[cfg(test)]
mod issuing;
#[cfg(test)]
mod log;
#[cfg(test)]
mod platform;
#[cfg(test)]
mod states;
#[cfg(test)]
mod support;
