//! `bantin report --period`: what a month, a quarter, a half-year or a year brought.

mod composing;

use super::super::Places;
use super::unread;
use crate::folder::Folder;
use crate::journal::{Reader, Source, Unread};
use crate::publisher::{Loaded, Recalled};
use crate::readers::Desk;
use crate::render::report::period;
use crate::settings::FeedDefinition;
use crate::words::{Article, Language, Month, Period, Site, Text, Timestamp};
use clap::{Args, ValueEnum};
use std::path::Path;
use std::sync::Arc;

pub(super) use composing::{Sources, compose};

#[derive(Args)]
pub(super) struct OfPeriod {
    /// The period: a month (2026-11), a quarter (2026-Q3), a half-year (2026-H1) or a year (2026).
    #[arg(long, required = true)]
    period: Option<String>,
    /// How it is written to standard output.
    #[arg(long, value_enum, default_value_t = Format::Md)]
    format: Format,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    /// Markdown, for a letter.
    Md,
    /// One page to print on A4, with charts.
    Html,
    /// One table, for a spreadsheet.
    Csv,
    /// One JSON document.
    Json,
}

impl OfPeriod {
    /// Nobody names a period who wants something else.
    pub(super) fn is_left_out(&self) -> Result<(), Text> {
        if self.period.is_none() { Ok(()) } else { Err(of_another_kind()) }
    }

    pub(super) fn print(
        &self,
        loaded: Loaded,
        places: &Places,
        state: &Path,
        now: Timestamp,
    ) -> Result<Vec<u8>, Text> {
        let period = self.period(&loaded.site, now)?;
        let Loaded { site, definitions, names, .. } = loaded;
        let (site, definitions): (_, Arc<[FeedDefinition]>) = (Arc::new(site), definitions.into());
        let refused = |error| unread(state, &Unread::Refused(error));
        let reader = Reader::beside(state).map_err(|error| unread(state, &error))?;
        let mut remembered = reader.remembered().map_err(refused)?;
        if remembered.documents.is_empty() {
            return Err(nothing_yet());
        }
        let recalled = Recalled::of(&site, &definitions, &mut remembered, now).edition;
        let desk = names.zip(std::path::absolute(&places.content).ok()).map(|(names, content)| {
            let (folder, feeds) = (Folder::new(content), places.feeds.clone());
            Desk::new(folder, feeds, Arc::new(names), site.clone(), None).for_feeds(&definitions)
        });
        let read_file = |source: &Source| -> Option<Article> { desk.as_ref()?.words(source).ok().flatten() };
        let sources = Sources { reader: &reader, catalogue: recalled.catalogue(), read_file: &read_file };
        let report = compose(&sources, &definitions, period, now).map_err(refused)?;
        Ok(match self.format {
            Format::Md => period::markdown(&report),
            Format::Html => period::html(&report),
            Format::Csv => period::csv(&report),
            Format::Json => period::json(&report),
        })
    }

    fn period(&self, site: &Site, now: Timestamp) -> Result<Period, Text> {
        let written = self.period.as_deref().unwrap_or_default();
        let period = Period::parse(written).ok_or_else(|| no_period(written))?;
        let current = Period::of(Month::of(now, &site.zone), period.length());
        if period > current { Err(to_come(period, current)) } else { Ok(period) }
    }
}

fn no_period(written: &str) -> Text {
    Text::new(
        format!(
            "`{written}` không phải là một kỳ\n  gợi ý: viết tháng (2026-11), quý (2026-Q3), nửa năm (2026-H1) hoặc năm (2026)"
        ),
        format!(
            "`{written}` is no period\n  hint: write a month (2026-11), a quarter (2026-Q3), a half-year (2026-H1) or a year (2026)"
        ),
    )
}

fn to_come(period: Period, current: Period) -> Text {
    let in_words = |language| period.in_words(language);
    Text::new(
        format!("{} chưa đến\n  gợi ý: kỳ đang diễn ra là --period {current}", in_words(Language::Vi)),
        format!(
            "{} has not come yet\n  hint: the one that is running is --period {current}",
            in_words(Language::En)
        ),
    )
}

fn nothing_yet() -> Text {
    Text::new(
        "máy chủ chưa xem hết thư mục bài lần đầu, nên chưa có số liệu\n  gợi ý: chạy lại lệnh này khi máy chủ đã sẵn sàng",
        "the server has not looked through the folder yet, so there are no numbers\n  hint: run this again when it is ready",
    )
}

fn of_another_kind() -> Text {
    Text::new(
        "báo cáo về một đối tác là của một tháng\n  gợi ý: bỏ --period, ghi --month sau tên đối tác",
        "a report on a partner is on a month\n  hint: leave out --period, and write --month behind the partner's name",
    )
}
