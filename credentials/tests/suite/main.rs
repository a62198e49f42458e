//! The credential types from outside: what is issued from good claims, and how bad ones are refused.

#[cfg(test)]
mod counts;
#[cfg(test)]
mod data;
#[cfg(test)]
mod flags;
#[cfg(test)]
mod issued;
#[cfg(test)]
mod never_hidden;
#[cfg(test)]
mod refusals;
mod refusals_assets;
#[cfg(test)]
mod refusals_entities;
#[cfg(test)]
mod rows;
#[cfg(test)]
mod samples;
#[cfg(test)]
mod schemas;
#[cfg(test)]
mod verite;
