//! The same work on many items, on several cores.

use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use crate::output;

/// Between two words on how far the work is.
const PAUSE: Duration = Duration::from_secs(2);

/// Results of `work` in the order of `items`, made by `jobs` threads. Long work is reported on stderr
/// as `verb` so many.
pub fn map<T: Sync, R: Send>(
    verb: &str,
    items: &[T],
    jobs: usize,
    work: impl Fn(&T) -> R + Sync,
) -> Vec<R> {
    let (next, progress) = (AtomicUsize::new(0), Progress::new(verb, items.len()));
    let take = || {
        let mut done = Vec::new();
        loop {
            let at = next.fetch_add(1, Ordering::Relaxed);
            let Some(item) = items.get(at) else {
                return done;
            };
            done.push((at, work(item)));
            progress.one_more();
        }
    };
    let mut all = thread::scope(|scope| {
        let others: Vec<_> = (1..jobs.min(items.len())).map(|_| scope.spawn(take)).collect();
        let mut all = take();
        for other in others {
            all.extend(other.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)));
        }
        all
    });
    all.sort_unstable_by_key(|(at, _)| *at);
    all.into_iter().map(|(_, result)| result).collect()
}

struct Progress<'a> {
    verb: &'a str,
    total: usize,
    done: AtomicUsize,
    said: Mutex<Instant>,
}

impl<'a> Progress<'a> {
    fn new(verb: &'a str, total: usize) -> Self {
        Self { verb, total, done: AtomicUsize::new(0), said: Mutex::new(Instant::now()) }
    }

    fn one_more(&self) {
        let done = self.done.fetch_add(1, Ordering::Relaxed) + 1;
        if let Ok(mut said) = self.said.try_lock()
            && said.elapsed() >= PAUSE
        {
            *said = Instant::now();
            output::talk(&format!("{} {done} of {}.", self.verb, self.total));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn results_keep_the_order_of_the_items() {
        let items: Vec<usize> = (0..1000).collect();
        for jobs in [0, 1, 2, 7] {
            let doubled = map("Doubled", &items, jobs, |item| {
                if item % 100 == 0 {
                    thread::sleep(Duration::from_millis(1));
                }
                item * 2
            });
            assert_eq!(doubled, items.iter().map(|item| item * 2).collect::<Vec<_>>());
        }
        assert_eq!(map("Did", &[(); 0], 4, |()| 1), Vec::<i32>::new());
    }
}
