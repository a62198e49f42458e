//! Counts what passed and says what failed.

use crate::Anything;

/// The count so far.
#[derive(Default)]
pub struct Report {
    /// Checks that passed.
    pub passed: usize,
    /// Checks that failed.
    pub failed: usize,
}

impl Report {
    /// Counts one check.
    pub fn check(&mut self, what: &str, result: Result<(), Anything>) {
        match result {
            Ok(()) => self.passed += 1,
            Err(error) => {
                self.failed += 1;
                println!("FAILED {what}: {error}");
            }
        }
    }

    /// The last line of a program, and whether all passed.
    pub fn finish(&self) -> bool {
        println!("{} passed, {} failed", self.passed, self.failed);
        self.failed == 0
    }
}
