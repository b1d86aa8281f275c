//! The feed of what is wrong: Atom, an entry for each file that has problems.

use super::phrases;
use super::{Status, Troubled, anchor};
use crate::render::pages::parts::page_language;
use crate::render::xml::{self, XmlSafe};
use crate::words::{ContentPath, Site, Timestamp};
use atom_syndication::{
    Category, Content, Entry, Feed, FixedDateTime, Generator, Link, Person, Text, WriteConfig,
};
use quick_xml::escape::escape;
use url::Url;
use uuid::Uuid;

const MEDIA_TYPE: &str = "application/atom+xml";

/// The feed; `private` is where the private listener is to be found.
pub fn feed(status: &Status, private: &Url) -> Vec<u8> {
    let site = &*status.site;
    let say = phrases::Phrases::of(site.interface());
    let whole = Feed {
        title: Text::plain(format!("{} {}", say.problems_of, site.title)),
        id: id(site, "problems"),
        updated: date(site, status.troubles.changed),
        authors: vec![Person { name: "bantin".to_owned(), ..Default::default() }],
        generator: Some(Generator { value: "bantin".to_owned(), ..Default::default() }),
        links: vec![
            link("self", format!("{private}status/problems.atom"), MEDIA_TYPE),
            link("alternate", format!("{private}status"), "text/html"),
        ],
        entries: status.troubles.newest.iter().map(|file| entry(site, file, private)).collect(),
        lang: Some(page_language(site).to_owned()),
        ..Default::default()
    };
    let config = WriteConfig { write_document_declaration: true, indent_size: Some(2) };
    xml::ended(whole.write_with_config(XmlSafe::new(Vec::new()), config).expect("memory takes every write"))
}

fn entry(site: &Site, file: &Troubled, private: &Url) -> Entry {
    let language = site.interface();
    let say = phrases::Phrases::of(language);
    let first = file.problems.first().map_or("", |problem| problem.what.in_language(language));
    let mut html = String::new();
    for problem in &file.problems {
        let line =
            problem.line.map_or_else(String::new, |line| format!(" · {}", phrases::line(language, line)));
        let (what, hint) = (problem.what.in_language(language), problem.hint.in_language(language));
        html.push_str(&format!(
            "<p><b>{}</b>{line}: {}<br><b>{}</b>: {}</p>",
            phrases::severity(language, problem.severity),
            escape(what),
            say.hint,
            escape(hint),
        ));
    }
    if file.more > 0 {
        html.push_str(&format!("<p>{}</p>", phrases::and_more(language, file.more)));
    }
    let severities: std::collections::BTreeSet<&str> =
        file.problems.iter().map(|problem| phrases::severity_name(problem.severity)).collect();
    Entry {
        title: Text::plain(format!("{}: {first}", file.path)),
        id: entry_id(site, &file.path),
        updated: date(site, file.since),
        links: vec![link("alternate", format!("{private}status#{}", anchor(&file.path)), "text/html")],
        categories: (severities.into_iter())
            .map(|term| Category { term: term.to_owned(), ..Default::default() })
            .collect(),
        content: Some(Content {
            value: Some(html),
            content_type: Some("html".to_owned()),
            ..Default::default()
        }),
        ..Default::default()
    }
}

/// The same for a file as long as it has its name.
fn entry_id(site: &Site, path: &ContentPath) -> String {
    id(site, &format!("problems/{}", path.as_str()))
}

fn id(site: &Site, name: &str) -> String {
    let space = Uuid::new_v5(&Uuid::NAMESPACE_URL, site.id.as_bytes());
    format!("urn:uuid:{}", Uuid::new_v5(&space, name.as_bytes()))
}

fn link(rel: &str, href: String, media_type: &str) -> Link {
    Link { href, rel: rel.to_owned(), mime_type: Some(media_type.to_owned()), ..Default::default() }
}

fn date(site: &Site, at: Timestamp) -> FixedDateTime {
    site.zone.rfc3339(at).parse().expect("RFC 3339 is what both sides speak")
}
