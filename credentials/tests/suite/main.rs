//! The credential types from outside: what is issued from good claims, and how bad ones are refused.

#[cfg(test)]
mod counts;
#[cfg(test)]
mod data;
#[cfg(test)]
mod refusals;
#[cfg(test)]
mod rows;
#[cfg(test)]
mod samples;
