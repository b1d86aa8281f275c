//! Round-ups, which nobody wrote: what they say is made of the words of the articles that they name.

use super::{Edition, Subject, Validators};
use crate::catalogue::{Contents, Label, Placed};
use crate::render::pages::Beside;
use crate::render::round_up::{Group, Known, Part, Told, words};
use crate::words::{Article, FeedName, Page, Published, RoundUp, Slug, Term};
use std::sync::Arc;

impl Edition {
    /// The validators of the page of a round-up.
    pub fn round_up_validators(&self, round_up: &RoundUp) -> Option<Validators> {
        let placed = self.catalogue.round_up(round_up)?;
        let around = self.validators(&Subject::RoundUps(round_up.feed()))?;
        let validators = self.article_validators(placed);
        Some(Validators { modified: validators.modified.max(around.modified), ..validators })
    }

    /// The feed that brings the round-ups of a feed, once there are any.
    pub(super) fn summed_up_in(&self, name: &FeedName) -> Option<FeedName> {
        let of = match name {
            FeedName::All => None,
            FeedName::Plain(slug) => Some(slug.clone()),
            FeedName::Corrections | FeedName::RoundUps(_) | FeedName::Tag(_) | FeedName::Author(_) => {
                return None;
            }
        };
        let round_ups = FeedName::RoundUps(of);
        self.has_any(&round_ups).then_some(round_ups)
    }

    /// Whether everybody finds something in a feed.
    fn has_any(&self, name: &FeedName) -> bool {
        self.is_open(name) && self.catalogue.newest(name).next().is_some()
    }

    /// The feed in which who asked for a round-up finds others of the same, or of everything.
    pub fn newest_round_ups(&self, asked: Option<&RoundUp>) -> Option<FeedName> {
        let of_the_same = asked.map(RoundUp::feed).into_iter();
        of_the_same.chain([FeedName::RoundUps(None)]).find(|name| self.has_any(name))
    }

    /// Where the page of a feed leads that has to do with round-ups.
    pub(super) fn beside<'a>(&'a self, name: &FeedName) -> Option<Beside<'a>> {
        let Some(summed_up) = name.summed_up() else { return self.summed_up_in(name).map(Beside::RoundUps) };
        self.is_open(&summed_up).then(|| Beside::SummedUp(summed_up, self.catalogue.label(name)))
    }

    /// A round-up in words, from those of the articles that its contents [name](Contents::named), in the same order, and of what
    /// stands before it. `None` when it is none.
    pub fn compose(
        &self,
        placed: &Placed,
        contents: &Contents,
        articles: &[Arc<Published>],
        preface: Option<&Article>,
    ) -> Option<Published> {
        let (site, round_up) = (self.site(), placed.round_up()?);
        let mut left = articles;
        let mut next = |count: usize| {
            let (named, others) = left.split_at_checked(count)?;
            left = others;
            Some(named)
        };
        let mut groups = Vec::new();
        for group in &contents.groups {
            let named = next(group.articles.named.len())?;
            groups.push(Group {
                category: known(&group.category),
                articles: Part { count: group.articles.count, named },
            });
        }
        let late = Part { count: contents.late.count, named: next(contents.late.named.len())? };
        let corrected =
            Part { count: contents.corrected.count, named: next(contents.corrected.named.len())? };
        let withdrawn =
            Part { count: contents.withdrawn.count, named: next(contents.withdrawn.named.len())? };
        let withdrawals = contents.withdrawn.named.iter().map(|past| past.withdrawal.as_ref());
        let reasons = withdrawals.map(|withdrawal| withdrawal?.reason.as_deref()).collect();
        let words = words(&Told {
            site,
            round_up: &round_up,
            of: placed.labels.iter().next().map_or("", |label| &label.text),
            preface,
            published: contents.published,
            categories: contents.categories,
            groups,
            late,
            corrected,
            withdrawn,
            reasons,
            authors: contents.authors.iter().map(|(author, count)| (known(author), *count)).collect(),
            more_authors: contents.more_authors,
            closed: self.catalogue.private(),
            archives: self.catalogue.archived_months(&round_up),
        });
        let categories = contents.groups.iter().filter_map(|group| term(&group.category)).collect();
        Some(Published {
            id: placed.id.clone(),
            published: placed.published,
            updated: placed.updated,
            article: Article {
                title: words.title,
                summary: words.summary,
                html: words.html,
                published: Some(placed.published),
                updated: None,
                categories,
                tags: Vec::new(),
                authors: Vec::new(),
                publication: None,
                language: None,
                slug: placed.slug.clone(),
                id: None,
                canonical: None,
                image: None,
                enclosure: None,
                draft: false,
                expires: None,
                correction: None,
                withdrawn: None,
                minor: false,
            },
            page: Page::RoundUp(round_up),
        })
    }
}

fn known(label: &Label) -> Known<'_> {
    Known { feed: &label.feed, label: &label.text }
}

fn term(label: &Label) -> Option<Term> {
    Some(Term { label: label.text.to_string(), slug: Slug::parse(label.feed.slug())? })
}
