//! What was exported, held against a running server.

use super::telling::{self, Bar};
use crate::export::{Manifest, Progress, compare, count};
use crate::outbound::{Allowed, Outbound, by_the_system};
use crate::publisher::clock;
use crate::words::Language;
use std::error::Error;
use std::path::Path;
use std::process::ExitCode;
use std::time::Instant;
use url::Url;

/// Whoever types where a server is means it, wherever that is.
const EVERYWHERE: [&str; 2] = ["0.0.0.0/0", "::/0"];

/// Compares, and says what differs; 1 when anything does.
pub(super) fn check(
    folder: &Path,
    server: &Url,
    language: Language,
    bar: &Bar,
) -> Result<ExitCode, Box<dyn Error>> {
    let began = Instant::now();
    if !matches!(server.scheme(), "http" | "https") {
        return Err(telling::no_server(server).in_language(language).into());
    }
    let manifest = Manifest::read(folder);
    let manifest =
        manifest.map_err(|why| telling::unreadable(folder, &why).in_language(language).to_owned())?;
    let networks = EVERYWHERE.map(|network| network.parse().expect("a network"));
    let (outbound, _) = Outbound::new(Allowed::and(networks.to_vec()), by_the_system());
    bar.tell(Progress::Begun(count(&manifest)));
    let compared = compare(folder, &manifest, server, outbound, clock, &|| bar.tell(Progress::Done));
    bar.end();
    let compared = compared.map_err(|why| why.in_language(language).to_owned())?;
    for difference in &compared.differences {
        println!(
            "{} ({}): {}",
            difference.address,
            difference.packing,
            difference.what.in_language(language)
        );
    }
    if let Some(more) = telling::not_told(&compared) {
        println!("{}", more.in_language(language));
    }
    for address in &compared.with_time {
        eprintln!("{}", telling::with_time(address).in_language(language));
    }
    eprintln!("{}", telling::compared(server, &compared, began.elapsed()).in_language(language));
    Ok(if compared.differing == 0 { ExitCode::SUCCESS } else { ExitCode::from(1) })
}
