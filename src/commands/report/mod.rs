//! `bantin report`: what happened, from the journal, whether a bantin runs on it or not.

mod composing;
#[cfg(test)]
mod tests;

use super::{Places, listening_url};
use crate::journal::{Reader, Unread};
use crate::publisher::{Loaded, clock};
use crate::render::report;
use crate::settings::FeedDefinition;
use crate::words::{FeedName, Language, Month, Partner, Site, Text, Timestamp};
use clap::{Args, Subcommand, ValueEnum};
use composing::compose;
use std::error::Error;
use std::io::{self, Write};
use std::net::SocketAddr;
use std::path::Path;
use std::process::ExitCode;

#[derive(Args)]
pub(super) struct Report {
    #[command(subcommand)]
    of: Of,
}

#[derive(Subcommand)]
enum Of {
    /// What a partner was sent in a month: delivered, corrected and withdrawn articles, and days without a fetch.
    Partner(OfPartner),
}

#[derive(Args)]
struct OfPartner {
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
enum Format {
    /// Markdown, for a letter.
    Md,
    /// One table, for a spreadsheet.
    Csv,
    /// One JSON document.
    Json,
}

/// Prints the report that was asked for.
pub(super) fn report(
    places: &Places,
    state: &Path,
    Report { of: Of::Partner(asked) }: &Report,
) -> Result<ExitCode, Box<dyn Error>> {
    let loaded = places.load(&listening_url(SocketAddr::from(([127, 0, 0, 1], 8080))))?;
    let language = loaded.site.interface();
    let printed = asked.print(&loaded, state, clock()).map_err(|why| why.in_language(language).to_owned())?;
    match io::stdout().lock().write_all(&printed) {
        // Whoever reads has seen enough, as `head` does.
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => {}
        written => written?,
    }
    Ok(ExitCode::SUCCESS)
}

impl OfPartner {
    fn print(&self, loaded: &Loaded, state: &Path, now: Timestamp) -> Result<Vec<u8>, Text> {
        let Loaded { site, definitions, .. } = loaded;
        let (feed, partner) = self.partner(definitions)?;
        let month = self.month(site, now)?;
        let reader = Reader::beside(state).map_err(|error| unread(state, &error))?;
        let report = compose(&reader, site, feed, partner, month, now)
            .map_err(|error| unread(state, &Unread::Refused(error)))?;
        Ok(match self.format {
            Format::Md => report::markdown(&report),
            Format::Csv => report::csv(&report),
            Format::Json => report::json(&report),
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

/// Why the journal cannot be read, and what to do.
pub(super) fn unread(state: &Path, error: &Unread) -> Text {
    let state = state.display();
    match error {
        Unread::Missing => Text::new(
            format!(
                "không có sổ ghi nhớ trong {state}\n  gợi ý: ghi đúng thư mục trạng thái của máy chủ với --state"
            ),
            format!("there is no journal in {state}\n  hint: name the server's state folder with --state"),
        ),
        Unread::Earlier => Text::new(
            format!(
                "sổ ghi nhớ trong {state} do một bản bantin cũ hơn ghi\n  gợi ý: khởi động máy chủ một lần bằng bản này"
            ),
            format!(
                "the journal in {state} was written by an earlier bantin\n  hint: start the server once with this one"
            ),
        ),
        Unread::Newer => Text::new(
            format!("sổ ghi nhớ trong {state} do một bản bantin mới hơn ghi\n  gợi ý: dùng bản đó"),
            format!("the journal in {state} was written by a newer bantin\n  hint: use that one"),
        ),
        Unread::Refused(error) => Text::new(
            format!(
                "không đọc được sổ ghi nhớ trong {state}: {error}\n  gợi ý: chạy lệnh này với người dùng đang chạy bantin"
            ),
            format!(
                "the journal in {state} cannot be read: {error}\n  hint: run this as the user that runs bantin"
            ),
        ),
    }
}
