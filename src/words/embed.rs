use super::{FeedName, Language, Slug};
use std::borrow::Cow;
use std::fmt;
use url::form_urlencoded;

/// How an embed is written down.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Embed {
    /// A whole page, for a frame.
    Page,
    /// A piece of HTML, to be put into a page by the server that sends it.
    Fragment,
    /// A small JSON Feed, for the custom element.
    Json,
    /// A card with headlines, for places that show only pictures.
    Svg,
    /// The same as pixels.
    Png,
}

impl Embed {
    /// All of them.
    pub const ALL: [Embed; 5] = [Embed::Page, Embed::Fragment, Embed::Json, Embed::Svg, Embed::Png];

    /// What follows the feed's name in addresses.
    pub fn suffix(self) -> &'static str {
        match self {
            Embed::Page => "",
            Embed::Fragment => ".html",
            Embed::Json => ".json",
            Embed::Svg => ".svg",
            Embed::Png => ".png",
        }
    }

    /// What it shows to who says nothing.
    pub fn usual(self) -> EmbedOptions {
        let usual = EmbedOptions::default();
        match self {
            Embed::Page | Embed::Fragment | Embed::Json => usual,
            Embed::Svg | Embed::Png => EmbedOptions { count: EmbedOptions::USUAL_ON_CARD, ..usual },
        }
    }
}

/// Light or dark.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Theme {
    /// As the reader's device is set.
    #[default]
    Auto,
    /// Dark on light.
    Light,
    /// Light on dark.
    Dark,
}

impl Theme {
    /// All of them.
    pub const ALL: [Theme; 3] = [Theme::Auto, Theme::Light, Theme::Dark];

    /// Its name in addresses.
    pub fn name(self) -> &'static str {
        match self {
            Theme::Auto => "auto",
            Theme::Light => "light",
            Theme::Dark => "dark",
        }
    }
}

/// What whoever embeds a feed wants to see of it. There are 20 · 2 · 2 · 3 · 3 of these, whatever an address says.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct EmbedOptions {
    /// How many articles, the newest; 1 to [`MOST`](Self::MOST).
    pub count: u8,
    /// Whether their summaries are shown.
    pub excerpt: bool,
    /// Whether their pictures are shown.
    pub images: bool,
    /// Light or dark.
    pub theme: Theme,
    /// In which language bantin speaks and writes dates; `None` for that of the feed.
    pub language: Option<Language>,
}

/// How many parts of a query are looked at. Whoever writes more does not mean options.
const MOST_PARTS: usize = 32;

impl Default for EmbedOptions {
    fn default() -> Self {
        Self { count: 5, excerpt: false, images: false, theme: Theme::Auto, language: None }
    }
}

impl EmbedOptions {
    /// The most articles an embed shows.
    pub const MOST: u8 = 20;
    /// The most headlines that a card has room for.
    pub const MOST_ON_CARD: u8 = 5;
    /// How many can be read where a card is shown small.
    pub const USUAL_ON_CARD: u8 = 3;

    /// Reads the query of an address. What is unknown or makes no sense is passed over, a number beyond the bounds is taken
    /// for the nearest within, and of what is said twice the first counts.
    pub fn parse(query: &str) -> Self {
        Self::read(query, &Self::default())
    }

    /// Reads what is meant for an embed that is written down so.
    pub fn parse_for(embed: Embed, query: &str) -> Self {
        Self::read(query, &embed.usual()).of(embed)
    }

    /// Whether a query says anything of this at all.
    pub fn are_in(query: &str) -> bool {
        said(query).iter().any(Option::is_some)
    }

    fn read(query: &str, usual: &Self) -> Self {
        let said = said(query);
        let [count, excerpt, images, theme, language] = said.each_ref().map(Option::as_deref);
        Self {
            count: count.and_then(read_count).unwrap_or(usual.count),
            excerpt: excerpt.and_then(read_switch).unwrap_or(usual.excerpt),
            images: images.and_then(read_switch).unwrap_or(usual.images),
            theme: Theme::ALL.into_iter().find(|known| theme == Some(known.name())).unwrap_or_default(),
            language: language.and_then(read_language),
        }
    }

    /// Whether this is what is shown to who says nothing.
    pub fn is_usual(&self) -> bool {
        *self == Self::default()
    }

    /// What is left of it for an embed that is written down so: fewer of them than could be asked for.
    pub fn of(self, embed: Embed) -> Self {
        match embed {
            Embed::Page => self,
            // Who puts these into a page has a style of their own.
            Embed::Fragment | Embed::Json => Self { theme: Theme::Auto, ..self },
            Embed::Svg | Embed::Png => {
                let count = self.count.min(Self::MOST_ON_CARD);
                // Pixels cannot ask what the reader's device is set to, so they are light unless they are dark.
                let is_same = embed == Embed::Png && self.theme == Theme::Light;
                let theme = if is_same { Theme::Auto } else { self.theme };
                Self { count, excerpt: false, images: false, theme, language: self.language }
            }
        }
    }

    /// What is left of it for an embed of one article.
    pub fn of_article(self) -> Self {
        Self { theme: self.theme, language: self.language, ..Self::default() }
    }

    /// The same where this language is spoken anyway.
    pub fn where_spoken(self, language: Language) -> Self {
        Self { language: self.language.filter(|asked| *asked != language), ..self }
    }
}

impl fmt::Display for EmbedOptions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.query(&Self::default()))
    }
}

impl EmbedOptions {
    /// The query of the address, with its `?`; nothing where everything is as usual. The same options are always written
    /// in the same way.
    pub fn query(&self, usual: &Self) -> String {
        let Self { count, excerpt, images, theme, language } = *self;
        let parts = [
            (count != usual.count).then(|| format!("count={count}")),
            excerpt.then(|| "excerpt=1".to_owned()),
            images.then(|| "images=1".to_owned()),
            (theme != usual.theme).then(|| format!("theme={}", theme.name())),
            language.map(|language| format!("lang={}", language.choose("vi", "en"))),
        ];
        let parts: Vec<String> = parts.into_iter().flatten().collect();
        if parts.is_empty() { String::new() } else { format!("?{}", parts.join("&")) }
    }
}

/// What a query says of each option; of what it says twice, the first.
fn said(query: &str) -> [Option<Cow<'_, str>>; 5] {
    let mut said = [const { None }; 5];
    for (name, value) in form_urlencoded::parse(query.as_bytes()).take(MOST_PARTS) {
        let names = ["count", "excerpt", "images", "theme", "lang"];
        if let Some(place) = names.iter().position(|known| *known == name)
            && said[place].is_none()
        {
            said[place] = Some(value);
        }
    }
    said
}

fn read_count(written: &str) -> Option<u8> {
    let digits = written.strip_prefix('-').unwrap_or(written);
    if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let is_negative = digits.len() < written.len();
    // More than a number can hold is too many, too.
    let count = if is_negative { 0 } else { digits.parse().unwrap_or(u8::MAX) };
    Some(count.clamp(1, EmbedOptions::MOST))
}

fn read_switch(written: &str) -> Option<bool> {
    match written {
        "0" => Some(false),
        "1" => Some(true),
        _ => None,
    }
}

fn read_language(written: &str) -> Option<Language> {
    match written {
        "vi" => Some(Language::Vi),
        "en" => Some(Language::En),
        _ => None,
    }
}

/// What a frame shows.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Framed {
    /// The newest of a feed.
    Feed(FeedName, EmbedOptions),
    /// One article.
    Article(Slug, EmbedOptions),
}

/// How an oEmbed answer is written down.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum OEmbedFormat {
    /// JSON.
    Json,
    /// XML.
    Xml,
}

/// How large a frame is, in CSS pixels.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FrameSize {
    /// Its width.
    pub width: u16,
    /// Its height.
    pub height: u16,
}

/// How wide a frame is unless there is less room.
const FRAME_WIDTH: u16 = 600;
/// The tallest frame that does not scroll; WordPress gives no more.
const TALLEST: u16 = 1000;

impl FrameSize {
    /// The size in which nearly everything can be seen without scrolling.
    pub fn of(framed: &Framed) -> Self {
        let height = match framed {
            Framed::Article(..) => 360,
            Framed::Feed(_, options) => {
                let line = 72 + if options.excerpt { 80 } else { 0 } + if options.images { 24 } else { 0 };
                (112 + u16::from(options.count) * line).min(TALLEST)
            }
        };
        Self { width: FRAME_WIDTH, height }
    }

    /// The same in a room of at most this width and height.
    pub fn within(self, width: Option<u16>, height: Option<u16>) -> Self {
        let fit = |size: u16, room: Option<u16>| room.map_or(size, |room| size.min(room.max(1)));
        Self { width: fit(self.width, width), height: fit(self.height, height) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_query_is_read_as_people_and_programs_write_it() {
        let table = [
            ("", ""),
            ("count=5", ""),
            ("count=3", "?count=3"),
            ("count=03", "?count=3"),
            ("count=%33", "?count=3"),
            ("count=0", "?count=1"),
            ("count=-7", "?count=1"),
            ("count=21", "?count=20"),
            ("count=99999999999999999999999", "?count=20"),
            ("count=", ""),
            ("count=drei", ""),
            ("count=3.5", ""),
            ("count=1e3", ""),
            ("count=3&count=9", "?count=3"),
            ("count=x&count=9", ""),
            ("COUNT=3", ""),
            ("excerpt=1&images=1", "?excerpt=1&images=1"),
            ("images=1&excerpt=1", "?excerpt=1&images=1"),
            ("excerpt=0&images=2", ""),
            ("theme=dark", "?theme=dark"),
            ("theme=auto&lang=", ""),
            ("theme=<script>", ""),
            ("lang=en&theme=light&count=20", "?count=20&theme=light&lang=en"),
            ("lang=fr", ""),
            ("utm_source=x&_=17&count=2", "?count=2"),
            ("&&=&count=2&%", "?count=2"),
            ("%ff=%ff&count=2", "?count=2"),
        ];
        for (query, canonical) in table {
            assert_eq!(EmbedOptions::parse(query).to_string(), canonical, "{query}");
        }
        let late = format!("{}count=2", "a=b&".repeat(MOST_PARTS));
        assert!(EmbedOptions::parse(&late).is_usual(), "what stands behind many others is not looked at");
    }

    #[test]
    fn what_does_not_show_makes_no_variant() {
        let all = EmbedOptions::parse("count=3&excerpt=1&images=1&theme=dark&lang=vi");
        assert_eq!(all.of(Embed::Page), all);
        assert_eq!(all.of(Embed::Json).to_string(), "?count=3&excerpt=1&images=1&lang=vi");
        assert_eq!(all.of(Embed::Png).to_string(), "?count=3&theme=dark&lang=vi");
        let light = EmbedOptions::parse("count=9&theme=light");
        assert_eq!(
            (light.of(Embed::Svg).to_string(), light.of(Embed::Png).to_string()),
            ("?theme=light".into(), String::new())
        );
        assert_eq!(all.of_article().to_string(), "?theme=dark&lang=vi");
        assert_eq!(all.where_spoken(Language::Vi).language, None);
        assert_eq!(all.where_spoken(Language::En), all);
    }

    #[test]
    fn a_card_has_room_for_few_and_shows_fewer_unless_asked() {
        for (query, count, canonical) in [
            ("", 3, ""),
            ("count=3&excerpt=1", 3, ""),
            ("count=5", 5, "?count=5"),
            ("count=20&theme=dark", 5, "?count=5&theme=dark"),
        ] {
            let asked = EmbedOptions::parse_for(Embed::Png, query);
            assert_eq!((asked.count, &*asked.query(&Embed::Png.usual())), (count, canonical), "{query}");
        }
        assert!(EmbedOptions::are_in("a=b&count=5") && !EmbedOptions::are_in("utm_source=count"));
    }

    #[test]
    fn a_frame_fits_the_room_there_is() {
        let feed = |query| Framed::Feed(FeedName::All, EmbedOptions::parse(query));
        let size = FrameSize::of(&feed(""));
        assert_eq!((size.width, size.height), (600, 472));
        assert_eq!(FrameSize::of(&feed("count=20&excerpt=1")).height, TALLEST);
        let table = [
            ((None, None), (600, 472)),
            ((Some(300), None), (300, 472)),
            ((Some(9000), Some(9000)), (600, 472)),
            ((Some(0), Some(120)), (1, 120)),
        ];
        for ((width, height), expected) in table {
            let fitted = size.within(width, height);
            assert_eq!((fitted.width, fitted.height), expected);
        }
    }

    proptest! {
        #[test]
        fn any_query_gives_one_of_few_and_its_canonical_form_gives_the_same(
            query in prop_oneof![
                "\\PC{0,60}",
                "((count|excerpt|images|theme|lang|x)=(-?[0-9]{0,4}|auto|light|dark|vi|en|)&?){0,8}",
            ],
        ) {
            let options = EmbedOptions::parse(&query);
            prop_assert!((1..=EmbedOptions::MOST).contains(&options.count));
            let canonical = options.to_string();
            prop_assert!(canonical.len() < 60);
            prop_assert_eq!(canonical.is_empty(), options.is_usual());
            prop_assert_eq!(EmbedOptions::parse(canonical.strip_prefix('?').unwrap_or("")), options);
        }
    }
}
