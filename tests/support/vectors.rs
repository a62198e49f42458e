//! Finds and reads the published test vectors.
//!
//! The whole set lies beside the repository in `../shared/vectors`. Without it, outside CI, the small
//! licensed copy in `tests/vectors` is used, and counts are then not asserted.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

/// The vectors found.
pub struct Vectors {
    root: PathBuf,
    complete: bool,
}

impl Vectors {
    /// The whole set if it is there, else the small copy.
    pub fn find() -> Self {
        let package = Path::new(env!("CARGO_MANIFEST_DIR"));
        let whole = package.join("../shared/vectors");
        if whole.is_dir() {
            return Self { root: whole, complete: true };
        }
        assert!(
            std::env::var_os("CI").is_none_or(|ci| ci.is_empty()),
            "CI must run the whole set of test vectors, and {} is missing",
            whole.display()
        );
        Self { root: package.join("tests/vectors"), complete: false }
    }

    /// Asserts how many items a test has met. The small copy has fewer; then only that there are some
    /// where `in_copy` says so.
    pub fn assert_count(&self, found: usize, expected: usize, in_copy: bool, what: &str) {
        if self.complete {
            assert_eq!(found, expected, "number of {what}");
        } else {
            assert_eq!(found > 0, in_copy, "{what} in the small copy");
        }
    }

    /// The files of a folder by name; none where the small copy lacks the folder.
    pub fn files(&self, folder: &str, extension: &str) -> BTreeMap<String, String> {
        let Ok(entries) = fs::read_dir(self.root.join(folder)) else {
            assert!(!self.complete, "{folder} is missing");
            return BTreeMap::new();
        };
        let paths = entries.map(|entry| entry.unwrap().path());
        let paths = paths.filter(|path| path.extension().is_some_and(|e| e == extension));
        let name = |path: &Path| path.file_name().unwrap().to_str().unwrap().to_owned();
        paths.map(|path| (name(&path), fs::read_to_string(&path).unwrap())).collect()
    }
}
