//! What a `User-Agent` says of who asks.
//!
//! Services that read for many say for how many (`102 subscribers`, `2 readers`, `Subscriber Count: 12`, `users 1`). They are known
//! by the rest of the string. Nobody can tell whether it is true, and some are known to lie.

/// The most bytes of a `User-Agent` that are looked at and kept.
pub const LONGEST_AGENT: usize = 240;

/// Services that fetch for many, by what their `User-Agent` contains: they are believed, and never refused.
const KNOWN: [&str; 24] = [
    "feedbin",
    "feedly",
    "inoreader",
    "newsblur",
    "theoldreader",
    "bazqux",
    "dreamwidth",
    "plainfeeder",
    "feedfetcher-google",
    "bloglines",
    "netvibes",
    "feedpress",
    "feedspot",
    "flipboard",
    "newsify",
    "readwise",
    "unread rss",
    "commafeed",
    "freshrss",
    "miniflux",
    "superfeedr",
    "pubsubhubbub",
    "websub",
    "switchboard.p3k",
];
/// What only those say of themselves who collect for others than readers, test, or copy.
const OF_BOTS: [&str; 24] = [
    "bot",
    "crawl",
    "spider",
    "slurp",
    "scrap",
    "archive",
    "preview",
    "externalhit",
    "monitor",
    "uptime",
    "pingdom",
    "validator",
    "headless",
    "lighthouse",
    "nutch",
    "mediapartners",
    "curl/",
    "wget/",
    "python-",
    "aiohttp",
    "go-http-client",
    "okhttp",
    "java/",
    "libwww",
];
/// Readers that call themselves a browser as well.
const OF_READERS: [&str; 9] =
    ["rss", "feed", "reader", "thunderbird", "vienna", "liferea", "akregator", "miniflux", "newsblur"];
/// The machines in browsers.
const OF_BROWSERS: [&str; 6] = ["gecko", "applewebkit", "trident", "presto", "msie", "chrome"];

/// Who asks for a feed, as its `User-Agent` has it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Agent {
    /// A service that reads for many, and says for how many.
    Hosted(Claim),
    /// A reader of somebody's own.
    Reader,
    /// Somebody who looks at the document itself.
    Browser,
    /// Who collects, tests or copies, or does not say what it is.
    Bot,
}

/// For how many somebody says he reads.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Claim {
    /// His string with `#` in place of the number.
    pub reader: String,
    /// As many as he says, or the greatest number there is.
    pub subscribers: u32,
    /// Whether he is known to read for many.
    pub is_known: bool,
}

impl Agent {
    /// What this says.
    pub fn parse(agent: &str) -> Self {
        let small = agent.to_ascii_lowercase();
        let says = |words: &[&str]| words.iter().any(|word| small.contains(word));
        if let Some(claim) = claim(agent, &small) {
            return Self::Hosted(claim);
        }
        if says(&OF_BOTS) || small.trim().is_empty() {
            return Self::Bot;
        }
        if small.starts_with("mozilla/") && says(&OF_BROWSERS) && !says(&OF_READERS) {
            return Self::Browser;
        }
        Self::Reader
    }
}

/// As much of a `User-Agent` as is looked at.
pub fn cut(agent: &str) -> &str {
    &agent[..agent.floor_char_boundary(LONGEST_AGENT)]
}

/// Whether this is the `User-Agent` of a service that is known to fetch for many.
pub fn reads_for_many(agent: &str) -> bool {
    let agent = agent.to_ascii_lowercase();
    KNOWN.iter().any(|known| agent.contains(known))
}

/// The claim in a string, which is given in small letters, too.
fn claim(agent: &str, small: &str) -> Option<Claim> {
    let (number, written) =
        numbers(small).find(|(_, range)| counts_subscribers(small, range.start, range.end))?;
    let is_known = reads_for_many(agent);
    let reader = format!("{}#{}", &agent[..written.start], &agent[written.end..]);
    Some(Claim { reader, subscribers: number, is_known })
}

/// The numbers that stand by themselves, and where; one that is beyond all measure is the greatest there is.
fn numbers(text: &str) -> impl Iterator<Item = (u32, std::ops::Range<usize>)> {
    let bytes = text.as_bytes();
    let is_digit = move |at: usize| bytes.get(at).is_some_and(u8::is_ascii_digit);
    let starts = (0..bytes.len()).filter(move |at| is_digit(*at) && (*at == 0 || !is_digit(at - 1)));
    starts.filter_map(move |start| {
        let end = (start..=bytes.len()).find(|at| !is_digit(*at))?;
        let stands_alone =
            start == 0 || !bytes[start - 1].is_ascii_alphanumeric() && bytes[start - 1] != b'.';
        stands_alone.then(|| (text[start..end].parse().unwrap_or(u32::MAX), start..end))
    })
}

/// Whether the number that stands there is said to be one of subscribers.
fn counts_subscribers(small: &str, start: usize, end: usize) -> bool {
    let after = small[end..].trim_start();
    let is_named = ["subscriber", "reader"].iter().any(|word| {
        let rest = after.strip_prefix(word);
        let rest = rest.map(|rest| rest.strip_prefix('s').unwrap_or(rest));
        rest.is_some_and(|rest| !rest.starts_with(|c: char| c.is_ascii_alphanumeric()))
    });
    let before = small[..start].trim_end();
    let is_users = before
        .strip_suffix("users")
        .is_some_and(|rest| before.len() < start && !rest.ends_with(|c: char| c.is_ascii_alphanumeric()));
    is_named || is_users || before.ends_with("subscriber count:")
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn hosted(reader: &str, subscribers: u32, is_known: bool) -> Agent {
        Agent::Hosted(Claim { reader: reader.to_owned(), subscribers, is_known })
    }

    /// The forms of section 11 of what is known of readers, in its order.
    #[test]
    fn every_form_in_which_services_say_for_how_many_they_read_is_understood() {
        let table = [
            (
                "Feedbin feed-id:1697787 - 102 subscribers",
                hosted("Feedbin feed-id:1697787 - # subscribers", 102, true),
            ),
            (
                "Feedly/1.0 (+http://www.feedly.com/fetcher.html; 462 subscribers; )",
                hosted("Feedly/1.0 (+http://www.feedly.com/fetcher.html; # subscribers; )", 462, true),
            ),
            (
                "Feedly/1.0 (+http://www.feedly.com/fetcher.html; 1 subscribers; like FeedFetcher-Google)",
                hosted(
                    "Feedly/1.0 (+http://www.feedly.com/fetcher.html; # subscribers; like FeedFetcher-Google)",
                    1,
                    true,
                ),
            ),
            (
                "Feedly/1.0 (poller; 131 subscribers;)",
                hosted("Feedly/1.0 (poller; # subscribers;)", 131, true),
            ),
            (
                "NewsBlur Feed Fetcher - 27 subscribers - https://www.newsblur.com/site/7704055/tin (Mozilla/5.0 AppleWebKit/605)",
                hosted(
                    "NewsBlur Feed Fetcher - # subscribers - https://www.newsblur.com/site/7704055/tin (Mozilla/5.0 AppleWebKit/605)",
                    27,
                    true,
                ),
            ),
            (
                "Mozilla/5.0 (compatible; inoreader.com; 114 subscribers)",
                hosted("Mozilla/5.0 (compatible; inoreader.com; # subscribers)", 114, true),
            ),
            (
                "Mozilla/5.0 (compatible; theoldreader.com; 1 subscribers; feed-id=cead6c3a837650eeefd8fe4a)",
                hosted(
                    "Mozilla/5.0 (compatible; theoldreader.com; # subscribers; feed-id=cead6c3a837650eeefd8fe4a)",
                    1,
                    true,
                ),
            ),
            (
                "Mozilla/5.0 (compatible; BazQux/2.4; +https://bazqux.com/fetcher; 1 subscribers)",
                hosted(
                    "Mozilla/5.0 (compatible; BazQux/2.4; +https://bazqux.com/fetcher; # subscribers)",
                    1,
                    true,
                ),
            ),
            (
                "Dreamwidth Studios (webmaster@dreamwidth.org; for https://www.dreamwidth.org/users/tin_feed/; 2 readers)",
                hosted(
                    "Dreamwidth Studios (webmaster@dreamwidth.org; for https://www.dreamwidth.org/users/tin_feed/; # readers)",
                    2,
                    true,
                ),
            ),
            (
                "PlainFeeder v0.0.1 (+http://plainfeeder.com/about ; Subscriber Count: 12)",
                hosted("PlainFeeder v0.0.1 (+http://plainfeeder.com/about ; Subscriber Count: #)", 12, true),
            ),
            (
                "Feedfetcher-Google; (+http://www.google.com/feedfetcher.html; 16 subscribers; feed-id=12310981209483785)",
                hosted(
                    "Feedfetcher-Google; (+http://www.google.com/feedfetcher.html; # subscribers; feed-id=12310981209483785)",
                    16,
                    true,
                ),
            ),
            (
                "Bloglines/3.0-rho (http://www.bloglines.com; 7 subscribers)",
                hosted("Bloglines/3.0-rho (http://www.bloglines.com; # subscribers)", 7, true),
            ),
            (
                "kinjabot (http://www.kinja.com; 1 Readers)",
                hosted("kinjabot (http://www.kinja.com; # Readers)", 1, false),
            ),
            (
                "YahooFeedSeeker/2.0 (compatible; Mozilla 4.0; MSIE 5.5; http://publisher.yahoo.com/rssguide; users 1; views 1)",
                hosted(
                    "YahooFeedSeeker/2.0 (compatible; Mozilla 4.0; MSIE 5.5; http://publisher.yahoo.com/rssguide; users #; views 1)",
                    1,
                    false,
                ),
            ),
        ];
        for (agent, expected) in table {
            assert_eq!(Agent::parse(agent), expected, "{agent}");
            assert_eq!(Agent::parse(cut(agent)), expected, "{agent} is short enough");
        }
    }

    #[test]
    fn who_says_nothing_of_numbers_is_a_reader_a_browser_or_a_bot() {
        use Agent::{Bot, Browser, Reader};
        let table = [
            ("FreshRSS/1.24.3 (Linux; https://freshrss.org)", Reader),
            ("NetNewsWire (RSS Reader; https://netnewswire.com/)", Reader),
            ("Mozilla/5.0 (compatible; Miniflux/2.2.3; +https://miniflux.app)", Reader),
            ("Tiny Tiny RSS/24.11 (https://tt-rss.org/)", Reader),
            ("newsboat/2.37 (Linux x86_64)", Reader),
            ("Liferea/1.15 (Linux; https://lzone.de/liferea/) AppleWebKit (KHTML, like Gecko)", Reader),
            ("Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Thunderbird/128.5.0", Reader),
            ("Mozilla/5.0 (Macintosh) AppleWebKit/605.1.15 (KHTML, like Gecko) Vienna/3.9", Reader),
            ("feedparser/6.0.11 +https://github.com/kurtmckee/feedparser/", Reader),
            ("Mozilla/5.0 (X11; Linux x86_64; rv:133.0) Gecko/20100101 Firefox/133.0", Browser),
            (
                "Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0.0.0 Safari/537.36",
                Browser,
            ),
            ("Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)", Bot),
            (
                "Mozilla/5.0 AppleWebKit/537.36 (KHTML, like Gecko; compatible; bingbot/2.0) Chrome/116.0.1938.76",
                Bot,
            ),
            ("facebookexternalhit/1.1", Bot),
            ("W3C_Validator/1.3", Bot),
            ("curl/8.5.0", Bot),
            ("python-requests/2.32.3", Bot),
            ("", Bot),
            (" ", Bot),
        ];
        for (agent, expected) in table {
            assert_eq!(Agent::parse(agent), expected, "{agent}");
        }
    }

    #[test]
    fn a_number_counts_subscribers_only_where_that_is_said() {
        let claimed = |agent: &str| match Agent::parse(agent) {
            Agent::Hosted(claim) => Some(claim.subscribers),
            _ => None,
        };
        let table = [
            ("Reader (3 SUBSCRIBERS)", Some(3)),
            ("Reader (1 subscriber)", Some(1)),
            ("Reader (1 reader)", Some(1)),
            ("Reader (4subscribers)", Some(4)),
            ("Reader (Subscriber Count:12)", Some(12)),
            ("Reader (users 9)", Some(9)),
            ("0 subscribers", Some(0)),
            ("99999999999999999999 subscribers", Some(u32::MAX)),
            ("Reader 12 (7 subscribers)", Some(7)),
            ("Reader/2.27 subscribers", None),
            ("Reader (v3 subscribers)", None),
            ("Reader (3 subscriberships)", None),
            ("Reader (superusers 3)", None),
            ("Reader (users3)", None),
            ("Reader (3 users)", None),
            ("Reader (subscribers)", None),
        ];
        for (agent, expected) in table {
            assert_eq!(claimed(agent), expected, "{agent}");
        }
    }

    proptest! {
        #[test]
        fn any_string_says_something_within_bounds(agent in "\\PC{0,300}") {
            let agent = cut(&agent);
            prop_assert!(agent.len() <= LONGEST_AGENT);
            if let Agent::Hosted(claim) = Agent::parse(agent) {
                prop_assert!(claim.reader.contains('#'));
            }
        }

        #[test]
        fn the_number_alone_may_be_another(one in 0..1_000_000_u32, other in 0..1_000_000_u32) {
            let reader = |number: u32| match Agent::parse(&format!("Feedbin feed-id:7 - {number} subscribers")) {
                Agent::Hosted(claim) => (claim.reader, claim.subscribers),
                other => panic!("{other:?}"),
            };
            prop_assert_eq!(reader(one).0, reader(other).0);
            prop_assert_eq!(reader(one).1, one);
        }
    }
}
