use super::{ContentPath, Fingerprint, LanguageTag, Slug, Timestamp};
use serde::{Deserialize, Serialize};
use std::fmt;
use url::Url;
use uuid::Uuid;

/// What one file of the content folder says.
///
/// Every text in it is [clean](super::clean). An `Option` means the file may lack it, never that nobody has
/// looked yet.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Article {
    /// The headline, plain text, never empty.
    pub title: String,
    /// A few plain sentences; empty only when the article has no text.
    pub summary: String,
    /// The full text: sanitised HTML, every address in it absolute.
    pub html: String,
    /// When the file says it was published; `None` when it names no date.
    pub published: Option<Timestamp>,
    /// When the file says it was last changed for its readers.
    pub updated: Option<Timestamp>,
    /// Where it is filed; never empty, the first is the primary one.
    pub categories: Vec<Term>,
    /// Further key words.
    pub tags: Vec<Term>,
    /// The people who wrote it.
    pub authors: Vec<Term>,
    /// The paper or office it first appeared in, when the file names one.
    pub publication: Option<String>,
    /// Its language, when it is not the site's.
    pub language: Option<LanguageTag>,
    /// The name it would like in its address.
    pub slug: Slug,
    /// The id it brings along, when the file names one.
    pub id: Option<Id>,
    /// The address it has elsewhere, when this is a copy.
    pub canonical: Option<Url>,
    /// The picture that stands for it.
    pub image: Option<Image>,
    /// Media that travels with it.
    pub enclosure: Option<Enclosure>,
    /// Not to be published yet.
    pub draft: bool,
}

impl Article {
    /// What everything in the article amounts to.
    pub fn fingerprint(&self) -> Fingerprint {
        let whole = serde_json::to_vec(self).expect("an article is plain text and numbers");
        Fingerprint::of([whole])
    }

    /// The category it is filed under first.
    pub fn primary_category(&self) -> &Term {
        self.categories.first().expect("intake gives every article a category")
    }
}

/// A category, tag or author: the words people read, and the name in addresses, which tells two of them apart.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Term {
    /// As people wrote it.
    pub label: String,
    /// As addresses write it.
    pub slug: Slug,
}

impl Term {
    /// Reads a label, white space folded; `None` when no address can be made of it.
    pub fn parse(label: &str) -> Option<Self> {
        let label = super::clean(label).split_whitespace().collect::<Vec<_>>().join(" ");
        let slug = Slug::of(&label)?;
        Some(Self { label, slug })
    }
}

/// What an article is called for ever, in every format: an absolute IRI, `urn:uuid:…` unless the file
/// brought its own.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Id(String);

impl Id {
    /// Reads an id that a file names: a UUID in any spelling, or an absolute IRI without blanks. `None` for
    /// anything else.
    pub fn parse(written: &str) -> Option<Self> {
        let written = written.trim();
        if let Ok(uuid) = Uuid::try_parse(written) {
            return Some(Self(format!("urn:uuid:{}", uuid.hyphenated())));
        }
        let absolute =
            Url::parse(written).is_ok_and(|url| matches!(url.scheme(), "http" | "https" | "tag" | "urn"));
        let sound = written.len() <= 1000 && !written.contains(|c: char| c.is_whitespace() || c.is_control());
        (absolute && sound).then(|| Self(written.to_owned()))
    }

    /// The id of the article that first appears at `path` of the site called `site`: UUIDv5 (RFC 9562,
    /// section 5.5), so the same tree gives the same ids. `taken` counts how many articles had that path before.
    pub fn derived(site: &str, path: &ContentPath, taken: u32) -> Self {
        let space = Uuid::new_v5(&Uuid::NAMESPACE_URL, site.as_bytes());
        let name = match taken {
            0 => path.as_str().to_owned(),
            n => format!("{}\u{0}{n}", path.as_str()),
        };
        Self(format!("urn:uuid:{}", Uuid::new_v5(&space, name.as_bytes())))
    }

    /// The IRI itself.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Id {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A picture.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Image {
    /// Where it is, absolute.
    pub url: Url,
    /// What it shows, in words; empty when nobody said.
    pub alt: String,
}

/// Media that travels with an article.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Enclosure {
    /// Where it is, absolute.
    pub url: Url,
    /// Its media type, such as `audio/mpeg`.
    pub media_type: String,
    /// Its length in bytes.
    pub length: u64,
}

/// An article that has come out: what its file says, and what the journal knows of it.
#[derive(Clone, Debug, PartialEq)]
pub struct Published {
    /// What it is called for ever.
    pub id: Id,
    /// Its name in its address.
    pub slug: Slug,
    /// When it was published.
    pub published: Timestamp,
    /// When it last changed for its readers; never before `published`.
    pub updated: Timestamp,
    /// What the file says.
    pub article: Article,
}
