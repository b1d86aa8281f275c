//! HTML pages, from another program or another site: what the head says, and the part that is the article.

use super::bounds::check_attributes;
use super::nesting::{Shape, mend};
use super::written::{Written, WrittenImage, one_line};
use super::{dates, fields, front_matter};
use crate::words::{ContentPath, Problem, Timestamp, Zone, fold};
use scraper::{ElementRef, Html, Selector};
use url::Url;

/// Reads an HTML file: what it says of itself, and its text. One with front matter is only a piece of a page, and the front matter counts first.
pub(super) fn read(
    path: &ContentPath,
    text: &str,
    zone: &Zone,
    remarks: &mut Vec<Problem>,
) -> Result<(Written, String), Problem> {
    let fenced = text.trim_start().starts_with(['-', '+', '{']);
    let (mut written, body) = if fenced {
        let parts = front_matter::split(path, text, remarks)?;
        (fields::read(path, &parts.entries, zone)?, parts.body)
    } else {
        (Written::default(), text)
    };
    let mended = check_attributes(body)
        .and_then(|()| mend(body, Shape::Page))
        .map_err(|excess| excess.in_file(path, 1))?;
    let mut page = Html::parse_document(&mended);
    let metas = page.select(&select("meta[content]")).collect();
    let head = Head { page: &page, metas, path, text, zone };
    let found = head.read()?;
    let heading = only_heading(&page);
    let title = written.title.take().or(heading.clone()).or(found.title);
    let title = title.or_else(|| texts(&page, "h1").into_iter().next());
    if title.is_some() && heading.map(|text| fold(&text)) == title.as_deref().map(fold) {
        remove(&mut page, "h1");
    }
    let content = content(&mut page);
    let written = Written {
        title,
        summary: written.summary.or(found.summary),
        published: written.published.or(found.published),
        updated: written.updated.or(found.updated),
        categories: if written.categories.is_empty() { found.categories } else { written.categories },
        tags: if written.tags.is_empty() { found.tags } else { written.tags },
        authors: if written.authors.is_empty() { found.authors } else { written.authors },
        publication: written.publication.or(found.publication),
        language: written.language.or(found.language),
        slug: written.slug.or(found.slug),
        id: written.id,
        canonical: written.canonical.or(found.canonical),
        image: written.image.or(found.image),
        enclosure: written.enclosure,
        draft: written.draft,
        expires: written.expires.or(found.expires),
        correction: written.correction,
        withdrawn: written.withdrawn,
        minor: written.minor,
    };
    Ok((written, content))
}

fn select(elements: &str) -> Selector {
    Selector::parse(elements).expect("these selectors are sound")
}

fn words(element: ElementRef<'_>) -> String {
    one_line(&element.text().collect::<String>())
}

fn texts(page: &Html, elements: &str) -> Vec<String> {
    page.select(&select(elements)).map(words).filter(|text| !text.is_empty()).collect()
}

/// A heading of the first level that stands alone is the article's title; of several, one may be the site's.
fn only_heading(page: &Html) -> Option<String> {
    for within in ["article h1", "main h1", "h1"] {
        if let [only] = texts(page, within).as_slice() {
            return Some(only.clone());
        }
    }
    None
}

fn remove(page: &mut Html, elements: &str) {
    let doomed: Vec<_> = page.select(&select(elements)).map(|element| element.id()).collect();
    for id in doomed {
        if let Some(mut node) = page.tree.get_mut(id) {
            node.detach();
        }
    }
}

/// The article's own HTML. Of a whole page, what leads elsewhere is left out.
fn content(page: &mut Html) -> String {
    let of = |page: &Html, elements: &str| page.select(&select(elements)).next().map(|e| e.inner_html());
    if page.select(&select("article")).count() == 1
        && let Some(html) = of(page, "article")
    {
        return html;
    }
    if let Some(html) = of(page, "main") {
        return html;
    }
    remove(page, "nav, footer, form");
    of(page, "body").unwrap_or_default()
}

/// What a page says about itself.
struct Head<'a> {
    page: &'a Html,
    /// Every `<meta content=…>`.
    metas: Vec<ElementRef<'a>>,
    path: &'a ContentPath,
    /// The file as it stands, to find lines in.
    text: &'a str,
    zone: &'a Zone,
}

impl Head<'_> {
    fn read(&self) -> Result<Written, Problem> {
        let separate =
            |text: String| text.split([',', ';']).map(one_line).filter(|t| !t.is_empty()).collect();
        let keywords = ["keywords", "tags", "news_keywords"].iter().find_map(|name| self.meta(name));
        let image = self.meta("og:image").or_else(|| self.meta("twitter:image"));
        Ok(Written {
            title: self.meta("og:title").or_else(|| texts(self.page, "title").into_iter().next()),
            summary: self
                .meta("description")
                .or_else(|| self.meta("og:description"))
                .or_else(|| self.meta("summary")),
            published: self.published()?,
            updated: self.updated()?,
            categories: self.meta("category").or_else(|| self.meta("article:section")).into_iter().collect(),
            tags: keywords.map(separate).unwrap_or_default(),
            authors: self.authors(),
            publication: self.meta("publisher").or_else(|| self.meta("dc.publisher")),
            language: self.language(),
            slug: self.meta("slug"),
            canonical: self.canonical(),
            expires: self.expires()?,
            image: image
                .map(|address| WrittenImage { address, alt: self.meta("og:image:alt").unwrap_or_default() }),
            ..Written::default()
        })
    }

    /// What `<meta name=… content=…>` (or `property`, or `itemprop`) says.
    fn meta(&self, name: &str) -> Option<String> {
        self.metas.iter().find_map(|meta| {
            let named =
                ["name", "property", "itemprop", "http-equiv"].iter().filter_map(|key| meta.attr(key));
            let is_it = named.into_iter().any(|value| value.trim().eq_ignore_ascii_case(name));
            let content = one_line(meta.attr("content")?);
            (is_it && !content.is_empty()).then_some(content)
        })
    }

    fn published(&self) -> Result<Option<Timestamp>, Problem> {
        const NAMES: [&str; 11] = [
            "article:published_time",
            "datePublished",
            "date",
            "pubdate",
            "publish-date",
            "publish_date",
            "dc.date",
            "dc.date.issued",
            "dcterms.created",
            "dcterms.issued",
            "created",
        ];
        if let Some(named) = NAMES.iter().find_map(|name| self.meta(name)) {
            return self.date(&named).map(Some);
        }
        // Any `<time>` may be about something else, so only one that is a date counts.
        for element in self.page.select(&select("time")) {
            let written = element.attr("datetime").map_or_else(|| words(element), one_line);
            match dates::parse(&written, self.zone) {
                Ok(at) => return Ok(Some(at)),
                Err(dates::Misdate::Impossible(_)) => return self.date(&written).map(Some),
                Err(dates::Misdate::Unreadable) => {}
            }
        }
        Ok(None)
    }

    fn updated(&self) -> Result<Option<Timestamp>, Problem> {
        const NAMES: [&str; 6] = [
            "article:modified_time",
            "dateModified",
            "modified",
            "dcterms.modified",
            "lastmod",
            "og:updated_time",
        ];
        NAMES.iter().find_map(|name| self.meta(name)).map(|named| self.date(&named)).transpose()
    }

    fn expires(&self) -> Result<Option<Timestamp>, Problem> {
        const NAMES: [&str; 3] = ["article:expiration_time", "unavailable_after", "expires"];
        // A page's cache headers stand in such places too, with values that are no dates.
        let named = NAMES.iter().find_map(|name| self.meta(name));
        Ok(named.and_then(|named| dates::parse(&named, self.zone).ok()))
    }

    fn date(&self, written: &str) -> Result<Timestamp, Problem> {
        dates::parse(written, self.zone).map_err(|wrong| {
            let before = self.text.find(written).map(|at| &self.text[..at]);
            let line = before.and_then(|text| u32::try_from(1 + text.matches('\n').count()).ok());
            fields::no_date(self.path, line, written, wrong)
        })
    }

    fn authors(&self) -> Vec<String> {
        let named =
            ["author", "dc.creator", "article:author", "authors"].iter().find_map(|name| self.meta(name));
        let named = named.filter(|text| !text.contains("://")).or_else(|| {
            texts(self.page, "[rel~=author], [itemprop=author], address.author").into_iter().next()
        });
        named.map(|text| fields::divided(&text)).unwrap_or_default()
    }

    fn language(&self) -> Option<String> {
        let root = self.page.select(&select("html[lang]")).next()?;
        root.attr("lang").map(one_line)
    }

    fn canonical(&self) -> Option<String> {
        let link = self.page.select(&select("link[rel~=canonical][href]")).next()?;
        link.attr("href").filter(|href| Url::parse(href).is_ok()).map(str::to_owned)
    }
}
