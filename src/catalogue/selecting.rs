//! Which definition is meant, and which articles it means.

use super::{Label, Labels};
use crate::settings::FeedDefinition;
use crate::words::{FeedName, Selection, Slug};
use std::sync::Arc;

pub(super) fn definition<'a>(
    definitions: &'a [FeedDefinition],
    name: &FeedName,
) -> Option<&'a FeedDefinition> {
    definitions.iter().find(|definition| definition.name == *name)
}

/// Whether a feed's definition says which articles it carries.
pub(super) fn is_selected(definitions: &[FeedDefinition], name: &FeedName) -> bool {
    definition(definitions, name).is_some_and(|definition| definition.selection.is_some())
}

/// Whether a feed is defined by a selection that means the articles of these labels.
pub(super) fn selects(definition: &FeedDefinition, labels: &Labels) -> bool {
    fn has<'a>(mut labels: impl Iterator<Item = &'a Arc<Label>>, slug: &Slug) -> bool {
        labels.any(|label| label.feed.slug() == slug.as_str())
    }
    definition.selection.as_ref().is_some_and(|Selection { categories, tags, authors, words }| {
        categories.admits(|slug| has(labels.categories(), slug))
            && tags.admits(|slug| has(labels.tags(), slug))
            && authors.admits(|slug| has(labels.authors(), slug))
            && words.admits(|query| labels.matches().has(query))
    })
}
