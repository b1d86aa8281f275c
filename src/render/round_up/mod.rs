//! What a period that is over contained, in words: a title, a summary, and a text like that of an article.

mod phrases;

pub use phrases::{about_feed, feed_label, title};

use super::pages::parts::{language_of, shortened};
use super::pictures;
use crate::words::{ArchiveName, Article, FeedName, Format, LanguageTag, Month, Published, RoundUp, Site};
use phrases::Phrases;
use quick_xml::escape::{escape, partial_escape};
use std::collections::BTreeSet;
use std::sync::Arc;

/// What a round-up tells, with the words of the articles that it names.
pub struct Told<'a> {
    /// The site.
    pub site: &'a Site,
    /// Which round-up.
    pub round_up: &'a RoundUp,
    /// What people call the feed that it sums up; empty of everything.
    pub of: &'a str,
    /// What the office says before it.
    pub preface: Option<&'a Article>,
    /// How many articles came out in the period.
    pub published: usize,
    /// Of how many categories they are.
    pub categories: usize,
    /// Those that are named, by category.
    pub groups: Vec<Group<'a>>,
    /// Articles that came out in it and are dated before it.
    pub late: Part<'a>,
    /// Articles that were corrected in it.
    pub corrected: Part<'a>,
    /// Articles that were withdrawn in it, and why.
    pub withdrawn: Part<'a>,
    /// The reasons, in the same order.
    pub reasons: Vec<Option<&'a str>>,
    /// Who wrote how many of the articles, those who wrote most first.
    pub authors: Vec<(Known<'a>, usize)>,
    /// How many others wrote something.
    pub more_authors: usize,
    /// The feeds that only some may see: nothing leads there.
    pub closed: &'a BTreeSet<FeedName>,
    /// The months in whose archives all of them are to be had; none where the feed has no archives.
    pub archives: Vec<Month>,
}

/// A category or an author: the feed, and what people call it.
#[derive(Clone, Copy)]
pub struct Known<'a> {
    /// The feed that carries all of it.
    pub feed: &'a FeedName,
    /// What people call it.
    pub label: &'a str,
}

/// Articles of one kind: how many there are, and those that are named.
pub struct Part<'a> {
    /// How many.
    pub count: usize,
    /// Which of them are named.
    pub named: &'a [Arc<Published>],
}

/// The articles of one category.
pub struct Group<'a> {
    /// The category.
    pub category: Known<'a>,
    /// Its articles.
    pub articles: Part<'a>,
}

/// What is told of a round-up as of an article.
pub struct Words {
    /// Its title.
    pub title: String,
    /// The numbers in a sentence.
    pub summary: String,
    /// The text: sound HTML.
    pub html: String,
}

/// The words of a round-up.
pub fn words(told: &Told<'_>) -> Words {
    let say = Phrases { language: told.site.interface(), told };
    Words {
        title: say.title(),
        summary: say.summary(),
        html: Body { told, say, html: String::new(), is_cut: false }.written(),
    }
}

struct Body<'a> {
    told: &'a Told<'a>,
    say: Phrases<'a>,
    html: String,
    /// Whether there are more articles than are named.
    is_cut: bool,
}

impl Body<'_> {
    fn written(mut self) -> String {
        self.preface();
        self.numbers();
        self.articles();
        self.late();
        self.corrected();
        self.withdrawn();
        self.authors();
        self.archives();
        self.html.truncate(self.html.trim_end().len());
        self.html
    }

    fn preface(&mut self) {
        let Some(preface) = self.told.preface else { return };
        // What lies beside a preface is not served.
        let text = pictures::without(&preface.html);
        if text.is_empty() {
            return;
        }
        let lang = lang(language_of(self.told.site, preface), self.told.site);
        self.html.push_str(&format!("<div{lang}>\n{text}\n</div>\n<hr>\n"));
    }

    fn numbers(&mut self) {
        self.html.push_str(&format!("<p>{}</p>\n", partial_escape(self.say.summary())));
        if self.told.groups.len() > 1 {
            let lines: Vec<String> = self
                .told
                .groups
                .iter()
                .map(|group| {
                    let count = self.say.articles(group.articles.count);
                    format!("{}: {count}", self.known(group.category))
                })
                .collect();
            self.list(lines);
        }
    }

    fn articles(&mut self) {
        let told = self.told;
        for group in &told.groups {
            self.heading(group.category.label);
            self.part(&group.articles, |body, published| body.line(published));
        }
    }

    fn late(&mut self) {
        let told = self.told;
        if told.late.count > 0 {
            self.heading(self.say.late());
            self.html.push_str(&format!("<p>{}</p>\n", partial_escape(self.say.about_late(told.late.count))));
            self.part(&told.late, |body, published| body.line(published));
        }
    }

    fn corrected(&mut self) {
        let told = self.told;
        if told.corrected.count > 0 {
            self.heading(self.say.corrected());
            self.part(&told.corrected, |body, published| {
                let note = published.article.correction.as_deref();
                let note = note.map(|note| format!(": {}", apart(note))).unwrap_or_default();
                format!("{}{note}", body.link(published))
            });
        }
    }

    fn withdrawn(&mut self) {
        let told = self.told;
        if told.withdrawn.count > 0 {
            self.heading(self.say.withdrawn());
            let lines = told.withdrawn.named.iter().zip(&told.reasons).map(|(published, reason)| {
                let title = apart(&published.article.title);
                let reason = reason.filter(|reason| !reason.is_empty());
                let reason = reason.map(|reason| format!(": {}", apart(reason))).unwrap_or_default();
                format!("{title}{reason}")
            });
            self.list(lines.collect());
            self.more(told.withdrawn.count - told.withdrawn.named.len());
        }
    }

    fn authors(&mut self) {
        let told = self.told;
        if told.authors.is_empty() {
            return;
        }
        self.heading(self.say.authors());
        let lines = told
            .authors
            .iter()
            .map(|(author, count)| format!("{}: {}", self.known(*author), self.say.articles(*count)));
        self.list(lines.collect());
        if told.more_authors > 0 {
            self.html.push_str(&format!("<p>{}</p>\n", self.say.more_authors(told.more_authors)));
        }
    }

    fn part(&mut self, part: &Part<'_>, line: impl Fn(&Self, &Published) -> String) {
        let lines = part.named.iter().map(|published| {
            let language = lang(language_of(self.told.site, &published.article), self.told.site);
            (language, line(self, published))
        });
        let lines: String = lines.map(|(language, line)| format!("<li{language}>{line}</li>\n")).collect();
        if !lines.is_empty() {
            self.html.push_str(&format!("<ul>\n{lines}</ul>\n"));
        }
        self.more(part.count - part.named.len());
    }

    fn list(&mut self, lines: Vec<String>) {
        let lines: String = lines.iter().map(|line| format!("<li>{line}</li>\n")).collect();
        self.html.push_str(&format!("<ul>\n{lines}</ul>\n"));
    }

    fn heading(&mut self, text: &str) {
        self.html.push_str(&format!("<h2>{}</h2>\n", partial_escape(text)));
    }

    /// An article, its day, and in short what it says.
    fn line(&self, published: &Published) -> String {
        let day = self.told.site.day_in(self.told.site.interface(), published.published);
        let summary = shortened(&published.article.summary);
        let summary = if summary.is_empty() { summary } else { format!(" – {}", apart(&summary)) };
        format!("{} ({day}){summary}", self.link(published))
    }

    fn link(&self, published: &Published) -> String {
        let address = self.told.site.page(&published.page);
        format!("<a href=\"{}\">{}</a>", escape(address), apart(&published.article.title))
    }

    /// What people call a feed, and the way there where it is open to all.
    fn known(&self, Known { feed, label }: Known<'_>) -> String {
        let label = apart(label);
        match self.told.closed.contains(feed) {
            true => label,
            false => format!("<a href=\"{}\">{label}</a>", escape(self.told.site.feed_page(feed))),
        }
    }

    /// That there are more than are named.
    fn more(&mut self, count: usize) {
        if count > 0 {
            self.is_cut = true;
            self.html.push_str(&format!("<p>{}</p>\n", self.say.more(count)));
        }
    }

    /// Where all articles are, if not all are named.
    fn archives(&mut self) {
        let Told { site, round_up, archives, .. } = self.told;
        if !self.is_cut || archives.is_empty() {
            return;
        }
        let feed = round_up.summed_up();
        let archive = |month: &Month| {
            let address = site.archive_url(&feed, &ArchiveName::of(*month), Format::Atom);
            format!("<a href=\"{}\">{}</a>", escape(address), month.in_words(site.interface()))
        };
        let months: Vec<String> = archives.iter().map(archive).collect();
        self.html.push_str(&format!("<p>{} {}.</p>\n", self.say.in_archives(), months.join(", ")));
    }
}

/// Words of others within a line of ours: written from right to left they leave the rest of it where it stands.
fn apart(text: &str) -> String {
    format!("<bdi>{}</bdi>", partial_escape(text))
}

/// The attribute that names the language of a text, where it is not the site's.
fn lang(language: &LanguageTag, site: &Site) -> String {
    match *language == site.language {
        true => String::new(),
        false => format!(" lang=\"{}\"", language.as_str()),
    }
}
