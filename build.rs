//! Names the code that reads and prints. A document's validator covers the program that printed it, a file that another
//! version of the readers read is read again, and a receipt that another version wrote is written again: these three
//! numbers say which is which.

use std::path::{Path, PathBuf};

fn main() {
    println!("cargo::rerun-if-changed=src");
    println!("cargo::rerun-if-changed=Cargo.lock");
    stamp(
        "BANTIN_PRINTING",
        &["src/render", "src/words", "src/catalogue", "src/edition", "Cargo.lock"],
        RECEIPTS,
    );
    stamp("BANTIN_READING", &["src/intake", "src/words", "Cargo.lock"], RECEIPTS);
    stamp("BANTIN_RECEIPTS", &[RECEIPTS, "src/receipts"], "");
}

/// No document says what receipts say.
const RECEIPTS: &str = "src/render/receipt";

fn stamp(variable: &str, places: &[&str], except: &str) {
    let mut files: Vec<PathBuf> = places.iter().flat_map(|place| files_below(Path::new(place))).collect();
    // What the person in charge sees is no document of the public's.
    files.retain(|file| !file.starts_with("src/render/status"));
    files.retain(|file| except.is_empty() || !file.starts_with(except));
    files.sort();
    // FNV-1a, which is the same on every machine and with every compiler.
    let mut hash: u64 = 0xcbf2_9ce4_8422_2325;
    for file in files {
        let name = file.to_string_lossy().into_owned().into_bytes();
        for byte in name.into_iter().chain(std::fs::read(&file).unwrap_or_default()) {
            hash = (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3);
        }
    }
    println!("cargo::rustc-env={variable}={hash:016x}");
}

fn files_below(place: &Path) -> Vec<PathBuf> {
    match std::fs::read_dir(place) {
        Ok(entries) => entries.flatten().flat_map(|entry| files_below(&entry.path())).collect(),
        Err(_) => vec![place.to_owned()],
    }
}
