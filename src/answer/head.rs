//! The headers of a document.
//!
//! What does not depend on the moment is made once for each version and packing; the rest is put on top of it.

use super::{archive, dictionary, etag};
use crate::edition::{Edition, Encoding, Head, Packing, Print, Sheet, Validators};
use crate::render::{embed, pages};
use crate::words::{Embed, FeedName, Format, OEmbedFormat, Outlet, Site, Timestamp};
use http::HeaderMap;
use http::header::{self, HeaderName, HeaderValue};

/// How far the date of an answer may be ahead of the clock, in seconds.
const FURTHEST_AHEAD: i64 = 600;

/// What is said of bytes that never change (RFC 8246).
const FOR_EVER: &str = "public, max-age=31536000, immutable";

/// What answers say about a document when its version is past and no article is due.
pub fn of(edition: &Edition, sheet: &Sheet, encoding: Encoding) -> Head {
    let site = edition.site();
    let mut unchanged = HeaderMap::new();
    name(&mut unchanged, sheet.validators(), encoding);
    put(&mut unchanged, header::LAST_MODIFIED, &sheet.validators().modified.http_date());
    if !sheet.print().is_packed() {
        unchanged.insert(header::VARY, HeaderValue::from_static("accept-encoding"));
    }
    if !is_page(sheet.print()) {
        unchanged.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*"));
    }
    match sheet.print() {
        print if is_private(print) => of_private(&mut unchanged),
        // Other bytes would have another address.
        Print::Pinned(_) | Print::Archive(..) => put(&mut unchanged, header::CACHE_CONTROL, FOR_EVER),
        _ => put(&mut unchanged, header::CACHE_CONTROL, &cache_control(site.max_age.into())),
    }
    let mut whole = unchanged.clone();
    if encoding != Encoding::Identity {
        whole.insert(header::CONTENT_ENCODING, HeaderValue::from_static(encoding.token()));
    }
    if let Some(path) = edition.dictionary_path(sheet.print()) {
        dictionary::offer(&mut whole, site, &path, sheet);
    }
    describe(&mut whole, edition, sheet.print());
    protect(&mut whole, edition, sheet.print());
    if is_private(sheet.print()) {
        of_private(&mut whole);
    }
    if is_changes(sheet.print()) {
        of_changes(&mut whole, is_private(sheet.print()));
    }
    Head { whole, unchanged }
}

/// Puts on top of what a document's answers always say what they say at this moment.
pub fn bound_by_time(headers: &mut HeaderMap, edition: &Edition, sheet: &Sheet, now: Timestamp) {
    let validators = sheet.validators();
    if validators.modified > now {
        date(headers, validators, now);
    }
    let print = sheet.print();
    if is_script(print) || is_private(print) || is_changes(print) || is_archive(print) {
        return;
    }
    // It may be used unasked for as long as the site says, but not beyond the moment at which time itself makes another of
    // it.
    let max_age = i64::from(edition.site().max_age);
    if max_age > 0
        && let Some(until) = edition.kept_until(sheet.print())
    {
        let until = (until.seconds() - now.seconds()).max(0);
        if until < max_age {
            put(headers, header::CACHE_CONTROL, &cache_control(until));
        }
    }
}

/// Names the version.
pub fn name(headers: &mut HeaderMap, validators: &Validators, packing: impl Into<Packing>) {
    put(headers, header::ETAG, &etag(validators, packing));
}

/// Dates the version.
pub fn date(headers: &mut HeaderMap, validators: &Validators, now: Timestamp) {
    // Never later than the answer itself (RFC 9110, section 8.8.2.1). Of versions that follow each other within a
    // second the last is a little ahead of the clock, and so are its answers: clients compare the two dates, and
    // some (libcurl among them) throw away a document that is not newer than what they named. When the clock was
    // set back it is the document that gives way.
    let modified =
        if validators.modified > now.plus_seconds(FURTHEST_AHEAD) { now } else { validators.modified };
    put(headers, header::LAST_MODIFIED, &modified.http_date());
    if modified > now {
        put(headers, header::DATE, &modified.http_date());
    }
}

fn cache_control(max_age: i64) -> String {
    match max_age {
        0 => "public, no-cache".to_owned(),
        seconds => format!("public, max-age={seconds}"),
    }
}

/// Whether only who knows a token gets it.
fn is_private(print: &Print) -> bool {
    match print {
        Print::Feed(outlet, _) | Print::Changes(outlet, ..) | Print::Embed(outlet, ..) => {
            outlet.token.is_some()
        }
        _ => false,
    }
}

fn is_changes(print: &Print) -> bool {
    matches!(print, Print::Changes(..))
}

fn is_archive(print: &Print) -> bool {
    matches!(print, Print::Archive(..))
}

fn is_page(print: &Print) -> bool {
    matches!(print, Print::Home | Print::FeedPage(..) | Print::Article(_) | Print::RoundUp(_))
        || matches!(print, Print::ArticleEmbed(..))
        || matches!(print, Print::Embed(_, Embed::Page, _))
}

fn is_script(print: &Print) -> bool {
    matches!(print, Print::Script | Print::Pinned(_))
}

/// The headers that say what a document is and where its relatives are.
fn describe(headers: &mut HeaderMap, edition: &Edition, print: &Print) {
    let site = edition.site();
    let content_type = match print {
        Print::Feed(_, format) | Print::Changes(_, format, _) | Print::Archive(_, _, format) => {
            format!("{}; charset=utf-8", format.media_type())
        }
        Print::Home | Print::FeedPage(..) | Print::Article(_) | Print::RoundUp(_) => {
            "text/html; charset=utf-8".to_owned()
        }
        Print::Embed(_, Embed::Page | Embed::Fragment, _) => "text/html; charset=utf-8".to_owned(),
        Print::ArticleEmbed(..) => "text/html; charset=utf-8".to_owned(),
        Print::Embed(_, Embed::Svg, _) => "image/svg+xml".to_owned(),
        Print::Embed(_, Embed::Png, _) => "image/png".to_owned(),
        Print::Embed(_, Embed::Json, _) => format!("{}; charset=utf-8", Format::Json.media_type()),
        Print::OEmbed(_, OEmbedFormat::Json, _) => "application/json; charset=utf-8".to_owned(),
        Print::OEmbed(_, OEmbedFormat::Xml, _) => "text/xml; charset=utf-8".to_owned(),
        Print::Opml => "text/x-opml; charset=utf-8".to_owned(),
        Print::Sitemap | Print::SitemapPart(_) | Print::NewsSitemap => {
            "application/xml; charset=utf-8".to_owned()
        }
        Print::Robots => "text/plain; charset=utf-8".to_owned(),
        Print::Script | Print::Pinned(_) => "text/javascript; charset=utf-8".to_owned(),
    };
    put(headers, header::CONTENT_TYPE, &content_type);
    match print {
        Print::Feed(outlet, format) | Print::Changes(outlet, format, _) => {
            let links = links(site, outlet, Some(*format));
            put(headers, header::LINK, &format!("{links}{}", licence(edition, &outlet.name)));
        }
        Print::Archive(name, archive, format) => {
            let links = archive::links(edition, name, archive, *format);
            put(headers, header::LINK, &format!("{links}{}", licence(edition, name)));
        }
        Print::FeedPage(name, _) => put(headers, header::LINK, &links(site, &name.clone().into(), None)),
        Print::Home => put(headers, header::LINK, &links(site, &FeedName::All.into(), None)),
        _ => {}
    }
    if is_script(print) || matches!(print, Print::Embed(_, Embed::Svg | Embed::Png, _)) {
        // Also for pages that take nothing from elsewhere that does not say so (Fetch, section 3.7).
        put(headers, HeaderName::from_static("cross-origin-resource-policy"), "cross-origin");
    }
}

/// What keeps a document safe. A policy is good for what it is made for alone.
fn protect(headers: &mut HeaderMap, edition: &Edition, print: &Print) {
    let site = edition.site();
    match print {
        Print::Home | Print::Article(_) | Print::RoundUp(_) => return of_pages(headers, site),
        Print::FeedPage(..) => {
            put(headers, header::CONTENT_SECURITY_POLICY, &pages::feed_page_policy(site));
            return of_all(headers);
        }
        Print::Embed(outlet, Embed::Page, _) => {
            return of_frames(headers, site, frame_sites(edition, outlet));
        }
        Print::ArticleEmbed(..) => return of_frames(headers, site, allowed_sites(site)),
        Print::Embed(_, Embed::Fragment, _) => {
            put(headers, header::CONTENT_SECURITY_POLICY, &embed::fragment_policy(site));
            headers.insert(ROBOTS, NOINDEX);
        }
        Print::Embed(_, Embed::Svg, _) => put(headers, header::CONTENT_SECURITY_POLICY, OF_PICTURES),
        _ => {}
    }
    of_feeds(headers);
}

/// The policy for a picture that may hold anything, should a browser be led to it alone.
pub const OF_PICTURES: &str = "default-src 'none'; style-src 'unsafe-inline'; sandbox";

/// The sites that may show a feed in a frame: those it was agreed on with, or else any that the site allows. A secret
/// feed is shown nowhere unless somebody says where.
fn frame_sites<'a>(edition: &'a Edition, outlet: &Outlet) -> Option<&'a [String]> {
    let agreed = edition.catalogue().partner(&outlet.name).map_or(&[][..], |partner| &partner.sites);
    match (agreed, &outlet.token) {
        ([], None) => allowed_sites(edition.site()),
        _ => Some(agreed),
    }
}

/// The sites that may show what is public; `None` when any may.
pub fn allowed_sites(site: &Site) -> Option<&[String]> {
    Some(&*site.embed_sites).filter(|sites| !sites.is_empty())
}

const ROBOTS: HeaderName = HeaderName::from_static("x-robots-tag");
/// What others show is found where it stands, and what is secret nowhere.
const NOINDEX: HeaderValue = HeaderValue::from_static("noindex");

/// What keeps pages for frames safe.
pub fn of_frames(headers: &mut HeaderMap, site: &Site, sites: Option<&[String]>) {
    of_all(headers);
    put(headers, header::CONTENT_SECURITY_POLICY, &embed::frame_policy(site, sites));
    headers.insert(ROBOTS, NOINDEX);
}

fn licence(edition: &Edition, name: &FeedName) -> String {
    let licence = edition.catalogue().licence(name);
    licence.map_or(String::new(), |licence| format!(", <{licence}>; rel=\"license\""))
}

fn links(site: &Site, outlet: &Outlet, this: Option<Format>) -> String {
    let mut links = Vec::new();
    if let Some(format) = this {
        links.push(format!(
            "<{}>; rel=\"self\"; type=\"{}\"",
            site.outlet_url(outlet, format),
            format.media_type()
        ));
        links.extend(site.hubs(outlet).into_iter().map(|hub| format!("<{hub}>; rel=\"hub\"")));
        links.push(format!("<{}>; rel=\"alternate\"; type=\"text/html\"", site.outlet_page(outlet)));
    }
    for format in Format::ALL.into_iter().filter(|format| Some(*format) != this) {
        links.push(format!(
            "<{}>; rel=\"alternate\"; type=\"{}\"",
            site.outlet_url(outlet, format),
            format.media_type()
        ));
    }
    links.join(", ")
}

/// What keeps pages safe.
pub fn of_pages(headers: &mut HeaderMap, site: &Site) {
    of_all(headers);
    put(headers, header::CONTENT_SECURITY_POLICY, &pages::content_security_policy(site));
}

/// What scripts of others may see of an answer besides what every page may.
pub const EXPOSED: &str = "etag, last-modified, link, content-length, content-range";

/// What keeps feeds safe, and open to scripts of others.
pub fn of_feeds(headers: &mut HeaderMap) {
    headers.insert(header::ACCESS_CONTROL_EXPOSE_HEADERS, HeaderValue::from_static(EXPOSED));
    of_all(headers);
}

/// What keeps a secret address to those who have it: caches that many share, search engines and the sites it leads to
/// learn nothing of it.
pub fn of_private(headers: &mut HeaderMap) {
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("private, no-cache"));
    headers.insert(ROBOTS, NOINDEX);
    headers.insert(header::REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
}

/// What keeps a part of a document from being taken for the whole. No cache may keep it, but one that knows how to put it
/// together with what it has (RFC 3229, section 10.8); should one keep it all the same, it learns that nobody else
/// is to get it. The whole document does not vary with that: it is right for who asks for a part, too, and caches would
/// only keep it twice.
fn of_changes(headers: &mut HeaderMap, is_private: bool) {
    headers.insert(HeaderName::from_static("im"), HeaderValue::from_static("feed"));
    let cache_control = if is_private { "private, no-store" } else { "no-store, im" };
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static(cache_control));
    headers.insert(header::VARY, HeaderValue::from_static("accept-encoding, a-im, if-none-match"));
    let exposed =
        HeaderValue::from_static("etag, last-modified, link, content-length, content-range, im, delta-base");
    headers.insert(header::ACCESS_CONTROL_EXPOSE_HEADERS, exposed);
}

fn of_all(headers: &mut HeaderMap) {
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    headers.insert(header::REFERRER_POLICY, HeaderValue::from_static("strict-origin-when-cross-origin"));
}

/// Sets a header to text of ours. Text that could not stand in a header, which no address or number of ours
/// contains, is left out rather than sent.
pub fn put(headers: &mut HeaderMap, name: HeaderName, value: &str) {
    if let Ok(value) = HeaderValue::from_str(value) {
        headers.insert(name, value);
    }
}
