//! Where no bantin runs, the folder is looked at as one would, and what it finds is remembered.

use super::Installation;
use crate::commands::serve::{Serve, start_publisher, tell_damage};
use crate::journal::{Journal, OpenError, Remembered};
use crate::ledger::Ledger;
use crate::letterbox::Letterbox;
use crate::metrics::Metrics;
use crate::pictures::Pictures;
use crate::press::Press;
use crate::publisher::{Settled, Settled::Nearly, Setup, Told};
use crate::words::Text;
use arc_swap::ArcSwapOption;
use std::error::Error;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};
use url::Url;

/// How often it is asked whether everything has been taken in.
const PACE: Duration = Duration::from_millis(20);
/// How long files are waited for that are being written, or cannot be read, when all others have been.
const STRAGGLERS: Duration = Duration::from_secs(15);
/// How long the publisher may take to stop.
const FAREWELL: Duration = Duration::from_secs(10);

/// Takes in what stands in the content folder, with the words of every article, unless a running bantin does that.
pub(super) fn take_in(installation: &Installation, typed: &Serve, listening: &Url) -> Result<(), Text> {
    let state = &installation.state;
    let (journal, remembered) = match Journal::open(state) {
        Ok((journal, remembered, damaged)) => {
            damaged.iter().for_each(tell_damage);
            (journal, remembered)
        }
        Err(OpenError::InUse(_)) => {
            tracing::info!("a bantin runs on {}: what it knows is read beside it", state.display());
            return Ok(());
        }
        Err(error) => return Err(Text::new(error.to_string(), error.to_string())),
    };
    if !journal.is_writable() {
        tracing::warn!(
            "{} cannot be written: what is remembered there is exported as it is",
            state.display()
        );
        return Ok(());
    }
    installation.content.identity().map_err(|error| unreachable(installation, &error))?;
    let published = publish(installation, typed, listening, journal, remembered);
    published.map_err(|error| Text::new(error.to_string(), error.to_string()))?
}

fn publish(
    installation: &Installation,
    typed: &Serve,
    listening: &Url,
    journal: Journal,
    remembered: Remembered,
) -> Result<Result<(), Text>, Box<dyn Error>> {
    let Installation { definitions, state, .. } = installation;
    let mut desk = installation.desk().with_pictures(Some(Arc::new(Pictures::new(state))));
    desk.memory = Some(journal.door().clone());
    let desk = Arc::new(desk);
    let metrics = Arc::new(Metrics::default());
    let press = Arc::new(Press::new(journal.door().reader()?, desk.clone(), metrics.clone())?);
    let ledger = Arc::new(Ledger::new(journal.door().reader()?.holdings()?));
    let (told, inbox): (Sender<Told>, Receiver<Told>) = channel();
    let setup = Setup {
        desk,
        definitions: definitions.clone(),
        overrides: typed.places.overrides(),
        listening: listening.clone(),
        journal,
        remembered,
        press,
        metrics,
        standing: Arc::new(ArcSwapOption::empty()),
        ledger,
        letterbox: Letterbox::new(state),
        told: told.clone(),
    };
    let publisher = start_publisher(setup, inbox)?;
    let settled = wait_until_settled(&told, &publisher);
    let _ = told.send(Told::Stop);
    let patience = Instant::now() + FAREWELL;
    while !publisher.is_finished() && Instant::now() < patience {
        std::thread::sleep(PACE);
    }
    Ok(settled)
}

fn wait_until_settled(told: &Sender<Told>, publisher: &JoinHandle<()>) -> Result<(), Text> {
    let (tell, said) = channel();
    let mut nearly_since = None;
    loop {
        // What is asked during the first look goes unheard.
        let _ = told.send(Told::SayWhenSettled(tell.clone()));
        match said.recv_timeout(PACE) {
            Ok(Settled::Wholly) => return Ok(()),
            Ok(Settled::Not(fault)) => return Err(fault),
            Ok(Nearly(left)) if nearly_since.get_or_insert_with(Instant::now).elapsed() >= STRAGGLERS => {
                tracing::warn!("{left} places are being written or cannot be read: they stay as they were");
                return Ok(());
            }
            Ok(Nearly(_)) => std::thread::sleep(PACE),
            Err(_) if publisher.is_finished() => return Ok(()),
            Err(_) => {}
        }
    }
}

fn unreachable(installation: &Installation, error: &std::io::Error) -> Text {
    let root = installation.content.root().display();
    Text::new(
        format!("không mở được thư mục nội dung {root}: {error}\n  gợi ý: ghi đúng thư mục với --content"),
        format!("the content folder {root} cannot be reached: {error}\n  hint: name it with --content"),
    )
}
