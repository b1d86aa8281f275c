//! What the journal and the catalogue know becomes what a report says.

use super::super::partner;
use crate::catalogue::{Catalogue, Label, Placed, Summary};
use crate::journal::{Kept, Reader, Source as File, Taken, Words};
use crate::render::report::period::{
    Corrected, Counts, Listed, Numbers, PeriodReport, Source, Taking, Took, Withdrawn,
};
use crate::settings::FeedDefinition;
use crate::words::{Article, FeedName, Partner, Period, Timestamp};
use rusqlite::Result;
use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::Arc;

/// What categories and authors are called in a report.
type Names<'a> = BTreeMap<&'a FeedName, Arc<Label>>;

/// Where a report has it from.
pub struct Sources<'a> {
    /// The journal.
    pub reader: &'a Reader,
    /// The articles, as the journal remembers them.
    pub catalogue: &'a Catalogue,
    /// Reads the words that nobody has written down yet, if the file still is what it was.
    pub read_file: &'a dyn Fn(&File) -> Option<Article>,
}

/// The report on a period, as it is known now.
///
/// # Errors
/// When the journal refuses.
pub fn compose<'a>(
    sources: &Sources<'a>,
    definitions: &[FeedDefinition],
    period: Period,
    now: Timestamp,
) -> Result<PeriodReport<'a>> {
    let site = sources.catalogue.site();
    let summary = |period: Period| sources.catalogue.summary(&FeedName::All, period.span(&site.zone));
    let of_period = summary(period);
    let names = of_period.names();
    let Summary { published, late, corrected, withdrawn } = &of_period;
    let list = |placed: &[Arc<Placed>]| -> Result<Vec<Listed>> {
        placed.iter().rev().map(|placed| Ok(sources.listed(placed, &names)?.0)).collect()
    };
    let corrected = corrected.iter().rev().map(|placed| {
        let (article, words) = sources.listed(placed, &names)?;
        let what = words.and_then(|words| words.correction);
        Ok(Corrected { article, at: placed.corrected.unwrap_or(placed.updated), what })
    });
    let withdrawn = withdrawn.iter().rev().map(|past| {
        let (article, _) = sources.listed(&past.placed, &names)?;
        let reason = past.withdrawal.as_ref().and_then(|withdrawal| withdrawal.reason.clone());
        Ok(Withdrawn { article, at: past.until, reason: reason.filter(|reason| !reason.is_empty()) })
    });
    Ok(PeriodReport {
        site,
        period,
        as_of: now,
        published: list(published)?,
        late: list(late)?,
        corrected: corrected.collect::<Result<_>>()?,
        withdrawn: withdrawn.collect::<Result<_>>()?,
        before: period.previous().map(|before| (before, numbers(&summary(before)))),
        partners: sources.partners(definitions, period, now)?,
    })
}

fn numbers(summary: &Summary) -> Numbers {
    let Summary { published, late, corrected, withdrawn } = summary;
    Numbers {
        published: published.len(),
        late: late.len(),
        corrected: corrected.len(),
        withdrawn: withdrawn.len(),
    }
}

impl Sources<'_> {
    /// The article as it is listed, and its words if they are to be had.
    fn listed(&self, placed: &Placed, names: &Names<'_>) -> Result<(Listed, Option<Article>)> {
        let words = self.words(placed)?;
        let title = words.as_ref().map_or_else(|| placed.slug.to_string(), |words| words.title.clone());
        let source = match &words {
            None => Source::Unread,
            Some(Article { publication: None, .. }) => Source::Office,
            Some(Article { publication: Some(name), .. }) => Source::Other(name.clone()),
        };
        let listed = Listed {
            title,
            address: self.catalogue.site().permalink(&placed.slug),
            published: placed.published,
            came: placed.out,
            language: words.as_ref().and_then(|words| words.language.clone()),
            categories: called(placed.labels.categories(), names),
            authors: called(placed.labels.authors(), names),
            source,
        };
        Ok((listed, words))
    }

    fn words(&self, placed: &Placed) -> Result<Option<Article>> {
        Ok(match self.reader.published(placed)? {
            Words::Whole(published) => Some(published.article),
            Words::Unread => self.reader.source(placed.key)?.and_then(|file| (self.read_file)(&file)),
            Words::Changed | Words::Damaged => None,
        })
    }

    /// What the partners took whose agreements hold in some of the period.
    fn partners(
        &self,
        definitions: &[FeedDefinition],
        period: Period,
        now: Timestamp,
    ) -> Result<Vec<Taking>> {
        let span = period.span(&self.catalogue.site().zone);
        let holds = |partner: &Partner| {
            partner.from.is_none_or(|from| from < span.end)
                && partner.until.is_none_or(|until| span.start < until)
        };
        let mut takings = Vec::new();
        for FeedDefinition { name: feed, partner, .. } in definitions {
            if let Some(partner) = partner.as_ref().filter(|partner| holds(partner)) {
                let took = match partner.is_private() {
                    true => self.took(feed, partner, period, now)?,
                    false => Took::Public,
                };
                takings.push(Taking { organisation: partner.organisation.clone(), feed: feed.clone(), took });
            }
        }
        Ok(takings)
    }

    fn took(&self, feed: &FeedName, partner: &Partner, period: Period, now: Timestamp) -> Result<Took> {
        let site = self.catalogue.site();
        let taken = self.reader.taken(feed)?;
        if !is_kept(taken.as_ref(), &period.span(&site.zone), now) {
            return Ok(Took::Forgotten);
        }
        let report = partner::compose(self.reader, site, (feed, partner), taken, period, now)?;
        Ok(Took::Counted(Counts {
            delivered: report.delivered.len(),
            corrected: report.corrected.len(),
            corrections_sent: report.corrections_sent(),
            withdrawn: report.withdrawn.len(),
            not_told: report.not_told(),
            fetches: report.fetches,
            unchanged: report.unchanged,
            days: report.days,
            silent: report.silent.len(),
        }))
    }
}

/// What these categories or authors are called, each once.
fn called<'l>(labels: impl Iterator<Item = &'l Arc<Label>>, names: &Names<'_>) -> Vec<String> {
    let mut called: Vec<String> = Vec::new();
    for label in labels {
        let name = &*names[&label.feed].text;
        if !called.iter().any(|told| told == name) {
            called.push(name.to_owned());
        }
    }
    called
}

/// Whether all that a partner took in this time is still written down.
fn is_kept(taken: Option<&Taken>, span: &Range<Timestamp>, now: Timestamp) -> bool {
    let since = taken.map_or(span.start, |taken| taken.began.max(span.start));
    let is_of_late = since > now.plus_seconds(-Kept::USUAL.days * 86_400);
    let has_room = taken.is_none_or(|taken| {
        taken.deliveries.len() < Kept::USUAL.deliveries
            || taken.deliveries.first().is_some_and(|first| first.sent < since)
    });
    is_of_late && has_room
}
