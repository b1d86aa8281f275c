use super::documents::standing;
use super::errands::Errands;
use super::keeping::Keeping;
use super::registrations::Registrations;
use super::{Asked, FAREWELL, What, telling};
use crate::edition::Edition;
use crate::hub::cloud::Registered;
use crate::hub::{Failure, Hub, Limits, Outcome, Reply, Request, Standing, Subscription};
use crate::publisher::{clock, time_until};
use crate::subscriptions::Subscriptions;
use crate::words::{Protocol, Topic};
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
/// How often subscriptions are counted while something happens.
const COUNTED: Duration = Duration::from_secs(1);

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
    registrations: Registrations,
    /// Whether somebody waits for what is not being written yet, besides those who wait for a reply.
    is_urgent: bool,
    has_looked: bool,
    /// When subscriptions were counted last, and whether something has happened since.
    counted: Option<Instant>,
    is_counted: bool,
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
            registrations: Registrations::default(),
            is_urgent: false,
            has_looked: false,
            counted: None,
            is_counted: false,
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
            self.tell();
            self.count();
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

    fn take(&mut self, Asked { from, what }: Asked) {
        self.is_counted = false;
        let Some(edition) = self.errands.documents.press.edition().filter(|_| self.keeping.has_store())
        else {
            return;
        };
        let of_topic = |topic: &Topic| standing(&edition, topic);
        match what {
            What::Request(request, reply) => {
                let taken = self.hub.take(request, from, &of_topic, clock());
                self.waiting.push((reply, taken));
            }
            What::Registration(requests, reply) if self.registrations.have_room() => {
                let mut take = |request: &Request| self.hub.take(request.clone(), from, &of_topic, clock());
                match requests.iter().map(&mut take).find(|taken| taken.status != 202) {
                    Some(refused) => drop(reply.send(Registered::Refused(refused))),
                    None => self.registrations.enter(&requests, reply),
                }
                self.is_urgent = true;
            }
            What::Registration(..) => {}
        }
    }

    /// Says how many subscriptions there are of what.
    fn count(&mut self) {
        if self.is_counted || self.counted.is_some_and(|last| last.elapsed() < COUNTED) {
            return;
        }
        for protocol in Protocol::ALL {
            self.errands.metrics.push.subscribed(protocol, self.hub.counts(protocol));
        }
        (self.counted, self.is_counted) = (Some(Instant::now()), true);
    }

    /// Tells what happened to subscriptions.
    fn tell(&mut self) {
        let happenings = self.hub.happenings();
        self.registrations.hear(&happenings);
        telling::tell(happenings);
    }

    /// Looks what all topics are in the edition that is shown.
    fn look(&mut self) {
        if let Some(edition) = self.errands.documents.press.edition() {
            let edition: &Edition = &edition;
            self.hub.look(&|topic: &Topic| -> Standing { standing(edition, topic) }, clock());
            self.has_looked = true;
            self.is_counted = false;
        }
    }

    /// Writes down what is to be remembered: at once when somebody waits for it.
    fn keep(&mut self) {
        let is_time = self.is_urgent
            || !self.waiting.is_empty()
            || self.keeping.next().is_some_and(|next| next <= Instant::now());
        if !self.keeping.is_free() || !is_time {
            return;
        }
        self.is_urgent = false;
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
        let longest = if self.is_counted { IDLE } else { COUNTED };
        due.map_or(longest, time_until).clamp(PACE, longest)
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
        self.is_counted = false;
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
        self.tell();
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
