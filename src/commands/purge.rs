//! `bantin purge`: nothing is kept of an article any more, in archives neither.

use super::asking::{ask, is_meant};
use crate::letterbox::{Asked, Letterbox, Outcome};
use crate::words::{Language, Text};
use clap::Args;
use std::error::Error;
use std::io::IsTerminal;
use std::path::Path;
use std::process::ExitCode;

/// What is to be purged.
#[derive(Args)]
pub(super) struct Purge {
    /// The article: its id (urn:uuid:…) or its address.
    article: String,
    /// Do not ask back.
    #[arg(long)]
    yes: bool,
}

/// Asks what would go, shows it, and has it done once somebody has said yes.
pub(super) fn purge(state: &Path, language: Language, wanted: Purge) -> Result<ExitCode, Box<dyn Error>> {
    let Purge { article, yes } = wanted;
    let letters = Letterbox::new(state);
    let asked = |is_meant| Asked::Purge { article: article.clone(), is_meant };
    let told = ask(&letters, asked(false), state, language)?;
    println!("{}", told.said);
    if told.outcome != Outcome::Waiting {
        return Ok(ExitCode::from(1));
    }
    if !yes && !std::io::stdin().is_terminal() {
        let said = Text::new(
            "Chưa làm gì: ghi thêm --yes nếu thật sự muốn xóa.",
            "Nothing was done: add --yes if that is meant.",
        );
        println!("{}", said.in_language(language));
        return Ok(ExitCode::from(1));
    }
    let question =
        Text::new("Xóa vĩnh viễn? Không thể lấy lại. [c/K] ", "Purge it? This cannot be undone. [y/N] ");
    if !yes && !is_meant(&question, language)? {
        return Ok(ExitCode::from(1));
    }
    let done = ask(&letters, asked(true), state, language)?;
    println!("{}", done.said);
    Ok(if done.outcome == Outcome::Done { ExitCode::SUCCESS } else { ExitCode::from(1) })
}
