//! Who owns the [`Hub`](crate::hub::Hub): a thread of its own that takes what subscribers ask, remembers it, and sends what the
//! hub hands out. It is woken when an edition is shown.

mod documents;
mod errands;
mod keeping;
mod messenger;
mod registrations;
mod telling;

use crate::hub::cloud::Registered;
use crate::hub::{Limits, Reply, Request};
use crate::metrics::Metrics;
use crate::outbound::{Outbound, by_the_system};
use crate::press::Press;
use crate::publisher::Told;
use crate::subscriptions::{OpenError, Subscriptions};
use messenger::Messenger;
use std::io;
use std::net::IpAddr;
use std::panic::AssertUnwindSafe;
use std::path::PathBuf;
use std::sync::mpsc::Sender;
use std::sync::{Arc, Mutex};
use std::thread::JoinHandle;
use std::time::Duration;
use tokio::sync::{mpsc, oneshot, watch};
use tokio::time::timeout;

/// How long requests that are under way may take after the order to stop.
const FAREWELL: Duration = Duration::from_millis(1500);
/// How many requests of subscribers may wait to be taken.
const MOST_WAITING: usize = 256;
/// How long somebody who registers waits for being tried: a little longer than one try takes.
const TRIED_WITHIN: Duration = Duration::from_secs(12);
/// After which time the work is begun anew when it broke off by a fault of ours.
const RECOVERY: Duration = Duration::from_secs(10);
/// How many threads may hang on looking up names or printing.
const MOST_BLOCKED: usize = 48;

/// What it takes to tell subscribers.
pub struct Setup {
    /// Where subscriptions are remembered.
    pub state: PathBuf,
    /// The edition and its bytes.
    pub press: Arc<Press>,
    /// The way out.
    pub outbound: Arc<Outbound>,
    /// Where to say that a file is not what it was.
    pub told: Sender<Told>,
    /// What is counted.
    pub metrics: Arc<Metrics>,
}

/// What somebody asks for, and where the reply goes.
struct Asked {
    from: IpAddr,
    what: What,
}

enum What {
    /// The reply is due once what the request comes to is remembered.
    Request(Request, oneshot::Sender<Reply>),
    /// The same document by document, and the reply once all of it was tried.
    Registration(Vec<Request>, oneshot::Sender<Registered>),
}

/// Where subscribers hand in what they ask for.
#[derive(Clone)]
pub struct Counter(mpsc::Sender<Asked>);

impl Counter {
    /// Hands a request in and waits until what it comes to is remembered. `None` when that is not possible just now.
    pub async fn ask(&self, request: Request, from: IpAddr) -> Option<Reply> {
        let (reply, replied) = oneshot::channel();
        self.0.try_send(Asked { from, what: What::Request(request, reply) }).ok()?;
        replied.await.ok()
    }

    /// Hands a registration over rssCloud in and waits until the subscriber was tried, within bounds. `None` when it cannot
    /// be taken just now.
    pub async fn register(&self, requests: Vec<Request>, from: IpAddr) -> Option<Registered> {
        let (reply, replied) = oneshot::channel();
        self.0.try_send(Asked { from, what: What::Registration(requests, reply) }).ok()?;
        match timeout(TRIED_WITHIN, replied).await {
            Ok(replied) => replied.ok(),
            Err(_) => Some(Registered::Untried),
        }
    }
}

/// Begins to tell subscribers, until `stop` changes.
///
/// # Errors
/// When the thread cannot be started, or a newer bantin wrote the store.
pub fn start(
    setup: Setup,
    stop: watch::Receiver<bool>,
) -> Result<(Counter, JoinHandle<()>), Box<dyn std::error::Error>> {
    let (counter, mut inbox) = mpsc::channel(MOST_WAITING);
    let mut opened = Some(open(&setup)?);
    let work = move || {
        while !*stop.borrow() {
            let found = match opened.take() {
                Some(found) => found,
                None => open(&setup).unwrap_or_default(),
            };
            let round = AssertUnwindSafe(|| run(&setup, found, &mut inbox, stop.clone()));
            match std::panic::catch_unwind(round) {
                Ok(Ok(())) => return,
                Ok(Err(error)) => tracing::error!("subscribers cannot be told: {error}"),
                Err(_) => tracing::error!("telling subscribers failed; it is begun anew"),
            }
            std::thread::sleep(RECOVERY);
        }
    };
    let thread = std::thread::Builder::new().name("deliveries".to_owned()).spawn(work)?;
    Ok((Counter(counter), thread))
}

type Opened = (Option<Subscriptions>, Vec<crate::hub::Subscription>);

/// The store with all that is in it. Where it cannot be written, those who are known are told all the same.
fn open(setup: &Setup) -> Result<Opened, OpenError> {
    match Subscriptions::open(&setup.state) {
        Ok(found) => {
            if let Some(kept_as) = found.damaged {
                tracing::error!(
                    "the store of subscriptions was damaged; it is kept as {} and a new one begun: subscribers are told again \
                     when they renew",
                    kept_as.display()
                );
            }
            Ok((Some(found.store), found.remembered))
        }
        Err(error @ OpenError::Newer(..)) => Err(error),
        Err(error) => {
            tracing::error!(
                "{error}; nobody can subscribe until bantin is started again when it can be written"
            );
            Ok((None, Subscriptions::beside(&setup.state).unwrap_or_default()))
        }
    }
}

fn run(
    setup: &Setup,
    (store, remembered): Opened,
    inbox: &mut mpsc::Receiver<Asked>,
    stop: watch::Receiver<bool>,
) -> io::Result<()> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .max_blocking_threads(MOST_BLOCKED)
        .build()?;
    let errands = errands::Errands {
        // Names of strangers may hang; subscribers are found all the same.
        asking: Arc::new(setup.outbound.apart(by_the_system())),
        outbound: setup.outbound.clone(),
        metrics: setup.metrics.clone(),
        documents: documents::Documents {
            press: setup.press.clone(),
            told: Mutex::new((setup.told.clone(), None)),
        },
    };
    let messenger = Messenger::new(Limits::default(), store, remembered, errands);
    runtime.block_on(messenger.run(inbox, stop));
    // Look-ups that hang are not waited for.
    runtime.shutdown_background();
    Ok(())
}
