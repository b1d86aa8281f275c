//! Who waits for what, and how they are woken.
//!
//! Whoever waits for the same stands at one post. When an edition is shown, what each post is for is looked up once, and only
//! those are woken for whom it became another; of whoever waits for a secret address, all, because whether it still is one can
//! be said of each alone.

use crate::edition::{AsOf, Awaited};
use crate::metrics::{Counted, Metrics};
use crate::press::Press;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::sync::{OwnedSemaphorePermit, Semaphore, watch};

/// How long changes are gathered after one that somebody was woken for: in a burst, the first is told at once and the others
/// together.
const GATHERING: Duration = Duration::from_millis(100);
/// From how many posts on those are looked for at which nobody stands any more.
const FEW_POSTS: usize = 1024;

/// Everyone who waits.
pub struct Waiting {
    press: Arc<Press>,
    metrics: Arc<Metrics>,
    room: Arc<Semaphore>,
    /// Nothing when nobody is to wait any more.
    posts: Mutex<Option<Posts>>,
}

#[derive(Default)]
struct Posts {
    by_subject: HashMap<Awaited, watch::Sender<AsOf>>,
    most: usize,
}

/// The place of one who waits. Dropping it gives it to the next.
pub struct Place {
    _counted: Counted,
    _permit: OwnedSemaphorePermit,
}

impl Waiting {
    /// Nobody yet, and room for so many.
    pub fn new(press: Arc<Press>, metrics: Arc<Metrics>, room: usize) -> Self {
        let room = Arc::new(Semaphore::new(room.min(Semaphore::MAX_PERMITS)));
        Self { press, metrics, room, posts: Mutex::new(Some(Posts::default())) }
    }

    /// A place for a held request, if there is one.
    pub fn place_for_request(&self) -> Option<Place> {
        Some(Place { _permit: self.permit()?, _counted: self.metrics.held_request() })
    }

    /// A place for an event stream, if there is one.
    pub fn place_for_stream(&self) -> Option<Place> {
        Some(Place { _permit: self.permit()?, _counted: self.metrics.event_stream() })
    }

    fn permit(&self) -> Option<OwnedSemaphorePermit> {
        self.room.clone().try_acquire_owned().ok()
    }

    /// Ready when something is not any more what it was; gives `false` when nobody is to wait any more.
    pub fn change(&self, awaited: &Awaited, as_of: AsOf) -> impl Future<Output = bool> + Send + use<> {
        let post = self.post(awaited);
        async move {
            match post {
                Some(mut post) => post.wait_for(|now| *now != as_of).await.is_ok(),
                None => false,
            }
        }
    }

    fn post(&self, awaited: &Awaited) -> Option<watch::Receiver<AsOf>> {
        let mut posts = self.posts();
        let posts = posts.as_mut()?;
        if let Some(post) = posts.by_subject.get(awaited) {
            return Some(post.subscribe());
        }
        let now = self.press.glance().as_ref()?.as_of(awaited);
        if posts.by_subject.len() >= posts.most {
            posts.leave_empty_ones();
        }
        let (post, receiver) = watch::channel(now);
        posts.by_subject.insert(awaited.clone(), post);
        Some(receiver)
    }

    /// Wakes those for whom something has changed, whenever it has, and everyone at the end.
    pub async fn wake(self: Arc<Self>, mut stop: watch::Receiver<bool>) {
        let _end = End(self.clone());
        let mut shown = self.press.shown();
        let work = async {
            loop {
                if self.look() > 0 {
                    tokio::time::sleep(GATHERING).await;
                }
                if shown.changed().await.is_err() {
                    return;
                }
            }
        };
        tokio::select! {
            () = work => {}
            _ = stop.changed() => {}
        }
    }

    /// Wakes those for whom something has changed; gives back at how many posts.
    fn look(&self) -> u64 {
        let Some(edition) = self.press.edition() else { return 0 };
        let mut posts = self.posts();
        let Some(posts) = posts.as_mut() else { return 0 };
        posts.leave_empty_ones();
        let has_news = |(awaited, post): (&Awaited, &watch::Sender<AsOf>)| {
            let now = edition.as_of(awaited);
            post.send_if_modified(|known| std::mem::replace(known, now) != now)
        };
        let woken = posts.by_subject.iter().map(has_news).filter(|woken| *woken).count() as u64;
        self.metrics.wake_ups.inc_by(woken);
        woken
    }

    fn posts(&self) -> MutexGuard<'_, Option<Posts>> {
        self.posts.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The end of all waiting, also when the thread that wakes is stopped before it hears of it.
struct End(Arc<Waiting>);

impl Drop for End {
    fn drop(&mut self) {
        *self.0.posts() = None;
    }
}

impl Posts {
    fn leave_empty_ones(&mut self) {
        self.by_subject.retain(|_, post| post.receiver_count() > 0);
        self.most = FEW_POSTS.max(2 * self.by_subject.len());
    }
}
