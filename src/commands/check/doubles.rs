//! Files that say the same, among those that were read.

use super::reading::Placed;
use crate::publisher::{clock, copy, same_headline};
use crate::words::{Article, ContentPath, Fingerprint, Slug, Timestamp};
use std::collections::HashMap;
use std::path::PathBuf;

/// A file whose article is to be out, and what another may have in common with it.
pub(super) struct Seen {
    path: ContentPath,
    place: PathBuf,
    source: Fingerprint,
    slug: Slug,
    title: String,
    published: Option<Timestamp>,
}

impl Seen {
    /// What the file at this place says; `None` where its article is not to be out.
    pub(super) fn of(place: PathBuf, source: Fingerprint, article: Article) -> Option<Self> {
        let is_over = article.expires.is_some_and(|expires| expires <= clock());
        if article.draft || article.withdrawn.is_some() || is_over {
            return None;
        }
        let Article { slug, title, published, .. } = article;
        Some(Self { path: ContentPath::new(&place)?, place, source, slug, title, published })
    }
}

/// What the server would tell of these files, had it never seen one: each is told of the first in the order of paths.
pub(super) fn doubles(mut seen: Vec<Seen>) -> Vec<Placed> {
    seen.sort_by(|one, other| one.path.cmp(&other.path));
    let (mut sources, mut headlines) = (HashMap::new(), HashMap::new());
    let mut problems = Vec::new();
    for Seen { path, place, source, slug, title, published } in &seen {
        let first = *sources.entry(source).or_insert(path);
        let headline = published.map(|at| *headlines.entry((slug, title, at)).or_insert(path));
        if first != path {
            problems.push((Some(place.clone()), copy(path, first)));
        } else if let Some(first) = headline.filter(|first| *first != path) {
            problems.push((Some(place.clone()), same_headline(path, first)));
        }
    }
    problems
}
