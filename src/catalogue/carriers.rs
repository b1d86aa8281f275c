use super::{Placed, is_selected, selects};
use crate::settings::FeedDefinition;
use crate::words::{Carrier, FeedName};
use std::time::Duration;

/// The feeds that carry an article while it is among their newest: everything, those of its labels, the corrections, and
/// those whose files select it.
pub fn carriers(definitions: &[FeedDefinition], placed: &Placed) -> Vec<Carrier> {
    let everything = std::iter::once((&FeedName::All, None));
    let of_labels = placed.labels.iter().map(|label| (&label.feed, Some(&label.text)));
    let corrections = placed.corrected.map(|_| (&FeedName::Corrections, None));
    let automatic =
        everything.chain(of_labels).chain(corrections).filter(|(name, _)| !is_selected(definitions, name));
    let selected = definitions.iter().filter(|definition| selects(definition, &placed.labels));
    let mut carriers: Vec<Carrier> = Vec::new();
    for (name, label) in automatic.chain(selected.map(|definition| (&definition.name, None))) {
        if carriers.iter().all(|carrier| carrier.name != *name) {
            let definition = definitions.iter().find(|definition| definition.name == *name);
            let title = definition.and_then(|definition| definition.title.clone());
            let partner = definition.and_then(|definition| definition.partner.as_ref());
            let only_for = partner.filter(|partner| partner.is_private());
            let only_for = only_for.map(|partner| partner.organisation.clone());
            let delay = partner.map_or(Duration::ZERO, |partner| partner.delay);
            carriers.push(Carrier { name: name.clone(), title, label: label.cloned(), only_for, delay });
        }
    }
    carriers
}
