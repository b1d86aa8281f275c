use super::{ContentPath, Fingerprint, LanguageTag, Page, RoundUp, Slug, Timestamp};
use serde::{Deserialize, Serialize, Serializer};
use std::cmp::Ordering;
use std::fmt;
use url::Url;
use uuid::Uuid;
use uuid::fmt::Urn;

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
    /// When it withdraws by itself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expires: Option<Timestamp>,
    /// What was wrong in it before, in words. It stands at the end of the text as well.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub correction: Option<String>,
    /// That it is taken back, and why: empty when the file does not say.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub withdrawn: Option<String>,
    /// However much of it changed, its readers need not be told.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub minor: bool,
}

/// That an article was out and is no more (RFC 6721).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Withdrawal {
    /// What the article is called for ever.
    pub id: Id,
    /// When it was taken back; after its last update.
    pub at: Timestamp,
    /// Why, when somebody said so.
    pub reason: Option<String>,
}

impl Withdrawal {
    /// What is printed of it.
    pub fn fingerprint(&self) -> Fingerprint {
        let Self { id, at, reason } = self;
        let reason = reason.as_deref().unwrap_or("");
        Fingerprint::of([id.to_string().as_bytes(), &at.seconds().to_le_bytes(), reason.as_bytes()])
    }
}

impl Article {
    /// Whether everything that is printed of both is the same.
    pub fn reads_as(&self, other: &Self) -> bool {
        let Self { expires, withdrawn, minor, .. } = self.clone();
        *self == Self { expires, withdrawn, minor, ..other.clone() }
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
/// brought its own. Ordered as text.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Deserialize)]
#[serde(try_from = "String")]
pub struct Id(Iri);

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
enum Iri {
    Uuid(Uuid),
    Other(Box<str>),
}

impl Id {
    /// Reads an id that a file names: a UUID in any spelling, or an absolute IRI without blanks. `None` for
    /// anything else.
    pub fn parse(written: &str) -> Option<Self> {
        let written = written.trim();
        if let Ok(uuid) = Uuid::try_parse(written) {
            return Some(Self(Iri::Uuid(uuid)));
        }
        let absolute =
            Url::parse(written).is_ok_and(|url| matches!(url.scheme(), "http" | "https" | "tag" | "urn"));
        let sound = written.len() <= 1000 && !written.contains(|c: char| c.is_whitespace() || c.is_control());
        (absolute && sound).then(|| Self(Iri::Other(written.into())))
    }

    /// The id of the article that first appears at `path` of a site: UUIDv5 (RFC 9562, section 5.5), so the same
    /// tree gives the same ids. `taken` counts how many articles had that path before.
    pub fn derived(space: &IdSpace, path: &ContentPath, taken: u32) -> Self {
        let uuid = match taken {
            0 => Uuid::new_v5(&space.0, path.as_str().as_bytes()),
            n => Uuid::new_v5(&space.0, format!("{}\u{0}{n}", path.as_str()).as_bytes()),
        };
        Self(Iri::Uuid(uuid))
    }

    /// That of a round-up of a site. No file can have a path that would give the same.
    pub fn of_round_up(space: &IdSpace, round_up: &RoundUp) -> Self {
        Self(Iri::Uuid(Uuid::new_v5(&space.0, format!("\u{0}round-up/{round_up}").as_bytes())))
    }
}

impl Ord for Id {
    fn cmp(&self, other: &Self) -> Ordering {
        let mut text = [0; Urn::LENGTH];
        match (&self.0, &other.0) {
            // Their digits stand at the same places of their text.
            (Iri::Uuid(one), Iri::Uuid(other)) => one.cmp(other),
            (Iri::Other(one), Iri::Other(other)) => one.cmp(other),
            (Iri::Uuid(one), Iri::Other(other)) => (*one.urn().encode_lower(&mut text)).cmp(other),
            (Iri::Other(one), Iri::Uuid(other)) => (**one).cmp(other.urn().encode_lower(&mut text)),
        }
    }
}

impl PartialOrd for Id {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl fmt::Display for Id {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Iri::Uuid(uuid) => uuid.urn().fmt(f),
            Iri::Other(iri) => f.write_str(iri),
        }
    }
}

impl Serialize for Id {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl TryFrom<String> for Id {
    type Error = String;
    fn try_from(written: String) -> Result<Self, String> {
        Self::parse(&written).ok_or_else(|| format!("`{written}` is no UUID and no absolute IRI"))
    }
}

/// Where the ids of one site's articles are derived.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct IdSpace(Uuid);

impl IdSpace {
    /// That of the site called so.
    pub fn of(site: &str) -> Self {
        Self(Uuid::new_v5(&Uuid::NAMESPACE_URL, site.as_bytes()))
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

/// An article that has come out: what its file says, and what the journal knows of it. A round-up, which nobody wrote, is like
/// one.
#[derive(Clone, Debug, PartialEq)]
pub struct Published {
    /// What it is called for ever.
    pub id: Id,
    /// Where it is to be read.
    pub page: Page,
    /// When it was published.
    pub published: Timestamp,
    /// When it last changed for its readers; never before `published`.
    pub updated: Timestamp,
    /// What the file says.
    pub article: Article,
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn written() -> impl Strategy<Value = String> {
        let uuid = any::<u128>().prop_map(|number| Uuid::from_u128(number).to_string());
        let urn = any::<u128>().prop_map(|number| Uuid::from_u128(number).urn().to_string());
        let close = "urn:uuid:[0-9a-g]{1,3}".prop_map(String::from);
        prop_oneof![uuid, urn, close, "(https?://[a-z]{1,3}/|urn:[t-v]:|URN:UUID:|tag:)[a-z0-9]{0,3}"]
    }

    proptest! {
        #[test]
        fn ids_are_equal_ordered_and_kept_as_their_texts_are(one in written(), other in written()) {
            let ids = [one, other].map(|text| Id::parse(&text).expect("an id"));
            let texts = ids.each_ref().map(Id::to_string);
            prop_assert_eq!(ids[0].cmp(&ids[1]), texts[0].cmp(&texts[1]));
            prop_assert_eq!(ids[0] == ids[1], texts[0] == texts[1]);
            for (id, text) in ids.iter().zip(&texts) {
                let json = serde_json::to_string(id).expect("ids are text");
                prop_assert_eq!(&json, &serde_json::to_string(text).expect("text"));
                prop_assert_eq!(&serde_json::from_str::<Id>(&json).expect("as written"), id);
            }
        }
    }

    #[test]
    fn derived_ids_stay_what_they_always_were() {
        let path = ContentPath::new(std::path::Path::new("tin/mot.txt")).expect("a path");
        let ids = [0, 1].map(|taken| Id::derived(&IdSpace::of("https://tin.example.vn/"), &path, taken));
        assert_eq!(
            ids.map(|id| id.to_string()),
            [
                "urn:uuid:fe2379fb-a0dd-5412-ab91-d95767d312c0",
                "urn:uuid:e79ed0b2-5c03-5c23-9a2e-a0a6b3d2d9d8"
            ]
        );
    }
}
