//! What an oEmbed request asks for (oembed.com, section 2).

use super::find::{Found, of_feed, spoken};
use super::route::{Route, route};
use crate::catalogue::Address;
use crate::edition::{Edition, Print};
use crate::words::{
    Embed, EmbedOptions, FeedName, FrameSize, Framed, OEmbedFormat, Outlet, RoundUp, Site, Slug, Timestamp,
};
use http::StatusCode;
use percent_encoding::percent_decode_str;
use std::borrow::Cow;
use url::{Url, form_urlencoded};

/// Finds the answer to the query of an oEmbed request.
pub(super) fn find<'a>(edition: &'a Edition, query: &str, now: Timestamp) -> Found<'a> {
    let asked = |name: &str| {
        let mut parts = form_urlencoded::parse(query.as_bytes());
        parts.find(|(known, _)| known == name).map(|(_, value)| value)
    };
    let Some(url) = asked("url").filter(|url| !url.is_empty()) else {
        return Found::Refused(StatusCode::BAD_REQUEST);
    };
    let format = match asked("format").as_deref() {
        None | Some("json") => OEmbedFormat::Json,
        Some("xml") => OEmbedFormat::Xml,
        Some(_) => return Found::Refused(StatusCode::NOT_IMPLEMENTED),
    };
    let print = |framed: Framed| {
        let size = FrameSize::of(&framed).within(room(asked("maxwidth")), room(asked("maxheight")));
        Print::OEmbed(framed, format, size)
    };
    match meant(edition.site(), &url) {
        Meant::Secret => Found::Refused(StatusCode::UNAUTHORIZED),
        Meant::Feed(name, options) if edition.catalogue().admits(&name.clone().into()) => {
            let options = spoken(edition, &name, options);
            of_feed(edition, name.clone().into(), print(Framed::Feed(name, options)), now)
        }
        // A round-up is long; its feed says in short what it says.
        Meant::RoundUp(round_up, options) if edition.catalogue().round_up(&round_up).is_some() => {
            let name = round_up.feed();
            let options = spoken(edition, &name, options);
            of_feed(edition, name.clone().into(), print(Framed::Feed(name, options)), now)
        }
        Meant::Article(slug, options) => match edition.catalogue().address(&slug) {
            Some(Address::Moved(to)) => article(edition, to, options, print),
            _ => article(edition, &slug, options, print),
        },
        Meant::Feed(..) | Meant::RoundUp(..) | Meant::Nothing => Found::Nothing,
    }
}

fn article<'a>(
    edition: &'a Edition,
    slug: &Slug,
    options: EmbedOptions,
    print: impl FnOnce(Framed) -> Print,
) -> Found<'a> {
    match edition.catalogue().address(slug) {
        Some(Address::Article(placed)) => {
            let options = options.of_article().where_spoken(edition.site().interface());
            let sheet = edition
                .sheet(print(Framed::Article(slug.clone(), options)), edition.article_validators(placed));
            Found::document(sheet)
        }
        Some(Address::Withdrawn(reason)) => Found::Gone(reason),
        Some(Address::Moved(_)) | None => Found::Nothing,
    }
}

/// How much room there is, in pixels; of nonsense nothing is concluded.
fn room(written: Option<Cow<'_, str>>) -> Option<u16> {
    let written =
        written.filter(|text| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit()))?;
    Some(written.parse().unwrap_or(u16::MAX))
}

/// What an address means that somebody wants to show.
#[derive(Debug, PartialEq)]
enum Meant {
    Feed(FeedName, EmbedOptions),
    Article(Slug, EmbedOptions),
    RoundUp(RoundUp, EmbedOptions),
    /// Something that only who knows its address may see; whether there is such a thing is not said.
    Secret,
    Nothing,
}

fn meant(site: &Site, url: &str) -> Meant {
    let Some(url) = Url::parse(url).ok().filter(|url| is_ours(site, url)) else { return Meant::Nothing };
    let base = site.base.path().strip_suffix('/').unwrap_or(site.base.path());
    let below = match url.path().strip_prefix(base) {
        Some("") => "/",
        Some(below) if below.starts_with('/') => below,
        _ => return Meant::Nothing,
    };
    if is_secret(below) {
        return Meant::Secret;
    }
    let options = url.query().map_or_else(EmbedOptions::default, EmbedOptions::parse);
    let route = match route(below) {
        Some(Route::Guessed(route)) => *route,
        Some(route) => route,
        None => return Meant::Nothing,
    };
    match route {
        Route::Home => Meant::Feed(FeedName::All, options),
        Route::Feed(Outlet { name, .. }, _)
        | Route::FeedPage(name)
        | Route::Embed(Outlet { name, .. }, _) => Meant::Feed(name, options.of(Embed::Page)),
        Route::Article(slug) | Route::ArticleEmbed(slug) => Meant::Article(slug, options),
        Route::RoundUp(round_up) => Meant::RoundUp(round_up, options.of(Embed::Page)),
        _ => Meant::Nothing,
    }
}

/// Whether an address is one of this site, by either scheme: people have it from before the site spoke TLS.
fn is_ours(site: &Site, url: &Url) -> bool {
    matches!(url.scheme(), "http" | "https")
        && url.host() == site.base.host()
        && url.port() == site.base.port()
}

/// Whether a path lies where secret addresses do.
fn is_secret(path: &str) -> bool {
    path.split('/').nth(1).is_some_and(|name| percent_decode_str(name).eq(b"p".iter().copied()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::settings::{self, Overrides};

    #[test]
    fn an_address_is_understood_as_people_paste_it() {
        let listening = Url::parse("http://127.0.0.1:8080/").expect("an address");
        let site = |base: &str| {
            let text = format!("base_url = \"{base}\"");
            settings::site(&text, &Overrides::default(), &listening).expect("sound settings").0
        };
        let feed = |name: &str, query: &str| {
            Meant::Feed(FeedName::parse(name).expect("a name"), EmbedOptions::parse(query))
        };
        let article = || Meant::Article(Slug::parse("lua-ve").expect("a slug"), EmbedOptions::default());
        let round_up = |name| {
            Meant::RoundUp(RoundUp::parse(name).expect("a round-up"), EmbedOptions::parse("theme=dark"))
        };
        let table = [
            ("https://tin.example.vn/tin/round-ups/2026-Q3?theme=dark", round_up("2026-Q3")),
            ("https://tin.example.vn/tin/round-ups/mua-vu/2026?theme=dark", round_up("mua-vu/2026")),
            ("https://tin.example.vn/tin/feeds/mua-vu", feed("mua-vu", "")),
            ("http://TIN.example.vn:80/tin/feeds/mua-vu/", feed("mua-vu", "")),
            ("https://tin.example.vn:443/tin/feeds/%6Dua-vu.rss#a", feed("mua-vu", "")),
            ("https://tin.example.vn/tin/feeds/tag/lua?count=3&utm_source=x", feed("tag/lua", "count=3")),
            ("https://tin.example.vn/tin/embed/mua-vu.html?theme=dark", feed("mua-vu", "theme=dark")),
            ("https://tin.example.vn/tin/", feed("all", "")),
            ("https://tin.example.vn/tin", feed("all", "")),
            ("https://tin.example.vn/tin/feed/", feed("all", "")),
            ("https://tin.example.vn/tin/articles/lua-ve", article()),
            ("https://tin.example.vn/tin/articles/lua-ve/", article()),
            ("https://tin.example.vn/tin/embed/articles/lua-ve", article()),
            ("https://tin.example.vn/tin/p/bt0/dai.rss", Meant::Secret),
            ("https://tin.example.vn/tin/%70/", Meant::Secret),
            ("https://tin.example.vn/tin/opml.xml", Meant::Nothing),
            ("https://tin.example.vn/feeds/mua-vu", Meant::Nothing),
            ("https://tin.example.vn/tintuc/feeds/mua-vu", Meant::Nothing),
            ("https://tin.example.vn:8443/tin/feeds/mua-vu", Meant::Nothing),
            ("https://khac.example.vn/tin/feeds/mua-vu", Meant::Nothing),
            ("https://tin.example.vn@khac.example.vn/tin/feeds/mua-vu", Meant::Nothing),
            ("ftp://tin.example.vn/tin/feeds/mua-vu", Meant::Nothing),
            ("https://tin.example.vn/tin/feeds/%ff", Meant::Nothing),
            ("/tin/feeds/mua-vu", Meant::Nothing),
            ("", Meant::Nothing),
        ];
        for (url, expected) in table {
            assert_eq!(meant(&site("https://tin.example.vn/tin/"), url), expected, "{url}");
        }
        assert_eq!(
            meant(&site("http://127.0.0.1:8080/"), "http://127.0.0.1:8080/feeds/all"),
            feed("all", "")
        );
    }

    #[test]
    fn room_is_a_number_of_pixels() {
        let read = |text: &'static str| room(Some(text.into()));
        assert_eq!((read("300"), read("0"), read("99999999999")), (Some(300), Some(0), Some(u16::MAX)));
        for nonsense in ["", "-1", "3.5", "100%", "breit"] {
            assert_eq!(read(nonsense), None, "{nonsense}");
        }
    }
}
