use super::documents::standing;
use super::errands::Errands;
use super::keeping::Keeping;
use super::{Asked, FAREWELL, telling};
use crate::edition::Edition;
use crate::hub::{Failure, Hub, Limits, Outcome, Reply, Standing, Subscription};
use crate::publisher::{clock, time_until};
use crate::subscriptions::Subscriptions;
use crate::words::Topic;
use ring::rand::{SecureRandom, SystemRandom};
use std::collections::HashMap;
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio::sync::{mpsc, oneshot, watch};
use tokio::task::{Id, JoinError, JoinSet};
use tokio::time::{sleep, sleep_until, timeout};

/// The shortest time between two looks at what is due by itself.
const PACE: Duration = Duration::from_millis(20);
/// How long nothing may happen before connections that nobody uses are closed.
const IDLE: Duration = Duration::from_secs(15);

/// A reply and where it goes, once what it comes to is remembered.
type Due = (oneshot::Sender<Reply>, Reply);

/// Owns the hub, and does what it says.
pub struct Messenger {
    hub: Hub,
    keeping: Keeping,
    errands: Arc<Errands>,
    under_way: JoinSet<Outcome>,
    tasks: HashMap<Id, u64>,
    /// Replies whose rows are not being written yet, and those whose rows are.
    waiting: Vec<Due>,
    in_writing: Vec<Due>,
    has_looked: bool,
    random: SystemRandom,
}

impl Messenger {
    pub fn new(
        limits: Limits,
        store: Option<Subscriptions>,
        remembered: Vec<Subscription>,
        errands: Errands,
    ) -> Self {
        Self {
            hub: Hub::new(limits, remembered),
            keeping: Keeping::new(store),
            errands: Arc::new(errands),
            under_way: JoinSet::new(),
            tasks: HashMap::new(),
            waiting: Vec::new(),
            in_writing: Vec::new(),
            has_looked: false,
            random: SystemRandom::new(),
        }
    }

    /// Works until `stop` changes, and then ends what is under way.
    pub async fn run(mut self, inbox: &mut mpsc::Receiver<Asked>, mut stop: watch::Receiver<bool>) {
        let mut shown = self.errands.documents.press.shown();
        self.look();
        while !*stop.borrow() {
            self.keep();
            self.send();
            telling::tell(self.hub.happenings());
            let (next_write, until_due) = (self.next_write(), self.until_due());
            tokio::select! {
                Some(asked) = inbox.recv() => self.take(asked),
                _ = shown.changed() => self.look(),
                Some(ended) = self.under_way.join_next_with_id() => self.report(ended),
                written = self.keeping.written() => self.written(written),
                () = until(next_write) => {}
                () = sleep(until_due) => self.look(),
                _ = stop.changed() => break,
            }
        }
        self.leave().await;
    }

    fn take(&mut self, Asked { request, from, reply }: Asked) {
        let Some(edition) = self.errands.documents.press.edition().filter(|_| self.keeping.has_store())
        else {
            return;
        };
        let of_topic = |topic: &Topic| standing(&edition, topic);
        let taken = self.hub.take(request, from, &of_topic, clock());
        self.waiting.push((reply, taken));
    }

    /// Looks what all topics are in the edition that is shown.
    fn look(&mut self) {
        if let Some(edition) = self.errands.documents.press.edition() {
            let edition: &Edition = &edition;
            self.hub.look(&|topic: &Topic| -> Standing { standing(edition, topic) }, clock());
            self.has_looked = true;
        }
    }

    /// Writes down what is to be remembered: at once when somebody waits for it.
    fn keep(&mut self) {
        let is_time =
            !self.waiting.is_empty() || self.keeping.next().is_some_and(|next| next <= Instant::now());
        if !self.keeping.is_free() || !is_time {
            return;
        }
        let writes = self.hub.writes();
        if writes.is_empty() {
            return give(std::mem::take(&mut self.waiting));
        }
        self.in_writing = std::mem::take(&mut self.waiting);
        self.keeping.write(writes);
    }

    fn written(&mut self, is_written: bool) {
        let mut replies = std::mem::take(&mut self.in_writing);
        if is_written {
            self.hub.committed(clock());
        } else {
            self.hub.not_committed();
            // Nothing is promised that was not remembered: whoever hears nothing is asked to come again.
            replies.retain(|(_, reply)| reply.status != 202);
        }
        give(replies);
    }

    /// When something is to be written that nobody waits for.
    fn next_write(&self) -> Option<Instant> {
        self.keeping.next().filter(|next| *next > Instant::now())
    }

    fn until_due(&self) -> Duration {
        let due = self.hub.next_due().filter(|_| self.has_looked);
        due.map_or(IDLE, time_until).clamp(PACE, IDLE)
    }

    /// Sends what the hub hands out.
    fn send(&mut self) {
        if !self.has_looked {
            return;
        }
        let random = &self.random;
        for task in self.hub.hand_out(&mut || draw(random), clock()) {
            let (number, errands) = (task.number, self.errands.clone());
            let doing = self.under_way.spawn(async move { errands.run(task).await });
            self.tasks.insert(doing.id(), number);
        }
        self.errands.outbound.tidy();
    }

    fn report(&mut self, ended: Result<(Id, Outcome), JoinError>) {
        let mut next = Some(ended);
        while let Some(ended) = next {
            let (id, outcome) = ended.unwrap_or_else(|error| (error.id(), Outcome::Failed(Failure::Garbled)));
            if let Some(number) = self.tasks.remove(&id) {
                let random = &self.random;
                self.hub.report(number, outcome, &mut || draw(random), clock());
            }
            next = self.under_way.try_join_next_with_id();
        }
    }

    /// Ends what is under way, within bounds, and remembers what came of it.
    async fn leave(&mut self) {
        let ending = async {
            while let Some(ended) = self.under_way.join_next_with_id().await {
                self.report(ended);
            }
        };
        // What is not acknowledged by then is delivered again after the next start.
        let _ = timeout(FAREWELL, ending).await;
        self.under_way.abort_all();
        if self.keeping.is_writing() {
            let written = self.keeping.written().await;
            self.written(written);
        }
        let writes = self.hub.writes();
        if !writes.is_empty() && self.keeping.is_free() {
            self.in_writing = std::mem::take(&mut self.waiting);
            self.keeping.write(writes);
            let written = self.keeping.written().await;
            self.written(written);
        }
        telling::tell(self.hub.happenings());
    }
}

fn give(replies: Vec<Due>) {
    for (to, reply) in replies {
        // Whoever left does not hear it.
        let _ = to.send(reply);
    }
}

async fn until(moment: Option<Instant>) {
    match moment {
        Some(moment) => sleep_until(moment.into()).await,
        None => std::future::pending().await,
    }
}

fn draw(random: &SystemRandom) -> u128 {
    let mut bits = [0; 16];
    random.fill(&mut bits).expect("the system has randomness to give");
    u128::from_be_bytes(bits)
}
