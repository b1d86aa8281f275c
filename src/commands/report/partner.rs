//! `bantin report partner`: what one partner was sent in a month.

mod composing;

use super::unread;
use crate::journal::{Reader, Unread};
use crate::publisher::Loaded;
use crate::render::report::partner;
use crate::settings::FeedDefinition;
use crate::words::{FeedName, Language, Length, Month, Partner, Period, Site, Text, Timestamp};
use clap::{Args, ValueEnum};
use std::path::Path;

pub(super) use composing::compose;

#[derive(Args)]
pub(super) struct OfPartner {
    /// The partner's feed: the name of its file in the folder with the settings, without .toml.
    name: String,
    /// The month, such as 2026-11.
    #[arg(long)]
    month: String,
    /// How it is written to standard output.
    #[arg(long, value_enum, default_value_t = Format::Md)]
    format: Format,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum Format {
    /// Markdown, for a letter.
    Md,
    /// One table, for a spreadsheet.
    Csv,
    /// One JSON document.
    Json,
}

impl OfPartner {
    pub(super) fn print(&self, loaded: &Loaded, state: &Path, now: Timestamp) -> Result<Vec<u8>, Text> {
        let Loaded { site, definitions, .. } = loaded;
        let (feed, agreement) = self.partner(definitions)?;
        let month = Period::of(self.month(site, now)?, Length::Month);
        let reader = Reader::beside(state).map_err(|error| unread(state, &error))?;
        let report =
            reader.taken(feed).and_then(|taken| compose(&reader, site, (feed, agreement), taken, month, now));
        let report = report.map_err(|error| unread(state, &Unread::Refused(error)))?;
        Ok(match self.format {
            Format::Md => partner::markdown(&report),
            Format::Csv => partner::csv(&report),
            Format::Json => partner::json(&report),
        })
    }

    fn partner<'a>(&self, definitions: &'a [FeedDefinition]) -> Result<(&'a FeedName, &'a Partner), Text> {
        let partners: Vec<(&FeedName, &Partner)> = definitions
            .iter()
            .filter_map(|definition| Some((&definition.name, definition.partner.as_ref()?)))
            .collect();
        match partners.iter().find(|(name, _)| name.to_string() == self.name) {
            Some((_, partner)) if !partner.is_private() => Err(unrecorded(&self.name)),
            Some(found) => Ok(*found),
            None => Err(unknown(&self.name, partners.iter().map(|(name, _)| name.to_string()))),
        }
    }

    fn month(&self, site: &Site, now: Timestamp) -> Result<Month, Text> {
        let month = Month::parse(&self.month).ok_or_else(|| no_month(&self.month))?;
        if month > Month::of(now, &site.zone) {
            return Err(to_come(month));
        }
        Ok(month)
    }
}

fn no_month(written: &str) -> Text {
    Text::new(
        format!(
            "`{written}` không phải là một tháng\n  gợi ý: viết năm trước, tháng sau, ví dụ --month 2026-11"
        ),
        format!("`{written}` is no month\n  hint: write the year and the month, such as --month 2026-11"),
    )
}

fn to_come(month: Month) -> Text {
    Text::new(
        format!("{} chưa đến", month.in_words(Language::Vi)),
        format!("{} has not come yet", month.in_words(Language::En)),
    )
}

fn unknown(name: &str, partners: impl Iterator<Item = String>) -> Text {
    let partners: Vec<String> = partners.collect();
    let named = partners.join(", ");
    let (vi, en) = match partners.is_empty() {
        true => (
            "chưa có thỏa thuận nào; hãy ghi thư mục thiết lập với --feeds".to_owned(),
            "there are no agreements; name the folder with the settings with --feeds".to_owned(),
        ),
        false => (format!("các đối tác là: {named}"), format!("the partners are: {named}")),
    };
    Text::new(
        format!("không có đối tác `{name}`\n  gợi ý: {vi}"),
        format!("there is no partner `{name}`\n  hint: {en}"),
    )
}

fn unrecorded(name: &str) -> Text {
    Text::new(
        format!(
            "nguồn tin `{name}` là công khai, nên không biết ai đã lấy tin\n  gợi ý: tạo địa chỉ riêng với lệnh `bantin token {name}`; từ đó mọi lần lấy tin được ghi lại"
        ),
        format!(
            "the feed `{name}` is public, so nobody knows who fetched it\n  hint: give the partner an address of its own with `bantin token {name}`; what is fetched there is recorded"
        ),
    )
}
