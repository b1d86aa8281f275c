//! Which address means what.

use crate::render::script::Script;
use crate::words::{ArchiveName, Embed, FeedName, Format, Outlet, RoundUp, Slug, Token};
use percent_encoding::percent_decode_str;
use unicode_normalization::UnicodeNormalization;

/// What an address names. Whether there is such a thing is for the edition to say.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Route {
    /// `/`
    Home,
    /// `/feeds/NAME.rss` and the like, or `/p/TOKEN/NAME.rss`.
    Feed(Outlet, Format),
    /// `/archives/NAME/2026-10.rss` and the like
    Archive(FeedName, ArchiveName, Format),
    /// `/feeds/NAME.events`, or `/p/TOKEN/NAME.events`.
    Stream(Outlet),
    /// `/feeds/NAME`
    FeedPage(FeedName),
    /// `/p/TOKEN/`
    PartnerPage(Token),
    /// An address below `/p/` that bantin never gave to anybody.
    Closed {
        /// What it looks like.
        within: Within,
    },
    /// `/articles/SLUG`
    Article(Slug),
    /// `/round-ups/2026-Q3`, `/round-ups/CATEGORY/2026-Q3`
    RoundUp(RoundUp),
    /// An address below `/round-ups/` that names none.
    NoRoundUp,
    /// `/embed/NAME` and the like.
    Embed(Outlet, Embed),
    /// `/embed/articles/SLUG`
    ArticleEmbed(Slug),
    /// `/oembed`
    OEmbed,
    /// `/media/…`, the path below the content folder in NFC.
    Media(String),
    /// `/hub`
    Hub,
    /// `/cloud`, where rssCloud is spoken; subscribers know its servers by `/pleaseNotify`, too.
    Cloud,
    /// `/opml.xml`
    Opml,
    /// `/sitemap.xml`
    Sitemap,
    /// `/sitemap-1.xml` and so on.
    SitemapPart(usize),
    /// `/news-sitemap.xml`
    NewsSitemap,
    /// `/robots.txt`
    Robots,
    /// `/embed.js`
    Script,
    /// `/embed/bantin-HASH.js`
    Pinned(Script),
    /// An address that people guess or come from, and the one it stands for.
    Guessed(Box<Route>),
    /// Nothing of ours.
    Unknown,
}

/// The suffix of event streams.
const EVENTS: &str = ".events";

const CLOSED: Route = Route::Closed { within: Within::Window };

/// In what something is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Within {
    /// A window of its own.
    Window,
    /// A frame in a page of others.
    Frame,
    /// A page of others, as a part of it.
    Page,
}

impl Within {
    fn of(embed: Embed) -> Self {
        match embed {
            Embed::Page => Self::Frame,
            Embed::Fragment => Self::Page,
            Embed::Json | Embed::Svg | Embed::Png => Self::Window,
        }
    }
}

impl Route {
    /// In what is shown what stands there, or is said instead.
    pub fn within(&self) -> Within {
        match self {
            Route::Embed(_, embed) => Within::of(*embed),
            Route::ArticleEmbed(_) => Within::Frame,
            Route::Closed { within } => *within,
            _ => Within::Window,
        }
    }
}

/// The path of a request target below `base_path`, or from the root: a proxy may cut the prefix or not.
pub fn below<'a>(path: &'a str, base_path: &str) -> &'a str {
    path.strip_prefix(base_path.strip_suffix('/').unwrap_or(base_path))
        .filter(|rest| rest.starts_with('/'))
        .unwrap_or(path)
}

/// Reads a path below the site's address. `None` when it is no sound path: bad escapes, bytes that are no UTF-8, `.` or
/// `..` steps.
pub fn route(path: &str) -> Option<Route> {
    let path = path.strip_prefix('/')?;
    let mut names = Vec::new();
    for name in path.split('/') {
        let name = decode(name)?;
        if matches!(name.as_str(), "." | "..") || name.contains(['/', '\\', '\0']) {
            return None;
        }
        names.push(name);
    }
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    Some(read(&names))
}

fn decode(name: &str) -> Option<String> {
    let mut bytes = name.bytes();
    while let Some(byte) = bytes.next() {
        let escape = byte != b'%'
            || (bytes.next().is_some_and(|b| b.is_ascii_hexdigit())
                && bytes.next().is_some_and(|b| b.is_ascii_hexdigit()));
        if !escape {
            return None;
        }
    }
    Some(percent_decode_str(name).decode_utf8().ok()?.nfc().collect())
}

fn read(names: &[&str]) -> Route {
    let all = |format| guessed(Route::Feed(FeedName::All.into(), format));
    match names {
        [""] => Route::Home,
        ["hub"] => Route::Hub,
        ["cloud"] | ["cloud", "pleaseNotify"] | ["pleaseNotify"] => Route::Cloud,
        ["opml.xml"] => Route::Opml,
        ["sitemap.xml"] => Route::Sitemap,
        ["news-sitemap.xml"] => Route::NewsSitemap,
        ["robots.txt"] => Route::Robots,
        ["embed.js"] => Route::Script,
        ["embed", name] if name.ends_with(".js") => Script::named(name).map_or(Route::Unknown, Route::Pinned),
        [name] if name.starts_with("sitemap-") => sitemap_part(name),

        ["feeds" | "articles"] | ["feeds" | "articles", ""] => guessed(Route::Home),
        ["articles", slug] => Slug::parse(slug).map_or(Route::Unknown, Route::Article),
        ["articles", slug, ""] => {
            Slug::parse(slug).map_or(Route::Unknown, |slug| guessed(Route::Article(slug)))
        }
        ["round-ups"] | ["round-ups", ""] => guessed(Route::FeedPage(FeedName::RoundUps(None))),
        ["round-ups", name @ ..] => round_up(name),
        ["media", path @ ..] if !path.is_empty() => Route::Media(path.join("/")),

        ["oembed"] => Route::OEmbed,
        ["embed", "articles", slug] => Slug::parse(slug).map_or(Route::Unknown, Route::ArticleEmbed),
        ["embed", kind @ ("tag" | "author" | "round-ups"), name] => embed(&format!("{kind}/{name}")),
        ["embed", name] => embed(name),

        ["feeds", kind @ ("tag" | "author" | "round-ups"), name, ""] => page(&format!("{kind}/{name}")),
        ["feeds", name, ""] => page(name),
        ["feeds", kind @ ("tag" | "author" | "round-ups"), name] => feed(&format!("{kind}/{name}")),
        ["feeds", name] => feed(name),

        ["archives", kind @ ("tag" | "author" | "round-ups"), name, document] => {
            archive(&format!("{kind}/{name}"), document)
        }
        ["archives", name, document] => archive(name, document),

        ["feed" | "rss" | "rss.xml" | "feed.xml" | "index.xml" | "feed.rss" | "index.rss"] => {
            all(Format::Rss)
        }
        ["feed" | "rss", ""] | ["feed", "rss" | "rss2"] | ["feed", "rss" | "rss2", ""] => all(Format::Rss),
        ["atom.xml" | "atom" | "feed.atom"] | ["atom", ""] | ["feed", "atom"] | ["feed", "atom", ""] => {
            all(Format::Atom)
        }
        ["feed.json" | "index.json"] | ["feed", "json"] | ["feed", "json", ""] => all(Format::Json),
        [category, "feed" | "rss"]
        | [category, "feed" | "rss", ""]
        | [category, "rss.xml" | "feed.xml" | "index.xml"]
        | ["category", category, "feed"]
        | ["category", category, "feed", ""] => category_feed(category, Format::Rss),
        [category, "atom.xml"] | [category, "feed", "atom"] | [category, "feed", "atom", ""] => {
            category_feed(category, Format::Atom)
        }
        [category, "feed.json"] => category_feed(category, Format::Json),

        ["p", token] | ["p", token, ""] => Token::parse(token).map_or(CLOSED, Route::PartnerPage),
        ["p", token, document] => private(token, document).unwrap_or(CLOSED),
        ["p", token, "embed", name] => private_embed(token, name),
        ["p", ..] => CLOSED,
        _ => Route::Unknown,
    }
}

/// A round-up.
fn round_up(names: &[&str]) -> Route {
    let (names, is_exact) = match names {
        [names @ .., ""] => (names, false),
        names => (names, true),
    };
    let route = match RoundUp::parse(&names.join("/")) {
        Some(round_up) => Route::RoundUp(round_up),
        None => return of_category(names),
    };
    if is_exact { route } else { guessed(route) }
}

/// What is left of a round-up's address without its period.
fn of_category(names: &[&str]) -> Route {
    match names {
        [name] => Slug::parse(name)
            .map_or(Route::NoRoundUp, |slug| guessed(Route::FeedPage(FeedName::RoundUps(Some(slug))))),
        _ => Route::NoRoundUp,
    }
}

fn guessed(route: Route) -> Route {
    Route::Guessed(Box::new(route))
}

fn page(name: &str) -> Route {
    FeedName::parse(name).map_or(Route::Unknown, |name| guessed(Route::FeedPage(name)))
}

fn category_feed(category: &str, format: Format) -> Route {
    Slug::parse(category)
        .map_or(Route::Unknown, |slug| guessed(Route::Feed(FeedName::category(slug).into(), format)))
}

fn feed(name: &str) -> Route {
    if let Some(stem) = name.strip_suffix(EVENTS) {
        return FeedName::parse(stem).map_or(Route::Unknown, |name| Route::Stream(name.into()));
    }
    match suffixed(name) {
        Some((stem, format)) => {
            FeedName::parse(stem).map_or(Route::Unknown, |name| Route::Feed(name.into(), format))
        }
        None => FeedName::parse(name).map_or(Route::Unknown, Route::FeedPage),
    }
}

/// What stands before the suffix of a format, and which.
fn suffixed(name: &str) -> Option<(&str, Format)> {
    Format::ALL.into_iter().find_map(|format| {
        let stem = name.strip_suffix(format.suffix())?.strip_suffix('.')?;
        Some((stem, format))
    })
}

fn archive(name: &str, document: &str) -> Route {
    let read = || {
        let (archive, format) = suffixed(document)?;
        Some(Route::Archive(FeedName::parse(name)?, ArchiveName::parse(archive)?, format))
    };
    read().unwrap_or(Route::Unknown)
}

fn private(token: &str, document: &str) -> Option<Route> {
    let outlet = |stem| Some(Outlet { name: FeedName::parse(stem)?, token: Some(Token::parse(token)?) });
    match document.strip_suffix(EVENTS) {
        Some(stem) => outlet(stem).map(Route::Stream),
        None => suffixed(document).and_then(|(stem, format)| Some(Route::Feed(outlet(stem)?, format))),
    }
}

fn embed(name: &str) -> Route {
    read_embed(name).map_or(Route::Unknown, |(name, embed)| Route::Embed(name.into(), embed))
}

fn private_embed(token: &str, name: &str) -> Route {
    match (read_embed(name), Token::parse(token)) {
        (Some((name, embed)), Some(token)) => Route::Embed(Outlet { name, token: Some(token) }, embed),
        (read, _) => Route::Closed { within: read.map_or(Within::Window, |(_, embed)| Within::of(embed)) },
    }
}

fn read_embed(name: &str) -> Option<(FeedName, Embed)> {
    let suffixed = Embed::ALL.into_iter().filter(|embed| !embed.suffix().is_empty());
    let mut named = suffixed.filter_map(|embed| Some((name.strip_suffix(embed.suffix())?, embed)));
    let (stem, embed) = named.next().unwrap_or((name, Embed::Page));
    Some((FeedName::parse(stem)?, embed))
}

fn sitemap_part(name: &str) -> Route {
    let number = name.strip_prefix("sitemap-").and_then(|rest| rest.strip_suffix(".xml"));
    match number.filter(|digits| !digits.starts_with('0')).and_then(|digits| digits.parse().ok()) {
        Some(part) => Route::SitemapPart(part),
        None => Route::Unknown,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::edition::Print;
    use crate::words::EmbedOptions;

    #[test]
    fn an_address_means_one_thing() {
        let slug = |text| Slug::parse(text).expect("a slug");
        let check = |path: &str, expected: Option<Route>| assert_eq!(route(path), expected, "{path}");
        let all = |format| Some(guessed(Route::Feed(FeedName::All.into(), format)));
        check("/", Some(Route::Home));
        check("/feeds/all.rss", Some(Route::Feed(FeedName::All.into(), Format::Rss)));
        let page = Route::FeedPage(FeedName::Plain(slug("tag")));
        check("/feeds/tag/", Some(Route::Guessed(Box::new(page))));
        check("/feeds/tag/lua.json", Some(Route::Feed(FeedName::Tag(slug("lua")).into(), Format::Json)));
        check("/feeds/author/ngo-trong", Some(Route::FeedPage(FeedName::Author(slug("ngo-trong")))));
        let round_ups = FeedName::RoundUps(Some(slug("mua-vu")));
        check("/feeds/round-ups/mua-vu.atom", Some(Route::Feed(round_ups.into(), Format::Atom)));
        check("/feeds/round-ups.atom", Some(Route::Feed(FeedName::RoundUps(None).into(), Format::Atom)));
        check("/feeds/all.xml", Some(Route::Unknown));
        let archive = |name: &str, archive: &str, format| {
            let (name, archive) = (FeedName::parse(name), ArchiveName::parse(archive));
            Some(Route::Archive(name.expect("a feed"), archive.expect("an archive"), format))
        };
        check("/archives/all/2026-10.rss", archive("all", "2026-10", Format::Rss));
        check("/archives/tag/lua/2026-10-2.atom", archive("tag/lua", "2026-10-2", Format::Atom));
        check("/archives/tag/2026-10.atom", archive("tag", "2026-10", Format::Atom));
        check(
            "/archives/round-ups/mua-vu/2026-11-upto-1763000000.json",
            archive("round-ups/mua-vu", "2026-11-upto-1763000000", Format::Json),
        );
        for strange in ["2026-10", "2026-10.xml", "2026-10-1.rss", "", "2026-13.rss"] {
            check(&format!("/archives/all/{strange}"), Some(Route::Unknown));
        }
        check("/feeds/all.events", Some(Route::Stream(FeedName::All.into())));
        check("/feeds/tag/lua.events", Some(Route::Stream(FeedName::Tag(slug("lua")).into())));
        check("/feeds/.events", Some(Route::Unknown));
        check("/articles/lua-ve", Some(Route::Article(slug("lua-ve"))));
        check("/articles/lua-ve/", Some(guessed(Route::Article(slug("lua-ve")))));
        check("/articles/L%C3%BAa", Some(Route::Unknown));
        check("/media/a/a%CC%89nh.jpg", Some(Route::Media("a/ảnh.jpg".to_owned())));
        check("/feed/", all(Format::Rss));
        check("/index.xml", all(Format::Rss));
        check("/atom.xml", all(Format::Atom));
        check("/feed.json", all(Format::Json));
        check(
            "/mua-vu/feed/",
            Some(guessed(Route::Feed(FeedName::Plain(slug("mua-vu")).into(), Format::Rss))),
        );
        check("/sitemap-2.xml", Some(Route::SitemapPart(2)));
        check("/sitemap-02.xml", Some(Route::Unknown));
        check("/embed/bantin-0123456789abcdef.js", Some(Route::Unknown));
        check("/wp-login.php", Some(Route::Unknown));
        let embed =
            |name: &str, embed| Some(Route::Embed(FeedName::parse(name).expect("a name").into(), embed));
        check("/embed/all", embed("all", Embed::Page));
        check("/embed/tag/lua", embed("tag/lua", Embed::Page));
        check("/embed/author/ngo-trong.json", embed("author/ngo-trong", Embed::Json));
        check("/embed/mua-vu.png", embed("mua-vu", Embed::Png));
        check("/embed/feed", embed("feed", Embed::Page));
        check("/embed/all.pdf", Some(Route::Unknown));
        check("/embed/", Some(Route::Unknown));
        check("/embed/articles/lua-ve", Some(Route::ArticleEmbed(slug("lua-ve"))));
        check("/embed/articles/lua-ve.html", Some(Route::Unknown));
        check("/oembed", Some(Route::OEmbed));
    }

    #[test]
    fn each_document_is_found_at_its_address() {
        let slug = |text| Slug::parse(text).expect("a slug");
        let usual = EmbedOptions::default();
        let check = |print: Print, expected: Route| assert_eq!(route(&print.address()), Some(expected));
        for name in ["all", "lua", "tag/lua", "author/ngo-trong"] {
            let name = FeedName::parse(name).expect("a name");
            for format in Format::ALL {
                check(Print::Feed(name.clone().into(), format), Route::Feed(name.clone().into(), format));
            }
            for embed in Embed::ALL {
                let print = Print::Embed(name.clone().into(), embed, embed.usual());
                check(print, Route::Embed(name.clone().into(), embed));
            }
            let archive = ArchiveName::parse("2026-11-upto-1763000000-2").expect("a name");
            let archived = Route::Archive(name.clone(), archive, Format::Json);
            check(Print::Archive(name.clone(), archive, Format::Json), archived);
            check(Print::FeedPage(name.clone(), usual), Route::FeedPage(name));
        }
        check(Print::ArticleEmbed(slug("lua-ve"), usual), Route::ArticleEmbed(slug("lua-ve")));
        check(Print::Home, Route::Home);
        check(Print::Article(slug("lua-ve")), Route::Article(slug("lua-ve")));
        for name in ["2026-Q3", "mua-vu/2026"] {
            let round_up = RoundUp::parse(name).expect("a round-up");
            check(Print::RoundUp(round_up.clone()), Route::RoundUp(round_up));
        }
        check(Print::Opml, Route::Opml);
        check(Print::Sitemap, Route::Sitemap);
        check(Print::SitemapPart(2), Route::SitemapPart(2));
        check(Print::NewsSitemap, Route::NewsSitemap);
        check(Print::Robots, Route::Robots);
        check(Print::Script, Route::Script);
        check(Print::Pinned(Script::present()), Route::Pinned(Script::present()));
    }

    #[test]
    fn a_secret_address_names_a_token_and_a_feed() {
        let token = Token::of([7; 16]);
        let secret = token.secret();
        let dai = || Outlet { name: FeedName::parse("dai").expect("a name"), token: Some(token.clone()) };
        let check = |path: String, expected: Route| assert_eq!(route(&path), Some(expected), "{path}");
        for format in Format::ALL {
            check(format!("/p/{secret}/dai.{}", format.suffix()), Route::Feed(dai(), format));
        }
        for embed in Embed::ALL {
            check(format!("/p/{secret}/embed/dai{}", embed.suffix()), Route::Embed(dai(), embed));
        }
        check(format!("/p/{secret}/dai.events"), Route::Stream(dai()));
        check(format!("/p/{secret}"), Route::PartnerPage(token.clone()));
        check(format!("/p/{secret}/"), Route::PartnerPage(token.clone()));
        check(format!("/p/%62{}/", &secret[1..]), Route::PartnerPage(token.clone()));
        for closed in ["", "/", "/dai.rss", "/bt/dai.rss", "/bt/"] {
            check(format!("/p{closed}"), CLOSED);
        }
        for closed in [
            "/embed",
            "/embed/",
            "/embed/dai.pdf",
            "/embed/tag/dai",
            "/dai",
            "/dai.xml",
            "/Đài.rss",
            "/tag/dai.rss",
            "/tag/dai.events",
            "/.events",
            "//dai.rss",
            "/dai.rss/",
        ] {
            check(format!("/p/{secret}{closed}"), CLOSED);
        }
        check(format!("/p/{}/dai.rss", secret.to_uppercase()), CLOSED);
        check("/p/feed/".to_owned(), category_feed("p", Format::Rss));
    }

    #[test]
    fn a_path_that_climbs_or_is_badly_escaped_is_no_path() {
        for path in [
            "/media/../x",
            "/%2e%2e/x",
            "/media/%2E%2E%2Fx",
            "/a%5c..%5cb",
            "/%",
            "/%g1",
            "/%00",
            "/%ff",
            "*",
        ] {
            assert_eq!(route(path), None, "{path}");
        }
    }

    #[test]
    fn a_site_below_a_path_answers_with_and_without_it() {
        assert_eq!(below("/tin/opml.xml", "/tin/"), "/opml.xml");
        assert_eq!(below("/opml.xml", "/tin/"), "/opml.xml");
        assert_eq!(below("/tin/", "/tin/"), "/");
        assert_eq!(below("/tintuc", "/tin/"), "/tintuc");
        assert_eq!(below("/opml.xml", "/"), "/opml.xml");
    }
}
