//! Every folder of `tests/cases/` is an installation, and its name the sentence it proves. What stands below its
//! `expected/` is compared whole with what the server answers at that address; pages have `.html` added there.
//! `problems.txt` is what `bantin check` prints. `answers.txt` has a line for each address of which only the
//! status matters, and where it leads or what type it has. What stands in `_receipts/` is compared with what the office is
//! told there, and what stands in `_export/` with what `bantin build` writes beside the server: `files.txt` there has the name of
//! each file.
//!
//! `BLESS=1 cargo test --test cases` writes the expected files anew, empty new ones among them. Then read them.

mod site;

use site::{Answer, Site, files_below};
use std::collections::VecDeque;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::time::{Duration, Instant};

#[test]
fn each_case_answers_as_its_folder_says() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cases");
    let mut cases: Vec<PathBuf> =
        fs::read_dir(folder).expect("the cases").map(|entry| entry.expect("a case").path()).collect();
    cases.sort();
    assert!(!cases.is_empty());
    let left = Mutex::new(VecDeque::from(cases));
    let failures = Mutex::new(Vec::new());
    std::thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| {
                while let Some(case) = { left.lock().expect("no panic").pop_front() } {
                    let differences = run(&case);
                    failures.lock().expect("no panic").extend(differences);
                }
            });
        }
    });
    let mut failures = failures.into_inner().expect("no panic");
    failures.sort();
    assert!(failures.is_empty(), "\n{}", failures.join("\n"));
}

/// Serves the case and gives back what is not as expected.
fn run(case: &Path) -> Vec<String> {
    let name = case.file_name().expect("a case has a name").to_string_lossy().into_owned();
    let expected = case.join("expected");
    let mut site = Site::of(&case.join("content"), &case.join("feeds"));
    site.start();
    let mut differences = Vec::new();
    for file in files_below(&expected) {
        let place = expected.join(&file);
        let file = file.to_str().expect("expected names are plain").to_owned();
        let was = fs::read(&place).expect("the expected file can be read");
        let is = match file.as_str() {
            "problems.txt" => site.check().0.into_bytes(),
            "answers.txt" => answers(&site, &String::from_utf8_lossy(&was)).into_bytes(),
            _ if file.starts_with("_receipts/") => receipt(&site, &file, &was),
            _ if file.starts_with("_export/") => exported(&site, &file["_export/".len()..]),
            _ => document(&site, &file),
        };
        if is == was {
            continue;
        }
        if std::env::var_os("BLESS").is_some() {
            fs::write(&place, &is).expect("the expected file can be written");
        } else {
            differences.push(difference(&format!("{name}/expected/{file}"), &was, &is));
        }
    }
    differences
}

fn document(site: &Site, file: &str) -> Vec<u8> {
    let address = match file.strip_suffix(".html") {
        Some("index") => "",
        Some(page) => page,
        None => file,
    };
    let answer = asked(site, "GET", &format!("/{address}"));
    match answer.status {
        200 => answer.body,
        status => format!("{status}\n").into_bytes(),
    }
}

/// The answer, when there is one: archives are not given out before all words are written down.
fn asked(site: &Site, method: &str, path: &str) -> Answer {
    site.eventually(path, || {
        let answer = site.ask(method, path).send();
        (answer.status != 503).then_some(answer)
    })
}

/// What a receipt says. It is written behind the rest, so it may say the right thing a moment later.
fn receipt(site: &Site, file: &str, expected: &[u8]) -> Vec<u8> {
    let place = site.place(file);
    let until = Instant::now() + Duration::from_secs(3);
    loop {
        let is = fs::read(&place).unwrap_or_default();
        let has_said_it = is == expected && !expected.is_empty();
        if has_said_it || Instant::now() >= until {
            return is;
        }
        std::thread::sleep(Duration::from_millis(20));
    }
}

/// A file of the site as it is carried away, or the names of all.
fn exported(site: &Site, file: &str) -> Vec<u8> {
    let out = site.beside("public");
    let mut command = site.command(&["build"]);
    command.arg("--out").arg(&out).arg("--state").arg(site.beside("state"));
    let output = command.output().expect("bantin can be run");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    match file {
        "files.txt" => {
            let names = files_below(&out).into_iter().map(|file| format!("{}\n", file.display()));
            names.collect::<String>().into_bytes()
        }
        file => fs::read(out.join(file)).expect("such a file is exported"),
    }
}

/// Asks for what each line names, and writes what came after it.
fn answers(site: &Site, lines: &str) -> String {
    let mut said = String::new();
    for line in lines.lines() {
        let mut words = line.split(' ');
        let (Some(method), Some(path)) = (words.next(), words.next()) else { continue };
        let answer = asked(site, method, path);
        let more = answer.header("location").or(answer.header("content-type")).unwrap_or("");
        let outcome = format!("{method} {path} {} {more}", answer.status);
        said.push_str(outcome.trim_end());
        said.push('\n');
    }
    said
}

/// The first line that differs, both ways.
fn difference(what: &str, was: &[u8], is: &[u8]) -> String {
    let (was, is) = (String::from_utf8_lossy(was), String::from_utf8_lossy(is));
    let (mut expected, mut found) = (was.lines(), is.lines());
    let mut number = 1;
    loop {
        match (expected.next(), found.next()) {
            (Some(a), Some(b)) if a == b => number += 1,
            (None, None) => return format!("{what}: the line ends differ"),
            (a, b) => {
                let [a, b] = [a, b].map(|line| line.unwrap_or("(the end)"));
                return format!("{what}:{number}\n  expected {a}\n  found    {b}");
            }
        }
    }
}
