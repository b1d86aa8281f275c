//! What is said of a file, from what the publisher tells and the journal remembers.

use super::{Condition, Plan};
use crate::catalogue::{Labels, carriers};
use crate::intake::{Kind, placing};
use crate::journal::{Reader, Record, State};
use crate::render::receipt::{Facts, Held, Notice, Older, Outcome, Why, receipt};
use crate::words::{ContentPath, Problem};

/// What is said of a file.
pub(super) enum Answer {
    /// Nothing: there is no such file.
    None,
    /// Nothing yet.
    Unread,
    /// This.
    Receipt(Vec<u8>),
}

/// What is said of the file at this path. The journal is asked for all that the condition does not say.
pub(super) fn answer(
    path: &ContentPath,
    kind: Kind,
    condition: Option<Condition>,
    reader: &Reader,
    plan: &Plan,
) -> rusqlite::Result<Answer> {
    let (remarks, wrong) = match condition {
        Some(Condition::Held(held, remarks)) => {
            return Ok(told(path, kind, plan, Outcome::Held(&held), &remarks));
        }
        Some(Condition::Unusable(wrong)) => (Vec::new(), Some(wrong)),
        Some(Condition::Remarked(remarks)) => (remarks, None),
        Some(Condition::Remembered) | None => (reader.remarks_at(path)?, None),
    };
    if let Some(round_up) = reader.preface_at(path)? {
        let outcome = Outcome::Preface(&round_up, wrong.as_deref().unwrap_or_default());
        return Ok(told(path, kind, plan, outcome, &remarks));
    }
    let Some((record, words)) = reader.article_at(path)? else {
        return Ok(wrong
            .as_deref()
            .map_or(Answer::None, |wrong| told(path, kind, plan, Outcome::NotOut(wrong), &remarks)));
    };
    let (placing, carriers);
    let notice = match (&words, record.state) {
        (Some(article), State::Published | State::Waiting) => {
            placing = self::placing(path, &plan.site);
            let labels = Labels::of(article).meeting(reader.matches(record.key)?);
            carriers = self::carriers(&plan.definitions, &record.placed(labels));
            let Record { slug, published, updated, expires, .. } = &record;
            let (published, updated, expires) = (*published, *updated, *expires);
            Some(Notice {
                article,
                slug,
                published,
                updated,
                expires,
                placing: &placing,
                carriers: &carriers,
            })
        }
        _ => None,
    };
    let outcome = match (record.state, &wrong, notice) {
        (State::Published, None, Some(notice)) => Outcome::Out(notice),
        (State::Published, Some(wrong), Some(notice)) => Outcome::Older(Older::Out(notice), wrong),
        (State::Waiting, None, Some(notice)) => Outcome::Waits(notice),
        (State::Waiting, Some(wrong), Some(notice)) => Outcome::Older(Older::Waits(notice), wrong),
        (_, Some(wrong), None) | (State::Withdrawn, Some(wrong), _) => Outcome::NotOut(wrong),
        (State::Withdrawn, None, _) => {
            let title = words.map_or_else(String::new, |article| article.title);
            let held = Held { title, why: why(&record) };
            return Ok(told(path, kind, plan, Outcome::Held(&held), &remarks));
        }
        (_, None, None) => return Ok(Answer::Unread),
    };
    Ok(told(path, kind, plan, outcome, &remarks))
}

fn told(path: &ContentPath, kind: Kind, plan: &Plan, outcome: Outcome<'_>, remarks: &[Problem]) -> Answer {
    Answer::Receipt(receipt(&Facts { path, kind, outcome, remarks }, &plan.site))
}

/// Why an article that was out, or known, is not.
fn why(record: &Record) -> Why {
    match (&record.reason, record.expires) {
        (Some(reason), _) => Why::Withdrawn(reason.clone()),
        // It was written down when it withdrew.
        (None, Some(expires)) if expires <= record.modified => Why::Expired(expires),
        (None, _) => Why::Draft,
    }
}
