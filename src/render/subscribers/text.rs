//! The list as people read it: under each document its subscribers, in columns.

use super::{Counts, Line, Subscribers};
use crate::words::{Language, Site, Text};
use std::collections::BTreeSet;
use std::iter::repeat_n;

/// The list.
pub fn text(subscribers: &Subscribers<'_>) -> Vec<u8> {
    let language = subscribers.site.interface();
    if subscribers.lines.is_empty() {
        let nobody = Text::new("Chưa có ai đăng ký nhận tin.\n", "Nobody has subscribed yet.\n");
        return nobody.in_language(language).to_owned().into_bytes();
    }
    let rows: Vec<[String; 5]> = subscribers.lines.iter().map(|line| row(subscribers.site, line)).collect();
    let widths: [usize; 5] =
        std::array::from_fn(|column| rows.iter().map(|row| width(&row[column])).max().unwrap_or(0));
    let mut printed = String::new();
    let mut topic = None;
    for (line, row) in subscribers.lines.iter().zip(&rows) {
        if topic != Some(&line.topic) {
            topic = Some(&line.topic);
            printed.push_str(&format!("{}\n", line.topic));
        }
        printed.push_str(&aligned(row, &widths));
    }
    printed.push_str(&format!("\n{}\n", total(subscribers)));
    printed.into_bytes()
}

fn aligned(row: &[String; 5], widths: &[usize; 5]) -> String {
    let mut printed = String::new();
    for (cell, width_of_column) in row.iter().zip(widths) {
        printed.push_str("  ");
        printed.push_str(cell);
        printed.extend(repeat_n(' ', width_of_column - width(cell)));
    }
    printed.truncate(printed.trim_end().len());
    printed.push('\n');
    printed
}

/// How many places a text takes on a terminal: one each letter, as all that is printed here is Latin.
fn width(text: &str) -> usize {
    text.chars().count()
}

fn row(site: &Site, line: &Line) -> [String; 5] {
    let language = site.interface();
    let Counts { active, .. } = line.counts;
    let until = line.until.map(|until| {
        let until = site.time(until);
        match (language, active) {
            (Language::Vi, 0 | 1) => format!("đến {until}"),
            (Language::Vi, _) => format!("sớm nhất đến {until}"),
            (Language::En, 0 | 1) => format!("until {until}"),
            (Language::En, _) => format!("until {until} at the earliest"),
        }
    });
    [
        line.protocol.label().to_owned(),
        line.host.clone(),
        active.to_string(),
        until.unwrap_or_default(),
        health(site, line),
    ]
}

fn health(site: &Site, line: &Line) -> String {
    let language = site.interface();
    let Counts { active, failing, pending, ending, .. } = line.counts;
    let behind = line.counts.behind();
    let mut said: Vec<Text> = Vec::new();
    if active > 0 && behind == 0 {
        said.push(Text::new("có bản mới nhất", "up to date"));
    }
    if behind > 0 {
        said.push(Text::new(
            format!("{behind} chưa có bản mới nhất"),
            format!("{behind} without the newest version"),
        ));
    }
    if failing > 0 {
        let next = line.next_try.map(|at| site.time(at)).unwrap_or_default();
        said.push(Text::new(
            format!("{failing} giao không được, thử lại lúc {next}"),
            format!("{failing} failing, next try {next}"),
        ));
    }
    if pending > 0 {
        said.push(Text::new(format!("{pending} chờ xác nhận"), format!("{pending} to be confirmed")));
    }
    if ending > 0 {
        said.push(Text::new(format!("{ending} đã hết hạn hoặc bị từ chối"), format!("{ending} ending")));
    }
    said.iter().map(|text| text.in_language(language)).collect::<Vec<_>>().join("; ")
}

fn total(subscribers: &Subscribers<'_>) -> String {
    let of = |column: fn(&Line) -> &str| subscribers.lines.iter().map(column).collect::<BTreeSet<_>>().len();
    let (topics, hosts) = (of(|line| &line.topic), of(|line| &line.host));
    let Counts { active, .. } = subscribers.total();
    match subscribers.site.interface() {
        Language::Vi => format!("{active} lượt đăng ký, {topics} tài liệu, {hosts} máy chủ nhận tin."),
        Language::En => format!(
            "{}, {}, {}.",
            counted(active, "subscription"),
            counted(topics, "document"),
            counted(hosts, "host")
        ),
    }
}

fn counted(count: usize, what: &str) -> String {
    format!("{count} {what}{}", if count == 1 { "" } else { "s" })
}
