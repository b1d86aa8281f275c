//! What is said in the log of subscriptions: whose host, of which feed, and nothing that is a secret.

use crate::hub::{Failure, Happening, Outcome, Subscription, What};

/// Says all of these.
pub fn tell(happenings: Vec<Happening>) {
    for Happening { subscription, what } in happenings {
        let Subscription { number, topic, callback, .. } = &subscription;
        let (host, feed, format) = (callback.host(), &topic.outlet.name, topic.format.suffix());
        let (is_trouble, said) = say(&what);
        if is_trouble {
            tracing::warn!("subscription {number} of {feed}.{format} at {host}: {said}");
        } else {
            tracing::info!("subscription {number} of {feed}.{format} at {host}: {said}");
        }
    }
}

/// Whether it is trouble, and what it is.
fn say(what: &What) -> (bool, String) {
    match what {
        What::Begun => (false, "begun".to_owned()),
        What::Renewed => (false, "renewed".to_owned()),
        What::Ended => (false, "ended, as the subscriber wished".to_owned()),
        What::Unconfirmed(outcome) => (false, format!("not confirmed: {}", reason(*outcome))),
        What::Gone => (true, "ended: the callback says that it is gone".to_owned()),
        What::Expired => (false, "ended with its lease".to_owned()),
        What::GivenUp(since) => {
            (true, format!("given up with its lease: nothing was acknowledged since {}", since.http_date()))
        }
        What::Paused => (true, "deliveries failed for a day; they are tried only now and then".to_owned()),
        What::Denied => (false, "ended: there is no such feed for them any more".to_owned()),
    }
}

fn reason(outcome: Option<Outcome>) -> String {
    match outcome {
        None => "nobody answered in time".to_owned(),
        Some(Outcome::Answered { status, .. }) => {
            format!("the callback answered {status} without the challenge")
        }
        Some(Outcome::Failed(failure)) => failed(failure).to_owned(),
        Some(Outcome::Confirmed | Outcome::Delivered(_) | Outcome::Overtaken) => {
            "nothing came of it".to_owned()
        }
    }
}

fn failed(failure: Failure) -> &'static str {
    match failure {
        Failure::Unknown => "its host is unknown",
        Failure::Refused => "its host leads to an address that is not public (see --hub-allow)",
        Failure::Unreachable => "no connection",
        Failure::Unsafe => "no trusted certificate",
        Failure::Slow => "it took too long",
        Failure::Garbled => "the answer was no HTTP, or broke off",
    }
}
