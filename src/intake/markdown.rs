//! Markdown with front matter: CommonMark with tables, footnotes, strikethrough and task lists.

use super::bounds::{self, Excess};
use super::written::{Written, one_line};
use super::{MOST_ELEMENTS, fields, front_matter, markup};
use crate::words::{ContentPath, Problem, Slug, Zone, fold};
use pulldown_cmark::{CowStr, Event, HeadingLevel, Options, Parser, Tag, TagEnd, TextMergeStream, html};
use std::collections::HashMap;

/// What a Markdown file says above its text, which is not cleaned yet; `None` when the title may stand in the text.
pub(super) fn head(
    path: &ContentPath,
    as_written: &str,
    zone: &Zone,
    remarks: &mut Vec<Problem>,
) -> Result<Option<Written>, Problem> {
    let Some(entries) = front_matter::ahead(path, as_written, remarks)? else { return Ok(None) };
    let written = fields::read(path, &entries, zone)?;
    Ok(written.title.is_some().then_some(written))
}

/// Reads a Markdown file: what it says of itself, and its text as HTML.
pub(super) fn read(
    path: &ContentPath,
    text: &str,
    zone: &Zone,
    remarks: &mut Vec<Problem>,
) -> Result<(Written, String), Problem> {
    let parts = front_matter::split(path, text, remarks)?;
    let mut written = fields::read(path, &parts.entries, zone)?;
    let too_much = |excess: Excess| excess.in_file(path, parts.body_line);
    bounds::check_markers(parts.body).map_err(too_much)?;
    let mut events = events(parts.body).map_err(too_much)?;
    take_title(&mut events, &mut written.title);
    Ok((written, render(events)))
}

fn events(body: &str) -> Result<Vec<Event<'_>>, Excess> {
    let mut events = Vec::new();
    let mut elements = 0;
    for event in TextMergeStream::new(Parser::new_ext(body, options())) {
        elements += usize::from(matches!(
            event,
            Event::Start(_) | Event::Code(_) | Event::FootnoteReference(_) | Event::HardBreak | Event::Rule
        ));
        if elements > MOST_ELEMENTS {
            return Err(Excess::Elements);
        }
        events.push(event);
    }
    Ok(events)
}

fn options() -> Options {
    Options::ENABLE_TABLES
        | Options::ENABLE_FOOTNOTES
        | Options::ENABLE_STRIKETHROUGH
        | Options::ENABLE_TASKLISTS
        | Options::ENABLE_HEADING_ATTRIBUTES
}

/// A heading of the first level at the very beginning is the title, and is not said twice. Further down it gives
/// the title of an article that has no other, and stays.
fn take_title(events: &mut Vec<Event<'_>>, title: &mut Option<String>) {
    let is_first_level =
        |event: &Event<'_>| matches!(event, Event::Start(Tag::Heading { level: HeadingLevel::H1, .. }));
    let Some(start) = events.iter().position(is_first_level) else { return };
    let length = events[start..].iter().position(|event| matches!(event, Event::End(TagEnd::Heading(_))));
    let Some(end) = length.map(|length| start + length) else { return };
    let heading = one_line(&words(&events[start..end]));
    let is_title = title.as_ref().is_none_or(|title| fold(title) == fold(&heading));
    if start == 0 && is_title {
        events.drain(..=end);
    }
    if title.is_none() && !heading.is_empty() {
        *title = Some(heading);
    }
}

fn words(events: &[Event<'_>]) -> String {
    let mut words = String::new();
    for event in events {
        match event {
            Event::Text(text) | Event::Code(text) => words.push_str(text),
            Event::SoftBreak | Event::HardBreak => words.push(' '),
            _ => {}
        }
    }
    words
}

fn render(events: Vec<Event<'_>>) -> String {
    let (body, notes) = without_notes(dressed(events));
    let mut numbers = Numbers::default();
    let body: Vec<Event<'_>> = body.into_iter().map(|event| numbers.refer(event)).collect();
    let mut rendered = String::new();
    html::push_html(&mut rendered, body.into_iter());
    push_notes(&mut rendered, notes, numbers);
    rendered
}

/// Headings get anchors, bare addresses become links, boxes of task lists become signs, and tags inside
/// shortcodes stay text.
fn dressed(events: Vec<Event<'_>>) -> Vec<Event<'_>> {
    let mut anchors = Anchors::default();
    let mut dressed: Vec<Event<'_>> = Vec::with_capacity(events.len());
    // Within a link, a picture's description or code, an address is only text.
    let mut plain = 0usize;
    let mut links_in_html = 0usize;
    for at in 0..events.len() {
        let event = events[at].clone();
        match &event {
            Event::Start(Tag::Link { .. } | Tag::Image { .. } | Tag::CodeBlock(_)) => plain += 1,
            Event::End(TagEnd::Link | TagEnd::Image | TagEnd::CodeBlock) => plain = plain.saturating_sub(1),
            Event::InlineHtml(tag) if tag.starts_with("<a ") || tag.starts_with("<A ") => links_in_html += 1,
            Event::InlineHtml(tag) if tag.eq_ignore_ascii_case("</a>") => {
                links_in_html = links_in_html.saturating_sub(1);
            }
            _ => {}
        }
        dressed.push(match event {
            Event::Start(Tag::Heading { level, id: None, classes, attrs }) => {
                let end =
                    events[at..].iter().position(|event| matches!(event, Event::End(TagEnd::Heading(_))));
                let id = anchors.of(&words(&events[at..at + end.unwrap_or(0)])).map(CowStr::from);
                Event::Start(Tag::Heading { level, id, classes, attrs })
            }
            Event::TaskListMarker(done) => Event::Text(if done { "☑ " } else { "☐ " }.into()),
            Event::InlineHtml(tag) if is_in_shortcode(dressed.last()) => Event::Text(tag),
            Event::Text(text) if plain == 0 && links_in_html == 0 && markup::has_address(&text) => {
                Event::InlineHtml(markup::linked(&text).into())
            }
            event => event,
        });
    }
    dressed
}

/// Hugo's `{{<figure>}}` looks as if it had a tag in it.
fn is_in_shortcode(before: Option<&Event<'_>>) -> bool {
    matches!(before, Some(Event::Text(text)) if text.trim_end().ends_with("{{"))
}

/// Names for headings, each used once.
#[derive(Default)]
struct Anchors(HashMap<String, usize>);

impl Anchors {
    fn of(&mut self, heading: &str) -> Option<String> {
        let slug = Slug::of(heading)?;
        let count = self.0.entry(slug.to_string()).or_default();
        *count += 1;
        Some(if *count == 1 { slug.to_string() } else { format!("{slug}-{count}") })
    }
}

type Notes<'a> = Vec<(CowStr<'a>, Vec<Event<'a>>)>;

/// Takes the footnotes out of the text.
fn without_notes(events: Vec<Event<'_>>) -> (Vec<Event<'_>>, Notes<'_>) {
    let mut body = Vec::new();
    let mut notes: Notes<'_> = Vec::new();
    // Notes that are open, innermost last: a note may stand within a note.
    let mut open: Vec<usize> = Vec::new();
    for event in events {
        match event {
            Event::Start(Tag::FootnoteDefinition(label)) => {
                open.push(notes.len());
                notes.push((label, Vec::new()));
            }
            Event::End(TagEnd::FootnoteDefinition) => drop(open.pop()),
            event => match open.last().and_then(|at| notes.get_mut(*at)) {
                Some((_, note)) => note.push(event),
                None => body.push(event),
            },
        }
    }
    (body, notes)
}

/// The numbers of footnotes, in the order in which the text refers to them.
#[derive(Default)]
struct Numbers<'a> {
    numbers: HashMap<CowStr<'a>, usize>,
    in_order: Vec<CowStr<'a>>,
}

impl<'a> Numbers<'a> {
    fn refer(&mut self, event: Event<'a>) -> Event<'a> {
        let Event::FootnoteReference(label) = event else { return event };
        let is_new = !self.numbers.contains_key(&label);
        let number = self.number(label);
        let id = if is_new { format!(" id=\"fnref-{number}\"") } else { String::new() };
        Event::InlineHtml(format!("<sup{id}><a href=\"#fn-{number}\">{number}</a></sup>").into())
    }

    fn number(&mut self, label: CowStr<'a>) -> usize {
        let next = self.in_order.len() + 1;
        let number = *self.numbers.entry(label.clone()).or_insert(next);
        if number == next {
            self.in_order.push(label);
        }
        number
    }
}

/// The footnotes below the text, numbered; those that nothing refers to come last.
fn push_notes<'a>(rendered: &mut String, notes: Notes<'a>, mut numbers: Numbers<'a>) {
    if notes.is_empty() {
        return;
    }
    let labels: Vec<CowStr<'a>> = notes.iter().map(|(label, _)| label.clone()).collect();
    let mut texts: HashMap<CowStr<'a>, Vec<Event<'a>>> = notes.into_iter().collect();
    rendered.push_str("<hr>\n<ol>\n");
    let mut at = 0;
    let mut unreferred = labels.into_iter();
    loop {
        let label = match numbers.in_order.get(at) {
            Some(label) => label.clone(),
            None => match unreferred.next() {
                Some(label) if numbers.numbers.contains_key(&label) => continue,
                Some(label) => {
                    numbers.number(label.clone());
                    label
                }
                None => break,
            },
        };
        at += 1;
        let note = texts.remove(&label).unwrap_or_default();
        let note: Vec<Event<'a>> = note.into_iter().map(|event| numbers.refer(event)).collect();
        let mut text = String::new();
        html::push_html(&mut text, note.into_iter());
        let back = format!(" <a href=\"#fnref-{at}\">↩</a>");
        let text = match text.trim_end().strip_suffix("</p>") {
            Some(open) => format!("{open}{back}</p>"),
            None => format!("{text}{back}"),
        };
        rendered.push_str(&format!("<li id=\"fn-{at}\">{text}</li>\n"));
    }
    rendered.push_str("</ol>\n");
}
