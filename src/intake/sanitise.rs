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
    // A quotation mark stands as it is only in a tag, so this is no text.
    let once = |mended: &str| builder.clean(mended).to_string().trim().replace("<a rel=\"noopener\">", "<a>");
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
        check("<a href='javascript:alert(1)'>x</a>", "<a>x</a>");
        check("<a href=' jAvA\tscript:alert(1)'>x</a>", "<a>x</a>");
        check("<img src=x onerror=alert(1)>", "<img src=\"https://tin.example/media/mua-vu/x\" alt=\"\">");
        check("<iframe srcdoc='<script>'>a</iframe><meta http-equiv=refresh>", "");
        check("<svg><animate onbegin=a() /><a href='javascript:x'>t</a></svg>", "<a>t</a>");
        check("<math><mtext><table><mglyph><style><img src=x onerror=a()>", "<table></table>");
        check(
            "<noscript><p title=\"</noscript><img src=x onerror=a()>\">",
            "<img src=\"https://tin.example/media/mua-vu/x\" alt=\"\">\"&gt;",
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
             <a href=\"#lua-x\" rel=\"noopener\">c</a><a>d</a>",
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

    fn text() -> impl Strategy<Value = String> {
        prop_oneof![4 => "[a-zđễ \n.\"'“–]{0,9}", 1 => Just(" \u{A0}à&nbsp;&amp;lt; &lt;b&gt; ".to_owned())]
    }

    /// What stands within a paragraph, as Markdown is made into.
    fn words() -> impl Strategy<Value = String> {
        const STARTS: [&str; 10] = [
            "strong",
            "em",
            "i",
            "b",
            "del",
            "code",
            "a href=\"https://a.vn/?b=1&amp;c=2\"",
            "a href=\"#x\"",
            "a href=\"x y.jpg\"",
            "a href=\"javascript:a\"",
        ];
        const VOIDS: [&str; 5] = [
            "<br />\n",
            "<br>",
            "<img src=\"a.jpg\" alt=\"Ruộng\" />",
            "<img src=\"a&amp;b.jpg\" alt=\"\">",
            "<img src=\"data:a\" alt=\"b\" />",
        ];
        let leaf = prop_oneof![4 => text(), 1 => proptest::sample::select(&VOIDS).prop_map(str::to_owned)];
        leaf.prop_recursive(3, 12, 3, |inner| {
            (proptest::sample::select(&STARTS), several(inner, 0..3), text())
                .prop_map(|(start, inside, after)| format!("<{start}>{inside}</{}>{after}", name(start)))
        })
    }

    fn name(start: &str) -> &str {
        start.split(' ').next().unwrap_or(start)
    }

    fn several(
        parts: impl Strategy<Value = String>,
        count: std::ops::Range<usize>,
    ) -> impl Strategy<Value = String> {
        proptest::collection::vec(parts, count).prop_map(|parts| parts.concat())
    }

    /// Paragraphs, headings, lists and quotations, as Markdown is made into.
    fn blocks() -> impl Strategy<Value = String> {
        const STARTS: [&str; 4] = ["p", "h2 id=\"x\"", "h1", "h3 id=\"a b\""];
        let leaf = prop_oneof![
            8 => (proptest::sample::select(&STARTS), several(words(), 0..4)).prop_map(|(start, inside)| {
                format!("<{start}>{inside}</{}>\n", name(start))
            }),
            1 => Just("<hr />\n".to_owned()),
            1 => words(),
        ];
        leaf.prop_recursive(3, 12, 3, |inner| {
            let item = several(prop_oneof![inner.clone(), words()], 0..3);
            let items = several(item.prop_map(|item| format!("<li>{item}</li>\n")), 0..3);
            prop_oneof![
                several(inner, 0..3).prop_map(|inside| format!("<blockquote>\n{inside}</blockquote>\n")),
                (proptest::sample::select(&["ul", "ol", "ol start=\"3\""]), items)
                    .prop_map(|(start, items)| format!("<{start}>\n{items}</{}>\n", name(start))),
            ]
        })
    }

    /// Such HTML, often with something put into it, or left out of it, where Markdown never would.
    fn nearly_simple() -> impl Strategy<Value = String> {
        const NOISE: [&str; 36] = [
            "",
            "<p>",
            "</p>",
            "<li>",
            "</li>",
            "<ul>",
            "</ul>",
            "<a href=\"y\">",
            "</a>",
            "<b>",
            "</b>",
            "<h2>",
            "<blockquote>",
            "<hr>",
            "<pre>",
            "<div>",
            "<table>",
            "<td>",
            "<sup>",
            "<!--",
            "-->",
            "<script>",
            "<svg>",
            "<",
            ">",
            "&",
            "&nbsp;",
            "&quot;",
            "\"",
            "'",
            "=",
            " title=\"a\"",
            " id=\"x\"",
            "\u{A0}",
            "\u{338}",
            "/",
        ];
        let noise = prop_oneof![3 => proptest::sample::select(&NOISE).prop_map(str::to_owned), 1 => "\\PC|[\u{0}-\u{20}\u{2028}]"];
        let change = proptest::option::of((any::<proptest::sample::Index>(), 0..6usize, noise));
        (several(blocks(), 0..5), change).prop_map(|(html, change)| match change {
            None => html,
            Some((place, left_out, noise)) => {
                let letters: Vec<char> = html.chars().collect();
                let (before, after) = letters.split_at(place.index(letters.len() + 1));
                let kept = after.iter().skip(left_out);
                before.iter().copied().chain(noise.chars()).chain(kept.copied()).collect()
            }
        })
    }

    proptest! {
        #[test]
        fn what_looks_simple_is_sanitised_as_any_other_html(html in nearly_simple()) {
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
