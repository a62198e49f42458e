//! How far long work is: so many of so many, how fast, how long still.

use std::io::{IsTerminal, Write};
use std::time::{Duration, Instant};

use crate::{output, text};

/// Between two words, where each is a line of its own.
const PAUSE: Duration = Duration::from_secs(2);

/// Between two words on a terminal, where each takes the place of the last.
const SHORT_PAUSE: Duration = Duration::from_millis(200);

pub struct Progress {
    verb: &'static str,
    total: u64,
    began: Instant,
    said: Instant,
    terminal: bool,
    open: bool,
}

impl Progress {
    /// A `total` of 0 is one that is not known.
    pub fn new(verb: &'static str, total: u64) -> Self {
        let now = Instant::now();
        let terminal = std::io::stderr().is_terminal();
        Self { verb, total, began: now, said: now, terminal, open: false }
    }

    /// So many are done.
    pub fn tell(&mut self, done: u64) {
        let pause = if self.terminal { SHORT_PAUSE } else { PAUSE };
        if self.said.elapsed() < pause {
            return;
        }
        self.said = Instant::now();
        let line = words(self.verb, done, self.total, self.began.elapsed());
        if self.terminal {
            self.open = true;
            let _ = write!(std::io::stderr(), "\r{line}\x1b[K");
        } else {
            output::talk(&line);
        }
    }

    /// Leaves the line, before something else is said.
    pub fn end(&mut self) {
        if std::mem::take(&mut self.open) {
            let _ = writeln!(std::io::stderr());
        }
    }
}

fn words(verb: &str, done: u64, total: u64, took: Duration) -> String {
    let rate = u128::from(done) * 1000 / took.as_millis().max(1);
    let fast = text::grouped(u64::try_from(rate).unwrap_or(u64::MAX));
    let (now, all) = (text::grouped(done), text::grouped(total));
    if total == 0 {
        return format!("{verb} {now}, {fast} a second.");
    }
    let left = u128::from(total.saturating_sub(done)) / rate.max(1);
    format!("{verb} {now} of {all}, {fast} a second, {left} s left.")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_tells_rate_and_time_left() {
        let two = Duration::from_secs(2);
        assert_eq!(
            words("Issuing", 500, 1_500, two),
            "Issuing 500 of 1,500, 250 a second, 4 s left."
        );
        assert_eq!(words("Checking", 500, 0, two), "Checking 500, 250 a second.");
        assert_eq!(words("Issuing", 0, 9, Duration::ZERO), "Issuing 0 of 9, 0 a second, 9 s left.");
    }
}
