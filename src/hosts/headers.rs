//! `_headers`, as Netlify and Cloudflare Pages read it.
//!
//! A `*` stands for anything; to Netlify a `/` at the end says nothing, so that `/embed/*/` is all of `/embed/`. Of what several
//! rules say of one header, Cloudflare puts all together in their order, and Netlify takes the last. So what is said of a whole
//! section is what may be said of all of it, and what is said of some of it is said nowhere else. Policies alone may be said
//! twice, since browsers hold to all that are put together: what is agreed on frames comes behind what is said of other feeds.

use super::{Class, Rules, Said};
use crate::words::{Embed, Format};
use std::fmt::Write;

const HEAD: &str = "# Made anew with the files around it: leave it as it is.\n";

/// What is said where.
pub fn file(rules: &Rules) -> String {
    let said = |class: Class| rules.said.get(&class);
    let mut told = HEAD.to_owned();
    let page = ["cache-control", "x-content-type-options", "referrer-policy", "content-security-policy"];
    rule(&mut told, "/", said(Class::Home), &page);
    rule(&mut told, "/articles/*", said(Class::Article), &page);
    rule(&mut told, "/round-ups/*", said(Class::RoundUp), &page);
    // A policy for pages does no harm to what is read by programs, nor does it to let them read pages.
    let mut of_feeds = said(Class::FeedPage).map_or_else(Vec::new, |said| chosen(said, &page));
    let open = ["access-control-allow-origin", "access-control-expose-headers"];
    of_feeds.extend(said(Class::Feed(Format::Rss)).map_or_else(Vec::new, |said| chosen(said, &open)));
    write_rule(&mut told, "/feeds/*", &of_feeds);
    for format in Format::ALL {
        typed(&mut told, &format!("/feeds/*.{}", format.suffix()), said(Class::Feed(format)), &[]);
    }
    let open = [
        "access-control-allow-origin",
        "access-control-expose-headers",
        "x-content-type-options",
        "referrer-policy",
    ];
    rule(&mut told, "/embed/*", said(Class::Embed(Embed::Json)), &open);
    // The page of an embed is the index of a folder; that of an article is not.
    let frame = ["content-security-policy", "x-robots-tag"];
    rule(&mut told, "/embed/*/", said(Class::Embed(Embed::Page)), &frame);
    rule(&mut told, "/embed/articles/*", said(Class::ArticleEmbed), &frame);
    for (address, (_, said)) in &rules.apart {
        // Cloudflare shows the fragment at the first, and the page at the second.
        for place in [address.clone(), format!("{address}/")] {
            rule(&mut told, &place, Some(said), &["content-security-policy"]);
        }
    }
    for embed in [Embed::Fragment, Embed::Json, Embed::Svg, Embed::Png] {
        let own = ["content-security-policy", "cross-origin-resource-policy", "x-robots-tag"];
        typed(&mut told, &format!("/embed/*{}", embed.suffix()), said(Class::Embed(embed)), &own);
    }
    rule(&mut told, "/embed/*.js", said(Class::Pinned), &["cache-control", "cross-origin-resource-policy"]);
    let all = ["cache-control", "content-security-policy", "cross-origin-resource-policy"];
    let all: Vec<&str> = all.into_iter().chain(open).collect();
    rule(&mut told, "/archives/*", said(Class::Archive(Format::Rss)), &all);
    for format in Format::ALL {
        typed(&mut told, &format!("/archives/*.{}", format.suffix()), said(Class::Archive(format)), &[]);
    }
    rule(&mut told, "/media/*", said(Class::Media), &all);
    for (path, class) in [
        ("/embed.js", Class::Script),
        ("/opml.xml", Class::Opml),
        ("/sitemap*.xml", Class::Sitemap),
        ("/news-sitemap.xml", Class::NewsSitemap),
        ("/robots.txt", Class::Robots),
    ] {
        typed(&mut told, path, said(class), &all);
    }
    told
}

fn chosen<'a>(said: &'a Said, names: &[&str]) -> Vec<(&'a str, &'a str)> {
    said.others().filter(|(name, _)| names.contains(name)).collect()
}

fn rule(told: &mut String, place: &str, said: Option<&Said>, names: &[&str]) {
    write_rule(told, place, &said.map_or_else(Vec::new, |said| chosen(said, names)));
}

fn typed(told: &mut String, place: &str, said: Option<&Said>, names: &[&str]) {
    let Some(said) = said else { return };
    let mut headers = vec![("content-type", said.content_type())];
    headers.extend(chosen(said, names));
    write_rule(told, place, &headers);
}

fn write_rule(told: &mut String, place: &str, headers: &[(&str, &str)]) {
    if headers.is_empty() {
        return;
    }
    let _ = writeln!(told, "{place}");
    for (name, value) in headers {
        let _ = writeln!(told, "  {name}: {value}");
    }
}
