//! `bantin report`: what happened, from the journal, whether a bantin runs on it or not.

mod partner;
mod period;
#[cfg(test)]
mod tests;

use super::Places;
use crate::journal::Unread;
use crate::publisher::clock;
use crate::words::Text;
use clap::{Args, Subcommand};
use partner::OfPartner;
use period::OfPeriod;
use rusqlite::ErrorCode;
use std::error::Error;
use std::io::{self, Write};
use std::path::Path;
use std::process::ExitCode;
use url::Url;

#[derive(Args)]
#[command(subcommand_negates_reqs = true)]
pub(super) struct Report {
    #[command(subcommand)]
    of: Option<Of>,
    #[command(flatten)]
    period: OfPeriod,
}

#[derive(Subcommand)]
enum Of {
    /// What a partner was sent in a month: delivered, corrected and withdrawn articles, and days without a fetch.
    Partner(OfPartner),
}

/// Prints the report that was asked for.
pub(super) fn report(
    places: &Places,
    listening: &Url,
    state: &Path,
    asked: &Report,
) -> Result<ExitCode, Box<dyn Error>> {
    let loaded = places.load(listening)?;
    let language = loaded.site.interface();
    let printed = match asked {
        Report { of: Some(Of::Partner(asked)), period } => {
            period.is_left_out().and_then(|()| asked.print(&loaded, state, clock()))
        }
        Report { of: None, period } => period.print(loaded, places, state, clock()),
    };
    let printed = printed.map_err(|why| why.in_language(language).to_owned())?;
    match io::stdout().lock().write_all(&printed) {
        // Whoever reads has seen enough, as `head` does.
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => {}
        written => written?,
    }
    Ok(ExitCode::SUCCESS)
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
        Unread::Refused(error) if is_damage(error) => Text::new(
            format!(
                "sổ ghi nhớ trong {state} bị hỏng: {error}\n  gợi ý: khởi động lại máy chủ khi thuận tiện: bantin cất sổ hỏng đi và ghi sổ mới"
            ),
            format!(
                "the journal in {state} is damaged: {error}\n  hint: start the server again when it suits: it is set aside then and begun anew"
            ),
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

/// Whether it is the file that is at fault, and not who may read it.
fn is_damage(error: &rusqlite::Error) -> bool {
    let code = error.sqlite_error_code();
    matches!(code, Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase))
}
