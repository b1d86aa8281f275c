//! The list in `src/lib.rs` is the architecture: a module uses only those above it, and each outside thing has one
//! place that knows it.

use std::fs;
use std::path::{Path, PathBuf};

/// The source files with their paths below `src/`, without comments and what is compiled for tests only.
fn sources() -> Vec<(String, String)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut files = Vec::new();
    walk(&root, &mut files);
    files.sort();
    let read = |file: PathBuf| {
        let name = file.strip_prefix(&root).expect("below src/").to_str().expect("a plain name").to_owned();
        let text = fs::read_to_string(&file).expect("a source file");
        (name, without_tests(&without_comments(&text)))
    };
    let is_for_tests = |name: &str| name.split(['/', '.']).any(|part| part == "tests");
    files.into_iter().map(read).filter(|(name, _)| !is_for_tests(name)).collect()
}

fn walk(folder: &Path, files: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).expect("src/ can be listed") {
        let path = entry.expect("src/ can be listed").path();
        if path.is_dir() {
            walk(&path, files);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            files.push(path);
        }
    }
}

fn without_comments(text: &str) -> String {
    let code = |line: &str| {
        if line.trim_start().starts_with("//") { String::new() } else { line.to_owned() + "\n" }
    };
    text.lines().map(code).collect()
}

/// Tests stand at the end of a file.
fn without_tests(text: &str) -> String {
    text.split("#[cfg(test)]\nmod tests {").next().unwrap_or(text).to_owned()
}

/// The modules of `src/lib.rs`, from the bottom up.
fn layers() -> Vec<String> {
    let (_, lib) = sources().into_iter().find(|(name, _)| name == "lib.rs").expect("src/lib.rs");
    let module = |line: &str| Some(line.strip_prefix("pub mod ")?.strip_suffix(';')?.to_owned());
    lib.lines().filter_map(module).collect()
}

/// The module a file belongs to: the first part of its path.
fn module_of(file: &str) -> &str {
    file.split(['/', '.']).next().unwrap_or(file)
}

/// The modules that follow `crate::` in some code, those in braces among them.
fn used(code: &str) -> Vec<String> {
    let name = |text: &str| -> String {
        text.chars().take_while(|c| c.is_ascii_alphanumeric() || *c == '_').collect()
    };
    let mut names = Vec::new();
    for after in code.split("crate::").skip(1) {
        match after.strip_prefix('{') {
            None => names.push(name(after)),
            Some(list) => {
                let mut depth = 0;
                let mut start = true;
                for (at, c) in list.char_indices() {
                    match c {
                        '{' => depth += 1,
                        '}' if depth == 0 => break,
                        '}' => depth -= 1,
                        ',' if depth == 0 => start = true,
                        c if start && !c.is_whitespace() => {
                            names.push(name(&list[at..]));
                            start = false;
                        }
                        _ => {}
                    }
                }
            }
        }
    }
    names
}

/// Whether the code names this, as a word of its own.
fn names(code: &str, what: &str) -> bool {
    let is_word = |c: char| c.is_ascii_alphanumeric() || c == '_';
    code.match_indices(what).any(|(at, _)| {
        let (before, after) = (&code[..at], &code[at + what.len()..]);
        !before.ends_with(is_word) && (what.ends_with(':') || !after.starts_with(is_word))
    })
}

#[test]
fn every_module_stands_in_the_list() {
    let layers = layers();
    assert!(layers.len() > 10, "{layers:?}");
    for (file, _) in sources() {
        let module = module_of(&file);
        let listed = matches!(module, "lib" | "main") || layers.iter().any(|layer| layer == module);
        assert!(listed, "src/{file} belongs to no module of src/lib.rs");
    }
}

#[test]
fn a_module_uses_only_those_above_it() {
    let layers = layers();
    let place = |module: &str| layers.iter().position(|layer| layer == module);
    let mut wrong = Vec::new();
    for (file, code) in sources() {
        let Some(own) = place(module_of(&file)) else { continue };
        for other in used(&code) {
            if place(&other).is_some_and(|other| other > own) {
                wrong.push(format!("src/{file} uses {other}, which stands below it"));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn each_outside_thing_has_one_place_that_knows_it() {
    let table: &[(&str, &[&str])] = &[
        ("notify::", &["watch.rs"]),
        ("rss::", &["render/"]),
        ("atom_syndication::", &["render/"]),
        ("askama::", &["render/"]),
        ("quick_xml::", &["render/", "intake/", "hub/cloud.rs"]),
        ("hyper::", &["server/", "outbound/"]),
        ("hyper_util::", &["server/", "outbound/"]),
        ("tokio_rustls::", &["outbound/"]),
        ("rustls_native_certs::", &["outbound/"]),
        ("TcpStream::connect", &["outbound/"]),
        ("rusqlite::Connection", &["journal/", "subscriptions/"]),
        ("rusqlite::params", &["journal/", "subscriptions/"]),
        ("rusqlite::Row", &["journal/", "subscriptions/"]),
        ("rusqlite::Transaction", &["journal/"]),
        ("clap::", &["commands/", "main.rs"]),
        ("annotate_snippets::", &["commands/check/"]),
        ("prometheus_client::", &["metrics.rs", "metrics/"]),
        (
            "rustix::",
            &[
                "folder.rs",
                "folder/",
                "receipts/mirror.rs",
                "export/lock.rs",
                "export/swap.rs",
                "server/patience.rs",
            ],
        ),
        ("indicatif::", &["commands/build/"]),
        ("ammonia::", &["intake/"]),
        ("pulldown_cmark::", &["intake/"]),
        ("html5ever::", &["intake/"]),
        ("zip::", &["intake/word/package.rs"]),
        ("ttf_parser::", &["render/card/font.rs"]),
        ("ab_glyph_rasterizer::", &["render/card/png.rs"]),
        ("deunicode::", &["render/card/letters.rs"]),
        ("imagesize::", &["intake/"]),
        ("serde_saphyr::", &["intake/"]),
        ("jiff::", &["words/times.rs"]),
        ("siphasher::", &["habits/caller.rs"]),
    ];
    let mut wrong = Vec::new();
    for (file, code) in sources() {
        for (what, places) in table {
            // Our own `render::rss` is no business of others either, but it is not the crate.
            let code = code.replace("render::rss::", "").replace("self::rss::", "");
            if names(&code, what) && !places.iter().any(|place| file.starts_with(place)) {
                wrong.push(format!("src/{file} names {what}, which only {places:?} may"));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn nothing_above_the_doing_touches_disk_network_environment_or_clock() {
    let layers = layers();
    let doing =
        layers.iter().position(|layer| layer == "metrics").expect("doing begins with what is counted");
    let pure = &layers[..doing];
    assert!(pure.iter().any(|layer| layer == "answer"), "{pure:?}");
    let forbidden = [
        "std::fs",
        "std::env",
        "std::net::Tcp",
        "std::process",
        "std::thread",
        "tokio",
        "async fn",
        "async move",
        "async {",
        "SystemTime::now",
        "Instant::now",
        "Timestamp::now",
        "Zoned::now",
    ];
    let mut wrong = Vec::new();
    for (file, code) in sources() {
        if !pure.iter().any(|layer| layer == module_of(&file)) {
            continue;
        }
        let found = forbidden.iter().filter(|what| names(&code, what));
        wrong.extend(found.map(|what| format!("src/{file} names {what}")));
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn uses_are_found_in_every_spelling() {
    assert_eq!(used("use crate::words::{A, B};\ncrate::edition::x();"), ["words", "edition"]);
    assert_eq!(used("use crate::{answer::{self, x}, hub, words::*};"), ["answer", "hub", "words"]);
    assert!(names("let x = notify::Event;", "notify::") && !names("self.denotify::x", "notify::"));
    assert!(names("pub async fn x", "async fn") && !names("<script async>", "async fn"));
    assert!(names("let x = async { y };", "async {") && !names("make_async { }", "async {"));
}
