//! Registrations over rssCloud that are being tried: whoever asked hears what came of it (a subscriber of WebSub hears of that
//! at its callback).

use crate::hub::cloud::Registered;
use crate::hub::{Callback, Happening, Protocol, Request, What};
use crate::words::Topic;
use tokio::sync::oneshot;

/// How many are tried at once at most.
const MOST: usize = 256;

/// Those that are being tried.
#[derive(Default)]
pub struct Registrations(Vec<Registration>);

struct Registration {
    callback: Callback,
    /// The topics that are not confirmed yet.
    open: Vec<Topic>,
    reply: oneshot::Sender<Registered>,
}

impl Registrations {
    /// Whether there is room for one more.
    pub fn have_room(&mut self) -> bool {
        self.0.retain(|registration| !registration.reply.is_closed());
        self.0.len() < MOST
    }

    /// One that the hub took, as these requests.
    pub fn enter(&mut self, requests: &[Request], reply: oneshot::Sender<Registered>) {
        let asked = requests.iter().filter_map(|request| match request {
            Request::Subscribe { who, .. } => Some(who),
            Request::Unsubscribe(_) | Request::Publish(_) => None,
        });
        let Some(callback) = asked.clone().next().map(|who| who.callback.clone()) else { return };
        let open = asked.map(|who| who.topic.clone()).collect();
        self.0.push(Registration { callback, open, reply });
    }

    /// Hears what happened to subscriptions, and tells those who wait for it.
    pub fn hear(&mut self, happenings: &[Happening]) {
        if self.0.is_empty() {
            return;
        }
        for Happening { subscription, what } in happenings {
            let is_confirmed = match what {
                What::Begun | What::Renewed => true,
                What::Unconfirmed(_) | What::Denied | What::Gone => false,
                What::Ended | What::Expired | What::GivenUp(_) | What::Paused => continue,
            };
            if subscription.protocol == Protocol::Cloud {
                self.settle(&subscription.callback, &subscription.topic, is_confirmed);
            }
        }
    }

    fn settle(&mut self, callback: &Callback, topic: &Topic, is_confirmed: bool) {
        let is_meant = |registration: &mut Registration| {
            if registration.callback != *callback || !registration.open.contains(topic) {
                return false;
            }
            registration.open.retain(|open| is_confirmed && open != topic);
            registration.open.is_empty()
        };
        for Registration { reply, .. } in self.0.extract_if(.., is_meant) {
            // Whoever left does not hear it.
            let _ = reply.send(if is_confirmed { Registered::Done } else { Registered::Untried });
        }
    }
}
