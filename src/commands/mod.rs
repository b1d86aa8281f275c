//! The commands: `serve`, which is what bantin does when nothing is said, `check`, `build`, `accept`, `purge`, `report`,
//! `subscribers` and `token`.

mod accept;
mod asking;
mod build;
mod check;
mod purge;
mod report;
mod serve;
mod subscribers;
mod token;

use crate::publisher::{Loaded, load_settings};
use crate::readers::read_settings;
use crate::settings::Overrides;
use crate::words::Language;
use build::Build;
use check::Check;
use clap::{Args, Parser, Subcommand};
use purge::Purge;
use report::Report;
use serve::Serve;
use std::error::Error;
use std::io::IsTerminal;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::ExitCode;
use subscribers::Wanted;
use token::NewToken;
use tracing_subscriber::fmt::MakeWriter;
use url::Url;

/// A feed server: files dropped into a folder become RSS, Atom and JSON Feed.
#[derive(Parser)]
#[command(name = "bantin", version, about)]
pub struct Bantin {
    #[command(subcommand)]
    command: Option<Command>,
    #[command(flatten)]
    serve: Serve,
}

#[derive(Subcommand)]
enum Command {
    /// Serve the content folder (the default).
    Serve,
    /// Read everything once and report problems; exits 1 when there are any.
    Check(Check),
    /// Write the whole site to a folder, for any web server.
    Build(Build),
    /// Say that the loss a running bantin holds back was meant: its articles are withdrawn.
    Accept(Accept),
    /// Keep nothing of an article that was withdrawn, not even in archives: where the law demands it.
    Purge(Purge),
    /// Make a secret address for a partner's feed: print it once, and write its hash into feeds/NAME.toml.
    Token(NewToken),
    /// Print what happened: what a period brought, or what a partner was sent in a month.
    Report(Report),
    /// List who is told of changes: documents, hosts, until when, and whether they have the newest version.
    Subscribers(Wanted),
}

#[derive(Args, Clone)]
struct Places {
    /// The folder people drop articles into.
    #[arg(long, global = true, env = "BANTIN_CONTENT", default_value = "content")]
    content: PathBuf,
    /// The folder with site.toml and the definitions of feeds.
    #[arg(long, global = true, env = "BANTIN_FEEDS", default_value = "feeds")]
    feeds: PathBuf,
    /// Where public addresses begin; without it the listening address.
    #[arg(long, global = true, env = "BANTIN_BASE_URL")]
    base_url: Option<String>,
    /// The time zone of dates without one, such as Asia/Ho_Chi_Minh.
    #[arg(long, global = true, env = "BANTIN_TIME_ZONE")]
    time_zone: Option<String>,
}

#[derive(Args)]
struct Accept {
    /// Do not ask back.
    #[arg(long)]
    yes: bool,
}

/// Runs the command that was typed.
pub fn run(typed: Bantin) -> ExitCode {
    let outcome = match typed.command {
        None | Some(Command::Serve) => serve::serve(&typed.serve),
        Some(Command::Check(wanted)) => check::check(&typed.serve.places, &wanted),
        Some(Command::Build(wanted)) => build::build(&typed.serve, &wanted),
        Some(Command::Report(wanted)) => report::report(
            &typed.serve.places,
            &listening_url(typed.serve.listen),
            &typed.serve.state,
            &wanted,
        ),
        Some(Command::Subscribers(wanted)) => {
            subscribers::subscribers(&typed.serve.places, &typed.serve.state, wanted)
        }
        Some(Command::Accept(Accept { yes })) => {
            accept::accept(&typed.serve.state, typed.serve.places.language(), yes)
        }
        Some(Command::Purge(wanted)) => {
            purge::purge(&typed.serve.state, typed.serve.places.language(), wanted)
        }
        Some(Command::Token(wanted)) => {
            token::token(&typed.serve.places, &listening_url(typed.serve.listen), &wanted)
        }
    };
    outcome.unwrap_or_else(|error| {
        eprintln!("bantin: {error}");
        ExitCode::from(2)
    })
}

impl Places {
    fn overrides(&self) -> Overrides {
        Overrides { base_url: self.base_url.clone(), time_zone: self.time_zone.clone() }
    }

    /// The site's language; the usual one where the settings cannot be used.
    fn language(&self) -> Language {
        let listening = listening_url(SocketAddr::from(([127, 0, 0, 1], 8080)));
        self.load(&listening).map_or(Language::Vi, |loaded| loaded.site.interface())
    }

    fn load(&self, listening: &Url) -> Result<Loaded, Box<dyn Error>> {
        let files = read_settings(&self.feeds)
            .map_err(|error| format!("{} cannot be listed: {error}", self.feeds.display()))?;
        load_settings(files, &self.overrides(), listening, None)
            .map_err(|problem| format!("{}\n", problem.told(Language::En)).trim_end().to_owned().into())
    }
}

/// Where the site is when nobody names a base: the listening address, by a name that can be opened.
fn listening_url(address: SocketAddr) -> Url {
    let host = match address.ip() {
        ip if ip.is_unspecified() => "localhost".to_owned(),
        std::net::IpAddr::V4(ip) => ip.to_string(),
        std::net::IpAddr::V6(ip) => format!("[{ip}]"),
    };
    Url::parse(&format!("http://{host}:{}/", address.port())).expect("a host and a port make an address")
}

/// Lines on standard error, as text or as JSON.
fn start_log(as_json: bool) {
    start_log_to(as_json, std::io::stderr);
}

/// The same, written by something else.
fn start_log_to<W>(as_json: bool, writer: W)
where
    W: for<'a> MakeWriter<'a> + Send + Sync + 'static,
{
    let builder = tracing_subscriber::fmt()
        .with_writer(writer)
        .with_ansi(std::io::stderr().is_terminal())
        .with_max_level(tracing::Level::INFO);
    // A log that somebody started before is as good.
    let _ = if as_json {
        builder.json().flatten_event(true).with_current_span(false).try_init()
    } else {
        builder.with_target(false).try_init()
    };
}
