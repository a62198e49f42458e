//! demo
use crate::error::Result;
use std::path::PathBuf;
pub fn run(_dir: Option<PathBuf>) -> Result<()> {
    Ok(())
}
