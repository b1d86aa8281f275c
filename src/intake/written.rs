//! What a file says as people write it, and the article that is meant: every gap filled, every word read.

use super::addresses::Addresses;
use super::{Head, SUMMARY_LENGTH, Source, correction, enclosure, places, sanitise};
use crate::words::{
    Article, ContentPath, Fingerprint, Id, Image, LanguageTag, Problem, Site, Slug, Term, Text, Timestamp,
    clean, fold, single_blanks,
};
use scraper::{ElementRef, Html, Selector};
use std::collections::HashSet;
use std::sync::LazyLock;
use url::Url;

/// What one file says besides its text, as far as it says it.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Written {
    pub title: Option<String>,
    pub summary: Option<String>,
    pub published: Option<Timestamp>,
    pub updated: Option<Timestamp>,
    pub categories: Vec<String>,
    pub tags: Vec<String>,
    pub authors: Vec<String>,
    pub publication: Option<String>,
    pub language: Option<String>,
    pub slug: Option<String>,
    pub id: Option<String>,
    pub canonical: Option<String>,
    pub image: Option<WrittenImage>,
    pub enclosure: Option<String>,
    pub draft: bool,
    pub expires: Option<Timestamp>,
    pub correction: Option<String>,
    pub withdrawn: Option<String>,
    pub minor: bool,
}

/// A picture somebody named.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct WrittenImage {
    pub address: String,
    pub alt: String,
}

impl Written {
    /// Whether nothing is said about the article's end or its errors.
    pub(super) fn is_plain(&self) -> bool {
        self.expires.is_none() && self.withdrawn.is_none() && self.correction.is_none()
    }

    /// What places the article, for a file at this place on this site.
    pub(super) fn head(&self, path: &ContentPath, site: &Site, remarks: &mut Vec<Problem>) -> Head {
        let named = self.title.as_deref().map(one_line).filter(|title| !title.is_empty());
        let title = named.unwrap_or_else(|| {
            let title = one_line(&places::title(path));
            remarks.push(no_title(path, &title));
            title
        });
        let slug = self
            .slug
            .as_deref()
            .and_then(Slug::of)
            .or_else(|| Slug::of(&title))
            .or_else(|| Slug::of(places::own_name(path)))
            .unwrap_or_else(|| nameless(path));
        let published = self.published.or_else(|| places::published(path, &site.zone));
        // A draft may still get one, and is seen for the first time when it comes out.
        if published.is_none() && !self.draft {
            remarks.push(no_date(path));
        }
        let mut categories = terms(&self.categories);
        if categories.is_empty() {
            let own = places::category(path).and_then(|label| Term::parse(&label));
            categories.push(own.unwrap_or_else(|| site.default_category.clone()));
        }
        Head {
            title,
            published,
            updated: self.updated,
            categories,
            tags: terms(&self.tags),
            authors: terms(&self.authors),
            slug,
            id: self.id.as_deref().and_then(|written| read_id(written, path, remarks)),
            draft: self.draft,
        }
    }

    /// The article this means together with its text, which is not sanitised yet.
    pub(super) fn complete(
        &self,
        html: &str,
        source: &Source<'_>,
        site: &Site,
        remarks: &mut Vec<Problem>,
    ) -> Result<Article, Problem> {
        let path = source.path;
        let Head { title, published, updated, categories, tags, authors, slug, id, draft } =
            self.head(path, site, remarks);
        if let Some(expires) = self.expires
            && published.is_some_and(|published| published >= expires)
        {
            remarks.push(never_out(path));
        }
        let addresses = Addresses::new(source, site);
        let mut html =
            sanitise::sanitise(html, &addresses, &slug).map_err(|excess| excess.in_file(path, 1))?;
        let language =
            self.language.as_deref().and_then(|written| read_language(written, path, site, remarks));
        let below = correction::take(&mut html);
        let glance = Glance::at(&html);
        let correction = self.correction.as_deref().map(one_line).filter(|note| !note.is_empty()).or(below);
        if let Some(note) = &correction {
            correction::put(&mut html, note, language.as_ref().unwrap_or(&site.language).interface());
        }
        let summary = self.summary.as_deref().map(one_line).filter(|summary| !summary.is_empty());
        let image = self.image.as_ref().and_then(|image| read_image(image, &addresses));
        Ok(Article {
            title,
            summary: summary.unwrap_or_else(|| shortened(&glance.lead, SUMMARY_LENGTH)),
            html,
            published,
            updated,
            categories,
            tags,
            authors,
            publication: self.publication.as_deref().map(one_line).filter(|name| !name.is_empty()),
            language,
            slug,
            id,
            canonical: self.canonical.as_deref().and_then(web_address),
            image: image.or(glance.image),
            enclosure: enclosure::of(source, site, self.enclosure.as_deref(), &addresses, remarks),
            draft,
            expires: self.expires,
            correction,
            withdrawn: self.withdrawn.as_deref().map(one_line),
            minor: self.minor,
        })
    }
}

/// Text without line breaks or runs of blanks.
pub(super) fn one_line(text: &str) -> String {
    single_blanks(&clean(text))
}

/// At most about `most` characters of a text, cut between words.
pub(super) fn shortened(text: &str, most: usize) -> String {
    let Some((end, _)) = text.char_indices().nth(most) else { return text.to_owned() };
    let head = &text[..end];
    let words = match head.rsplit_once(char::is_whitespace) {
        Some((words, _)) if words.len() > end / 2 => words,
        _ => head,
    };
    format!(
        "{}…",
        words.trim_end_matches(|c: char| c.is_whitespace() || matches!(c, ',' | ';' | ':' | '-' | '–'))
    )
}

fn terms(labels: &[String]) -> Vec<Term> {
    let mut seen = HashSet::new();
    labels
        .iter()
        .filter_map(|label| Term::parse(label))
        .filter(|term| seen.insert(term.slug.clone()))
        .collect()
}

static PARAGRAPH: LazyLock<Selector> = LazyLock::new(|| Selector::parse("p").expect("a sound selector"));
static PICTURE: LazyLock<Selector> = LazyLock::new(|| Selector::parse("img[src]").expect("a sound selector"));

/// What a first look at the sanitised text shows.
#[derive(Debug, PartialEq)]
pub(super) struct Glance {
    /// The first paragraph that has words.
    lead: String,
    /// The first picture.
    image: Option<Image>,
}

impl Glance {
    fn at(html: &str) -> Self {
        Self::quick(html).unwrap_or_else(|| Self::whole(html))
    }

    /// Where there is no picture and the first paragraph has words, no tree is needed to see them. In sanitised
    /// HTML every `<` begins a tag, in attributes too, and text has four escapes.
    pub(super) fn quick(html: &str) -> Option<Self> {
        if ["<img", "<table"].iter().any(|tag| html.contains(tag)) {
            return None;
        }
        let first = html[html.find("<p")?..].strip_prefix("<p>")?;
        let (words, _) = first.split_once("</p>")?;
        let bare: String =
            words.split('<').map(|part| part.split_once('>').map_or(part, |(_, text)| text)).collect();
        let text =
            bare.replace("&lt;", "<").replace("&gt;", ">").replace("&nbsp;", "\u{A0}").replace("&amp;", "&");
        let lead = one_line(&text);
        lead.chars().any(char::is_alphanumeric).then_some(Self { lead, image: None })
    }

    pub(super) fn whole(html: &str) -> Self {
        let page = Html::parse_fragment(html);
        let words = |element: ElementRef<'_>| one_line(&element.text().collect::<String>());
        let mut paragraphs = page.select(&PARAGRAPH).map(words);
        let lead = paragraphs.find(|text| text.chars().any(char::is_alphanumeric)).unwrap_or_else(|| {
            let outside_headings = page.root_element().child_elements();
            let mut texts = outside_headings.filter(|e| !e.value().name().starts_with('h')).map(words);
            texts.find(|text| !text.is_empty()).unwrap_or_else(|| words(page.root_element()))
        });
        let mut pictures = page.select(&PICTURE).filter_map(|img| {
            let url = Url::parse(img.attr("src")?).ok()?;
            Some(Image { url, alt: one_line(img.attr("alt").unwrap_or("")) })
        });
        Self { lead, image: pictures.next() }
    }
}

fn nameless(path: &ContentPath) -> Slug {
    let name = format!("bai {}", Fingerprint::of([path.as_str()]));
    Slug::of(&name).expect("letters and digits make a slug")
}

fn web_address(written: &str) -> Option<Url> {
    Url::parse(written.trim()).ok().filter(|url| matches!(url.scheme(), "http" | "https"))
}

fn read_image(written: &WrittenImage, addresses: &Addresses) -> Option<Image> {
    let url = addresses.absolute(&written.address)?;
    matches!(url.scheme(), "http" | "https").then(|| Image { url, alt: one_line(&written.alt) })
}

fn read_id(written: &str, path: &ContentPath, remarks: &mut Vec<Problem>) -> Option<Id> {
    let id = Id::parse(&clean(written));
    if id.is_none() {
        let problem = Problem::new(
            path,
            Text::new(
                format!("mã bài `{}` không dùng được", one_line(written)),
                format!("`{}` cannot be an article's id", one_line(written)),
            ),
            Text::new(
                "Mã bài phải là UUID hoặc một địa chỉ đầy đủ; không có thì bantin tự đặt.",
                "An id is a UUID or a whole address; without one bantin makes its own.",
            ),
        );
        remarks.push(problem.about(written));
    }
    id
}

fn read_language(
    written: &str,
    path: &ContentPath,
    site: &Site,
    remarks: &mut Vec<Problem>,
) -> Option<LanguageTag> {
    let tag = match fold(written).as_str() {
        "" => return None,
        "tieng viet" | "vietnamese" => LanguageTag::parse("vi"),
        "tieng anh" | "english" => LanguageTag::parse("en"),
        "tieng khmer" | "khmer" => LanguageTag::parse("km"),
        "tieng cham" | "cham" => LanguageTag::parse("cjm"),
        "tieng phap" | "french" => LanguageTag::parse("fr"),
        "tieng trung" | "chinese" => LanguageTag::parse("zh"),
        _ => LanguageTag::parse(written),
    };
    if tag.is_none() {
        let problem = Problem::new(
            path,
            Text::new(
                format!("không hiểu ngôn ngữ `{}`", one_line(written)),
                format!("`{}` is no language bantin knows", one_line(written)),
            ),
            Text::new(
                "Hãy viết mã ngôn ngữ, ví dụ: vi, en, km.",
                "Write a language tag such as vi, en or km.",
            ),
        );
        remarks.push(problem.about(written));
    }
    tag.filter(|tag| !is_same(tag.as_str(), site.language.as_str()))
}

/// `vi` and `vi-VN` are one language on a site in either; `en-GB` and `en-US` are two.
fn is_same(one: &str, other: &str) -> bool {
    let extends =
        |long: &str, short: &str| long.strip_prefix(short).is_some_and(|rest| rest.starts_with('-'));
    one == other || extends(one, other) || extends(other, one)
}

fn never_out(path: &ContentPath) -> Problem {
    Problem::new(
        path,
        Text::new(
            "ngày hết hạn không sau ngày đăng, nên bài không bao giờ lên trang",
            "it expires before it is published, so that it never comes out",
        ),
        Text::new("Hãy sửa lại một trong hai ngày.", "Mend one of the two dates."),
    )
}

fn no_title(path: &ContentPath, title: &str) -> Problem {
    Problem::new(
        path,
        Text::new(
            format!("bài không có tựa đề; tạm lấy tên tệp: “{title}”"),
            format!("the article has no title; its file name is used: “{title}”"),
        ),
        Text::new(
            "Hãy viết tựa đề ở dòng đầu của bài; trong tệp Markdown là dòng `title: …`, trong trang HTML là <title>.",
            "Write the title as the first line; in Markdown as `title: …`, in an HTML page as <title>.",
        ),
    )
    .as_guess()
}

fn no_date(path: &ContentPath) -> Problem {
    Problem::new(
        path,
        Text::new(
            "bài không ghi ngày đăng; lấy lúc tệp được thấy lần đầu",
            "the article names no date; the moment its file was first seen is used",
        ),
        Text::new(
            "Hãy ghi ngày giờ thành một dòng riêng dưới tựa đề, ví dụ: 10/07/2019 16:27; trong tệp Markdown là dòng \
             `date: …`.",
            "Write the date on a line of its own below the title, such as 10/07/2019 16:27; in Markdown as `date: …`.",
        ),
    )
    .as_guess()
}
