//! `bantin serve`: everything started, in order, and stopped again.

use super::{Places, listening_url, start_log};
use crate::deliveries;
use crate::diary::{Diary, Keeper};
use crate::folder::Folder;
use crate::journal::{DamagedStore, Journal};
use crate::ledger::Ledger;
use crate::letterbox::Letterbox;
use crate::metrics::Metrics;
use crate::outbound::{Allowed, Network, Outbound, by_the_system};
use crate::pictures::Pictures;
use crate::pings::{Lookout, Pings};
use crate::press::Press;
use crate::publisher::{Loaded, Publisher, Setup, Told, clock};
use crate::readers::Desk;
use crate::server::{self, Admin, Bulletins, Limits, Public, Waiting};
use crate::words::Site;
use arc_swap::ArcSwapOption;
use clap::Args;
use ring::rand::{SecureRandom, SystemRandom};
use std::error::Error;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::mpsc::{Receiver, channel};
use std::sync::{Arc, Mutex};
use std::time::Duration;
use url::Url;

/// How long whoever writes may take to stop after the servers have.
const FAREWELL: Duration = Duration::from_secs(2);

#[derive(Args, Clone)]
pub(super) struct Serve {
    #[command(flatten)]
    pub(super) places: Places,
    /// The folder bantin remembers in.
    #[arg(long, global = true, env = "BANTIN_STATE", default_value = "state")]
    pub(super) state: PathBuf,
    /// The public address to listen on.
    #[arg(long, global = true, env = "BANTIN_LISTEN", default_value = "127.0.0.1:8080")]
    pub(super) listen: SocketAddr,
    /// The private address to listen on, for /status, /stats, /healthz, /readyz and /metrics.
    #[arg(long, global = true, env = "BANTIN_ADMIN_LISTEN", default_value = "127.0.0.1:8081")]
    admin_listen: SocketAddr,
    /// Addresses that subscribers may have though they are not public, such as 10.1.0.0/16.
    #[arg(long, global = true, env = "BANTIN_HUB_ALLOW", value_delimiter = ',', value_name = "CIDR")]
    hub_allow: Vec<Network>,
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

/// Serves until somebody asks it to stop.
pub(super) fn serve(typed: &Serve) -> Result<ExitCode, Box<dyn Error>> {
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
    let state = std::path::absolute(&typed.state)?;
    let (journal, remembered, damaged) = Journal::open(&state)?;
    damaged.iter().for_each(tell_damage);
    if !journal.is_writable() {
        tracing::error!(
            "the journal in {} is only read, because it cannot be written; start bantin again when it can",
            state.display()
        );
    }
    let metrics = Arc::new(Metrics::default());
    let folder = Folder::new(std::path::absolute(&typed.places.content)?);
    let names = Arc::new(names.ok_or("the ignore patterns in feeds/site.toml make no sense")?);
    let feeds = std::path::absolute(&typed.places.feeds)?;
    let pictures = Arc::new(Pictures::new(&state));
    let desk =
        Desk::new(folder, feeds, names, site.clone(), Some(journal.door().clone())).for_feeds(&definitions);
    let desk = Arc::new(desk.with_pictures(Some(pictures.clone())));
    let press = Arc::new(Press::new(journal.door().reader()?, desk.clone(), metrics.clone())?);
    let standing = Arc::new(ArcSwapOption::empty());
    let ledger = Arc::new(Ledger::new(journal.door().reader()?.holdings()?));
    let (told, inbox) = channel();
    let (stop, stopped) = tokio::sync::watch::channel(false);
    let look_up = by_the_system();
    let (outbound, trust) = Outbound::new(Allowed::and(typed.hub_allow.clone()), look_up.clone());
    if let Err(why) = trust {
        tracing::warn!("callbacks that begin with https cannot be reached: {why}");
    }
    let outbound = Arc::new(outbound);
    let lookout = Arc::new(Lookout::default());
    let pings = Pings::new(press.clone(), outbound.clone(), look_up, lookout.clone(), metrics.clone());
    let pings = Arc::new(pings);
    let diary = Arc::new(Diary::open(&state, random_bits()));
    let setup = deliveries::Setup {
        state: state.clone(),
        press: press.clone(),
        outbound,
        told: told.clone(),
        metrics: metrics.clone(),
    };
    let (counter, messenger) = deliveries::start(setup, stopped.clone())?;
    let public = Arc::new(Public {
        press: press.clone(),
        folder: desk.folder.clone(),
        pictures: pictures.folder(),
        metrics: metrics.clone(),
        site: site.clone(),
        told: Mutex::new(told.clone()),
        damaged: Mutex::default(),
        ledger: ledger.clone(),
        waiting: Arc::new(Waiting::new(press.clone(), metrics.clone(), typed.connections)),
        bulletins: Arc::new(Bulletins::new(press.clone())),
        lookout,
        counter,
        diary: diary.clone(),
        access_log: typed.access_log,
    });
    let admin = Arc::new(Admin {
        press: press.clone(),
        standing: standing.clone(),
        metrics: metrics.clone(),
        reader: Mutex::new(journal.door().reader()?),
        pings: pings.clone(),
        diary: diary.clone(),
        address: listening_url(admin_address),
    });
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
        ledger,
        letterbox: Letterbox::new(&state),
        told: told.clone(),
    };

    let limits = Limits { connections: typed.connections, per_address: typed.connections_per_address };
    let servers = server::serve_public(&listener, &public, limits, &stopped)?;
    drop(listener);
    let publisher = start_publisher(setup, inbox)?;
    let mut keeper = start_keeper(diary, press.clone(), site.clone())?;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(async {
        tokio::spawn(pings.run(random_number));
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
    keeper.end();
    // One that hangs on the disk is not waited for: what it has not committed, nobody has seen.
    let patience = std::time::Instant::now() + FAREWELL;
    let is_over = || publisher.is_finished() && messenger.is_finished() && keeper.is_finished();
    while !is_over() && std::time::Instant::now() < patience {
        std::thread::sleep(Duration::from_millis(5));
    }
    if !keeper.is_finished() {
        tracing::warn!("what readers did in the last minute was not written down in time and is lost");
    }
    Ok(ExitCode::SUCCESS)
}

pub(super) fn tell_damage(damaged: &DamagedStore) {
    tracing::error!(
        "the journal was damaged; it is kept as {} and a new one begun: files that were never renamed keep their ids",
        damaged.kept_as.display()
    );
}

/// The publisher has a thread of its own; should it ever end by itself, bantin ends too, to be started again.
pub(super) fn start_publisher(
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

/// What readers ask for is kept by a thread of its own, in the zone of the site as it is set up at the time.
fn start_keeper(diary: Arc<Diary>, press: Arc<Press>, site: Arc<Site>) -> std::io::Result<Keeper> {
    let site = move || press.edition().map_or_else(|| site.clone(), |edition| edition.site().clone());
    Keeper::start(diary, site, clock)
}

/// Bits nobody foresees; without a source of such, the same.
fn random_bits() -> [u8; 16] {
    let mut random = [0; 16];
    let _ = SystemRandom::new().fill(&mut random);
    random
}

/// A number nobody foresees; without a source of such, the same.
fn random_number() -> u32 {
    let mut random = [0; 4];
    let _ = SystemRandom::new().fill(&mut random);
    u32::from_ne_bytes(random)
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

fn cannot_listen(flag: &str, address: SocketAddr, error: &std::io::Error) -> String {
    format!(
        "cannot listen on {address}: {error}\n  hint: stop what listens there, or choose another address with {flag}"
    )
}
