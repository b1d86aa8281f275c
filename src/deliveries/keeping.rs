//! Writing down what the hub says, on a thread for that: a disk that is slow holds up no delivery.

use crate::hub::Write;
use crate::subscriptions::Subscriptions;
use std::future::pending;
use std::time::{Duration, Instant};
use tokio::task::JoinHandle;

/// How long acknowledgements are gathered before they are written together.
const GATHERED: Duration = Duration::from_millis(100);
/// How long a disk that refused is left in peace, unless somebody asks for something.
const LEFT_IN_PEACE: Duration = Duration::from_secs(5);

type Written = (Subscriptions, rusqlite::Result<()>);

/// The store, and what is being written into it.
pub struct Keeping {
    store: Option<Subscriptions>,
    writing: Option<JoinHandle<Written>>,
    /// Before when nothing is written that nobody waits for.
    next: Instant,
    refuses: bool,
}

impl Keeping {
    /// Without a store nothing is kept.
    pub fn new(store: Option<Subscriptions>) -> Self {
        Self { store, writing: None, next: Instant::now(), refuses: false }
    }

    /// Whether there is a store at all.
    pub fn has_store(&self) -> bool {
        self.store.is_some() || self.writing.is_some()
    }

    /// Whether something may be written now.
    pub fn is_free(&self) -> bool {
        self.store.is_some()
    }

    /// When what nobody waits for may be written; `None` while something is being written.
    pub fn next(&self) -> Option<Instant> {
        self.is_free().then_some(self.next)
    }

    /// Begins to write, when it is [free](Self::is_free).
    pub fn write(&mut self, writes: Vec<Write>) {
        let Some(mut store) = self.store.take() else { return };
        self.writing = Some(tokio::task::spawn_blocking(move || {
            let outcome = store.write(&writes);
            (store, outcome)
        }));
    }

    /// Ends when what is being written is: whether it was. While nothing is, never.
    pub async fn written(&mut self) -> bool {
        let Some(writing) = &mut self.writing else { return pending().await };
        let written = writing.await;
        self.writing = None;
        let outcome = written.map(|(store, outcome)| {
            self.store = Some(store);
            outcome
        });
        match outcome {
            Ok(Ok(())) => {
                if std::mem::take(&mut self.refuses) {
                    tracing::info!("subscriptions can be written again");
                }
                self.next = Instant::now() + GATHERED;
                true
            }
            Ok(Err(error)) => {
                if !std::mem::replace(&mut self.refuses, true) {
                    tracing::error!("subscriptions cannot be written, so that nobody can subscribe: {error}");
                }
                self.next = Instant::now() + LEFT_IN_PEACE;
                false
            }
            Err(error) => {
                tracing::error!("writing subscriptions broke off: {error}");
                false
            }
        }
    }

    /// Whether something is being written.
    pub fn is_writing(&self) -> bool {
        self.writing.is_some()
    }
}
