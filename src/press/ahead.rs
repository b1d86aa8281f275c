//! Documents that people ask for, printed while the edition in which they changed is being written down: nobody who asks
//! for them then has to wait.

use super::Press;
use super::job::Job;
use crate::calm;
use crate::edition::Edition;
use crate::words::{Fingerprint, Published};
use std::collections::HashMap;
use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::time::{Duration, Instant};
use tokio::runtime::Runtime;

/// Words that are on their way into the journal, by what names them.
pub type Fresh = Arc<HashMap<Fingerprint, Arc<Published>>>;

type Task = Box<dyn FnOnce(&Runtime) + Send>;

/// A thread that prints ahead.
pub(super) struct Printer(Sender<Task>);

impl Printer {
    pub(super) fn start(gives_way: bool) -> io::Result<Self> {
        let (tasks, queue) = channel::<Task>();
        let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build()?;
        std::thread::Builder::new().name("printer".to_owned()).spawn(move || {
            if gives_way {
                calm::give_way();
            }
            for task in queue {
                // One document that cannot be printed is no reason not to print the others.
                let _ = catch_unwind(AssertUnwindSafe(|| task(&runtime)));
            }
        })?;
        Ok(Self(tasks))
    }
}

/// Documents that are being printed before their edition is shown.
pub struct Ahead {
    printed: Receiver<()>,
    left: usize,
}

impl Ahead {
    /// Waits until at most so many are left to be printed, but not longer than so. The others are printed all the same.
    pub fn wait(mut self, left: usize, patience: Duration) {
        let until = Instant::now() + patience;
        while self.left > left
            && self.printed.recv_timeout(until.saturating_duration_since(Instant::now())).is_ok()
        {
            self.left -= 1;
        }
    }
}

impl Press {
    /// Begins to print what an edition [wants printed ahead](Edition::ahead); where that can wait, giving way to answers.
    pub fn print_ahead(self: &Arc<Self>, edition: &Arc<Edition>, fresh: &Fresh, can_wait: bool) -> Ahead {
        let printer = if can_wait { &self.patient_printer } else { &self.printer };
        let (tells, printed) = channel();
        for (sheet, packing) in edition.ahead().iter().cloned() {
            let (press, edition, fresh) = (self.clone(), edition.clone(), fresh.clone());
            let job = Job { press, edition, sheet, fresh, is_ahead: true };
            let tells = tells.clone();
            let task: Task = Box::new(move |runtime| {
                if !job.is_overtaken() {
                    // What goes wrong is told to who asks for it.
                    let _ = runtime.block_on(job.document(packing));
                }
                let _ = tells.send(());
            });
            // Without a printer it is printed when it is asked for.
            let _ = printer.0.send(task);
        }
        Ahead { printed, left: edition.ahead().len() }
    }
}

impl Job {
    fn is_overtaken(&self) -> bool {
        self.press.glance().as_ref().is_some_and(|shown| shown.is_after(&self.edition))
    }
}
