//! The commands: `serve`, which is what bantin does when nothing is said, `check` and `accept`.

mod accept;

use crate::edition::Stamp;
use crate::folder::Folder;
use crate::intake::Names;
use crate::journal::Journal;
use crate::letterbox::Letterbox;
use crate::metrics::Metrics;
use crate::press::Press;
use crate::publisher::{Loaded, Publisher, Setup, Standing, Told, load_settings};
use crate::readers::{Desk, Job, Look, Looked, Readers, Report, read_settings};
use crate::server::{self, Admin, Limits, Public};
use crate::settings::Overrides;
use crate::words::{ContentPath, Language, Problem};
use arc_swap::ArcSwap;
use clap::{Args, Parser, Subcommand};
use std::collections::VecDeque;
use std::error::Error;
use std::io::IsTerminal;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::mpsc::{Receiver, channel};
use std::sync::{Arc, Mutex};
use std::time::Duration;
use url::Url;

/// How long the publisher may take to stop.
const PUBLISHER_FAREWELL: Duration = Duration::from_secs(2);

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
    /// Say that the loss a running bantin holds back was meant: its articles are withdrawn.
    Accept(Accept),
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

#[derive(Args, Clone)]
struct Serve {
    #[command(flatten)]
    places: Places,
    /// The folder bantin remembers in.
    #[arg(long, global = true, env = "BANTIN_STATE", default_value = "state")]
    state: PathBuf,
    /// The public address to listen on.
    #[arg(long, global = true, env = "BANTIN_LISTEN", default_value = "127.0.0.1:8080")]
    listen: SocketAddr,
    /// The private address to listen on, for /healthz, /readyz and /metrics.
    #[arg(long, global = true, env = "BANTIN_ADMIN_LISTEN", default_value = "127.0.0.1:8081")]
    admin_listen: SocketAddr,
    /// Log every request as a line of JSON on standard error.
    #[arg(long, global = true, env = "BANTIN_ACCESS_LOG")]
    access_log: bool,
    /// The most connections at once.
    #[arg(long, global = true, env = "BANTIN_CONNECTIONS", default_value_t = 12_000)]
    connections: usize,
    /// The most connections at once from one public address.
    #[arg(long, global = true, env = "BANTIN_CONNECTIONS_PER_ADDRESS", default_value_t = 100)]
    connections_per_address: usize,
}

#[derive(Args)]
struct Check {
    /// Report only on these files and folders, below the content folder.
    paths: Vec<PathBuf>,
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
        None | Some(Command::Serve) => serve(&typed.serve),
        Some(Command::Check(wanted)) => check(&typed.serve.places, &wanted),
        Some(Command::Accept(Accept { yes })) => {
            accept::accept(&typed.serve.state, typed.serve.places.language(), yes)
        }
    };
    outcome.unwrap_or_else(|error| {
        eprintln!("bantin: {error}");
        ExitCode::from(2)
    })
}

fn serve(typed: &Serve) -> Result<ExitCode, Box<dyn Error>> {
    start_log(typed.access_log);
    let listener =
        server::listen(typed.listen).map_err(|error| cannot_listen("--listen", typed.listen, &error))?;
    let admin_listener = server::listen(typed.admin_listen)
        .map_err(|error| cannot_listen("--admin-listen", typed.admin_listen, &error))?;
    let public_address = listener.local_addr()?;
    let admin_address = admin_listener.local_addr()?;
    let listening = listening_url(public_address);

    let overrides = typed.places.overrides();
    let Loaded { site, definitions, names, problems } = typed.places.load(&listening)?;
    let language = site.interface();
    problems.iter().for_each(|problem| eprintln!("{}", problem.told(language)));
    let site = Arc::new(site);
    let (journal, remembered, damaged) = Journal::open(&typed.state)?;
    if let Some(damaged) = damaged {
        tracing::error!(
            "the journal was damaged; it is kept as {} and a new one begun: files that were never renamed keep their ids",
            damaged.kept_as.display()
        );
    }
    if !journal.is_writable() {
        tracing::error!(
            "the journal in {} is only read, because it cannot be written; start bantin again when it can",
            typed.state.display()
        );
    }
    let metrics = Arc::new(Metrics::default());
    let folder = Folder::new(std::path::absolute(&typed.places.content)?);
    let names = Arc::new(names.ok_or("the ignore patterns in feeds/site.toml make no sense")?);
    let feeds = std::path::absolute(&typed.places.feeds)?;
    let desk = Arc::new(Desk::new(folder, feeds, names, site.clone(), Some(journal.door().clone())));
    let press = Arc::new(Press::new(journal.door().reader()?, desk.clone(), metrics.clone())?);
    let standing = Arc::new(ArcSwap::from_pointee(Standing::default()));
    let (told, inbox) = channel();
    let public = Arc::new(Public {
        press: press.clone(),
        folder: desk.folder.clone(),
        metrics: metrics.clone(),
        site: site.clone(),
        told: Mutex::new(told.clone()),
        damaged: Mutex::default(),
        access_log: typed.access_log,
    });
    let admin =
        Arc::new(Admin { press: press.clone(), standing: standing.clone(), metrics: metrics.clone() });
    let setup = Setup {
        desk,
        definitions: definitions.into(),
        overrides,
        listening: listening.clone(),
        journal,
        remembered,
        press: press.clone(),
        metrics,
        standing,
        letterbox: Letterbox::new(&typed.state),
        told: told.clone(),
    };

    let (stop, stopped) = tokio::sync::watch::channel(false);
    let limits = Limits { connections: typed.connections, per_address: typed.connections_per_address };
    let servers = server::serve_public(&listener, &public, limits, &stopped)?;
    drop(listener);
    let publisher = start_publisher(setup, inbox)?;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(async {
        let private = tokio::spawn(server::serve_admin(admin_listener, admin, stopped));
        let mut asked_to_stop = std::pin::pin!(asked_to_stop());
        tokio::select! {
            () = first_edition(&press) => {
                println!("{}", ready_line(public_address, admin_address, &site.base));
                asked_to_stop.as_mut().await;
            }
            () = asked_to_stop.as_mut() => {}
        }
        // The receivers that are left are those of the servers.
        let _ = stop.send(true);
        let _ = private.await;
    });
    for server in servers {
        if server.join().is_err() {
            tracing::error!("a serving thread ended badly");
        }
    }
    let _ = told.send(Told::Stop);
    // One that hangs on the disk is not waited for: what it has not committed, nobody has seen.
    let patience = std::time::Instant::now() + PUBLISHER_FAREWELL;
    while !publisher.is_finished() && std::time::Instant::now() < patience {
        std::thread::sleep(Duration::from_millis(5));
    }
    Ok(ExitCode::SUCCESS)
}

/// The publisher has a thread of its own; should it ever end by itself, bantin ends too, to be started again.
fn start_publisher(
    setup: Setup,
    inbox: Receiver<Told>,
) -> Result<std::thread::JoinHandle<()>, Box<dyn Error>> {
    let publisher = Publisher::new(setup)?;
    let work = move || {
        let run = std::panic::AssertUnwindSafe(|| publisher.run(&inbox));
        if std::panic::catch_unwind(run).is_err() {
            eprintln!("bantin: the publisher failed; the journal is sound, start bantin again");
            std::process::exit(70);
        }
    };
    Ok(std::thread::Builder::new().name("publisher".to_owned()).spawn(work)?)
}

/// Where it is to be found, and under which name if that is another.
fn ready_line(public: SocketAddr, admin: SocketAddr, base: &Url) -> String {
    let listening = listening_url(public);
    let known_as = if listening == *base { String::new() } else { format!(", known as {base}") };
    format!("bantin is ready: {listening} (private: http://{admin}/{known_as})")
}

async fn first_edition(press: &Press) {
    while press.edition().is_none() {
        tokio::time::sleep(Duration::from_millis(2)).await;
    }
}

/// Ends when somebody asks bantin to stop. The signals are caught from the call on, not from the first waiting.
fn asked_to_stop() -> impl Future<Output = ()> {
    use tokio::signal::unix::{SignalKind, signal};
    let signals = (signal(SignalKind::terminate()), signal(SignalKind::interrupt()));
    async move {
        let (Ok(mut terminate), Ok(mut interrupt)) = signals else {
            // Without signals only the kill that cannot be caught ends bantin, which it survives.
            return std::future::pending().await;
        };
        tokio::select! {
            _ = terminate.recv() => {}
            _ = interrupt.recv() => {}
        }
    }
}

fn check(places: &Places, asked: &Check) -> Result<ExitCode, Box<dyn Error>> {
    start_log(false);
    let listening = listening_url(SocketAddr::from(([127, 0, 0, 1], 8080)));
    let Loaded { site, names, problems, .. } = places.load(&listening)?;
    let language = site.interface();
    let names = names.unwrap_or_else(|| Names::new(&[]).expect("no pattern makes sense"));
    let folder = Folder::new(std::path::absolute(&places.content)?);
    let mut found = Vec::new();
    let walk = folder.walk(Path::new(""), &names, &mut |met| {
        found.push(met.place);
        Ok(())
    });
    let walk = walk.map_err(|error| {
        format!("{} cannot be read: {error}\n  hint: name the folder with --content", folder.root().display())
    })?;
    let unreadable = walk.unreadable.iter().map(|(place, error)| format!("{}: {error}", place.display()));
    let mut told: Vec<String> =
        problems.iter().map(|problem| problem.told(language)).chain(unreadable).collect();
    let wanted = asked.wanted(folder.root())?;
    let desk = Arc::new(Desk::new(folder, places.feeds.clone(), Arc::new(names), Arc::new(site), None));
    let asked_for: VecDeque<PathBuf> = found
        .into_iter()
        .filter(|place| wanted.is_empty() || wanted.iter().any(|w| place.starts_with(w)))
        .collect();
    let count = asked_for.len();
    let mut problems = read_all(asked_for, &desk)?;
    problems.sort_by(|a, b| (&a.path, a.line).cmp(&(&b.path, b.line)));
    told.extend(problems.iter().map(|problem| problem.told(language)));
    for problem in &told {
        println!("{problem}");
    }
    eprintln!("{}", summary(language, count, told.len()));
    Ok(if told.is_empty() { ExitCode::SUCCESS } else { ExitCode::from(1) })
}

fn summary(language: Language, files: usize, problems: usize) -> String {
    match language {
        Language::Vi => format!("đã đọc {files} tệp, {problems} vấn đề"),
        Language::En => format!("{files} files read, {problems} problems"),
    }
}

/// Reads all of these, and gives back what is wrong with them.
fn read_all(mut places: VecDeque<PathBuf>, desk: &Arc<Desk>) -> Result<Vec<Problem>, Box<dyn Error>> {
    let (wake, woken) = channel();
    let wake = Mutex::new(wake);
    let wake = Arc::new(move || {
        let wake = wake.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        let _ = wake.send(());
    });
    let count = std::thread::available_parallelism().map_or(2, usize::from);
    let mut readers = Readers::start(count, false, wake)?;
    let mut problems = Vec::new();
    while !places.is_empty() || readers.busy() > 0 {
        while readers.busy() < 256
            && let Some(place) = places.pop_front()
        {
            // Having been named, an empty file is told of at once.
            let expected = desk.folder.open(&place).ok().map(|(_, stamp): (_, Stamp)| stamp);
            readers.hand_out(Job::Look(Look { expected, ..Look::at(place) }), desk);
        }
        let _ = woken.recv_timeout(Duration::from_millis(500));
        for report in readers.reports() {
            problems.extend(problems_of(report));
        }
    }
    Ok(problems)
}

fn problems_of(report: Report) -> Vec<Problem> {
    use crate::words::Text;
    let unread = |look: Look, why: String| {
        let Some(path) = ContentPath::new(&look.place) else { return Vec::new() };
        let what = Text::new(format!("không đọc được: {why}"), format!("it cannot be read: {why}"));
        let hint = Text::new("cho phép đọc tệp, hoặc lưu lại", "allow reading it, or save it again");
        vec![Problem::new(&path, what, hint)]
    };
    match report {
        Report::Looked(look, looked) => match *looked {
            Looked::Article { reading: Ok(reading), .. } => reading.remarks,
            Looked::Article { reading: Err(problem), .. } => vec![problem],
            Looked::Unreadable(error) => unread(look, error.to_string()),
            _ => Vec::new(),
        },
        Report::Stuck(Job::Look(look)) => unread(look, "10 s".to_owned()),
        Report::Panicked(Job::Look(look)) => unread(look, "panic".to_owned()),
        _ => Vec::new(),
    }
}

impl Check {
    /// The paths that were named, below the content folder; they may be written from here or from there.
    fn wanted(&self, content: &Path) -> Result<Vec<PathBuf>, Box<dyn Error>> {
        let below = |path: &PathBuf| -> Result<PathBuf, Box<dyn Error>> {
            let from_here = std::path::absolute(path)?;
            if let Ok(below) = from_here.strip_prefix(content) {
                return Ok(below.to_owned());
            }
            match content.join(path).exists() {
                true => Ok(path.clone()),
                false => Err(format!("{} is not below {}", path.display(), content.display()).into()),
            }
        };
        self.paths.iter().map(below).collect()
    }
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

fn cannot_listen(flag: &str, address: SocketAddr, error: &std::io::Error) -> String {
    format!(
        "cannot listen on {address}: {error}\n  hint: stop what listens there, or choose another address with {flag}"
    )
}

fn start_log(as_json: bool) {
    let builder = tracing_subscriber::fmt()
        .with_writer(std::io::stderr)
        .with_ansi(std::io::stderr().is_terminal())
        .with_max_level(tracing::Level::INFO);
    // A log that somebody started before is as good.
    let _ = if as_json {
        builder.json().flatten_event(true).with_current_span(false).try_init()
    } else {
        builder.with_target(false).try_init()
    };
}
