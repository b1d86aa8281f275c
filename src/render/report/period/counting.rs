//! What follows from the articles that came out: how many in each week, and of whom.

use super::{Listed, PeriodReport};
use crate::words::{Day, Month, alphabetical};
use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

/// A week of a period, from Monday to Sunday or where the period begins and ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Week {
    /// Its first day.
    pub first: Day,
    /// Its last day.
    pub last: Day,
    /// How many articles are dated in it.
    pub published: usize,
    /// Whether it is not over yet.
    pub is_running: bool,
}

/// How many articles there are of one category, author or source.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tally {
    /// What people call it; nothing for the articles that have none.
    pub name: Option<String>,
    /// How many.
    pub published: usize,
}

impl PeriodReport<'_> {
    /// The weeks of the period, as far as they have begun.
    pub fn weeks(&self) -> Vec<Week> {
        let zone = &self.site.zone;
        let today = Day::of(self.as_of, zone);
        let days: Vec<Day> =
            self.period.months().flat_map(Month::days).take_while(|day| *day <= today).collect();
        let mut weeks: Vec<Week> = days
            .chunk_by(|_, next| !next.is_monday())
            .filter_map(|days| days.first().zip(days.last()))
            .map(|(first, last)| Week { first: *first, last: *last, published: 0, is_running: false })
            .collect();
        for article in &self.published {
            let day = Day::of(article.published, zone);
            let behind = weeks.partition_point(|week| week.first <= day);
            // A date that lies ahead belongs to what there is last.
            if let Some(week) = weeks.get_mut(behind.saturating_sub(1)) {
                week.published += 1;
            }
        }
        if self.is_open()
            && let Some(last) = weeks.last_mut()
        {
            last.is_running = true;
        }
        weeks
    }

    /// How many articles came out in each category; one in several counts in each.
    pub fn categories(&self) -> Vec<Tally> {
        self.tally(|article| article.categories.iter().map(String::as_str).collect())
    }

    /// How many articles came out of each author; one of several counts for each.
    pub fn authors(&self) -> Vec<Tally> {
        self.tally(|article| article.authors.iter().map(String::as_str).collect())
    }

    /// How many articles came out of each source.
    pub fn sources(&self) -> Vec<Tally> {
        self.tally(|article| article.source.name(self.site).into_iter().collect())
    }

    /// Those with most articles first, in the order of letters where they have as many; those without a name last.
    fn tally<'a>(&'a self, names: impl Fn(&'a Listed) -> BTreeSet<&'a str>) -> Vec<Tally> {
        let mut counts: BTreeMap<Option<&str>, usize> = BTreeMap::new();
        for article in &self.published {
            let names = names(article);
            let nameless = names.is_empty().then_some(None);
            for name in names.into_iter().map(Some).chain(nameless) {
                *counts.entry(name).or_default() += 1;
            }
        }
        let mut tallies: Vec<Tally> = counts
            .into_iter()
            .map(|(name, published)| Tally { name: name.map(str::to_owned), published })
            .collect();
        let rank = |tally: &Tally| (tally.name.is_none(), Reverse(tally.published));
        tallies.sort_by(|one, other| {
            let by_letters = || one.letters().cmp(&other.letters());
            rank(one).cmp(&rank(other)).then_with(by_letters)
        });
        tallies
    }
}

impl Tally {
    /// What puts it into the order of the alphabet.
    fn letters(&self) -> impl Ord {
        alphabetical(self.name.as_deref().unwrap_or(""))
    }
}
