//! The last step of every article: an allow-list of elements and attributes, every address absolute, every id
//! the article's own.

use super::addresses::Addresses;
use super::bounds::{Excess, check_attributes};
use super::markup;
use super::nesting::{Shape, mend};
use super::simple;
use crate::words::Slug;
use ammonia::{Builder, UrlRelative};
use percent_encoding::percent_decode_str;
use std::borrow::Cow;
use std::collections::{HashMap, HashSet};

/// The elements an article may have that take content. No svg, math, style or form, ever: the advisories
/// against sanitisers are about those.
pub(super) const ELEMENTS: [&str; 60] = [
    "a",
    "abbr",
    "audio",
    "b",
    "bdi",
    "bdo",
    "blockquote",
    "caption",
    "cite",
    "code",
    "colgroup",
    "dd",
    "del",
    "details",
    "dfn",
    "div",
    "dl",
    "dt",
    "em",
    "figcaption",
    "figure",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "i",
    "ins",
    "kbd",
    "li",
    "mark",
    "ol",
    "p",
    "picture",
    "pre",
    "q",
    "rp",
    "rt",
    "ruby",
    "s",
    "samp",
    "small",
    "span",
    "strong",
    "sub",
    "summary",
    "sup",
    "table",
    "tbody",
    "td",
    "tfoot",
    "th",
    "thead",
    "time",
    "tr",
    "u",
    "ul",
    "var",
    "video",
];
const VOID_ELEMENTS: [&str; 6] = ["br", "col", "hr", "img", "source", "wbr"];

/// HTML that any page or reader may show. `prefix` goes before every id, so that two articles on one page do not
/// clash and none can pose as a part of the page.
///
/// Sanitising the result gives the result.
pub(super) fn sanitise(html: &str, addresses: &Addresses, prefix: &Slug) -> Result<String, Excess> {
    let told = |name: &str, value: &str| attribute(name, value, addresses, prefix).map(Cow::into_owned);
    match simple::sanitise(html, told) {
        Some(sane) => Ok(sane),
        None => sanitise_any(html, addresses, prefix),
    }
}

/// The same for HTML of any kind.
fn sanitise_any(html: &str, addresses: &Addresses, prefix: &Slug) -> Result<String, Excess> {
    let builder = builder(addresses.clone(), prefix.clone());
    let once = |mended: &str| builder.clean(mended).to_string().trim().to_owned();
    check_attributes(html)?;
    let mut mended = mend(html, Shape::Piece)?;
    let mut sane = once(&mended);
    // A tree is not always written the way it was read; nearly everything stands still at the first look.
    for _ in 0..4 {
        let again = mend(&sane, Shape::Piece)?;
        // What comes from the same is the same.
        if again == mended.trim() {
            return Ok(sane);
        }
        mended = again;
        let again = once(&mended);
        if again == sane {
            return Ok(sane);
        }
        sane = again;
    }
    let text = scraper::Html::parse_fragment(&sane).root_element().text().collect::<String>();
    Ok(once(&mend(&markup::paragraphs(text.split("\n\n")), Shape::Piece)?))
}

fn builder(addresses: Addresses, prefix: Slug) -> Builder<'static> {
    let mut builder = Builder::empty();
    builder
        .tags(ELEMENTS.into_iter().chain(VOID_ELEMENTS).collect())
        .clean_content_tags(HashSet::from([
            "script", "style", "svg", "math", "iframe", "noscript", "template",
        ]))
        .generic_attributes(HashSet::from(["lang", "dir", "title"]))
        .tag_attributes(attributes())
        // One an element at most: of several ammonia writes now this one first, now that one.
        .set_tag_attribute_value("audio", "controls", "")
        .set_tag_attribute_value("video", "controls", "")
        .url_schemes(HashSet::from(["http", "https", "mailto", "tel"]))
        .url_relative(UrlRelative::PassThrough)
        .link_rel(Some("noopener"))
        .attribute_filter(move |_, name, value| attribute(name, value, &addresses, &prefix));
    builder
}

/// What becomes of the value of an attribute that an element may have; `None` for one that is left out.
fn attribute<'a>(name: &str, value: &'a str, addresses: &Addresses, prefix: &Slug) -> Option<Cow<'a, str>> {
    match name {
        "href" => match value.trim().strip_prefix('#') {
            Some(place) => own_id(place, prefix).map(|id| Cow::Owned(format!("#{id}"))),
            None => addresses.absolute(value).map(|url| Cow::Owned(url.into())),
        },
        "src" | "poster" => {
            let url = addresses.absolute(value)?;
            matches!(url.scheme(), "http" | "https").then(|| Cow::Owned(url.into()))
        }
        "srcset" => addresses.absolute_set(value).map(Cow::Owned),
        "id" => own_id(value, prefix).map(Cow::Owned),
        "dir" => matches!(value, "ltr" | "rtl" | "auto").then_some(Cow::Borrowed(value)),
        "width" | "height" | "colspan" | "rowspan" | "span" | "start" => {
            let digits = value.trim_end_matches("px").trim();
            let number =
                !digits.is_empty() && digits.len() <= 5 && digits.bytes().all(|b| b.is_ascii_digit());
            number.then(|| Cow::Owned(digits.to_owned()))
        }
        _ => Some(Cow::Borrowed(value)),
    }
}

fn attributes() -> HashMap<&'static str, HashSet<&'static str>> {
    let mut attributes = HashMap::from([
        ("a", HashSet::from(["href", "hreflang"])),
        ("audio", HashSet::from(["src"])),
        ("col", HashSet::from(["span"])),
        ("colgroup", HashSet::from(["span"])),
        ("del", HashSet::from(["datetime"])),
        ("details", HashSet::from(["open"])),
        ("img", HashSet::from(["src", "srcset", "sizes", "alt", "width", "height"])),
        ("ins", HashSet::from(["datetime"])),
        ("li", HashSet::from(["id", "value"])),
        ("ol", HashSet::from(["start", "reversed", "type"])),
        ("source", HashSet::from(["src", "srcset", "sizes", "type", "media"])),
        ("sup", HashSet::from(["id"])),
        ("td", HashSet::from(["colspan", "rowspan"])),
        ("th", HashSet::from(["colspan", "rowspan", "scope"])),
        ("time", HashSet::from(["datetime"])),
        ("video", HashSet::from(["src", "poster", "width", "height"])),
    ]);
    for heading in ["h1", "h2", "h3", "h4", "h5", "h6"] {
        attributes.insert(heading, HashSet::from(["id"]));
    }
    attributes
}

/// An id, or the place a `#` points at, with the article's prefix before it; `None` for one that needs quoting.
fn own_id(written: &str, prefix: &Slug) -> Option<String> {
    let id = percent_decode_str(written.trim()).decode_utf8().ok()?;
    let sound = |c: char| c.is_alphanumeric() || matches!(c, '-' | '_' | '.' | ':');
    if id.is_empty() || id.len() > 300 || !id.chars().all(sound) {
        return None;
    }
    match id.strip_prefix(prefix.as_str()) {
        Some(own) if own.starts_with('-') => Some(id.into_owned()),
        _ => Some(format!("{prefix}-{id}")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::intake::Source;
    use crate::intake::tests::{content_path, site};
    use crate::intake::written::Glance;
    use proptest::prelude::*;

    /// As it is sanitised, and so is what looks simple if it is taken for any HTML.
    #[track_caller]
    fn sane(html: &str) -> String {
        let path = content_path("mua-vu/lua.md");
        let addresses = Addresses::new(&Source { path: &path, bytes: b"", beside: &[] }, &site());
        let prefix = Slug::of("lua").expect("a slug");
        let sane = sanitise(html, &addresses, &prefix).expect("within bounds");
        assert_eq!(sanitise_any(html, &addresses, &prefix).as_ref(), Ok(&sane), "{html}");
        if let Some(glance) = Glance::quick(&sane) {
            assert_eq!(glance, Glance::whole(&sane));
        }
        sane
    }

    #[track_caller]
    fn check(html: &str, expected: &str) {
        assert_eq!(sane(html), expected, "{html}");
    }

    #[test]
    fn nothing_that_acts_gets_through() {
        check("<p onclick=a()>x<script>alert(1)</script></p>", "<p>x</p>");
        check("<a href='javascript:alert(1)'>x</a>", "<a rel=\"noopener\">x</a>");
        check("<a href=' jAvA\tscript:alert(1)'>x</a>", "<a rel=\"noopener\">x</a>");
        check("<img src=x onerror=alert(1)>", "<img src=\"https://tin.example/media/mua-vu/x\">");
        check("<iframe srcdoc='<script>'>a</iframe><meta http-equiv=refresh>", "");
        check("<svg><animate onbegin=a() /><a href='javascript:x'>t</a></svg>", "<a rel=\"noopener\">t</a>");
        check("<math><mtext><table><mglyph><style><img src=x onerror=a()>", "<table></table>");
        check(
            "<noscript><p title=\"</noscript><img src=x onerror=a()>\">",
            "<img src=\"https://tin.example/media/mua-vu/x\">\"&gt;",
        );
        check("<p style='position:fixed' class=x id=y>x</p>", "<p>x</p>");
        check("<form action=/x><input name=a><button>gửi</button></form>", "gửi");
        check("<base href=//x><link rel=stylesheet href=x>{{7*7}}", "{{7*7}}");
    }

    #[test]
    fn every_address_is_absolute_and_every_id_the_articles_own() {
        check(
            "<h2 id=x>a</h2><a href='#x'>b</a><a href='#lua-x'>c</a><a href='#'>d</a>",
            "<h2 id=\"lua-x\">a</h2><a href=\"#lua-x\" rel=\"noopener\">b</a>\
             <a href=\"#lua-x\" rel=\"noopener\">c</a><a rel=\"noopener\">d</a>",
        );
        check(
            "<video src=a.mp4 poster=b.jpg autoplay></video>",
            "<video src=\"https://tin.example/media/mua-vu/a.mp4\" \
             poster=\"https://tin.example/media/mua-vu/b.jpg\" controls=\"\"></video>",
        );
        check(
            "<img srcset='a.jpg 1x, javascript:b 2x' alt='Ruộng &amp; lúa' width=100%>",
            "<img srcset=\"https://tin.example/media/mua-vu/a.jpg 1x\" alt=\"Ruộng &amp; lúa\">",
        );
    }

    /// HTML as Markdown is made into, now and then with something in it that Markdown never gives.
    fn markup() -> impl Strategy<Value = String> {
        let text = prop_oneof![
            8 => "[a-zđễ \n.\"'“–]{0,9}", 2 => Just("&amp;".to_owned()), 1 => Just("&lt;b&gt; ".to_owned()),
            1 => prop_oneof!["&(quot|nbsp|#8|amp|x);?", "[\u{A0}\u{338}<>&\u{8}\u{2028}\t\r]", "\\PC"],
        ];
        text.prop_recursive(6, 60, 5, |inner| {
            let content = proptest::collection::vec(inner, 0..5).prop_map(|parts| parts.concat());
            let element = prop_oneof![
                6 => Just("p"), 2 => Just("h2"), 2 => Just("ul"), 2 => Just("ol"), 4 => Just("li"), 2 => Just("blockquote"),
                4 => Just("strong"), 4 => Just("em"), 2 => Just("code"), 1 => Just("del"), 4 => Just("a"), 1 => Just("i"),
                1 => Just("b"), 1 => Just("pre"), 1 => Just("div"), 1 => Just("sup"),
            ];
            let attribute = prop_oneof![
                12 => Just(""), 2 => Just(" href=\"https://a.vn/?b=1&amp;c=2\""), 2 => Just(" href=\"#x\""), 1 => Just(" href=\"\""),
                1 => Just(" href=\"x y.jpg\""), 1 => Just(" href=\"javascript:a\""), 2 => Just(" id=\"x\""), 1 => Just(" id=\"a b\""),
                1 => Just(" start=\"3\""), 1 => Just(" href='x'"), 1 => Just(" href=\"x&quot;\""), 1 => Just(" id=\"x\" id=\"y\""),
                1 => Just(" title=\">\""), 1 => Just(" href=\"mailto:a@b.vn?subject=a&amp;amp;b<\""), 1 => Just(" id=\"\u{A0}\""),
            ];
            let void = prop_oneof![
                Just("<br />\n"), Just("<hr />\n"), Just("<br>"), Just("<hr id=\"x\">"), Just("<img src=\"a.jpg\" alt=\"Ruộng\" />"),
                Just("<img src=\"javascript:a\" alt=\"\">"), Just("<img alt=\"a\" src=\"b.jpg\">"), Just("<img src=\"a&amp;.jpg\" alt=\"x&quot;\" />"),
            ];
            prop_oneof![
                6 => (element, attribute, content.clone()).prop_map(|(name, attribute, content)| format!("<{name}{attribute}>{content}</{name}>\n")),
                2 => content,
                1 => void.prop_map(str::to_owned),
            ]
        })
    }

    proptest! {
        #[test]
        fn what_looks_simple_is_sanitised_as_any_other_html(html in markup()) {
            let once = sane(&html);
            prop_assert_eq!(sane(&once), once);
        }

        #[test]
        fn sanitising_what_is_sane_changes_nothing(
            parts in proptest::collection::vec(prop_oneof![
                4 => "<(/)?(p|b|i|a|table|tr|td|tbody|ul|li|h2|pre|svg|math|style|details|ruby|rt|caption|col|sup)( id=x| href='#x'| src=a)?>",
                2 => Just("<!--".to_owned()), 1 => Just("-->".to_owned()), 1 => Just("&lt;".to_owned()),
                1 => Just("&#8;\u{338}".to_owned()), 1 => Just("\n".to_owned()), 3 => "\\PC{0,8}",
            ], 0..40)
        ) {
            let once = sane(&parts.concat());
            prop_assert_eq!(sane(&once), once.clone());
            prop_assert!(once.chars().all(crate::words::is_xml_char));
        }
    }
}
