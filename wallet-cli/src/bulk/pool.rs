//! Work on a stream of tasks on several cores, its results in the order of the tasks, with only so many at once in
//! memory.

use std::collections::BTreeMap;
use std::sync::Mutex;
use std::sync::mpsc;
use std::thread;

use crate::error::Result;

/// Where tasks come from and results go, both on the calling thread.
pub trait Feed {
    type Task: Send;
    type Done: Send;

    /// The next task, if there is one.
    fn next(&mut self) -> Result<Option<Self::Task>>;

    /// The result of the earliest task that was not told yet.
    fn done(&mut self, done: Self::Done) -> Result<()>;
}

/// Tasks under way for each thread: enough that none waits for the calling thread.
const WINDOW: usize = 128;

/// Works through all tasks with so many threads. The first error ends it; results told before it stay told.
pub fn run<F: Feed>(
    feed: &mut F,
    jobs: usize,
    work: impl Fn(F::Task) -> F::Done + Sync,
) -> Result<()> {
    let jobs = jobs.max(1);
    let (give, tasks) = mpsc::sync_channel::<(u64, F::Task)>(jobs * WINDOW);
    let (back, results) = mpsc::channel();
    let (tasks, work) = (Mutex::new(tasks), &work);
    thread::scope(|scope| {
        let tasks = &tasks;
        for _ in 0..jobs {
            let back = back.clone();
            scope.spawn(move || {
                loop {
                    let Ok(task) = tasks.lock().map_or(Err(mpsc::RecvError), |tasks| tasks.recv())
                    else {
                        return;
                    };
                    let (at, task) = task;
                    let mut told = Told { at, back: &back, done: None };
                    told.done = Some(work(task));
                }
            });
        }
        drop(back);
        let outcome = steer(feed, jobs * WINDOW, &give, &results);
        drop(give); // ends the threads
        outcome
    })
}

/// Tells a result when it goes away: none where the work panicked, so that nobody waits for it.
struct Told<'a, D> {
    at: u64,
    back: &'a mpsc::Sender<(u64, Option<D>)>,
    done: Option<D>,
}

impl<D> Drop for Told<'_, D> {
    fn drop(&mut self) {
        let _nobody_waits = self.back.send((self.at, self.done.take()));
    }
}

fn steer<F: Feed>(
    feed: &mut F,
    window: usize,
    give: &mpsc::SyncSender<(u64, F::Task)>,
    results: &mpsc::Receiver<(u64, Option<F::Done>)>,
) -> Result<()> {
    let (mut given, mut told, mut over) = (0_u64, 0_u64, false);
    let mut waiting = BTreeMap::new();
    loop {
        while !over && usize::try_from(given - told).unwrap_or(usize::MAX) < window {
            let Some(task) = feed.next()? else {
                over = true;
                break;
            };
            if give.send((given, task)).is_err() {
                return Ok(());
            }
            given += 1;
        }
        if given == told {
            return Ok(());
        }
        // A thread that panicked ends all of it; the scope passes the panic on.
        let Ok((at, Some(done))) = results.recv() else { return Ok(()) };
        waiting.insert(at, done);
        while let Some(done) = waiting.remove(&told) {
            feed.done(done)?;
            told += 1;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::CliError;

    struct Numbers {
        next: u64,
        end: u64,
        told: Vec<u64>,
        most: u64,
        fail_at: Option<u64>,
    }

    impl Feed for Numbers {
        type Task = u64;
        type Done = u64;

        fn next(&mut self) -> Result<Option<u64>> {
            self.most = self.most.max(self.next - u64::try_from(self.told.len()).unwrap());
            let task = (self.next < self.end).then_some(self.next);
            self.next += 1;
            Ok(task)
        }

        fn done(&mut self, done: u64) -> Result<()> {
            if self.fail_at == Some(done) {
                return Err(CliError::usage("stop", ""));
            }
            self.told.push(done);
            Ok(())
        }
    }

    fn numbers(end: u64, fail_at: Option<u64>) -> Numbers {
        Numbers { next: 0, end, told: Vec::new(), most: 0, fail_at }
    }

    #[test]
    fn results_come_in_order_and_few_are_under_way() {
        for jobs in [0, 1, 2, 5] {
            let mut feed = numbers(5_000, None);
            run(&mut feed, jobs, |n| {
                if n % 97 == 0 {
                    thread::sleep(std::time::Duration::from_micros(200));
                }
                n * 2
            })
            .unwrap();
            assert_eq!(feed.told, (0..5_000).map(|n| n * 2).collect::<Vec<_>>());
            assert!(feed.most <= u64::try_from(jobs.max(1) * WINDOW).unwrap());
        }
        let mut none = numbers(0, None);
        run(&mut none, 2, |n| n).unwrap();
        assert!(none.told.is_empty());
    }

    #[test]
    fn an_error_ends_it() {
        let mut feed = numbers(u64::MAX, Some(700));
        assert!(run(&mut feed, 2, |n| n).is_err());
        assert_eq!(feed.told.len(), 700);
    }
}
