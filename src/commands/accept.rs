//! `bantin accept`: the loss that a running bantin does not believe was meant.

use super::asking::{ask, is_meant};
use crate::letterbox::{Asked, Letterbox, Outcome};
use crate::words::{Language, Text};
use std::error::Error;
use std::path::Path;
use std::process::ExitCode;

/// Asks what there is to accept, shows it, and says that it was meant; first asks back when somebody sits there, unless he
/// has said yes already.
pub(super) fn accept(state: &Path, language: Language, yes: bool) -> Result<ExitCode, Box<dyn Error>> {
    let letters = Letterbox::new(state);
    let told = ask(&letters, Asked::Accept(None), state, language)?;
    println!("{}", told.said);
    if told.outcome != Outcome::Waiting {
        return Ok(ExitCode::from(1));
    }
    let question = Text::new("Rút tất cả các bài này? [c/K] ", "Take all of them back? [y/N] ");
    if !yes && !is_meant(&question, language)? {
        return Ok(ExitCode::from(1));
    }
    let done = ask(&letters, Asked::Accept(Some(told.missing)), state, language)?;
    println!("{}", done.said);
    Ok(if done.outcome == Outcome::Done { ExitCode::SUCCESS } else { ExitCode::from(1) })
}
