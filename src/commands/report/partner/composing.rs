//! What the journal knows becomes what a report says.

use crate::catalogue::Key;
use crate::journal::{Delivery, Facts, Reader, State, Taken};
use crate::render::report::partner::{
    Corrected, Correction, Delivered, Named, PartnerReport, Recall, Sent, Withdrawn,
};
use crate::words::{Day, FeedName, LastFetch, Month, Partner, Period, Site, Timestamp};
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

/// The report on what a partner was sent in a period of what it took in all, as the journal knows it now.
///
/// # Errors
/// When the journal refuses.
pub fn compose<'a>(
    reader: &Reader,
    site: &'a Site,
    (feed, partner): (&FeedName, &'a Partner),
    taken: Option<Taken>,
    period: Period,
    now: Timestamp,
) -> rusqlite::Result<PartnerReport<'a>> {
    let span = period.span(&site.zone);
    let days = counted_days(site, partner, period, taken.as_ref().map(|taken| taken.began), now);
    let mut report = PartnerReport {
        site,
        partner,
        feed: feed.clone(),
        period,
        as_of: now,
        last: None,
        delivered: Vec::new(),
        corrected: Vec::new(),
        withdrawn: Vec::new(),
        fetches: 0,
        unchanged: 0,
        days: days.len(),
        silent: Vec::new(),
    };
    let Some(taken) = taken else {
        report.silent = days;
        return Ok(report);
    };
    let Taken { holding, is_current, deliveries, days: asked, .. } = &taken;
    report.last =
        holding.map(|holding| LastFetch { at: holding.at, format: holding.format, is_current: *is_current });
    let of_period = asked.iter().filter(|(day, ..)| period.has(*day));
    (report.fetches, report.unchanged) =
        of_period.fold((0, 0), |(fetches, unchanged), (_, more, same)| (fetches + more, unchanged + same));
    let is_silent = |day: &Day| asked.binary_search_by_key(day, |(asked, ..)| *asked).is_err();
    report.silent = days.into_iter().filter(is_silent).collect();

    let mut stories: BTreeMap<Key, Vec<&Delivery>> = BTreeMap::new();
    for delivery in deliveries {
        stories.entry(delivery.key).or_default().push(delivery);
    }
    for (key, deliveries) in stories {
        let Some(facts) = reader.facts(key)? else { continue };
        let told = Story { deliveries, facts: &facts, taken: &taken }.told_of(&span);
        if told.is_nothing() {
            continue;
        }
        let title = reader.title(key)?.unwrap_or_else(|| facts.slug.to_string());
        let address = site.permalink(&facts.slug);
        told.enter(&mut report, &Named { title, address, published: facts.published });
    }
    report.delivered.sort_by_key(|delivered| (delivered.first().at, delivered.article.published));
    report.corrected.sort_by_key(|corrected| (corrected.at, corrected.article.published));
    report.withdrawn.sort_by_key(|withdrawn| (withdrawn.at, withdrawn.article.published));
    Ok(report)
}

/// The days of a period on which the partner could have asked: those of the agreement that are over. Where it does not say
/// when it began, that was when the partner first asked; of one who never did, no day counts.
fn counted_days(
    site: &Site,
    partner: &Partner,
    period: Period,
    began: Option<Timestamp>,
    now: Timestamp,
) -> Vec<Day> {
    let day = |at: Timestamp| Day::of(at, &site.zone);
    let first = partner.from.or(began).map(day);
    let today = day(now);
    let is_over = |day: Day| {
        let begins = day.begins(&site.zone);
        partner.until.is_some_and(|until| begins.is_some_and(|begins| until <= begins))
    };
    period
        .months()
        .flat_map(Month::days)
        .filter(|day| first.is_some_and(|first| first <= *day) && *day < today && !is_over(*day))
        .collect()
}

/// All that a partner was sent of one article.
struct Story<'a> {
    deliveries: Vec<&'a Delivery>,
    facts: &'a Facts,
    taken: &'a Taken,
}

/// What a report tells of one article.
struct Told {
    delivered: Vec<(Option<u32>, Sent)>,
    corrected: Vec<(Timestamp, Correction)>,
    withdrawn: Vec<(Timestamp, Option<String>, Recall)>,
}

impl Told {
    fn is_nothing(&self) -> bool {
        self.delivered.is_empty() && self.corrected.is_empty() && self.withdrawn.is_empty()
    }

    fn enter(self, report: &mut PartnerReport<'_>, article: &Named) {
        let Self { delivered, corrected, withdrawn } = self;
        if !delivered.is_empty() {
            report.delivered.push(Delivered { article: article.clone(), revisions: delivered });
        }
        for (at, outcome) in corrected {
            report.corrected.push(Corrected { article: article.clone(), at, outcome });
        }
        for (at, reason, outcome) in withdrawn {
            report.withdrawn.push(Withdrawn { article: article.clone(), at, reason, outcome });
        }
    }
}

impl Story<'_> {
    /// What happened in this time.
    fn told_of(&self, span: &Range<Timestamp>) -> Told {
        let is_new = self.carried().next().is_some_and(|first| span.contains(&first.sent));
        let revisions = self.carried().filter(|_| is_new);
        let corrections = self.corrections().into_iter().filter(|at| span.contains(at));
        let withdrawals = self.withdrawals().into_iter().filter(|at| span.contains(at));
        Told {
            delivered: revisions.map(|each| (each.revision, sent(each, each.sent))).collect(),
            corrected: corrections.map(|at| (at, self.correction(at))).collect(),
            withdrawn: withdrawals.map(|at| self.withdrawal(at)).collect(),
        }
    }

    /// The article itself, in its revisions.
    fn carried(&self) -> impl Iterator<Item = &Delivery> {
        self.deliveries.iter().copied().filter(|delivery| delivery.withdrawn.is_none())
    }

    /// When the article was corrected after they had been sent it as it was before.
    fn corrections(&self) -> BTreeSet<Timestamp> {
        let all = self.carried().filter_map(|delivery| delivery.corrected).chain(self.facts.corrected);
        all.filter(|at| self.carried().any(|delivery| delivery.corrected < Some(*at))).collect()
    }

    fn correction(&self, at: Timestamp) -> Correction {
        let mut with_it = self.carried().filter(|delivery| delivery.corrected >= Some(at)).peekable();
        if let Some(first) = with_it.peek().map(|first| first.sent) {
            let confirmed = with_it.filter_map(|delivery| delivery.confirmed).min();
            return Correction::Sent(Sent { at: first, confirmed });
        }
        match self.facts.state {
            State::Withdrawn | State::Waiting => Correction::Withdrawn,
            State::Published if self.taken.is_current => Correction::NotInFeed,
            State::Published => Correction::NotFetched,
        }
    }

    /// When the article was withdrawn after they had been sent it.
    fn withdrawals(&self) -> BTreeSet<Timestamp> {
        let told = self.deliveries.iter().filter_map(|delivery| delivery.withdrawn);
        let all = told.chain(self.facts.withdrawn.filter(|_| self.facts.state != State::Published));
        all.filter(|at| self.carried().any(|delivery| delivery.sent <= *at)).collect()
    }

    fn withdrawal(&self, at: Timestamp) -> (Timestamp, Option<String>, Recall) {
        let Facts { state, withdrawn, reason, .. } = self.facts;
        match *state != State::Published && *withdrawn == Some(at) {
            true => (at, reason.clone(), self.recall(at)),
            false => (at, None, Recall::Returned),
        }
    }

    fn recall(&self, at: Timestamp) -> Recall {
        let told = self.deliveries.iter().find(|delivery| delivery.withdrawn == Some(at));
        let has_asked_since = self.taken.holding.is_some_and(|holding| holding.at >= at);
        match told {
            Some(told) => match told.named {
                Some(named) => Recall::Told(sent(told, named)),
                None => Recall::LeftOut(Some(told.sent)),
            },
            None if self.carried().any(|delivery| delivery.is_held) || !has_asked_since => Recall::Held,
            None => Recall::LeftOut(None),
        }
    }
}

fn sent(delivery: &Delivery, at: Timestamp) -> Sent {
    Sent { at, confirmed: delivery.confirmed }
}
