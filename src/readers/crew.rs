//! The threads themselves: jobs are handed out to them, and one that does not come back is replaced.

use super::{Desk, Job, Report};
use crate::calm;
use std::collections::{HashMap, HashSet};
use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

/// How long one file may take before its reader is given up.
const PATIENCE: Duration = Duration::from_secs(10);
/// How long a walk through the whole folder may take.
const SWEEP_PATIENCE: Duration = Duration::from_secs(600);
/// How many readers may be stuck before no more are started.
const MOST_STUCK: usize = 8;

enum Message {
    Started(u64),
    Done(u64, Box<Report>),
}

/// A job with its number, and where and how to do it.
type Order = (u64, Job, Arc<Desk>);

/// The readers, and what they are doing.
pub struct Readers {
    jobs: Sender<Order>,
    queue: Arc<Mutex<Receiver<Order>>>,
    messages: Sender<Message>,
    inbox: Receiver<Message>,
    under_way: HashMap<u64, (Job, Option<Instant>)>,
    /// The jobs that take too long. A reader that comes back from one has been replaced, and ends.
    given_up: Arc<Mutex<HashSet<u64>>>,
    number: u64,
    gives_way: bool,
    wake: Arc<dyn Fn() + Send + Sync>,
}

impl Readers {
    /// Starts `count` readers, which give way to all other work or not; `wake` is called whenever one has something to
    /// tell.
    ///
    /// # Errors
    /// When the threads cannot be started.
    pub fn start(count: usize, gives_way: bool, wake: Arc<dyn Fn() + Send + Sync>) -> io::Result<Self> {
        let (jobs, queue) = channel();
        let (messages, inbox) = channel();
        let readers = Self {
            jobs,
            queue: Arc::new(Mutex::new(queue)),
            messages,
            inbox,
            under_way: HashMap::new(),
            given_up: Arc::default(),
            number: 0,
            gives_way,
            wake,
        };
        for _ in 0..count {
            readers.hire()?;
        }
        Ok(readers)
    }

    /// Hands out a job.
    pub fn hand_out(&mut self, job: Job, desk: &Arc<Desk>) {
        self.number += 1;
        self.under_way.insert(self.number, (job.clone(), None));
        // The queue's other end is held by this very struct.
        let _ = self.jobs.send((self.number, job, desk.clone()));
    }

    /// How many jobs are under way.
    pub fn busy(&self) -> usize {
        self.under_way.len()
    }

    /// How many readers are stuck.
    pub fn stuck(&self) -> usize {
        self.given_up.lock().unwrap_or_else(PoisonError::into_inner).len()
    }

    /// What has come in since, and the jobs that take too long.
    pub fn reports(&mut self) -> Vec<Report> {
        let mut reports = Vec::new();
        while let Ok(message) = self.inbox.try_recv() {
            match message {
                Message::Started(number) => {
                    if let Some((_, since)) = self.under_way.get_mut(&number) {
                        *since = Some(Instant::now());
                    }
                }
                Message::Done(number, report) => {
                    self.under_way.remove(&number);
                    reports.push(*report);
                }
            }
        }
        reports.extend(self.give_up());
        reports
    }

    fn give_up(&mut self) -> Vec<Report> {
        let overdue = |(job, since): &(Job, Option<Instant>)| {
            let patience = match job {
                Job::Sweep(_) | Job::Shelves | Job::Check => SWEEP_PATIENCE,
                Job::Root(_) | Job::Settings | Job::Look(_) | Job::Shelf(..) => PATIENCE,
            };
            since.is_some_and(|since| since.elapsed() > patience)
        };
        let late: Vec<u64> =
            self.under_way.iter().filter(|(_, job)| overdue(job)).map(|(number, _)| *number).collect();
        let mut reports = Vec::new();
        for number in late {
            let Some((job, _)) = self.under_way.remove(&number) else { continue };
            self.given_up.lock().unwrap_or_else(PoisonError::into_inner).insert(number);
            if self.stuck() <= MOST_STUCK
                && let Err(error) = self.hire()
            {
                tracing::warn!(%error, "no further reader could be started");
            }
            reports.push(Report::Stuck(job));
        }
        reports
    }

    fn hire(&self) -> io::Result<()> {
        let (queue, messages, wake) = (self.queue.clone(), self.messages.clone(), self.wake.clone());
        let given_up = self.given_up.clone();
        let gives_way = self.gives_way;
        let work = move || {
            if gives_way {
                calm::give_way();
            }
            loop {
                let next = queue.lock().unwrap_or_else(PoisonError::into_inner).recv();
                let Ok((number, job, desk)) = next else { return };
                if messages.send(Message::Started(number)).is_err() {
                    return;
                }
                let report =
                    catch_unwind(AssertUnwindSafe(|| desk.carry_out(&job))).unwrap_or(Report::Panicked(job));
                let was_replaced = given_up.lock().unwrap_or_else(PoisonError::into_inner).remove(&number);
                if messages.send(Message::Done(number, Box::new(report))).is_err() {
                    return;
                }
                wake();
                if was_replaced {
                    return;
                }
            }
        };
        // Deep nesting in a text is bounded by its parsers; this leaves them room.
        std::thread::Builder::new().name("reader".to_owned()).stack_size(8 << 20).spawn(work)?;
        Ok(())
    }
}
