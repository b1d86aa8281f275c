//! The `bantin` command.

use clap::Parser;
use std::process::ExitCode;

fn main() -> ExitCode {
    bantin::commands::run(bantin::commands::Bantin::parse())
}
