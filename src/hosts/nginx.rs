//! Rules for nginx. Classes of addresses are told by their form; whether there is such a thing, the files say.

use super::guesses::OF_CATEGORIES;
use super::{Class, Rules, Said};
use crate::words::{Embed, Format};
use std::fmt::Write;

/// What may stand between `/feeds/` or `/embed/` and a suffix.
const NAME: &str = "(?:(?:tag|author|round-ups)/)?[a-z0-9-]+";

/// What a category may be called in an address, and what would not be one there.
const CATEGORY: &str = "([a-z0-9-]+)";
const OTHERS: &str = "(?:corrections|feed|rss|atom)/";

const HEAD: &str = "\
# How nginx answers from these files as bantin does. It is made anew with them: leave it as it is, and include it where the server
# is described whose root they are, and nginx-map.conf before that:
#
#     include /srv/tin/nginx-map.conf;
#     server {
#         server_name tin.example.vn;
#         root /srv/tin;
#         include /srv/tin/nginx.conf;
#     }

gzip off;
gzip_static on;
gzip_vary on;
# Where nginx has these modules, the files are there:
# brotli_static on;
# zstd_static on;
charset off;
merge_slashes off;

";

const MAP: &str = "\
# Where addresses lead at which there is nothing. It is made anew with the files around it: leave it as it is.
map_hash_bucket_size 256;
map $uri $bantin_leads {
    default \"\";
";

/// A file that is never there.
const NOTHING: &str = "try_files /.nothing @nothing;";

/// What nginx is told where a server is described.
pub fn include(rules: &Rules) -> String {
    let mut told = HEAD.to_owned();
    let base_path = rules.base.path().trim_end_matches('/');
    if !base_path.is_empty() {
        told += &format!("rewrite \"^{}(/.*)$\" $1;\n\n", escaped(base_path));
    }
    told += "# What is said where there is nothing, or where it has moved.\n";
    told += &format!("set $bantin_kept {};\n", quoted(rules.of_messages.cache_control()));
    for (name, value) in rules.of_messages.others() {
        let value = if name == "cache-control" { "$bantin_kept".to_owned() } else { quoted(value) };
        told += &format!("add_header {name} {value} always;\n");
    }
    told += &format!(
        "location / {{ {NOTHING} }}
location @nothing {{
    if ($bantin_leads = \"410\") {{ return 410; }}
    if ($bantin_leads ~ \"^302 (.+)$\") {{ return 302 $1; }}
    if ($bantin_leads ~ \"^301 (.+)$\") {{ set $bantin_kept {}; return 301 $1; }}
    return 404;
}}

",
        quoted(&rules.moved_for)
    );
    for (address, (class, said)) in &rules.apart {
        let place = format!("= {}", quoted(address));
        told += &location(&place, said, rules, *class);
    }
    for (class, said) in &rules.said {
        told += &location(&pattern(*class), said, rules, *class);
    }
    told + &guesses(rules)
}

/// What it is told outside of servers. Each place of its own would take it some kilobytes of memory; here there may be many.
pub fn map(rules: &Rules) -> String {
    let mut told = MAP.to_owned();
    for (address, outcome) in &rules.leads {
        let status = outcome.status();
        let leads = outcome.to().map_or_else(|| status.to_string(), |to| format!("{status} {to}"));
        let _ = writeln!(told, "    {} {};", quoted(address), quoted(&leads));
    }
    told + "}\n"
}

/// The answers at one place.
fn location(place: &str, said: &Said, rules: &Rules, class: Class) -> String {
    let types = if class == Class::Media { types(rules) } else { "types {}".to_owned() };
    let mut told = format!("location {place} {{\n    {types}\n    {}\n", try_files(class));
    let content_type = match said.content_type() {
        "" => "application/octet-stream",
        content_type => content_type,
    };
    let _ = writeln!(told, "    default_type {};", quoted(content_type));
    for (name, value) in said.others() {
        let _ = writeln!(told, "    add_header {name} {};", quoted(value));
    }
    told + "}\n"
}

/// The addresses of a class.
fn pattern(class: Class) -> String {
    let feed = |suffix: &str| format!("~ \"^/feeds/{NAME}{suffix}$\"");
    match class {
        Class::Home => "= /".to_owned(),
        Class::Feed(Format::Rss) => feed("\\.rss"),
        Class::Feed(Format::Atom) => feed("\\.atom"),
        Class::Feed(Format::Json) => feed("\\.json"),
        Class::Archive(format) => {
            format!("~ \"^/archives/{NAME}/[0-9-]+(?:upto-[0-9-]+)?\\.{}$\"", format.suffix())
        }
        Class::FeedPage => feed(""),
        Class::Article => "~ \"^/articles/[a-z0-9-]+$\"".to_owned(),
        Class::Embed(embed) => format!("~ \"^/embed/(?!articles/){NAME}{}$\"", escaped(embed.suffix())),
        Class::RoundUp => "~ \"^/round-ups/(?:[a-z0-9-]+/)?[0-9]{4}(?:-[0-9QH][0-9])?$\"".to_owned(),
        Class::ArticleEmbed => "~ \"^/embed/articles/[a-z0-9-]+$\"".to_owned(),
        Class::Pinned => "~ \"^/embed/bantin-[0-9a-f]+\\.js$\"".to_owned(),
        Class::Script => "= /embed.js".to_owned(),
        Class::Opml => "= /opml.xml".to_owned(),
        Class::Sitemap => "~ \"^/sitemap(?:-[0-9]+)?\\.xml$\"".to_owned(),
        Class::NewsSitemap => "= /news-sitemap.xml".to_owned(),
        Class::Robots => "= /robots.txt".to_owned(),
        Class::OEmbed => "= /oembed".to_owned(),
        Class::Media => "^~ /media/".to_owned(),
    }
}

/// Where the files of a class lie.
fn try_files(class: Class) -> String {
    let file = match class {
        Class::Home => "/index.html",
        Class::FeedPage | Class::Article | Class::RoundUp | Class::ArticleEmbed => "$uri.html",
        Class::Embed(Embed::Page) => "$uri/index.html",
        Class::Embed(Embed::Fragment | Embed::Json | Embed::Svg | Embed::Png) => "$uri",
        Class::Feed(_) | Class::Archive(_) | Class::Pinned | Class::Script | Class::Opml | Class::Sitemap => {
            "$uri"
        }
        Class::NewsSitemap | Class::Robots | Class::OEmbed | Class::Media => "$uri",
    };
    format!("try_files {file} @nothing;")
}

fn types(rules: &Rules) -> String {
    let mut told = "types {".to_owned();
    for (extension, media_type) in &rules.media_types {
        if extension.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
            let _ = write!(told, " {media_type} {extension};");
        }
    }
    told + " }"
}

/// What people guess leads to what there is.
fn guesses(rules: &Rules) -> String {
    let base = quoted(rules.base.as_str());
    let base = base.trim_end_matches('"');
    let moved_for = quoted(&rules.moved_for);
    let mut told = String::new();
    let mut rule = |place: &str, file: &str, to: &str| {
        let found = format!("if (-f \"$document_root/{file}\")");
        let leads = format!("set $bantin_kept {moved_for}; return 301 {base}{to}\";");
        let _ = writeln!(told, "location ~ \"{place}\" {{\n    {found} {{ {leads} }}\n    {NOTHING}\n}}");
    };
    rule(&format!("^/feeds/({NAME})/$"), "feeds/$1.html", "feeds/$1");
    rule("^/articles/([a-z0-9-]+)/$", "articles/$1.html", "articles/$1");
    rule("^/round-ups/((?:[a-z0-9-]+/)?[0-9QH-]+)/$", "round-ups/$1.html", "round-ups/$1");
    for suffix in Format::ALL.map(Format::suffix) {
        let endings = OF_CATEGORIES.iter().filter(|(_, leads_to)| *leads_to == suffix);
        let endings: Vec<String> = endings.map(|(ending, _)| escaped(ending)).collect();
        let file = format!("feeds/$1.{suffix}");
        rule(&format!("^/(?!{OTHERS}){CATEGORY}/(?:{})$", endings.join("|")), &file, &file);
    }
    rule(&format!("^/category/(?!{OTHERS}){CATEGORY}/feed/?$"), "feeds/$1.rss", "feeds/$1.rss");
    told
}

/// As nginx reads it between quotes. It has no way to write a dollar there; in an address it can be written otherwise.
pub(super) fn quoted(text: &str) -> String {
    let mut quoted = String::from("\"");
    for c in text.chars() {
        match c {
            '$' => quoted.push_str("%24"),
            '"' | '\\' => quoted.extend(['\\', c]),
            c => quoted.push(c),
        }
    }
    quoted + "\""
}

/// As it stands for itself in an expression between quotes.
fn escaped(text: &str) -> String {
    let is_plain = |c: char| c.is_alphanumeric() || matches!(c, '/' | '-' | '_');
    text.chars().fold(String::new(), |mut escaped, c| {
        if !is_plain(c) {
            escaped.push('\\');
        }
        escaped.push(c);
        escaped
    })
}
