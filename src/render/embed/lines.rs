use crate::render::pages::parts::{is_ours, language_of, shortened};
use crate::words::{EmbedOptions, Id, Image, Language, LanguageTag, Published, Site};

/// An article as an embed shows it.
pub struct Line<'a> {
    pub id: &'a Id,
    /// Its language, where it is not the one that bantin speaks around it.
    pub language: Option<&'a str>,
    pub title: &'a str,
    pub address: String,
    /// When it was published, for programs.
    pub machine: String,
    /// The same for people.
    pub date: String,
    /// In short what it says, where that is wanted; never empty.
    pub excerpt: Option<String>,
    /// Its picture, where that is wanted and the site itself serves it: an embed loads nothing from elsewhere.
    pub picture: Option<&'a Image>,
}

impl<'a> Line<'a> {
    pub fn of(site: &'a Site, language: Language, options: EmbedOptions, published: &'a Published) -> Self {
        let article = &published.article;
        let has_excerpt = options.excerpt && !article.summary.is_empty();
        Self {
            id: &published.id,
            language: foreign(language_of(site, article), language),
            title: &article.title,
            address: site.page(&published.page),
            machine: site.zone.rfc3339(published.published),
            date: site.time_in(language, published.published),
            excerpt: has_excerpt.then(|| shortened(&article.summary)),
            picture: article.image.as_ref().filter(|image| options.images && is_ours(site, &image.url)),
        }
    }
}

/// The language of a text, where it is not the one spoken around it.
pub fn foreign(text: &LanguageTag, around: Language) -> Option<&str> {
    let is_foreign = text.as_str().split('-').next() != Some(around.choose("vi", "en"));
    is_foreign.then_some(text.as_str())
}
